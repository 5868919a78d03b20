"""What the line above the wall leaves out where there is no room for it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from flux_studio.storage.gallery_filter import Filter
from flux_studio.ui.wall.wall_header import WallHeader


@pytest.fixture
def header(qtbot, desk):
    box = QWidget()
    qtbot.addWidget(box)
    made = WallHeader(desk.studio.library, box)
    box.show()
    yield made  # noqa: PT022  # a return would let go of the box


def parts(header: WallHeader) -> list[QWidget]:
    chips = [header.arrangement, header.favourites, header.rating, header.model, header.shelf]
    return [*chips, header.more, header.clear, header.count, header.sizes]


@pytest.mark.parametrize("chosen", [Filter(), Filter(favourite=True)], ids=["all", "some"])
@pytest.mark.parametrize("width", [1000, 860, 780, 700, 620, 560, 500, 420, 330])
def test_nothing_is_squeezed_or_lies_over_another(header, width, chosen):
    header.show_filter(chosen)
    header.show_count(1234 if chosen != Filter() else None)
    header.parentWidget().resize(width, 44)
    header.setGeometry(0, 0, width, 44)
    header.layout().activate()
    shown = [part for part in parts(header) if part.isVisibleTo(header) and part.width()]
    for part in shown:
        assert part.width() >= part.sizeHint().width(), part.accessibleName()
        assert 0 <= part.x() <= part.x() + part.width() <= width
    for one, other in zip(
        sorted(shown, key=QWidget.x), sorted(shown, key=QWidget.x)[1:], strict=False
    ):
        assert one.x() + one.width() <= other.x()
    assert header.favourites.isVisibleTo(header) or not header.favourites.is_active()


def test_the_more_room_the_more_is_there(header):
    counts = []
    for width in (260, 330, 420, 560, 700, 860, 1000):
        header.setGeometry(0, 0, width, 44)
        counts.append(sum(p.isVisibleTo(header) for p in parts(header) if p is not header.more))
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def test_a_filter_that_hides_pictures_is_always_shown(header):
    header.setGeometry(0, 0, 300, 44)
    assert not header.rating.isVisibleTo(header)
    header.show_filter(Filter(rating_least=3))
    assert header.rating.isVisibleTo(header)


@pytest.mark.parametrize("width", [240, 330, 420, 560, 700, 1000])
def test_what_is_left_out_is_in_the_menu(header, width):
    header.setGeometry(0, 0, width, 44)
    chips = [header.favourites, header.shelf, header.rating, header.model]
    left_out = [chip for chip in chips if not chip.isVisibleTo(header)]
    assert header.more.isVisibleTo(header) == bool(left_out)
    header.more.menu().aboutToShow.emit()
    actions = header.more.menu().actions()
    assert [action.text() for action in actions] == [chip.accessibleName() for chip in left_out]
    assert [a.menu() for a in actions] == [chip.menu() for chip in left_out]


def test_a_filter_is_chosen_in_the_menu_as_in_the_line(header, qtbot):
    header.setGeometry(0, 0, 240, 44)
    header.more.menu().aboutToShow.emit()
    rows = {action.text(): action for action in header.more.menu().actions()}
    with qtbot.waitSignal(header.filter_chosen) as told:
        rows["Rating"].menu().actions()[4].trigger()
    assert told.args == [Filter(rating_least=4)]
    with qtbot.waitSignal(header.filter_chosen) as told:
        rows["Favourites"].trigger()
    assert told.args == [Filter(rating_least=4, favourite=True)]
    assert header.favourites.isVisibleTo(header)
