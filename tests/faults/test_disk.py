"""The F rows on the whole way: every call to the file system of the save path fails once, at a
provider's twin; and the clock, the network and the process misbehave as a machine does.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flux_studio.core.errors import NotKept
from flux_studio.core.job import JobEvent, JobState
from flux_studio.storage import atomic
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.paths import Paths
from tests.commands.shell import ROOT, Ran, finish, hurry, process_env, start, until_event
from tests.faults.studio import KINDS, Bench, LivingDecoder
from tests.hosts.fixtures import hosting
from tests.hosts.server import HostServer


class Failing:
    """The file system's calls of the save path, one of which fails: the `at`-th of them all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, number: int) -> None:
        self.count, self.at, self.number = 0, at, number
        for name in ("open", "write", "fsync"):
            monkeypatch.setattr(vars(atomic)["os"], name, self._wrapped(getattr(os, name)))
        monkeypatch.setattr(Path, "replace", self._wrapped(Path.replace))

    def _wrapped(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            self.count += 1
            if self.count == self.at:
                raise OSError(self.number, os.strerror(self.number))
            return real(*given, **named)

        return call


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
def test_f1_f2_f4_a_failure_at_any_call_of_the_save_path_only_delays_the_picture(
    tmp_path: Path, decoder: LivingDecoder, quick: None, number: int
) -> None:
    at, reached = 1, True
    while reached:
        with hosting(KINDS["bfl"][0]) as host, pytest.MonkeyPatch.context() as patch:
            bench = Bench("bfl", host, tmp_path / str(at), decoder)
            with bench.studio() as studio:
                failing = Failing(patch, at, number)
                studio.press()
                job = studio.until_state(JobState.SAVED)
                patch.undo()
                data = studio.picture(job)
                assert len(data) > 1000
                row = studio.workshop.gallery().get(job.generation or "")
                assert row is not None
                assert hashlib.sha256(data).hexdigest() == row.sha256
            assert bench.charges == 1
            parts = list((tmp_path / str(at)).rglob(".*.part"))
            assert parts == []
            reached = failing.count >= at
            at += 1
    assert at > 10, "the save path has lost its calls"


def test_f3_a_database_that_is_full_for_a_while_loses_nothing(
    tmp_path: Path, decoder: LivingDecoder, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`max_page_count` is SQLite's own full disk: each commit raises SQLITE_FULL."""
    refusals: list[NotKept] = []
    real = JobJournal.record

    def record(journal: JobJournal, event: JobEvent) -> None:
        try:
            real(journal, event)
        except NotKept as error:
            refusals.append(error)
            raise

    monkeypatch.setattr(JobJournal, "record", record)
    with hosting(KINDS["runflow"][0]) as host:
        bench = Bench("runflow", host, tmp_path, decoder)
        with bench.studio() as studio:
            studio.press()
            studio.until_state(JobState.SAVED)
            host.duration = lambda: 3600.0
            studio.press("a second one " + "x" * 8000)
            studio.until(lambda: any(j.state is JobState.ACCEPTED for j in studio.jobs))
            writer = studio.workshop.database
            full = "PRAGMA max_page_count = 1"
            pages = studio.ask(lambda _: writer.rows("PRAGMA max_page_count")[0][0])
            studio.ask(lambda _: writer.rows(full))
            for task in host.tasks.values():
                task.seconds = 0.0
            studio.until(lambda: bool(refusals))
            studio.ask(lambda _: writer.rows(f"PRAGMA max_page_count = {pages}"))
            studio.until_state(JobState.SAVED)
            assert len({studio.picture(job) for job in studio.jobs}) == 2
        assert bench.charges == 2
        file = studio.ground.paths.library_db
        with sqlite3.connect(file) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()


# Real processes


def order_of(host: HostServer) -> tuple[str, ...]:
    return ("generate", "a red fox", "--json", "--provider", host.provider, "--size", "256x256")


def environ_of(host: HostServer, home: Path) -> dict[str, str]:
    hurry(Paths.under(home))
    key = {KINDS[host.provider][1]: host.key}
    return {**host.environ, **key, "FLUX_STUDIO_HOME": str(home)}


def let_it_finish(host: HostServer) -> None:
    for task in host.tasks.values():
        task.seconds = 0.0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("provider", ["bfl", "runflow"])
def test_n17_after_a_sleep_of_the_machine_the_picture_is_fetched(
    provider: str, tmp_path: Path
) -> None:
    with hosting(KINDS[provider][0]) as host:
        host.duration = lambda: 3600.0
        process = start(*order_of(host), **environ_of(host, tmp_path))
        until_event(process, "accepted")
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        let_it_finish(host)
        process.send_signal(signal.SIGCONT)
        ended = finish(process)
    assert ended.code == 0
    assert ended.last["event"] == "saved"
    assert len(host.ledger) == 1


@pytest.mark.skipif(not shutil.which("faketime"), reason="faketime is not installed")
@pytest.mark.parametrize("shift", ["-2h", "+2h"])
@pytest.mark.parametrize("provider", ["bfl", "fal"])
def test_n18_a_clock_two_hours_off_changes_nothing(
    provider: str, shift: str, tmp_path: Path
) -> None:
    """Accepted with the right clock, fetched with a wrong one."""
    with hosting(KINDS[provider][0]) as host:
        host.duration = lambda: 3600.0
        environ = environ_of(host, tmp_path)
        process = start(*order_of(host), **environ)
        until_event(process, "accepted")
        process.kill()
        finish(process)
        let_it_finish(host)
        done = subprocess.run(
            ["faketime", "-f", shift, sys.executable, "-m", "flux_studio", "jobs", "resume",
             "--json"],
            capture_output=True, check=False, cwd=ROOT, env=process_env(**environ), timeout=60,
        )  # fmt: skip
        ended = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in ended.err
    assert ended.code == 0, ended.err
    assert ended.last["event"] == "saved"
    assert len(host.ledger) == 1
