"""The wall itself: paints pictures and cards that are in view, and tells what was pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QWidget

from flux_studio.ui.style import current_colors
from flux_studio.ui.wall.card_painting import paint_card
from flux_studio.ui.wall.cell_painting import Brushwork, round_corners
from flux_studio.ui.wall.gallery_model import AnyIndex, GalleryModel
from flux_studio.ui.wall.grouping import Grouping
from flux_studio.ui.wall.in_view import InView
from flux_studio.ui.wall.pointing import PointedView
from flux_studio.ui.wall.section_words import section_title
from flux_studio.ui.wall.thumbnails import ThumbnailLoader

SummaryOf = Callable[[date | None, int], str]


class WallView(PointedView):
    """Signal: `key_pressed(QKeyEvent)` for keys that do not move; accept it to use it. Enter and
    Space tell `opened` and `resolved` as a double click does, Delete `closed` on a card.
    """

    key_pressed = Signal(QKeyEvent)

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
        self._only: int | None = None  # the one selected row
        self._lacks = False  # whether something in view was painted without its picture
        self.in_view = InView(self, loader)
        loader.came.connect(self._on_loader_came)
        loader.finish = self._round_corners
        self.setAccessibleName(self.tr("Gallery"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

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
        self._lacks = False
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
        self.in_view.after_painting(self._lacks)

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

    def dataChanged(
        self, top_left: AnyIndex, bottom_right: AnyIndex, roles: Sequence[int] = ()
    ) -> None:
        super().dataChanged(top_left, bottom_right, roles)
        self.in_view.after_change()

    @Slot(object)
    def _on_loader_came(self, ids: tuple[str, ...]) -> None:
        wanted = set(ids)
        for place in self.visible():
            if self.pictures.id(place.index) in wanted:
                self.viewport().update(self.rect_of(place))

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        key = event.key()
        # With Ctrl the space bar selects one more, with Shift all up to there, as on every desktop.
        is_looking = key == Qt.Key.Key_Space and not event.modifiers()
        if row >= 0 and (is_looking or key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
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
