"""Writing marks: the row first, in one commit for all pictures, then each sidecar.

A row counts how many changes its sidecar has not seen (`sidecar_behind`), so marks that were set
before a crash or on a full disk reach the sidecars later: `catch_up` at the next start.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flux_studio.storage.database import Database
from flux_studio.storage.gallery import marks_from
from flux_studio.storage.generation_rows import generation_from
from flux_studio.storage.job_rows import storable
from flux_studio.storage.json_fields import RowUnreadable
from flux_studio.storage.sidecar import (
    MarkSet,
    Sidecar,
    SidecarUnreadable,
    rewrite_marks,
    write_sidecar,
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MarkChange:
    """What is to change; None leaves a mark as it is. `rating` 0 to 5, `tags` are all tags from
    now on.
    """

    rating: int | None = None
    favourite: bool | None = None
    rejected: bool | None = None
    label: str | None = None
    project: str | None = None
    note: str | None = None
    tags: tuple[str, ...] | None = None


class Marks:
    """Sets marks on pictures of the library below `root`. On the thread that owns the writes."""

    def __init__(self, database: Database, root: Path) -> None:
        self._database = database
        self._root = root

    def set(self, ids: Sequence[str], change: MarkChange) -> int:
        """Mark pictures; gives how many there were. On disk, rows and sidecars, when it returns.

        Raises ValueError for a rating outside 0 to 5, NotKept when the disk refuses the rows. A
        sidecar that cannot be written is tried again by `catch_up`.
        """
        if change.rating is not None and not 0 <= change.rating <= 5:
            raise ValueError("a rating is 0 to 5")
        full_text = self._database.full_text
        marked = self._database.write(
            lambda db: sum(mark_row(db, id_, change, full_text=full_text) for id_ in ids)
        )
        self.catch_up()
        return marked

    def catch_up(self) -> int:
        """Write the marks that are in rows only into their sidecars; gives how many sidecars
        were written.
        """
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
        tags = self._database.rows(
            "SELECT tag FROM tags WHERE number = ? ORDER BY tag", (row["number"],)
        )
        marks = marks_from(row, tags)
        try:
            _put_marks(picture, marks, row)
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
    if change.tags is not None:
        _set_tags(connection, row["number"], change.tags)
    return True


def _put_marks(picture: Path, marks: MarkSet, row: sqlite3.Row) -> None:
    """Into the sidecar that is there, else into a new one made of the row. Raises OSError,
    RowUnreadable.
    """
    try:
        rewrite_marks(picture, marks)
    except SidecarUnreadable:
        if not picture.is_file():
            raise FileNotFoundError(picture.name) from None
        write_sidecar(picture, Sidecar(generation_from(row), marks))


def _columns(change: MarkChange) -> dict[str, object]:
    flags = {"favourite": change.favourite, "rejected": change.rejected}
    texts = {"label": change.label, "project": change.project, "note": change.note}
    new: dict[str, object] = {name: int(v) for name, v in flags.items() if v is not None}
    new |= {name: storable(text) for name, text in texts.items() if text is not None}
    return new if change.rating is None else {**new, "rating": change.rating}


def _set_tags(connection: sqlite3.Connection, number: int, tags: Sequence[str]) -> None:
    connection.execute("DELETE FROM tags WHERE number = ?", (number,))
    connection.executemany(
        "INSERT OR IGNORE INTO tags (number, tag) VALUES (?, ?)",
        [(number, storable(tag)) for tag in tags],
    )


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
