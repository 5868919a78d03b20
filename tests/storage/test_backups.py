from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flux_studio.storage.backups import Backups, BackupStopped, is_sound
from flux_studio.storage.database import Database, LibraryDamaged
from flux_studio.storage.generation_rows import insert_generation
from tests.storage.samples import NOON, generation, open_journal, planned


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    database, journal = open_journal(tmp_path)
    journal.record(planned())
    journal.close()
    database.close()
    return Backups(tmp_path / "library.sqlite", tmp_path / "backups")


def jobs_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM jobs ORDER BY id")]


def touch(folder: Path, at: datetime, label: str = "daily") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"library-{at:%Y-%m-%dT%H%M%S.%f}-{label}.sqlite"
    path.write_bytes(b"")
    return path


def test_a_copy_holds_what_the_library_holds_and_stands_alone(backups: Backups) -> None:
    made = backups.take(NOON)
    assert jobs_in(made.path) == ["job-1"]
    assert is_sound(made.path)
    assert made.path.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in backups.folder.iterdir()) == [made.path.name]
    assert backups.find(made.path.name) == backups.all()[0] == made


def test_a_library_with_tags_and_collections_is_sound(tmp_path: Path) -> None:
    database, journal = open_journal(tmp_path)
    row = generation()
    with database.transaction() as connection:
        insert_generation(
            connection, row, full_text=database.full_text, project="", note="",
            tags=("sky", "hero shot"), collections=("covers",),
        )  # fmt: skip
    journal.close()
    database.close()
    made = Backups(tmp_path / "library.sqlite", tmp_path / "backups").take(NOON)
    assert is_sound(made.path)


def test_one_a_day(backups: Backups) -> None:
    assert backups.is_due(NOON)
    backups.take(NOON)
    assert not backups.is_due(NOON + timedelta(minutes=1))
    assert backups.is_due(NOON + timedelta(days=1))


def test_writers_go_on_and_the_copy_is_of_one_moment(
    backups: Backups, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flux_studio.storage.backups.PAGES", 1)
    database, journal = open_journal(tmp_path)
    steps = []

    class Writing(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            steps.append(timeout)
            journal.record(planned(f"late-{len(steps)}"))
            return False

    made = backups.take(NOON, Writing())
    journal.close()
    database.close()
    assert len(steps) > 5
    assert jobs_in(made.path) == ["job-1"]
    assert len(jobs_in(backups.source)) == len(steps) + 1


def test_a_closing_studio_leaves_nothing_behind(backups: Backups) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(BackupStopped):
        backups.take(NOON, stop)
    assert list(backups.folder.glob("*")) == []


def test_a_damaged_library_makes_no_backup(backups: Backups, tmp_path: Path) -> None:
    database, journal = open_journal(tmp_path)
    for number in range(200):
        journal.record(planned(f"job-{number}", prompt="x" * 500))
    journal.close()
    database.close()
    good = backups.take(NOON)
    data = bytearray(backups.source.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 8192] = b"\xa5" * 8192
    backups.source.write_bytes(data)
    with pytest.raises(LibraryDamaged):
        backups.take(NOON + timedelta(days=1))
    assert [backup.path for backup in backups.all()] == [good.path]


def test_seven_days_and_four_weeks_are_kept(backups: Backups) -> None:
    days = [touch(backups.folder, NOON - timedelta(days=n)) for n in range(60)]
    twice = touch(backups.folder, NOON - timedelta(hours=1))
    upgrade = touch(backups.folder, NOON - timedelta(days=400), "before-v2")
    backups.prune(NOON)
    left = {backup.path for backup in backups.all()}
    assert upgrade in left
    assert twice not in left
    assert set(days[:7]) <= left
    weekly = sorted(left - set(days[:7]) - {upgrade})
    assert len(weekly) == 4
    assert len({day.name for day in weekly}) == 4
    assert all(path in days[7 : 7 + 5 * 7] for path in weekly)


def test_a_part_of_a_crash_goes_when_it_is_old(backups: Backups) -> None:
    backups.folder.mkdir(exist_ok=True)
    part = backups.folder / "library-x.part"
    part.write_bytes(b"half")
    at = datetime.fromtimestamp(part.stat().st_mtime, NOON.tzinfo)
    assert backups.prune(at + timedelta(minutes=1)) == []
    assert backups.prune(at + timedelta(hours=2)) == [part]


def test_the_newest_sound_one_is_found_past_those_that_are_not(backups: Backups) -> None:
    good = backups.take(NOON)
    touch(backups.folder, NOON + timedelta(days=1)).write_bytes(b"garbage" * 1000)
    newer = backups.take(NOON + timedelta(days=2)).path
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 999")
    found = backups.newest_sound()
    assert found is not None
    assert found.path == good.path


def test_an_older_format_is_sound_and_another_programs_file_is_not(tmp_path: Path) -> None:
    from flux_studio.storage.schema import MIGRATIONS

    old = tmp_path / "old.sqlite"
    Database(old, tmp_path, MIGRATIONS[:1]).close()
    assert is_sound(old)
    foreign = tmp_path / "foreign.sqlite"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE jobs (id)")
    assert not is_sound(foreign)
    assert not is_sound(tmp_path / "missing.sqlite")
