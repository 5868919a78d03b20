"""Tiles and the common frame."""

import pytest

from flux_studio.ui.compare.geometry import frame_of, pose_in_frame, tiles
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
    made = tiles(room, count, ratio)
    assert len(made) == count
    assert len({tile.x() for tile in made}) == min(columns, count)
    assert all(tile.right() < room[0] and tile.bottom() < room[1] for tile in made)
    assert not any(a.intersects(b) for a in made for b in made if a is not b)


def test_the_frame_is_the_picture_with_most_pixels():
    assert frame_of([(100, 900), (400, 400), (399, 400)]) == (400, 400)


@pytest.mark.parametrize("size", [(400, 400), (800, 800), (400, 200), (100, 400)])
@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_a_picture_lies_in_the_middle_of_the_frame_at_every_scale(size, scale):
    frame = zooming.zoomed(zooming.posed((400, 400), (600, 500)), scale, (350, 260))
    pose = pose_in_frame(frame, size)
    wide, high = size[0] * pose.scale, size[1] * pose.scale
    centre = frame.left + 200 * frame.scale, frame.top + 200 * frame.scale
    assert (pose.left + wide / 2, pose.top + high / 2) == pytest.approx(centre)
    assert max(wide, high) == pytest.approx(400 * frame.scale)
