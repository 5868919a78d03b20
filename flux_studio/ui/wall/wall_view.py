"""The wall itself: paints pictures and cards that are in view, and tells what was pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QToolTip, QWidget

from flux_studio.ui.style import current_colors
from flux_studio.ui.wall import words
from flux_studio.ui.wall.card_painting import card_buttons, paint_card
from flux_studio.ui.wall.cell_painting import Brushwork, heart_box, pile_box, round_corners
from flux_studio.ui.wall.gallery_model import AnyIndex, GalleryModel
from flux_studio.ui.wall.grouping import Grouping
from flux_studio.ui.wall.justified import Place
from flux_studio.ui.wall.pace import Pace
from flux_studio.ui.wall.section_words import section_title
from flux_studio.ui.wall.selecting import SelectingView
from flux_studio.ui.wall.thumbnails import ThumbnailLoader, Wanted, wanted
from flux_studio.ui.widgets.tooltip import tooltip

AHEAD = 0.75  # of the viewport's height, above and below, is loaded before it is in view
REST = 90  # ms without scrolling before rows and what is not in view yet are read
SummaryOf = Callable[[date | None, int], str]


class WallView(SelectingView):
    """Signals, each with the row: `opened` (Enter, double click, Space), `closed` (a card's cross,
    Delete), `resolved` (an unknown card), `heart_pressed`, `pile_pressed`. `menu_requested(row or
    -1, global point)`. `key_pressed(QKeyEvent)` for keys that do not move; accept it to use it.
    `zoomed(steps)` for Ctrl and the wheel. `drag_wanted()` when a selected picture is dragged.
    """

    opened = Signal(int)
    closed = Signal(int)
    resolved = Signal(int)
    heart_pressed = Signal(int)
    pile_pressed = Signal(int)
    menu_requested = Signal(int, QPoint)
    key_pressed = Signal(QKeyEvent)
    zoomed = Signal(int)
    drag_wanted = Signal()

    def __init__(
        self,
        model: GalleryModel,
        loader: ThumbnailLoader,
        row_height: int,
        summary_of: SummaryOf,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(model, row_height, parent)
        self.loader = loader
        self._summary_of = summary_of
        self._hover = -1
        self._hot = ""
        self._only: int | None = None  # the one selected row
        self._pressed: tuple[int, str] | None = None
        self._band = QRect()
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._on_asking_timeout)
        self._resting = QTimer(self, singleShot=True, interval=REST)
        self._resting.timeout.connect(self._on_resting_timeout)
        self._asked_at: tuple[object, ...] = ()
        self._pace = Pace()
        self._lacks = False  # whether something in view has no picture yet
        loader.came.connect(self._on_loader_came)
        loader.finish = self._round_corners
        self.setAccessibleName(self.tr("Gallery"))
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)

    def device_ratio(self) -> float:
        return self.devicePixelRatioF()

    @Slot()
    def show_theme(self) -> None:
        """Other colours: the corners of the pictures are of the ground's."""
        self.loader.forget_all()
        self.viewport().update()

    def _round_corners(self, pixmap: QPixmap) -> None:
        round_corners(pixmap, current_colors().ground, self.device_ratio())

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        area = event.rect()
        painter = QPainter(self.viewport())
        colors = current_colors()
        painter.fillRect(area, colors.ground)
        brush = Brushwork(painter, colors, self.font(), self.device_ratio())
        top = self.verticalOffset()
        above, below = area.top() + top - 4, area.bottom() + top + 5
        self._paint_headers(brush, above, below)
        now = datetime.now(UTC)
        current = self.currentIndex().row() if self.hasFocus() else -1
        places = list(self.places.places(above, below))
        selected = self._selected_among(places)
        self._only = self.only_selected() if selected else None
        for place in places:
            row = place.index
            rect = QRect(place.left, place.top - top, place.width, place.height)
            self._paint_cell(brush, rect, row, now, current)
            if row in selected or row == current:
                brush.ring(rect, is_selected=row in selected)
        if self.state() == QAbstractItemView.State.DragSelectingState and not self._band.isNull():
            brush.rubber_band(self._band)
        painter.end()
        self._asking.start()

    def _paint_headers(self, brush: Brushwork, above: int, below: int) -> None:
        catalogue = self.pictures.catalogue
        if catalogue.grouping is Grouping.NONE:
            return
        now, shape = datetime.now(), self.places.shape
        for number, top in self.places.headers(above, below):
            line = QRect(shape.margin, top - self.verticalOffset(), shape.inner, shape.header)
            section = catalogue.sections[number]
            day = section.key if isinstance(section.key, date) else None
            pictures = section.count + section.hidden - self._cards_in(number)
            summary = self._summary_of(day, pictures) if pictures else ""
            seen = self.pictures.seen(self.places.pictures_of(number)[0])
            first = None if seen is None else seen.generation
            brush.header(line, section_title(catalogue.grouping, section, first, now), summary)

    def _paint_cell(
        self, brush: Brushwork, rect: QRect, row: int, now: datetime, current: int
    ) -> None:
        job = self.pictures.job(row)
        hot = self._hot if row == self._hover else ""
        if job is not None:
            preview = self.pictures.previews.get(job.id)
            paint_card(brush, rect, job, now, hot=hot, has_focus=row == current, preview=preview)
            return
        id_ = self.pictures.id(row)
        seen = self.pictures.seen(row)
        pixmap = self.loader.cache.get(id_)
        if pixmap is None:
            self._lacks = True
        brush.picture(rect, pixmap)
        if (seen is not None and not seen.has_file) or (
            pixmap is None and id_ in self.loader.missing
        ):
            brush.missing(rect, self.tr("The file is missing"), has_picture=pixmap is not None)
        if seen is not None:
            is_chosen = row in (self._hover, current) or row == self._only
            brush.marks(rect, seen.generation, with_heart=is_chosen)
        pile = self.pictures.pile(row)
        if pile is not None:
            brush.pile(rect, len(pile), is_open=pile.is_open)

    def _cards_in(self, number: int) -> int:
        if not self.pictures.jobs:
            return 0
        first, after = self.places.pictures_of(number)
        rows = self.rows_of(list(self.pictures.jobs))
        return sum(first <= row < after for row in rows)

    @Slot()
    def _on_asking_timeout(self) -> None:
        """Ask for what is in view; all earlier wishes are forgotten."""
        stands = self._stands()
        if stands != self._asked_at:
            is_moving = bool(self._asked_at) and stands[0] != self._asked_at[0]
            self._asked_at = stands
            self.loader.go_easy(is_moving)
            self._resting.start()
            is_racing = self._pace.is_racing(self.verticalOffset(), self.viewport().height())
            places = [] if is_moving and is_racing else self._pictures_within(0)
            self._ask_for(places)
            if not is_moving:
                self.pictures.look_at([place.index for place in places])
        elif self._lacks and not self._resting.isActive() and self.loader.is_idle():
            self._ask_around()
        self._lacks = False

    def _stands(self) -> tuple[object, ...]:
        """What decides which pictures are in view, the scroll position first."""
        room, catalogue = self.viewport(), self.pictures.catalogue
        shape = self.places.shape
        return (self.verticalOffset(), room.height(), shape, len(catalogue), id(catalogue))

    def dataChanged(
        self, top_left: AnyIndex, bottom_right: AnyIndex, roles: Sequence[int] = ()
    ) -> None:
        super().dataChanged(top_left, bottom_right, roles)
        if not self._resting.isActive():
            self._resting.start()  # what is in view may have to be read again

    @Slot()
    def _on_resting_timeout(self) -> None:
        """The wall stands still: marks and words of what is in view, and what is near it."""
        self.loader.go_easy(False)
        places = self._pictures_within(0)
        self.pictures.look_at([place.index for place in places])
        self._ask_around()
        self.loader.sharpen(self._wishes(places))

    def _ask_around(self) -> None:
        top, height = self.verticalOffset(), self.viewport().height()
        near = self._pictures_within(int(height * AHEAD))
        near.sort(key=lambda p: not (p.bottom > top and p.top < top + height))
        self._ask_for(near)

    def _ask_for(self, places: list[Place]) -> None:
        self.loader.want(self._wishes(places))

    def _pictures_within(self, margin: int) -> list[Place]:
        shown, jobs = self.visible(margin), self.pictures.jobs
        if not jobs:
            return list(shown)
        ids = self.pictures.catalogue.ids
        return [p for p in shown if ids[p.index] not in jobs]

    def _wishes(self, places: Sequence[Place]) -> list[Wanted]:
        catalogue, ratio = self.pictures.catalogue, self.device_ratio()
        return [wanted(catalogue, place, ratio) for place in places]

    @Slot(object)
    def _on_loader_came(self, ids: tuple[str, ...]) -> None:
        wanted = set(ids)
        for place in self.visible():
            if self.pictures.id(place.index) in wanted:
                self.viewport().update(self.rect_of(place))

    # The pointer

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

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        key = event.key()
        if row >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(row)
            return
        is_card = row >= 0 and self.pictures.job(row) is not None
        if is_card and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.closed.emit(row)
            return
        event.ignore()
        self.key_pressed.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here, not the beginning of a name."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and len(self.pictures.catalogue):
            first = next((place.index for place in self.visible()), 0)
            self.set_current_quietly(first)

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()

    def _open(self, row: int) -> None:
        if self.pictures.job(row) is None:
            self.opened.emit(row)
        else:
            self.resolved.emit(row)
