"""Which picture is chosen when marks take the chosen ones off the wall."""

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt

from flux_studio.storage.gallery_filter import Filter
from tests.ui.wall import stock


def picture(number):
    return f"{number:032x}"


def press(desk, wall, qtbot, key):
    qtbot.keyClick(wall.view, key)
    for _ in range(5):
        stock.settle(desk)
    stock.listed(wall)


@pytest.fixture
def unrejected(desk, wall):
    """Twelve pictures, none of them rejected, and only such are shown."""
    wall.search("-is:rejected")
    stock.settle(desk)
    stock.listed(wall)
    return wall


def select(wall, *rows):
    for row in rows:
        wall.view.selectionModel().select(
            wall.model.index(row), QItemSelectionModel.SelectionFlag.Select
        )


def test_favourites_are_gone_through_by_one_key(desk, wall, qtbot):
    wall._set_filter(Filter(favourite=True))
    stock.settle(desk)
    assert wall.order() == [picture(2), picture(8)]
    wall.view.choose(0)
    stock.settle(desk)
    press(desk, wall, qtbot, Qt.Key.Key_F)
    assert wall.order() == wall.view.selected_ids() == [picture(8)]
    press(desk, wall, qtbot, Qt.Key.Key_F)
    assert wall.order() == []


def test_several_that_leave_are_followed_by_the_one_behind(desk, unrejected, qtbot):
    unrejected.view.choose(2)
    select(unrejected, 3, 6)
    press(desk, unrejected, qtbot, Qt.Key.Key_X)
    assert picture(2) not in unrejected.order()
    assert unrejected.view.selected_ids() == [picture(4)]
    assert unrejected.view.currentIndex().row() == 2


def test_the_last_ones_are_followed_by_the_one_before(desk, unrejected, qtbot):
    unrejected.view.choose(10)
    select(unrejected, 11)
    press(desk, unrejected, qtbot, Qt.Key.Key_X)
    assert unrejected.view.selected_ids() == [picture(9)]


def test_marks_of_other_pictures_choose_nothing(desk, unrejected, qtbot):
    from flux_studio.storage.marks import MarkChange

    unrejected.view.clearSelection()
    desk.studio.library.marks.change([picture(1)], MarkChange(rejected=True))
    for _ in range(5):
        stock.settle(desk)
    assert len(unrejected.order()) == 11
    assert unrejected.view.selected_ids() == []


def test_marks_that_keep_the_pictures_there_choose_no_other_later(desk, unrejected, qtbot):
    unrejected.view.choose(2)
    press(desk, unrejected, qtbot, Qt.Key.Key_F)
    assert unrejected.view.selected_ids() == [picture(2)]
    unrejected.view.clearSelection()
    unrejected.refresh()
    stock.settle(desk)
    stock.listed(unrejected)
    assert unrejected.view.selected_ids() == []


def test_the_space_bar_looks_and_with_control_selects(wall, qtbot):
    ctrl = Qt.KeyboardModifier.ControlModifier
    wall.view.choose(0)
    opened = []
    wall.view.opened.connect(opened.append)
    qtbot.keyClick(wall.view, Qt.Key.Key_Right, ctrl)
    qtbot.keyClick(wall.view, Qt.Key.Key_Right, ctrl)
    qtbot.keyClick(wall.view, Qt.Key.Key_Space, ctrl)
    assert wall.view.selected_rows() == [0, 2]
    qtbot.keyClick(wall.view, Qt.Key.Key_Space, ctrl)
    assert wall.view.selected_rows() == [0]
    assert opened == []
    qtbot.keyClick(wall.view, Qt.Key.Key_Space)
    assert opened == [2]


def test_a_key_finds_more_like_the_chosen_one(desk, wall, qtbot):
    wall.select(picture(4))
    stock.settle(desk)
    with qtbot.waitSignal(wall.search_wanted) as told:
        qtbot.keyClick(wall.view, Qt.Key.Key_J)
    assert told.args == [f"like:{picture(4)}"]
