"""Selecting on the wall as on a desktop: rubber band, Shift, Ctrl, everything; and moving by keys.

What is selected is remembered by its ids, so that it survives other filters, other groups and a
list that comes in two parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    Qt,
    Slot,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from flux_studio.ui.wall.gallery_model import GalleryModel
from flux_studio.ui.wall.justified import Place
from flux_studio.ui.wall.justified_view import LINE, JustifiedView

FEW = 60  # rows that are looked up one by one


@dataclass(frozen=True, slots=True)
class Held:
    """A selection by ids; `current` has the keyboard, '' for none."""

    current: str
    ids: Sequence[str]


class SelectingView(JustifiedView):
    """A justified view with a selection that outlasts its rows."""

    def __init__(self, model: GalleryModel, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(model, row_height, parent)
        self._held: Held | None = None
        self._remembered = Held("", ())
        self._is_restoring = False
        self._line = (-1, 0.0)  # the row that was reached up or down, and the line it is near
        model.modelAboutToBeReset.connect(self._on_model_about_to_be_reset)
        model.modelReset.connect(self._on_model_after_reset)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    # What is selected

    def selected_rows(self) -> list[int]:
        """The selected rows, from the top."""
        return [row for first, last in sorted(self._ranges()) for row in range(first, last + 1)]

    def selected_count(self) -> int:
        """How many rows are selected, cards of jobs too."""
        return sum(last - first + 1 for first, last in self._ranges())

    def only_selected(self) -> int | None:
        """The one selected row, None for none and for several."""
        ranges = list(self._ranges())
        return ranges[0][0] if len(ranges) == 1 and ranges[0][0] == ranges[0][1] else None

    def selected_ids(self) -> list[str]:
        """The selected pictures from the top, without the jobs."""
        jobs, ids = self.pictures.jobs, self.pictures.catalogue.ids
        return [id_ for row in self.selected_rows() if (id_ := ids[row]) not in jobs]

    def _selected_among(self, places: list[Place]) -> set[int]:
        """The rows of these places that are selected."""
        found: set[int] = set()
        if places:
            first, after = places[0].index, places[-1].index + 1
            for top, bottom in self._ranges():
                found.update(range(max(top, first), min(bottom + 1, after)))
        return found

    def hold(self, held: Held | None = None) -> None:
        """Keep a selection, that of now by default, while pictures come in several parts, until
        `let_go` or until someone selects something else.
        """
        self._held = held or self.held()
        if held is not None:
            self._restore(held)

    def held(self) -> Held:
        """The selection that is held, else that of now."""
        return self._held or self._selection()

    def let_go(self) -> None:
        """All pictures have come: what is not there now is not selected any more."""
        self._held = None

    def _ranges(self) -> Iterator[tuple[int, int]]:
        selection = self.selectionModel().selection()
        for number in range(selection.count()):
            each = selection.at(number)
            yield each.top(), each.bottom()

    def _selection(self) -> Held:
        current = self.currentIndex()
        id_ = self.pictures.id(current.row()) if current.isValid() else ""
        return Held(id_, [self.pictures.id(row) for row in self.selected_rows()])

    @Slot()
    def _on_selection_changed(self) -> None:
        if not self._is_restoring:
            self._held = None

    @Slot()
    def _on_model_about_to_be_reset(self) -> None:
        self._remembered = self.held()
        self._is_restoring = True

    @Slot()
    def _on_model_after_reset(self) -> None:
        """The selection comes back as far as its pictures are still there."""
        self._restore(self._remembered)
        self._remembered = Held("", ())

    def _restore(self, held: Held) -> None:
        self._is_restoring = True
        rows = sorted(self.rows_of(held.ids))
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(self._selection_of(rows), flag)
        found = self.pictures.catalogue.find(held.current) if held.current else None
        if found is not None:
            self.set_current_quietly(found)
        self._is_restoring = False

    def rows_of(self, ids: Sequence[str]) -> list[int]:
        """The rows of pictures, those that are not here left out."""
        catalogue = self.pictures.catalogue
        if len(ids) <= FEW:
            return [row for id_ in ids if (row := catalogue.find(id_)) is not None]
        rows = {id_: row for row, id_ in enumerate(catalogue.ids)}
        return [rows[id_] for id_ in ids if id_ in rows]

    def choose(self, row: int, *, scroll: bool = True) -> None:
        """Select one row and nothing else, whatever keys are held, and bring it into view."""
        index = self.pictures.index(row)
        self.setAutoScroll(False)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, flag)
        self.setAutoScroll(True)
        if scroll:
            self.scrollTo(index)

    def set_current_quietly(self, row: int) -> None:
        """Put the keyboard on a row without scrolling to it and without selecting it."""
        self.setAutoScroll(False)
        self.selectionModel().setCurrentIndex(
            self.pictures.index(row), QItemSelectionModel.SelectionFlag.NoUpdate
        )
        self.setAutoScroll(True)

    def _selection_of(self, rows: Sequence[int]) -> QItemSelection:
        """Rows that rise, as few ranges."""
        selection = QItemSelection()
        start = 0
        for at in range(1, len(rows) + 1):
            if at == len(rows) or rows[at] != rows[at - 1] + 1:
                first, last = self.pictures.index(rows[start]), self.pictures.index(rows[at - 1])
                selection.select(first, last)
                start = at
        return selection

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
        return self._selection_of(
            [
                place.index
                for place in self.places.places(band.top() + top, band.bottom() + top + 1)
                if place.left <= band.right() and place.left + place.width > band.left()
            ]
        )

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
