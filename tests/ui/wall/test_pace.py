"""When the wall is scrolled too fast for anybody to see a picture."""

from __future__ import annotations

import pytest

from flux_studio.ui import first_screen
from flux_studio.ui.wall.pace import Pace
from tests.ui.wall import stock


@pytest.mark.parametrize(
    ("seconds", "px", "racing"),
    [
        (0.016, 40, False),  # a wheel at 60 frames a second
        (0.016, 200, True),  # a thumb that is pulled
        (0.033, 800, True),  # Page Down held
        (0.3, 800, False),  # Page Down pressed again and again
        (5.0, 90_000, False),  # End, after a rest
        (0.016, -200, True),  # upwards
    ],
)
def test_racing_is_more_than_can_be_decoded(seconds, px, racing):
    times = iter([10.0, 20.0, 20.0 + seconds])
    pace = Pace(lambda: next(times))
    pace.is_racing(100_000, 800)
    assert pace.is_racing(100_000 + px, 800) is racing


def test_a_race_decodes_nothing_until_the_wall_slows_down(qtbot, desk, open_wall, monkeypatch):
    stock.fill(desk, 60)
    wall = open_wall()
    view, loader = wall.view, wall.loader
    qtbot.waitUntil(lambda: first_screen.is_there(wall) and loader.is_idle())
    qtbot.waitUntil(lambda: view.in_view.is_at_rest)
    asked = []
    want = loader.want
    monkeypatch.setattr(loader, "want", lambda wishes: (asked.append(len(wishes)), want(wishes)))
    pace = view.in_view._pace
    monkeypatch.setattr(pace, "_clock", lambda: 1.0)  # no time passes: as fast as can be
    pace.is_racing(0, 1)
    bar = view.verticalScrollBar()
    for part in (2, 3, 4):
        bar.setValue(bar.maximum() * part // 4)
        view.in_view.look()
    assert asked == [0, 0, 0]
    assert not first_screen.is_there(wall)
    qtbot.waitUntil(lambda: first_screen.is_there(wall))  # by itself, once it rests
    assert asked[-1] > 0
