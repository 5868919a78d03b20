"""How a picture looks on the wall: the thumbnail with round corners, its marks, the ring of the
selection.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
)

from flux_studio.core.generation import Generation
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.search.label_colors import label_color
from flux_studio.ui.tokens import ICON, SPACE, TYPE, Colors
from flux_studio.ui.wall.words import translate

RADIUS = 5  # px, of a picture: a little less than a panel's, the picture itself is the frame
RING = 2  # px
AWAY = 3  # px from the picture to the outside of the ring
BADGE = 20  # px
VEIL = 0.82  # how much of a missing picture is covered: its words stay readable on any picture
REJECTED_VEIL = 0.6
HEART = 28  # px: the heart's target


class Brushwork:
    """One painter for one repaint of the wall, with the fonts and colours it needs."""

    def __init__(self, painter: QPainter, colors: Colors, font: QFont, ratio: float) -> None:
        self.painter = painter
        self.colors = colors
        self.ratio = ratio
        self.small, self.body, self.strong = _fonts(font.toString())
        self.tile = QColor(colors.raised)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)

    def picture(self, rect: QRect, pixmap: QPixmap | None) -> None:
        """The thumbnail, scaled only where it is not of the right size yet; else a neutral tile.
        Its corners are round already.
        """
        if pixmap is None:
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(self.tile)
            self.painter.drawRoundedRect(rect, RADIUS, RADIUS)
        elif (
            pixmap.width() == round(rect.width() * self.ratio)
            and pixmap.height() == round(rect.height() * self.ratio)
            and pixmap.devicePixelRatio() == self.ratio
        ):
            self.painter.drawPixmap(rect.topLeft(), pixmap)
        else:
            self.painter.drawPixmap(rect, pixmap)

    def missing(self, rect: QRect, words: str, *, has_picture: bool) -> None:
        """A picture whose file is gone: says so, on a veil where its thumbnail is still shown."""
        if has_picture:
            veil = QColor(self.colors.raised)
            veil.setAlphaF(VEIL)
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(veil)
            self.painter.drawRoundedRect(rect, RADIUS, RADIUS)
        self.painter.setPen(QPen(QColor(self.colors.edge), 1, Qt.PenStyle.DashLine))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        middle = rect.center()
        icon = QRectF(middle.x() - 10, middle.y() - 20, ICON.large, ICON.large)
        paint_icon(self.painter, icon, "unlink", self.colors.text)
        self.painter.setFont(self.small)
        self.painter.setPen(QColor(self.colors.text))
        text = QRect(rect.left() + SPACE.xs, middle.y() + SPACE.xs, rect.width() - SPACE.s, 30)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        self.painter.drawText(text, int(flags) | int(Qt.TextFlag.TextWordWrap), words)

    def marks(self, rect: QRect, generation: Generation, *, with_heart: bool) -> None:
        """Heart, stars, label, keep or reject, and the word "edit", each on a dark patch that any
        picture leaves readable; a rejected picture lies under a veil.
        """
        if generation.rejected:
            veil = QColor(self.colors.ground)
            veil.setAlphaF(REJECTED_VEIL)
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(veil)
            self.painter.drawRoundedRect(rect, RADIUS, RADIUS)
        if generation.label or generation.verdict or generation.rejected:
            self._judgement(rect, generation)
        if generation.favourite or with_heart:
            box = heart_box(rect)
            self._patch(QRectF(box).adjusted(4, 4, -4, -4))
            color = self.colors.on_scrim
            inner = QRectF(box).adjusted(7, 7, -7, -7)
            paint_icon(self.painter, inner, "heart", color, filled=generation.favourite)
        if generation.rating and rect.width() > 2 * HEART:
            self._stars(rect, generation.rating)
        if generation.request.is_edit and rect.width() > 48:
            self._word(rect, translate("Wall", "edit"))

    def pile(self, rect: QRect, count: int, *, is_open: bool) -> None:
        """How many pictures lie here; two edges behind a closed pile."""
        box = pile_box(rect, count)
        self._patch(QRectF(box).adjusted(0, 0, 0, -2))
        self.painter.setFont(self.small)
        self.painter.setPen(QColor(self.colors.on_scrim))
        words = f"{count} ‹" if is_open else str(count)
        self.painter.drawText(box.adjusted(0, 0, 0, -2), int(Qt.AlignmentFlag.AlignCenter), words)
        if is_open:
            return
        self.painter.setPen(Qt.PenStyle.NoPen)
        for depth in (1, 2):
            edge = QColor(self.colors.edge)
            edge.setAlphaF(1.0 - 0.3 * depth)
            self.painter.setBrush(edge)
            inset = 4 * depth
            top = rect.bottom() + 1 + 3 * (depth - 1)
            line = QRectF(rect.left() + inset, top + 1, rect.width() - 2 * inset, 2)
            self.painter.drawRoundedRect(line, 1, 1)

    def ring(self, rect: QRect, *, is_selected: bool) -> None:
        """Around a selected picture; a dashed one where the keyboard stands without selecting."""
        away = AWAY - RING / 2
        color = QColor(self.colors.accent if is_selected else self.colors.edge)
        style = Qt.PenStyle.SolidLine if is_selected else Qt.PenStyle.DashLine
        self.painter.setPen(QPen(color, RING, style))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        outside = QRectF(rect).adjusted(-away, -away, away, away)
        self.painter.drawRoundedRect(outside, RADIUS + away, RADIUS + away)

    def header(self, rect: QRect, title: str, summary: str) -> None:
        """The line above a day."""
        metrics = QFontMetrics(self.strong)
        baseline = rect.bottom() - SPACE.m - metrics.descent() + 1
        self.painter.setFont(self.strong)
        self.painter.setPen(QColor(self.colors.text))
        self.painter.drawText(QPointF(rect.left(), baseline), title)
        self.painter.setFont(self.small)
        self.painter.setPen(QColor(self.colors.muted))
        left = rect.left() + metrics.horizontalAdvance(title) + SPACE.s + 2
        self.painter.drawText(QPointF(left, baseline), summary)

    def rubber_band(self, rect: QRect) -> None:
        accent = QColor(self.colors.accent)
        self.painter.setPen(QPen(accent, 1))
        accent.setAlphaF(0.14)
        self.painter.setBrush(accent)
        self.painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5))

    def _judgement(self, rect: QRect, generation: Generation) -> None:
        """The colour label as a dot, and a sign for keep, maybe or reject, at the top left."""
        sign = {"keep": "check", "maybe": "circle-question-mark"}.get(generation.verdict, "")
        sign = "ban" if generation.rejected else sign
        dot = label_color(generation.label)
        wide = 6 + 16 * (bool(sign) + bool(dot))
        box = QRectF(rect.left() + 5, rect.top() + 6, wide, BADGE - 2)
        self._patch(box)
        left = box.left() + 5
        if dot:
            self.painter.setBrush(QColor(dot))
            self.painter.drawEllipse(QRectF(left + 1, box.center().y() - 5, 10, 10))
            left += 16
        if sign:
            place = QRectF(left, box.center().y() - 6, 12, 12)
            paint_icon(self.painter, place, sign, self.colors.on_scrim)

    def _stars(self, rect: QRect, rating: int) -> None:
        self.painter.setFont(self.small)
        text = str(rating)
        wide = QFontMetrics(self.small).horizontalAdvance(text) + 12 + 14
        box = QRectF(rect.right() - 3 - wide, rect.bottom() - 3 - BADGE, wide, BADGE)
        self._patch(box)
        star = QRectF(box.left() + 5, box.top() + 4, 12, 12)
        paint_icon(self.painter, star, "star", self.colors.on_scrim, filled=True)
        self.painter.setPen(QColor(self.colors.on_scrim))
        rest = box.adjusted(19, 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        self.painter.drawText(rest, int(flags), text)

    def _word(self, rect: QRect, word: str) -> None:
        self.painter.setFont(self.small)
        wide = QFontMetrics(self.small).horizontalAdvance(word) + 12
        box = QRectF(rect.right() - 5 - wide, rect.top() + 6, wide, BADGE - 2)
        self._patch(box)
        self.painter.setPen(QColor(self.colors.on_scrim))
        self.painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), word)

    def _patch(self, box: QRectF) -> None:
        scrim = QColor(self.colors.scrim)
        scrim.setAlphaF(self.colors.scrim_alpha)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(scrim)
        self.painter.drawRoundedRect(box, 4, 4)


def heart_box(rect: QRect) -> QRect:
    """Where a picture's heart is pressed."""
    return QRect(rect.left() + 2, rect.bottom() - HEART - 1, HEART, HEART)


def pile_box(rect: QRect, count: int) -> QRect:
    """Where a pile is pressed: its number, at the top left."""
    wide = max(HEART, 20 + 7 * len(str(count)))
    return QRect(rect.left() + 5, rect.top() + 6, wide, BADGE)


def device_size(size: QSize, ratio: float) -> QSize:
    """A size in px as device pixels of a screen with `ratio` of them a px."""
    return QSize(round(size.width() * ratio), round(size.height() * ratio))


def round_corners(pixmap: QPixmap, ground: str, ratio: float) -> None:
    """Cover the corners of a picture with the colour of the ground, once and for all paintings,
    and let it know how many of its pixels are one px where that is a whole number.
    """
    if ratio == int(ratio):
        pixmap.setDevicePixelRatio(ratio)
    painter = QPainter(pixmap)
    wide, high = pixmap.deviceIndependentSize().toTuple()
    top_left, top_right, bottom_left, bottom_right = _corners(ground, RADIUS, ratio)
    right, bottom = round(wide) - RADIUS, round(high) - RADIUS
    painter.drawPixmap(0, 0, top_left)
    painter.drawPixmap(right, 0, top_right)
    painter.drawPixmap(0, bottom, bottom_left)
    painter.drawPixmap(right, bottom, bottom_right)
    painter.end()


@lru_cache(maxsize=4)
def _fonts(key: str) -> tuple[QFont, QFont, QFont]:
    """Small, body and strong, made of the font with this key."""
    font = QFont()
    font.fromString(key)
    strong = _sized(font, TYPE.body)
    strong.setWeight(QFont.Weight.DemiBold)
    return _sized(font, TYPE.small), _sized(font, TYPE.body), strong


def _sized(font: QFont, size: int) -> QFont:
    sized = QFont(font)
    sized.setPixelSize(size)
    return sized


@lru_cache(maxsize=16)
def _corners(color: str, radius: int, ratio: float) -> tuple[QPixmap, QPixmap, QPixmap, QPixmap]:
    """What covers the four corners of a picture, so that it looks round on a ground of `color`."""
    around = QPainterPath()
    around.addRect(0, 0, 2 * radius, 2 * radius)
    disc = QPainterPath()
    disc.addEllipse(0, 0, 2 * radius, 2 * radius)
    rest = around.subtracted(disc)

    def corner(left: int, top: int) -> QPixmap:
        pixmap = QPixmap(device_size(QSize(radius, radius), ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-left * radius, -top * radius)
        painter.fillPath(rest, QColor(color))
        painter.end()
        return pixmap

    return corner(0, 0), corner(1, 0), corner(0, 1), corner(1, 1)
