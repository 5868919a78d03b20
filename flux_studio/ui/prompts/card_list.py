"""A list of cards: two lines of words, a quiet line below, a picture or a star beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
)
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import ICON, SHAPE, SPACE, TYPE

ROW = 60  # px
_PICTURE = 48  # px
_STAR = 32  # px, the target of the star

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Card:
    """`key` names it for who shows it; `starred` None has no star, `picture` None no picture."""

    key: int
    title: str
    text: str = ""
    note: str = ""
    starred: bool | None = None
    has_picture: bool = False
    picture: QImage | None = field(default=None, compare=False)


class CardModel(QAbstractListModel):
    """The cards. Signals: those of a model."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[Card] = []

    def show_cards(self, cards: Sequence[Card]) -> None:
        self.beginResetModel()
        self.cards = list(cards)
        self.endResetModel()

    def show_card(self, place: int, card: Card) -> None:
        self.cards[place] = card
        self.dataChanged.emit(self.index(place), self.index(place))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        card = self.cards[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return card.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (card.title, card.text, card.note) if part)
        return card if role == Qt.ItemDataRole.UserRole else None


class _Delegate(QStyledItemDelegate):
    """Paints a card."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card: Card = index.data(Qt.ItemDataRole.UserRole)
        colors = current_colors()
        box = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QColor(colors.focus if chosen else colors.line))
            painter.setBrush(QColor(colors.raised if chosen else colors.panel))
            frame = box.adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)
        left = box.left() + SPACE.m
        if card.has_picture:
            left += self._paint_picture(painter, card, QPoint(int(left), int(box.top())))
        right = box.right() - SPACE.m
        if card.starred is not None:
            right -= _STAR
            self._paint_star(painter, card.starred, box)
        self._paint_words(painter, card, QRectF(left, box.top(), right - left, box.height()))
        painter.restore()

    def _paint_picture(self, painter: QPainter, card: Card, at: QPoint) -> float:
        colors = current_colors()
        place = QRectF(at.x(), at.y() + (ROW - _PICTURE) / 2, _PICTURE, _PICTURE)
        clip = QPainterPath()
        clip.addRoundedRect(place, 4, 4)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(place, QColor(colors.field))
        if card.picture is not None:
            painter.drawImage(place, card.picture)
        else:
            inner = QRectF(0, 0, ICON.small, ICON.small)
            inner.moveCenter(place.center())
            paint_icon(painter, inner, "palette", colors.muted)
        painter.restore()
        return _PICTURE + SPACE.m

    def _paint_star(self, painter: QPainter, starred: bool, box: QRectF) -> None:
        colors = current_colors()
        place = QRectF(0, 0, ICON.small, ICON.small)
        place.moveCenter(QRectF(box.right() - _STAR, box.top(), _STAR, box.height()).center())
        color = colors.accent if starred else colors.disabled
        paint_icon(painter, place, "star", color, filled=starred)

    def _paint_words(self, painter: QPainter, card: Card, room: QRectF) -> None:
        colors = current_colors()
        body = QFont(painter.font())
        body.setPixelSize(TYPE.body)
        small = QFont(body)
        small.setPixelSize(TYPE.small)
        lines = [(card.title, body, colors.text), (card.text, small, colors.text)]
        lines = [line for line in (*lines, (card.note, small, colors.muted)) if line[0]]
        heights = [QFontMetricsF(font).height() for _, font, _ in lines]
        top = room.top() + (room.height() - sum(heights)) / 2
        for (words, font, color), height in zip(lines, heights, strict=True):
            painter.setFont(font)
            painter.setPen(QColor(color))
            line = QRectF(room.left(), top, room.width(), height)
            cut = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, cut)
            top += height


class CardListView(QListView):
    """Signals: `taken(int)` and `pointed(int)` with the key of a card that was entered or double
    clicked, and that became the current one; `star_asked(int)`, `removal_asked(int)`.
    """

    taken = Signal(int)
    pointed = Signal(int)
    star_asked = Signal(int)
    removal_asked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = CardModel()
        self.setModel(self.cards)
        self._delegate = _Delegate(self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QListView, QListView:focus { border: none; background: transparent; }")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.doubleClicked.connect(lambda index: self.taken.emit(self.cards.cards[index.row()].key))
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    def current(self) -> int | None:
        """The key of the current card."""
        place = self.currentIndex().row()
        return self.cards.cards[place].key if 0 <= place < len(self.cards.cards) else None

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Show these; the current one stays where it is still there, else it is the first."""
        kept = self.current()
        self.cards.show_cards(cards)
        keys = [card.key for card in cards]
        if keys:
            place = keys.index(kept) if kept in keys else 0
            self.setCurrentIndex(self.cards.index(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = self.current()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key is None or not plain:
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.taken.emit(key)
            case Qt.Key.Key_F:
                self.star_asked.emit(key)
            case Qt.Key.Key_Delete:
                self.removal_asked.emit(key)
            case _:
                super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            card = self.cards.cards[index.row()]
            if card.starred is not None and at.x() > self.visualRect(index).right() - _STAR:
                self.star_asked.emit(card.key)

    def _on_current_changed(self, index: QModelIndex) -> None:
        if index.isValid():
            self.pointed.emit(self.cards.cards[index.row()].key)
