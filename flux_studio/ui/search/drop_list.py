"""A short list below a field: words, what they are, and a tick; never takes the keyboard itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import ICON, SHAPE, SPACE

ROW = 28  # px
MOST_ROWS = 9
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class DropRow:
    """One row: `text` at the left, `note` muted at the right; ticked, or with a dot of `color`
    (`#RRGGBB`).
    """

    text: str
    note: str = ""
    is_on: bool = False
    color: str = ""
    data: object = None


class DropRows(QAbstractListModel):
    """Rows as Qt asks for them. No signals of its own."""

    def __init__(self, rows: Sequence[DropRow] = ()) -> None:
        super().__init__()
        self.rows: Sequence[DropRow] = rows

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(filter(None, (row.text, row.note)))
        return None

    def show_rows(self, rows: Sequence[DropRow]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


class DropView(QListView):
    """The rows; arrows are sent to it by the field that has the keyboard. Signals: `clicked`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._rows = DropRows()
        self.setModel(self._rows)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QListView { border: none; background: transparent; }")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setItemDelegate(_RowDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_rows(self, rows: Sequence[DropRow], current: int = -1) -> None:
        """Other rows; `current` is the one Enter takes, -1 for none."""
        self._rows.show_rows(rows)
        self.setCurrentIndex(self._rows.index(current) if current >= 0 else QModelIndex())

    def rows(self) -> Sequence[DropRow]:
        return self._rows.rows

    def current(self) -> DropRow | None:
        index = self.currentIndex()
        return self._rows.rows[index.row()] if index.isValid() else None

    def step(self, by: int) -> None:
        """The next or the previous row, round the ends."""
        count = len(self._rows.rows)
        if count:
            at = self.currentIndex().row()
            at = (at + by) % count if at >= 0 else (0 if by > 0 else count - 1)
            self.setCurrentIndex(self._rows.index(at))

    def wanted_height(self) -> int:
        """px for all rows, or for as many as are shown at once."""
        return ROW * min(MOST_ROWS, max(1, len(self._rows.rows)))


class DropFrame(QFrame):
    """A sunk surface with a line around it, for what drops down. No signals."""

    def __init__(self, parent: QWidget, *, is_popup: bool) -> None:
        flags = Qt.WindowType.Popup if is_popup else Qt.WindowType.Widget
        super().__init__(parent, flags)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE.xs, SPACE.xs, SPACE.xs, SPACE.xs)
        self.column.setSpacing(SPACE.xs)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.line))
        painter.fillRect(self.rect().adjusted(1, 1, -1, -1), QColor(colors.field))


class _RowDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(100, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, DropRows)
        row, colors = model.rows[index.row()], current_colors()
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.raised if chosen else colors.hover))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), SHAPE.radius - 2, SHAPE.radius - 2)
        inner = box.adjusted(SPACE.s, 0, -SPACE.s, 0)
        if row.color:
            _dot(painter, inner, row.color)
            inner.setLeft(inner.left() + ICON.small + SPACE.xs)
        if row.is_on:
            tick = QRect(inner.right() - ICON.small, inner.top(), ICON.small, inner.height())
            paint_icon(painter, tick.toRectF(), "check", colors.accent)
            inner.setRight(inner.right() - ICON.small - SPACE.xs)
        metrics = QFontMetrics(painter.font())
        wanted = metrics.horizontalAdvance(row.text)
        rest = max(inner.width() // 3, inner.width() - wanted - SPACE.m)
        # A pixel more: at fractions of a pixel the words are a little wider than they say.
        note = min(metrics.horizontalAdvance(row.note) + 1, rest)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colors.muted))
        words = metrics.elidedText(row.note, Qt.TextElideMode.ElideRight, note)
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, words)
        painter.setPen(QColor(colors.text))
        room = inner.width() - (note + SPACE.m if row.note else 0)
        text = metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


def _dot(painter: QPainter, box: QRect, color: str) -> None:
    painter.setPen(QColor(current_colors().edge))
    painter.setBrush(QColor(color))
    place = QRect(box.left(), box.center().y() - 6, 12, 12)
    painter.drawEllipse(place)
