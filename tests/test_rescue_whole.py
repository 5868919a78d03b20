"""The rescue through the whole studio: real window, engine, storage and HTTP against a twin."""

from __future__ import annotations

from pathlib import Path

import pytest

from flux_studio.core.job import JobState
from flux_studio.core.rescue import Standing
from flux_studio.ui.rescue.dialog import RescueDialog
from tests.hosts.runflow import RunflowHost
from tests.whole import Whole, whole_studio


@pytest.fixture
def host():
    with RunflowHost() as made:
        yield made
    assert made.violations == []


@pytest.fixture
def environ(host: RunflowHost) -> dict[str, str]:
    return {**host.environ, "RUNFLOW_API_KEY": host.key}


def order(whole: Whole, qtbot, prompt: str = "a red fox") -> None:
    whole.choose("runflow", "flux-2-pro")
    whole.studio.set_prompt(prompt)
    qtbot.waitUntil(lambda: whole.studio.state.blocker is None, timeout=10_000)
    whole.studio.generate()


def states(whole: Whole) -> list[JobState]:
    return [job.state for job in whole.studio.state.board.jobs.values()]


def test_a_lost_answer_is_found_at_the_provider_by_itself(
    qapp, qtbot, tmp_path: Path, host: RunflowHost, environ
) -> None:
    host.fault("submit", "close_after", accepted=True)
    with whole_studio(tmp_path, environ) as whole:
        order(whole, qtbot)
        qtbot.waitUntil(lambda: len(whole.saved) == 1, timeout=20_000)
        [picture] = whole.saved
        assert picture.task == host.ledger[0].task
    assert len(host.ledger) == 1
    assert len(host.asked("submit")) == 1


def test_a_lost_picture_of_an_earlier_run_is_fetched_from_the_desk(
    qapp, qtbot, tmp_path: Path, host: RunflowHost, environ
) -> None:
    host.link_seconds = -1.0
    with whole_studio(tmp_path, environ) as whole:
        order(whole, qtbot)
        qtbot.waitUntil(lambda: states(whole) == [JobState.LOST], timeout=20_000)
        qtbot.waitUntil(lambda: whole.room.top_bar.rescue.isVisible(), timeout=5_000)
    host.link_seconds = 86_400.0
    with whole_studio(tmp_path, environ) as whole:
        qtbot.waitUntil(lambda: len(whole.studio.state.rescue) == 1, timeout=10_000)
        assert whole.studio.state.rescue[0].standing is Standing.GIVEN_UP
        qtbot.waitUntil(lambda: whole.room.top_bar.rescue.text() == "1 to rescue", timeout=5_000)
        assert whole.studio.state.notice is not None
        whole.studio.acted.emit(whole.studio.state.notice)
        [dialog] = whole.window.findChildren(RescueDialog)
        assert dialog.isVisible()
        [card] = dialog.cards()
        card.fetch.click()
        qtbot.waitUntil(lambda: len(whole.saved) == 1, timeout=20_000)
        qtbot.waitUntil(lambda: whole.studio.state.rescue == (), timeout=5_000)
        assert dialog.cards() == []
        qtbot.waitUntil(lambda: not whole.room.top_bar.rescue.isVisible(), timeout=5_000)
        dialog.close()
    assert len(host.ledger) == 1
    assert len(host.asked("submit")) == 1


def test_a_job_left_aside_stays_off_the_badge_over_a_restart(
    qapp, qtbot, tmp_path: Path, host: RunflowHost, environ
) -> None:
    host.fault("submit", "500", times=1)
    with whole_studio(tmp_path, environ) as whole:
        order(whole, qtbot)
        qtbot.waitUntil(lambda: states(whole) == [JobState.UNKNOWN], timeout=20_000)
        qtbot.waitUntil(lambda: len(whole.studio.state.rescue) == 1, timeout=5_000)
        whole.studio.rescue.leave(whole.studio.state.rescue[0].job.id)
        qtbot.waitUntil(lambda: whole.studio.state.rescue == (), timeout=5_000)
    with whole_studio(tmp_path, environ) as whole:
        qtbot.waitUntil(lambda: len(states(whole)) == 1, timeout=10_000)
        [job] = whole.studio.state.board.jobs.values()
        assert (job.state, job.aside) == (JobState.UNKNOWN, True)
        whole.room.rendering.finish()
        assert whole.room.jobs.trouble.isHidden()
    assert host.ledger == []
