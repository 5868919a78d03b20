"""Paints a picture as its pose says, from the level that fits the scale. Shared by viewer and
compare.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPixmap, QTransform

from flux_studio.ui.style import current_colors
from flux_studio.ui.viewer.levels import Levels, level_for
from flux_studio.ui.viewer.zooming import Pose

PIXELS = 3.0  # from this scale on single pixels are shown as squares
CHECKER = "checker"
GROUNDS = ("", "#000000", "#404040", "#777777", "#BFBFBF", "#FFFFFF", CHECKER)
"""Neutral backgrounds by name; '' is the window's own. None has a tint."""
_SQUARE = 8  # px
_DARK, _BRIGHT = "#6E6E6E", "#919191"  # of the checker: what shows through is judged on mid grey


def ground_brush(name: str) -> QBrush:
    """The background of this name."""
    if name != CHECKER:
        return QBrush(QColor(name or current_colors().ground))
    tile = QPixmap(2 * _SQUARE, 2 * _SQUARE)
    tile.fill(QColor(_DARK))
    painter = QPainter(tile)
    for corner in ((0, 0), (_SQUARE, _SQUARE)):
        painter.fillRect(*corner, _SQUARE, _SQUARE, QColor(_BRIGHT))
    painter.end()
    return QBrush(tile)


def target_of(pose: Pose) -> QRectF:
    """Where the picture lies in the room, in whole device pixels."""
    wide, high = pose.picture[0] * pose.scale, pose.picture[1] * pose.scale
    return QRectF(round(pose.left), round(pose.top), round(wide), round(high))


def paint_picture(
    painter: QPainter,
    pose: Pose,
    levels: Levels,
    area: QRectF,
    *,
    rough: bool = False,
    turns: int = 0,
) -> None:
    """Paint what of the picture lies in `area`; the painter counts device pixels. `pose` is of the
    picture as it is seen, after `turns` quarter turns clockwise.
    """
    target = target_of(pose)
    seen = target.intersected(area)
    if seen.isEmpty() or not levels:
        return
    if turns % 4:
        centre = target.center()
        turned = QTransform().translate(centre.x(), centre.y()).rotate(90 * turns)
        back, _ = turned.inverted()
        painter.save()
        painter.setTransform(turned, True)
        target, seen = back.mapRect(target), back.mapRect(seen)
    level = level_for(levels, target.width())
    _draw(painter, pose, level, target, seen, rough)
    if turns % 4:
        painter.restore()


def _draw(
    painter: QPainter, pose: Pose, level: QImage, target: QRectF, seen: QRectF, rough: bool
) -> None:
    across, down = level.width() / target.width(), level.height() / target.height()
    source = QRectF(
        (seen.x() - target.x()) * across,
        (seen.y() - target.y()) * down,
        seen.width() * across,
        seen.height() * down,
    )
    as_squares = pose.scale >= PIXELS and max(level.width(), level.height()) == max(pose.picture)
    smooth = across != 1.0 and not as_squares and not rough
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(seen, level, source)


def device_rect(rect: QRectF, ratio: float) -> QRectF:
    """A rectangle of px as one of device pixels."""
    return QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)


def device_point(point: QPointF, ratio: float) -> tuple[float, float]:
    return point.x() * ratio, point.y() * ratio


def hand(pose: Pose | None, held: bool) -> Qt.CursorShape:
    """The pointer over a picture that can be moved, or that is held."""
    if pose is None or not pose.overflows:
        return Qt.CursorShape.ArrowCursor
    return Qt.CursorShape.ClosedHandCursor if held else Qt.CursorShape.OpenHandCursor
