"""Runs of the import, kept so that one that was cut off goes on where it was.

A run is a few folders or files and how they are brought in. What became of each file is written in
the same commit as its picture, so after a crash nothing is done twice and nothing is forgotten.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from flux_studio.storage.database import Database
from flux_studio.storage.job_rows import storable
from flux_studio.storage.rows import micros, moment


class RunState(StrEnum):
    """How a run stands. A run of a dead process that is `running` goes on by itself."""

    RUNNING = "running"
    PAUSED = "paused"
    WATCHING = "watching"
    DONE = "done"


class Outcome(StrEnum):
    """What became of one file."""

    ADDED = "added"
    KNOWN = "known"
    """The library has these bytes already."""
    FOUND = "found"
    """The library has the picture, and its file was missing: it is this one now."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ImportRun:
    """What was asked for: folders and files, whether originals are copied into the library or stay
    where they are, and whether what comes later is wanted too.
    """

    number: int
    sources: tuple[Path, ...]
    copies: bool
    watches: bool
    state: RunState
    started: datetime


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What became of a file that had so many bytes and was changed at `modified` (ns)."""

    path: str
    bytes: int
    modified: int
    outcome: Outcome
    sentence: str = ""


class ImportRuns:
    """The runs of one library. Writing methods belong to the thread that owns the writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self, sources: Sequence[Path], *, copies: bool, watches: bool, owner: str
    ) -> ImportRun:
        """A new run, or the open one for the very same. Raises NotKept."""
        text = json.dumps([str(each) for each in sources])
        for row in self._rows("state <> 'done' AND sources = ?", (text,)):
            if bool(row["copies"]) == copies:
                self._set(row["number"], state=RunState.RUNNING.value, owner=owner, watches=watches)
                return self._run(row["number"])
        now = micros(datetime.now(UTC))
        values = (text, copies, watches, RunState.RUNNING.value, owner, now)
        number = self._database.write(
            lambda db: db.execute(
                "INSERT INTO import_runs (sources, copies, watches, state, owner, started)"
                " VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
                values,
            ).fetchone()[0]
        )
        return self._run(number)

    def open_runs(self) -> list[tuple[ImportRun, str]]:
        """Every run that has not ended, oldest first, with the token of its process."""
        return [(_run_of(row), row["owner"]) for row in self._rows("state <> 'done'", ())]

    def take(self, number: int, state: RunState, owner: str) -> ImportRun:
        """The run belongs to this process now and stands so."""
        self._set(number, state=state.value, owner=owner)
        return self._run(number)

    def stand(self, number: int, state: RunState) -> None:
        """Note how a run stands. A run that is done forgets its files but those that failed."""
        ended = micros(datetime.now(UTC)) if state is RunState.DONE else None
        self._set(number, state=state.value, ended=ended)
        if state is RunState.DONE:
            forget = "DELETE FROM import_files WHERE run = ? AND outcome <> 'failed'"
            self._database.write(lambda db: db.execute(forget, (number,)))

    def seen(self, number: int) -> dict[str, tuple[int, int]]:
        """The files a run is through with: path, and bytes and time of change (ns) then."""
        sql = "SELECT path, bytes, modified FROM import_files WHERE run = ?"
        return {row[0]: (row[1], row[2]) for row in self._database.rows(sql, (number,))}

    def counts(self, number: int) -> dict[Outcome, int]:
        """How many files had each outcome."""
        sql = "SELECT outcome, COUNT(*) FROM import_files WHERE run = ? GROUP BY outcome"
        return {Outcome(row[0]): row[1] for row in self._database.rows(sql, (number,))}

    def failures(self, number: int) -> list[FileRecord]:
        """The files that could not be brought in, each with a sentence."""
        sql = (
            "SELECT path, bytes, modified, outcome, sentence FROM import_files"
            " WHERE run = ? AND outcome = 'failed' ORDER BY path"
        )
        return [
            FileRecord(row[0], row[1], row[2], Outcome(row[3]), row[4])
            for row in self._database.rows(sql, (number,))
        ]

    def _run(self, number: int) -> ImportRun:
        return _run_of(self._rows("number = ?", (number,))[0])

    def _rows(self, where: str, values: Sequence[object]) -> list[sqlite3.Row]:
        sql = f"SELECT * FROM import_runs WHERE {where} ORDER BY number"
        return self._database.rows(sql, values)

    def _set(self, number: int, **values: object) -> None:
        names = ", ".join(f"{name} = :{name}" for name in values)
        sql = f"UPDATE import_runs SET {names} WHERE number = :number"
        self._database.write(lambda db: db.execute(sql, {**values, "number": number}))


def record_files(connection: sqlite3.Connection, run: int, files: Iterable[FileRecord]) -> None:
    """Note what became of files, inside a transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO import_files VALUES (?, ?, ?, ?, ?, ?)",
        [
            (run, storable(f.path), f.bytes, f.modified, f.outcome.value, storable(f.sentence))
            for f in files
        ],
    )


def _run_of(row: sqlite3.Row) -> ImportRun:
    return ImportRun(
        number=row["number"],
        sources=tuple(Path(each) for each in json.loads(row["sources"])),
        copies=bool(row["copies"]),
        watches=bool(row["watches"]),
        state=RunState(row["state"]),
        started=moment(row["started"]),
    )
