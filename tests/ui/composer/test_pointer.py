"""Drag and drop, focus and clipboard on a real X server, with a real pointer."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.ui.composer.conftest import give, reference

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool"),
]


def drag(one: QWidget, other: QWidget) -> subprocess.Popen[bytes]:
    """Press on `one`, go to `other` in steps, let go; all from outside."""
    start = one.mapToGlobal(one.rect().center())
    end = other.mapToGlobal(other.rect().center())
    line = ["xdotool", *_to(start), "sleep", "0.1", "mousedown", "1"]
    for step in range(1, 9):
        line += ["sleep", "0.03", *_to(start + (end - start) * step / 8)]
    line += ["sleep", "0.1", "mouseup", "1"]
    return subprocess.Popen(line)


def _to(spot: QPoint) -> list[str]:
    return ["mousemove", str(spot.x()), str(spot.y())]


def test_a_slot_is_dragged_to_another_place(panel, desk, qtbot):
    give(desk, reference(1), reference(2), reference(3))
    with qtbot.waitExposed(panel):
        panel.show()
    panel.raise_()
    QTest.qWait(300)  # the layout settles where nothing tells that it has
    slots = panel.tray.slots_shown()
    with drag(slots[2], slots[0]) as pointer:
        qtbot.waitUntil(
            lambda: (
                [r.name for r in desk.studio.state.draft.references]
                == ["ref-3.png", "ref-1.png", "ref-2.png"]
            ),
            timeout=10_000,
        )
    assert pointer.returncode == 0
    assert not any(slot.is_target() for slot in slots)


def test_generate_leaves_the_keyboard_where_it_was(panel, desk, qtbot):
    desk.studio.set_prompt("A fox")
    panel.activateWindow()
    panel.prompt.box.setFocus()
    qtbot.waitUntil(panel.prompt.box.hasFocus)
    QTest.mouseClick(panel.footer.button, Qt.MouseButton.LeftButton)
    assert len(desk.engine.orders) == 1
    assert panel.prompt.box.hasFocus()
