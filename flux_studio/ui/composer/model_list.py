"""The list of models that the chooser opens: by provider, each with its price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Draft, price
from flux_studio.session.state import StudioState
from flux_studio.storage.key_status import KeyState, KeyStatus
from flux_studio.ui.composer.words import each_words
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.phrases import provider_title, translate
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SPACE, TYPE
from flux_studio.ui.widgets.tooltip import tooltip

WIDTH = 420  # px
_HEADER = 30  # px
_ROW = 50  # px
_MOST = 620  # px of height, then it scrolls
_SIGN = 34  # px at the end of a row: its page
ABOUT_KEYS = "Ctrl+I"
_PRESSED = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Header:
    """A provider, and whether its key is there."""

    title: str
    key: str
    has_key: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A model as one row."""

    card: ModelCard
    price: str
    detail: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One of the person's own model files that cannot be used, and what is wrong in which line."""

    file: str
    why: str


class ModelRows(QAbstractListModel):
    """Headers and entries in the order of the cards, then the files that are left out. No signals
    of its own.
    """

    def __init__(self, rows: list[Header | Entry | LeftOut]) -> None:
        super().__init__()
        self._rows = rows

    def row(self, index: _Index) -> Header | Entry | LeftOut:
        return self._rows[index.row()]

    def rows(self) -> tuple[Header | Entry | LeftOut, ...]:
        return tuple(self._rows)

    def place(self, card: ModelCard) -> int:
        """The row of a card, the first entry if it is not there."""
        found = (i for i, r in enumerate(self._rows) if isinstance(r, Entry) and r.card == card)
        return next(found, 1)

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if isinstance(self.row(index), Entry):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        match self.row(index), role:
            case Header() as header, Qt.ItemDataRole.DisplayRole:
                return header.title
            case LeftOut(file=file, why=why), Qt.ItemDataRole.AccessibleTextRole:
                return f"{file}, {translate('ModelList', 'left out')}. {why}"
            case LeftOut(file=file), Qt.ItemDataRole.DisplayRole:
                return file
            case LeftOut(file=file, why=why), Qt.ItemDataRole.ToolTipRole:
                return tooltip(f"{file}: {why}")
            case Entry() as entry, Qt.ItemDataRole.DisplayRole:
                return entry.card.title
            case Entry() as entry, Qt.ItemDataRole.AccessibleTextRole:
                provider = provider_title(entry.card.provider)
                return f"{entry.card.title}, {provider}, {entry.price}. {entry.detail}"
            case Entry() as entry, Qt.ItemDataRole.ToolTipRole:
                return tooltip("\n".join((entry.detail, *entry.card.best_for)))
        return None


class ModelList(QFrame):
    """A popup under the chooser. Arrows, the first letters, Enter and Esc work as in any list.

    Signals: `card_chosen(ModelCard)`; `page_asked(ModelCard)` for the sign at the end of a row, or
    by its keys.
    """

    card_chosen = Signal(object)
    page_asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName(self.tr("Models"))
        self.view = QListView()
        self.view.setAccessibleName(self.tr("Models"))
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setStyleSheet("QListView, QListView:focus { border: none; }")
        self.view.setMouseTracking(True)
        self.view.setItemDelegate(_RowDelegate(self.view))
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.installEventFilter(self)
        self.view.viewport().installEventFilter(self)
        self.view.clicked.connect(self._on_view_picked)
        self.view.activated.connect(self._on_view_picked)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.xs, SPACE.xs, SPACE.xs, SPACE.xs)
        column.addWidget(self.view)

    def open(self, state: StudioState, under: QWidget) -> None:
        """Show the cards of `state` below the widget `under`, the present one selected."""
        rows = rows_of(state)
        self.view.ensurePolished()
        self.view.setModel(rows)
        self._rows = rows
        self.view.setCurrentIndex(rows.index(rows.place(state.card)))
        self._place(under, sum(_HEADER if isinstance(r, Header) else _ROW for r in rows.rows()))
        self.show()
        self.view.setFocus(Qt.FocusReason.PopupFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.line))
        painter.fillRect(self.rect().adjusted(1, 1, -1, -1), QColor(colors.field))

    def _place(self, under: QWidget, rows_height: int) -> None:
        screen = under.screen() or QGuiApplication.primaryScreen()
        free = screen.availableGeometry()
        height = min(rows_height + 2 * SPACE.xs + 2, _MOST, free.height() - 2 * SPACE.s)
        spot = under.mapToGlobal(QPoint(0, under.height() + SPACE.xs))
        left = min(max(spot.x(), free.left()), max(free.left(), free.right() - WIDTH))
        top = min(spot.y(), free.bottom() - height)
        self.setGeometry(left, max(free.top(), top), WIDTH, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The page of a model: by a click on the sign of its row, or by the keys for it."""
        index = QModelIndex()
        if isinstance(event, QKeyEvent) and event.type() in _PRESSED:
            if QKeySequence(event.keyCombination()) == QKeySequence(ABOUT_KEYS):
                event.accept()  # before the window's own shortcut takes it
                index = self.view.currentIndex()
        elif isinstance(event, QMouseEvent) and watched is self.view.viewport():
            index = self._sign_at(event)
        row = self._rows.row(index) if index.isValid() else None
        if not isinstance(row, Entry):
            return super().eventFilter(watched, event)
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonRelease):
            self.close()
            self.page_asked.emit(row.card)
        return True

    def sign_rect(self, index: QModelIndex) -> QRect:
        """Where the sign of a row is, in px of the view's inside."""
        row = self.view.visualRect(index)
        return QRect(row.right() - _SIGN, row.top(), _SIGN, row.height())

    def _sign_at(self, event: QMouseEvent) -> QModelIndex:
        """The row whose sign is pressed or let go, none for other places and moves."""
        spot, pressed = event.position().toPoint(), event.button() == Qt.MouseButton.LeftButton
        index = self.view.indexAt(spot)
        if pressed and index.isValid() and self.sign_rect(index).contains(spot):
            return index
        return QModelIndex()

    def _on_view_picked(self, index: QModelIndex) -> None:
        row = self._rows.row(index)
        if isinstance(row, Entry):
            self.close()
            self.card_chosen.emit(row.card)


def rows_of(state: StudioState) -> ModelRows:
    """The cards by provider, each priced at the present draft."""
    rows: list[Header | Entry | LeftOut] = []
    for provider in dict.fromkeys(card.provider for card in state.cards):
        rows.append(_header(provider, state.keys))
        rows += [_entry(card, state.draft) for card in state.cards if card.provider == provider]
    if state.left_out:
        rows.append(Header(translate("ModelList", "Your own files"), "", True))
        rows += [_left_out(fault) for fault in state.left_out]
    return ModelRows(rows)


def _left_out(fault: str) -> LeftOut:
    file, _, why = fault.partition(": ")
    return LeftOut(file, why or fault)


def _header(provider: str, keys: Mapping[str, KeyStatus]) -> Header:
    words, has_key = key_words(keys.get(provider))
    return Header(provider_title(provider), words, has_key)


def key_words(status: KeyStatus | None) -> tuple[str, bool]:
    """The state of a provider's key in two or three words, and whether it is there."""
    if status is None:
        return "", True
    if status.has_key:
        return translate("ModelList", "key present"), True
    if status.state is KeyState.WAITING:
        return translate("ModelList", "keychain has not answered"), False
    if status.state is KeyState.LOCKED:
        return translate("ModelList", "keychain locked"), False
    return translate("ModelList", "no key yet"), False


def _entry(card: ModelCard, draft: Draft) -> Entry:
    detail = card.blurb
    if draft.references and not card.edits:
        detail = translate("ModelList", "Takes no references. {blurb}").format(blurb=detail)
    return Entry(card, each_words(price(draft, card)), detail)


class _RowDelegate(QStyledItemDelegate):
    """Paints headers and entries in the colours of the theme."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        model = index.model()
        assert isinstance(model, ModelRows)
        is_header = isinstance(model.row(index), Header)
        return QSize(WIDTH - 4 * SPACE.xs, _HEADER if is_header else _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, ModelRows)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect)
        match model.row(index):
            case Header() as header:
                _paint_header(painter, box, header, option.font)
            case LeftOut() as left_out:
                _paint_left_out(painter, box, left_out, option.font)
            case Entry() as entry:
                state = option.state
                chosen = bool(state & QStyle.StateFlag.State_Selected)
                hovered = bool(state & QStyle.StateFlag.State_MouseOver)
                _paint_ground(painter, box, chosen, hovered)
                _paint_entry(painter, box, entry, option.font)
        painter.restore()


def _paint_ground(painter: QPainter, box: QRectF, chosen: bool, hovered: bool) -> None:
    colors = current_colors()
    frame = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QColor(colors.edge) if chosen else Qt.PenStyle.NoPen)
    if chosen or hovered:
        painter.setBrush(QColor(colors.hover if chosen else colors.raised))
        painter.drawRoundedRect(frame, 4, 4)


def _paint_header(painter: QPainter, box: QRectF, header: Header, font: QFont) -> None:
    colors = current_colors()
    words = box.adjusted(SPACE.s, SPACE.xs, -SPACE.s, 0)
    painter.setFont(_sized(font, TYPE.small, strong=True))
    painter.setPen(QColor(colors.muted))
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, header.title)
    if not header.key:
        return
    color = colors.muted if header.has_key else colors.warn
    small = _sized(font, TYPE.small)
    painter.setFont(small)
    painter.setPen(QColor(color))
    right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
    painter.drawText(words, right, header.key)
    wide = QFontMetrics(small).horizontalAdvance(header.key)
    icon = QRectF(words.right() - wide - 18, words.center().y() - 6, 12, 12)
    paint_icon(painter, icon, "key-round", color)


def _paint_entry(painter: QPainter, box: QRectF, entry: Entry, font: QFont) -> None:
    colors = current_colors()
    sign = QRectF(box.right() - _SIGN + 9, box.center().y() - 8, 16, 16)
    paint_icon(painter, sign, "info", colors.muted)
    words = box.adjusted(SPACE.s, 7, -_SIGN, -7)
    body, small = _sized(font, TYPE.body), _sized(font, TYPE.small)
    right = QFontMetrics(body).horizontalAdvance(entry.price) + SPACE.m
    top = words.adjusted(0, 0, 0, -words.height() / 2)
    painter.setFont(body)
    painter.setPen(QColor(colors.text))
    painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, entry.price)
    _elided(painter, top.adjusted(0, 0, -right, 0), entry.card.title)
    painter.setFont(small)
    painter.setPen(QColor(colors.muted))
    _elided(painter, words.adjusted(0, words.height() / 2, 0, 0), entry.detail)


def _paint_left_out(painter: QPainter, box: QRectF, left_out: LeftOut, font: QFont) -> None:
    colors = current_colors()
    words = box.adjusted(SPACE.s, 7, -SPACE.s, -7)
    small = _sized(font, TYPE.small)
    said = translate("ModelList", "left out")
    top = words.adjusted(0, 0, 0, -words.height() / 2)
    painter.setFont(small)
    painter.setPen(QColor(colors.warn))
    painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said)
    wide = QFontMetrics(small).horizontalAdvance(said) + SPACE.m
    painter.setFont(_sized(font, TYPE.body))
    painter.setPen(QColor(colors.disabled))
    _elided(painter, top.adjusted(0, 0, -wide, 0), left_out.file)
    painter.setFont(small)
    painter.setPen(QColor(colors.muted))
    _elided(painter, words.adjusted(0, words.height() / 2, 0, 0), left_out.why)


def _elided(painter: QPainter, box: QRectF, text: str) -> None:
    fitted = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, fitted)


def _sized(font: QFont, size: int, *, strong: bool = False) -> QFont:
    made = QFont(font)
    made.setPixelSize(size)
    made.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return made
