"""The surface a picture is looked at on: paints it at any scale and turns the hand into zooming.

The picture is painted from images in memory; on Qt's raster screen that costs the same as from
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
from flux_studio.ui.viewer.levels import Levels
from flux_studio.ui.viewer.painting import (
    GROUNDS,
    device_point,
    device_rect,
    ground_brush,
    hand,
    paint_picture,
)
from flux_studio.ui.viewer.zooming import Mode, Pose

REST = 140  # ms after which a picture that was moved is painted smoothly again
STRIP = 500_000  # device pixels painted smoothly at once; more comes strip by strip
TURNED_STRIP = 200_000  # a quarter turn costs more
NOTCH = 120  # Qt's units of one notch of a wheel


class Canvas(QWidget):
    """Signals: `pose_changed(Pose)`, `drag_wanted()` when a picture that fits is dragged, or any
    with Ctrl held; `pointer_moved()`, `ground_changed(str)`, the name of the background.
    """

    pose_changed = Signal(object)
    drag_wanted = Signal()
    pointer_moved = Signal()
    ground_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels: Levels = ()
        self._pose: Pose | None = None
        self._turns = 0
        self._ground = ""
        self._held: QPointF | None = None
        self._pressed_at = QPoint()
        self._always_pans = False
        self.was_panned = False  # since the hand was held
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
        return self._pose

    @property
    def turns(self) -> int:
        """Quarter turns clockwise that the picture is seen with, 0 to 3."""
        return self._turns

    @property
    def ground(self) -> str:
        return self._ground

    def device_room(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        ratio = self.devicePixelRatioF()
        return round(self.width() * ratio), round(self.height() * ratio)

    def show_size(self, width: int, height: int) -> None:
        """A new picture of this size in px, nothing of it there yet; fit and fill stay chosen."""
        mode = self._pose.mode if self._pose is not None else Mode.FIT
        mode = Mode.FIT if mode is Mode.FREE else mode
        self._levels, self._turns = (), 0
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

    def turn(self, quarters: int) -> None:
        """See the picture turned, clockwise when positive; the file stays as it is."""
        self._turns = (self._turns + quarters) % 4
        if self._pose is not None:
            self._set_pose(zooming.turned(self._pose, quarters))

    def show_ground(self, name: str) -> None:
        """One of the neutral backgrounds; an unknown name is the window's own."""
        name = name if name in GROUNDS else ""
        if name != self._ground:
            self._ground = name
            self.update()
            self.ground_changed.emit(name)

    def next_ground(self) -> None:
        """The next of the neutral backgrounds."""
        self.show_ground(GROUNDS[(GROUNDS.index(self._ground) + 1) % len(GROUNDS)])

    def hold_hand(self, on: bool) -> None:
        """While on, dragging moves the picture and never carries it out."""
        self._always_pans = on
        if on:
            self.was_panned = False
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.setCursor(hand(self._pose, False))

    @property
    def is_dragged(self) -> bool:
        return self._held is not None

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
        if self._pose is not None and self._levels:
            ratio = self.devicePixelRatioF()
            painter.scale(1 / ratio, 1 / ratio)  # device pixels from here on
            area = device_rect(QRectF(event.rect()), ratio)
            rough, turns = self._is_rough, self._turns
            paint_picture(painter, self._pose, self._levels, area, rough=rough, turns=turns)
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
        wide, high = self.device_room()
        pixels = TURNED_STRIP if self._turns % 2 else STRIP
        step = max(16, round(pixels / max(1, wide) / self.devicePixelRatioF()))
        self.update(QRect(0, self._next_strip, self.width(), step))
        self._next_strip += step
        if self._next_strip < self.height():
            self._strips.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._pose is not None:
            self._set_pose(zooming.with_room(self._pose, self.device_room()))

    # The hand

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._pinch(1 + event.value(), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                centre = self.mapFromGlobal(pinch.centerPoint())
                self._pinch(pinch.scaleFactor(), centre)
                event.accept(pinch)
                return True
        return super().event(event)

    def _pinch(self, factor: float, at: QPointF) -> None:
        """Two fingers: the point between them stays where it is."""
        if self._pose is not None and factor > 0:
            where = device_point(at, self.devicePixelRatioF())
            self.set_pose(zooming.zoomed(self._pose, self._pose.scale * factor, where))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if self._pose is not None and turned:
            at = device_point(event.position(), self.devicePixelRatioF())
            self.set_pose(zooming.stepped(self._pose, turned / NOTCH, at))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            super().mousePressEvent(event)
            return
        self._held = event.position()
        self._pressed_at = event.position().toPoint()
        self.setCursor(hand(self._pose, True))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer_moved.emit()
        if self._held is None or self._pose is None:
            return
        carries = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if self._always_pans or (self._pose.overflows and not carries):
            ratio = self.devicePixelRatioF()
            step = event.position() - self._held
            self._held = event.position()
            self.was_panned = True
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
            at = device_point(event.position(), self.devicePixelRatioF())
            self.set_pose(zooming.toggled(self._pose, at))

    def leaveEvent(self, event: QEvent) -> None:
        self._held = None
        super().leaveEvent(event)
