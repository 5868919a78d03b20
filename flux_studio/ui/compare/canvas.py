"""The surface on which pictures are compared: one pose for all of them, painted in four ways."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from flux_studio.ui.compare.geometry import Lengths, frame_of, in_frame, pose_in_frame, tiles
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SPACE, TYPE
from flux_studio.ui.viewer import zooming
from flux_studio.ui.viewer.letting_go import let_go
from flux_studio.ui.viewer.levels import Levels
from flux_studio.ui.viewer.painting import hand, paint_picture
from flux_studio.ui.viewer.surface import Surface
from flux_studio.ui.viewer.zooming import Pose
from flux_studio.ui.widgets.scrim import paint_scrim

GRIP = 10  # px on both sides of the line that can be taken hold of
BADGE = 20  # px, of a picture's number


class CompareMode(StrEnum):
    """How pictures are compared."""

    WIPE = "wipe"
    SIDE = "side"
    FLIP = "flip"
    DIFFERENCE = "difference"


class CompareCanvas(Surface):
    """Signal, beside those of a surface: `active_picked(int)` when a picture was pressed."""

    active_picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode = CompareMode.WIPE
        self.base, self.active, self.split = 0, 1, 0.5
        self._sizes: list[Lengths] = []
        self._levels: list[Levels] = []
        self._apart: Levels = ()
        self._apart_frame: Lengths = (1, 1)
        self._wipes = False

    def show_sizes(self, sizes: Sequence[Lengths]) -> None:
        """Other pictures, of these sizes in px; nothing of them is there yet."""
        self._sizes, self._levels = list(sizes), [() for _ in sizes]
        self._apart, self.split = (), 0.5
        room = self._room()
        self._take_pose(zooming.posed(frame_of(self._sizes, room), room))

    def leave_out(self, number: int) -> None:
        """A picture, from 0, is no more; the others stay as they are."""
        del self._sizes[number]
        del self._levels[number]
        self._apart, last = (), max(0, len(self._sizes) - 1)
        self.base, self.active = min(self.base, last), min(self.active, last)
        if self._pose is not None and self._sizes:
            self._take_pose(self.fitted(self._pose))

    def show_levels(self, number: int, levels: Levels) -> None:
        """What has come of picture `number`, from 0."""
        self._levels[number] = levels
        self.update()

    def levels(self, number: int) -> Levels:
        return self._levels[number]

    def shown_side(self, number: int) -> int:
        """Device pixels on the longer side of picture `number`, as it is shown now."""
        if self._pose is None:
            return 0
        size = self._sizes[number]
        return round(max(size) * pose_in_frame(self._pose, size).scale)

    def show_difference(self, levels: Levels, frame: Lengths) -> None:
        """What was made of the two pictures for a frame of this size in px."""
        self._apart, self._apart_frame = levels, frame
        self.update()

    def show_chosen(self, mode: CompareMode, base: int, active: int) -> None:
        """The way of comparing and the two pictures it is about."""
        is_other_room = (mode is CompareMode.SIDE) != (self.mode is CompareMode.SIDE)
        self.mode, self.base, self.active = mode, base, active
        if is_other_room and self._pose is not None:
            self._take_pose(self.fitted(self._pose))
        self.update()

    def show_ground(self, name: str) -> None:
        self._ground = name
        self.update()

    def forget(self) -> None:
        """Let go of all pixels."""
        pictures: list[object] = [*self._levels, self._apart]
        self._levels, self._apart = [() for _ in self._sizes], ()
        let_go(pictures)

    def move_split(self, share: float) -> None:
        """Put the line of the wipe elsewhere, 0 to 1 of the width."""
        self.split = min(1.0, max(0.0, share))
        self.update()

    def tile_rects(self) -> list[QRect]:
        """Where each picture lies side by side, in device pixels."""
        ratios = [wide / high for wide, high in self._sizes]
        return tiles(self.device_room(), ratios or [1.0])

    def _room(self) -> Lengths:
        if self.mode is CompareMode.SIDE:
            tile = self.tile_rects()[0]
            return tile.width(), tile.height()
        return self.device_room()

    # As a surface

    def fitted(self, pose: Pose) -> Pose:
        room = self._room()
        return in_frame(pose, frame_of(self._sizes, room), room) if self._sizes else pose

    def place_of(self, point: QPointF) -> tuple[float, float]:
        x, y = super().place_of(point)
        if self.mode is CompareMode.SIDE and (number := self._tile_at(point)) >= 0:
            tile = self.tile_rects()[number]
            return x - tile.x(), y - tile.y()
        return x, y

    def paint_pictures(self, painter: QPainter, area: QRectF) -> None:
        if self._pose is None or not self._levels:
            return
        wide, high = self.device_room()
        whole, dirty = QRect(0, 0, wide, high), area.toAlignedRect()
        match self.mode:
            case CompareMode.SIDE:
                for number, tile in enumerate(self.tile_rects()):
                    self._paint_one(painter, number, tile, dirty, 0, tile.width())
            case CompareMode.FLIP:
                self._paint_one(painter, self.active, whole, dirty, 0, wide)
            case CompareMode.WIPE:
                line = round(self.split * wide)
                self._paint_one(painter, self.base, whole, dirty, 0, line)
                self._paint_one(painter, self.active, whole, dirty, line, wide)
            case CompareMode.DIFFERENCE:
                painter.fillRect(dirty, QColor("#000000"))
                pose = pose_in_frame(self._pose, self._apart_frame)
                rough = self._is_rough
                paint_picture(painter, pose, self._apart, QRectF(dirty), rough=rough)

    def _paint_one(
        self, painter: QPainter, number: int, tile: QRect, dirty: QRect, left: int, right: int
    ) -> None:
        """Picture `number` in its tile, between two columns of it."""
        seen = QRect(tile.x() + left, tile.y(), right - left, tile.height()).intersected(dirty)
        if seen.isEmpty() or self._pose is None:
            return
        painter.save()
        painter.setClipRect(seen)
        painter.translate(tile.topLeft())
        pose = pose_in_frame(self._pose, self._sizes[number])
        area = QRectF(seen.translated(-tile.topLeft()))
        paint_picture(painter, pose, self._levels[number], area, rough=self._is_rough)
        painter.restore()

    def paint_marks(self, painter: QPainter) -> None:
        """The line of the wipe, the numbers of the pictures, and the ring of the active one."""
        colors, ratio = current_colors(), self.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        match self.mode:
            case CompareMode.SIDE:
                for number, tile in enumerate(self.tile_rects()):
                    box = QRectF(tile.x(), tile.y(), tile.width(), tile.height())
                    box = QRectF(box.topLeft() / ratio, box.size() / ratio)
                    if number == self.active:
                        painter.setPen(QPen(QColor(colors.accent), 2))
                        painter.drawRect(box.adjusted(1, 1, -1, -1))
                    self._paint_badge(painter, number, box.topLeft())
            case CompareMode.FLIP:
                self._paint_badge(painter, self.active, QPointF(0, 0))
            case CompareMode.WIPE:
                self._paint_line(painter)
                self._paint_badge(painter, self.base, QPointF(0, 0))
                right = self.width() - BADGE - 2 * SPACE.s
                self._paint_badge(painter, self.active, QPointF(right, 0))
            case CompareMode.DIFFERENCE:
                self._paint_badge(painter, self.base, QPointF(0, 0))
                self._paint_badge(painter, self.active, QPointF(BADGE + SPACE.xs, 0))

    def _paint_badge(self, painter: QPainter, number: int, corner: QPointF) -> None:
        colors = current_colors()
        box = QRectF(corner.x() + SPACE.s, corner.y() + SPACE.s, BADGE, BADGE)
        paint_scrim(painter, box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        font = self.font()
        font.setPixelSize(TYPE.small)
        painter.setFont(font)
        painter.setPen(QColor(colors.on_scrim))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number + 1))

    def _paint_line(self, painter: QPainter) -> None:
        at = self.split * self.width()
        middle = QPointF(at, self.height() / 2)
        for color, width in (("#161616", 3.0), ("#FFFFFF", 1.0)):  # seen on every picture
            painter.setPen(QPen(QColor(color), width))
            painter.drawLine(QPointF(at, 0), QPointF(at, self.height()))
        painter.setPen(QPen(QColor("#161616"), 1))
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawEllipse(middle, 9, 9)
        painter.setPen(QPen(QColor("#161616"), 1.5))
        for side in (-1, 1):
            tip = QPointF(at + side * 5.5, middle.y())
            painter.drawLine(tip, QPointF(at + side * 2.5, middle.y() - 3))
            painter.drawLine(tip, QPointF(at + side * 2.5, middle.y() + 3))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    # The hand

    def _tile_at(self, point: QPointF) -> int:
        x, y = super().place_of(point)
        where = QPoint(int(x), int(y))
        return next((n for n, t in enumerate(self.tile_rects()) if t.contains(where)), -1)

    def _near_line(self, x: float) -> bool:
        return self.mode is CompareMode.WIPE and abs(x - self.split * self.width()) <= GRIP

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self._pose is None:
            return
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        free = self.mode is CompareMode.WIPE and not self._pose.overflows
        self._wipes = not control and (free or self._near_line(event.position().x()))
        if self._wipes:
            self._wipe_to(event.position().x())
        elif self.mode is CompareMode.SIDE and (number := self._tile_at(event.position())) >= 0:
            self.active_picked.emit(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._wipes:
            self._wipe_to(event.position().x())
            return
        if not self.is_dragged and self._pose is not None:
            line = self._near_line(event.position().x())
            self.setCursor(Qt.CursorShape.SplitHCursor if line else hand(self._pose, False))
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._wipes = False
        super().mouseReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._wipes = False
        super().leaveEvent(event)

    def _wipe_to(self, x: float) -> None:
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.move_split(x / max(1, self.width()))
