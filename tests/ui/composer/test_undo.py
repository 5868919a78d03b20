"""Undo and redo in the composer: one history for text and settings."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from flux_studio.core.draft import SeedMode
from flux_studio.core.size import Size
from flux_studio.ui.composer import panel as panel_module
from tests.ui.composer.conftest import FREE, TIERS, give, reference

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def box(panel):
    panel.focus_prompt()
    return panel.prompt.box


def undo(widget) -> None:
    QTest.keyClick(widget, Qt.Key.Key_Z, CTRL)


def redo(widget) -> None:
    QTest.keyClick(widget, Qt.Key.Key_Z, CTRL | SHIFT)


def test_text_and_settings_come_back_in_the_order_they_were_made(panel, desk, box):
    QTest.keyClicks(box, "a fox ")
    desk.studio.set_size(Size(512, 512))
    QTest.keyClicks(box, "runs")
    passed = [desk.studio.state.draft]
    for _ in range(3):
        undo(box)
        passed.append(desk.studio.state.draft)
    assert [(d.prompt, str(d.size)) for d in passed] == [
        ("a fox runs", "512x512"),
        ("a fox ", "512x512"),
        ("a fox ", "1024x768"),
        ("a ", "1024x768"),
    ]
    assert box.prompt() == "a "
    for _ in range(3):
        redo(box)
    assert desk.studio.state.draft == passed[0]
    assert box.prompt() == "a fox runs"


def test_the_caret_goes_to_where_the_text_changed(desk, box):
    desk.studio.set_prompt("a fox in snow")
    desk.studio.set_prompt("a red fox in snow")
    undo(box)
    assert box.textCursor().position() == 2
    redo(box)
    assert box.textCursor().position() == 6


def test_a_typed_number_is_taken_back_from_inside_its_field(panel, desk):
    field = panel.size_picker.sides.width_field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "640")
    assert desk.studio.state.draft.size == Size(640, 768)
    undo(field)
    assert desk.studio.state.draft.size == Size(1024, 768)
    assert field.text() == "1024"
    redo(field)
    assert field.text() == "640"


def test_a_typed_seed_is_one_step(panel, desk):
    before = desk.studio.state.draft
    field = panel.seed_safety.seed
    field.setFocus()
    QTest.keyClicks(field, "1234")
    assert (desk.studio.state.draft.seed_mode, desk.studio.state.draft.seed) == (
        SeedMode.FIXED,
        1234,
    )
    undo(field)
    assert desk.studio.state.draft == before
    assert field.text() == ""


def test_a_change_of_model_and_a_reference_are_steps(panel, desk, box):
    desk.studio.choose_model(*TIERS.id)
    desk.studio.references.take_bytes(b"no picture", "x.txt")
    desk.studio.remove_reference(0)
    before = desk.studio.state.draft
    give(desk, reference(1))
    undo(box)
    assert desk.studio.state.draft == before
    undo(box)
    assert desk.studio.state.card.id == FREE.id


def test_buttons_say_what_they_would_do(panel, desk):
    buttons = panel.prompt.undo_buttons
    desk.studio.set_size(Size(512, 512))
    assert "Undo size" in buttons.undo.toolTip()
    assert buttons.undo.isEnabled()
    assert not buttons.redo.isEnabled()
    assert "Nothing to redo" in buttons.redo.toolTip()
    QTest.mouseClick(buttons.undo, Qt.MouseButton.LeftButton)
    assert desk.studio.state.draft.size == Size(1024, 768)
    assert "Redo size" in buttons.redo.toolTip()
    QTest.mouseClick(buttons.redo, Qt.MouseButton.LeftButton)
    assert desk.studio.state.draft.size == Size(512, 512)
    desk.studio.put_draft(replace(desk.studio.state.draft, prompt="x", count=3))
    assert "Undo several settings" in buttons.undo.toolTip()


def test_the_menu_of_the_prompt_has_the_same_words(panel, desk, box):
    desk.studio.set_count(3)
    menu: QMenu = box.createStandardContextMenu()
    box.menu_opening.emit(menu, QPoint(1, 1))
    action = next(each for each in menu.actions() if each.objectName() == "edit-undo")
    assert action.text().startswith("Undo number of images")
    assert action.isEnabled()
    action.trigger()
    assert desk.studio.state.draft.count == 1
    menu.deleteLater()


def test_the_panel_takes_the_keys_before_the_window_does(panel, desk):
    for modifiers in (CTRL, CTRL | SHIFT):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, modifiers)
        event.ignore()
        QApplication.sendEvent(panel.footer.button, event)
        assert event.isAccepted()


def test_closed_sections_are_not_opened_by_undo(panel, desk, box):
    desk.studio.set_count(3)
    undo(box)
    assert not panel.more_is_open()
    assert box.hasFocus()


def test_a_screen_reader_hears_what_was_undone(panel, desk, box, monkeypatch):
    heard: list[str] = []
    monkeypatch.setattr(panel_module, "announce", lambda _, words: heard.append(words))
    desk.studio.set_size(Size(512, 512))
    undo(box)
    redo(box)
    assert heard == ["Undo size", "Redo size"]
