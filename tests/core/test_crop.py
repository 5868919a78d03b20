import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.crop import Box, fitted, inside, moved, pulled, turned, turned_size, whole
from flux_studio.core.size import Size

SIZES = st.builds(Size, st.integers(1, 4000), st.integers(1, 4000))
NUMBERS = st.integers(-5000, 5000)
RATIOS = st.one_of(st.none(), st.floats(0.05, 20))


def lies_in(box: Box, picture: Size) -> bool:
    return (
        box.width > 0
        and box.height > 0
        and box.left >= 0
        and box.top >= 0
        and box.right <= picture.width
        and box.bottom <= picture.height
    )


@given(SIZES, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_whatever_is_asked_a_box_lies_in_its_picture(picture, left, top, width, height):
    box = inside(Box(left, top, width, height), picture)
    assert lies_in(box, picture)
    far = moved(box, left, top, picture)
    assert lies_in(far, picture)
    assert far.size == box.size


@given(SIZES, st.sampled_from([-1, 0, 1]), st.sampled_from([-1, 0, 1]), NUMBERS, NUMBERS, RATIOS)
def test_a_pulled_box_stays_in_the_picture_and_keeps_its_ratio(
    picture, across, along, right, down, ratio
):
    start = fitted(picture, ratio)
    box = pulled(start, across, along, right, down, picture, ratio)
    assert lies_in(box, picture)
    if ratio is not None and box.width > 40 and box.height > 40:
        # Whole pixels: one side is at most a px off.
        assert min(abs(box.width - box.height * ratio), abs(box.height - box.width / ratio)) <= 1.01
    if across > 0 and ratio is None:
        assert box.left == start.left
    if across < 0 and ratio is None:
        assert box.right == start.right


@given(SIZES, RATIOS, NUMBERS)
def test_the_largest_box_of_a_ratio_touches_two_edges(picture, ratio, left):
    box = fitted(picture, ratio, Box(left, 0, 1, 1))
    assert lies_in(box, picture)
    assert box.width == picture.width or box.height == picture.height


@given(SIZES, st.integers(0, 7))
def test_four_quarter_turns_come_back(picture, turns):
    box = inside(Box(3, 5, 40, 20), picture)
    there = turned(box, picture, turns)
    assert lies_in(there, turned_size(picture, turns))
    assert turned(there, turned_size(picture, turns), 8 - turns) == box


def test_a_quarter_turn_goes_clockwise():
    assert turned(Box(0, 0, 10, 20), Size(100, 50), 1) == Box(30, 0, 20, 10)


@pytest.mark.parametrize(
    ("across", "along", "right", "down", "expected"),
    [
        (1, 1, 30, 0, Box(10, 10, 70, 35)),
        (1, 0, -20, 0, Box(10, 10, 20, 10)),
        (0, 1, 0, 10, Box(10, 10, 60, 30)),
        (-1, -1, -10, 0, Box(0, 5, 50, 25)),
        (1, 1, 900, 900, Box(10, 10, 90, 45)),
    ],
)
def test_with_a_ratio_the_other_side_follows(across, along, right, down, expected):
    picture = Size(100, 80)
    assert pulled(Box(10, 10, 40, 20), across, along, right, down, picture, 2.0) == expected


def test_all_of_a_picture():
    assert whole(Size(4, 3)) == Box(0, 0, 4, 3) == fitted(Size(4, 3), None)
