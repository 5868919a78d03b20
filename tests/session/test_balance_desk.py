"""When the balances are asked for, and that nothing but an answer changes what is shown."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flux_studio.core.errors import Reason, Refused
from flux_studio.core.job import Board, Job, JobState, Saved, Stopped
from flux_studio.engine.facts import BalanceRead
from flux_studio.session.balance_desk import BalanceDesk
from flux_studio.storage.key_status import UNAVAILABLE, WAITING, saved
from tests.session.prices import generation, request

KEY = saved("the keychain")


class Asked:
    """Notes who was asked; every answer is a refusal, as from a key without the right scope."""

    def __init__(self) -> None:
        self.providers: list[str] = []

    def __call__(self, provider: str) -> Future[Decimal | None]:
        self.providers.append(provider)
        future: Future[Decimal | None] = Future()
        future.set_exception(Refused(Reason.BAD_KEY, "this key may not see the balance"))
        return future


@pytest.fixture
def asked():
    return Asked()


@pytest.fixture
def balances(desk, asked):
    made = BalanceDesk(desk.studio, asked, desk.engine.happened, gap_ms=60_000)
    yield made
    made.deleteLater()


def saved_at(provider: str) -> Saved:
    made = generation(request(provider=provider))
    return Saved(made.job, made.created, made)


def test_a_key_that_is_there_is_asked_for_once(desk, balances, asked):
    for _ in range(2):
        desk.studio.keys.status_changed.emit("runapi", KEY)
    desk.studio.keys.status_changed.emit("fal", UNAVAILABLE)
    desk.studio.keys.status_changed.emit("bfl", WAITING)
    assert asked.providers == ["runapi"]


def test_a_tested_key_is_asked_for_and_a_wrong_one_is_not(desk, balances, asked):
    desk.studio.keys.tested.emit("runapi", "default", True, "balance $4.20")
    desk.studio.keys.tested.emit("fal", "default", False, "wrong key")
    assert asked.providers == ["runapi"]


def test_another_key_is_asked_for_and_the_old_balance_goes(desk, balances, asked):
    desk.engine.happened.emit(BalanceRead("runapi", Decimal("4.20")))
    assert desk.studio.state.balances == {"runapi": Decimal("4.20")}
    desk.studio.keys.chosen.emit("runapi", "work")
    assert desk.studio.state.balances == {}
    assert asked.providers == ["runapi"]


def test_a_key_that_goes_takes_the_balance_with_it(desk, balances):
    desk.studio.keys.status_changed.emit("runapi", KEY)
    desk.engine.happened.emit(BalanceRead("runapi", Decimal("4.20")))
    desk.studio.keys.status_changed.emit("runapi", UNAVAILABLE)
    assert desk.studio.state.balances == {}


def test_a_failure_is_silent(desk, balances, asked):
    desk.studio.keys.status_changed.emit("fal", KEY)
    assert asked.providers == ["fal"]
    state = desk.studio.state
    assert (state.keys["fal"], state.notice, state.paused) == (KEY, None, {})


def test_after_jobs_it_is_asked_at_most_once_in_a_while(desk, balances, asked, qtbot):
    desk.studio.keys.status_changed.emit("runapi", KEY)
    for _ in range(5):
        desk.engine.happened.emit(saved_at("runapi"))
    assert asked.providers == ["runapi"]
    balances._on_rested("runapi")  # the while is over
    assert asked.providers == ["runapi"] * 2
    balances._on_rested("runapi")
    assert asked.providers == ["runapi"] * 2  # nothing happened since


def test_the_while_ends_by_itself(desk, asked, qtbot):
    quick = BalanceDesk(desk.studio, asked, desk.engine.happened, gap_ms=1)
    desk.studio.keys.status_changed.emit("runapi", KEY)
    desk.engine.happened.emit(saved_at("runapi"))
    qtbot.waitUntil(lambda: len(asked.providers) == 2)
    quick.deleteLater()


def test_a_failed_job_counts_and_a_refused_one_does_not(desk, balances, asked):
    now = datetime.now(UTC)
    asked_for = request(provider="runapi")
    job = Job("j", "o", asked_for, None, JobState.RUNNING, now, now)
    desk.studio._set(board=Board({"j": job}))
    desk.studio.keys.status_changed.emit("runapi", KEY)
    balances._on_rested("runapi")
    asked.providers.clear()
    refused = Stopped("j", now, JobState.REFUSED, "moderated", "No.", Decimal(0))
    desk.engine.happened.emit(refused)
    assert asked.providers == []
    desk.engine.happened.emit(Stopped("j", now, JobState.FAILED, "failed", "No.", None))
    assert asked.providers == ["runapi"]


def test_a_provider_without_a_key_is_never_asked(desk, balances, asked):
    desk.engine.happened.emit(saved_at("practice"))
    assert asked.providers == []
