"""A structured prompt through the whole studio, by keyboard: form, JSON, picture, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from flux_studio.core.prompt.faces import Face
from flux_studio.ui.structured.side_by_side import SideBySide
from tests.whole import Whole, whole_studio

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def whole(qtbot: QtBot, tmp_path: Path) -> Iterator[Whole]:
    with whole_studio(tmp_path / "home") as found:
        found.choose("practice")
        found.window.activateWindow()
        qtbot.waitUntil(found.window.isActiveWindow)
        yield found


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_from_the_form_to_the_picture_and_back(whole, qtbot):
    studio, faces = whole.studio, whole.room.composer.prompt.faces
    studio.set_prompt("")
    QTest.keyClick(whole.window, Qt.Key.Key_L, CONTROL)
    QTest.keyClick(focused(), Qt.Key.Key_J, CONTROL | SHIFT)
    assert faces.face is Face.FORM
    qtbot.waitUntil(faces.form.is_whole)
    assert focused().accessibleName() == "Scene"
    QTest.keyClicks(focused(), "a fox in {snow|fog}")
    faces.form.go_to(("camera", "lens"))
    QTest.keyClicks(focused(), "85 mm")
    typed = studio.state.draft.prompt
    assert json.loads(typed) == {"scene": "a fox in {snow|fog}", "camera": {"lens": "85 mm"}}
    QTest.keyClick(focused(), Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: len(whole.saved) == 2, timeout=20_000)
    sent = {generation.request.prompt for generation in whole.saved}
    assert sent == {typed.replace("{snow|fog}", word) for word in ("snow", "fog")}
    assert focused().accessibleName() == "Camera, Lens"
    studio.set_prompt("something else")
    studio.recall(whole.saved[0])
    assert json.loads(studio.state.draft.prompt)["camera"] == {"lens": "85 mm"}
    assert whole.room.composer.prompt.faces.face is Face.FORM


def test_the_key_opens_form_and_json_side_by_side(whole, qtbot):
    whole.studio.set_prompt("a fox")
    QTest.keyClick(whole.window, Qt.Key.Key_L, CONTROL)
    QTest.keyClick(focused(), Qt.Key.Key_J, CONTROL | ALT)
    side = whole.window.findChild(SideBySide)
    qtbot.waitUntil(side.isVisible)
    qtbot.waitUntil(side.form.is_whole)
    assert json.loads(side.box.prompt()) == {"scene": "a fox"}
    QTest.keyClick(side, Qt.Key.Key_Escape)
    assert not side.isVisible()
