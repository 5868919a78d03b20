"""The search field: words and fields, completed while they are typed.

The list below it never takes the keyboard: arrows choose in it, Tab and Enter take what is chosen,
Esc closes it and then clears the field.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit

from flux_studio.core.search_completion import Completion, Offer, complete
from flux_studio.core.search_values import colors
from flux_studio.session.shelf_desk import ShelfDesk
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.search.drop_list import DropFrame, DropRow, DropView
from flux_studio.ui.search.search_words import field_words, wrong_at
from flux_studio.ui.style import current_colors, set_tone, set_type
from flux_studio.ui.tokens import ICON, SPACE
from flux_studio.ui.widgets.chip import KeyHint
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import tooltip

WIDTH = 360  # px
_LIST_WIDTH = 340  # px at least
_CLEAR = 24  # px


class SearchField(QLineEdit):
    """An icon in front, the shortcut behind while it is empty. Signals: those of QLineEdit."""

    entered = Signal()

    def __init__(self, shelf: ShelfDesk | None = None) -> None:
        super().__init__()
        self._shelf = shelf
        self._completion = Completion(0, 0)
        self._list: SearchList | None = None
        self.setAccessibleName(self.tr("Search"))
        self.setPlaceholderText(self.tr("Search, or model:flex rating:>3"))
        self.setToolTip(
            tooltip(
                self.tr(
                    "Find pictures by words of prompt and note, -word to leave out, and fields"
                    " such as rating:>=4"
                ),
                "Ctrl+F",
            )
        )
        self.setMinimumWidth(200)
        self.setMaximumWidth(WIDTH)
        self.setTextMargins(ICON.small + SPACE.s, 0, _CLEAR - SPACE.xs, 0)
        self._hint = KeyHint("Ctrl+F", self)
        clear = self.tr("Clear the search")
        self.clear_it = IconButton("x", clear, clear, "Esc", edge=_CLEAR, parent=self)
        self.clear_it.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Esc does it
        self.clear_it.setCursor(Qt.CursorShape.ArrowCursor)
        self.clear_it.clicked.connect(self.clear)
        self.clear_it.hide()
        self.textChanged.connect(self._on_text_changed)
        self.textEdited.connect(self._offer)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    def offers(self) -> list[str]:
        """What the list offers now, [] while it is closed."""
        shown = self._list is not None and self._list.isVisible()
        return [offer.text for offer in self._completion.offers] if shown else []

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self._hint.setVisible(not text)
        self.clear_it.setVisible(bool(text))
        if not text:
            self.setAccessibleDescription("")
            self._close_list()

    @Slot(str)
    def _offer(self, _text: str = "") -> None:
        self._show_offers(asked=False)

    def _show_offers(self, *, asked: bool) -> None:
        """What could stand at the caret, and why what stands there is none of it. `asked` when a
        person wants to see all there is.
        """
        vocabulary = self._shelf.vocabulary if self._shelf is not None else {}
        text, caret = self.text(), self.cursorPosition()
        self._completion = complete(text, caret, vocabulary, self._saved(), asked=asked)
        wrong = "" if self._completion.offers else wrong_at(text, caret)
        self.setAccessibleDescription(wrong)
        if not self._completion.offers and not wrong:
            self._close_list()
            return
        if self._list is None:
            self._list = SearchList(self)
            self._list.view.clicked.connect(lambda index: self._take(index.row()))
        self._list.show_offers(self._completion, wrong, self)

    def _saved(self) -> dict[str, str]:
        """The searches on the shelf by their names."""
        shelves = self._shelf.shelves if self._shelf is not None else None
        return {each.name: each.search for each in shelves.searches} if shelves else {}

    def _take(self, row: int) -> None:
        """Put an offer into the line; a field's name goes on with its values."""
        if not 0 <= row < len(self._completion.offers):
            return
        offer = self._completion.offers[row]
        before, after = self.text()[: self._completion.start], self.text()[self._completion.end :]
        is_name = not offer.value
        gap = "" if is_name or after.startswith(" ") else " "
        self.setText(before + offer.text + gap + after)
        self.setCursorPosition(len(before) + len(offer.text) + (0 if is_name else 1))
        if is_name:
            self._offer()
        else:
            self._close_list()

    def _close_list(self) -> None:
        if self._list is not None:
            self._list.hide()

    def event(self, event: QEvent) -> bool:
        """Tab takes an offer before it leaves the field."""
        is_tab = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab
        pressed = is_tab and event.type() == QEvent.Type.KeyPress
        if pressed and self._list is not None and self.offers():
            self._take(max(0, self._list.view.currentIndex().row()))
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, is_open = event.key(), self._list is not None and self._list.isVisible()
        if self._list is not None and is_open:
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._list.view.step(1 if key == Qt.Key.Key_Down else -1)
                return
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                chosen = self._list.view.currentIndex().row()
                if chosen >= 0:
                    self._take(chosen)
                    return
                self._close_list()
            if key == Qt.Key.Key_Escape:
                self._close_list()
                return
        if key == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        if key == Qt.Key.Key_Down:
            self._show_offers(asked=True)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._shelf is not None:
            self._shelf.prepare_search()
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._close_list()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        hint = self._hint.sizeHint()
        self._hint.setGeometry(
            self.width() - hint.width() - SPACE.s,
            (self.height() - hint.height()) // 2,
            hint.width(),
            hint.height(),
        )
        top = (self.height() - _CLEAR) // 2
        self.clear_it.move(self.width() - _CLEAR - SPACE.xs, top)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        box = self.rect().adjusted(SPACE.s + 2, 0, 0, 0)
        box.setWidth(ICON.small)
        paint_icon(QPainter(self), box.toRectF(), "search", current_colors().muted)


class SearchList(DropFrame):
    """The offers below the field, or why what was typed is none of them; a part of its window, so
    the field keeps the keyboard.
    """

    def __init__(self, field: SearchField) -> None:
        super().__init__(field.window(), is_popup=False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.wrong = QLabel()
        self.wrong.setTextFormat(Qt.TextFormat.PlainText)
        self.wrong.setWordWrap(True)
        self.wrong.setContentsMargins(SPACE.s, SPACE.xs, SPACE.s, SPACE.xs)
        set_type(self.wrong, "small")
        set_tone(self.wrong, "muted")
        self.view = DropView(self.tr("Suggestions"))
        self.column.addWidget(self.wrong)
        self.column.addWidget(self.view)
        self._field = field
        field.window().installEventFilter(self)

    def show_offers(self, completion: Completion, wrong: str, under: SearchField) -> None:
        """The offers, or a sentence of what is `wrong`."""
        self.view.show_rows([_row(offer) for offer in completion.offers])
        self.view.setVisible(bool(completion.offers))
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))
        self._place(under)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.hide()  # it would stand in the wrong place
        return super().eventFilter(watched, event)

    def _place(self, under: SearchField) -> None:
        window = under.window()
        spot = under.mapTo(window, QPoint(0, under.height() + SPACE.xs))
        width = min(max(_LIST_WIDTH, under.width()), window.width())
        left = max(0, min(spot.x(), window.width() - width))
        high = self.view.wanted_height() if self.view.rows() else 0
        if self.wrong.text():
            high += self.wrong.heightForWidth(width - 2 * SPACE.xs) + (SPACE.xs if high else 0)
        self.setGeometry(left, spot.y(), width, high + 2 * SPACE.xs)


def _row(offer: Offer) -> DropRow:
    if offer.field is None:
        return DropRow(offer.value, offer.text)
    found = offer.field.name == "near" and colors(offer.value)
    note = "" if offer.value else field_words(offer.field)
    return DropRow(offer.text, note, color=found.color if found else "")
