"""The queue in the list of jobs: order, hold, edit, a sum to stop after, others that can do it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent

from flux_studio.core.budget import SpendStop
from flux_studio.core.errors import Reason
from flux_studio.core.job import JobState
from flux_studio.core.request import Origin
from flux_studio.ui.composer.generate_footer import GenerateFooter
from flux_studio.ui.jobs_panel import JobsDialog
from flux_studio.ui.jobs_strip import JobsStrip
from flux_studio.ui.project_chooser import ProjectChooser
from flux_studio.ui.queue_row import MIME, row_under
from flux_studio.ui.queue_words import send_words, worst_case
from tests.ui.panels import a_desk, opened, put_jobs
from tests.ui.wall import stock

NOW = datetime.now(UTC)


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path) as made:
        yield made


@pytest.fixture
def dialog(desk):
    with opened(desk, lambda theme: JobsDialog(desk.studio, theme)) as made:
        yield made


def waiting(desk, *names, **fields):
    """Jobs of a real card, in this order."""
    studio = desk.studio
    card = next(c for c in studio.state.cards if c.id == ("runflow", "flux-2-pro"))
    studio.choose_model(*card.id)
    studio.set_size(card.default_size)
    request = studio.order_of(studio.state.draft, studio.state.card).requests[0]
    jobs = [
        replace(
            stock.job(name, JobState.PLANNED, at),
            request=replace(request, prompt=name),
            price=Decimal("0.03"),
            rank=float(at),
            **fields,
        )
        for at, name in enumerate(names)
    ]
    put_jobs(desk, *jobs)
    return jobs


def asked(desk, word):
    return [each[1:] for each in desk.engine.asked if each[0] == word]


def prompts(dialog):
    return [row.prompt.text() for row in dialog.queue.rows()]


def test_the_list_opens_with_the_keyboard_on_the_first_job(desk):
    waiting(desk, "a", "b")
    with opened(desk, lambda theme: JobsDialog(desk.studio, theme)) as dialog:
        assert dialog.focusWidget() is dialog.queue.row("a")


def test_the_queue_shows_its_order_prices_and_total(desk, dialog):
    jobs = waiting(desk, "a", "b", "c")
    assert prompts(dialog) == ["a", "b", "c"]
    assert [row.price.text() for row in dialog.queue.rows()] == ["$0.030"] * 3
    assert dialog.queue.title.text() == "Queue · 3"
    assert dialog.queue.cost.text() == "$0.090"
    assert dialog.rows() == [], "what waits stands in the queue alone"
    put_jobs(desk, *jobs[:2], replace(jobs[2], rank=-1.0))
    assert prompts(dialog) == ["c", "a", "b"]
    put_jobs(desk, replace(jobs[0], price=None), jobs[1])
    assert "at most" in dialog.queue.cost.text()
    put_jobs(desk)
    assert dialog.queue.isHidden()


def test_keys_and_buttons_move_a_job_and_the_focus_stays_on_it(desk, dialog, qtbot):
    jobs = waiting(desk, "a", "b", "c")
    row = dialog.queue.row("b")
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    put_jobs(desk, jobs[0], replace(jobs[1], rank=-1.0), jobs[2])
    qtbot.waitUntil(lambda: dialog.queue.row("b").hasFocus())
    qtbot.keyClick(row, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.mouseClick(dialog.queue.row("c").front, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.queue.row("a").down, Qt.MouseButton.LeftButton)
    assert asked(desk, "move") == [("b", "a"), ("b", "c"), ("c", "b"), ("a", None)]
    assert not dialog.queue.row("b").up.isEnabled()
    assert not dialog.queue.row("c").down.isEnabled()


def drop(dialog, job, y):
    data = QMimeData()
    data.setData(MIME, job.encode())
    event = QDropEvent(
        QPointF(20, y),
        Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    dialog.queue.dropEvent(event)


def test_a_row_is_dropped_between_others(desk, dialog):
    waiting(desk, "a", "b", "c")
    stock.settle(desk)
    queue = dialog.queue
    top = queue.row("b").mapTo(queue, QPoint(0, 0)).y()
    assert row_under(queue.rows(), top, queue) is queue.row("b")
    drop(dialog, "c", top + 2)
    drop(dialog, "a", queue.height() + 10)
    drop(dialog, "b", top + 2)
    assert asked(desk, "move") == [("c", "b"), ("a", None)]


def test_hold_edit_and_remove(desk, dialog, qtbot):
    jobs = waiting(desk, "a", "b")
    row = dialog.queue.row("a")
    qtbot.keyClick(row, Qt.Key.Key_H)
    assert asked(desk, "hold") == [("a",)]
    put_jobs(desk, replace(jobs[0], held=True), jobs[1])
    assert (row.held.isVisible(), row.held.text()) == (True, "held")
    qtbot.mouseClick(row.hold, Qt.MouseButton.LeftButton)
    assert asked(desk, "release") == [("a",)]
    qtbot.keyClick(dialog.queue.row("b"), Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: desk.studio.state.editing == "b")
    assert desk.studio.state.draft.prompt == "b"
    assert dialog.queue.row("b").held.text() == "" or not dialog.queue.row("b").edit.isEnabled()
    qtbot.keyClick(row, Qt.Key.Key_Delete)
    assert asked(desk, "cancel") == [("a",)]


def test_while_a_job_is_edited_the_button_updates_it(desk, qtbot):
    with opened(desk, lambda _theme: GenerateFooter(desk.studio)) as foot:
        waiting(desk, "a", "b")
        assert foot.editing.isHidden()
        desk.studio.queue.edit("b")
        qtbot.waitUntil(lambda: desk.studio.state.editing == "b")
        assert "Job 2" in foot.editing.words.text()
        assert "Update" in foot.button.toolTip()
        qtbot.mouseClick(foot.editing.leave, Qt.MouseButton.LeftButton)
        assert asked(desk, "release") == [("b",)]
        assert foot.editing.isHidden()


def test_the_sum_to_stop_after(desk, dialog, qtbot):
    waiting(desk, "a")
    field = dialog.queue.stop
    field.setFocus()
    qtbot.keyClicks(field, "2.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked(desk, "stop_after") == [(Decimal("2.5"),)]
    desk.studio.learn(spend_stop=SpendStop(Decimal("2.5"), NOW), spent_after=Decimal("0.9"))
    assert "$0.90 spent" in dialog.queue.stop_words.text()
    field.clear()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked(desk, "stop_after")[-1] == (None,)


def test_a_sum_can_be_taken_away_when_nothing_waits(desk, dialog):
    desk.studio.learn(spend_stop=SpendStop(Decimal(2), NOW))
    assert dialog.queue.isVisible()
    assert dialog.queue.cost.text() == "nothing waits"


def test_others_that_can_do_it_are_offered_on_the_row_with_prices(desk, dialog, qtbot):
    waiting(desk, "a", reason=Reason.PROVIDER_DOWN, message="Busy.")
    line = dialog.queue.row("a").elsewhere
    assert line.isVisible()
    assert all("$" in button.text() for button in line.buttons)
    assert "Runflow" not in " ".join(button.text() for button in line.buttons)
    qtbot.mouseClick(line.buttons[0], Qt.MouseButton.LeftButton)
    [(job, order)] = asked(desk, "replace")
    assert (job, order.origins[0].again_of) == ("a", "a")


def test_all_that_failed_is_sent_again_by_one_button_that_says_its_price(desk, dialog):
    jobs = waiting(desk, "a", "b")
    failed = [
        replace(job, state=JobState.FAILED, reason=Reason.PROVIDER_FAILED, charged=Decimal(0))
        for job in jobs
    ]
    put_jobs(desk, failed[0])
    assert dialog.retry.isHidden()
    put_jobs(desk, *failed)
    assert dialog.retry.text() == "Send 2 again, $0.060"


def test_after_the_network_came_back_one_button_says_the_price(desk, qtbot):
    with opened(desk, lambda theme: JobsStrip(desk.studio, theme)) as strip:
        strip.resize(900, strip.height())
        waiting(desk, "a", "b")
        desk.studio.learn(holds={"offline": "There is no network."})
        assert strip.paused.resume.text() == "Try now"
        desk.studio.learn(holds={"reconnected": "The network is back."})
        assert strip.paused.resume.text() == "Send 2 for $0.060"
        assert strip.paused.resume.isVisible()
        assert strip.pause.isHidden()
        assert asked(desk, "resume_queue") == []
        qtbot.mouseClick(strip.paused.resume, Qt.MouseButton.LeftButton)
        assert asked(desk, "resume_queue") == [()]
        strip.resize(420, strip.height())
        assert strip.paused.resume.isVisible(), "the price stays in view"


def test_a_project_that_rests_is_said_and_can_go_on(desk, qtbot):
    with opened(desk, lambda theme: JobsStrip(desk.studio, theme)) as strip:
        waiting(desk, "a", origin=Origin("zoo"))
        desk.studio.learn(project_holds={"zoo": "No more for the zoo."})
        assert strip.paused.words.text() == "No more for the zoo."
        assert strip.pause.accessibleName() == "Resume the queue"


def test_prices_in_words():
    jobs = [replace(stock.job(n, JobState.PLANNED, 0), price=Decimal("0.03")) for n in "ab"]
    rates = type("Rates", (), {"of": staticmethod(lambda _provider: None)})()
    assert send_words(jobs) == "Send 2 for $0.060"
    assert worst_case(jobs, rates) == Decimal("0.06")
    unknown = replace(jobs[0], price=None)
    assert send_words([unknown, jobs[1]]) == "Send 2 for $0.030 or more"
    assert send_words([unknown]) == "Send 1, price not known"
    assert worst_case([unknown], rates) is None


def test_the_project_is_chosen_begun_and_renamed(desk, qtbot):
    studio = desk.studio
    with opened(desk, lambda _theme: ProjectChooser(studio)) as chooser:
        assert chooser.text() == "No project"
        studio.learn(projects=("Farm & field", "Zoo"))
        chooser._fill()
        names = [action.text() for action in chooser.menu().actions() if not action.isSeparator()]
        assert names == ["No project", "Farm && field", "Zoo", "New project…"]
        chooser.menu().actions()[1].trigger()
        qtbot.waitUntil(lambda: studio.state.draft.project == "Farm & field")
        assert chooser.accessibleDescription() == "Farm & field"
        chooser._fill()
        new = next(a for a in chooser.menu().actions() if a.text() == "New project…")
        new.trigger()
        chooser.dialog.setTextValue("Harbour")
        chooser.dialog.accept()
        qtbot.waitUntil(lambda: studio.state.draft.project == "Harbour")


def test_long_names_stay_small(desk):
    with opened(desk, lambda _theme: ProjectChooser(desk.studio)) as chooser:
        desk.studio.put_draft(replace(desk.studio.state.draft, project="x" * 80))
        assert chooser.width() <= 180
        assert "x" * 80 in chooser.toolTip()
