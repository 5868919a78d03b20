"""The table of the batch on screen: cells that are edited in place, marked where they are wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QObject,
    QPointF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCompleter,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from flux_studio.core.batch.rows import Column, columns_of, table_of
from flux_studio.core.batch.text import write_table
from flux_studio.session.batch_desk import BatchDesk
from flux_studio.ui.batch.table_model import PRICE, PROBLEM_ROLE, STATE, BatchModel, Index
from flux_studio.ui.style import current_colors
from flux_studio.ui.widgets.tooltip import tooltip

ROW = 30  # px
_WIDTHS = {Column.PROMPT: 300, Column.MODEL: 168, Column.SIZE: 96, Column.SEED: 84,
           Column.COUNT: 60, Column.REFERENCES: 100, PRICE: 72, STATE: 120}  # fmt: skip
_LEAST_PROMPT = 180
_CORNER = 7  # px of the mark at a wrong cell
_PROMPT_HEIGHT = 96

Offers = Callable[[str], Sequence[str]]


class CellDelegate(QStyledItemDelegate):
    """Edits cells, with what is known to be right on offer. `offers(column)` gives that."""

    def __init__(self, offers: Offers, parent: QObject) -> None:
        super().__init__(parent)
        self._offers = offers

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        column = model.column(index) if isinstance(model, BatchModel) else ""
        if column == Column.PROMPT:
            box = QPlainTextEdit(parent)
            box.setAccessibleName(model.headerData(index.column(), Qt.Orientation.Horizontal))
            box.setTabChangesFocus(True)
            return box
        line = QLineEdit(parent)
        line.setAccessibleName(model.headerData(index.column(), Qt.Orientation.Horizontal))
        words = list(self._offers(column))
        if words:
            completer = QCompleter(words, line)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            line.setCompleter(completer)
        return line

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, QPlainTextEdit):
            editor.setPlainText(text)
            editor.selectAll()
        elif isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QPlainTextEdit):
            model.setData(index, editor.toPlainText())
        elif isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        box = option.rect
        if isinstance(editor, QPlainTextEdit):
            box.setHeight(max(box.height(), _PROMPT_HEIGHT))
            below = self._height_of(editor)
            box.moveTop(max(0, min(box.top(), below - box.height())))
        editor.setGeometry(box)

    def _height_of(self, editor: QWidget) -> int:
        parent = editor.parentWidget()
        return editor.height() if parent is None else parent.height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter takes a prompt as it takes any cell; with Shift it breaks the line."""
        if isinstance(watched, QPlainTextEdit) and isinstance(event, QKeyEvent):
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if event.type() is QEvent.Type.KeyPress and is_enter and plain:
                self.commitData.emit(watched)
                self.closeEditor.emit(watched, QStyledItemDelegate.EndEditHint.NoHint)
                return True
        return super().eventFilter(watched, event)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if not index.data(PROBLEM_ROLE):
            return
        box = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current_colors().danger), 1))
        painter.drawRect(box.adjusted(0, 0, -2, -2))
        painter.setBrush(QColor(current_colors().danger))
        corner = box.topRight()
        painter.drawPolygon(QPolygonF([
            corner.toPointF(), corner.toPointF() - QPointF(_CORNER, 0),
            corner.toPointF() + QPointF(0, _CORNER),
        ]))  # fmt: skip
        painter.restore()


class BatchView(QTableView):
    """Signals: `pointed()` when another cell is the current one, or it is another."""

    pointed = Signal()

    def __init__(self, desk: BatchDesk, offers: Offers) -> None:
        super().__init__()
        self._desk = desk
        self.rows = BatchModel(desk, self)
        self._kept = (0, Column.PROMPT.value)
        self.setModel(self.rows)
        self.setItemDelegate(CellDelegate(offers, self))
        self.setAccessibleName(self.tr("Rows of the batch"))
        self.setToolTip(tooltip(self.tr("Type into a cell, or paste from a spreadsheet")))
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)  # Tab leaves the table; arrows walk in it
        self.setAlternatingRowColors(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.DoubleClicked | trigger.EditKeyPressed | trigger.AnyKeyPressed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.rows.modelAboutToBeReset.connect(self._on_about_to_reset)
        self.rows.modelReset.connect(self._on_reset)
        self.rows.dataChanged.connect(lambda *_: self.pointed.emit())
        self._lay_columns()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.pointed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter begins to edit, as F2 does."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        editing = self.state() is QAbstractItemView.State.EditingState
        if is_enter and plain and not editing and self.currentIndex().isValid():
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def point_at(self, row: int, column: str = Column.PROMPT) -> None:
        """Make a cell the current one."""
        if self.rows.rowCount():
            at = max(0, min(row, self.rows.rowCount() - 1))
            # Not `setCurrentIndex`: with Ctrl held, as for a key of the table, it chooses nothing.
            self.selectionModel().setCurrentIndex(
                self.rows.index(at, self.rows.place(column)),
                QItemSelectionModel.SelectionFlag.ClearAndSelect,
            )

    def select_rows(self, first: int, last: int) -> None:
        """Select whole rows."""
        most = self.rows.columnCount() - 1
        chosen = QItemSelection(self.rows.index(first, 0), self.rows.index(last, most))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def places(self) -> list[int]:
        """The rows with a chosen cell, from the top."""
        return sorted({index.row() for index in self.selectedIndexes()})

    def columns(self) -> list[str]:
        """The columns with a chosen cell, price and state left out."""
        found = dict.fromkeys(self.rows.column(index) for index in self.selectedIndexes())
        return [column for column in found if column not in (PRICE, STATE)]

    def copy(self) -> None:
        """The chosen rows with their heads, as a spreadsheet takes them."""
        rows = [self._desk.rows[at] for at in self.places()]
        if not rows:
            return
        columns = self.columns() or list(columns_of(rows))
        QGuiApplication.clipboard().setText(write_table(table_of(rows, columns)))

    def clear_cells(self) -> None:
        """Empty the chosen cells: they are as in the form again."""
        self._desk.edit_all([
            (index.row(), self.rows.column(index), "") for index in self.selectedIndexes()
            if self.rows.column(index) not in (PRICE, STATE)
        ])  # fmt: skip

    def _on_about_to_reset(self) -> None:
        current = self.currentIndex()
        if current.isValid():
            self._kept = (current.row(), self.rows.column(current))

    def _on_reset(self) -> None:
        self._lay_columns()
        self.point_at(*self._kept)

    def _lay_columns(self) -> None:
        header = self.horizontalHeader()
        for at, name in enumerate(self.rows.columns):
            self.setColumnWidth(at, _WIDTHS.get(name, 96))
        self._stretch()
        header.setMinimumSectionSize(48)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stretch()

    def _stretch(self) -> None:
        """The prompt takes what the others leave."""
        others = sum(self.columnWidth(at) for at in range(1, self.rows.columnCount()))
        self.setColumnWidth(0, max(_LEAST_PROMPT, self.viewport().width() - others))
