"""Draws a contact sheet: pictures in cells under their headings, with price and time below each.

It runs on a worker thread. Pillow puts the sheet together, since it lets the window go on
meanwhile; Qt draws only the words, with the system's fonts, so that any script can stand in a
heading. Only our own small JPEGs are read.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from flux_studio.core.generation import Generation
from flux_studio.session.batch_results import SheetPicture, SheetPlan
from flux_studio.ui.phrases import charge_words, seconds_words

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 14_000_000  # of a sheet, so that it opens everywhere
CELL, LEAST_CELL = 512, 48  # px, the side of a picture's place
GAP, EDGE = 16, 40  # px
_ROWS = 32  # lines of pixels that are packed at a time
GROUND, INK, QUIET, EMPTY = "#FFFFFF", "#1A1A1A", "#595959", "#EEEEEE"

Box = tuple[int, int, int, int]
"""Left, top, width and height in px of the sheet."""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words in its box; a long one is cut in the middle or at its end."""

    text: str
    box: Box
    pixels: int
    color: str = INK
    strong: bool = False
    middle: bool = False


def picture_words(generation: Generation) -> str:
    """What stands below a picture: what it cost and how long it took."""
    cost = charge_words(generation.price, generation.charged)
    took = "" if generation.seconds is None else seconds_words(generation.seconds)
    return " · ".join(part for part in (cost, took) if part)


def paint_sheet(plan: SheetPlan) -> bytes:
    """The sheet as PNG."""
    from PIL import Image  # not needed before the first sheet

    layout = SheetLayout(plan)
    sheet = Image.new("RGB", (layout.width, layout.height), GROUND)
    lines = [*layout.title_lines(plan), *layout.headings(plan)]
    for picture in plan.pictures:
        lines += _put_picture(sheet, picture, layout)
    for line in lines:
        _put_words(sheet, line)
    return png_of(sheet)


def png_of(image: Image) -> bytes:
    """An RGB picture as PNG. Pillow's own encoder keeps Python's lock for a third of a second at
    a time, which stops the window; zlib lets go of it.
    """
    from PIL import Image as Pictures
    from PIL import ImageChops

    above = Pictures.new("RGB", image.size)
    above.paste(image, (0, 1))
    rows = ImageChops.subtract_modulo(image, above).tobytes()  # PNG's filter 2, "up"
    wide, packer, packed = 3 * image.width, zlib.compressobj(6), list[bytes]()
    for at in range(0, len(rows), wide * _ROWS):
        some = range(at, min(at + wide * _ROWS, len(rows)), wide)
        packed.append(packer.compress(b"".join(b"\x02" + rows[y : y + wide] for y in some)))
    packed.append(packer.flush())
    head = struct.pack(">IIBBBBB", *image.size, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", b"".join(packed)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


class SheetLayout:
    """Where everything stands, in px of the sheet."""

    def __init__(self, plan: SheetPlan) -> None:
        across, down = max(1, len(plan.across)), max(1, len(plan.down))
        room = sqrt(MOST_PIXELS / (across * down)) - 3 * GAP
        self.side = int(min(CELL, max(LEAST_CELL, room)))
        self.text = max(11, self.side // 24)
        self.line = round(self.text * 1.5)
        self.title = round(self.text * 1.4)
        metrics = QFontMetricsF(_font(self.text, strong=True))
        widest = max((metrics.horizontalAdvance(word) for word in plan.down), default=0.0)
        self.left = EDGE + min(round(widest) + 2, self.side) + GAP
        self.top = EDGE + self.line * 7
        self._rows = list(accumulate(_row_heights(plan, self.side, self.line), initial=self.top))
        self.width = max(self.left + across * (self.side + GAP) - GAP + EDGE, 2 * EDGE + 320)
        self.height = self._rows[-1] - GAP + EDGE

    def place(self, down: int, across: int) -> Box:
        """The place of a picture: as wide as all others, as high as the highest of its line."""
        x = self.left + across * (self.side + GAP)
        high = self._rows[down + 1] - self._rows[down] - self.line - GAP
        return x, self._rows[down], self.side, high

    def title_lines(self, plan: SheetPlan) -> list[Words]:
        """The prompt in at most two lines, and what the sides are."""
        wide, high = self.width - 2 * EDGE, round(self.title * 1.5)
        lines = _two_lines(plan.title, _font(self.title, strong=True), wide)
        found = [
            Words(text, (EDGE, EDGE + at * high, wide, high), self.title, strong=True)
            for at, text in enumerate(lines)
        ]
        sides = f"{plan.sides[0]} ↓   {plan.sides[1]} →"
        below = EDGE + len(lines) * high + self.line // 3
        return [*found, Words(sides, (EDGE, below, wide, self.line), self.text, QUIET)]

    def headings(self, plan: SheetPlan) -> list[Words]:
        """The values of both sides."""
        found = []
        for at, text in enumerate(plan.across):
            x, y, side, _ = self.place(0, at)
            box = (x, y - self.line - GAP // 2, side, self.line)
            found.append(Words(text, box, self.text, strong=True, middle=True))
        for at, text in enumerate(plan.down):
            box = (EDGE, self.place(at, 0)[1], self.left - EDGE - GAP, self.line)
            found.append(Words(text, box, self.text, strong=True, middle=True))
        return found


def _put_picture(sheet: Image, picture: SheetPicture, layout: SheetLayout) -> list[Words]:
    """Put a picture into its place; gives the words below it."""
    from PIL import Image

    x, y, side, high = layout.place(picture.down, picture.across)
    try:
        opened = Image.open(io.BytesIO(picture.jpeg or b""), formats=("JPEG",))
        opened.draft("RGB", (side, side))
        small = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        sheet.paste(EMPTY, (x, y, x + side, y + high))
        return []
    scale = min(side / small.width, high / small.height)
    size = max(1, round(small.width * scale)), max(1, round(small.height * scale))
    sheet.paste(small.resize(size, Image.Resampling.LANCZOS), (x, y))
    if picture.generation is None:
        return []
    box = (x, y + size[1] + 2, side, layout.line)
    return [Words(picture_words(picture.generation), box, layout.text, QUIET)]


def _row_heights(plan: SheetPlan, side: int, line: int) -> list[int]:
    """How high each line of the grid is, with the words below its pictures; no picture is higher
    than `side` px, as none is wider.
    """
    highest: dict[int, float] = {}
    for each in plan.pictures:
        size = each.generation.size if each.generation is not None else None
        high = side if size is None else min(side, side / size.ratio)
        if each.jpeg is not None:
            highest[each.down] = max(high, highest.get(each.down, 1.0))
    return [round(highest.get(at, side / 2)) + line + GAP for at in range(max(1, len(plan.down)))]


def _put_words(sheet: Image, words: Words) -> None:
    from PIL import Image

    x, y, width, height = words.box
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(GROUND))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    font = _font(words.pixels, strong=words.strong)
    cut = Qt.TextElideMode.ElideMiddle if words.middle else Qt.TextElideMode.ElideRight
    painter.setFont(font)
    painter.setPen(QColor(words.color))
    shown = QFontMetricsF(font).elidedText(" ".join(words.text.split()), cut, width)
    painter.drawText(QRectF(0, 0, width, height), _LEFT, shown)
    painter.end()
    pixels = bytes(image.constBits())
    sheet.paste(Image.frombuffer("RGB", (width, height), pixels, "raw", "BGRX"), (x, y))


def _two_lines(text: str, font: QFont, wide: int) -> list[str]:
    """A text in at most two lines; what does not fit stays in the second, which is cut."""
    metrics = QFontMetricsF(font)
    first: list[str] = []
    words = text.split()
    while words and metrics.horizontalAdvance(" ".join([*first, words[0]])) <= wide:
        first.append(words.pop(0))
    return [line for line in (" ".join(first), " ".join(words)) if line]


def _font(pixels: int, *, strong: bool = False) -> QFont:
    font = QFont()
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return font


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
