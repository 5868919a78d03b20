"""Marks that are drawn once and put on many pictures."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QImage, QPainter, QPixmap

from flux_studio.ui.tokens import DARK
from flux_studio.ui.wall.badges import HIGH, LOW, Badges, badges_of
from flux_studio.ui.wall.cell_painting import Brushwork
from tests.ui.wall import stock

CELL = 64  # px


@pytest.fixture
def badges(qapp):
    return Badges(DARK, QFont(), 1.0)


def test_a_badge_is_drawn_once(badges):
    assert badges.stars(4) is badges.stars(4)
    assert badges.word("edit") is badges.word("edit")
    assert badges.stars(4).toImage() != badges.stars(5).toImage()
    assert badges.heart(filled=True).toImage() != badges.heart(filled=False).toImage()


def test_a_judgement_has_room_for_what_it_shows(badges):
    both = badges.judgement("#E5484D", "check")
    assert both.width() == badges.judgement("", "check").width() + 16
    red = both.toImage().pixelColor(11, LOW // 2)
    assert red.name() == "#e5484d"
    assert badges.judgement("", "ban").toImage() != badges.judgement("", "check").toImage()


def test_a_longer_word_is_wider(badges):
    assert badges.word("bearbeitet").width() > badges.word("edit").width()
    assert badges.count("7", 28).width() == 28


def test_a_screen_of_more_pixels_has_badges_of_as_many(badges):
    fine = Badges(DARK, QFont(), 1.5)
    assert fine.heart(filled=True).width() == HIGH * 1.5
    assert fine.heart(filled=True).devicePixelRatio() == 1.5


def test_the_words_of_cells_of_all_widths_do_not_pile_up(badges):
    for wide in range(1, 1500):
        badges.notice("The file is missing", wide, 30)
    assert len(badges._kept) <= 512


def test_colours_and_font_have_badges_of_their_own(qapp):
    key = QFont().toString()
    assert badges_of(DARK, key, 1.0) is badges_of(DARK, key, 1.0)
    other = DARK._replace(on_scrim="#FF0000")
    red, usual = badges_of(other, key, 1.0), badges_of(DARK, key, 1.0)
    assert red.stars(3).toImage() != usual.stars(3).toImage()


def test_letters_stand_on_whole_pixels_of_the_screen(qapp):
    """At 1.5 device pixels a px, a badge has the same colours wherever its cell begins: between two
    pixels there would be more of them.
    """

    def colors(left: int) -> set[str]:
        image = QImage(240, 150, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(1.5)
        image.fill(0x556677)
        painter = QPainter(image)
        generation = replace(stock.generation(1, datetime.now(UTC)), rating=4)
        brush = Brushwork(painter, DARK, QFont(), 1.5)
        brush.marks(QRect(left, 10, 80, 80), generation, with_heart=False)
        painter.end()
        return {image.pixelColor(x, y).name() for x in range(240) for y in range(150)}

    assert len(colors(20)) > 20
    assert colors(20) == colors(21)


def test_a_hundred_marked_cells_cost_a_few_times_their_pictures(qapp):
    """Drawn anew each time, the marks of a small cell take twenty times as long as its picture."""
    made = stock.generation(1, datetime.now(UTC))
    marked = replace(made, rating=4, favourite=True, label="red", verdict="keep")
    picture, image = QPixmap(CELL, CELL), QImage(1000, 800, QImage.Format.Format_RGB32)
    picture.fill(0x445566)
    rects = [QRect(70 * x, 70 * y, CELL, CELL) for x in range(14) for y in range(11)]
    painter = QPainter(image)
    brush = Brushwork(painter, DARK, QFont(), 1.0)
    pictures = best(lambda: [brush.picture(rect, picture) for rect in rects])
    marks = best(lambda: [brush.marks(rect, marked, with_heart=False) for rect in rects])
    painter.end()
    assert marks < 10 * pictures


def best(work) -> float:
    """Seconds of the quickest of a few runs."""
    times = []
    for _ in range(7):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)
