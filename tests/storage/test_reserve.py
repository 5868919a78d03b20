from __future__ import annotations

import errno
import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path

import pytest

from flux_studio.core.errors import NotKept
from flux_studio.storage.database import Database
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.owners import Owner
from flux_studio.storage.reserve import AGAIN_S, BYTES, Reserve
from tests.storage.samples import planned, way_to_ready

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def reserve(tmp_path: Path, clock: list[float]) -> Reserve:
    return Reserve(tmp_path / "reserve", lambda: clock[0])


def test_it_is_made_once_and_let_go_once(reserve: Reserve, tmp_path: Path) -> None:
    assert reserve.keep()
    assert (tmp_path / "reserve").stat().st_size == BYTES
    assert reserve.release()
    assert not (tmp_path / "reserve").exists()
    assert not reserve.release()


def test_it_comes_back_a_minute_later_where_there_is_room(
    reserve: Reserve, tmp_path: Path, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve.keep()
    reserve.release()
    reserve.renew()
    assert not (tmp_path / "reserve").exists()
    clock[0] += AGAIN_S
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 10**6))
    reserve.renew()
    assert not (tmp_path / "reserve").exists()
    monkeypatch.undo()
    clock[0] += AGAIN_S
    reserve.renew()
    assert (tmp_path / "reserve").exists()
    assert not reserve.given


def test_a_folder_that_is_gone_is_no_error(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "gone" / "reserve")
    assert not reserve.keep()
    assert not reserve.release()


class Full:
    """A connection on a disk with no room until the reserve is gone."""

    def __init__(self, connection: sqlite3.Connection, reserve: Path) -> None:
        self._connection = connection
        self._reserve = reserve

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
        if sql == "COMMIT" and self._reserve.exists():
            raise OSError(errno.ENOSPC, "no space left")
        return self._connection.execute(sql, *values)  # type: ignore[arg-type]  # passed on as given

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(tmp_path / "library.sqlite", tmp_path / "backups")
    made._connection = Full(made._connection, tmp_path / "reserve")  # type: ignore[assignment]  # noqa: SLF001  # a full disk
    return made


def test_a_fact_of_a_paid_job_is_written_from_the_reserve(
    database: Database, tmp_path: Path
) -> None:
    journal = JobJournal(database, Owner(tmp_path / "owners"))
    for event in way_to_ready()[:2]:
        journal.record(event)
    database.reserve.keep()
    journal.record(way_to_ready()[2])
    assert not (tmp_path / "reserve").exists()
    found = journal.job("job-1")
    assert found is not None
    assert found.ticket is not None
    journal.close()
    database.close()


def test_a_new_job_does_not_use_up_the_reserve(database: Database, tmp_path: Path) -> None:
    journal = JobJournal(database, Owner(tmp_path / "owners"))
    database.reserve.keep()
    with pytest.raises(NotKept):
        journal.record(planned())
    assert (tmp_path / "reserve").exists()
    journal.close()
    database.close()


def test_without_a_reserve_the_refusal_is_told(database: Database, tmp_path: Path) -> None:
    database.reserve.keep()
    shutil.copyfile(tmp_path / "reserve", tmp_path / "kept")
    calls = []

    def work(_: sqlite3.Connection) -> None:
        calls.append((tmp_path / "reserve").exists())
        (tmp_path / "reserve").write_bytes(b"the disk stays full")

    with pytest.raises(NotKept):
        database.write(work)
    assert calls == [True, False]
    database.close()
