import io

import pytest
from PIL import Image

from flux_studio.ui.wall.small_jpeg import image_of_jpeg


def decoded(data, size=None):
    """The image, which must be there."""
    image = image_of_jpeg(data, size)
    assert image is not None
    return image


def jpeg(width, height, left=(200, 30, 30), right=(30, 30, 200)):
    """Two colours side by side."""
    image = Image.new("RGB", (width, height), left)
    image.paste(right, (width // 2, 0, width, height))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95, subsampling=0)
    return file.getvalue()


def rgb(image, x, y):
    color = image.pixelColor(x, y)
    return color.red(), color.green(), color.blue()


@pytest.mark.parametrize("size", [(64, 48), (128, 96), (100, 75), (400, 300), (256, 192)])
def test_it_has_the_size_and_the_colours(size):
    image = decoded(jpeg(256, 192), size)
    assert (image.width(), image.height()) == size
    assert rgb(image, 3, 3) == pytest.approx((200, 30, 30), abs=6)
    assert rgb(image, size[0] - 3, size[1] - 3) == pytest.approx((30, 30, 200), abs=6)
    assert not image.hasAlphaChannel()
    assert image.pixel(3, 3) >> 24 == 0xFF


def test_another_ratio_is_cropped_in_the_middle():
    image = decoded(jpeg(400, 100), (100, 100))
    assert rgb(image, 20, 50) == pytest.approx((200, 30, 30), abs=6)
    assert rgb(image, 80, 50) == pytest.approx((30, 30, 200), abs=6)
    high = decoded(jpeg(100, 400), (90, 20))
    assert (high.width(), high.height()) == (90, 20)


def test_its_own_size_without_one():
    image = decoded(jpeg(256, 192))
    assert (image.width(), image.height()) == (256, 192)


def test_grey_is_fine():
    file = io.BytesIO()
    Image.new("L", (64, 64), 120).save(file, "JPEG")
    assert rgb(decoded(file.getvalue(), (32, 32)), 5, 5) == (120, 120, 120)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff no picture", jpeg(256, 192)[:600]])
def test_damaged_data_is_no_picture(data):
    assert image_of_jpeg(data, (64, 48)) is None


def test_another_format_is_not_opened():
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, "PNG")
    assert image_of_jpeg(file.getvalue(), (64, 48)) is None
