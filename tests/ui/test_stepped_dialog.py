"""A dialog with much in it is made a step at a time, and seen only when it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from flux_studio.ui.shortcut_sheet import ShortcutSheet
from flux_studio.ui.stepped_dialog import SteppedDialog
from tests.idle_peer import IdlePeer
from tests.ui.test_watchdog import Watchdog
from tests.whole import whole_studio

PARTS = 40
MOST_TURN = (
    0.020  # seconds, beside an idle peer; in one turn the largest take two to three times it
)
OPENERS = (
    "open_settings",
    "open_keys",
    "open_shortcuts",
    "open_call",
    "open_model_page",
    "open_templates",
    "open_structured",
    "open_batch",
)


class Parts(SteppedDialog):
    def __init__(self, parent: QWidget | None = None, *, in_steps: bool = False) -> None:
        super().__init__(parent)
        self.labels: list[QLabel] = []
        self.begin(self._parts(), in_steps=in_steps)

    def _parts(self) -> Iterator[None]:
        column = QVBoxLayout(self)
        for number in range(PARTS):
            self.labels.append(QLabel(str(number)))
            column.addWidget(self.labels[-1])
            yield None


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def test_by_itself_the_constructor_makes_all_of_it(window):
    assert len(Parts(window).labels) == PARTS


def test_in_steps_it_is_seen_when_it_is_whole(window, qtbot, monkeypatch):
    monkeypatch.setattr("flux_studio.ui.steps.SLICE", 0)  # one step a turn, on any machine
    dialog = Parts(window, in_steps=True)
    dialog.open()
    seen: list[tuple[int, bool]] = []
    beat = QTimer(window, interval=0)
    beat.timeout.connect(lambda: seen.append((len(dialog.labels), dialog.isVisible())))
    beat.start()
    qtbot.waitUntil(dialog.isVisible)
    beat.stop()
    assert len({count for count, _ in seen}) >= PARTS  # the loop had its turn between all of them
    assert {count for count, visible in seen if visible} == {PARTS}
    assert not dialog.is_opening()
    assert dialog.isModal()


def test_a_key_that_is_pressed_twice_opens_one(window, qtbot):
    first, second = Parts(window, in_steps=True), Parts(window, in_steps=True)
    first.open()
    second.open()
    first.open()
    qtbot.waitUntil(first.isVisible)
    qtbot.waitUntil(lambda: not isValid(second))
    assert len(first.labels) == PARTS


def test_it_goes_with_its_window_while_it_is_made(qtbot):
    window = QWidget()
    dialog = Parts(window, in_steps=True)
    dialog.open()
    window.deleteLater()
    QApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)
    qtbot.wait(20)
    assert not isValid(dialog)


def test_a_search_of_the_sheet_makes_no_line_anew(window, qtbot):
    sheet = ShortcutSheet(window)
    sheet.show()
    before = set(sheet.findChildren(QLabel))
    sheet.search.setText("full screen")
    assert sheet.shown() == ["Full screen"]
    visible = [each.text() for each in sheet.findChildren(QLabel) if each.isVisible()]
    assert "Full screen" in visible
    assert len(visible) < 6  # with the title of its place and its keys
    sheet.search.clear()
    assert set(sheet.findChildren(QLabel)) == before
    sheet.close()


def longest_turns(qtbot, home) -> dict[str, float]:
    """The longest gap (s) of the loop while each dialog opens for the second time, when its modules
    are loaded, without what held an idle process up as well.
    """
    found: dict[str, float] = {}
    with whole_studio(home) as whole:
        qtbot.wait(300)  # the start is another measurement
        for name in OPENERS * 2:
            watchdog, peer = Watchdog(), IdlePeer()
            watchdog.start()
            QTimer.singleShot(0, partial(getattr(whole.room, name)))
            qtbot.waitUntil(partial(on_screen, whole.window))
            qtbot.wait(60)
            found[name] = watchdog.stop() - peer.longest()
            for dialog in whole.window.findChildren(SteppedDialog):
                dialog.close()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return found


def on_screen(window: QWidget) -> bool:
    return any(dialog.isVisible() for dialog in window.findChildren(SteppedDialog))


@pytest.mark.timeout(180)
def test_the_window_lives_while_its_dialogs_open(qtbot, tmp_path):
    best = longest_turns(qtbot, tmp_path / "home")
    for again in range(3):
        if max(best.values()) < MOST_TURN:
            break
        found = longest_turns(qtbot, tmp_path / f"home-{again}")
        best = {name: min(best[name], found[name]) for name in OPENERS}
    assert max(best.values()) < MOST_TURN, {
        name: f"{each * 1e3:.0f} ms" for name, each in best.items()
    }
