"""References under a real pointer on a real X server: reordered, replaced, put on the shelf and
taken from it, dropped from another program, and pasted.
"""

from __future__ import annotations

import gc
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from flux_studio.session.reference_desk import SHELF
from flux_studio.storage.pinned_references import PinnedReferences
from flux_studio.ui.composer.panel import ComposerPanel
from flux_studio.ui.theme import Theme, ThemeSource
from tests.session.desks import Desk
from tests.ui.composer.conftest import FREE, add_cards, choose

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason=".ci/run installs xdotool"),
    pytest.mark.skipif(
        os.environ.get("QT_QPA_PLATFORM") == "offscreen", reason="needs a real pointer"
    ),
]
HERE = Path(__file__).parent
PATIENCE = 20_000  # ms


def picture(color, size=(320, 240)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def desk(qapp, tmp_path):
    made = Desk(tmp_path / "home")
    add_cards(made, FREE)
    choose(made, FREE)
    made.studio.pins.open(lambda: PinnedReferences(made.ground.paths.pinned))
    yield made
    made.studio._saving.stop()
    made.close()
    gc.collect()


@pytest.fixture
def panel(qapp, qtbot, desk):
    made = ComposerPanel(desk.studio, ThemeSource(qapp, Theme.DARK))
    desk.studio.changed.connect(made.show_state)
    made.show_state(desk.studio.state)
    qtbot.addWidget(made)
    made.resize(360, 900)
    made.move(20, 20)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=PATIENCE)
    for number, color in enumerate(((200, 0, 0), (0, 200, 0), (0, 0, 200)), start=1):
        desk.studio.references.take_bytes(picture(color), f"{number}.png")
        qtbot.waitUntil(lambda n=number: len(names(desk)) == n, timeout=PATIENCE)
    qtbot.waitUntil(lambda: all(s.has_picture() for s in made.tray.slots_shown()))
    return made


def names(desk) -> list[str]:
    return [reference.name for reference in desk.studio.state.draft.references]


def middle(widget: QWidget) -> QPoint:
    return widget.mapToGlobal(QPoint(28, 34))


def pull(qtbot, start: QPoint, end: QPoint, done) -> None:
    """Drag with the X pointer until `done`; the program is busy with it meanwhile."""
    steps = [start + (end - start) * n / 6 for n in range(1, 7)]
    words = ["mousemove", str(start.x()), str(start.y()), "sleep", "0.15", "mousedown", "1"]
    for at in (*steps, end + QPoint(1, 1), end):
        words += ["sleep", "0.12", "mousemove", str(at.x()), str(at.y())]
    hand = subprocess.Popen(["xdotool", *words, "sleep", "0.3", "mouseup", "1"])
    try:
        qtbot.waitUntil(done, timeout=PATIENCE)
    finally:
        hand.wait(20)


def test_a_slot_is_dragged_to_another_place(qtbot, desk, panel):
    slots = panel.tray.slots_shown()
    pull(qtbot, middle(slots[2]), middle(slots[0]), lambda: names(desk)[0] == "3.png")
    assert names(desk) == ["3.png", "1.png", "2.png"]


def test_a_slot_is_dragged_behind_the_others(qtbot, desk, panel):
    tray = panel.tray
    pull(qtbot, middle(tray.slots_shown()[0]), middle(tray.add), lambda: names(desk)[2] == "1.png")
    assert names(desk) == ["2.png", "3.png", "1.png"]


def test_a_slot_is_dragged_to_the_shelf_and_a_pin_into_a_slot(qtbot, desk, panel):
    tray, pins = panel.tray, desk.studio.pins
    tray.toggle_shelf()
    qtbot.waitUntil(tray.shelf.isVisible)
    pull(qtbot, middle(tray.slots_shown()[1]), middle(tray.shelf), lambda: len(pins.pins) == 1)
    assert pins.pins[0].name == "2"
    desk.studio.references.take_bytes(picture((9, 99, 199)), "sky.png", SHELF)
    qtbot.waitUntil(lambda: len(pins.pins) == 2)
    qtbot.waitUntil(lambda: tray.shelf.list.isVisible())
    cell = tray.shelf.list.visualRect(tray.shelf.model.index(0)).center()
    start = tray.shelf.list.viewport().mapToGlobal(cell)
    pull(qtbot, start, middle(tray.slots_shown()[0]), lambda: names(desk)[0] == "sky.png")
    assert names(desk) == ["sky.png", "2.png", "3.png"]


def test_a_file_of_another_program_replaces_a_slot(qtbot, desk, panel, tmp_path):
    path = tmp_path / "from elsewhere.png"
    path.write_bytes(picture((5, 5, 5)))
    source = subprocess.Popen(
        [sys.executable, str(HERE / "drag_source.py"), str(path), "420", "40"],
        env={**os.environ, "QT_QPA_PLATFORM": "xcb"}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert source.stdout is not None
        assert source.stdout.readline().strip() == "ready"
        place = middle(panel.tray.slots_shown()[1])
        pull(qtbot, QPoint(520, 140), place, lambda: names(desk)[1] == path.name)
    finally:
        source.kill()
        source.communicate()
    assert names(desk) == ["1.png", "from elsewhere.png", "3.png"]


def test_a_picture_of_the_clipboard_is_pasted_wherever_the_keyboard_is(qtbot, desk, panel):
    mime = QMimeData()
    mime.setData("image/png", picture((77, 7, 7)))
    QGuiApplication.clipboard().setMimeData(mime)
    panel.seed_safety.seed.setFocus(Qt.FocusReason.OtherFocusReason)
    assert panel.paste_pictures()
    qtbot.waitUntil(lambda: len(names(desk)) == 4, timeout=PATIENCE)
    QApplication.clipboard().clear()
