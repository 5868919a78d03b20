"""A layout that fills rows from left to right and begins another where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from flux_studio.ui.tokens import SPACE


class FlowLayout(QLayout):
    """Items keep the size they want, at most the width there is. No signals.

    Qt asks for sizes dozens of times for one change around it: answers are kept until an item
    says that it is another.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}  # by width, px
        self._least: QSize | None = None
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(SPACE.xs)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        if not 0 <= index < len(self._items):
            return None
        self.invalidate()
        return self._items.pop(index)

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            inside = self._inside(QRect(0, 0, width, 0))
            self._heights[width] = self._arrange(inside, place=False)
        return self._heights[width]

    def invalidate(self) -> None:
        self._heights.clear()
        self._least = None
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(self._inside(rect), place=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        if self._least is None:
            self._least = QSize(0, 0)
            for item in self._items:
                self._least = self._least.expandedTo(item.minimumSize())
        return QSize(self._least)

    def _inside(self, rect: QRect) -> QRect:
        return rect.marginsRemoved(self.contentsMargins())

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        """Give each item its place; gives the height in px that all rows need."""
        at, row_height, gap = QPoint(rect.topLeft()), 0, self.spacing()
        for item in self._items:
            if item.isEmpty():
                continue
            hint = item.sizeHint()
            size = QSize(min(hint.width(), max(1, rect.width())), hint.height())
            if at.x() > rect.left() and at.x() + size.width() > rect.right() + 1:
                at = QPoint(rect.left(), at.y() + row_height + gap)
                row_height = 0
            if place:
                item.setGeometry(QRect(at, size))
            at.setX(at.x() + size.width() + gap)
            row_height = max(row_height, size.height())
        return at.y() + row_height - rect.top()
