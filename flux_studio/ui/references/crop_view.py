"""A picture with the part of it that is sent: the rest is dimmed, edges and corners can be pulled.

Boxes are in px of the upright picture; what is seen may be turned, and then the box turns along.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from flux_studio.core.crop import Box, fitted, moved, pulled, turned, turned_size, whole
from flux_studio.core.size import Size
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE
from flux_studio.ui.widgets.tooltip import tooltip

MARGIN = 10  # px around the picture, for its handles
_NEAR = 12  # px from an edge that still pull it
_HANDLE = 9  # px square
_FAR_STEP = 0.05  # of a side, with Shift
_DIM = 0.62  # how dark the rest is
_CURSORS = {
    (0, 0): Qt.CursorShape.SizeAllCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
}
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CropView(QWidget):
    """Arrows move the part, Ctrl with arrows pulls its right and lower edge, Shift makes far steps.

    Signal: `box_changed(Box)`, in px of the upright picture, by the person's doing.
    """

    box_changed = Signal(object)

    def __init__(self, picture: Size, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture, self._turns = picture, 0
        self._box = whole(picture)
        self._ratio: float | None = None
        self._image: QImage | None = None
        self._held: tuple[int, int, QPointF, Box] | None = None
        self.setMinimumSize(280, 240)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Part that is sent"))
        self.setToolTip(
            tooltip(
                self.tr(
                    "Drag inside to move, at an edge or corner to resize, outside to begin anew. "
                    "Arrows move, Ctrl+arrows resize, Shift makes far steps."
                )
            )
        )

    def sizeHint(self) -> QSize:
        return QSize(560, 460)

    def show_image(self, image: QImage) -> None:
        """The whole picture, upright, in any size."""
        self._image = image
        self.update()

    def show_box(self, box: Box, turns: int) -> None:
        """Show a part, and the picture turned by so many quarters, clockwise."""
        if (box, turns) != (self._box, self._turns):
            self._box, self._turns = box, turns
            words = self.tr("{width} × {height} px at {left}, {top}").format(
                width=box.width, height=box.height, left=box.left, top=box.top
            )
            self.setAccessibleDescription(words)
            self.update()

    def show_ratio(self, ratio: float | None) -> None:
        """Keep width / height as it is seen, None for any."""
        self._ratio = ratio

    def box(self) -> Box:
        return self._box

    def face(self) -> QRectF:
        """Where the picture is drawn, px."""
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        seen = self._seen_picture()
        scale = min(room.width() / seen.width, room.height() / seen.height)
        face = QRectF(0, 0, seen.width * scale, seen.height * scale)
        face.moveCenter(room.center())
        return face

    def frame(self) -> QRectF:
        """Where the part is drawn, px."""
        face, box = self.face(), self._seen()
        scale = face.width() / self._seen_picture().width
        return QRectF(
            face.x() + box.left * scale,
            face.y() + box.top * scale,
            box.width * scale,
            box.height * scale,
        )

    # By keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = _ARROWS.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
            return
        held, seen = event.modifiers(), self._seen_picture()
        far = bool(held & Qt.KeyboardModifier.ShiftModifier)
        right = way[0] * (max(1, round(seen.width * _FAR_STEP)) if far else 1)
        down = way[1] * (max(1, round(seen.height * _FAR_STEP)) if far else 1)
        if held & Qt.KeyboardModifier.ControlModifier:
            edges = abs(way[0]), abs(way[1])
            self._take(pulled(self._seen(), *edges, right, down, seen, self._ratio))
        else:
            self._take(moved(self._seen(), right, down, seen))

    # By pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position()
        edges = self._edges_at(at)
        if edges is None:
            self._held = (1, 1, at, self._new_box(at))
        else:
            self._held = (*edges, at, self._seen())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            across, along = self._edges_at(event.position()) or (None, None)
            self._show_cursor(across, along)
            return
        across, along, start, box = self._held
        scale = self._seen_picture().width / self.face().width()
        way = (event.position() - start) * scale
        right, down, seen = round(way.x()), round(way.y()), self._seen_picture()
        if (across, along) == (0, 0):
            self._take(moved(box, right, down, seen))
        else:
            self._take(pulled(box, across, along, right, down, seen, self._ratio))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        seen = self._seen_picture()
        self._take(fitted(seen, self._ratio, self._seen()))

    def _edges_at(self, at: QPointF) -> tuple[int, int] | None:
        """The edges under the pointer as -1, 0, 1; (0, 0) inside, None outside."""
        frame = self.frame()
        if not frame.adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR).contains(at):
            return None
        # A small part can still be moved: its middle third is no edge.
        near_x, near_y = min(_NEAR, frame.width() / 3), min(_NEAR, frame.height() / 3)
        across = -1 if at.x() < frame.left() + near_x else int(at.x() > frame.right() - near_x)
        along = -1 if at.y() < frame.top() + near_y else int(at.y() > frame.bottom() - near_y)
        return across, along

    def _new_box(self, at: QPointF) -> Box:
        face, seen = self.face(), self._seen_picture()
        scale = seen.width / face.width()
        left, top = round((at.x() - face.x()) * scale), round((at.y() - face.y()) * scale)
        left, top = min(max(0, left), seen.width - 1), min(max(0, top), seen.height - 1)
        return Box(left, top, 1, 1)

    def _show_cursor(self, across: int | None, along: int | None) -> None:
        if across is None or along is None:
            self.setCursor(Qt.CursorShape.CrossCursor)
            return
        same = across * along
        key = (abs(across), abs(along)) if same >= 0 else (1, -1)
        self.setCursor(_CURSORS[key])

    def _take(self, seen: Box) -> None:
        box = turned(seen, self._seen_picture(), 4 - self._turns % 4)
        if box != self._box:
            self.show_box(box, self._turns)
            self.box_changed.emit(box)

    def _seen(self) -> Box:
        return turned(self._box, self._picture, self._turns)

    def _seen_picture(self) -> Size:
        return turned_size(self._picture, self._turns)

    # The look

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        face, frame = self.face(), self.frame()
        painter.fillRect(face, QColor(colors.raised))
        if self._image is not None:
            self._paint_image(painter, face)
            rest = QPainterPath()
            rest.addRect(face)
            rest.addRect(frame)  # odd-even: the part is a hole
            dim = QColor(colors.scrim)
            dim.setAlphaF(_DIM)
            painter.fillPath(rest, dim)
        if self._held is not None:
            self._paint_thirds(painter, frame)
        self._paint_frame(painter, frame)

    def _paint_image(self, painter: QPainter, face: QRectF) -> None:
        assert self._image is not None
        painter.save()
        painter.translate(face.center())
        painter.setTransform(QTransform().rotate(90 * (self._turns % 4)), True)
        sides = (face.height(), face.width()) if self._turns % 2 else (face.width(), face.height())
        painter.drawImage(QRectF(-sides[0] / 2, -sides[1] / 2, *sides), self._image)
        painter.restore()

    def _paint_thirds(self, painter: QPainter, frame: QRectF) -> None:
        line = QColor("#FFFFFF")
        line.setAlphaF(0.35)
        painter.setPen(QPen(line, 1))
        for third in (1, 2):
            x = frame.x() + frame.width() * third / 3
            y = frame.y() + frame.height() * third / 3
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))

    def _paint_frame(self, painter: QPainter, frame: QRectF) -> None:
        colors = current_colors()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # Dark and light together: one of them is seen on any picture.
        painter.setPen(QPen(QColor(colors.scrim), 3))
        painter.drawRect(frame)
        painter.setPen(QPen(QColor(colors.focus if self.hasFocus() else "#FFFFFF"), 1.5))
        painter.drawRect(frame)
        painter.setPen(QPen(QColor(colors.scrim), SHAPE.stroke))
        painter.setBrush(QColor(colors.focus if self.hasFocus() else "#FFFFFF"))
        middle = frame.center()
        for x in (frame.left(), middle.x(), frame.right()):
            for y in (frame.top(), middle.y(), frame.bottom()):
                if (x, y) != (middle.x(), middle.y()):
                    box = QRectF(0, 0, _HANDLE, _HANDLE)
                    box.moveCenter(QPointF(x, y))
                    painter.drawRoundedRect(box, 2, 2)
