"""What is asked before money is spent, and the queue that is paused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flux_studio.core.budget import Limits
from flux_studio.core.draft import SeedMode
from flux_studio.core.job import JobState, Planned
from flux_studio.engine.facts import BudgetWarned, QueuePaused, QueueResumed
from flux_studio.session.state import Preferences, Tone
from tests.ui.wall import stock


@pytest.fixture
def paid(studio):
    """A studio with a model of a known price; $0.030 a picture."""
    card = next(c for c in studio.state.cards if c.id == ("runflow", "flux-2-pro"))
    studio.choose_model(*card.id)
    studio.set_size(card.default_size)
    assert studio.state.check.estimate.each == Decimal("0.030")
    return studio


def confirm_above(studio, most: str | None) -> None:
    budget = Limits(confirm_above=most and Decimal(most))
    studio.set_preferences(Preferences(budget=budget))


def test_an_order_up_to_the_sum_is_sent_at_once(desk, paid):
    confirm_above(paid, "0.12")
    paid.set_count(4)
    paid.generate()
    assert paid.state.asked is None
    assert len(desk.engine.orders) == 1


def test_above_the_sum_nothing_is_sent_before_a_yes(desk, paid):
    confirm_above(paid, "0.11")
    paid.set_count(4)
    paid.generate(front=True)
    asked = paid.state.asked
    assert (asked.order.estimate.total, asked.have) == (Decimal("0.12"), ())
    assert desk.engine.orders == []
    paid.payment.pay()
    assert desk.engine.orders == [(asked.order, True)]
    assert paid.state.asked is None
    paid.payment.pay()
    assert len(desk.engine.orders) == 1


def test_no_sends_nothing(desk, paid):
    confirm_above(paid, "0")
    paid.generate()
    paid.payment.leave()
    paid.payment.pay()
    assert (paid.state.asked, desk.engine.orders) == (None, [])


def test_another_form_takes_the_question_back(desk, paid):
    confirm_above(paid, "0")
    paid.generate()
    paid.set_prompt("something else")
    assert paid.state.asked is None
    paid.payment.pay()
    assert desk.engine.orders == []


def test_pressing_again_asks_again_and_never_sends(desk, paid):
    confirm_above(paid, "0")
    paid.generate()
    paid.generate()
    assert desk.engine.orders == []
    paid.payment.pay()
    assert len(desk.engine.orders) == 1


def test_what_is_free_is_not_asked_about(desk, studio):
    confirm_above(studio, "0")
    studio.generate()
    assert len(desk.engine.orders) == 1


def fixed(studio, seed: int) -> None:
    studio.set_seed_mode(SeedMode.FIXED)
    studio.set_seed(seed)


def made_of(desk, studio):
    """A saved picture of what the form says."""
    request = studio.state.check.order.requests[0]
    made = replace(stock.generation(1, datetime.now(UTC)), request=request, seed=request.seed)
    stock.keep(desk, [made])
    return made


def test_a_picture_that_is_there_is_offered_first(desk, paid, qtbot):
    fixed(paid, 42)
    made = made_of(desk, paid)
    paid.generate()
    qtbot.waitUntil(lambda: paid.state.asked is not None)
    assert paid.state.asked.have == (made,)
    assert desk.engine.orders == []
    with qtbot.waitSignal(paid.payment.picture_wanted) as shown:
        paid.payment.show_picture()
    assert shown.args == [made]
    assert (paid.state.asked, desk.engine.orders) == (None, [])
    paid.generate()
    qtbot.waitUntil(lambda: paid.state.asked is not None)
    paid.payment.pay()
    assert len(desk.engine.orders) == 1


@pytest.mark.parametrize("change", ["seed", "prompt", "file"])
def test_another_request_or_a_lost_file_is_paid_without_a_question(desk, paid, qtbot, change):
    fixed(paid, 42)
    made = made_of(desk, paid)
    match change:
        case "seed":
            paid.set_seed(43)
        case "prompt":
            paid.set_prompt("a fox in rain")
        case _:
            desk.studio.library.file(made).unlink()
    paid.generate()
    qtbot.waitUntil(lambda: bool(desk.engine.orders))
    assert paid.state.asked is None


def test_a_library_that_cannot_be_asked_does_not_stop_the_order(desk, paid, qtbot, monkeypatch):
    fixed(paid, 42)
    monkeypatch.setattr(desk.workshop, "gallery", lambda: 1 / 0)
    paid.generate()
    qtbot.waitUntil(lambda: bool(desk.engine.orders))


def test_the_queue_is_paused_and_resumed(desk, studio):
    studio.payment.toggle_queue()
    assert desk.engine.asked[-1] == ("pause_queue",)
    desk.engine.happened.emit(QueuePaused("person", "Paused."))
    desk.engine.happened.emit(QueuePaused("budget", "The budget stops here."))
    assert studio.state.holds == {"person": "Paused.", "budget": "The budget stops here."}
    studio.payment.toggle_queue()
    assert desk.engine.asked[-1] == ("resume_queue",)
    desk.engine.happened.emit(QueueResumed("person"))
    assert list(studio.state.holds) == ["budget"]


def test_a_warning_is_shown_as_it_is(desk, studio):
    desk.engine.happened.emit(BudgetWarned("With this, {odd} $4.00 is spent."))
    assert dict(studio.state.notice.values)["message"] == "With this, {odd} $4.00 is spent."


def test_the_evidence_of_a_job_is_written_and_said(desk, studio, qtbot, tmp_path):
    job = stock.job("job1", JobState.UNKNOWN)
    desk.workshop.journal.record(Planned(job.id, datetime.now(UTC), job.request, None, "order"))
    file = tmp_path / "evidence.json"
    studio.payment.write_evidence(job, file)
    qtbot.waitUntil(lambda: studio.state.notice is not None)
    assert studio.state.notice.tone is Tone.GOOD
    said = json.loads(file.read_text())
    assert said["job"] == job.id
    assert job.request.prompt not in file.read_text()


def test_evidence_that_cannot_be_written_is_said(desk, studio, qtbot, tmp_path):
    job = stock.job("job1", JobState.UNKNOWN)
    desk.workshop.journal.record(Planned(job.id, datetime.now(UTC), job.request, None, "order"))
    studio.payment.write_evidence(job, tmp_path / "missing" / "evidence.json")
    qtbot.waitUntil(lambda: studio.state.notice is not None)
    assert studio.state.notice.tone is Tone.BAD
