"""Crop, turn and make smaller, in the dialog and by keyboard alone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from flux_studio.core.crop import Box
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.ui.references.edit_dialog import EditDialog
from tests.ui.panels import opened
from tests.ui.references.conftest import photo, take

KEY, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def dialog(qtbot, desk):
    take(qtbot, desk, photo((2400, 1600)))
    with opened(desk, lambda _: _dialog(desk)) as made:
        yield made


def _dialog(desk):
    made = EditDialog(desk.studio, 0)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # the fixture does that
    return made


def typed(field, text) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, KEY.Key_Tab)


def sent(studio) -> Reference:
    return studio.state.draft.references[0]


def test_by_keyboard_alone_a_part_is_turned_and_sent(qtbot, dialog, studio):
    whole = sent(studio)
    assert dialog.view.hasFocus()
    assert not dialog.apply.isEnabled()
    QTest.keyClick(dialog.view, KEY.Key_Left, CTRL | SHIFT)
    QTest.keyClick(dialog, KEY.Key_R)
    QTest.keyClick(dialog.view, KEY.Key_Return)
    qtbot.waitUntil(lambda: sent(studio).edit is not None)
    assert sent(studio).edit == replace(whole.as_edit, crop=Box(0, 0, 2280, 1600), turns=1)
    assert sent(studio).size == Size(1600, 2280)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    studio.undo.undo()
    assert sent(studio) == whole


def test_fields_and_view_say_the_same(dialog):
    typed(dialog.fields["width"], "1000")
    assert dialog.view.box() == Box(0, 0, 1000, 1600)
    QTest.keyClick(dialog.view, KEY.Key_Right)
    assert dialog.fields["left"].value() == 1


def test_the_ratio_of_the_picture_to_be_made_is_locked(dialog, studio):
    studio.set_size(Size(1600, 800))
    QTest.keyClick(dialog.ratio, KEY.Key_Right)
    assert dialog.ratio.key() == "form"
    assert dialog.view.box() == Box(0, 200, 2400, 1200)
    typed(dialog.fields["width"], "1000")
    assert dialog.view.box().size == Size(1000, 500)


def test_turning_goes_both_ways_and_the_part_turns_along(dialog):
    QTest.mouseClick(dialog.forth, Qt.MouseButton.LeftButton)
    assert dialog.edit.turns == 1
    assert dialog.fields["width"].value() == 1600
    QTest.mouseClick(dialog.back, Qt.MouseButton.LeftButton)
    assert not dialog.edit.changes


def test_size_and_price_of_what_would_be_sent_stand_there(dialog):
    assert dialog.outcome.text() == "Sent: 2400 × 1600 · 3.66 MP"
    assert dialog.price.text() == "adds $0.060 a picture"
    dialog.most.segment_chosen.emit("1")
    assert dialog.outcome.text() == "Sent: 1254 × 836 · 1.00 MP"
    assert dialog.price.text() == "adds $0.015 a picture instead of $0.060"


def test_what_was_done_is_there_again_and_goes_at_a_press(qtbot, desk, studio):
    take(qtbot, desk, photo())
    whole = sent(studio)
    studio.slots.edit(whole, replace(whole.as_edit, crop=Box(10, 20, 300, 200), turns=3))
    qtbot.waitUntil(lambda: sent(studio).edit is not None)
    with opened(desk, lambda _: _dialog(desk)) as dialog:
        assert dialog.edit == sent(studio).edit
        QTest.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
        QTest.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: sent(studio) == whole)


def test_a_picture_that_is_gone_is_said_and_the_form_stays(qtbot, dialog, studio, desk):
    for path in desk.ground.paths.references.iterdir():
        path.unlink()
    before = sent(studio)
    QTest.mouseClick(dialog.forth, Qt.MouseButton.LeftButton)
    QTest.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "no longer in the library" in dialog.problem.text())
    assert sent(studio) == before
    assert dialog.apply.isEnabled()
