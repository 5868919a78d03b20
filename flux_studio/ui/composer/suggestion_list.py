"""A short list of suggestions under the caret: a colour or a picture, a title, a quiet note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from PySide6.QtWidgets import QWidget as Widget

from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE, SPACE, TYPE

ROW = 28  # px
_PICTURE_ROW = 36  # px, where rows have pictures
_MOST_SHOWN = 8
_WIDEST = 320  # px
_SWATCH = 16  # px

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`key` names it for who offered it; `color` '#RRGGBB', `picture` or `icon` stand before the
    title, of which `picture` counts most.
    """

    key: str
    title: str
    note: str = ""
    color: str = ""
    icon: str = ""
    picture: QImage | None = field(default=None, compare=False)


class SuggestionModel(QAbstractListModel):
    """The rows. Signals: those of a model."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Suggestion] = ()

    def show_rows(self, rows: Sequence[Suggestion]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}, {row.note}" if row.note else row.title
        return row if role == Qt.ItemDataRole.UserRole else None


class _Delegate(QStyledItemDelegate):
    """Paints a row."""

    def __init__(self, parent: Widget) -> None:
        super().__init__(parent)
        self.height = ROW

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Suggestion = index.data(Qt.ItemDataRole.UserRole)
        colors = current_colors()
        box = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.hover))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 4, 4)
            painter.fillRect(QRectF(box.left(), box.top() + 6, 2, box.height() - 12), colors.accent)
        left = box.left() + SPACE.s + self._paint_sign(painter, row, box)
        font = QFont(option.font)
        painter.setFont(font)
        painter.setPen(QColor(colors.text))
        small = QFont(font)
        small.setPixelSize(TYPE.small)
        note = QFontMetricsF(small).horizontalAdvance(row.note) if row.note else 0.0
        room = box.right() - SPACE.s - left
        note = min(note, room / 2)
        title = QRectF(left, box.top(), room - note - SPACE.s, box.height())
        elided = QFontMetricsF(font).elidedText(
            row.title, Qt.TextElideMode.ElideRight, title.width()
        )
        painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.setFont(small)
        painter.setPen(QColor(colors.muted))
        place = QRectF(box.right() - SPACE.s - note, box.top(), note, box.height())
        words = QFontMetricsF(small).elidedText(row.note, Qt.TextElideMode.ElideRight, note + 1)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _paint_sign(self, painter: QPainter, row: Suggestion, box: QRectF) -> float:
        """What stands before the title; gives its room."""
        colors = current_colors()
        side = self.height - SPACE.s if self.height > ROW else _SWATCH
        top = box.top() + (box.height() - side) / 2
        place = QRectF(box.left() + SPACE.s, top, side, side)
        if row.picture is not None:
            clip = QPainterPath()
            clip.addRoundedRect(place, 4, 4)
            painter.save()
            painter.setClipPath(clip)
            painter.drawImage(place, row.picture)
            painter.restore()
        elif row.color:
            swatch = QRectF(place.left(), box.center().y() - _SWATCH / 2, _SWATCH, _SWATCH)
            painter.setPen(QColor(colors.edge))
            painter.setBrush(QColor(row.color))
            painter.drawRoundedRect(swatch.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        elif row.icon:
            inner = QRectF(0, 0, _SWATCH, _SWATCH)
            inner.moveCenter(place.center())
            paint_icon(painter, inner, row.icon, colors.muted)
        else:
            return 0.0
        return side + SPACE.s


class SuggestionList(QListView):
    """Lies over the window beside the caret and never takes the keyboard. Signal: `picked(int)`,
    the row that was clicked.
    """

    picked = Signal(int)

    def __init__(self, parent: Widget) -> None:
        super().__init__(parent)
        self.suggestions = SuggestionModel()
        self.setModel(self.suggestions)
        self._delegate = _Delegate(self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("Suggestions"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListView { background: transparent; border: none; padding: 4px; }")
        self.clicked.connect(lambda index: self.picked.emit(index.row()))
        self.entered.connect(self.setCurrentIndex)
        self.hide()

    def show_rows(self, rows: Sequence[Suggestion]) -> None:
        """Show these rows, the first one chosen; the place comes with `place_at`."""
        pictures = any(row.picture is not None for row in rows)
        self._delegate.height = _PICTURE_ROW if pictures else ROW
        self.suggestions.show_rows(rows)
        if rows:
            self.setCurrentIndex(self.suggestions.index(0))
        shown = min(len(rows), _MOST_SHOWN)
        self.resize(_WIDEST, shown * self._delegate.height + 2 * SPACE.xs + 2)

    def place_at(self, caret: QRectF) -> None:
        """Stand under `caret`, which is in the parent's coordinates, or above it."""
        room = self.window().rect()
        left = max(SPACE.xs, min(int(caret.left()), room.width() - self.width() - SPACE.xs))
        below = int(caret.bottom()) + SPACE.xs
        fits = below + self.height() <= room.height()
        above = int(caret.top()) - SPACE.xs - self.height()
        self.move(left, below if fits or above < 0 else above)
        self.show()
        self.raise_()

    def step(self, by: int) -> None:
        """Choose another row, round the ends."""
        rows = len(self.suggestions.rows)
        if rows:
            self.setCurrentIndex(self.suggestions.index((self.currentIndex().row() + by) % rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = current_colors()
        painter.setPen(QColor(colors.edge))
        painter.setBrush(QColor(colors.raised))
        frame = QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)
        painter.end()
        super().paintEvent(event)
