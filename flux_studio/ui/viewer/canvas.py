"""The surface a picture is looked at on: paints it at any scale and turns the hand into zooming.

The picture is painted from images in memory; on Qt's raster screen that costs the same as from
pixmaps, without the 40 ms that making a pixmap of 4096 × 4096 takes.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from flux_studio.ui.style import current_colors
from flux_studio.ui.viewer import zooming
from flux_studio.ui.viewer.levels import Levels, level_for
from flux_studio.ui.viewer.zooming import Mode, Pose

GROUNDS = ("", "#000000", "#777777", "#FFFFFF")  # '' is the window's own; each is without a tint
REST = 140  # ms after which a picture that was moved is painted smoothly again
PIXELS = 3.0  # from this scale on single pixels are shown as squares
STRIP = 500_000  # device pixels painted smoothly at once; more comes strip by strip
NOTCH = 120  # Qt's units of one notch of a wheel


class Canvas(QWidget):
    """Signals: `pose_changed(Pose)`, `drag_wanted()` when a picture that fits is dragged,
    `pointer_moved()`.
    """

    pose_changed = Signal(object)
    drag_wanted = Signal()
    pointer_moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels: Levels = ()
        self._pose: Pose | None = None
        self._ground = 0
        self._held: QPointF | None = None
        self._pressed_at = QPoint()
        self._is_rough = False
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
        return self._pose

    def device_room(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        ratio = self.devicePixelRatioF()
        return round(self.width() * ratio), round(self.height() * ratio)

    def show_size(self, width: int, height: int) -> None:
        """A new picture of this size in px, nothing of it there yet; fit and fill stay chosen."""
        mode = self._pose.mode if self._pose is not None else Mode.FIT
        mode = Mode.FIT if mode is Mode.FREE else mode
        self._levels = ()
        self._set_pose(zooming.posed((width, height), self.device_room(), mode))

    def show_levels(self, levels: Levels) -> None:
        """What has come of the picture so far."""
        self._levels = levels
        self._is_rough = False
        self.update()

    def set_pose(self, pose: Pose) -> None:
        """Show the picture so; it is painted quickly now and smoothly when the hand rests."""
        self._is_rough = pose != self._pose
        self._strips.stop()
        self._rest.start()
        self._set_pose(pose)

    def next_ground(self) -> None:
        """Another neutral background: the window's, black, mid grey, white."""
        self._ground = (self._ground + 1) % len(GROUNDS)
        self.update()

    def ground_color(self) -> str:
        return GROUNDS[self._ground] or current_colors().ground

    def _set_pose(self, pose: Pose) -> None:
        self._pose = pose
        movable = Qt.CursorShape.OpenHandCursor if pose.overflows else Qt.CursorShape.ArrowCursor
        if self._held is None:
            self.setCursor(movable)
        self.update()
        self.pose_changed.emit(pose)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self.ground_color()))
        if self._pose is not None and self._levels:
            ratio = self.devicePixelRatioF()
            painter.scale(1 / ratio, 1 / ratio)  # device pixels from here on
            area = QRectF(event.rect())
            self._paint_picture(
                painter,
                QRectF(
                    area.x() * ratio, area.y() * ratio, area.width() * ratio, area.height() * ratio
                ),
            )
        painter.end()

    def _paint_picture(self, painter: QPainter, area: QRectF) -> None:
        pose = self._pose
        assert pose is not None
        wide, high = pose.picture[0] * pose.scale, pose.picture[1] * pose.scale
        target = QRectF(round(pose.left), round(pose.top), round(wide), round(high))
        seen = target.intersected(area)
        if seen.isEmpty():
            return
        level = level_for(self._levels, target.width())
        across, down = level.width() / target.width(), level.height() / target.height()
        source = QRectF(
            (seen.x() - target.x()) * across,
            (seen.y() - target.y()) * down,
            seen.width() * across,
            seen.height() * down,
        )
        as_squares = pose.scale >= PIXELS and level.width() == pose.picture[0]
        is_smooth = across != 1.0 and not as_squares and not self._is_rough
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        painter.drawImage(seen, level, source)

    @Slot()
    def _on_rest_timeout(self) -> None:
        """The hand rests: the same again smoothly, a large screen strip by strip."""
        if self._is_rough:
            self._is_rough = False
            self._next_strip = 0
            self._on_strips_timeout()

    @Slot()
    def _on_strips_timeout(self) -> None:
        wide, high = self.device_room()
        step = max(16, round(STRIP / max(1, wide) / self.devicePixelRatioF()))
        self.update(QRect(0, self._next_strip, self.width(), step))
        self._next_strip += step
        if self._next_strip < self.height():
            self._strips.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._pose is not None:
            self._set_pose(zooming.with_room(self._pose, self.device_room()))

    # The hand

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if self._pose is not None and turned:
            at = self._device(event.position())
            self.set_pose(zooming.stepped(self._pose, turned / NOTCH, at))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._held = event.position()
        self._pressed_at = event.position().toPoint()
        if self._pose is not None and self._pose.overflows:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer_moved.emit()
        if self._held is None or self._pose is None:
            return
        if self._pose.overflows:
            ratio = self.devicePixelRatioF()
            step = event.position() - self._held
            self._held = event.position()
            self.set_pose(zooming.moved(self._pose, step.x() * ratio, step.y() * ratio))
            return
        away = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if away >= QApplication.startDragDistance():
            self._held = None
            self.drag_wanted.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        if self._pose is not None:
            self._set_pose(self._pose)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._pose is not None and event.button() == Qt.MouseButton.LeftButton:
            self.set_pose(zooming.toggled(self._pose, self._device(event.position())))

    def leaveEvent(self, event: QEvent) -> None:
        self._held = None
        super().leaveEvent(event)

    def _device(self, point: QPointF) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        return point.x() * ratio, point.y() * ratio
