"""The price of the same request everywhere, as a few lines above Generate, and all on demand.

A click, Enter or Alt with the number of a line switches the model and keeps the draft.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QListView,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.card import ModelCard
from flux_studio.core.price_table import (
    Circumstances,
    PriceRow,
    PriceTable,
    price_table,
    prompt_marks,
)
from flux_studio.session.state import StudioState
from flux_studio.storage.key_status import KeyState
from flux_studio.ui.composer.price_line import ROW, PriceDelegate, paint_ground, small_font
from flux_studio.ui.composer.price_lines import NUMBERED, PriceLines
from flux_studio.ui.composer.price_words import family_of, number
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip

_LINES = ((760, 4), (660, 3), (0, 1))  # of a panel so many px high
_REST = 430  # px of the panel that the open table leaves to the form and to Generate
_MOST_OPEN = 12  # lines, then it scrolls
_CHEVRON = 14  # px
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class PriceLineView(QListView):
    """The lines as a list. Signal: `picked(int)`, the line that was clicked or entered."""

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Prices"))
        tip = self.tr("Switch to another model: a click, Enter, or Alt and the number of the line")
        self.setToolTip(tooltip(tip))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QListView, QListView:focus { border: none; background: transparent; }")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(lambda index: self.picked.emit(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in _ENTER and not plain and self.currentIndex().isValid():
            self.picked.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, ROW)


class AllToggle(QAbstractButton):
    """Opens and closes the whole table: a word and a chevron. Signals: those of
    QAbstractButton.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str, tip: str) -> None:
        self.setText(words)
        self.setAccessibleDescription(words)
        self.setToolTip(tooltip(tip))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        words = QFontMetrics(small_font(self.font())).horizontalAdvance(self.text())
        return QSize(words + _CHEVRON + 3 * SPACE.xs, ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        paint_ground(painter, box, hovered=self.underMouse(), current=self.hasFocus())
        color = colors.text if self.underMouse() else colors.muted
        words = box.adjusted(SPACE.xs, 0, -_CHEVRON - SPACE.xs, 0)
        painter.setFont(small_font(self.font()))
        painter.setPen(QColor(color))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        chevron = QRectF(words.right(), (box.height() - _CHEVRON) / 2, _CHEVRON, _CHEVRON)
        icon = "chevron-down" if self.isChecked() else "chevron-up"
        paint_icon(painter, chevron.translated(SPACE.xs / 2, 0), icon, color)


class PriceTableView(QWidget):
    """A few lines, or all of them while `toggle` is on; the owner places the toggle.

    Signal: `card_chosen(ModelCard)`.
    """

    card_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seen: tuple[object, ...] = ()
        self._cards: tuple[ModelCard, ...] = ()
        self._table = PriceTable((), ())
        self._height = 0
        self.lines = PriceLines()
        self.view = PriceLineView()
        self.view.setModel(self.lines)
        self.delegate = PriceDelegate(self.view)
        self.view.setItemDelegate(self.delegate)
        self.view.picked.connect(self._on_view_picked)
        self.toggle = AllToggle(self.tr("All prices"))
        self.toggle.toggled.connect(self._on_toggle_toggled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        for place in range(NUMBERED):
            keys = QShortcut(QKeySequence(f"Alt+{place + 1}"), self)
            keys.activated.connect(lambda place=place: self.choose(place))

    def show_state(self, state: StudioState, today: date | None = None) -> None:
        """Price the draft of the state everywhere; nothing is done while nothing of it changed."""
        known = circumstances_of(state, today)
        marks = prompt_marks(state.draft, state.cards, state.lists)
        seen = (replace(state.draft, prompt=""), state.cards, marks, known)
        if seen == self._seen:
            return  # another prompt costs the same
        self._seen = seen
        if state.cards is not self._cards:
            self._cards = state.cards
            self.lines.family = family_of(state.cards)
        table = price_table(state.draft, state.cards, known)
        if table != self._table:
            self._table = table
            self._show_rows()

    def fit(self, height: int) -> None:
        """Take so much room as a composer `height` px high has for it."""
        if height != self._height:
            self._height = height
            self._show_rows()

    def table(self) -> PriceTable:
        """All rows, shown or not."""
        return self._table

    def is_open(self) -> bool:
        return self.toggle.isChecked()

    def choose(self, place: int) -> None:
        """Switch to the line at `place`, from 0; behind the shown ones come the others by price."""
        shown = self.lines.rows()
        names = {row.card.id for row in shown}
        rows = (*shown, *(row for row in self._table.rows if row.card.id not in names))
        if place < len(rows):
            self._choose(rows[place])

    def _choose(self, row: PriceRow) -> None:
        if not row.chosen:
            self.card_chosen.emit(row.card)

    def _on_view_picked(self, place: int) -> None:
        self._choose(self.lines.rows()[place])

    def _on_toggle_toggled(self) -> None:
        """Begin at the chosen line, wherever it stands among all of them."""
        self._show_rows()
        self._keep_current(None)
        self.view.scrollTo(self.view.currentIndex(), QListView.ScrollHint.PositionAtCenter)

    def _show_rows(self) -> None:
        rows = self._table.all if self.is_open() else self._table.shortlist(self._few())
        if rows != self.lines.rows():
            current = self.view.currentIndex().row()
            kept = self.lines.rows()[current].card.id if current >= 0 else None
            self.lines.show(rows)
            self._keep_current(kept)
        self.delegate.measure(rows, self.view.font())
        self.view.setFixedHeight(min(len(rows), self._most()) * ROW)
        self.setVisible(bool(rows))
        self._show_toggle(len(rows))

    def _keep_current(self, card: tuple[str, str] | None) -> None:
        """The keyboard stays on its line; at first it is on the chosen one."""
        rows = self.lines.rows()
        places = {row.card.id: place for place, row in enumerate(rows)}
        chosen = next((place for place, row in enumerate(rows) if row.chosen), 0)
        place = places.get(card, chosen) if card is not None else chosen
        if rows:
            self.view.setCurrentIndex(self.lines.index(place))

    def _show_toggle(self, shown: int) -> None:
        whole = len(self._table.all)
        if self.is_open():
            words, tip = self.tr("Fewer"), self.tr("Show a few prices only")
        else:
            words = self.tr("All {count}").format(count=number(whole))
            tip = self.tr("Show the price at every provider and model, and who cannot and why")
        if words != self.toggle.text():
            self.toggle.show_words(words, tip)
        self.toggle.setVisible(self.is_open() or shown < whole)

    def _few(self) -> int:
        return next(lines for least, lines in _LINES if self._height >= least)

    def _most(self) -> int:
        if not self.is_open():
            return self._few()
        return max(self._few(), 3, min(_MOST_OPEN, (self._height - _REST) // ROW))


def circumstances_of(state: StudioState, today: date | None = None) -> Circumstances:
    """What is known beside the draft of a state; `today` is for the age of prices."""
    today = today or date.today()
    known = {p: s.has_key for p, s in state.keys.items() if s.state is not KeyState.WAITING}
    quote = state.check.estimate if state.quoted else None
    return Circumstances(today, known, state.usual, state.balances, quote, state.lists)
