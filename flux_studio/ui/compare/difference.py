"""The difference of two pictures as a picture: black where they are alike. Made on a worker."""

from __future__ import annotations

from PySide6.QtGui import QImage

from flux_studio.ui.viewer.levels import Levels, level_for, levels_of
from flux_studio.ui.wall.banded import image_of

GAIN = 4  # so that small differences can be seen
LONGEST = 2048  # px; sharper than that nobody judges a difference


def difference_of(one: Levels, other: Levels, size: tuple[int, int]) -> Levels:
    """How far each pixel of `other` is from that of `one`, times GAIN, at about `size` px."""
    from PIL import Image, ImageChops  # off the main thread, when first wanted

    scale = min(1.0, LONGEST / max(size))
    wanted = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))

    def read(levels: Levels) -> Image.Image:
        image = level_for(levels, wanted[0]).convertToFormat(QImage.Format.Format_RGBX8888)
        made = Image.frombuffer(
            "RGBX", (image.width(), image.height()), bytes(image.constBits()), "raw", "RGBX", 0, 1
        ).convert("RGB")
        return made if made.size == wanted else made.resize(wanted, Image.Resampling.BILINEAR)

    apart = ImageChops.difference(read(one), read(other)).point(
        lambda value: min(255, value * GAIN)
    )
    return levels_of(image_of(*wanted, apart.tobytes("raw", "RGBX")))
