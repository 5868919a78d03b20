"""A dialog with much in it is made a step at a time, and seen only when it is whole."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from flux_studio.ui import window_dialogs
from flux_studio.ui.shortcut_sheet import ShortcutSheet
from flux_studio.ui.stepped_dialog import SteppedDialog
from flux_studio.ui.structured import editing
from tests.whole import whole_studio

PARTS = 40
MOST = 40  # widgets in one step: 6 ms
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
_steps = SteppedDialog._steps  # a test counts what they make


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


def test_what_the_dialogs_are_made_of_is_loaded_while_the_window_rests(
    qtbot, tmp_path, monkeypatch
):
    monkeypatch.setattr(window_dialogs, "REST", 0)
    with whole_studio(tmp_path) as whole:
        dialogs = whole.room.dialogs
        qtbot.waitUntil(lambda: dialogs.loading is not None and not dialogs.loading.is_running())
    assert {f"flux_studio.ui.{name}" for name in window_dialogs.MODULES} <= sys.modules.keys()


LOADING = """
import sys
from importlib import import_module
import flux_studio.house
from flux_studio.ui import furnishing, window_dialogs
for name in (*furnishing.WALL_MODULES, *furnishing.MODULES):
    import_module(name)
for name in window_dialogs.MODULES:
    before = set(sys.modules)
    module = import_module(f"flux_studio.ui.{name}")
    new = [sys.modules[each] for each in sys.modules.keys() - before if each.startswith("flux_")]
    # A package's own file has a line in it; of what the step is for there is one.
    print(name, sum(not hasattr(each, "__path__") for each in new))
"""


def test_each_step_of_it_loads_no_more_than_a_file_or_two():
    told = subprocess.run(
        [sys.executable, "-c", LOADING], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    counts = {line.split()[0]: int(line.split()[1]) for line in told}
    assert list(counts) == list(window_dialogs.MODULES)
    assert {name: count for name, count in counts.items() if count > 2} == {}


def widgets_a_step(qtbot, whole, name: str) -> list[int]:
    """How many widgets each step of a dialog makes, its constructor first; not what others make
    between them.
    """
    before = len(QApplication.allWidgets())
    made: list[int] = []

    def counted(dialog: SteppedDialog) -> Iterator[bool]:
        made.append(len(QApplication.allWidgets()) - before)
        steps = _steps(dialog)
        while True:
            there = len(QApplication.allWidgets())
            step = next(steps, None)
            made.append(len(QApplication.allWidgets()) - there)
            if step is None:
                return
            yield step

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SteppedDialog, "_steps", counted)
        getattr(whole.room.dialogs, name)()
        qtbot.waitUntil(lambda: any(d.isVisible() for d in dialogs_of(whole)))
    for dialog in dialogs_of(whole):
        dialog.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return made


def dialogs_of(whole) -> list[SteppedDialog]:
    return whole.window.findChildren(SteppedDialog)


def test_no_step_of_a_dialog_makes_more_than_a_part_of_it(qtbot, tmp_path, monkeypatch):
    """A widget takes 0.15 ms: what a step makes is what it takes, on any machine."""
    monkeypatch.setattr(editing, "_TURN", 0)  # the rows of a form are made by the clock
    with whole_studio(tmp_path) as whole:
        made = {name: widgets_a_step(qtbot, whole, name) for name in OPENERS}
    assert {name: max(counts) for name, counts in made.items() if max(counts) > MOST} == {}
    assert sum(made["open_shortcuts"]) > 5 * MOST  # in one turn it would be all of these
