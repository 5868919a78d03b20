"""The surface on which pictures are compared: one pose for all of them, painted in four ways."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from flux_studio.ui.compare.geometry import frame_of, pose_in_frame, tiles
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SPACE, TYPE
from flux_studio.ui.viewer import zooming
from flux_studio.ui.viewer.canvas import NOTCH, REST, STRIP
from flux_studio.ui.viewer.letting_go import let_go
from flux_studio.ui.viewer.levels import Levels
from flux_studio.ui.viewer.painting import device_point, ground_brush, hand, paint_picture
from flux_studio.ui.viewer.zooming import Mode, Pose

GRIP = 10  # px on both sides of the line that can be taken hold of
BADGE = 20  # px, of a picture's number


class CompareMode(StrEnum):
    """How pictures are compared."""

    WIPE = "wipe"
    SIDE = "side"
    FLIP = "flip"
    DIFFERENCE = "difference"


class CompareCanvas(QWidget):
    """Signals: `pose_changed(Pose)`, `active_picked(int)` when a picture was pressed."""

    pose_changed = Signal(object)
    active_picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode = CompareMode.WIPE
        self.base, self.active, self.split = 0, 1, 0.5
        self._sizes: list[tuple[int, int]] = []
        self._levels: list[Levels] = []
        self._apart: Levels = ()
        self._ground = ""
        self._pose: Pose | None = None
        self._is_rough = False
        self._held: QPointF | None = None
        self._wipes = False
        self._next_strip = 0
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._on_rest_timeout)
        self._strips = QTimer(self, singleShot=True, interval=0)
        self._strips.timeout.connect(self._on_strips_timeout)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    @property
    def pose(self) -> Pose | None:
        """How the common frame lies in a tile."""
        return self._pose

    def show_sizes(self, sizes: Sequence[tuple[int, int]]) -> None:
        """Other pictures, of these sizes in px; nothing of them is there yet."""
        self._sizes, self._levels = list(sizes), [() for _ in sizes]
        self._apart, self.split = (), 0.5
        self._pose = None
        self._place(Mode.FIT)

    def show_levels(self, number: int, levels: Levels) -> None:
        """What has come of picture `number`, from 0."""
        self._levels[number] = levels
        self.update()

    def levels(self, number: int) -> Levels:
        return self._levels[number]

    def show_difference(self, levels: Levels) -> None:
        self._apart = levels
        self.update()

    def show_chosen(self, mode: CompareMode, base: int, active: int) -> None:
        """The way of comparing and the two pictures it is about."""
        is_other_room = (mode is CompareMode.SIDE) != (self.mode is CompareMode.SIDE)
        self.mode, self.base, self.active = mode, base, active
        if is_other_room and self._pose is not None:
            self._set_pose(zooming.with_room(self._pose, self._room()))
        self.update()

    def show_ground(self, name: str) -> None:
        self._ground = name
        self.update()

    def forget(self) -> None:
        """Let go of all pixels."""
        pictures: list[object] = [*self._levels, self._apart]
        self._levels, self._apart = [() for _ in self._sizes], ()
        let_go(pictures)

    def set_pose(self, pose: Pose) -> None:
        """Show the pictures so; quickly now, smoothly when the hand rests."""
        self._is_rough = pose != self._pose
        self._strips.stop()
        self._rest.start()
        self._set_pose(pose)

    def move_split(self, share: float) -> None:
        """Put the line of the wipe elsewhere, 0 to 1 of the width."""
        self.split = min(1.0, max(0.0, share))
        self.update()

    def tile_rects(self) -> list[QRect]:
        """Where each picture lies side by side, in device pixels."""
        ratio = self._sizes[0][0] / self._sizes[0][1] if self._sizes else 1.0
        return tiles(self._device_room(), max(1, len(self._sizes)), ratio)

    def _device_room(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    def _room(self) -> tuple[int, int]:
        if self.mode is CompareMode.SIDE:
            tile = self.tile_rects()[0]
            return tile.width(), tile.height()
        return self._device_room()

    def _place(self, mode: Mode) -> None:
        if self._sizes:
            self._set_pose(zooming.posed(frame_of(self._sizes), self._room(), mode))

    def _set_pose(self, pose: Pose) -> None:
        self._pose = pose
        if self._held is None:
            self.setCursor(hand(pose, False))
        self.update()
        self.pose_changed.emit(pose)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), ground_brush(self._ground))
        if self._pose is None or not self._levels:
            painter.end()
            return
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)  # device pixels from here on
        wide, high = self._device_room()
        whole = QRect(0, 0, wide, high)
        dirty = QRect(
            int(event.rect().x() * ratio),
            int(event.rect().y() * ratio),
            round(event.rect().width() * ratio) + 1,
            round(event.rect().height() * ratio) + 1,
        )
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
                paint_picture(painter, self._pose, self._apart, QRectF(dirty), rough=self._is_rough)
        painter.scale(ratio, ratio)
        self._paint_marks(painter)
        painter.end()

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

    def _paint_marks(self, painter: QPainter) -> None:
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
        scrim = QColor(colors.scrim)
        scrim.setAlphaF(colors.scrim_alpha)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(scrim)
        painter.drawRoundedRect(box, 4, 4)
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

    @Slot()
    def _on_rest_timeout(self) -> None:
        if self._is_rough:
            self._is_rough = False
            self._next_strip = 0
            self._on_strips_timeout()

    @Slot()
    def _on_strips_timeout(self) -> None:
        """A large screen is painted smoothly strip by strip."""
        wide, _ = self._device_room()
        step = max(16, round(STRIP / wide / self.devicePixelRatioF()))
        self.update(QRect(0, self._next_strip, self.width(), step))
        self._next_strip += step
        if self._next_strip < self.height():
            self._strips.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._pose is not None:
            self._set_pose(zooming.with_room(self._pose, self._room()))

    # The hand

    def _tile_at(self, point: QPointF) -> int:
        ratio = self.devicePixelRatioF()
        where = QPoint(int(point.x() * ratio), int(point.y() * ratio))
        return next((n for n, t in enumerate(self.tile_rects()) if t.contains(where)), -1)

    def _in_tile(self, point: QPointF) -> tuple[float, float]:
        """A point as device pixels of the tile it is in."""
        ratio = self.devicePixelRatioF()
        if self.mode is CompareMode.SIDE and (number := self._tile_at(point)) >= 0:
            tile = self.tile_rects()[number]
            return point.x() * ratio - tile.x(), point.y() * ratio - tile.y()
        return device_point(point, ratio)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if self._pose is not None and turned:
            at = self._in_tile(event.position())
            self.set_pose(zooming.stepped(self._pose, turned / NOTCH, at))
        event.accept()

    def _near_line(self, x: float) -> bool:
        return self.mode is CompareMode.WIPE and abs(x - self.split * self.width()) <= GRIP

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pose is None:
            super().mousePressEvent(event)
            return
        self._held = event.position()
        moves = self._pose.overflows
        self._wipes = self._near_line(event.position().x()) or (
            self.mode is CompareMode.WIPE and not moves
        )
        if self._wipes:
            self.move_split(event.position().x() / max(1, self.width()))
        elif self.mode is CompareMode.SIDE and (number := self._tile_at(event.position())) >= 0:
            self.active_picked.emit(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None or self._pose is None:
            line = self._near_line(event.position().x())
            self.setCursor(Qt.CursorShape.SplitHCursor if line else hand(self._pose, False))
            return
        if self._wipes:
            self.move_split(event.position().x() / max(1, self.width()))
        elif self._pose.overflows:
            ratio = self.devicePixelRatioF()
            step = event.position() - self._held
            self._held = event.position()
            self.set_pose(zooming.moved(self._pose, step.x() * ratio, step.y() * ratio))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held, self._wipes = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._pose is not None and event.button() == Qt.MouseButton.LeftButton:
            self.set_pose(zooming.toggled(self._pose, self._in_tile(event.position())))
