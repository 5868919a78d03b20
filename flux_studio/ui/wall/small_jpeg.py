"""Our own thumbnails as Qt images, decoded by Pillow on a worker.

Qt could decode them too, but it keeps Python's lock meanwhile: two workers then hold up a scrolling
wall for 11 ms at a time, with Pillow for less than 2 ms. Only JPEG data that this program encoded
itself comes here; foreign pictures go through `storage.decode`.
"""

from __future__ import annotations

import io

from PySide6.QtGui import QImage


def image_of_jpeg(
    data: bytes, size: tuple[int, int] | None = None, screen: bytes = b""
) -> QImage | None:
    """An opaque image of `size` (width × height, px), cropped in the middle where its ratio is
    another; in its own size without one. In the colours of `screen`, an ICC profile; sRGB without
    one. None when the data is damaged.
    """
    from PIL import Image  # not needed before the first paint

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
            if size is not None:
                opened.draft("RGB", size)  # half or a quarter straight from the decoder
            opened.load()
            width, height = size or opened.size
            if opened.size != (width, height):
                smaller = opened.width >= width
                filter_ = Image.Resampling.HAMMING if smaller else Image.Resampling.BICUBIC
                box = _middle(opened.size, (width, height))
                scaled = opened.resize((width, height), filter_, box=box)
            else:
                scaled = opened.copy()
        if screen:
            from flux_studio.storage.decode_colour import converted  # few screens tell a profile

            scaled = converted(scaled, None, screen)
        pixels = scaled.convert("RGBA").tobytes("raw", "BGRA")
    except (OSError, ValueError, SyntaxError):
        return None
    return QImage(pixels, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def _middle(whole: tuple[int, int], wanted: tuple[int, int]) -> tuple[float, float, float, float]:
    """The largest box of the wanted ratio in the middle of a picture."""
    scale = min(whole[0] / wanted[0], whole[1] / wanted[1])
    width, height = wanted[0] * scale, wanted[1] * scale
    left, top = (whole[0] - width) / 2, (whole[1] - height) / 2
    return max(0.0, left), max(0.0, top), left + width, top + height
