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
from flux_studio.ui.wall.badges import HIGH, badges_of
from flux_studio.ui.wall.words import translate

RADIUS = 5  # px, of a picture: a little less than a panel's, the picture itself is the frame
RING = 2  # px
AWAY = 3  # px from the picture to the outside of the ring
VEIL = 0.82  # how much of a missing picture is covered: its words stay readable on any picture
REJECTED_VEIL = 0.6
HEART = 28  # px: the heart's target
NOTICE = 30  # px, two lines


class Brushwork:
    """One painter for one repaint of the wall, with the fonts and colours it needs."""

    def __init__(self, painter: QPainter, colors: Colors, font: QFont, ratio: float) -> None:
        self.painter = painter
        self.colors = colors
        self.ratio = ratio
        self.small, self.body, self.strong = _fonts(font.toString())
        self._badges = badges_of(colors, self.small.toString(), ratio)
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
            self._veil(rect, self.colors.raised, VEIL)
            paint_corners(self.painter, rect, self.colors.ground, self.ratio)
        self.painter.setPen(QPen(QColor(self.colors.edge), 1, Qt.PenStyle.DashLine))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        middle = rect.center()
        icon = QRectF(middle.x() - 10, middle.y() - 20, ICON.large, ICON.large)
        paint_icon(self.painter, icon, "unlink", self.colors.text)
        if rect.width() > SPACE.s:
            notice = self._badges.notice(words, rect.width() - SPACE.s, NOTICE)
            self._put(notice, rect.left() + SPACE.xs, middle.y() + SPACE.xs)

    def marks(self, rect: QRect, generation: Generation, *, with_heart: bool) -> None:
        """Heart, stars, label, keep or reject, and the word "edit", each on a dark patch that any
        picture leaves readable; a rejected picture lies under a veil.
        """
        if generation.rejected:
            # The corners have the colour of the ground already, the veil leaves them as they are.
            self._veil(rect, self.colors.ground, REJECTED_VEIL)
        if generation.label or generation.verdict or generation.rejected:
            self._put(self._judgement(generation), rect.left() + 5, rect.top() + 6)
        if generation.favourite or with_heart:
            box = heart_box(rect)
            heart = self._badges.heart(filled=generation.favourite)
            self._put(heart, box.left() + 4, box.top() + 4)
        if generation.rating and rect.width() > 2 * HEART:
            stars = self._badges.stars(generation.rating)
            left = rect.right() - 3 - self._wide(stars)
            self._put(stars, left, rect.bottom() - 3 - HIGH)
        if generation.request.is_edit and rect.width() > 48:
            word = self._badges.word(translate("Wall", "edit"))
            self._put(word, rect.right() - 5 - self._wide(word), rect.top() + 6)

    def pile(self, rect: QRect, count: int, *, is_open: bool) -> None:
        """How many pictures lie here; two edges behind a closed pile."""
        box = pile_box(rect, count)
        words = f"{count} ‹" if is_open else str(count)
        self._put(self._badges.count(words, box.width()), box.left(), box.top())
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

    def _veil(self, rect: QRect, color: str, cover: float) -> None:
        """Square corners: as a round shape it would take ten times as long."""
        veil = QColor(color)
        veil.setAlphaF(cover)
        self.painter.fillRect(rect, veil)

    def _judgement(self, generation: Generation) -> QPixmap:
        """The colour label as a dot, and a sign for keep, maybe or reject."""
        sign = {"keep": "check", "maybe": "circle-question-mark"}.get(generation.verdict, "")
        sign = "ban" if generation.rejected else sign
        return self._badges.judgement(label_color(generation.label), sign)

    def _put(self, badge: QPixmap, left: int, top: int) -> None:
        """Draw a badge on whole device pixels: between them its letters would blur."""
        if self.ratio == int(self.ratio):
            self.painter.drawPixmap(left, top, badge)
        else:
            across, down = round(left * self.ratio), round(top * self.ratio)
            self.painter.drawPixmap(QPointF(across / self.ratio, down / self.ratio), badge)

    def _wide(self, badge: QPixmap) -> int:
        return round(badge.width() / self.ratio)


def heart_box(rect: QRect) -> QRect:
    """Where a picture's heart is pressed."""
    return QRect(rect.left() + 2, rect.bottom() - HEART - 1, HEART, HEART)


def pile_box(rect: QRect, count: int) -> QRect:
    """Where a pile is pressed: its number, at the top left."""
    wide = max(HEART, 20 + 7 * len(str(count)))
    return QRect(rect.left() + 5, rect.top() + 6, wide, HIGH)


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
    paint_corners(painter, QRect(0, 0, round(wide), round(high)), ground, ratio)
    painter.end()


def paint_corners(painter: QPainter, rect: QRect, ground: str, ratio: float) -> None:
    """Cover the corners of `rect` with the colour of the ground."""
    left, top = rect.left(), rect.top()
    right, bottom = left + rect.width() - RADIUS, top + rect.height() - RADIUS
    top_left, top_right, bottom_left, bottom_right = _corners(ground, RADIUS, ratio)
    painter.drawPixmap(left, top, top_left)
    painter.drawPixmap(right, top, top_right)
    painter.drawPixmap(left, bottom, bottom_left)
    painter.drawPixmap(right, bottom, bottom_right)


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
