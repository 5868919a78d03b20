"""The other panels wait for the wall's first pictures, and never long."""

from __future__ import annotations

from flux_studio.ui import first_screen
from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.wall import WallPanel
from tests.ui.wall import stock


def test_it_is_there_when_everything_in_view_has_its_picture(qtbot, wall):
    qtbot.waitUntil(lambda: first_screen.is_there(wall))
    ids = {wall.model.id(place.index) for place in wall.view.visible()}
    assert ids
    assert all(wall.loader.cache.get(id_) for id_ in ids)
    wall.loader.cache.drop(ids.pop())
    assert not first_screen.is_there(wall)
    assert next(first_screen.first_screen(wall)) == first_screen.PAUSE


def test_an_empty_library_is_not_waited_for(qtbot, open_wall):
    wall = open_wall()
    assert first_screen.is_there(wall)
    assert list(first_screen.first_screen(wall)) == []


def test_pictures_that_do_not_come_are_not_waited_for_long(qapp, desk, monkeypatch):
    stock.fill(desk, 3)
    clock = iter(range(100))
    monkeypatch.setattr(first_screen, "perf_counter", lambda: next(clock) / 10)
    panel = WallPanel(desk.studio, ThemeSource(qapp, Theme.DARK))
    panel.resize(780, 700)
    panel.show()
    assert len(list(first_screen.first_screen(panel))) == round(10 * first_screen.LONGEST) - 1
    panel.loader.close()
    panel.close()
    panel.deleteLater()
    stock.settle(desk)
