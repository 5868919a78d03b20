"""What is asked for as the wall moves, and as other pictures come with a place of their own."""

from __future__ import annotations

from copy import copy

import pytest

from tests.ui.wall import stock


@pytest.fixture
def wishes(desk, open_wall, monkeypatch):
    """A wall of several screens that stands still, and each wish of its view from now on."""
    stock.fill(desk, 120)
    wall = open_wall()
    wall.view.in_view.look()
    made: list[int] = []
    monkeypatch.setattr(wall.loader, "want", lambda asked: made.append(len(asked)))
    return wall, made


def jump(wall):
    """From the top to the end in no time."""
    bar = wall.view.verticalScrollBar()
    bar.setValue(bar.maximum())


def test_a_race_asks_for_nothing_on_its_way(wishes):
    wall, made = wishes
    jump(wall)
    wall.view.in_view.look()
    assert made[-1] == 0


def test_new_pictures_are_looked_at_where_they_are(wishes):
    wall, made = wishes
    jump(wall)
    wall.model.catalogue = copy(wall.model.catalogue)
    wall.view.in_view.look()
    assert made[-1] > 0
