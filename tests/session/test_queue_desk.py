"""The queue as a person arranges it, and the same elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from flux_studio.core.budget import Limits, SpendStop
from flux_studio.core.draft import SeedMode
from flux_studio.core.errors import Reason
from flux_studio.core.job import JobState, Planned, Queued, Stopped, Waiting
from flux_studio.core.redraft import draft_of
from flux_studio.core.request import Origin
from flux_studio.engine.facts import QueuePaused, QueueResumed, SpendStopMoved
from flux_studio.session.queue_desk import SEND_THERE

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)


@pytest.fixture
def queue(desk, studio):
    card = next(c for c in studio.state.cards if c.id == ("runflow", "flux-2-pro"))
    studio.choose_model(*card.id)
    studio.set_size(card.default_size)
    return studio.queue


def plan(desk, *names, prompt="a fox", project=""):
    studio = desk.studio
    draft = replace(studio.state.draft, prompt=prompt, seed_mode=SeedMode.FIXED, seed=7)
    order = studio.order_of(draft, studio.state.card)
    for at, name in enumerate(names):
        fact = Planned(
            name, NOW, order.requests[0], Decimal("0.03"), "order", Origin(project), float(at)
        )
        desk.engine.happened.emit(fact)
    return order.requests[0]


def asked(desk, word):
    return [each[1:] for each in desk.engine.asked if each[0] == word]


def test_the_order_is_that_of_the_ranks(desk, queue):
    plan(desk, "a", "b", "c")
    desk.engine.happened.emit(Queued("c", NOW, -1.0))
    assert [job.id for job in queue.jobs()] == ["c", "a", "b"]


def test_up_down_front_and_end(desk, queue):
    plan(desk, "a", "b", "c")
    queue.move_by("c", -1)
    queue.move_by("a", 1)
    queue.move_by("a", -1)
    queue.move_by("b", 9)
    queue.to_front("c")
    queue.to_front("a")
    queue.move("a", None)
    assert asked(desk, "move") == [("c", "b"), ("a", "c"), ("b", None), ("c", "a"), ("a", None)]


def test_a_job_is_edited_in_the_form_and_put_back_at_its_place(desk, queue, studio, qtbot):
    request = plan(desk, "a", prompt="a fox", project="zoo")
    studio.set_prompt("half a thought")
    before = studio.state.draft
    queue.edit("a")
    qtbot.waitUntil(lambda: studio.state.editing == "a")
    assert asked(desk, "hold") == [("a",)]
    assert studio.state.draft == draft_of(request, "zoo")
    studio.set_prompt("a bear")
    studio.generate()
    qtbot.waitUntil(lambda: not studio.state.editing)
    [(job, order)] = asked(desk, "replace")
    assert job == "a"
    assert [each.prompt for each in order.requests] == ["a bear"]
    assert order.requests[0].seed == 7
    assert order.origins == (Origin("zoo", again_of="a"),)
    assert desk.engine.orders == [], "nothing was ordered beside it"
    assert studio.state.draft == before


def test_left_as_it_was_the_job_goes_on(desk, queue, studio, qtbot):
    plan(desk, "a")
    before = studio.state.draft
    queue.edit("a")
    qtbot.waitUntil(lambda: studio.state.editing == "a")
    studio.set_prompt("other")
    queue.leave()
    assert asked(desk, "release") == [("a",)]
    assert (studio.state.draft, studio.state.editing) == (before, "")
    queue.leave()
    assert len(asked(desk, "release")) == 1


def test_too_late_to_edit_is_said(desk, queue, studio, qtbot):
    plan(desk, "a")
    desk.engine.in_time = False
    queue.edit("a")
    qtbot.waitUntil(lambda: studio.state.notice is not None)
    assert "on its way" in studio.state.notice.text
    assert studio.state.editing == ""


def test_a_job_that_is_taken_away_while_it_is_edited_gives_the_form_back(
    desk, queue, studio, qtbot
):
    plan(desk, "a")
    before = studio.state.draft
    queue.edit("a")
    qtbot.waitUntil(lambda: studio.state.editing == "a")
    gone = Stopped("a", NOW, JobState.CANCELLED, Reason.CANCELLED, "", Decimal(0))
    desk.engine.happened.emit(gone)
    assert (studio.state.draft, studio.state.editing) == (before, "")


def test_an_edit_that_cannot_be_sent_leads_to_its_control(desk, queue, studio, qtbot):
    plan(desk, "a")
    queue.edit("a")
    qtbot.waitUntil(lambda: studio.state.editing == "a")
    studio.set_prompt("")
    with qtbot.waitSignal(studio.attention):
        queue.update()
    assert asked(desk, "replace") == []


def test_the_sum_to_stop_after_is_in_the_state(desk, queue, studio):
    queue.stop_after(Decimal(2))
    assert asked(desk, "stop_after") == [(Decimal(2),)]
    stop = SpendStop(Decimal(2), NOW)
    desk.engine.happened.emit(SpendStopMoved(stop, Decimal("0.5")))
    assert (studio.state.spend_stop, studio.state.spent_after) == (stop, Decimal("0.5"))


def test_a_project_that_rests_stands_beside_the_queue(desk, queue, studio):
    desk.engine.happened.emit(QueuePaused("budget", "No more for the zoo.", "zoo"))
    assert (studio.state.holds, dict(studio.state.project_holds)) == (
        {},
        {"zoo": "No more for the zoo."},
    )
    studio.payment.toggle_queue()
    assert asked(desk, "resume_queue") == [()]
    desk.engine.happened.emit(QueueResumed("budget", "zoo"))
    assert dict(studio.state.project_holds) == {}


def test_a_provider_that_is_down_makes_the_others_be_offered_with_prices(desk, queue, studio):
    request = plan(desk, "a")
    until = NOW + timedelta(seconds=4)
    desk.engine.happened.emit(Waiting("a", NOW, until, "Busy.", Reason.PROVIDER_DOWN))
    job = studio.state.board.jobs["a"]
    found = queue.offers(job)
    assert found
    assert all(offer.card.provider != "runflow" for offer in found)
    assert {offer.card.title for offer in found} == {studio.state.card.title}
    assert list(found) == sorted(found, key=lambda offer: offer.price)
    same = replace(found[0].order.requests[0], provider="runflow", model=request.model)
    assert (same.prompt, same.size, same.references) == (
        request.prompt,
        request.size,
        request.references,
    )
    notice = studio.state.notice
    assert notice.action == SEND_THERE
    assert asked(desk, "replace") == [], "never by itself"
    studio.acted.emit(notice)
    [(old, order)] = asked(desk, "replace")
    assert (old, order.origins[0].again_of) == ("a", "a")
    assert order.requests == found[0].order.requests


def test_it_is_said_once_for_each_job(desk, queue, studio):
    plan(desk, "a")
    for _ in range(3):
        desk.engine.happened.emit(Waiting("a", NOW, NOW, "Busy.", Reason.PROVIDER_DOWN))
    first = studio.state.notice.number
    desk.engine.happened.emit(Waiting("a", NOW, NOW, "Still busy.", Reason.NETWORK))
    assert studio.state.notice.number == first


@pytest.mark.parametrize("reason", ["", Reason.RATE_LIMITED, Reason.BUDGET])
def test_other_waits_offer_nothing(desk, queue, studio, reason):
    plan(desk, "a")
    desk.engine.happened.emit(Waiting("a", NOW, NOW, "Slowly.", reason))
    assert queue.offers(studio.state.board.jobs["a"]) == ()


def test_what_failed_before_it_was_taken_goes_elsewhere_as_a_new_job(desk, queue, studio):
    plan(desk, "a")
    gone = Stopped("a", NOW, JobState.FAILED, Reason.NETWORK, "Not sent.", Decimal(0))
    desk.engine.happened.emit(gone)
    offer = queue.offers(studio.state.board.jobs["a"])[0]
    queue.send_elsewhere("a", offer)
    [(order, front)] = desk.engine.orders
    assert (order.origins[0].again_of, front) == ("a", False)
    assert "a" not in studio.state.board.jobs
    queue.send_elsewhere("a", offer)
    assert len(desk.engine.orders) == 1


def test_a_failure_that_may_have_been_charged_is_never_offered_elsewhere(desk, queue, studio):
    plan(desk, "a")
    lost = Stopped("a", NOW, JobState.FAILED, Reason.NETWORK, "Who knows.", None)
    desk.engine.happened.emit(lost)
    assert queue.offers(studio.state.board.jobs["a"]) == ()


def test_all_that_failed_is_ordered_again_each_by_its_own_settings(desk, queue, studio, qtbot):
    plan(desk, "a", prompt="one")
    plan(desk, "b", prompt="two")
    for job in ("a", "b"):
        gone = Stopped(job, NOW, JobState.FAILED, Reason.PROVIDER_FAILED, "No.", Decimal(0))
        desk.engine.happened.emit(gone)
    studio.set_prompt("the form")
    queue.retry_failed()
    qtbot.waitUntil(lambda: len(desk.engine.orders) == 2)  # the same picture is looked for first
    assert [order.requests[0].prompt for order, _ in desk.engine.orders] == ["one", "two"]
    assert [order.origins[0].again_of for order, _ in desk.engine.orders] == ["a", "b"]
    assert queue.failed() == []


def test_a_question_before_the_yes_is_the_price_of_what_waits(desk, queue, studio):
    plan(desk, "a", "b")
    desk.engine.happened.emit(QueuePaused("reconnected", "The network is back."))
    queue.send_waiting()
    assert asked(desk, "resume_queue") == [()]


def test_an_update_above_the_sum_of_ones_choice_waits_for_a_yes(desk, queue, studio, qtbot):
    budget = Limits(confirm_above=Decimal("0.05"))
    studio.set_preferences(replace(studio.state.preferences, budget=budget))
    plan(desk, "a")
    queue.edit("a")
    qtbot.waitUntil(lambda: studio.state.editing == "a")
    studio.set_count(2)
    studio.generate()
    assert studio.state.asked.total == Decimal("0.06")
    assert asked(desk, "replace") == []
    studio.payment.pay()
    qtbot.waitUntil(lambda: not studio.state.editing)
    [(job, order)] = asked(desk, "replace")
    assert (job, len(order.requests)) == ("a", 2)
