"""A list view with the wall's own geometry: justified rows under day headers, for any number of
pictures.

It stays a QListView so that selection, keyboard and screen readers work as everywhere; places,
movement and scrolling are ours, because QListView lays out every row each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSignalBlocker,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from flux_studio.ui.wall.gallery_model import AnyIndex, GalleryModel
from flux_studio.ui.wall.justified import Place, Shape, WallLayout

TURN = 0.003  # seconds of one turn of the event loop that may go into rows out of view
LINE = 60  # px of one step of the wheel's line
RING = 4  # px a selected picture's ring reaches outside it
FEW = 60  # rows that are looked up one by one


class JustifiedView(QListView):
    """A view of a `GalleryModel`. What is in view stays in view when pictures come or go."""

    def __init__(self, model: GalleryModel, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures = model
        self.places = WallLayout(Shape(600, row_height))
        self._anchor: tuple[QPersistentModelIndex, str, int] | None = None
        self._remembered: tuple[str, list[str]] = ("", [])
        self._line = (-1, 0.0)  # the row that was reached up or down, and the line it is near
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._on_more_timeout)
        self.setFrameShape(QFrame.Shape.NoFrame)
        # The ring around the current picture shows the focus; a frame would push the pictures in.
        self.setStyleSheet("QListView, QListView:focus { border: none; padding: 0; }")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        # The layout must know of a change before QListView's own slots ask it about places.
        model.rowsAboutToBeInserted.connect(self._keep_anchor)
        model.rowsAboutToBeRemoved.connect(self._keep_anchor)
        model.modelAboutToBeReset.connect(self._on_model_about_to_be_reset)
        model.rowsInserted.connect(self._on_model_rows_inserted)
        model.rowsRemoved.connect(self._on_model_rows_removed)
        model.dataChanged.connect(self._on_model_data_changed)
        model.modelReset.connect(self._on_model_reset)
        self.setModel(model)
        model.modelReset.connect(self._on_model_after_reset)

    # Size

    @property
    def row_height(self) -> int:
        """Px a row should be tall."""
        return self.places.shape.row

    def set_row_height(self, height: int) -> None:
        """Make pictures larger or smaller; the first one in view stays there."""
        if height != self.places.shape.row:
            self._reshape(Shape(self.viewport().width(), height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.viewport().width() != self.places.shape.width:
            self._reshape(Shape(self.viewport().width(), self.places.shape.row))
        QAbstractItemView.resizeEvent(self, event)

    def _reshape(self, shape: Shape) -> None:
        with self._kept_still():
            self.places.reshape(shape, self.pictures.catalogue.ratios)

    # Places, as Qt asks for them

    def visualRect(self, index: AnyIndex) -> QRect:
        if not index.isValid() or index.row() >= len(self.pictures.catalogue):
            return QRect()
        return self.rect_of(self.place_of(index.row()))

    def place_of(self, row: int) -> Place:
        """Where a row is; what is in view stays there even if rows above it have to be made."""
        if not self.places.has_rows_for(row):
            with self._kept_still():
                self.places.place(row)
        return self.places.place(row)

    def rect_of(self, place: Place) -> QRect:
        """A place in the viewport's px."""
        return QRect(place.left, place.top - self.verticalOffset(), place.width, place.height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self.places.at(point.x(), point.y() + self.verticalOffset())
        return QModelIndex() if row is None else self.pictures.index(row)

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def isIndexHidden(self, index: AnyIndex) -> bool:
        return False

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        # One rectangle is enough: repainting what is in view costs less than thousands of regions.
        return QRegion(self.viewport().rect()) if selection.size() else QRegion()

    def scrollTo(
        self,
        index: AnyIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid():
            return
        place, bar = self.place_of(index.row()), self.verticalScrollBar()
        self._sync_bar()
        height, margin = self.viewport().height(), self.places.shape.row_gap
        top, bottom = place.top - margin, place.bottom + margin
        if index.row() < self._first_in_row(0):
            top = 0  # the header above the first row comes into view too
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue((top + bottom - height) // 2)
        elif top < bar.value() or hint == QAbstractItemView.ScrollHint.PositionAtTop:
            bar.setValue(top)
        elif bottom > bar.value() + height:
            bar.setValue(min(bottom - height, top))

    def visible(self, margin: int = 0) -> Iterator[Place]:
        """What is in view, with `margin` px above and below."""
        top = self.verticalOffset()
        return self.places.places(max(0, top - margin), top + self.viewport().height() + margin)

    # Layout

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        QAbstractItemView.updateGeometries(self)
        self._sync_bar()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def _sync_bar(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(LINE)
        bar.setPageStep(max(LINE, height - LINE))
        bar.setRange(0, max(0, self.places.height - height))
        bar.setEnabled(bar.maximum() > 0)  # its room stays, its handle goes

    def _first_in_row(self, number: int) -> int:
        """How many pictures are in the first row of a section."""
        if number >= len(self.places.blocks) or not self.places.blocks[number].has_rows:
            return 0
        return self.places.blocks[number].starts[1]

    # What is in view stays in view

    @contextmanager
    def _kept_still(self) -> Iterator[None]:
        self._keep_anchor()
        yield
        self._restore_anchor()

    @Slot()
    def _keep_anchor(self) -> None:
        self._anchor = None
        top = self.verticalOffset()
        if top <= 0:
            return  # at the very top new pictures are what one wants to see
        first = next(self.visible(), None)
        if first is not None and first.index < len(self.pictures.catalogue):
            index = QPersistentModelIndex(self.pictures.index(first.index))
            self._anchor = (index, self.pictures.id(first.index), first.top - top)

    def _restore_anchor(self) -> None:
        anchor, self._anchor = self._anchor, None
        row = None
        if anchor is not None:
            index, id_, _ = anchor
            row = index.row() if index.isValid() else self.pictures.catalogue.find(id_)
        place = None if row is None else self.places.place(row)
        with QSignalBlocker(self.verticalScrollBar()):  # nothing is painted in between
            self._sync_bar()
            if place is not None and anchor is not None:
                self.verticalScrollBar().setValue(place.top - anchor[2])
        self.viewport().update()
        if not self.places.is_exact:
            self._more.start()

    @Slot()
    def _on_more_timeout(self) -> None:
        with self._kept_still():
            self.places.make_more_rows(self.verticalOffset(), TURN)

    # The model changed

    @Slot(QModelIndex, int, int)
    def _on_model_rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Rows come on top only, one by one: see `GalleryModel`."""
        catalogue = self.pictures.catalogue
        ratios = catalogue.ratios[: catalogue.sections[0].count]
        if len(catalogue.sections) > len(self.places.blocks):
            self.places.open_section(0, ratios)
        else:
            self.places.change_section(0, ratios)
        self._restore_anchor()

    @Slot(QModelIndex, int, int)
    def _on_model_rows_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        number, sections = self.places.section_of(first), self.pictures.catalogue.sections
        if len(sections) < len(self.places.blocks):
            self.places.close_section(number)
        else:
            self._lay_out_section(number, sections[number].count)
        self._restore_anchor()

    @Slot(QModelIndex, QModelIndex)
    def _on_model_data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        row = first.row()
        if row != last.row():
            return
        if abs(self.places.ratio(row) - self.pictures.catalogue.ratios[row]) > 1e-6:
            number = self.places.section_of(row)
            with self._kept_still():
                self._lay_out_section(number, self.pictures.catalogue.sections[number].count)

    def _lay_out_section(self, number: int, count: int) -> None:
        start, _ = self.places.pictures_of(number)
        self.places.change_section(number, self.pictures.catalogue.ratios[start : start + count])

    @Slot()
    def _on_model_about_to_be_reset(self) -> None:
        self._keep_anchor()
        current = self.currentIndex()
        rows = [index.row() for index in self.selectedIndexes()]
        current_id = self.pictures.id(current.row()) if current.isValid() else ""
        self._remembered = (current_id, [self.pictures.id(row) for row in rows])

    @Slot()
    def _on_model_reset(self) -> None:
        catalogue = self.pictures.catalogue
        counts = [section.count for section in catalogue.sections]
        self.places.arrange(counts, catalogue.ratios)
        self._restore_anchor()

    @Slot()
    def _on_model_after_reset(self) -> None:
        """The selection comes back as far as its pictures are still there."""
        current_id, ids = self._remembered
        rows = self.rows_of(ids)
        selection = QItemSelection()
        for row in rows:
            index = self.pictures.index(row)
            selection.select(index, index)
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        found = self.pictures.catalogue.find(current_id) if current_id else None
        if found is not None:
            self.set_current_quietly(found)

    def rows_of(self, ids: list[str]) -> list[int]:
        """The rows of pictures, those that are not here left out."""
        catalogue = self.pictures.catalogue
        if len(ids) <= FEW:
            return [row for id_ in ids if (row := catalogue.find(id_)) is not None]
        rows = {id_: row for row, id_ in enumerate(catalogue.ids)}
        return [rows[id_] for id_ in ids if id_ in rows]

    def set_current_quietly(self, row: int) -> None:
        """Put the keyboard on a row without scrolling to it and without selecting it."""
        self.setAutoScroll(False)
        self.selectionModel().setCurrentIndex(
            self.pictures.index(row), QItemSelectionModel.SelectionFlag.NoUpdate
        )
        self.setAutoScroll(True)

    def dataChanged(
        self, top_left: AnyIndex, bottom_right: AnyIndex, roles: Sequence[int] = ()
    ) -> None:
        if top_left == bottom_right:
            self.viewport().update(self.visualRect(top_left).adjusted(-RING, -RING, RING, RING))
        else:
            self.viewport().update()

    # Selecting and moving

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """A rubber band takes what it touches; Shift takes all from one picture to the other."""
        if self.state() == QAbstractItemView.State.DragSelectingState:
            self.selectionModel().select(self._touched(rect.normalized()), command)
            return
        first, last = self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())
        if not first.isValid() or not last.isValid():
            self.selectionModel().select(QItemSelection(), command)
            return
        if first.row() > last.row():
            first, last = last, first
        self.selectionModel().select(QItemSelection(first, last), command)

    def _touched(self, band: QRect) -> QItemSelection:
        top = self.verticalOffset()
        rows = [
            place.index
            for place in self.places.places(band.top() + top, band.bottom() + top + 1)
            if place.left <= band.right() and place.left + place.width > band.left()
        ]
        selection = QItemSelection()
        start = 0
        for at in range(1, len(rows) + 1):
            if at == len(rows) or rows[at] != rows[at - 1] + 1:
                first, last = self.pictures.index(rows[start]), self.pictures.index(rows[at - 1])
                selection.select(first, last)
                start = at
        return selection

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        count = len(self.pictures.catalogue)
        if not count:
            return QModelIndex()
        current = self.currentIndex()
        if not current.isValid():
            return self.pictures.index(next((place.index for place in self.visible()), 0))
        return self.pictures.index(self._moved(action, current.row(), count))

    def _moved(self, action: QAbstractItemView.CursorAction, row: int, count: int) -> int:
        move = QAbstractItemView.CursorAction
        page = max(LINE, self.viewport().height() - LINE)
        match action:
            case move.MoveUp:
                return self._moved_in_line(row, -1)
            case move.MoveDown:
                return self._moved_in_line(row, 1)
            case move.MovePageUp:
                return self.places.near(row, -page)
            case move.MovePageDown:
                return self.places.near(row, page)
            case move.MoveHome:
                return 0
            case move.MoveEnd:
                return count - 1
            case move.MoveLeft | move.MovePrevious:
                return max(0, row - 1)
            case _:
                return min(count - 1, row + 1)

    def _moved_in_line(self, row: int, rows: int) -> int:
        """Up or down along the line on which one set out, however wide the pictures are."""
        at, middle = self._line
        if at != row:
            middle = self.places.place(row).middle
        found = self.places.beside(row, rows, middle)
        self._line = (found, middle)
        return found
