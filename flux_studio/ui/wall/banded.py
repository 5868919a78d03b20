"""Pixels of the decoder as Qt images, made on a worker in bands.

Qt's drawing keeps Python's lock: 4096 × 4096 pixels at once would hold up the window for 40 ms.
"""

from __future__ import annotations

from time import sleep

from PySide6.QtGui import QImage, QPainter

BAND = 262_144  # pixels in one step, about half a millisecond


def image_of(width: int, height: int, pixels: bytes, is_clear: bool = False) -> QImage:
    """An opaque image of RGBX bytes, 4 a pixel, rows without padding; of RGBA bytes whose colours
    are multiplied already where it `is_clear`.
    """
    forms = QImage.Format
    made = QImage(
        width, height, forms.Format_ARGB32_Premultiplied if is_clear else forms.Format_RGB32
    )
    painter = QPainter(made)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    view, rows = memoryview(pixels), max(1, BAND // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        band = view[4 * width * top : 4 * width * bottom]
        form = forms.Format_RGBA8888_Premultiplied if is_clear else forms.Format_RGBX8888
        painter.drawImage(0, top, QImage(band, width, bottom - top, 4 * width, form))
        sleep(0)
    painter.end()
    return made
