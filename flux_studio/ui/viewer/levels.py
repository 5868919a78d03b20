"""A picture in memory at several sizes, so that each zoom is painted from one that is nearly right.

Made on a worker in bands: Qt's drawing keeps Python's lock, and a whole 4096 × 4096 picture at once
would hold up the window for 40 ms.
"""

from __future__ import annotations

from time import sleep

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter

from flux_studio.ui.wall.banded import BAND

ENOUGH = 1_200  # px: a level this small needs no smaller one below it

Levels = tuple[QImage, ...]
"""The same picture, largest first; each further one is half as large."""


def levels_of(image: QImage) -> Levels:
    """The image and its halves, down to one that is small enough to be scaled quickly."""
    levels = [image]
    while max(levels[-1].width(), levels[-1].height()) > ENOUGH:
        levels.append(_half(levels[-1]))
    return tuple(levels)


def _half(image: QImage) -> QImage:
    width, height = max(1, image.width() // 2), max(1, image.height() // 2)
    made = QImage(width, height, image.format())
    painter = QPainter(made)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    rows = max(1, BAND // image.width() // 2)
    for top in range(0, height, rows):
        count = min(rows, height - top)
        band = image.copy(0, 2 * top, 2 * width, 2 * count)
        small = band.scaled(
            QSize(width, count),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter.drawImage(0, top, small)
        sleep(0)
    painter.end()
    return made


def level_for(levels: Levels, width: float) -> QImage:
    """The smallest level that need not be enlarged to be `width` device pixels wide, else the
    largest.
    """
    fitting = [level for level in levels if level.width() >= width - 0.5]
    return fitting[-1] if fitting else levels[0]


def bytes_of(levels: Levels) -> int:
    return sum(level.sizeInBytes() for level in levels)
