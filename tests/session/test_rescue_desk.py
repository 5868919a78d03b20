"""The rescue desk: the list of jobs that may have been paid, and what is asked for each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from flux_studio.core.budget import Limits
from flux_studio.core.errors import StudioError
from flux_studio.core.job import (
    Accepted,
    JobState,
    Planned,
    Ready,
    Sending,
    SetAside,
    Stopped,
    Ticket,
)
from flux_studio.core.rescue import Deed, Standing
from flux_studio.engine.facts import LookedFor
from flux_studio.session.state import Preferences
from tests.session.desks import Desk
from tests.ui.wall import stock

BEFORE = datetime.now(UTC) - timedelta(hours=2)
FOX = stock.request(seed=None)


def journal(desk: Desk, name: str, *events: Any, **fields: Any) -> None:
    """A job of an earlier run that was sent, and what became of it."""
    request = replace(FOX, **fields)
    price = Decimal("0.030")
    for event in (Planned(name, BEFORE, request, price, "o"), Sending(name, BEFORE), *events):
        desk.workshop.journal.record(event)


def stopped(name: str, state: JobState, reason: str = "forgotten") -> Stopped:
    return Stopped(name, BEFORE, state, reason, "It is gone.", None)


def ticket(seconds: float = 3600) -> Ticket:
    return Ticket("task-1", BEFORE, expires=datetime.now(UTC) + timedelta(seconds=seconds))


@pytest.fixture
def three(desk, studio, qtbot):
    """One lost job, one of unknown outcome and one that failed."""
    journal(desk, "lost", Accepted("lost", BEFORE, ticket()), stopped("lost", JobState.LOST))
    journal(desk, "unclear", stopped("unclear", JobState.UNKNOWN, "outcome_unknown"))
    journal(desk, "failed", stopped("failed", JobState.FAILED, "provider_failed"))
    return read(studio, qtbot)


def read(studio, qtbot):
    before = studio.state.rescue
    studio.rescue.refresh()
    qtbot.waitUntil(lambda: studio.state.rescue != before)
    return studio


def test_the_list_is_of_all_runs_and_said_once_at_the_start(three):
    cases = {case.job.id: case.standing for case in three.state.rescue}
    assert cases == {
        "lost": Standing.GIVEN_UP, "unclear": Standing.UNCLEAR, "failed": Standing.ENDED
    }  # fmt: skip
    assert three.state.rescue[0].job.id == "lost"
    assert dict(three.state.notice.values)["count"] == "3"
    said = three.state.notice
    three.rescue.refresh()
    assert three.state.notice == said


def test_the_button_of_the_notice_leads_to_the_desk(three, qtbot):
    with qtbot.waitSignal(three.rescue.wanted):
        three.acted.emit(three.state.notice)
    with qtbot.assertNotEmitted(three.rescue.wanted):
        three.acted.emit(replace(three.state.notice, about=None))


def test_nothing_to_rescue_says_nothing(desk, studio, qtbot):
    journal(desk, "coming", Accepted("coming", BEFORE, ticket()))
    read(studio, qtbot)
    assert [case.standing for case in studio.state.rescue] == [Standing.COMING]
    assert studio.state.notice is None


@pytest.mark.parametrize(
    ("ask", "asked"),
    [
        (lambda desk: desk.fetch("lost"), "rescue.fetch_again('lost')"),
        (lambda desk: desk.look("unclear"), "reconciler.look('unclear')"),
        (lambda desk: desk.follow("unclear", "t"), "resolve('unclear', 'found', 't')"),
        (lambda desk: desk.settle("lost", True), "rescue.settle('lost', charged=True)"),
        (lambda desk: desk.leave("lost"), "rescue.set_aside('lost')"),
        (lambda desk: desk.put_back("lost"), "rescue.set_aside('lost', aside=False)"),
        (lambda desk: desk.leave_ended(), "rescue.set_aside('failed')"),
    ],
)
def test_what_is_asked_of_the_engine(desk, three, ask, asked):
    ask(three.rescue)
    assert [str(call).removeprefix("call.") for call in desk.engine.runner.mock_calls] == [asked]
    assert desk.engine.orders == []


def test_fetching_all_asks_for_what_expires_first_first(desk, studio, qtbot):
    for name, seconds in (("hour", 3600), ("soon", 30), ("day", 86_400)):
        journal(desk, name, Accepted(name, BEFORE, ticket(seconds)), stopped(name, JobState.LOST))
    read(studio, qtbot)
    studio.rescue.fetch_all()
    calls = desk.engine.runner.rescue.fetch_again.call_args_list
    assert [call.args for call in calls] == [("soon",), ("hour",), ("day",)]


def test_what_did_not_lead_anywhere_is_told(desk, three, qtbot):
    desk.engine.runner.rescue.fetch_again.side_effect = StudioError("Its provider is not here.")
    with qtbot.waitSignal(three.rescue.troubled) as told:
        three.rescue.fetch("lost")
    assert told.args == ["lost", "Its provider is not here."]


def test_the_list_is_read_anew_after_a_fact(desk, three, qtbot):
    desk.workshop.journal.record(SetAside("lost", BEFORE))
    desk.engine.happened.emit(SetAside("lost", BEFORE))
    qtbot.waitUntil(lambda: len(three.state.rescue) == 2)
    with qtbot.waitSignal(three.rescue.aside_read) as read_aside:
        three.rescue.ask_aside()
    [case] = read_aside.args[0]
    assert case.job.id == "lost"
    assert case.can(Deed.PUT_BACK)


def test_what_the_provider_lists_is_kept_until_the_job_is_off_the_list(desk, three, qtbot):
    told = LookedFor("unclear", BEFORE, (), absent=True)
    with qtbot.waitSignal(three.rescue.looked):
        desk.engine.happened.emit(told)
    assert three.rescue.found == {"unclear": told}
    desk.workshop.journal.record(SetAside("unclear", BEFORE))
    three.rescue.refresh()
    qtbot.waitUntil(lambda: three.rescue.found == {})


def test_a_picture_that_the_disk_does_not_take_comes_up_after_a_while(desk, studio, qtbot):
    now = datetime.now(UTC) + timedelta(seconds=1)
    desk.workshop.journal.record(Planned("full", now, FOX, Decimal("0.03"), "o"))
    for event in (Sending("full", now), Accepted("full", now, ticket()), Ready("full", now, None)):
        desk.workshop.journal.record(event)
    studio.rescue._ready_since = {"full": datetime.now(UTC) - timedelta(minutes=1)}
    read(studio, qtbot)
    assert [case.standing for case in studio.state.rescue] == [Standing.COMING]


# Send again


@pytest.fixture
def paid(desk, studio, qtbot):
    """A lost and an unknown job of a model that is offered, $0.030 each."""
    card = next(c for c in studio.state.cards if c.id == ("runflow", "flux-2-pro"))
    of_card = {"provider": "runflow", "model": "flux-2-pro", "size": card.default_size}
    gone = stopped("lost", JobState.LOST)
    journal(desk, "lost", Accepted("lost", BEFORE, ticket()), gone, **of_card)
    unclear = stopped("unclear", JobState.UNKNOWN, "outcome_unknown")
    journal(desk, "unclear", unclear, **of_card)
    # The engine tells an open job of an earlier run, so it is on the board.
    for event in (Planned("unclear", BEFORE, replace(FOX, **of_card), Decimal("0.03"), "o"),
                  Sending("unclear", BEFORE), unclear):  # fmt: skip
        desk.engine.happened.emit(event)
    return read(studio, qtbot)


def confirm_above(studio, most: str | None) -> None:
    limits = Limits(confirm_above=most and Decimal(most))
    studio.set_preferences(Preferences(budget=limits))


def test_a_job_sent_again_is_a_new_one_that_names_the_old(desk, paid):
    paid.rescue.send_again("lost")
    [(order, front)] = desk.engine.orders
    assert order.requests[0] == paid.rescue.case("lost").job.request
    assert order.origins[0].again_of == "lost"
    assert not front


@pytest.mark.parametrize("job", ["lost", "unclear"])
def test_above_the_sum_it_waits_for_a_yes(desk, paid, qtbot, job):
    confirm_above(paid, "0.01")
    desk.engine.given_back["unclear"] = FOX
    paid.rescue.send_again(job)
    asked = paid.state.asked
    assert (asked.again_of, asked.order.estimate.total) == (job, Decimal("0.030"))
    assert desk.engine.orders == []
    assert desk.engine.asked == [], "nothing is said of the old job before the yes"
    paid.payment.pay()
    qtbot.waitUntil(lambda: len(desk.engine.orders) == 1)
    assert paid.state.asked is None
    resolved = [("resolve", "unclear", "not_charged", "")]
    assert desk.engine.asked == (resolved if job == "unclear" else [])
    paid.payment.pay()
    assert len(desk.engine.orders) == 1


def test_no_leaves_the_unknown_job_as_it_is(desk, paid):
    confirm_above(paid, "0.01")
    paid.jobs.resolve_not_charged("unclear", True)
    paid.payment.leave()
    assert (desk.engine.orders, desk.engine.asked) == ([], [])


def test_a_job_that_was_resolved_meanwhile_is_not_sent(desk, paid, qtbot):
    paid.rescue.send_again("unclear")
    qtbot.waitUntil(lambda: desk.engine.asked != [])
    assert desk.engine.orders == [], "the engine gave no request back"


def test_the_form_has_no_part_in_it(desk, paid):
    paid.set_prompt("something else entirely")
    draft = paid.state.draft
    paid.rescue.send_again("lost")
    assert paid.state.draft == draft
    assert desk.engine.orders[0][0].requests[0].prompt == FOX.prompt


def test_a_model_that_is_not_offered_any_more_is_said(desk, studio, qtbot):
    gone = stopped("lost", JobState.LOST)
    journal(desk, "lost", Accepted("lost", BEFORE, ticket()), gone, model="flux-1")
    read(studio, qtbot).rescue.send_again("lost")
    assert desk.engine.orders == []
    assert "not offered" in studio.state.notice.text


def test_several_jobs_are_asked_about_as_one_sum(desk, paid):
    confirm_above(paid, "0.05")
    jobs = [case.job for case in paid.state.rescue if case.job.id == "lost"]
    twins = [replace(jobs[0], id=name) for name in ("one", "two", "three")]
    paid.jobs.order_all_again(twins[:1])
    assert len(desk.engine.orders) == 1, "alone it is below the sum"
    paid.jobs.order_all_again(twins)
    asked = paid.state.asked
    assert (asked.count, asked.total) == (3, Decimal("0.090"))
    assert len(desk.engine.orders) == 1
    paid.payment.pay()
    origins = [order.origins[0].again_of for order, _ in desk.engine.orders[1:]]
    assert origins == ["one", "two", "three"]
    paid.jobs.order_all_again([])
    assert len(desk.engine.orders) == 4
