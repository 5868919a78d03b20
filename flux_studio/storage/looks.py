"""Pictures that look alike, and the looks of pictures that came before looks were kept.

All structures of the library are held in memory, eight bytes each: comparing a hundred thousand
takes a few milliseconds, reading them from the file takes ten times as long. Only of those that are
built alike the colours are compared too: two portraits before a plain wall may be built alike by
chance, and differ in every colour.

The limits were measured with 105 drawn pictures of 21 prompts and 18 changes of each: of pictures
that have nothing to do with each other 0.4 % pass (3.3 % by structure alone), of small changes 99 %
(scaled, compressed, up to 10 % cut off, brighter, of another hue, a thing or a line of text put
in), of those with 20 % cut off one half; mirrored ones are not found.
"""

from __future__ import annotations

import sqlite3
import threading
from array import array
from collections.abc import Callable, Iterable, Sequence
from heapq import nsmallest
from math import dist
from typing import Protocol

from flux_studio.core.look import HASH_BITS, Lab, Look
from flux_studio.storage.database import Database
from flux_studio.storage.generation_rows import index_look
from flux_studio.storage.rows import look_text

ALIKE_BITS = 14  # bits of 64 that pictures may differ in and still look alike
COLOR_BITS = 0.04  # bits that a thousandth of OKLab between their colours counts for
MOST_COLOR = 300  # thousandths: a picture in other colours may still be the same
MOST_ALIKE = 500
MOST_COMPARED = 1_500  # pictures built alike whose colours are compared
_AT_ONCE = 500  # pictures in one query
_MEASURED_AT_ONCE = 50  # rows that are looked at between two commits
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
        """The numbers of the pictures most like the one whose id begins so, itself first, then the
        most alike; none where nobody has looked at it.
        """
        found = self._ask(
            "SELECT number, bits FROM hashes WHERE number ="
            " (SELECT number FROM generations WHERE id >= ? AND id < ? ORDER BY id LIMIT 1)",
            (id_.lower(), id_.lower() + "\U0010ffff"),
        )
        if not found:
            return []
        number, wanted = found[0]
        apart = self._built_alike(number, wanted)
        colors = self._colors(apart)
        for other in apart:
            apart[other] += COLOR_BITS * colors_apart(colors.get(number), colors.get(other))
        near = ((bits, n) for n, bits in apart.items() if n != number and bits <= ALIKE_BITS)
        return [number, *(n for _, n in nsmallest(MOST_ALIKE - 1, near))]

    def _built_alike(self, number: int, wanted: int) -> dict[int, float]:
        """In how many bits pictures differ from `wanted`, for those that are still what they
        were.
        """
        with self._lock:
            self._read()
            near = (
                (apart, n)
                for n, bits in zip(self._numbers, self._bits, strict=True)
                if (apart := ((bits ^ wanted) & _MASK).bit_count()) <= ALIKE_BITS
            )
            numbers = [n for _, n in nsmallest(MOST_COMPARED, near)]
        rows = self._of("SELECT number, bits FROM hashes", [number, *numbers])
        return {n: ((bits ^ wanted) & _MASK).bit_count() for n, bits in rows}

    def _colors(self, numbers: Iterable[int]) -> dict[int, list[Lab]]:
        """The main colours of pictures, in thousandths of OKLab."""
        found: dict[int, list[Lab]] = {}
        sql = "SELECT number, light, green_red, blue_yellow FROM colors"
        for number, *color in self._of(sql, list(numbers)):
            found.setdefault(number, []).append((color[0], color[1], color[2]))
        return found

    def _of(self, sql: str, numbers: Sequence[int]) -> list[sqlite3.Row]:
        """The rows of pictures."""
        rows: list[sqlite3.Row] = []
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            rows += self._ask(f"{sql} WHERE number IN ({', '.join('?' * len(some))})", some)
        return rows

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


def colors_apart(one: Sequence[Lab] | None, other: Sequence[Lab] | None) -> float:
    """How far the main colours of two pictures are from each other, each from the nearest of the
    other, in thousandths of OKLab; 0 where those of one are not known.
    """
    if not one or not other:
        return 0.0
    there = sum(min(dist(a, b) for b in other) for a in one) / len(one)
    back = sum(min(dist(a, b) for b in one) for a in other) / len(other)
    return min(MOST_COLOR, (there + back) / 2)


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
            (last, _MEASURED_AT_ONCE),
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
