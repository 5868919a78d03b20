"""Pictures that look alike, and the looks of pictures that came before looks were kept.

All structures of the library are held in memory, eight bytes each: comparing a hundred thousand
takes a few milliseconds, reading them from the file takes ten times as long.
"""

from __future__ import annotations

import sqlite3
import threading
from array import array
from collections.abc import Callable, Sequence
from typing import Protocol

from flux_studio.core.look import HASH_BITS, Look
from flux_studio.storage.database import Database
from flux_studio.storage.generation_rows import index_look
from flux_studio.storage.rows import look_text

ALIKE_BITS = 14  # bits of 64 that pictures may differ in and still look alike
MOST_ALIKE = 500
_AT_ONCE = 50  # rows that are looked at between two commits
_MASK = 2**HASH_BITS - 1
Ask = Callable[[str, Sequence[object]], list[sqlite3.Row]]


class Looks:
    """Thread-safe; blocks."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._numbers = array("q")
        self._bits = array("q")

    def alike(self, id_: str) -> list[int]:
        """The numbers of the pictures most like the one whose id begins so, itself first; none
        where nobody has looked at it.
        """
        found = self._ask(
            "SELECT number, bits FROM hashes WHERE number ="
            " (SELECT number FROM generations WHERE id >= ? AND id < ? ORDER BY id LIMIT 1)",
            (id_.lower(), id_.lower() + "\U0010ffff"),
        )
        if not found:
            return []
        number, wanted = found[0]
        with self._lock:
            self._read()
            near = [
                n
                for n, bits in zip(self._numbers, self._bits, strict=True)
                if ((bits ^ wanted) & _MASK).bit_count() <= ALIKE_BITS
            ]
        return self._sorted([number, *near], wanted)[:MOST_ALIKE]

    def _sorted(self, numbers: Sequence[int], wanted: int) -> list[int]:
        """Those that are still what they were, the most alike first."""
        apart: dict[int, int] = {}
        for start in range(0, len(numbers), 500):
            some = numbers[start : start + 500]
            marks = ", ".join("?" * len(some))
            for number, bits in self._ask(
                f"SELECT number, bits FROM hashes WHERE number IN ({marks})", some
            ):
                apart[number] = ((bits ^ wanted) & _MASK).bit_count()
        return sorted(
            (n for n, bits in apart.items() if bits <= ALIKE_BITS), key=lambda n: (apart[n], n)
        )

    def _read(self) -> None:
        """What was added since the last question; what went meanwhile is seen by `_sorted`."""
        last = self._numbers[-1] if self._numbers else -1
        known = "SELECT COUNT(*) FROM hashes WHERE number <= ?"
        if self._ask(known, (last,))[0][0] > len(self._numbers):  # older pictures were measured
            self._numbers, self._bits, last = array("q"), array("q"), -1
        for number, bits in self._ask(
            "SELECT number, bits FROM hashes WHERE number > ? ORDER BY number", (last,)
        ):
            self._numbers.append(number)
            self._bits.append(bits)


class Measures(Protocol):
    """Measures a picture. Raises what it likes."""

    def __call__(self, id_: str, path: str, /) -> Look: ...


def measure_missing(database: Database, measure: Measures, stopped: Callable[[], bool]) -> int:
    """Measure every picture that nobody has looked at; gives how many. Blocking, for minutes in a
    large library; stops early when `stopped` says so. Raises NotKept.

    A picture that cannot be measured is remembered as such and not tried again.
    """
    done, last = 0, -1
    while not stopped():
        rows = database.rows(
            "SELECT number, id, path FROM generations WHERE look IS NULL AND number > ?"
            " ORDER BY number LIMIT ?",
            (last, _AT_ONCE),
        )
        if not rows:
            break
        looks = [(row["number"], _measured(measure, row["id"], row["path"])) for row in rows]
        last = rows[-1]["number"]
        with database.transaction() as connection:
            for number, look in looks:
                connection.execute(
                    "UPDATE generations SET look = ? WHERE number = ?", (look_text(look), number)
                )
                if look is not None:
                    index_look(connection, number, look)
        done += len(rows)
    return done


def _measured(measure: Measures, id_: str, path: str) -> Look | None:
    try:
        return measure(id_, path)
    except Exception:  # noqa: BLE001 - a file that is away or damaged has no look, that is all
        return None
