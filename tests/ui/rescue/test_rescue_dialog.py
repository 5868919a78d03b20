"""The rescue desk as a window: what it shows of each job, and what a press asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel

from flux_studio.core.budget import Limits
from flux_studio.core.job import JobState
from flux_studio.core.rescue import to_rescue
from flux_studio.engine.facts import LookedFor
from flux_studio.session.state import Preferences
from flux_studio.ui.rescue.dialog import RescueDialog
from flux_studio.ui.rescue.words import HURRY, is_urgent, left_words, summary_words
from tests.ui.look_rescue import COMING, FAILED, NOW, REFUSED, SOON, TASKS, UNKNOWN, job
from tests.ui.panels import a_desk, opened

HTML = "<b>bold</b> & <img src='file:///x'>"


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        made.studio.rescue.refresh = lambda: None
        yield made


@pytest.fixture
def dialog(desk):
    put(desk, SOON, COMING, UNKNOWN, FAILED, REFUSED)
    with opened(desk, lambda _: RescueDialog(desk.studio)) as made:
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        yield made


def put(desk, *jobs) -> None:
    desk.studio.learn(rescue=to_rescue(jobs, NOW, NOW, lambda _: True))


def card(dialog, name):
    (found,) = [card for card in dialog.cards() if card.case.job.id == name]
    return found


def asked(desk) -> list[str]:
    return [str(call).removeprefix("call.") for call in desk.engine.runner.mock_calls]


def shown(widget) -> list[str]:
    buttons = widget.findChildren(QAbstractButton)
    return [b.accessibleName() for b in buttons if b.isVisible()]


def test_the_one_that_is_forgotten_first_stands_first_with_the_focus(dialog):
    names = [card.case.job.id for card in dialog.cards()]
    assert names == ["soon", "coming", "unknown", "failed", "refused"]
    assert dialog.focusWidget() is card(dialog, "soon").fetch
    assert dialog.summary.text().startswith("5 jobs · $0.225 at stake · the first is forgotten in ")


def test_each_card_offers_what_can_be_done_for_it(dialog):
    assert shown(card(dialog, "soon"))[:2] != []
    ways = {
        name: set(shown(card(dialog, name))) for name in ("soon", "coming", "unknown", "failed")
    }
    assert ways["soon"] >= {"Fetch again", "Not charged", "Leave", "Evidence file"}
    assert "Charged" not in ways["soon"], "the provider told the charge itself"
    assert ways["coming"] == {"Evidence file"}
    assert ways["unknown"] >= {"Look for it", "It is there", "Charged", "Not charged", "Leave"}
    assert "Fetch again" not in ways["failed"]
    assert any(name.startswith("Not charged: send again $0.030") for name in ways["unknown"])
    assert any(name.startswith("Send again $0.030") for name in ways["failed"])


@pytest.mark.parametrize(
    ("name", "button", "wanted"),
    [
        ("soon", "fetch", "rescue.fetch_again('soon')"),
        ("unknown", "look", "reconciler.look('unknown')"),
        ("unknown", "charged", "rescue.settle('unknown', charged=True)"),
        ("failed", "not_charged", "rescue.settle('failed', charged=False)"),
        ("failed", "leave", "rescue.set_aside('failed')"),
    ],
)
def test_a_press_asks_the_engine(desk, dialog, name, button, wanted):
    getattr(card(dialog, name), button).click()
    assert asked(desk) == [wanted]
    assert desk.engine.orders == []


def test_an_id_is_followed_by_enter_too(desk, dialog):
    entry = card(dialog, "unknown").entry
    assert not entry.take.isEnabled()
    QTest.keyClicks(entry.task, " task-7 ")
    QTest.keyClick(entry.task, Qt.Key.Key_Return)
    assert asked(desk) == ["resolve('unknown', 'found', 'task-7')"]


def test_what_did_not_lead_anywhere_is_said_at_its_card(desk, dialog):
    found = card(dialog, "soon")
    found.fetch.click()
    assert not found.fetch.isEnabled()
    desk.studio.rescue.troubled.emit("soon", HTML)
    assert found.fetch.isEnabled()
    assert found.problem.isVisible()
    assert HTML in [label.text() for label in found.problem.findChildren(QLabel)]


def test_tasks_of_the_providers_list_can_be_picked(desk, dialog):
    entry = card(dialog, "unknown").entry
    desk.engine.happened.emit(LookedFor("unknown", NOW, TASKS))
    assert "Which one" in entry.told.text()
    first, _second = entry.offers
    assert first.pick.accessibleName() == f"It is task {TASKS[0].task}"
    first.pick.click()
    assert asked(desk) == [f"resolve('unknown', 'found', '{TASKS[0].task}')"]


def test_nothing_in_the_list_is_said_and_typing_is_kept(desk, dialog):
    entry = card(dialog, "unknown").entry
    entry.task.setText("half an id")
    desk.engine.happened.emit(LookedFor("unknown", NOW, (), absent=True))
    assert "has nothing like it" in entry.told.text()
    put(desk, UNKNOWN)
    assert entry.task.text() == "half an id"
    assert [each.case.job.id for each in dialog.cards()] == ["unknown"]


def test_sending_again_above_the_sum_is_asked_about_at_the_card(desk, dialog):
    desk.studio.set_preferences(Preferences(budget=Limits(confirm_above=Decimal("0.01"))))
    found = card(dialog, "failed")
    found.again.click()
    assert found.question.isVisible()
    assert not card(dialog, "soon").question.isVisible()
    assert dialog.focusWidget() is found.question.cancel, "never the one that pays"
    assert desk.engine.orders == []
    QTest.keyClick(found.question, Qt.Key.Key_Escape)
    assert found.question.isHidden()
    assert dialog.isVisible()
    found.again.click()
    found.question.pay.click()
    [(order, _)] = desk.engine.orders
    assert order.origins[0].again_of == "failed"


def test_all_are_fetched_and_the_ended_ones_are_left_at_once(desk, dialog):
    dialog.fetch_all.click()
    assert asked(desk) == ["rescue.fetch_again('soon')", "reconciler.look('unknown')"]
    desk.engine.runner.reset_mock()
    dialog.leave_ended.click()
    assert asked(desk) == ["rescue.set_aside('failed')", "rescue.set_aside('refused')"]


def test_what_was_left_aside_can_be_put_back(desk, dialog):
    dialog.aside.click()
    assert dialog.cards() == []
    desk.studio.rescue.aside_read.emit(
        to_rescue([job("old", JobState.LOST, 90, aside=True)], NOW, NOW, lambda _: True)
    )
    [old] = dialog.cards()
    assert "Put back" in shown(old)
    assert "Leave" not in shown(old)
    assert dialog.fetch_all.isHidden()
    old.put_back.click()
    assert asked(desk)[-1] == "rescue.set_aside('old', aside=False)"
    dialog.aside.click()
    assert len(dialog.cards()) == 5


def test_empty_says_that_all_is_well(desk, dialog):
    put(desk)
    assert dialog.cards() == []
    assert "Nothing to rescue" in [
        label.text() for label in dialog.findChildren(QLabel) if label.isVisible()
    ]
    assert dialog.fetch_all.isHidden()


def test_the_evidence_file_is_written_where_one_says(desk, dialog, monkeypatch, tmp_path):
    wanted, written = tmp_path / "evidence.json", list[tuple[str, Path]]()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(wanted), ""))
    monkeypatch.setattr(
        desk.studio.payment, "write_evidence", lambda job, path: written.append((job.id, path))
    )
    card(dialog, "soon").evidence.click()
    assert written == [("soon", wanted)]


def test_all_words_are_plain_and_all_controls_have_a_name_and_a_tip(desk, dialog):
    put(desk, job("html", JobState.LOST, 5, 60, message=HTML, request={"prompt": HTML}), UNKNOWN)
    for label in dialog.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText, label.text()
    for button in filter(QAbstractButton.isVisible, dialog.findChildren(QAbstractButton)):
        assert button.accessibleName(), button.text()
        assert button.toolTip(), button.text()


def test_the_words_of_time():
    now = datetime.now(UTC)

    def left(seconds: float | None):
        [case] = to_rescue(
            [job("one", JobState.LOST, 5, None if seconds is None else seconds)],
            now, now + timedelta(1), lambda _: False,
        )  # fmt: skip
        return case

    at = NOW
    assert left_words(left(30.0), at) == "30 s left"
    assert left_words(left(5 * 86_400.0), at) == "5 days left"
    assert left_words(left(-5.0), at) == "perhaps deleted"
    assert left_words(left(None), at) == ""
    assert is_urgent(left(HURRY - 1), at)
    assert not is_urgent(left(HURRY + 60), at)
    assert not is_urgent(left(-1.0), at)
    assert summary_words((left(None),), at) == "1 job · $0.045 at stake"


def test_the_badge_counts_until_it_is_empty(desk, qtbot):
    from flux_studio.ui.top_bar import TopBar

    with opened(desk, lambda theme: TopBar(desk.studio, theme)) as bar:
        assert bar.rescue.isHidden()
        put(desk, SOON, COMING)
        assert bar.rescue.text() == "2 to rescue"
        assert bar.rescue.isVisible()
        with qtbot.waitSignal(bar.rescue_requested):
            bar.rescue.click()
        put(desk)
        assert bar.rescue.isHidden()
