"""Embedded profiles really change the pixels: real profiles of Display P3 and Adobe RGB, through
the decode child, against Qt's own arithmetic.
"""

import io

import pytest
from PIL import Image, ImageCms
from PySide6.QtGui import QColor, QColorSpace

from flux_studio.storage.decode import Decoder
from flux_studio.storage.decode_colour import converted

SPACES = {
    "Display P3": QColorSpace.NamedColorSpace.DisplayP3,
    "Adobe RGB": QColorSpace.NamedColorSpace.AdobeRgb,
}
COLOURS = [(200, 120, 90), (90, 140, 110), (128, 128, 128), (250, 240, 230), (30, 30, 60)]
BOX = 16  # px, so that JPEG's blocks hold one colour each


@pytest.fixture(scope="module")
def decoder():
    made = Decoder(workers=1)
    yield made
    made.close()


def profile(name):
    return QColorSpace(SPACES[name]).iccProfile().data()


def mapped(colour, source, target):
    """The same colour in another space, by Qt."""
    change = source.transformationToColorSpace(target)
    made = change.map(QColor(*colour))
    return made.red(), made.green(), made.blue()


def picture(form, embedded=b""):
    image = Image.new("RGB", (BOX * len(COLOURS), BOX))
    for place, colour in enumerate(COLOURS):
        image.paste(colour, (BOX * place, 0, BOX * (place + 1), BOX))
    file = io.BytesIO()
    extra = {"icc_profile": embedded} if embedded else {}
    image.save(
        file, form, **({"quality": 100, "subsampling": 0} if form == "JPEG" else {}), **extra
    )
    return file.getvalue()


def seen(decoder, data, side, screen=b""):
    shown = decoder.view(data, side, screen)
    assert len(shown.data) == 4 * shown.width * shown.height
    return shown.width, shown.data


def middles(width, pixels):
    """The colour in the middle of each box."""
    row = (BOX // 2) * width
    starts = [4 * (row + BOX * place + BOX // 2) for place in range(len(COLOURS))]
    return [tuple(pixels[at : at + 3]) for at in starts]


def near(found, wanted, most=2):
    return all(abs(a - b) <= most for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@pytest.mark.parametrize("name", SPACES)
def test_an_embedded_profile_is_converted_to_srgb(decoder, form, name):
    width, pixels = seen(decoder, picture(form, profile(name)), 0)
    space, srgb = QColorSpace(SPACES[name]), QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    changed = False
    for found, colour in zip(middles(width, pixels), COLOURS, strict=True):
        wanted = mapped(colour, space, srgb)
        assert near(found, wanted), (colour, found, wanted)
        changed = changed or not near(found, colour, 6)
    assert changed, "the numbers of a wide space are not those of sRGB"


@pytest.mark.parametrize("name", SPACES)
def test_an_untagged_picture_is_converted_to_the_screen(decoder, name):
    width, pixels = seen(decoder, picture("PNG"), 0, profile(name))
    space, srgb = QColorSpace(SPACES[name]), QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    for found, colour in zip(middles(width, pixels), COLOURS, strict=True):
        assert near(found, mapped(colour, srgb, space))


def test_a_picture_in_the_colours_of_the_screen_keeps_its_numbers(decoder):
    same = profile("Display P3")
    width, pixels = seen(decoder, picture("PNG", same), 0, same)
    assert all(near(f, c, 1) for f, c in zip(middles(width, pixels), COLOURS, strict=True))


def test_a_smaller_preview_is_converted_too(decoder):
    width, pixels = seen(decoder, picture("PNG", profile("Adobe RGB")), 40)
    assert width == 40
    assert pixels[:3] != bytes(COLOURS[0])


def test_srgb_on_an_srgb_screen_is_left_alone(decoder):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    width, pixels = seen(decoder, picture("PNG", srgb), 0, srgb)
    assert middles(width, pixels) == COLOURS


@pytest.mark.parametrize("wrong", [b"no profile at all", b"\0" * 400])
def test_a_broken_profile_is_left_aside(decoder, wrong):
    width, pixels = seen(decoder, picture("PNG", wrong), 0, wrong)
    assert middles(width, pixels) == COLOURS


def test_a_profile_of_another_kind_of_colour_is_left_aside():
    grey = Image.new("L", (2, 2), 90)
    assert converted(grey, profile("Display P3")).getpixel((0, 0)) == (90, 90, 90)
    shown = converted(grey, profile("Adobe RGB"), profile("Display P3"))
    assert near(shown.getpixel((0, 0)), (90, 90, 90))


def test_transparency_survives_beside_a_profile(decoder):
    image = Image.new("RGBA", (4, 4), (200, 120, 90, 0))
    file = io.BytesIO()
    image.save(file, "PNG", icc_profile=profile("Display P3"))
    shown = decoder.view(file.getvalue(), 0)
    assert shown.is_clear
    assert shown.data == bytes(4 * 16), "premultiplied: nothing of the colour is left"


def test_the_small_one_comes_first_and_the_whole_after_one_decoding(decoder):
    image = Image.linear_gradient("L").resize((900, 600)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    file = io.BytesIO()
    image.save(file, "PNG", exif=exif)
    small = []
    whole = decoder.view(file.getvalue(), 300, on_small=small.append)
    assert (whole.width, whole.height) == (600, 900)
    assert [(s.width, s.height) for s in small] == [(200, 300)]
    assert whole.data == decoder.view(file.getvalue(), 0).data
    alone = decoder.view(file.getvalue(), 300)
    assert (alone.width, alone.height) == (200, 300)
    worst = max(abs(a - b) for a, b in zip(alone.data, small[0].data, strict=True))
    assert worst <= 3


def test_a_picture_that_is_small_enough_comes_once(decoder):
    small = []
    whole = decoder.view(picture("PNG"), 2000, on_small=small.append)
    assert (whole.width, small) == (BOX * len(COLOURS), [])
