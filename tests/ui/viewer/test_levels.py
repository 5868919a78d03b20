import pytest

from flux_studio.ui.viewer.levels import bytes_of, level_for, levels_of
from flux_studio.ui.wall.banded import image_of


def pixels(width, height):
    """RGBX bytes in which red tells the column and green the row."""
    return b"".join(bytes((x % 256, y % 256, 7, 255)) for y in range(height) for x in range(width))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 5), (300, 1000), (1000, 300)])
def test_every_pixel_is_where_it_was(qapp, width, height):
    image = image_of(width, height, pixels(width, height))
    assert (image.width(), image.height()) == (width, height)
    for x, y in {
        (0, 0),
        (width - 1, 0),
        (0, height - 1),
        (width - 1, height - 1),
        (width // 2, height // 2),
    }:
        color = image.pixelColor(x, y)
        assert (color.red(), color.green(), color.blue()) == (x % 256, y % 256, 7)


def test_levels_halve_down_to_what_is_quickly_painted(qapp):
    levels = levels_of(image_of(3001, 40, bytes(3001 * 40 * 4)))
    assert [(level.width(), level.height()) for level in levels] == [
        (3001, 40),
        (1500, 20),
        (750, 10),
    ]
    assert bytes_of(levels) == sum(4 * w * h for w, h in [(3001, 40), (1500, 20), (750, 10)])


def test_a_half_is_the_mean_of_its_pixels(qapp):
    width, height = 2400, 8
    row = bytes((0, 0, 0, 255)) + bytes((200, 100, 50, 255))
    half = levels_of(image_of(width, height, row * (width * height // 2)))[1]
    for x, y in ((0, 0), (600, 2), (1199, 3)):
        color = half.pixelColor(x, y)
        assert color.red() == pytest.approx(100, abs=3)
        assert color.green() == pytest.approx(50, abs=3)


def test_the_smallest_level_that_is_large_enough_is_painted(qapp):
    levels = levels_of(image_of(4000, 100, bytes(4000 * 100 * 4)))
    assert [level_for(levels, width).width() for width in (5000, 4000, 2001, 2000, 900)] == [
        4000,
        4000,
        4000,
        2000,
        1000,
    ]
