"""The wall as it was left is there before the library is read, and only where it still holds."""

from __future__ import annotations

import json

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from flux_studio.app import Application
from flux_studio.storage.paths import Paths
from flux_studio.ui import first_screen
from flux_studio.ui.last_wall import LastWall, Look, keep_look, look_of, take_look
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import DARK, LIGHT
from tests.session.desks import Desk
from tests.ui.wall import stock
from tests.whole import whole_studio


@pytest.fixture
def paths(tmp_path):
    found = Paths.under(tmp_path)
    found.ensure()
    found.library_db.write_bytes(b"rows")
    return found


def look(width=60, height=40, colors=DARK.name):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#C2536B"))
    return Look(image, colors)


def test_a_look_is_kept_once(qapp, paths):
    keep_look(look(), paths)
    found = take_look(paths)
    assert found is not None
    assert (found.image, found.colors) == (look().image, DARK.name)
    assert take_look(paths) is None


def test_a_library_that_has_changed_is_not_shown_as_it_was(qapp, paths):
    keep_look(look(), paths)
    paths.library_db.write_bytes(b"other rows")
    assert take_look(paths) is None
    keep_look(look(), paths)
    (paths.data / "library.sqlite-wal").write_bytes(b"a change")
    assert take_look(paths) is None


@pytest.mark.parametrize(
    "change",
    [
        {"version": "0.0"},
        {"width": 61},
        {"width": -60, "height": -40},
        {"width": 0, "height": 0},
        {"ratio": "1"},
        {"colors": None},
    ],
)
def test_a_file_of_another_make_is_left_alone(qapp, paths, change):
    keep_look(look(), paths)
    file = paths.cache / "last.wall"
    header, _, pixels = file.read_bytes().partition(b"\n")
    file.write_bytes(json.dumps(json.loads(header) | change).encode() + b"\n" + pixels)
    assert take_look(paths) is None


@pytest.mark.parametrize("data", [b"", b"\n", b"[]\n", b"\xff\xfe\n", b"{" * 5000])
def test_a_damaged_file_is_no_look(qapp, paths, data):
    (paths.cache / "last.wall").write_bytes(data)
    assert take_look(paths) is None


def test_it_covers_what_comes_until_it_leaves(qtbot):
    middle = QStackedWidget()
    qtbot.addWidget(middle)
    middle.resize(60, 40)
    middle.show()
    cover = LastWall(middle, look(colors=current_colors().name))
    middle.setCurrentIndex(middle.addWidget(QWidget()))
    assert middle.grab().toImage().pixelColor(30, 20) == QColor("#C2536B")
    middle.resize(80, 40)  # another size: nothing that would jump
    assert middle.grab().toImage().pixelColor(30, 20) != QColor("#C2536B")
    middle.resize(60, 40)
    assert middle.grab().toImage().pixelColor(30, 20) == QColor("#C2536B")
    cover.leave()
    assert middle.grab().toImage().pixelColor(30, 20) != QColor("#C2536B")


def test_it_waits_for_the_pictures_of_the_wall(qtbot, qapp, tmp_path, monkeypatch):
    there = [False]
    monkeypatch.setattr(first_screen, "is_there", lambda wall: there[0])
    with whole_studio(tmp_path) as whole:
        wall, cover = whole.room.wall, LastWall(whole.window.middle, look())
        cover.wait_for(wall)
        with qtbot.assertNotEmitted(cover.left, wait=3 * first_screen.PAUSE):
            pass
        with qtbot.waitSignal(cover.left):
            there[0] = True
        assert cover.isHidden()


def test_it_leaves_when_someone_scrolls(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(first_screen, "is_there", lambda wall: False)
    with whole_studio(tmp_path) as whole:
        wall, cover = whole.room.wall, LastWall(whole.window.middle, look())
        cover.wait_for(wall)
        with qtbot.waitSignal(cover.left):
            wall.view.verticalScrollBar().valueChanged.emit(7)


def test_other_colours_are_not_shown(qtbot):
    middle = QStackedWidget()
    qtbot.addWidget(middle)
    middle.resize(60, 40)
    middle.show()
    other = LIGHT.name if current_colors() == DARK else DARK.name
    LastWall(middle, look(colors=other))
    assert middle.grab().toImage().pixelColor(30, 20) != QColor("#C2536B")


def test_the_next_start_shows_the_wall_as_it_was_left(qtbot, tmp_path):
    desk = Desk(tmp_path)
    stock.fill(desk, 30)
    desk.close()
    with whole_studio(tmp_path):
        pass  # Qt moves a window that is as large as the screen when it is opened again
    with whole_studio(tmp_path) as whole:
        wall = whole.room.wall
        qtbot.waitUntil(lambda: look_of(wall) is not None and wall.loader.is_idle())
        left = look_of(wall)
    application = Application(QApplication.instance(), {"FLUX_STUDIO_HOME": str(tmp_path)})
    application.show()
    try:
        while application.house is None and application.window.last_wall is None:
            QApplication.processEvents()
        assert application.house is None  # nothing was read yet
        shown = application.window.middle.grab().toImage()
        assert shown.convertToFormat(left.image.format()) == left.image
        assert not (Paths.under(tmp_path).cache / "last.wall").exists()
        application.wait_until_ready()
        qtbot.waitUntil(lambda: application.window.last_wall is None)
        assert look_of(application.window.room.wall) is not None
    finally:
        application.window.close()
        assert application.close()
        application.window.deleteLater()
        application.theme.deleteLater()


def test_a_wall_that_is_not_in_view_leaves_no_look(qtbot, tmp_path):
    with whole_studio(tmp_path) as whole:
        assert look_of(whole.room.wall) is None  # an empty library
