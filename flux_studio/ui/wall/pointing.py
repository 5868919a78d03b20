"""What the pointer does on the wall: buttons that lie on pictures and cards, the rubber band, the
menu, the wheel.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QToolTip, QWidget

from flux_studio.ui.wall import words
from flux_studio.ui.wall.card_painting import card_buttons
from flux_studio.ui.wall.cell_painting import heart_box, pile_box
from flux_studio.ui.wall.gallery_model import GalleryModel
from flux_studio.ui.wall.selecting import SelectingView
from flux_studio.ui.widgets.tooltip import tooltip


class PointedView(SelectingView):
    """Signals, each with the row: `opened` (a picture), `closed` (a card's cross), `resolved` (an
    unknown card), `heart_pressed`, `pile_pressed`. `menu_requested(row or -1, global point)`.
    `zoomed(steps)` for Ctrl and the wheel. `drag_wanted()` when a selected picture is dragged.
    """

    opened = Signal(int)
    closed = Signal(int)
    resolved = Signal(int)
    heart_pressed = Signal(int)
    pile_pressed = Signal(int)
    menu_requested = Signal(int, QPoint)
    zoomed = Signal(int)
    drag_wanted = Signal()

    def __init__(self, model: GalleryModel, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(model, row_height, parent)
        self._hover = -1
        self._hot = ""
        self._pressed: tuple[int, str] | None = None
        self._band = QRect()
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row, button = self._button_at(event.position().toPoint())
        if button and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (row, button)
            return
        self._band = QRect()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        self._show_hover(*self._button_at(point))
        if self._pressed is not None:
            return
        super().mouseMoveEvent(event)
        if self.state() == QAbstractItemView.State.DragSelectingState:
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
            self.viewport().update()
        elif pressed == self._button_at(event.position().toPoint()):
            self._press(*pressed)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.indexAt(point)
        if self._button_at(point)[1]:
            self.mousePressEvent(event)
        elif index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self._open(index.row())

    def setSelection(self, rect: QRect, command: object) -> None:
        self._band = rect.normalized()
        super().setSelection(rect, command)  # type: ignore[arg-type]  # one of Qt's flags

    def leaveEvent(self, event: QEvent) -> None:
        self._show_hover(-1, "")
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)
            self._show_hover(*self._button_at(event.position().toPoint()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            row = self.currentIndex().row()
            middle = self.visualRect(self.currentIndex()).center()
            self.menu_requested.emit(row, self.viewport().mapToGlobal(middle))
        else:
            point = self.viewport().mapFromGlobal(event.globalPos())
            self.menu_requested.emit(self.indexAt(point).row(), event.globalPos())

    def startDrag(self, actions: Qt.DropAction) -> None:
        self.drag_wanted.emit()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row, button = self._button_at(event.pos())
            if button:
                QToolTip.showText(event.globalPos(), self._tip(row, button), self.viewport())
                return True
        return super().viewportEvent(event)

    def _button_at(self, point: QPoint) -> tuple[int, str]:
        """The row at a point of the viewport and the button there ('close', 'resolve', 'heart',
        'pile', '').
        """
        row = self.indexAt(point).row()
        if row < 0:
            return -1, ""
        rect = self.visualRect(self.pictures.index(row))
        job = self.pictures.job(row)
        if job is None:
            pile = self.pictures.pile(row)
            if pile is not None and pile_box(rect, len(pile)).contains(point):
                return row, "pile"
            has_heart = self.pictures.seen(row) is not None and heart_box(rect).contains(point)
            return row, "heart" if has_heart else ""
        buttons = card_buttons(rect, job)
        if buttons.resolve is not None and buttons.resolve.contains(point):
            return row, "resolve"
        return row, "close" if buttons.close.contains(point) else ""

    def _press(self, row: int, button: str) -> None:
        signals = {
            "close": self.closed,
            "resolve": self.resolved,
            "heart": self.heart_pressed,
            "pile": self.pile_pressed,
        }
        signals[button].emit(row)

    def _tip(self, row: int, button: str) -> str:
        job = self.pictures.job(row)
        if button == "heart":
            return tooltip(self.tr("Favourite"), "F")
        if button == "pile":
            return tooltip(self.tr("Open or close the pile"), "G")
        if button == "resolve":
            return tooltip(self.tr("Find out what became of it"), "Return")
        if job is not None and job.state in words.ON_THE_WAY:
            return tooltip(self.tr("Cancel"), "Delete")
        return tooltip(self.tr("Dismiss"), "Delete")

    def _show_hover(self, row: int, hot: str) -> None:
        if (row, hot) == (self._hover, self._hot):
            return
        before, self._hover, self._hot = self._hover, row, hot
        for each in {before, row}:
            if 0 <= each < len(self.pictures.catalogue):
                self.viewport().update(self.visualRect(self.pictures.index(each)))

    def _open(self, row: int) -> None:
        if self.pictures.job(row) is None:
            self.opened.emit(row)
        else:
            self.resolved.emit(row)
