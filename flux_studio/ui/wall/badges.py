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
Key = tuple[object, ...]


class Badges:
    """For one set of colours, one font and screens of `ratio` device pixels a px. What is given out
    is cached: do not paint on it.
    """

    def __init__(self, colors: Colors, font: QFont, ratio: float) -> None:
        self._colors, self._font, self._ratio = colors, font, ratio
        self._on_scrim = QColor(colors.on_scrim)
        self._scrim = QColor(colors.scrim)
        self._scrim.setAlphaF(colors.scrim_alpha)
        self._kept: dict[Key, QPixmap] = {}

    def heart(self, *, filled: bool) -> QPixmap:
        """A square of `HIGH` px."""
        key = ("heart", filled)
        return self._kept.get(key) or self._make_heart(key, filled)

    def stars(self, rating: int) -> QPixmap:
        """How many, with a star before it."""
        key = ("stars", rating)
        return self._kept.get(key) or self._make_stars(key, str(rating))

    def word(self, text: str) -> QPixmap:
        """A word by itself."""
        key = ("word", text)
        return self._kept.get(key) or self._make_word(key, text, self._wide(text) + 12)

    def count(self, text: str, wide: int) -> QPixmap:
        """How many pictures lie in a pile, `wide` px."""
        key = ("count", text, wide)
        return self._kept.get(key) or self._make_word(key, text, wide)

    def judgement(self, dot: str, sign: str) -> QPixmap:
        """A colour label's colour as a dot, and the icon of a verdict; '' for none."""
        key = ("judgement", dot, sign)
        return self._kept.get(key) or self._make_judgement(key, dot, sign)

    def notice(self, text: str, wide: int, high: int) -> QPixmap:
        """Words over a veil, as many as there is room for; no patch."""
        key = ("notice", text, wide, high)
        return self._kept.get(key) or self._make_notice(key, text, wide, high)

    def _make_heart(self, key: Key, filled: bool) -> QPixmap:
        def paint(painter: QPainter) -> None:
            inner = QRectF(3, 3, HIGH - 6, HIGH - 6)
            paint_icon(painter, inner, "heart", self._colors.on_scrim, filled=filled)

        return self._badge(key, HIGH, HIGH, paint)

    def _make_stars(self, key: Key, text: str) -> QPixmap:
        def paint(painter: QPainter) -> None:
            paint_icon(painter, QRectF(5, 4, 12, 12), "star", self._colors.on_scrim, filled=True)
            painter.drawText(QRectF(19, 0, 40, HIGH), int(_LEFT), text)

        return self._badge(key, self._wide(text) + 26, HIGH, paint)

    def _make_word(self, key: Key, text: str, wide: int) -> QPixmap:
        def paint(painter: QPainter) -> None:
            painter.drawText(QRectF(0, 0, wide, LOW), int(Qt.AlignmentFlag.AlignCenter), text)

        return self._badge(key, wide, LOW, paint)

    def _make_judgement(self, key: Key, dot: str, sign: str) -> QPixmap:
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

        return self._badge(key, 6 + 16 * (bool(sign) + bool(dot)), LOW, paint)

    def _make_notice(self, key: Key, text: str, wide: int, high: int) -> QPixmap:
        def paint(painter: QPainter) -> None:
            painter.setPen(QColor(self._colors.text))
            flags = int(_TOP) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(0, 0, wide, high), flags, text)

        return self._keep(key, wide, high, paint)

    def _wide(self, text: str) -> int:
        return QFontMetrics(self._font).horizontalAdvance(text)

    def _badge(self, key: Key, wide: int, high: int, paint: Callable[[QPainter], None]) -> QPixmap:
        def paint_all(painter: QPainter) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._scrim)
            painter.drawRoundedRect(QRectF(0, 0, wide, high), 4, 4)
            painter.setPen(self._on_scrim)
            paint(painter)

        return self._keep(key, wide, high, paint_all)

    def _keep(self, key: Key, wide: int, high: int, paint: Callable[[QPainter], None]) -> QPixmap:
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
