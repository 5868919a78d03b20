"""Reads the jobs that a damaged database still gives, row by row: a paid job whose row can be read
is not forgotten.

The file itself is never touched: a copy is read, with its log. Where the beginning of the file or
the list of its tables is gone, which makes SQLite refuse all of it, the copy is lent a first page
that names the two tables of jobs and no more: they stand at the same place in each of our files.
Each row carries its own checksum, so what comes out by chance is seen.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flux_studio.core.job import Job, Ticket
from flux_studio.storage.job_rows import DAMAGED, job_from
from flux_studio.storage.json_fields import Fields, RowUnreadable, parse_json
from flux_studio.storage.rows import ticket_of
from flux_studio.storage.schema import MIGRATIONS

HEADER = 100  # bytes before the first page's own tree (SQLite's file format, 1.3)
PAGE = 4096  # bytes; the size our databases have
MOST_ROWS = 2_000_000
_LEAST_ROW = 64  # bytes: no row of a job is smaller
_MOST_HOLE = 50_000  # rows in a row that cannot be read, before the rest is given up
_HOPELESS = ("no such table", "not a database", "malformed database schema")
_PAGES_AT = slice(28, 32)  # how many pages the file has
_CHANGED_AT = slice(24, 28)
_VALID_FOR_AT = slice(92, 96)


@dataclass(slots=True)
class Salvage:
    """What was found: jobs with the token of their owner, tickets by job from the log of facts, and
    how many rows could not be read.
    """

    jobs: dict[str, tuple[Job, str]] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    unreadable: int = 0

    @property
    def sound(self) -> int:
        """Jobs whose checksum is right."""
        return sum(job.reason != DAMAGED for job, _ in self.jobs.values())

    @property
    def worth(self) -> tuple[int, int, int]:
        """What decides between two ways to read the same file."""
        return self.sound, len(self.jobs), len(self.tickets)


def salvage(damaged: Path) -> Salvage:
    """Everything that can be read of the jobs in `damaged`. Raises OSError when no copy can be
    made.
    """
    best = Salvage()
    with tempfile.TemporaryDirectory(prefix=".salvage-", dir=damaged.parent) as folder:
        copy, first = Path(folder) / "library.sqlite", _first_page(Path(folder))
        for lent in (b"", first[:HEADER], first):
            _copy(damaged, copy)
            if lent:
                _lend(copy, lent)
            found = _read(copy)
            if found.worth > best.worth:
                best = found
            if best.jobs and not best.unreadable:
                break
    return best


def _first_page(folder: Path) -> bytes:
    """The first page of a library that has the two tables of jobs alone, made in `folder`."""
    path = folder / "lender.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size = {PAGE}")
        db.execute("PRAGMA journal_mode = WAL")  # else the log beside the copy would not be read
        for statements in MIGRATIONS:
            for statement in statements:
                db.execute(statement)
        roots = db.execute(
            "SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'"
            " AND name IN ('jobs', 'job_events')"
        ).fetchall()
        columns = [row[1] for row in db.execute("PRAGMA table_info(jobs)")]
        log = [row[1] for row in db.execute("PRAGMA table_info(job_events)")]
    path.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size = {PAGE}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"CREATE TABLE jobs ({', '.join(columns)})")
        rest = ", ".join(name for name in log if name != "number")
        db.execute(f"CREATE TABLE job_events (number INTEGER PRIMARY KEY, {rest})")
        db.execute("PRAGMA writable_schema = ON")
        for name, root in roots:
            db.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = ?", (root, name))
    first = path.read_bytes()[:PAGE]
    path.unlink()
    return first


def _copy(damaged: Path, copy: Path) -> None:
    for ending in ("-shm", "-wal", ""):
        target = copy.with_name(copy.name + ending)
        target.unlink(missing_ok=True)
        source = damaged.with_name(damaged.name + ending)
        if ending != "-shm" and source.exists():
            shutil.copyfile(source, target)


def _lend(copy: Path, lent: bytes) -> None:
    """Put a sound beginning before what is left of the file, with the file's own number of
    pages.
    """
    beginning = bytearray(lent)
    beginning[_PAGES_AT] = (copy.stat().st_size // PAGE).to_bytes(4, "big")
    beginning[_VALID_FOR_AT] = beginning[_CHANGED_AT]
    with copy.open("r+b") as file:
        file.write(beginning)


def _read(copy: Path) -> Salvage:
    found = Salvage()
    with suppress(sqlite3.Error), closing(sqlite3.connect(copy, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        db.text_factory = _text
        for row in _rows(db, copy, "jobs", "rowid", found):
            _take_job(found, row)
        for row in _rows(db, copy, "job_events", "number", found):
            _take_ticket(found, row)
    return found


def _text(data: bytes) -> str:
    """A damaged text must not stop the reading of its row."""
    return data.decode("utf-8", "replace")


def _rows(
    db: sqlite3.Connection, copy: Path, table: str, number: str, found: Salvage
) -> Iterator[sqlite3.Row]:
    """Each row that can be read. One by one, since a damaged page ends every longer question."""
    try:
        last = db.execute(f"SELECT max({number}) FROM {table}").fetchone()[0] or 0
    except sqlite3.Error:
        try:
            db.execute(f"SELECT {number} FROM {table} WHERE {number} = 0").fetchone()
        except sqlite3.Error as error:
            if any(words in str(error) for words in _HOPELESS):
                return
        last = copy.stat().st_size // _LEAST_ROW
    hole = 0
    for at in range(1, min(last, MOST_ROWS) + 1):
        if hole > _MOST_HOLE:
            return
        try:
            row = db.execute(f"SELECT * FROM {table} WHERE {number} = ?", (at,)).fetchone()
        except sqlite3.Error:
            found.unreadable += 1
            hole += 1
            continue
        hole = 0
        if row is not None:
            yield row


def _take_job(found: Salvage, row: sqlite3.Row) -> None:
    # A file of an older version lacks the later columns; the checksum does not cover them.
    fields: Mapping[str, object] = {"key": "", **dict(row)}
    try:
        job = job_from(cast("sqlite3.Row", fields))
        found.jobs[job.id] = job, str(fields["owner"])
    except (RowUnreadable, KeyError, TypeError, ValueError):
        found.unreadable += 1


def _take_ticket(found: Salvage, row: sqlite3.Row) -> None:
    try:
        if row["kind"] == "accepted":
            fields = Fields(parse_json(row["payload"]), "event")
            found.tickets[row["job"]] = ticket_of(fields.table("ticket"))
    except (RowUnreadable, IndexError, TypeError, ValueError):
        found.unreadable += 1
