"""The records of deleted pictures: a picture's row with everything that belongs to it leaves the
library as one record, and comes back from it whole.

Each function here is one step of a transaction; which step comes when, and what the files do
meanwhile, is in `deleting`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from flux_studio.core.job import ENDED
from flux_studio.storage.gallery import words_of
from flux_studio.storage.generation_rows import index_look
from flux_studio.storage.marks import rows_of
from flux_studio.storage.rows import look_from, micros, moment

_ENDED = ", ".join(f"'{state.value}'" for state in sorted(ENDED))


class Stage(StrEnum):
    """Where a deleted picture is on its way."""

    LEAVING = "leaving"
    BINNED = "binned"
    RETURNING = "returning"


@dataclass(frozen=True, slots=True)
class Record:
    """One deleted picture. `path` is the one of its row; `picture` and `sidecar` are its files in
    the bin, '' where nothing is known; `had_picture` says whether its file was there at all.
    """

    id: str
    batch: str
    at: datetime
    stage: Stage
    owner: str
    path: str
    picture: str
    sidecar: str
    had_picture: bool
    bytes: int

    def file(self, root: Path) -> Path:
        """Where the picture was: below the library, or outside for one that was linked."""
        return root / self.path


def take_out(
    connection: sqlite3.Connection, ids: Sequence[str], batch: str, owner: str, *, full_text: bool
) -> tuple[list[Record], list[str]]:
    """Turn the rows of pictures into records. Gives these, and the ids of pictures whose job still
    brings others: those stay, since the next picture of the job would take their name.
    """
    ask, taken, held = rows_of(connection), [], []
    for id_ in dict.fromkeys(ids):
        rows = ask("SELECT * FROM generations WHERE id = ?", (id_,))
        if not rows:
            continue
        row = rows[0]
        if ask(f"SELECT 1 FROM jobs WHERE id = ? AND state NOT IN ({_ENDED})", (row["job"],)):
            held.append(id_)
            continue
        tags, collections = words_of(ask, row["number"])
        kept = {**dict(row), "tags": tags, "collections": collections}
        connection.execute("DELETE FROM deleted WHERE id = ?", (id_,))
        connection.execute(
            "INSERT INTO deleted (id, batch, at, stage, owner, path, row)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (id_, batch, micros(datetime.now(UTC)), Stage.LEAVING.value, owner, row["path"],
             json.dumps(kept)),
        )  # fmt: skip
        _drop_row(connection, row, full_text=full_text)
        taken.append(id_)
    return records(connection, taken), held


def put_back(
    connection: sqlite3.Connection,
    id_: str,
    *,
    full_text: bool,
    path: str = "",
    stale: bool = False,
) -> bool:
    """Turn a record into its row again, with all its marks; `path` when the file has another one
    now, `stale` when its sidecar has to be written. False when there is no such record.
    """
    found = connection.execute("SELECT row FROM deleted WHERE id = ?", (id_,)).fetchone()
    if found is None:
        return False
    kept = json.loads(found["row"])
    tags, collections = kept.pop("tags"), kept.pop("collections")
    del kept["number"]
    kept["path"] = path or kept["path"]
    kept["sidecar_behind"] += int(stale)
    info = connection.execute("PRAGMA table_info(generations)").fetchall()
    names = [column["name"] for column in info if column["name"] in kept]
    rows = connection.execute(
        f"INSERT INTO generations ({', '.join(names)})"
        f" VALUES ({', '.join(':' + name for name in names)})"
        " ON CONFLICT (id) DO NOTHING RETURNING number",
        {name: kept[name] for name in names},
    ).fetchall()
    if rows:  # else a rebuild was faster: it read the sidecar, and the row is there
        _index(connection, rows[0][0], kept, tags, collections, full_text=full_text)
    connection.execute("DELETE FROM deleted WHERE id = ?", (id_,))
    return True


def records(connection: sqlite3.Connection, ids: Sequence[str]) -> list[Record]:
    """The records of pictures, those that are not deleted left out."""
    ask = rows_of(connection)
    found = [ask(f"{_RECORD} WHERE id = ?", (id_,)) for id_ in ids]
    return [record_from(rows[0]) for rows in found if rows]


def note_stage(connection: sqlite3.Connection, id_: str, stage: Stage, owner: str) -> None:
    """How far a record is, and who moves its files."""
    connection.execute(
        "UPDATE deleted SET stage = ?, owner = ? WHERE id = ?", (stage.value, owner, id_)
    )


def note_binned(
    connection: sqlite3.Connection, id_: str, picture: str, sidecar: str, *, had_picture: bool
) -> None:
    """The files are in the bin, under these names."""
    connection.execute(
        "UPDATE deleted SET stage = ?, picture = ?, sidecar = ?, had_picture = ? WHERE id = ?",
        (Stage.BINNED.value, picture, sidecar, int(had_picture), id_),
    )


_RECORD = (
    "SELECT id, batch, at, stage, owner, path, picture, sidecar, had_picture,"
    " json_extract(row, '$.bytes') AS bytes FROM deleted"
)
EVERY = f"{_RECORD} ORDER BY number"
OF_BATCH = f"{_RECORD} WHERE batch = ? ORDER BY number"


def record_from(row: sqlite3.Row) -> Record:
    """The record of a row of `EVERY` or `OF_BATCH`."""
    return Record(
        id=row["id"],
        batch=row["batch"],
        at=moment(row["at"]),
        stage=Stage(row["stage"]),
        owner=row["owner"],
        path=row["path"],
        picture=row["picture"],
        sidecar=row["sidecar"],
        had_picture=bool(row["had_picture"]),
        bytes=row["bytes"],
    )


def _drop_row(connection: sqlite3.Connection, row: sqlite3.Row, *, full_text: bool) -> None:
    """Tags, members, colours and the hash go with it: the tables say so."""
    if full_text:
        connection.execute(
            "INSERT INTO prompts (prompts, rowid, prompt, note) VALUES ('delete', ?, ?, ?)",
            (row["number"], row["prompt"], row["note"]),
        )
    connection.execute("DELETE FROM generations WHERE number = ?", (row["number"],))


def _index(
    connection: sqlite3.Connection,
    number: int,
    kept: dict[str, str | int | float | None],
    tags: Sequence[str],
    collections: Sequence[str],
    *,
    full_text: bool,
) -> None:
    connection.executemany("INSERT INTO tags VALUES (?, ?)", [(number, tag) for tag in tags])
    connection.executemany(
        "INSERT INTO members VALUES (?, ?)", [(number, name) for name in collections]
    )
    look = look_from(str(kept["look"])) if kept["look"] else None
    if look is not None:
        index_look(connection, number, look)
    if full_text:
        connection.execute(
            "INSERT INTO prompts (rowid, prompt, note) VALUES (?, ?, ?)",
            (number, kept["prompt"], kept["note"]),
        )
