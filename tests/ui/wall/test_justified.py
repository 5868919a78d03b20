import random
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_studio.ui.wall.justified import TALLEST, Shape, WallLayout

RATIOS = st.lists(st.floats(0.3, 4.0), min_size=1, max_size=60)


def laid_out(counts, ratios, width=900, row=160) -> WallLayout:
    layout = WallLayout(Shape(width, row))
    layout.arrange(counts, array("d", ratios))
    return layout


@settings(max_examples=60, deadline=None)
@given(RATIOS, st.integers(220, 1800), st.integers(64, 500))
def test_pictures_fill_rows_in_order_and_never_touch(ratios, width, row):
    layout = laid_out([len(ratios)], ratios, width, row)
    places = list(layout.places(0, 10**9))
    assert [p.index for p in places] == list(range(len(ratios)))
    shape = layout.shape
    for before, after in zip(places, places[1:], strict=False):
        if after.top == before.top:
            assert after.left - (before.left + before.width) == shape.gap
            assert after.height == before.height
        else:
            assert after.top == before.bottom + shape.row_gap
            assert after.left == shape.margin
    for place in places:
        assert place.width > 0
        assert 0 < place.height <= max(1, int(row * TALLEST))
        assert place.left + place.width <= shape.margin + shape.inner
    assert layout.height >= places[-1].bottom


@settings(max_examples=40, deadline=None)
@given(RATIOS)
def test_all_rows_but_the_last_reach_the_right_edge_unless_too_tall(ratios):
    layout = laid_out([len(ratios)], ratios)
    places = list(layout.places(0, 10**9))
    shape = layout.shape
    for before, after in zip(places, places[1:], strict=False):
        if after.top != before.top and before.height < int(shape.row * TALLEST):
            assert before.left + before.width == shape.margin + shape.inner


@settings(max_examples=40, deadline=None)
@given(RATIOS)
def test_pictures_keep_their_ratio(ratios):
    for place in laid_out([len(ratios)], ratios).places(0, 10**9):
        assert place.width == pytest.approx(ratios[place.index] * place.height, abs=6)


def test_a_short_last_row_is_not_stretched():
    places = list(laid_out([2], [1.0, 1.0]).places(0, 10**9))
    assert [(p.width, p.height) for p in places] == [(160, 160), (160, 160)]


def many(count=3000, seed=1):
    rng = random.Random(seed)
    ratios = [rng.choice([1.0, 1.75, 0.57, 1.33, 0.8, 2.4]) for _ in range(count)]
    counts: list[int] = []
    while sum(counts) < count:
        counts.append(min(rng.randint(1, 90), count - sum(counts)))
    return counts, ratios


def test_point_and_place_agree_everywhere():
    counts, ratios = many()
    layout = laid_out(counts, ratios)
    for index in range(0, len(ratios), 37):
        place = layout.place(index)
        assert layout.at(place.left, place.top) == index
        assert layout.at(place.left + place.width - 1, place.bottom - 1) == index
        assert layout.at(place.left - 1, place.top) != index
        assert layout.at(place.left, place.bottom) is None


def test_a_window_holds_what_touches_it():
    counts, ratios = many()
    layout = laid_out(counts, ratios)
    layout.make_more_rows(0, 60)
    everything = list(layout.places(0, layout.height))
    for top in range(0, layout.height, 1777):
        wanted = [p.index for p in everything if p.bottom > top and p.top < top + 700]
        assert [p.index for p in layout.places(top, top + 700)] == wanted


def test_headers_in_a_window():
    counts, ratios = many(400)
    layout = laid_out(counts, ratios)
    layout.make_more_rows(0, 60)
    found = list(layout.headers(0, layout.height))
    assert [number for number, _ in found] == list(range(len(counts)))
    number, top = found[3]
    assert list(layout.headers(top, top + 1)) == [(number, top)]
    assert list(layout.headers(top + layout.shape.header, top + layout.shape.header + 1)) == []


def test_lazy_rows_become_exact_and_move_nothing_above():
    counts, ratios = many()
    layout = laid_out(counts, ratios)
    assert not all(block.has_rows for block in layout.blocks)
    first = layout.place(0)
    for _ in range(10_000):
        layout.make_more_rows(0, 0.0005)
        if layout.is_exact:
            break
    assert all(block.has_rows for block in layout.blocks)
    assert layout.place(0) == first
    again = laid_out(counts, ratios)
    again.make_more_rows(0, 60)
    assert [again.place(i) for i in (5, 999, 2999)] == [layout.place(i) for i in (5, 999, 2999)]
    assert again.height == layout.height


def test_the_estimated_height_is_near_the_true_one():
    counts, ratios = many()
    layout = laid_out(counts, ratios)
    estimate = layout.height
    layout.make_more_rows(0, 60)
    assert estimate == pytest.approx(layout.height, rel=0.06)


def test_reshape_gives_what_a_new_layout_gives():
    counts, ratios = many(500)
    ratios = array("d", ratios)
    layout = laid_out(counts, ratios)
    for shape in (Shape(640, 160), Shape(640, 240)):
        layout.reshape(shape)
        fresh = WallLayout(shape)
        fresh.arrange(counts, ratios)
        assert list(layout.places(0, 10**9)) == list(fresh.places(0, 10**9))


def test_one_section_changes_without_the_others():
    counts, ratios = [3, 4], [1.0] * 7
    layout = laid_out(counts, ratios)
    layout.change_section(0, [1.0] * 4)
    assert [p.index for p in layout.places(0, 10**9)] == list(range(8))
    layout.open_section(0, [2.0])
    layout.close_section(1)
    assert [layout.section_of(i) for i in range(5)] == [0, 1, 1, 1, 1]
    assert layout.pictures_of(1) == (1, 5)
    assert layout.ratio(0) == pytest.approx(2.0)


def test_up_and_down_go_to_the_nearest_in_line():
    layout = laid_out([12], [1.0] * 12)  # five in a row, then five, then two
    per_row = len([p for p in layout.places(0, 10**9) if p.top == layout.place(0).top])
    assert layout.beside(1, 1) == 1 + per_row
    assert layout.beside(1 + per_row, -1) == 1
    assert layout.beside(0, -1) == 0
    assert layout.beside(per_row - 1, 2) == 11


def test_up_and_down_cross_days():
    layout = laid_out([2, 2], [1.0] * 4)
    assert layout.beside(1, 1) == 3
    assert layout.beside(3, -1) == 1


def test_a_page_further():
    counts, ratios = many()
    layout = laid_out(counts, ratios)
    start = layout.place(0)
    far = layout.place(layout.near(0, 1000))
    assert 700 < far.top - start.top < 1400
    assert layout.near(0, -1000) < 10
    assert layout.place(layout.near(2999, 5000)).index > 2900


def test_no_such_place():
    layout = laid_out([1], [1.0])
    with pytest.raises(IndexError):
        layout.place(1)
    with pytest.raises(IndexError):
        layout.section_of(-1)


def test_rows_of_a_large_section_are_the_same_however_they_are_made():
    """By looking, going and asking in any order, and all at once."""
    rng = random.Random(4)
    _, ratios = many(12_000, seed=4)
    counts = [9_000, 1, 2_999]
    whole = laid_out(counts, ratios)
    places = list(whole.places(0, 10**9))
    layout = laid_out(counts, ratios)
    assert not layout.has_rows_for(8_000)
    row = 0
    for _ in range(60):
        match rng.randrange(4):
            case 0:
                top = rng.randrange(layout.height)
                shown = list(layout.places(top, top + 900))
                assert shown == [p for p in shown if layout.place(p.index) == p]
            case 1:
                row = rng.randrange(len(ratios))
                assert layout.place(row).index == row
                assert layout.has_rows_for(row)
            case 2:
                row = layout.beside(row, rng.choice((1, 3, -2)))
            case _:
                layout.make_more_rows(rng.randrange(layout.height), 0)
    layout.make_more_rows(0, 60)
    assert layout.is_exact
    assert list(layout.places(0, 10**9)) == places
    assert layout.height == whole.height


def test_going_up_into_a_large_section_finds_its_last_row():
    _, ratios = many(9_010, seed=2)
    layout = laid_out([9_000, 10], ratios)
    above = layout.beside(9_000, -1)
    assert 8_980 < above < 9_000
    assert layout.beside(above, 1) == 9_000
