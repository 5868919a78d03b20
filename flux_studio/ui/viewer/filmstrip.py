"""The pictures beside the one in view, small and in a row; painted, so that a hundred thousand cost
no more than a dozen.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from flux_studio.session.background import Background
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.wall.small_jpeg import image_of_jpeg

CELL = 56  # px, square
GAP = SPACE.s
HEIGHT = CELL + 2 * SPACE.s
THUMBNAIL = 256  # px, the smaller one that is kept for every picture
MOST_IMAGES = 400  # in memory; at 2 device pixels per px 20 MB
NOTCH = 120


class Filmstrip(QWidget):
    """Signal: `picked(int)`, the place of a picture in the row. The picture in view stays in the
    middle while there are enough at both sides.
    """

    picked = Signal(int)

    def __init__(self, library: LibraryDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._background = Background("filmstrip", threads=1, newest_first=True)
        self._images: OrderedDict[str, QImage | None] = OrderedDict()
        self._asked: set[str] = set()
        self._order: Sequence[str] = ()
        self._at = -1
        self._left = 0.0  # px of the row that are scrolled out
        self._hover = -1
        self.setAccessibleName(self.tr("Filmstrip"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.destroyed.connect(self._background.close)

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT)

    def forget(self) -> None:
        """Let go of its pictures; they are read again when it is next in view."""
        self._images.clear()

    def close_workers(self) -> None:
        self._background.close()

    def show_order(self, order: Sequence[str], at: int) -> None:
        """The ids of the row, and the place of the picture in view; -1 for none."""
        self._order, self._at = order, at
        words = self.tr("{number} of {count}").format(number=at + 1, count=len(order))
        self.setAccessibleDescription(words if at >= 0 else "")
        self._centre()

    def visible(self) -> range:
        """Places in view."""
        step = CELL + GAP
        first = max(0, int((self._left - GAP) // step))
        last = min(len(self._order), int((self._left + self.width()) // step) + 1)
        return range(first, max(first, last))

    def rect_of(self, place: int) -> QRectF:
        return QRectF(GAP + place * (CELL + GAP) - self._left, SPACE.s, CELL, CELL)

    def place_at(self, x: float) -> int:
        """The place under a point, -1 between two."""
        place, inside = divmod(x + self._left - GAP, CELL + GAP)
        return int(place) if inside < CELL and 0 <= place < len(self._order) else -1

    def _centre(self) -> None:
        self._scroll_to(GAP + self._at * (CELL + GAP) + CELL / 2 - self.width() / 2)

    def _scroll_to(self, left: float) -> None:
        whole = GAP + len(self._order) * (CELL + GAP)
        if whole <= self.width():
            self._left = (whole - self.width()) / 2  # a short row stands in the middle
        else:
            self._left = min(max(0.0, left), whole - self.width())
        self._ask_visible()
        self.update()

    def _ask_visible(self) -> None:
        """Ask for what came into view; what left it before it was begun is dropped."""
        if not self.isVisible():
            return
        self._background.drop_pending()
        self._asked.clear()
        side = round(CELL * self.devicePixelRatioF())
        for place in reversed(self.visible()):
            id_ = self._order[place]
            known = self._images.get(id_)
            if known is not None and known.width() == side:
                self._images.move_to_end(id_)
            elif id_ not in self._asked:
                self._asked.add(id_)
                self._background.run(partial(self._read, id_, side), partial(self._on_read, id_))

    def _read(self, id_: str, side: int) -> QImage | None:
        """On a worker."""
        data = self._library.thumbnail(id_, THUMBNAIL)
        return None if data is None else image_of_jpeg(data, (side, side))

    def _on_read(self, id_: str, image: QImage | None) -> None:
        self._asked.discard(id_)
        self._images[id_] = image
        while len(self._images) > MOST_IMAGES:
            self._images.popitem(last=False)
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = current_colors(), QPainter(self)
        painter.fillRect(event.rect(), QColor(colors.panel))
        painter.setPen(QColor(colors.line))
        painter.drawLine(0, 0, self.width(), 0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in self.visible():
            rect = self.rect_of(place)
            image = self._images.get(self._order[place])
            if image is None:
                painter.fillRect(rect, QColor(colors.raised))
            else:
                painter.drawImage(rect, image)
            self._paint_ring(painter, place, rect)

    def _paint_ring(self, painter: QPainter, place: int, rect: QRectF) -> None:
        colors = current_colors()
        if place == self._at:
            strong = colors.focus if self.hasFocus() else colors.accent
            painter.setPen(QPen(QColor(strong), SHAPE.focus_stroke))
            painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), SHAPE.radius, SHAPE.radius)
            if self.hasFocus():
                painter.setPen(QPen(QColor(colors.text), 1))
                painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        elif place == self._hover:
            painter.setPen(QPen(QColor(colors.text), 1))
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._centre()

    def showEvent(self, event: object) -> None:
        self._centre()

    # The hand and the keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self.picked.emit(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._show_hover(self.place_at(event.position().x()))

    def leaveEvent(self, event: object) -> None:
        self._show_hover(-1)

    def _show_hover(self, place: int) -> None:
        if place != self._hover:
            self._hover = place
            pointing, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
            self.setCursor(pointing if place >= 0 else arrow)
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        turned = delta.y() or delta.x()
        self._scroll_to(self._left - turned / NOTCH * 2 * (CELL + GAP))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        row = max(1, self.width() // (CELL + GAP))
        steps = {
            key.Key_Left: -1, key.Key_Right: 1, key.Key_PageUp: -row, key.Key_PageDown: row,
            key.Key_Home: -len(self._order), key.Key_End: len(self._order),
        }  # fmt: skip
        step = steps.get(key(event.key())) if event.key() in steps else None
        if step is None or not self._order:
            super().keyPressEvent(event)
            return
        place = min(max(0, self._at + step), len(self._order) - 1)
        if place != self._at:
            self.picked.emit(place)
