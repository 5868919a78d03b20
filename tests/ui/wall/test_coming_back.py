"""Back from another program: files may have gone, or come again."""

import pytest
from PySide6.QtCore import Qt

from flux_studio.storage.gallery_filter import Filter
from flux_studio.ui.wall.coming_back import AWAY, ComingBack
from tests.ui.wall import stock

State = Qt.ApplicationState


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def leave(qapp, clock):
    """Leaves the application for so many seconds."""

    def leave_it(seconds: float) -> None:
        for state in (State.ApplicationInactive, State.ApplicationHidden):
            qapp.applicationStateChanged.emit(state)
        clock.now += seconds
        qapp.applicationStateChanged.emit(State.ApplicationActive)

    return leave_it


def missing(desk) -> list[str]:
    return [cell[0] for cell in desk.studio.library.gallery.ids(Filter(text="is:missing"))]


def test_a_file_that_went_while_one_was_away_is_found_missing_and_comes_back(
    desk, open_wall, clock, leave, qtbot
):
    ids = stock.fill(desk, 3)
    wall = open_wall()
    back = ComingBack(desk.studio.library, wall, clock)
    assert back.parent() is wall
    library = desk.studio.library
    file = library.file(library.gallery.get(ids[1]))
    hidden = file.rename(file.with_suffix(".away"))
    with qtbot.waitSignal(library.changed) as told:
        leave(AWAY)
    assert told.args[0].changed == (ids[1],)
    assert missing(desk) == [ids[1]]
    wall.view.in_view.look_around()
    qtbot.waitUntil(lambda: wall.model.known(ids[1]) is not None)
    assert not wall.model.known(ids[1]).has_file
    hidden.rename(file)
    with qtbot.waitSignal(library.changed):
        leave(AWAY + 3600)
    assert missing(desk) == []


def test_a_glance_at_another_window_looks_for_nothing(desk, open_wall, clock, leave):
    ids = stock.fill(desk, 2)
    wall = open_wall()
    back = ComingBack(desk.studio.library, wall, clock)
    assert back.parent() is wall
    library = desk.studio.library
    library.file(library.gallery.get(ids[0])).unlink()
    leave(AWAY - 1)
    stock.settle(desk)
    leave(AWAY - 1)  # the seconds of two glances are not added up
    stock.settle(desk)
    assert missing(desk) == []


def test_the_wall_has_one(wall):
    assert isinstance(wall.missing.coming_back, ComingBack)
