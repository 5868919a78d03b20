import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_studio.ui.viewer.zooming import (
    LARGEST,
    Mode,
    moved,
    posed,
    stepped,
    toggled,
    with_mode,
    with_room,
    zoomed,
)

SIDES = st.integers(16, 4096)
ROOMS = st.integers(100, 3000)


def under(pose, at):
    """The point of the picture under a point of the room."""
    return (at[0] - pose.left) / pose.scale, (at[1] - pose.top) / pose.scale


@settings(max_examples=80, deadline=None)
@given(SIDES, SIDES, ROOMS, ROOMS)
def test_fit_shows_all_and_enlarges_nothing(wide, high, room_wide, room_high):
    pose = posed((wide, high), (room_wide, room_high))
    assert not pose.overflows
    assert pose.scale <= 1.0
    if pose.scale < 1.0:
        assert max(wide * pose.scale / room_wide, high * pose.scale / room_high) == pytest.approx(1)


@settings(max_examples=80, deadline=None)
@given(SIDES, SIDES, ROOMS, ROOMS)
def test_fill_leaves_no_room(wide, high, room_wide, room_high):
    pose = posed((wide, high), (room_wide, room_high), Mode.FILL)
    assert pose.left <= 0.01
    assert pose.top <= 0.01
    assert pose.left + wide * pose.scale >= room_wide - 0.01
    assert pose.top + high * pose.scale >= room_high - 0.01


@settings(max_examples=80, deadline=None)
@given(st.floats(0.1, 15), st.floats(-4000, 4000), st.floats(-4000, 4000))
def test_a_picture_is_never_pushed_out_of_sight(scale, right, down):
    pose = moved(zoomed(posed((2048, 1024), (800, 600)), scale), right, down)
    wide, high = 2048 * pose.scale, 1024 * pose.scale
    if wide >= 800:
        assert pose.left <= 0.01
        assert pose.left + wide >= 799.99
    else:
        assert pose.left == pytest.approx((800 - wide) / 2)
    if high >= 600:
        assert pose.top <= 0.01
        assert pose.top + high >= 599.99


@pytest.mark.parametrize("at", [(400, 300), (500, 350), (310, 280)])
def test_zooming_holds_the_point_under_the_pointer(at):
    near = zoomed(posed((4096, 4096), (800, 600)), 2.0)
    before = under(near, at)
    assert under(zoomed(near, 5.0, at), at) == pytest.approx(before)


def test_notches_stop_at_one_to_one_and_at_fit():
    pose = posed((2000, 1000), (1500, 1500))  # fits at 0.75
    scales = []
    for _ in range(6):
        pose = stepped(pose, 1)
        scales.append(round(pose.scale, 4))
    assert scales[:3] == [0.9375, 1.0, 1.25]
    for _ in range(8):
        pose = stepped(pose, -1)
    assert pose.scale < 0.75
    back = []
    for _ in range(4):
        pose = stepped(pose, 1)
        back.append(round(pose.scale, 4))
    assert 0.75 in back


def test_the_scale_has_ends():
    pose = posed((2000, 1000), (500, 500))
    assert zoomed(pose, 99).scale == LARGEST
    assert zoomed(pose, 0.000001).scale == pytest.approx(0.02)


def test_double_click_goes_to_one_to_one_and_back():
    pose = posed((2000, 1000), (500, 500))
    near = toggled(pose, (250, 250))
    assert (near.mode, near.scale) == (Mode.FREE, 1.0)
    assert toggled(near, (0, 0)).mode is Mode.FIT
    assert toggled(posed((100, 100), (500, 500)), (250, 250)).scale == 2.0


def test_fit_and_fill_follow_the_room_and_a_free_scale_does_not():
    picture = (2000, 1000)
    assert with_room(posed(picture, (500, 500)), (1000, 500)).scale == 0.5
    assert with_room(with_mode(posed(picture, (500, 500)), Mode.FILL), (1000, 800)).scale == 0.8
    assert with_room(zoomed(posed(picture, (500, 500)), 1.5), (1000, 500)).scale == 1.5


def test_a_room_without_size_is_no_trouble():
    assert posed((100, 100), (0, 0)).scale > 0
