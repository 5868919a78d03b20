"""From a damaged database to a sound one: the newest sound backup, on top of it every job that the
damaged file still gives, on top of that what the sidecars say.

The new file is made beside the old one and takes its place at the very end, so a crash on the way
only means beginning again, or going on with the last step. The damaged file is kept. A job that
waited to be sent may have been sent after the state that was found: it is never sent again by
itself, a person decides.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flux_studio.core.errors import NotKept, Reason
from flux_studio.core.job import Job, JobState
from flux_studio.storage.atomic import flush_folder
from flux_studio.storage.backups import Backup, Backups
from flux_studio.storage.database import Database, quarantine
from flux_studio.storage.disk_errors import disk_words
from flux_studio.storage.job_rows import DAMAGED, job_from, money_from, write_job
from flux_studio.storage.json_fields import RowUnreadable
from flux_studio.storage.prompt_history import seed_history
from flux_studio.storage.rebuild import rebuild
from flux_studio.storage.salvage import Salvage, salvage

_UNCERTAIN = (JobState.PLANNED, JobState.SENDING)
_WORDS = (
    "The library's database was damaged while this job was on its way, so it may have been sent."
    " Look at the provider whether it was made."
)
NOBODY = "recovered"  # the owner of rows that no living process works on


@dataclass(frozen=True, slots=True)
class Recovered:
    """`aside` is the damaged file's new name; `backup` the copy that was used; `jobs` came out of
    the damaged file, `unclear` of them and of the backup's wait for a person; `unreadable` rows;
    `pictures` came back from sidecars.
    """

    aside: Path
    backup: Backup | None
    jobs: int
    unclear: int
    unreadable: int
    pictures: int

    @property
    def sentence(self) -> str:
        """What happened, for people."""
        day = "" if self.backup is None else f"{self.backup.at.astimezone():%Y-%m-%d %H:%M}"
        parts = [
            f"The library's database was damaged and is now {self.aside.name}.",
            f"Restored from the backup of {day}." if day else "There was no backup.",
            f"Pictures that came back from their sidecars: {self.pictures}.",
            f"Jobs read from the damaged file: {self.jobs}.",
        ]
        if self.unclear:
            parts.append(f"Jobs to look at, since they may have been sent: {self.unclear}.")
        if self.unreadable:
            parts.append("Some rows could not be read: look for open jobs at the providers.")
        return " ".join(parts)


def recover(path: Path, backups: Backups, pictures: Path) -> Recovered:
    """Put a sound database in the place of the damaged one at `path`. Raises NotKept when the disk
    refuses; the damaged file then stays where it is.
    """
    part = path.with_name(f"{path.name}.recovering")
    with disk_words():
        _remove(part)
        backup = backups.newest_sound()
        found = salvage(path)
    if backup is not None:
        backups.put_copy(backup, part)
    with closing(Database(part, backups.folder)) as database:
        _put_jobs(database, found)
        restored = rebuild(database, pictures, refresh=backup is not None).restored
        unclear = _settle(database, found)
    aside = _take_the_place(part, path)
    return Recovered(aside, backup, found.sound, unclear, found.unreadable, restored)


def put_in_place(path: Path, backups: Backups, backup: Backup, pictures: Path) -> tuple[Path, int]:
    """Put a backup in the place of the database at `path`, with the pictures that came since; gives
    the new name of that one and the number of those.

    As in `recover`, nothing that waited is sent by itself. Raises NotKept.
    """
    part = path.with_name(f"{path.name}.recovering")
    with disk_words():
        _remove(part)
    backups.put_copy(backup, part)
    with closing(Database(part, backups.folder)) as database:
        restored = rebuild(database, pictures).restored
        _settle(database, Salvage())
    return _take_the_place(part, path, "replaced"), restored


def finish_recovery(path: Path) -> Path | None:
    """Put the sound database in its place that an end of the program left beside it; gives the new
    name of what was there. To be called before the database is opened: a new, empty one would hide
    every job. None when nothing was left. Raises NotKept.
    """
    ready = _ready(path)
    if not ready.exists():
        return None
    with disk_words():
        return _swap(ready, path, "damaged")


def _take_the_place(part: Path, path: Path, why: str = "damaged") -> Path:
    """Swap a database that is whole for the one at `path`. From the first rename on the next start
    goes on with it, whatever ends the program in between.
    """
    with disk_words():
        if any(part.with_name(part.name + ending).exists() for ending in ("-wal", "-journal")):
            raise NotKept("The repaired database could not be completed. It is tried again.")
        part.replace(_ready(path))
        flush_folder(path.parent)
        return _swap(_ready(path), path, why)


def _swap(ready: Path, path: Path, why: str) -> Path:
    aside = quarantine(path, why)
    ready.replace(path)
    flush_folder(path.parent)
    return aside


def _ready(path: Path) -> Path:
    return path.with_name(f"{path.name}.recovered")


def _remove(part: Path) -> None:
    for ending in ("-wal", "-shm", ""):
        part.with_name(part.name + ending).unlink(missing_ok=True)
    for left in part.parent.glob(".salvage-*"):
        shutil.rmtree(left, ignore_errors=True)


def _put_jobs(database: Database, found: Salvage) -> None:
    """Jobs of the damaged file, where they say more than the backup does."""
    with database.transaction() as connection:
        for job, owner in found.jobs.values():
            known = _job(connection, job.id)
            if known is None or (job.reason != DAMAGED and job.updated >= known.updated):
                write_job(connection, job, owner or NOBODY)


def _settle(database: Database, found: Salvage) -> int:
    """Bring every open job to a state that cannot cost twice; gives how many wait for a person."""
    unclear = 0
    with database.transaction() as connection:
        ended = [s.value for s in JobState if s not in _UNCERTAIN and s is not JobState.UNKNOWN]
        marks = ", ".join("?" * len(ended))
        rows = connection.execute(
            f"SELECT * FROM jobs WHERE state NOT IN ({marks})", ended
        ).fetchall()
        for row in rows:
            try:
                job = job_from(row)
            except RowUnreadable:
                continue
            settled = _settled(connection, job, found)
            unclear += settled.state is JobState.UNKNOWN
            if settled != job:
                write_job(connection, settled, row["owner"])
        _end_saved(connection)
        seed_history(connection)
    return unclear


def _settled(connection: sqlite3.Connection, job: Job, found: Salvage) -> Job:
    ticket = job.ticket or found.tickets.get(job.id)
    now = datetime.now(UTC)
    if ticket is not None and job.state in _UNCERTAIN:
        return replace(
            job, state=JobState.ACCEPTED, ticket=ticket, sent=job.sent or ticket.submitted,
            charged=ticket.charged, updated=now, reason="", message="", retry_at=None,
        )  # fmt: skip
    if job.state is JobState.UNKNOWN:
        return job
    return replace(
        job, state=JobState.UNKNOWN, reason=Reason.OUTCOME_UNKNOWN.value, message=_WORDS,
        updated=now, retry_at=None,
    )  # fmt: skip


def _end_saved(connection: sqlite3.Connection) -> None:
    """A job whose own picture is in the library has ended, whatever an older row says."""
    rows = connection.execute(
        "SELECT jobs.*, generations.charged AS cost FROM jobs"
        " JOIN generations ON generations.id = jobs.id WHERE state <> 'saved'"
    ).fetchall()
    for row in rows:
        try:
            job = job_from(row)
        except RowUnreadable:
            continue
        charged = job.charged if row["cost"] is None else money_from(row["cost"])
        saved = replace(
            job, state=JobState.SAVED, generation=job.id, charged=charged, reason="", message=""
        )
        write_job(connection, saved, row["owner"])


def _job(connection: sqlite3.Connection, job: str) -> Job | None:
    row = connection.execute("SELECT * FROM jobs WHERE id = ?", (job,)).fetchone()
    try:
        return None if row is None else job_from(row)
    except RowUnreadable:
        return None
