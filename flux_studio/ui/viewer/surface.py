"""A surface that pictures are looked at on: the hand zooms and moves what lies there, and it is
painted quickly while it moves and smoothly when it rests. Shared by viewer and compare.

What lies there is painted from images in memory; on Qt's raster screen that costs the same as from
pixmaps, without the 40 ms that making a pixmap of 4096 × 4096 takes.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QWidget

from flux_studio.ui.viewer import zooming
from flux_studio.ui.viewer.painting import device_point, device_rect, ground_brush, hand
from flux_studio.ui.viewer.zooming import Pose

REST = 140  # ms after which a picture that was moved is painted smoothly again
STRIP = 500_000  # device pixels painted smoothly at once; more comes strip by strip
NOTCH = 120  # Qt's units of one notch of a wheel
_HOLDING = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)


class Surface(QWidget):
    """Signals: `pose_changed(Pose)`; `drag_wanted()` when what fits is dragged, or anything with
    Ctrl held; `pointer_moved()`. Who paints on it overrides `paint_pictures`.
    """

    pose_changed = Signal(object)
    drag_wanted = Signal()
    pointer_moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pose: Pose | None = None
        self._ground = ""
        self._held: QPointF | None = None
        self._pressed_at = QPoint()
        self.was_panned = False  # by dragging, since somebody set this back
        self._is_rough = False
        self._next_strip = 0
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._on_rest_timeout)
        self._strips = QTimer(self, singleShot=True, interval=0)
        self._strips.timeout.connect(self._on_strips_timeout)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.grabGesture(Qt.GestureType.PinchGesture)

    @property
    def pose(self) -> Pose | None:
        """How what is shown lies in its room; None while there is nothing."""
        return self._pose

    @property
    def is_dragged(self) -> bool:
        return self._held is not None

    def device_room(self) -> tuple[int, int]:
        """Width and height of the whole surface in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    def set_pose(self, pose: Pose) -> None:
        """Show it so; it is painted quickly now and smoothly when the hand rests."""
        self._is_rough = pose != self._pose
        self._strips.stop()
        self._rest.start()
        self._take_pose(pose)

    # What a surface may do in its own way

    def paint_pictures(self, painter: QPainter, area: QRectF) -> None:
        """Paint what lies in `area`; the painter counts device pixels."""
        raise NotImplementedError

    def paint_marks(self, painter: QPainter) -> None:
        """Paint what lies over the pictures; the painter counts px."""

    def fitted(self, pose: Pose) -> Pose:
        """The pose for the room as it is now."""
        return zooming.with_room(pose, self.device_room())

    def place_of(self, point: QPointF) -> tuple[float, float]:
        """A point of the surface as device pixels of the room that pictures lie in."""
        return device_point(point, self.devicePixelRatioF())

    def strip_pixels(self) -> int:
        """Device pixels that are painted smoothly at once."""
        return STRIP

    def pans(self, event: QMouseEvent) -> bool:
        """Whether dragging moves the picture; else it is carried out."""
        carries = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return self._pose is not None and self._pose.overflows and not carries

    def _take_pose(self, pose: Pose) -> None:
        self._pose = pose
        if self._held is None:
            self.setCursor(hand(pose, False))
        self.update()
        self.pose_changed.emit(pose)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), ground_brush(self._ground))
        if self._pose is not None:
            ratio = self.devicePixelRatioF()
            painter.scale(1 / ratio, 1 / ratio)  # device pixels from here on
            self.paint_pictures(painter, device_rect(QRectF(event.rect()), ratio))
            painter.scale(ratio, ratio)
            self.paint_marks(painter)
        painter.end()

    @Slot()
    def _on_rest_timeout(self) -> None:
        """The hand rests: the same again smoothly, a large screen strip by strip."""
        if self._is_rough:
            self._is_rough = False
            self._next_strip = 0
            self._on_strips_timeout()

    @Slot()
    def _on_strips_timeout(self) -> None:
        wide, _ = self.device_room()
        step = max(16, round(self.strip_pixels() / wide / self.devicePixelRatioF()))
        self.update(QRect(0, self._next_strip, self.width(), step))
        self._next_strip += step
        if self._next_strip < self.height():
            self._strips.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._pose is not None:
            self._take_pose(self.fitted(self._pose))

    # The hand

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._pinch(1 + event.value(), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._pinch(pinch.scaleFactor(), self.mapFromGlobal(pinch.centerPoint()))
                event.accept(pinch)
                return True
        return super().event(event)

    def _pinch(self, factor: float, at: QPointF) -> None:
        """Two fingers: the point between them stays where it is."""
        if self._pose is not None and factor > 0:
            scale = self._pose.scale * factor
            self.set_pose(zooming.zoomed(self._pose, scale, self.place_of(at)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if self._pose is not None and turned:
            at = self.place_of(event.position())
            self.set_pose(zooming.stepped(self._pose, turned / NOTCH, at))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in _HOLDING:
            super().mousePressEvent(event)
            return
        self._held = event.position()
        self._pressed_at = event.position().toPoint()
        self.setCursor(hand(self._pose, True))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer_moved.emit()
        if self._held is None or self._pose is None:
            return
        if self.pans(event):
            ratio = self.devicePixelRatioF()
            step = event.position() - self._held
            self._held, self.was_panned = event.position(), True
            self.set_pose(zooming.moved(self._pose, step.x() * ratio, step.y() * ratio))
            return
        away = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if away >= QApplication.startDragDistance():
            self._held = None
            self.drag_wanted.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        if self._pose is not None:
            self._take_pose(self._pose)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._pose is not None and event.button() == Qt.MouseButton.LeftButton:
            self.set_pose(zooming.toggled(self._pose, self.place_of(event.position())))

    def leaveEvent(self, event: QEvent) -> None:
        self._held = None
        super().leaveEvent(event)
