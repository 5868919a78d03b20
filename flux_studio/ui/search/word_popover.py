"""A small popup that asks for one word with completion: a tag or a collection for some pictures, or
a name for a search.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from flux_studio.ui.search.drop_list import DropFrame, DropRow, DropView
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip

WIDTH = 260  # px
LONGEST = 80  # letters


class WordPopover(DropFrame):
    """Signal: `word_chosen(str, bool)`: the word, and whether it is there already (then it is meant
    to go).
    """

    word_chosen = Signal(str, bool)

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent, is_popup=True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(title)
        self.title = QLabel(title)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        set_type(self.title, "small")
        set_tone(self.title, "muted")
        self.title.setContentsMargins(SPACE.xs, SPACE.xs, SPACE.xs, 0)
        self.entry = QLineEdit()
        self.entry.setAccessibleName(title)
        self.entry.setToolTip(tooltip(self.tr("Enter takes the word, Esc leaves"), ""))
        self.entry.setPlaceholderText(self.tr("Type a name"))
        self.entry.setMaxLength(LONGEST)
        self.view = DropView(title)
        for widget in (self.title, self.entry, self.view):
            self.column.addWidget(widget)
        self._words: Sequence[str] = ()
        self._present: frozenset[str] = frozenset()
        self.entry.textChanged.connect(self._on_entry_text_changed)
        self.entry.installEventFilter(self)
        self.view.clicked.connect(lambda index: self._choose(index.row()))

    def show_words(self, words: Sequence[str], present: Sequence[str] = ()) -> None:
        """The words to choose from; those that are `present` have a tick and come first."""
        self._present = frozenset(present)
        self._words = [*present, *(word for word in words if word not in self._present)]
        self._on_entry_text_changed(self.entry.text())

    def open_at(self, spot: QPoint, text: str = "") -> None:
        """Show it at a global place, with a text to begin with."""
        self.entry.setText(text)
        self.entry.selectAll()
        self.setFixedWidth(WIDTH)
        self._fit()
        free = (QGuiApplication.screenAt(spot) or self.screen()).availableGeometry()
        left = max(free.left(), min(spot.x(), free.right() - self.width()))
        top = max(free.top(), min(spot.y(), free.bottom() - self.height()))
        self.move(left, top)
        self.show()
        self.entry.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            match event.key():
                case Qt.Key.Key_Down:
                    self.view.step(1)
                    return True
                case Qt.Key.Key_Up:
                    self.view.step(-1)
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self._choose(self.view.currentIndex().row())
                    return True
        return super().eventFilter(watched, event)

    @Slot(str)
    def _on_entry_text_changed(self, text: str) -> None:
        wanted = text.strip().casefold()
        fitting = [word for word in self._words if wanted in word.casefold()]
        fitting.sort(key=lambda word: not word.casefold().startswith(wanted))
        rows = [DropRow(word, is_on=word in self._present, data=word) for word in fitting]
        is_new = bool(wanted) and all(word.casefold() != wanted for word in fitting)
        if is_new:
            note = self.tr("new")
            rows.append(DropRow(text.strip(), note, data=text.strip()))
        # What is typed whole is what Enter takes; a beginning takes the first that fits.
        self.view.show_rows(rows, 0 if rows and wanted else -1)
        self._fit()

    def _choose(self, row: int) -> None:
        rows = self.view.rows()
        if 0 <= row < len(rows):
            word = rows[row].text
            self.close()
            self.word_chosen.emit(word, word in self._present)

    def _fit(self) -> None:
        self.view.setVisible(bool(self.view.rows()))
        self.view.setFixedHeight(self.view.wanted_height())
        self.adjustSize()
