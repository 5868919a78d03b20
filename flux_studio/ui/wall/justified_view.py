"""A list view with the wall's own geometry: justified rows under day headers, for any number of
pictures.

It stays a QListView so that selection, keyboard and screen readers work as everywhere; places,
movement and scrolling are ours, because QListView lays out every row each time.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import (
    QItemSelection,
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

from flux_studio.ui.wall.catalogue import Catalogue
from flux_studio.ui.wall.gallery_model import AnyIndex, GalleryModel
from flux_studio.ui.wall.grouping import Grouping
from flux_studio.ui.wall.justified import Place, Shape, WallLayout

TURN = 0.003  # seconds of one turn of the event loop that may go into rows out of view
LINE = 60  # px of one step of the wheel's line
RING = 4  # px a selected picture's ring reaches outside it
TRIES = 4  # sections of one picture each may come into view one by one
HEADER, PLAIN_TOP = 38, 12  # px above a section with and without a heading


class JustifiedView(QListView):
    """A view of a `GalleryModel`. What is in view stays in view when pictures come or go."""

    def __init__(self, model: GalleryModel, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures = model
        self.places = WallLayout(Shape(600, row_height))
        self._anchor: tuple[QPersistentModelIndex, str, int] | None = None
        self._held_place: tuple[str, int] | tuple[()] = ()
        self._begins_at_top = self._unless_chosen = False
        self._size, self._squares = row_height, False
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
        model.modelAboutToBeReset.connect(self._keep_anchor_of_reset)
        model.rowsInserted.connect(self._on_model_rows_inserted)
        model.rowsRemoved.connect(self._on_model_rows_removed)
        model.dataChanged.connect(self._on_model_data_changed)
        model.modelReset.connect(self._on_model_reset)
        self.setModel(model)

    # Size

    @property
    def row_height(self) -> int:
        """Px a row should be tall."""
        return self._size

    def set_row_height(self, height: int) -> None:
        """Make pictures larger or smaller; the first one in view stays there."""
        if height != self._size:
            self._size = height
            self._reshape()

    def set_squares(self, squares: bool) -> None:
        """Show every picture in a square cell, cropped, or each in its own shape."""
        if squares != self._squares:
            self._squares = squares
            with self._kept_still():
                self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.viewport().width() != self.places.shape.width:
            self._reshape()
        QAbstractItemView.resizeEvent(self, event)

    def _reshape(self) -> None:
        with self._kept_still():
            self.places.reshape(self._shape())

    def _shape(self) -> Shape:
        width = self.viewport().width()
        is_plain = self.pictures.catalogue.grouping is Grouping.NONE
        header = PLAIN_TOP if is_plain else HEADER
        if self._squares:
            return Shape.of_squares(width, self._size, header)
        return Shape(width, self._size, header=header)

    def _ratios(self) -> array[float]:
        """What pictures are laid out with: width / height."""
        catalogue = self.pictures.catalogue
        return array("d", [1.0]) * len(catalogue) if self._squares else catalogue.ratios

    def _arrange(self) -> None:
        """Lay everything out anew."""
        self.places.shape = self._shape()
        counts = [section.count for section in self.pictures.catalogue.sections]
        self.places.arrange(counts, self._ratios())

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
        row, height = index.row(), self.viewport().height()
        wanted = self._value_for(row, hint)
        if wanted is None:
            return
        for _ in range(TRIES):  # sections that come into view get their rows first
            top = self.places.place(row).top
            self.places.make_rows_between(wanted, wanted + height)
            moved = self.places.place(row).top - top
            if not moved:
                break
            wanted += moved
        self._sync_bar()
        self.verticalScrollBar().setValue(wanted)

    def _value_for(self, row: int, hint: QAbstractItemView.ScrollHint) -> int | None:
        """The scroll position that shows a row, None when it is in view."""
        place = self.place_of(row)
        self._sync_bar()
        value, height = self.verticalOffset(), self.viewport().height()
        top, bottom = (
            place.top - self.places.shape.row_gap,
            place.bottom + self.places.shape.row_gap,
        )
        if row < self._first_in_row(0):
            top = 0  # the header above the first row comes into view too
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            return (top + bottom - height) // 2
        if top < value or hint == QAbstractItemView.ScrollHint.PositionAtTop:
            return top
        return min(bottom - height, top) if bottom > value + height else None

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
        self._held_place = ()  # someone goes elsewhere
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
        shown = [p for p in self.visible() if p.index < len(self.pictures.catalogue)]
        if not shown:
            return
        chosen = [place for place in shown if self._is_chosen(place.index)]
        first = (chosen or shown)[0]  # what one looks at, else what is at the top
        index = QPersistentModelIndex(self.pictures.index(first.index))
        self._anchor = (index, self.pictures.id(first.index), first.top - top)

    def _is_chosen(self, row: int) -> bool:
        """Whether a row has the keyboard and is selected."""
        current = self.currentIndex()
        return row == current.row() and self.selectionModel().isSelected(current)

    def begin_at_top(self, *, unless_chosen: bool = False) -> None:
        """The next pictures are others: they are shown from the top. With `unless_chosen` what is
        chosen and in view stays where it is, if it is among them.
        """
        self._begins_at_top, self._unless_chosen = True, unless_chosen
        self._held_place = ()

    @Slot()
    def _keep_anchor_of_reset(self) -> None:
        self._keep_anchor()
        if self._anchor is not None and self._begins_at_top:
            stays = self._unless_chosen and self._is_chosen(self._anchor[0].row())
            self._anchor = self._anchor if stays else None

    def place(self) -> tuple[str, int] | tuple[()]:
        """The picture at the top of the view and how many px below the top it begins; () at the
        very top of the wall.
        """
        self._keep_anchor()
        anchor, self._anchor = self._anchor, None
        return (anchor[1], anchor[2]) if anchor is not None else self._held_place

    def has_place_in(self, catalogue: Catalogue) -> bool:
        """Whether the picture that is waited for is among these; yes where there is none."""
        return not self._held_place or catalogue.find(self._held_place[0]) is not None

    def hold_place(self, place: tuple[str, int] | tuple[()]) -> None:
        """Go to a place as soon as its picture is on the wall, unless someone scrolls before."""
        self._held_place = place
        self._keep_anchor()
        self._restore_anchor()

    def _restore_anchor(self) -> None:
        anchor, self._anchor = self._anchor, None
        row = offset = None
        if self._held_place:
            row, offset = self.pictures.catalogue.find(self._held_place[0]), self._held_place[1]
        if row is None and anchor is not None:
            index, id_, offset = anchor
            row = index.row() if index.isValid() else self.pictures.catalogue.find(id_)
        with QSignalBlocker(self.verticalScrollBar()):  # nothing is painted in between
            self._sync_bar()
            if row is not None and offset is not None:
                self._stand_at(row, offset)
        self.viewport().update()
        if not self.places.is_exact:
            self._more.start()

    def _stand_at(self, row: int, offset: int) -> None:
        """Scroll so that a row begins `offset` px below the top. Sections that come into view then
        get their rows, which moves what is below them: so it is looked at again.
        """
        bar, height = self.verticalScrollBar(), self.viewport().height()
        for _ in range(TRIES):
            wanted = self.places.place(row).top - offset
            self.places.make_rows_between(wanted, wanted + height)
            if self.places.place(row).top - offset == wanted:
                break
        self._sync_bar()
        bar.setValue(self.places.place(row).top - offset)

    @Slot()
    def _on_more_timeout(self) -> None:
        with self._kept_still():
            self.places.make_more_rows(self.verticalOffset(), TURN)

    # The model changed

    @Slot(QModelIndex, int, int)
    def _on_model_rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        """One on top, which may open a section, or several within one: see `GalleryModel`."""
        catalogue = self.pictures.catalogue
        if len(catalogue.sections) > len(self.places.blocks):
            self.places.open_section(0, self._ratios()[: catalogue.sections[0].count])
        else:
            number = catalogue.section_of(first)
            self._lay_out_section(number, catalogue.sections[number].count)
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
        if self._squares:
            return
        if abs(self.places.ratio(row) - self.pictures.catalogue.ratios[row]) > 1e-6:
            number = self.places.section_of(row)
            with self._kept_still():
                self._lay_out_section(number, self.pictures.catalogue.sections[number].count)

    def _lay_out_section(self, number: int, count: int) -> None:
        start, _ = self.places.pictures_of(number)
        self.places.change_section(number, self._ratios()[start : start + count])

    @Slot()
    def _on_model_reset(self) -> None:
        self._arrange()
        if self._begins_at_top:
            self._begins_at_top = False
            if self._anchor is None or self.pictures.catalogue.find(self._anchor[1]) is None:
                self._anchor = None
                with QSignalBlocker(self.verticalScrollBar()):
                    self.verticalScrollBar().setValue(0)
        self._restore_anchor()

    def dataChanged(
        self, top_left: AnyIndex, bottom_right: AnyIndex, roles: Sequence[int] = ()
    ) -> None:
        if top_left == bottom_right:
            self.viewport().update(self.visualRect(top_left).adjusted(-RING, -RING, RING, RING))
        else:
            self.viewport().update()
