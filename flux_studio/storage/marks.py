"""Writing marks: the row first, in one commit for all pictures, then each sidecar.

A row counts how many changes its sidecar has not seen (`sidecar_behind`), so marks that were set
before a crash or on a full disk reach the sidecars later: `catch_up` at the next start.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from flux_studio.storage.database import Database
from flux_studio.storage.gallery import marks_from, words_of
from flux_studio.storage.generation_rows import generation_from
from flux_studio.storage.job_rows import storable
from flux_studio.storage.json_fields import RowUnreadable
from flux_studio.storage.sidecar import (
    MarkSet,
    Sidecar,
    SidecarUnreadable,
    is_linked,
    rewrite_marks,
    sidecar_of,
    write_sidecar,
)

VERDICTS = ("keep", "maybe")
LABELS = ("red", "orange", "yellow", "green", "blue", "purple")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MarkChange:
    """What is to change; None leaves a mark as it is. `rating` 0 to 5, `verdict` 'keep', 'maybe' or
    ''; `tags` and `collections` are all of them from now on, the others add and take away some.

    Who keeps a picture does not reject it, and the other way round.
    """

    rating: int | None = None
    favourite: bool | None = None
    rejected: bool | None = None
    label: str | None = None
    project: str | None = None
    note: str | None = None
    tags: tuple[str, ...] | None = None
    verdict: str | None = None
    collections: tuple[str, ...] | None = None
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    collections_added: tuple[str, ...] = ()
    collections_removed: tuple[str, ...] = ()


class Marks:
    """Sets marks on pictures of the library below `root`."""

    def __init__(self, database: Database, root: Path) -> None:
        self._database = database
        self._root = root
        self._catching_up = threading.Lock()

    def set(self, ids: Sequence[str], change: MarkChange) -> int:
        """Mark pictures; gives how many there were. On disk, rows and sidecars, when it returns.

        Raises ValueError for a rating outside 0 to 5 or a verdict that is none, NotKept when the
        disk refuses the rows. A sidecar that cannot be written is tried again by `catch_up`.
        """
        return len(self.change(ids, change))

    def change(
        self, ids: Sequence[str], change: MarkChange, *, sidecars: bool = True
    ) -> dict[str, MarkSet]:
        """Mark pictures like `set`; gives what the marks of each were before. Without `sidecars`
        `catch_up` has to follow.
        """
        _check(change)

        def work(connection: sqlite3.Connection) -> dict[str, MarkSet]:
            before = _marks_of(connection, ids)
            for id_ in before:
                mark_row(connection, id_, change, full_text=self._database.full_text)
            return before

        before = self._database.write(work)
        if sidecars:
            self.catch_up()
        return before

    def restore(self, marks: Mapping[str, MarkSet], *, sidecars: bool = True) -> int:
        """Give pictures these marks and no others; gives how many there were. Raises NotKept."""
        full_text = self._database.full_text
        restored = self._database.write(
            lambda db: sum(
                mark_row(db, id_, MarkChange(**asdict(each)), full_text=full_text)
                for id_, each in marks.items()
            )
        )
        if sidecars:
            self.catch_up()
        return restored

    def catch_up(self) -> int:
        """Write the marks that are in rows only into their sidecars; gives how many sidecars
        were written. Blocking, 2 ms each; from any thread.
        """
        with self._catching_up:
            return self._catch_up()

    def _catch_up(self) -> int:
        behind = self._database.rows("SELECT * FROM generations WHERE sidecar_behind > 0")
        written = [(row["number"], row["sidecar_behind"]) for row in behind if self._write(row)]
        if written:
            with self._database.transaction() as connection:
                connection.executemany(
                    "UPDATE generations SET sidecar_behind = 0"
                    " WHERE number = ? AND sidecar_behind = ?",
                    written,
                )
        return len(written)

    def _write(self, row: sqlite3.Row) -> bool:
        picture = self._root / row["path"]
        marks = marks_from(row, *words_of(self._database.rows, row["number"]))
        linked = is_linked(row["path"])
        try:
            at = sidecar_of(self._root, row["path"], row["id"]) if linked else None
            _put_marks(picture, marks, row, at)
        except (OSError, RowUnreadable):
            _log.warning("the marks of %s are not in its sidecar yet", row["id"], exc_info=True)
            return False
        return True


def mark_row(
    connection: sqlite3.Connection, id_: str, change: MarkChange, *, full_text: bool
) -> bool:
    """Set the marks of one row, inside a transaction; False when there is no such picture."""
    row = connection.execute("SELECT * FROM generations WHERE id = ?", (id_,)).fetchone()
    if row is None:
        return False
    new = _columns(change)
    names = ", ".join(f"{name} = :{name}" for name in new)
    connection.execute(
        f"UPDATE generations SET {names}{', ' if names else ''}"
        "sidecar_behind = sidecar_behind + 1 WHERE number = :number",
        {**new, "number": row["number"]},
    )
    if "note" in new and full_text:
        _index_note(connection, row, str(new["note"]))
    for words in (_TAGS, _COLLECTIONS):
        words.apply(connection, row["number"], change)
    return True


def rows_of(connection: sqlite3.Connection) -> Callable[[str, Sequence[object]], list[sqlite3.Row]]:
    """Questions on a connection, inside its transaction."""
    return lambda sql, values: connection.execute(sql, values).fetchall()


@dataclass(frozen=True, slots=True)
class _Words:
    """Marks of which a picture can have several: a table of (word, number) pairs."""

    table: str
    column: str

    def apply(self, connection: sqlite3.Connection, number: int, change: MarkChange) -> None:
        all_of_them: tuple[str, ...] | None = getattr(change, self.name)
        if all_of_them is not None:
            connection.execute(f"DELETE FROM {self.table} WHERE number = ?", (number,))
        for word in getattr(change, f"{self.name}_removed"):
            connection.execute(
                f"DELETE FROM {self.table} WHERE {self.column} = ? AND number = ?", (word, number)
            )
        connection.executemany(
            f"INSERT OR IGNORE INTO {self.table} (number, {self.column}) VALUES (?, ?)",
            [
                (number, storable(word))
                for word in (*(all_of_them or ()), *getattr(change, f"{self.name}_added"))
            ],
        )

    @property
    def name(self) -> str:
        """The mark in MarkSet and MarkChange."""
        return f"{self.column}s"


_TAGS = _Words("tags", "tag")
_COLLECTIONS = _Words("members", "collection")


def _check(change: MarkChange) -> None:
    if change.rating is not None and not 0 <= change.rating <= 5:
        raise ValueError("a rating is 0 to 5")
    if change.verdict not in (None, "", *VERDICTS):
        raise ValueError("a verdict is keep or maybe")


def _marks_of(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, MarkSet]:
    """The marks of the pictures that are there, each once."""
    found: dict[str, MarkSet] = {}
    ask = rows_of(connection)
    for id_ in dict.fromkeys(ids):
        rows = ask("SELECT * FROM generations WHERE id = ?", (id_,))
        if rows:
            found[id_] = marks_from(rows[0], *words_of(ask, rows[0]["number"]))
    return found


def _put_marks(picture: Path, marks: MarkSet, row: sqlite3.Row, at: Path | None) -> None:
    """Into the sidecar that is there, else into a new one made of the row. Raises OSError,
    RowUnreadable.
    """
    try:
        rewrite_marks(picture, marks, at)
    except SidecarUnreadable:
        if not picture.is_file():
            raise FileNotFoundError(picture.name) from None
        write_sidecar(picture, Sidecar(generation_from(row), marks), at)


def _columns(change: MarkChange) -> dict[str, object]:
    flags = {"favourite": change.favourite, "rejected": change.rejected}
    texts = {"label": change.label, "project": change.project, "note": change.note}
    texts["verdict"] = change.verdict
    new: dict[str, object] = {name: int(v) for name, v in flags.items() if v is not None}
    new |= {name: storable(text) for name, text in texts.items() if text is not None}
    if change.verdict and change.rejected is None:
        new["rejected"] = 0
    elif change.rejected and change.verdict is None:
        new["verdict"] = ""
    return new if change.rating is None else {**new, "rating": change.rating}


def _index_note(connection: sqlite3.Connection, row: sqlite3.Row, note: str) -> None:
    """The index keeps no copy of the words, so it must be told the old ones to take them out."""
    old = (row["number"], row["prompt"], row["note"])
    connection.execute(
        "INSERT INTO prompts (prompts, rowid, prompt, note) VALUES ('delete', ?, ?, ?)", old
    )
    connection.execute(
        "INSERT INTO prompts (rowid, prompt, note) VALUES (?, ?, ?)",
        (row["number"], row["prompt"], note),
    )
