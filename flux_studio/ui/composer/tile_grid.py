"""Lays tiles of one size in rows, as many in a row as fit."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class TileGrid(QLayout):
    """A layout of equal tiles, left to right, then down; hidden ones leave no gap.

    With `columns` the tiles share the width evenly in so many columns; without, they keep the size
    they ask for.
    """

    def __init__(self, gap: int, columns: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gap = gap
        self._columns = columns
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def show_columns(self, columns: int) -> None:
        if columns != self._columns:
            self._columns = columns
            self.invalidate()

    def insert(self, at: int, tile: QWidget) -> None:
        """Put `tile` at place `at`."""
        self.addWidget(tile)
        self._items.insert(at, self._items.pop())
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        tile = self._tile()
        wide = (self._columns or 5) * (tile.width() + self._gap) - self._gap
        return QSize(wide, tile.height())

    def minimumSize(self) -> QSize:
        tile = self._tile()
        columns = max(1, self._columns)
        return QSize(columns * (tile.width() + self._gap) - self._gap, tile.height())

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def _tile(self) -> QSize:
        hints = [item.minimumSize() for item in self._shown()]
        wide = max((hint.width() for hint in hints), default=0)
        return QSize(wide, max((hint.height() for hint in hints), default=0))

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lay(self, rect: QRect, *, move: bool) -> int:
        """Place the tiles when asked to; gives the height they take."""
        tile, shown = self._tile(), self._shown()
        if not shown:
            return 0
        width, gap = tile.width(), self._gap
        columns = self._columns or max(1, (rect.width() + gap) // (width + gap))
        for number, item in enumerate(shown):
            row, column = divmod(number, columns)
            if self._columns:
                left = round(column * (rect.width() + gap) / columns)
                width = round((column + 1) * (rect.width() + gap) / columns) - gap - left
            else:
                left = column * (width + gap)
            if move:
                corner = rect.topLeft() + QPoint(left, row * (tile.height() + gap))
                item.setGeometry(QRect(corner, QSize(width, tile.height())))
        rows = -(-len(shown) // columns)
        return rows * (tile.height() + gap) - gap
