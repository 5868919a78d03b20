"""One budget and one queue across windows, command lines and restarts, with real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from flux_studio.core.budget import Limits, Lines
from flux_studio.core.job import JobState
from tests.hosts.fixtures import hosting
from tests.hosts.runflow import RunflowHost
from tests.whole import whole_studio

ROOT = Path(__file__).parents[1]
LONG = 30_000  # ms
EACH = Decimal("0.03")


@pytest.fixture
def twin():
    with hosting(RunflowHost) as host:
        yield host


def environ(twin, home):
    return {
        **twin.environ,
        "RUNFLOW_API_KEY": twin.key,
        "FLUX_STUDIO_HOME": str(home),
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
    }


def start(twin, home, *more):
    order = ("generate", "a fox", "--provider", "runflow", "--size", "256x256", *more)
    return subprocess.Popen(
        [sys.executable, "-m", "flux_studio", *order],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **environ(twin, home)},
        text=True,
    )


def finish(process):
    _, said = process.communicate(timeout=60)
    return process.returncode, said


def write_budget(home, text):
    file = home / "config" / "settings.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.mark.skipif(sys.platform == "win32", reason="each process opens the twin's loopback")
def test_processes_side_by_side_cannot_pass_the_line_of_a_project(twin, tmp_path):
    write_budget(tmp_path, "[budget.projects.zoo]\nday_stop = 0.13\n")
    zoo = ("--project", "zoo", "--count", "2")
    running = [start(twin, tmp_path, *zoo) for _ in range(3)]
    ended = [finish(each) for each in running]
    assert sum(charge.usd for charge in twin.ledger) <= Decimal("0.13")
    assert {code for code, _ in ended} <= {0, 5}
    assert 5 in {code for code, _ in ended}
    assert any("today on zoo" in said for _, said in ended)
    before = len(twin.ledger)
    assert finish(start(twin, tmp_path, *zoo))[0] == 5, "a restart forgets nothing"
    assert len(twin.ledger) == before
    assert finish(start(twin, tmp_path, "--project", "farm"))[0] == 0, "others go on"


def test_a_window_counts_what_a_command_line_spent_on_its_project(qtbot, twin, tmp_path):
    write_budget(tmp_path, "")
    with whole_studio(tmp_path, environ(twin, tmp_path)) as whole:
        studio = whole.studio
        whole.choose("runflow", "flux-2-pro")
        studio.projects.choose("zoo")
        qtbot.waitUntil(lambda: studio.state.draft.project == "zoo", timeout=LONG)
        set_line(studio, EACH * 2)
        qtbot.waitUntil(lambda: "zoo" in (tmp_path / "config/settings.toml").read_text())
        assert finish(start(twin, tmp_path, "--project", "zoo"))[0] == 0
        studio.set_count(2)
        studio.generate()
        qtbot.waitUntil(lambda: "zoo" in studio.state.project_holds, timeout=LONG)
        assert "today on zoo" in studio.state.project_holds["zoo"]
        qtbot.waitUntil(lambda: len(whole.saved) == 1, timeout=LONG)
        assert whole.saved[0].origin.project == "zoo"
        [left] = studio.state.board.jobs.values()
        assert left.state is JobState.PLANNED
        studio.projects.choose("")
        qtbot.waitUntil(lambda: studio.state.draft.project == "", timeout=LONG)
        studio.set_count(1)
        studio.generate()
        qtbot.waitUntil(lambda: len(whole.saved) == 2, timeout=LONG)
        set_line(studio, EACH * 3)
        qtbot.waitUntil(lambda: len(whole.saved) == 3, timeout=LONG)
        assert studio.state.project_holds == {}
    assert sum(charge.usd for charge in twin.ledger) == EACH * 4


def set_line(studio, stop):
    budget = Limits(projects={"zoo": Lines(day_stop=stop)})
    studio.set_preferences(replace(studio.state.preferences, budget=budget))


def test_order_hold_and_stop_are_there_after_a_restart(qtbot, twin, tmp_path):
    with whole_studio(tmp_path, environ(twin, tmp_path)) as whole:
        studio = whole.studio
        whole.choose("runflow", "flux-2-pro")
        studio.payment.pause_queue()
        studio.queue.stop_after(EACH)
        qtbot.waitUntil(lambda: studio.state.spend_stop is not None, timeout=LONG)
        for prompt in ("one", "two", "three"):
            studio.set_prompt(prompt)
            studio.generate()
        qtbot.waitUntil(lambda: len(studio.queue.jobs()) == 3, timeout=LONG)
        one, _, three = studio.queue.jobs()
        studio.queue.to_front(three.id)
        studio.queue.hold(one.id)
        qtbot.waitUntil(lambda: studio.state.board.jobs[one.id].held, timeout=LONG)
    with whole_studio(tmp_path, environ(twin, tmp_path)) as whole:
        studio = whole.studio
        qtbot.waitUntil(lambda: len(studio.queue.jobs()) == 3, timeout=LONG)
        qtbot.waitUntil(lambda: studio.state.board.jobs[one.id].held, timeout=LONG)
        assert [job.request.prompt for job in studio.queue.jobs()] == ["three", "one", "two"]
        assert studio.state.spend_stop.limit == EACH
        assert "person" in studio.state.holds
        studio.payment.resume_queue()
        qtbot.waitUntil(lambda: "stop_after" in studio.state.holds, timeout=LONG)
        qtbot.waitUntil(lambda: len(whole.saved) == 1, timeout=LONG)
        assert whole.saved[0].request.prompt == "three"
    assert [charge.usd for charge in twin.ledger] == [EACH]
