"""What stands on the screen: pictures with a profile of their own, in viewer and compare, pixel by
pixel against Qt's arithmetic; on a screen of sRGB and on one with wide colours.
"""

import io
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtGui import QColor, QColorSpace

from flux_studio.core.size import Size
from flux_studio.ui.compare import ComparePanel
from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.viewer.picture_loader import Sharpness
from flux_studio.ui.wall.small_jpeg import image_of_jpeg

NAMED = QColorSpace.NamedColorSpace
SRGB = QColorSpace(NAMED.SRgb)
WIDE = {name: QColorSpace(name) for name in (NAMED.DisplayP3, NAMED.AdobeRgb)}
COLOUR = (200, 120, 90)
SIDE = 400  # px: smaller than the room, so that nothing is scaled


def mapped(source, target):
    made = source.transformationToColorSpace(target).map(QColor(*COLOUR))
    return made.red(), made.green(), made.blue()


def near(found, wanted, most=2):
    return all(abs(a - b) <= most for a, b in zip(found, wanted, strict=True))


def keep(desk, picture, space, form="PNG"):
    """The picture with a file of one colour in that space."""
    file = io.BytesIO()
    profile = {} if space is None else {"icc_profile": space.iccProfile().data()}
    Image.new("RGB", (SIDE, SIDE), COLOUR).save(file, form, **profile)
    desk.studio.library.file(picture).write_bytes(file.getvalue())
    return replace(picture, size=Size(SIDE, SIDE))


def seen(widget, x=0.5, y=0.5):
    shot = widget.grab().toImage()
    colour = shot.pixelColor(round(x * shot.width()), round(y * shot.height()))
    return colour.red(), colour.green(), colour.blue()


def shown(viewer, qtbot, one, ids):
    viewer.show_generation(one, ids)
    kept = viewer.stage.loader.kept
    qtbot.waitUntil(lambda: (k := kept(one.id)) is not None and k.sharpness is Sharpness.FULL)
    return seen(viewer.canvas)


@pytest.fixture
def wide_screen(monkeypatch):
    """The screen says that it is a Display P3."""
    profile = WIDE[NAMED.DisplayP3].iccProfile().data()
    monkeypatch.setattr(
        "flux_studio.ui.viewer.picture_loader.profile_of", lambda number, platform: profile
    )


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@pytest.mark.parametrize("name", WIDE)
def test_the_viewer_shows_an_embedded_profile_as_srgb(
    viewer, qtbot, picture, ids, desk, name, form
):
    found = shown(viewer, qtbot, keep(desk, picture(0), WIDE[name], form), ids)
    wanted = mapped(WIDE[name], SRGB)
    assert near(found, wanted)
    assert not near(found, COLOUR, 6), "the numbers of a wide space are not those of sRGB"


def test_the_viewer_shows_srgb_as_the_screen_wants_it(
    viewer, qtbot, picture, ids, desk, wide_screen
):
    found = shown(viewer, qtbot, keep(desk, picture(0), None), ids)
    assert near(found, mapped(SRGB, WIDE[NAMED.DisplayP3]))
    found = shown(viewer, qtbot, keep(desk, picture(1), WIDE[NAMED.DisplayP3]), ids)
    assert near(found, COLOUR, 1), "its colours are those of the screen"


def test_compare_shows_two_spaces_as_the_same_colour(qtbot, qapp, picture, desk):
    plain = keep(desk, picture(0), None)
    wide = keep(desk, picture(1), WIDE[NAMED.DisplayP3])
    panel = ComparePanel(desk.studio, ThemeSource(qapp, Theme.DARK))
    qtbot.addWidget(panel)
    panel.resize(800, 700)
    panel.show()
    panel.show_pictures([plain, wide])
    sharp = panel.pixels.sharpness
    qtbot.waitUntil(lambda: [sharp.get(n) for n in (0, 1)] == [Sharpness.FULL] * 2)
    left, right = (seen(panel.canvas, x, 0.3) for x in (0.45, 0.55))
    panel.close_workers()
    assert near(left, COLOUR, 1)
    assert near(right, mapped(WIDE[NAMED.DisplayP3], SRGB))


def test_a_thumbnail_has_the_colours_of_the_picture_that_follows(desk, wide_screen):
    file = io.BytesIO()
    Image.new("RGB", (64, 64), COLOUR).save(file, "JPEG", quality=100, subsampling=0)
    profile = WIDE[NAMED.DisplayP3].iccProfile().data()
    image = image_of_jpeg(file.getvalue(), screen=profile)
    colour = image.pixelColor(32, 32)
    found = colour.red(), colour.green(), colour.blue()
    assert near(found, mapped(SRGB, WIDE[NAMED.DisplayP3]), 3)
