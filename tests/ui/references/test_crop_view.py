"""The part of a picture by pointer and by keyboard, also where the picture is turned."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from flux_studio.core.crop import Box
from flux_studio.core.size import Size
from flux_studio.ui.references.crop_view import MARGIN, CropView

PICTURE = Size(400, 200)
KEY, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot):
    made = CropView(PICTURE)
    qtbot.addWidget(made)
    made.resize(400 + 2 * MARGIN, 400 + 2 * MARGIN)  # the picture is drawn pixel by pixel
    made.show_box(Box(100, 50, 200, 100), 0)
    made.show()
    made.setFocus()
    return made


def at(view, x, y) -> QPoint:
    """A place of the picture as it is seen."""
    face = view.face()
    return QPoint(round(face.x() + x), round(face.y() + y))


def drag(view, start, end) -> None:
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at(view, *start))
    QTest.mouseMove(view, at(view, *end))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(view, *end))


@pytest.mark.parametrize(
    ("start", "end", "box"),
    [
        ((200, 100), (250, 90), Box(150, 40, 200, 100)),
        ((200, 100), (900, 100), Box(200, 50, 200, 100)),
        ((300, 100), (350, 100), Box(100, 50, 250, 100)),
        ((100, 50), (80, 20), Box(80, 20, 220, 130)),
        ((200, 150), (200, 190), Box(100, 50, 200, 140)),
        ((20, 20), (60, 40), Box(20, 20, 41, 21)),
    ],
)
def test_inside_moves_edges_pull_and_outside_begins_anew(view, start, end, box):
    told: list[Box] = []
    view.box_changed.connect(told.append)
    drag(view, start, end)
    assert view.box() == box
    assert told[-1] == box


def test_a_ratio_is_kept(view):
    view.show_ratio(1.0)
    drag(view, (300, 150), (260, 150))
    assert view.box().width == view.box().height


def test_a_double_click_takes_as_much_as_there_is(view):
    view.show_ratio(1.0)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at(view, 200, 100))
    assert view.box() == Box(100, 0, 200, 200)


def test_the_keyboard_moves_and_resizes(view):
    QTest.keyClick(view, KEY.Key_Right)
    QTest.keyClick(view, KEY.Key_Down, SHIFT)
    assert view.box() == Box(101, 60, 200, 100)
    QTest.keyClick(view, KEY.Key_Left, CTRL)
    QTest.keyClick(view, KEY.Key_Down, CTRL | SHIFT)
    assert view.box() == Box(101, 60, 199, 110)


def test_in_a_turned_picture_right_is_what_is_seen_at_the_right(view):
    view.show_box(Box(100, 50, 200, 100), 1)
    QTest.keyClick(view, KEY.Key_Right)
    assert view.box() == Box(100, 49, 200, 100)
    assert view.face().height() == 2 * view.face().width()


def test_the_rest_is_dimmed_and_the_picture_turned(view):
    image = QImage(4, 2, QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    view.show_image(image)
    shot = view.grab().toImage()
    assert shot.pixelColor(at(view, 150, 70)).lightness() > 250
    assert shot.pixelColor(at(view, 20, 20)).lightness() < 150


def test_it_says_where_the_part_is(view):
    assert view.accessibleName() == "Part that is sent"
    assert view.accessibleDescription() == "200 × 100 px at 100, 50"
