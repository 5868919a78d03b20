"""The difference of two pictures as a picture: black where they are alike. Made on a worker."""

from __future__ import annotations

from PySide6.QtGui import QImage

from flux_studio.ui.compare.geometry import Lengths, rect_in
from flux_studio.ui.viewer.levels import Levels, level_for, levels_of
from flux_studio.ui.wall.banded import image_of

GAIN = 4  # so that small differences can be seen
LONGEST = 2048  # px; sharper than that nobody judges a difference


def difference_of(one: Levels, other: Levels, frame: Lengths) -> Levels:
    """How far each pixel of `other` is from that of `one`, times GAIN, on a frame of this shape.
    Each picture is fitted into the frame; around it is black.
    """
    from PIL import Image, ImageChops  # off the main thread, when first wanted

    scale = min(1.0, LONGEST / max(frame))
    wanted = max(1, round(frame[0] * scale)), max(1, round(frame[1] * scale))

    def read(levels: Levels) -> Image.Image:
        place = rect_in(wanted, (levels[0].width(), levels[0].height()))
        image = level_for(levels, place.width()).convertToFormat(QImage.Format.Format_RGBX8888)
        made = Image.frombuffer(
            "RGBX", (image.width(), image.height()), bytes(image.constBits()), "raw", "RGBX", 0, 1
        ).convert("RGB")
        if (made.width, made.height) != (place.width(), place.height()):
            size = place.width(), place.height()
            made = made.resize(size, Image.Resampling.BILINEAR)
        if made.size == wanted:
            return made
        whole = Image.new("RGB", wanted)
        whole.paste(made, (place.x(), place.y()))
        return whole

    apart = ImageChops.difference(read(one), read(other)).point(
        lambda value: min(255, value * GAIN)
    )
    return levels_of(image_of(*wanted, apart.tobytes("raw", "RGBX")))
