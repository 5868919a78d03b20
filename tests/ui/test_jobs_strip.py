"""The line of jobs and the list behind it: what they show, what they ask, and the ways out of an
unknown outcome."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from flux_studio.core.budget import Limits
from flux_studio.core.job import JobState, Ticket
from flux_studio.session.state import Preferences
from flux_studio.ui.jobs_panel import JobsDialog, in_order
from flux_studio.ui.jobs_strip import JobsStrip
from tests.session.desks import answered
from tests.ui.panels import a_desk, opened, put_jobs
from tests.ui.wall import stock

HTML = "<b>bold</b> & <img src='file:///x'>"


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        yield made


@pytest.fixture
def strip(desk):
    with opened(desk, lambda theme: JobsStrip(desk.studio, theme)) as made:
        made.resize(1076, made.height())
        yield made
        if made._dialog is not None:
            made._dialog.close()


@pytest.fixture
def dialog(desk):
    with opened(desk, lambda theme: JobsDialog(desk.studio, theme)) as made:
        yield made


def running(name="r1", **changes):
    made = stock.job(name, JobState.RUNNING, left=6.0, words="rendering")
    return replace(made, **changes)


def unknown(name="u1", **changes):
    long_ago = datetime.now(UTC) - timedelta(minutes=12)
    asked = stock.request(1, provider="runflow")
    made = stock.job(name, JobState.UNKNOWN, request=asked, updated=long_ago, sent=long_ago)
    return replace(made, **({"message": "No clear answer came back."} | changes))


def words_of(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def only_row(dialog):
    (row,) = dialog.rows()
    return row


# The strip


def test_it_is_calm_and_does_not_tick_while_nothing_runs(strip):
    assert strip.accessibleName() == "Jobs"
    assert words_of(strip) == ["Nothing is running"]
    assert not strip.is_ticking()


def test_running_jobs_with_the_first_one_counted_down(desk, strip):
    put_jobs(desk, running(), running("r2"))
    shown = words_of(strip)
    assert "2 running" in shown
    assert "6 s left" in shown
    assert any(text.startswith("Layered hills") for text in shown)
    assert 0.5 < strip.bar.value() / strip.bar.maximum() < 0.8  # 11 s gone, 6 s left
    assert strip.is_ticking()


def test_the_words_of_time_move_on_with_the_clock(desk, strip):
    put_jobs(desk, running())
    later = replace(running(), updated=datetime.now(UTC) - timedelta(seconds=4))
    strip._first = later
    strip._on_timer_timeout()
    assert strip.left.text() == "2 s left"


def test_the_timer_rests_when_the_last_job_ended(desk, strip):
    put_jobs(desk, running())
    put_jobs(desk, stock.job("r1", JobState.FAILED, message="No."))
    assert not strip.is_ticking()


def test_without_an_expected_time_the_providers_words_stand_there(desk, strip):
    put_jobs(desk, running(left=None, words="warming up"))
    assert "warming up" in words_of(strip)


def test_cancel_asks_for_the_first_job(desk, strip):
    put_jobs(desk, running(), running("r2"))
    strip.cancel.click()
    assert desk.engine.asked == [("cancel", "r1")]


def test_queued_jobs_with_their_worst_sum(desk, strip):
    put_jobs(
        desk,
        stock.job("q1", JobState.PLANNED, price=Decimal("0.06")),
        stock.job("q2", JobState.PLANNED, price=Decimal("0.12")),
    )
    assert words_of(strip) == ["queued", "2", "· $0.18"]


def test_an_unknown_price_is_never_a_zero(desk, strip):
    queued = stock.job("q1", JobState.PLANNED, price=None)
    put_jobs(desk, queued)
    assert "· $?" in words_of(strip)
    put_jobs(desk, queued, stock.job("q2", JobState.PLANNED, price=Decimal("0.12")))
    assert "· at least $0.12" in words_of(strip)


def test_a_paused_provider_says_why_and_can_be_resumed(desk, strip, qtbot):
    put_jobs(desk, paused={"runflow": "The key was refused."})
    assert "Runflow paused: The key was refused." in words_of(strip)
    strip.paused.resume.click()
    assert desk.engine.asked == [("resume", "runflow")]
    with qtbot.waitSignal(strip.keys_requested):
        strip.paused.keys.click()
    put_jobs(desk, paused={})
    assert words_of(strip) == ["Nothing is running"]


def test_an_unknown_outcome_stands_at_the_right_with_price_and_age(desk, strip):
    put_jobs(desk, unknown())
    assert strip.trouble.text() == "1 outcome unknown · Runflow · $0.045 · 12 min ago"
    assert strip.trouble.accessibleName() == strip.trouble.text()
    assert not strip.is_ticking()  # it waits for a person, nothing moves


def test_a_lost_job_is_told_beside_an_unknown_one(desk, strip):
    lost = stock.job("l1", JobState.LOST)
    put_jobs(desk, lost)
    assert strip.trouble.text().startswith("1 lost · Practice")
    put_jobs(desk, unknown(), lost)
    assert strip.trouble.text().endswith("1 lost")


def test_a_press_on_the_trouble_asks_for_the_rescue_desk(desk, strip, qtbot):
    put_jobs(desk, running(), unknown())
    with qtbot.waitSignal(strip.rescue_requested):
        strip.trouble.click()


def test_a_job_that_was_left_aside_is_no_trouble(desk, strip):
    put_jobs(desk, unknown(aside=True))
    assert strip.trouble.isHidden()


def test_sending_a_job_again_above_the_sum_is_asked_about_at_its_row(desk, dialog):
    desk.studio.set_preferences(Preferences(budget=Limits(confirm_above=Decimal("0.01"))))
    asked = stock.request(1, provider="runflow", model="flux-2-pro", seed=None)
    put_jobs(desk, stock.job("f1", JobState.FAILED, message="No.", request=asked))
    row = only_row(dialog)
    assert row.question.isHidden()
    row.again.click()
    assert row.question.isVisible()
    assert desk.engine.orders == []
    row.question.pay.click()
    assert len(desk.engine.orders) == 1
    assert desk.engine.orders[0][0].origins[0].again_of == "f1"


def test_a_click_anywhere_opens_the_list(desk, strip):
    put_jobs(desk, running())
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(strip.width() // 2, 8))
    assert strip._dialog.isVisible()
    assert strip._dialog.accessibleName() == "Jobs"
    put_jobs(desk)
    assert not strip._dialog.rows()  # the open list follows the state


@pytest.mark.parametrize("width", [1076, 800, 600])
def test_the_line_fits_the_window_however_much_it_has_to_say(desk, strip, width):
    put_jobs(
        desk,
        running(),
        stock.job("q1", JobState.PLANNED),
        unknown(),
        paused={"runflow": "The key was refused. " * 9},
    )
    strip.resize(width, strip.height())
    stock.settle(desk)
    assert strip.width() == width
    assert strip.trouble.isVisible()
    assert strip.count.isVisible()
    right = strip.all_jobs.geometry().right()
    assert right < width
    for part in (strip.count, strip.queued, strip.queued_count):
        assert part.width() >= part.minimumSizeHint().width()


# The list


def test_an_empty_list_teaches(dialog):
    assert "No jobs" in words_of(dialog)


def test_those_that_need_a_person_come_first_and_the_newest_ending_leads_the_rest():
    now = datetime.now(UTC)
    early = stock.job("f1", JobState.FAILED, updated=now - timedelta(hours=1))
    late = stock.job("f2", JobState.REFUSED, updated=now)
    jobs = [early, running(), late, unknown(), stock.job("q1", JobState.PLANNED)]
    assert [job.id for job in in_order(jobs)] == ["u1", "r1", "q1", "f2", "f1"]


def test_a_row_says_what_where_how_much_and_since_when(desk, dialog):
    put_jobs(desk, running(request=stock.request(0, provider="runflow", model="flux-2-pro")))
    row = only_row(dialog)
    assert row.prompt.text().startswith("Layered hills")
    assert row.words.text() == (
        "rendering · about 6 s left · FLUX.2 pro · Runflow · 1024 × 1024 · 11 s ago"
    )
    assert row.price.text() == "$0.045"
    assert row.bar.isVisible()


def test_rows_follow_the_board_and_keep_what_was_typed(desk, dialog):
    put_jobs(desk, running(), unknown())
    card = dialog.rows()[0].outcome
    card.task.setText("run_half typ")
    put_jobs(desk, unknown(message="Still nothing."), running("r9"))
    assert [row.job.id for row in dialog.rows()] == ["u1", "r9"]
    assert dialog.rows()[0].outcome is card
    assert card.task.text() == "run_half typ"
    assert card.message.text() == "Still nothing."


def test_a_running_job_can_be_cancelled_and_nothing_else(desk, dialog):
    put_jobs(desk, running())
    row = only_row(dialog)
    assert [b.text() for b in row._buttons if b.isVisible()] == ["Cancel"]
    row.cancel.click()
    assert desk.engine.asked == [("cancel", "r1")]


def test_a_refused_job_tells_why_and_can_be_dismissed(desk, dialog):
    put_jobs(desk, stock.job("f1", JobState.REFUSED, message=HTML, charged=Decimal(0)))
    row = only_row(dialog)
    assert row.message.text() == HTML
    assert row.message.textFormat() is Qt.TextFormat.PlainText
    assert row.words.text().startswith("refused · not charged")
    row.dismiss.click()
    assert not desk.studio.state.board.jobs


def test_a_failed_job_is_sent_again_by_its_own_settings(desk, dialog):
    card = desk.studio.state.card
    asked = stock.request(0, provider=card.provider, model=card.model, seed=7)
    put_jobs(desk, stock.job("f1", JobState.FAILED, request=asked))
    desk.studio.set_prompt("something else by now")
    only_row(dialog).again.click()
    ((order, _),) = desk.engine.orders
    assert order.requests == (asked,)
    assert not desk.studio.state.board.jobs


# The unknown outcome


def test_it_says_what_happened_what_is_at_stake_and_where_to_look(desk, dialog):
    put_jobs(desk, unknown(ticket=None))
    card = only_row(dialog).outcome
    assert card.message.text() == "No clear answer came back."
    assert dict(card.facts.rows())["At stake"] == "$0.045"
    assert card.request_id.value() == "u1"
    assert any("https://www.runflow.io" in text for text in words_of(card))
    for label in card.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText


def test_a_known_task_is_shown_instead_of_our_own_id(desk, dialog):
    put_jobs(desk, unknown(ticket=Ticket("run_8f2c", datetime.now(UTC))))
    assert only_row(dialog).outcome.request_id.value() == "run_8f2c"


def test_it_is_there_follows_the_id_that_was_entered(desk, dialog):
    put_jobs(desk, unknown())
    card = only_row(dialog).outcome
    assert not card.take.isEnabled()
    QTest.keyClicks(card.task, "  run_8f2c ")
    card.take.click()
    assert desk.engine.asked == [("resolve", "u1", "found", "run_8f2c")]


def test_a_wrong_id_is_said_at_the_field(desk, dialog, monkeypatch):
    put_jobs(desk, unknown())
    sentence = "The provider does not know a job with this id. Look at the id again."
    failing = answered(None).__class__()
    failing.set_exception(RuntimeError(sentence))
    monkeypatch.setattr(desk.engine, "resolve", lambda *_: failing)
    card = only_row(dialog).outcome
    card.task.setText("run_wrong")
    card.take.click()
    stock.settle(desk)
    assert card.problem.text() == sentence
    assert card.take.isEnabled()
    assert card.task.text() == "run_wrong"
    QTest.keyClick(card.task, Qt.Key.Key_Backspace)
    assert card.problem.text() == ""


def test_not_charged_sends_it_again_once_as_a_new_job(desk, dialog, qtbot):
    card = desk.studio.state.card
    asked = stock.request(0, provider=card.provider, model=card.model)
    put_jobs(desk, replace(unknown(), request=asked))
    desk.engine.given_back["u1"] = asked
    only_row(dialog).outcome.again.click()
    assert desk.engine.asked == [("resolve", "u1", "not_charged", "")]
    qtbot.waitUntil(lambda: bool(desk.engine.orders))
    ((order, _),) = desk.engine.orders
    assert order.requests == (asked,)


def test_not_charged_can_be_closed_without_sending(desk, dialog):
    put_jobs(desk, unknown())
    only_row(dialog).outcome.close_it.click()
    assert desk.engine.asked == [("resolve", "u1", "not_charged", "")]
    assert desk.engine.orders == []


def test_leave_folds_it_and_asks_nothing(desk, dialog):
    put_jobs(desk, unknown())
    row = only_row(dialog)
    row.outcome.leave.click()
    assert not row.outcome.isVisible()
    assert row.decide.isVisible()
    assert desk.engine.asked == []
    put_jobs(desk, unknown(), running())
    assert not row.outcome.isVisible()  # it stays folded through other news
    row.decide.click()
    assert row.outcome.isVisible()


def test_the_usage_page_opens_in_the_browser(desk, dialog, monkeypatch):
    opened_pages: list[str] = []
    monkeypatch.setattr("flux_studio.ui.outcome_card.open_site", opened_pages.append)
    put_jobs(desk, unknown())
    only_row(dialog).outcome.open.click()
    assert opened_pages == ["https://www.runflow.io"]


# The provider's log, its ids, and the way to the control


LOGS = ("Loading <b>weights</b>", "28/28 steps")


def test_the_providers_log_is_a_tooltip_of_strip_and_row_as_plain_text(desk, strip, dialog):
    put_jobs(desk, running(logs=LOGS))
    for part in (strip.prompt, strip.bar, strip.left, only_row(dialog).words):
        assert "Loading &lt;b&gt;weights&lt;/b&gt;<br>28/28 steps" in part.toolTip()
    assert "28/28 steps" in only_row(dialog).accessibleDescription()


def test_an_ended_job_shows_the_ids_that_support_asks_for(desk, dialog):
    ticket = Ticket("task-9", datetime.now(UTC))
    put_jobs(
        desk, stock.job("f1", JobState.FAILED, ticket=ticket, request_id="req-<7>", key="work")
    )
    row = only_row(dialog)
    assert row.ids.text() == "Task task-9 · request req-<7> · key work"
    assert row.ids.isVisible()
    assert row.ids.textFormat() is Qt.TextFormat.PlainText
    put_jobs(desk, running(logs=LOGS))
    assert not only_row(dialog).ids.isVisible()


def test_a_refusal_about_a_control_leads_to_it_while_the_form_has_it(desk, dialog):
    desk.studio.set_prompt("a bold fox")
    asked = stock.request(0, prompt="a bold fox", size=desk.studio.state.draft.size)
    refused = stock.job(
        "f1", JobState.REFUSED, request=asked, control="prompt", message="Too bold."
    )
    put_jobs(desk, refused)
    row = only_row(dialog)
    assert row.lead.isVisible()
    looked: list[str] = []
    desk.studio.attention.connect(looked.append)
    row.lead.click()
    assert looked == ["prompt"]
    desk.studio.set_prompt("a mild fox")
    assert not desk.studio.jobs.lead_to("f1")
    assert looked == ["prompt"]


def test_where_the_form_has_moved_on_nothing_leads_there(desk, dialog):
    asked = stock.request(0, prompt="something else")
    put_jobs(desk, stock.job("f1", JobState.REFUSED, request=asked, control="prompt"))
    assert not only_row(dialog).lead.isVisible()
