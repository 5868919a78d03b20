"""The rows of the batch as a Qt table: their cells, then the price and the state of each row."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import QColor

from flux_studio.core.batch.cells import CellProblem
from flux_studio.core.batch.rows import Column, columns_of
from flux_studio.core.batch.run import RowState, states_of
from flux_studio.core.money import dollars
from flux_studio.session.batch_desk import BatchDesk
from flux_studio.ui.batch.words import column_title, own_words, state_words
from flux_studio.ui.phrases import problem_words
from flux_studio.ui.style import current_colors
from flux_studio.ui.widgets.tooltip import tooltip

Index = QModelIndex | QPersistentModelIndex
PRICE, STATE = "price", "state"
PROBLEM_ROLE = int(Qt.ItemDataRole.UserRole)  # whether something is wrong at the cell
_SHOWN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDITED = _SHOWN | Qt.ItemFlag.ItemIsEditable
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_NUMBERS = (Column.SEED, Column.COUNT, Column.SAFETY, PRICE)


class BatchModel(QAbstractTableModel):
    """Shows the desk's rows and edits them through it. Signals: those of a table model."""

    def __init__(self, desk: BatchDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._columns = (*columns_of(desk.rows), PRICE, STATE)
        self._count = len(desk.rows)
        self._states: dict[int, RowState] = {}
        self._look_at_states()
        desk.rows_changed.connect(self._on_rows_changed)
        desk.checked.connect(self._on_checked)
        # It tells of each step of each of hundreds of jobs: shown once for all of a turn.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._on_soon_timeout)
        desk.following.changed.connect(self._on_run_changed)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns."""
        return self._columns

    def column(self, index: Index) -> str:
        """The name of a cell's column."""
        return self._columns[index.column()] if index.isValid() else ""

    def place(self, column: str) -> int:
        """Where a column stands, the first one where it does not."""
        return self._columns.index(column) if column in self._columns else 0

    def problem(self, index: Index) -> CellProblem | None:
        """What is wrong at a cell."""
        if not index.isValid() or index.row() >= len(self._desk.rows):
            return None
        found = self._desk.problems(self._desk.rows[index.row()])
        if not found:
            return None
        column = self.column(index)
        return next((each for each in found if each.column == column), None)

    # What Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return _SHOWN if self.column(index) in (PRICE, STATE) else _EDITED

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_across = orientation is Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.TextAlignmentRole and is_across:
            return _RIGHT if self._columns[section] in _NUMBERS else None
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1)
        name = self._columns[section]
        match name:
            case "price":
                return self.tr("Price")
            case "state":
                return self.tr("State")
            case _:
                return column_title(name)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._desk.rows):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._words(index)
            case Qt.ItemDataRole.EditRole:
                return self._desk.rows[index.row()].cell(self.column(index))
            case Qt.ItemDataRole.ForegroundRole:
                return self._color(index)
            case Qt.ItemDataRole.TextAlignmentRole if self.column(index) in _NUMBERS:
                return _RIGHT
            case Qt.ItemDataRole.ToolTipRole:
                problem = self.problem(index)
                return tooltip(problem_words(problem.problem) if problem else self._words(index))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(index)
            case _ if role == PROBLEM_ROLE:
                return self.problem(index) is not None
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        self._desk.edit(index.row(), self.column(index), str(value))
        return True

    # Words

    def _words(self, index: Index) -> str:
        row, column = self._desk.rows[index.row()], self.column(index)
        found = self._desk.check(row)
        match column:
            case "price":
                if found is None or not row.cells:
                    return ""
                total = found.estimate.total
                return "?" if total is None else self.tr("free") if total == 0 else dollars(total)
            case "state":
                state = self._states.get(index.row())
                return "" if state is None else state_words(state)
        text = " ".join(row.cell(column).split())
        if text or found is None or not row.cells:
            return text
        return own_words(column, found)

    def _color(self, index: Index) -> QColor | None:
        colors, column = current_colors(), self.column(index)
        if self.problem(index) is not None:
            return QColor(colors.danger)
        if column == STATE:
            state = self._states.get(index.row())
            return QColor(colors.danger if state and state.failed else colors.muted)
        is_own = column != PRICE and not self._desk.rows[index.row()].cell(column)
        return QColor(colors.muted) if is_own else None

    def _spoken(self, index: Index) -> str:
        """The cell with its column, and what is wrong with it."""
        title = self.headerData(index.column(), Qt.Orientation.Horizontal)
        words = f"{title}: {self._words(index)}"
        if not self._desk.rows[index.row()].cell(self.column(index)):
            words = f"{words} ({self.tr('as in the form')})" if self._is_cell(index) else words
        problem = self.problem(index)
        return f"{words}. {problem_words(problem.problem)}" if problem else words

    def _is_cell(self, index: Index) -> bool:
        return self.column(index) not in (PRICE, STATE)

    # Changes

    @Slot()
    def _on_rows_changed(self) -> None:
        rows = self._desk.rows
        columns = (*columns_of(rows), PRICE, STATE)
        self._look_at_states()
        if columns == self._columns and len(rows) == self._count:
            self._all_changed()
            return
        self.beginResetModel()
        self._columns, self._count = columns, len(rows)
        self.endResetModel()

    @Slot()
    def _on_checked(self) -> None:
        self._all_changed()

    @Slot()
    def _on_run_changed(self) -> None:
        self._soon.start()

    @Slot()
    def _on_soon_timeout(self) -> None:
        """Only what is further: to paint the whole table takes longer than all else in a turn."""
        old = self._states
        self._look_at_states()
        places = old.keys() | self._states.keys()
        column = self._columns.index(STATE)
        for at in sorted(places):
            if at < self._count and old.get(at) != self._states.get(at):
                cell = self.index(at, column)
                self.dataChanged.emit(cell, cell)

    def _look_at_states(self) -> None:
        following = self._desk.following
        self._states = dict(states_of(self._desk.rows, following.run, following.progress))

    def _all_changed(self) -> None:
        if self._count:
            last = self.index(self._count - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
