"""Marks on a picture as small pictures, drawn once: a wall of many small cells has hundreds.

Each lies on a dark patch that any picture leaves readable.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

from flux_studio.ui.icons import paint_icon
from flux_studio.ui.tokens import Colors

HIGH = 20  # px
LOW = HIGH - 2  # px, of those in the upper corners
_MOST = 512  # kept: the words of missing files have as many widths as cells
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_TOP = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop


class Badges:
    """For one set of colours, one font and screens of `ratio` device pixels a px. What is given out
    is cached: do not paint on it.
    """

    def __init__(self, colors: Colors, font: QFont, ratio: float) -> None:
        self._colors, self._font, self._ratio = colors, font, ratio
        self._on_scrim = QColor(colors.on_scrim)
        self._scrim = QColor(colors.scrim)
        self._scrim.setAlphaF(colors.scrim_alpha)
        self._kept: dict[tuple[object, ...], QPixmap] = {}

    def heart(self, *, filled: bool) -> QPixmap:
        """A square of `HIGH` px."""

        def paint(painter: QPainter) -> None:
            inner = QRectF(3, 3, HIGH - 6, HIGH - 6)
            paint_icon(painter, inner, "heart", self._colors.on_scrim, filled=filled)

        return self._badge(("heart", filled), HIGH, HIGH, paint)

    def stars(self, rating: int) -> QPixmap:
        """How many, with a star before it."""
        text = str(rating)

        def paint(painter: QPainter) -> None:
            paint_icon(painter, QRectF(5, 4, 12, 12), "star", self._colors.on_scrim, filled=True)
            painter.drawText(QRectF(19, 0, 40, HIGH), int(_LEFT), text)

        return self._badge(("stars", rating), self._wide(text) + 26, HIGH, paint)

    def word(self, text: str) -> QPixmap:
        """A word by itself."""
        wide = self._wide(text) + 12

        def paint(painter: QPainter) -> None:
            painter.drawText(QRectF(0, 0, wide, LOW), int(Qt.AlignmentFlag.AlignCenter), text)

        return self._badge(("word", text), wide, LOW, paint)

    def count(self, text: str, wide: int) -> QPixmap:
        """How many pictures lie in a pile, `wide` px."""

        def paint(painter: QPainter) -> None:
            painter.drawText(QRectF(0, 0, wide, LOW), int(Qt.AlignmentFlag.AlignCenter), text)

        return self._badge(("count", text, wide), wide, LOW, paint)

    def judgement(self, dot: str, sign: str) -> QPixmap:
        """A colour label's colour as a dot, and the icon of a verdict; '' for none."""

        def paint(painter: QPainter) -> None:
            left = 5
            if dot:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(dot))
                painter.drawEllipse(QRectF(left + 1, LOW / 2 - 5, 10, 10))
                left += 16
            if sign:
                place = QRectF(left, LOW / 2 - 6, 12, 12)
                paint_icon(painter, place, sign, self._colors.on_scrim)

        return self._badge(("judgement", dot, sign), 6 + 16 * (bool(sign) + bool(dot)), LOW, paint)

    def notice(self, text: str, wide: int, high: int) -> QPixmap:
        """Words over a veil, as many as there is room for; no patch."""
        return self._made(
            ("notice", text, wide, high), wide, high,
            lambda painter: self._paint_notice(painter, QRectF(0, 0, wide, high), text),
        )  # fmt: skip

    def _paint_notice(self, painter: QPainter, room: QRectF, text: str) -> None:
        painter.setPen(QColor(self._colors.text))
        painter.drawText(room, int(_TOP) | int(Qt.TextFlag.TextWordWrap), text)

    def _wide(self, text: str) -> int:
        return QFontMetrics(self._font).horizontalAdvance(text)

    def _badge(
        self, key: tuple[object, ...], wide: int, high: int, paint: Callable[[QPainter], None]
    ) -> QPixmap:
        def paint_all(painter: QPainter) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._scrim)
            painter.drawRoundedRect(QRectF(0, 0, wide, high), 4, 4)
            painter.setPen(self._on_scrim)
            paint(painter)

        return self._made(key, wide, high, paint_all)

    def _made(
        self, key: tuple[object, ...], wide: int, high: int, paint: Callable[[QPainter], None]
    ) -> QPixmap:
        found = self._kept.get(key)
        if found is not None:
            return found
        made = QPixmap(ceil(wide * self._ratio), ceil(high * self._ratio))
        made.setDevicePixelRatio(self._ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        paint(painter)
        painter.end()
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[key] = made
        return made


@lru_cache(maxsize=4)
def badges_of(colors: Colors, font: str, ratio: float) -> Badges:
    """Those in these colours and in the font with this key (`QFont.toString`)."""
    made = QFont()
    made.fromString(font)
    return Badges(colors, made, ratio)
