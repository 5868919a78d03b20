"""Tiles and the common frame."""

import pytest
from PySide6.QtCore import QRect

from flux_studio.ui.compare.geometry import frame_of, in_frame, pose_in_frame, rect_in, tiles
from flux_studio.ui.viewer import zooming


@pytest.mark.parametrize(
    ("room", "count", "ratio", "columns"),
    [
        ((1000, 500), 2, 1.0, 2),
        ((500, 1000), 2, 1.0, 1),
        ((1000, 900), 4, 1.0, 2),
        ((1200, 700), 6, 1.0, 3),
        ((1200, 500), 3, 0.6, 3),
    ],
)
def test_tiles_are_as_large_as_can_be(room, count, ratio, columns):
    made = tiles(room, [ratio] * count)
    assert len(made) == count
    assert len({tile.x() for tile in made}) == min(columns, count)
    assert all(tile.right() < room[0] and tile.bottom() < room[1] for tile in made)
    assert not any(a.intersects(b) for a in made for b in made if a is not b)


def test_columns_are_chosen_for_all_pictures_and_not_for_the_first():
    made = tiles((600, 400), [0.5, 3.0, 3.0, 3.0])
    assert len({tile.x() for tile in made}) == 2
    assert len({tile.x() for tile in tiles((600, 400), [0.5] * 4)}) == 4


def test_pictures_of_one_shape_have_the_largest_as_their_frame():
    assert frame_of([(100, 100), (400, 400), (399, 400)], (900, 300)) == (400, 400)


@pytest.mark.parametrize("room", [(900, 300), (300, 900), (500, 500)])
def test_pictures_of_other_shapes_are_each_as_large_as_the_room_allows(room):
    sizes = [(8000, 400), (300, 6000), (900, 900)]
    frame = zooming.posed(frame_of(sizes, room), room)
    for size in sizes:
        pose = pose_in_frame(frame, size)
        shown = size[0] * pose.scale, size[1] * pose.scale
        whole = min(room[0] / size[0], room[1] / size[1])
        assert shown == pytest.approx((size[0] * whole, size[1] * whole), rel=0.01)
    largest = pose_in_frame(zooming.zoomed(frame, 1.0), sizes[0])
    assert largest.scale == pytest.approx(1.0, rel=0.001)


def test_in_another_frame_the_same_stays_in_the_middle():
    sizes, room, other = [(1000, 500), (500, 1000)], (800, 400), (300, 600)
    before = zooming.zoomed(zooming.posed(frame_of(sizes, room), room), 2.0, (500, 150))
    after = in_frame(before, frame_of(sizes, other), other)
    one, same = (pose_in_frame(pose, (1000, 500)) for pose in (before, after))
    assert (same.x, same.y, same.scale) == pytest.approx((one.x, one.y, one.scale), rel=0.02)


@pytest.mark.parametrize("size", [(8000, 400), (300, 6000), (40, 30), (1, 9000)])
def test_a_picture_fits_into_the_middle_of_whole_pixels(size):
    rect = rect_in((800, 600), size)
    assert QRect(0, 0, 800, 600).contains(rect)
    assert abs(rect.x() - (800 - rect.right() - 1)) <= 1
    assert rect.width() == 800 or rect.height() == 600


@pytest.mark.parametrize("size", [(400, 400), (800, 800), (400, 200), (100, 400)])
@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_a_picture_lies_in_the_middle_of_the_frame_at_every_scale(size, scale):
    frame = zooming.zoomed(zooming.posed((400, 400), (600, 500)), scale, (350, 260))
    pose = pose_in_frame(frame, size)
    wide, high = size[0] * pose.scale, size[1] * pose.scale
    centre = frame.left + 200 * frame.scale, frame.top + 200 * frame.scale
    assert (pose.left + wide / 2, pose.top + high / 2) == pytest.approx(centre)
    assert max(wide, high) == pytest.approx(400 * frame.scale)
