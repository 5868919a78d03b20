"""The main colours of a picture, each of which can be searched for."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from flux_studio.core.look import Look
from flux_studio.ui.inspector.marks_section import ColorDot, MarksSection
from tests.session.desks import Desk
from tests.ui.wall import stock


@pytest.fixture
def section(qtbot, tmp_path):
    desk = Desk(tmp_path / "home")
    made = MarksSection(desk.studio.library)
    qtbot.addWidget(made)
    made.show()
    yield made
    desk.close()
    gc.collect()  # here and not on a worker thread, where a timer may not be stopped


def with_colors(number: int, *colors: str):
    look = Look(number, tuple((color, 30) for color in colors))
    return replace(stock.generation(number, datetime.now(UTC)), look=look)


def dots(section: MarksSection) -> list[ColorDot]:
    found = section._colors.findChildren(ColorDot)
    return [dot for dot in found if not dot.isHidden()]


def test_each_picture_shows_its_own_colours_and_no_widget_is_made_twice(section, qtbot):
    section.show_generation(with_colors(1, "#102030", "#405060"))
    first = dots(section)
    section.show_generation(with_colors(2, "#AABBCC", "#0A0B0C", "#E0A030"))
    assert [dot.color for dot in dots(section)] == ["#AABBCC", "#0A0B0C", "#E0A030"]
    assert dots(section)[:2] == first
    assert [dot.accessibleName() for dot in first] == ["#AABBCC", "#0A0B0C"]
    assert "#AABBCC" in first[0].toolTip()
    section.show_generation(with_colors(3, "#FFFFFF"))
    assert [dot.color for dot in dots(section)] == ["#FFFFFF"]
    with qtbot.waitSignal(section.search_wanted) as wanted:
        qtbot.mouseClick(first[0], Qt.MouseButton.LeftButton)
    assert wanted.args == ["near:#FFFFFF"]
    section.show_generation(stock.generation(4, datetime.now(UTC)))
    assert not section._colors.isVisible()
