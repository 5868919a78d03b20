"""The keys for undo in the whole window: the form in the composer, the library on the wall."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from flux_studio.core.size import Size
from flux_studio.session.library_history import Step
from tests.whole import whole_studio

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_one_key_and_two_histories(qapp, qtbot, tmp_path):
    with whole_studio(tmp_path / "home") as whole:
        studio, room, window = whole.studio, whole.room, whole.window
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        done: list[str] = []
        push = studio.library.history.push
        push(Step(lambda: done.append("undo"), lambda: done.append("redo"), "undone", "redone"))
        before = studio.state.draft

        room.composer.focus_prompt()
        box = room.composer.prompt.box
        QTest.keyClick(box, Qt.Key.Key_A, CTRL)
        QTest.keyClicks(box, "owl")
        studio.set_size(Size(512, 512))
        field = room.composer.size_picker.sides.width_field
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
        assert studio.state.draft.size == before.size
        room.composer.model.setFocus()  # no text field: the window's shortcuts come first here
        QTest.keyClick(room.composer.model, Qt.Key.Key_Z, CTRL)
        QTest.keyClick(room.composer.model, Qt.Key.Key_Z, CTRL)
        assert studio.state.draft == before
        assert box.prompt() == before.prompt
        QTest.keyClick(room.composer.model, Qt.Key.Key_Z, CTRL | SHIFT)
        QTest.keyClick(room.composer.model, Qt.Key.Key_Z, CTRL | SHIFT)
        assert studio.state.draft.prompt == "owl"
        assert done == []

        window.setFocus()  # anywhere but in the composer: an empty wall has nothing to focus
        QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
        QTest.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)
        assert done == ["undo", "redo"]
        assert studio.state.draft.prompt == "owl"
