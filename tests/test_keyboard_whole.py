"""The whole form by keys alone: from an empty window to a batch of a structured prompt with three
references. Nothing is clicked and no widget is called; what has the keyboard gets the keys.
"""

from __future__ import annotations

import json

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from flux_studio.ui.batch.dialog import BatchDialog
from tests.storage.samples import png
from tests.whole import whole_studio

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier
MOST_STOPS = 150  # of Tab, before a control counts as out of reach
LONG = 90_000  # ms


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the keyboard"
    QTest.keyClick(widget, key, modifiers)


def write(text: str) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the keyboard"
    QTest.keyClicks(widget, text)


def name() -> str:
    widget = QApplication.focusWidget()
    return "" if widget is None else widget.accessibleName()


def tab_to(wanted: str) -> None:
    """Walk with Tab to the control of that name."""
    passed = []
    for _ in range(MOST_STOPS):
        if name() == wanted:
            return
        passed.append(name())
        press(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never came to {wanted}, only to {passed}")


def put_in_place(text: str) -> None:
    press(Qt.Key.Key_A, CONTROL)
    write(text)


def test_from_an_empty_window_to_a_batch_of_a_structured_prompt(qtbot, tmp_path):
    files = [tmp_path / f"reference-{number}.png" for number in (1, 2, 3)]
    for number, file in enumerate(files):
        file.write_bytes(png(64 + 16 * number, 64))
    with whole_studio(tmp_path / "home") as whole:
        studio = whole.studio
        whole.window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        # An empty form, and its prompt in parts.
        press(Qt.Key.Key_L, CONTROL)
        press(Qt.Key.Key_A, CONTROL)
        press(Qt.Key.Key_Delete)
        assert studio.state.draft.prompt == ""
        press(Qt.Key.Key_J, CONTROL | SHIFT)
        qtbot.waitUntil(lambda: name() == "Scene")
        form = whole.room.composer.prompt.faces.form
        qtbot.waitUntil(form.is_whole)  # its fields come a few at a time
        write("the bowl of @image1 on the table of @image2")
        tab_to("Style")
        write("ink in the manner of @image3")
        # Three pictures that were copied elsewhere.
        copied = QMimeData()
        copied.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        QGuiApplication.clipboard().setMimeData(copied)
        press(Qt.Key.Key_V, CONTROL)
        qtbot.waitUntil(lambda: len(studio.state.draft.references) == 3, timeout=LONG)
        # The size, by its fields.
        tab_to("Width")
        put_in_place("128")
        tab_to("Height")
        put_in_place("64")
        press(Qt.Key.Key_Tab)
        # The batch: a grid of two seeds and two sizes.
        press(Qt.Key.Key_B, CONTROL | SHIFT)
        qtbot.waitUntil(lambda: isinstance(QApplication.activeWindow(), BatchDialog))
        press(Qt.Key.Key_G, CONTROL)
        assert name() == "Parameter, Down"
        press(Qt.Key.Key_Tab)
        put_in_place("7, 8")
        tab_to("Values, Across")
        put_in_place("128x64, 64x64")
        tab_to("Make 2 × 2 rows")
        press(Qt.Key.Key_Space)
        assert name() == "Rows of the batch"
        qtbot.waitUntil(lambda: studio.batch.is_checked)
        # One row more, typed into the table, and taken back.
        press(Qt.Key.Key_N, CONTROL)
        write("a fox")
        press(Qt.Key.Key_Return)
        assert len(studio.batch.rows) == 5
        press(Qt.Key.Key_Z, CONTROL)
        press(Qt.Key.Key_Z, CONTROL)
        assert len(studio.batch.rows) == 4
        qtbot.waitUntil(lambda: studio.batch.is_checked)
        with qtbot.waitSignal(studio.batch.following.sheet_made, timeout=LONG):
            press(Qt.Key.Key_Return, CONTROL)
        press(Qt.Key.Key_Escape)
        assert not isinstance(QApplication.activeWindow(), BatchDialog)
        made = [each for each in whole.saved if each.request.references]
        assert {(each.seed, str(each.size)) for each in made} == {
            (7, "128x64"), (7, "64x64"), (8, "128x64"), (8, "64x64"),
        }  # fmt: skip
        for each in made:
            assert len(each.request.references) == 3
            prompt = json.loads(each.request.prompt)
            assert prompt["scene"] == "the bowl of @image1 on the table of @image2"
            assert prompt["style"] == "ink in the manner of @image3"
