"""The lines of the price table as a list that Qt shows and screen readers read."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from flux_studio.core.price_table import PriceRow
from flux_studio.ui.composer.price_words import name_words, spoken, whole_words
from flux_studio.ui.widgets.tooltip import shortcut_text, tooltip

NUMBERED = 9  # lines that Alt and a digit reach
_Index = QModelIndex | QPersistentModelIndex


class PriceLines(QAbstractListModel):
    """The rows that are shown. No signals of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.family = ""
        self._rows: tuple[PriceRow, ...] = ()

    def rows(self) -> tuple[PriceRow, ...]:
        return self._rows

    def show(self, rows: tuple[PriceRow, ...]) -> None:
        """Take other rows; only what differs is painted again."""
        old = self._rows
        if [row.card.id for row in rows] != [row.card.id for row in old]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        elif rows != old:
            self._rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return " · ".join(part for part in name_words(row, self.family) if part)
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(row)
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return ". ".join(whole_words(row)[1:])
            case Qt.ItemDataRole.ToolTipRole:
                place = index.row() + 1
                keys = shortcut_text(f"Alt+{place}") if place <= NUMBERED else ""
                return tooltip("\n".join(whole_words(row)), keys)
        return None
