"""From a damaged database to a sound one: no paid job whose row can be read is forgotten, and none
is sent twice.
"""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from flux_studio.core.job import Accepted, Job, JobState, Sending
from flux_studio.storage.backups import Backups
from flux_studio.storage.database import Database, LibraryDamaged
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.marks import MarkChange, Marks
from flux_studio.storage.owners import Owner
from flux_studio.storage.recovery import Recovered, finish_recovery, put_in_place, recover
from flux_studio.storage.salvage import PAGE
from flux_studio.storage.sidecar import JobTimes, MarkSet, Sidecar, write_sidecar
from tests.storage.samples import (
    NOON,
    TICKET,
    generation,
    open_journal,
    planned,
    saved,
    way_to_ready,
)

LATER = NOON + timedelta(minutes=5)


class Home:
    """A library on disk that is opened, damaged and recovered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pictures = folder / "pictures"
        self.pictures.mkdir()
        self.path = folder / "library.sqlite"
        self.backups = Backups(self.path, folder / "backups")

    def record(self, *events) -> None:
        database, journal = open_journal(self.folder)
        for event in events:
            journal.record(event)
        journal.close()
        database.close()

    def keep(self, job: str, **marks) -> None:
        """A picture with its sidecar, as the library leaves them before the row."""
        made = generation(job)
        path = self.pictures / made.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"picture")
        times = JobTimes("order-1", NOON, NOON, LATER)
        write_sidecar(path, Sidecar(made, MarkSet(**marks), times))

    def damage(self, start: int, length: int) -> None:
        data = bytearray(self.path.read_bytes())
        data[start : start + length] = b"\xa5" * len(data[start : start + length])
        self.path.write_bytes(data)

    def recover(self) -> Recovered:
        return recover(self.path, self.backups, self.pictures)

    def jobs(self) -> dict[str, Job]:
        database = Database(self.path, self.folder / "backups")
        with closing(database):
            assert database.check() == []
            journal = JobJournal(database, Owner(self.folder / "owners"))
            found = {job.id: job for job in journal.jobs()}
            journal.close()
        return found

    def rows(self, sql: str) -> list[tuple]:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.mark.parametrize("length", [16, 100, PAGE], ids=["magic", "header", "first page"])
def test_a_ticket_survives_a_damaged_beginning_without_any_backup(home: Home, length: int) -> None:
    home.record(*way_to_ready()[:4])
    home.damage(0, length)
    with pytest.raises(LibraryDamaged):
        Database(home.path, home.folder / "backups")
    done = home.recover()
    assert (done.jobs, done.backup) == (1, None)
    job = home.jobs()["job-1"]
    assert (job.state, job.ticket) == (JobState.RUNNING, TICKET)
    assert done.aside.read_bytes()[:8] == b"\xa5" * 8


def test_jobs_of_sound_pages_come_back_where_others_are_lost(home: Home) -> None:
    home.record(*(e for n in range(60) for e in way_to_ready(f"job-{n:02}")[:3]))
    [(root,)] = home.rows("SELECT rootpage FROM sqlite_schema WHERE name = 'jobs'")
    size = home.path.stat().st_size
    # Some page in the middle, not the root of the table of jobs.
    home.damage(max(size // 2 // PAGE, root + 1) * PAGE, 2 * PAGE)
    home.damage(0, 16)
    done = home.recover()
    back = home.jobs()
    assert done.jobs == len(back)
    assert len(back) >= 30
    assert all(job.ticket == TICKET for job in back.values())


def test_what_is_in_the_log_only_is_read_too(home: Home) -> None:
    database, journal = open_journal(home.folder)
    for event in way_to_ready()[:3]:
        journal.record(event)
    copies = {p.name: p.read_bytes() for p in home.folder.glob("library.sqlite*")}
    journal.close()
    database.close()
    for name, data in copies.items():
        if not name.endswith("-shm"):
            (home.folder / name).write_bytes(data)
    assert copies["library.sqlite-wal"]
    assert home.recover().jobs == 1
    assert home.jobs()["job-1"].ticket == TICKET
    assert not home.path.with_name("library.sqlite-wal").exists()


def test_garbage_is_replaced_by_the_backup_and_newer_pictures_by_their_sidecars(
    home: Home,
) -> None:
    home.record(*way_to_ready("old"), saved("old"))
    home.keep("old", rating=2, tags=("before",))
    backup = home.backups.take(NOON)
    home.keep("old", rating=5, tags=("after", "too"), note="warm", favourite=True)
    home.keep("new")
    home.path.write_bytes(b"no database" * 1000)
    done = home.recover()
    assert done.backup == backup
    assert done.pictures == 1
    assert home.rows("SELECT id, rating, favourite, note FROM generations ORDER BY id") == [
        ("new", 0, 0, ""),
        ("old", 5, 1, "warm"),
    ]
    assert home.rows("SELECT tag FROM tags ORDER BY tag") == [("after",), ("too",)]
    assert home.jobs()["new"].charged == Decimal("0.031")
    assert "backup of 2026-11-20" in done.sentence


def test_marks_that_did_not_reach_the_sidecar_stay(home: Home) -> None:
    home.record(*way_to_ready(), saved())
    home.keep("job-1", rating=1)
    database = Database(home.path, home.folder / "backups")
    (home.pictures / generation().path).with_suffix(".json").unlink()
    with closing(database):
        (home.pictures / generation().path).unlink()
        Marks(database, home.pictures).set(["job-1"], MarkChange(rating=4))
    home.backups.take(NOON)
    home.keep("job-1", rating=1)
    home.path.write_bytes(b"no database" * 1000)
    home.recover()
    assert home.rows("SELECT rating FROM generations") == [(4,)]


@pytest.mark.parametrize("way", [1, 2], ids=["planned", "sending"])
def test_a_job_that_waited_is_never_sent_by_itself_after_a_restore(home: Home, way: int) -> None:
    home.record(*way_to_ready()[:way])
    home.backups.take(NOON)
    home.path.write_bytes(b"no database" * 1000)
    done = home.recover()
    job = home.jobs()["job-1"]
    assert (job.state, done.unclear) == (JobState.UNKNOWN, 1)
    assert "may have been sent" in job.message


def test_the_damaged_files_newer_row_wins_over_the_backup(home: Home) -> None:
    home.record(planned())
    home.backups.take(NOON)
    home.record(Sending("job-1", LATER), Accepted("job-1", LATER, TICKET))
    home.damage(0, PAGE)
    done = home.recover()
    assert home.jobs()["job-1"].state is JobState.ACCEPTED
    assert (done.jobs, done.unclear) == (1, 0)


def test_a_ticket_in_the_log_of_facts_is_enough_to_follow_a_job(home: Home) -> None:
    home.record(planned())
    home.backups.take(NOON)
    home.record(Sending("job-1", LATER), Accepted("job-1", LATER, replace(TICKET, task="t-9")))
    with closing(sqlite3.connect(home.path)) as connection:
        connection.execute("DELETE FROM jobs")
        connection.commit()
    home.damage(0, 16)
    home.recover()
    job = home.jobs()["job-1"]
    assert job.state is JobState.ACCEPTED
    assert job.ticket is not None
    assert job.ticket.task == "t-9"


def test_a_job_whose_picture_is_there_has_ended(home: Home) -> None:
    home.record(planned())
    home.backups.take(NOON)
    home.keep("job-1")
    home.path.write_bytes(b"no database" * 1000)
    done = home.recover()
    job = home.jobs()["job-1"]
    assert (job.state, job.charged) == (JobState.SAVED, Decimal("0.031"))
    assert done.pictures == 1


def test_a_row_that_lost_a_bit_waits_for_a_person(home: Home) -> None:
    home.record(*way_to_ready()[:3])
    with closing(sqlite3.connect(home.path)) as connection:
        connection.execute("UPDATE jobs SET ticket = replace(ticket, 'task-1', 'task-7')")
        connection.execute("DELETE FROM job_events")
        connection.commit()
    home.damage(0, 16)
    done = home.recover()
    assert home.jobs()["job-1"].state is JobState.UNKNOWN
    assert (done.jobs, done.unclear) == (0, 1)


def test_a_recovery_that_was_cut_off_begins_again(home: Home) -> None:
    home.record(*way_to_ready()[:3])
    home.damage(0, 16)
    part = home.path.with_name("library.sqlite.recovering")
    part.write_bytes(b"half of something")
    part.with_name(part.name + "-wal").write_bytes(b"a log of something else")
    (home.folder / ".salvage-old").mkdir()
    assert home.recover().jobs == 1
    assert not list(home.folder.glob("*.recovering*"))
    assert not list(home.folder.glob(".salvage-*"))


class Cut(BaseException):
    """The program ends here."""


def cut_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """End the program before rename number `number`, counted from 0, of a folder's entries."""
    left = [number]

    def renaming(real):
        def rename(path: Path, target: Path):
            left[0] -= 1
            if left[0] < 0:
                raise Cut
            return real(path, target)

        return rename

    for name in ("rename", "replace"):
        monkeypatch.setattr(Path, name, renaming(getattr(Path, name)))


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("with_log", [False, True], ids=["file", "file and log"])
def test_a_recovery_that_ends_between_two_renames_loses_no_job(
    home: Home, monkeypatch: pytest.MonkeyPatch, number: int, with_log: bool
) -> None:
    home.record(*way_to_ready()[:3])
    home.damage(0, 16)
    if with_log:
        home.path.with_name("library.sqlite-wal").write_bytes(b"")
    with monkeypatch.context() as patch:
        cut_at(patch, number)
        with contextlib.suppress(Cut):
            home.recover()
    finish_recovery(home.path)
    try:
        found = home.jobs()
    except LibraryDamaged:  # the damaged one is still in its place: the start recovers it anew
        home.recover()
        found = home.jobs()
    assert found["job-1"].ticket == TICKET
    assert finish_recovery(home.path) is None
    assert list(home.folder.glob("*.damaged-*"))


def test_a_restore_puts_the_present_file_aside(home: Home) -> None:
    home.record(planned("first"))
    backup = home.backups.take(NOON)
    home.record(planned("second"))
    home.keep("third")
    aside, pictures = put_in_place(home.path, home.backups, backup, home.pictures)
    assert set(home.jobs()) == {"first", "third"}
    assert pictures == 1
    with closing(sqlite3.connect(aside)) as connection:
        assert len(connection.execute("SELECT id FROM jobs").fetchall()) == 2
    assert home.jobs()["first"].state is JobState.UNKNOWN
