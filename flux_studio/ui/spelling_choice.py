"""The language in which spelling is checked, for the settings; or why there is none."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from flux_studio.session.spelling_desk import SpellingDesk
from flux_studio.session.state import StudioState
from flux_studio.ui.style import set_tone
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip

_WIDTH = 200  # px


class SpellingChoice(QWidget):
    """Shows the preference and asks the desk for another. No signals."""

    def __init__(self, desk: SpellingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._chosen = ""
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Spell check"))
        self.choice.setToolTip(
            tooltip(self.tr("Words of the prompt that are in no list are underlined"))
        )
        self.choice.setFixedWidth(_WIDTH)
        self.choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.choice.activated.connect(self._on_choice_activated)
        self.reason = QLabel()
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setWordWrap(True)
        set_tone(self.reason, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.m)
        row.addWidget(self.choice)
        row.addWidget(self.reason, 1)
        row.addStretch(0)
        desk.opened.connect(self._fill)
        self._fill()

    def show_state(self, state: StudioState) -> None:
        """Show what is chosen, also when it was chosen in the menu of the prompt."""
        self._chosen = state.preferences.spelling
        at = self.choice.findData(self._chosen)
        if at != self.choice.currentIndex():
            self.choice.setCurrentIndex(at)

    @Slot()
    def _fill(self) -> None:
        self.choice.clear()
        self.choice.addItem(self.tr("Off"), "")
        for language in self._desk.languages:
            self.choice.addItem(language_words(language), language)
        self.choice.setCurrentIndex(self.choice.findData(self._chosen))
        can_check = bool(self._desk.languages) and not self._desk.why_not
        waiting = self.tr("Spell check is not ready yet.")
        self.reason.setText("" if can_check else self._desk.why_not or waiting)
        self.reason.setVisible(not can_check)
        self.choice.setVisible(can_check)

    @Slot(int)
    def _on_choice_activated(self, at: int) -> None:
        self._desk.choose(str(self.choice.itemData(at)))


def language_words(code: str) -> str:
    """A language by its name and code: `German (de)`. Not by its own name: of `en` Qt knows only
    that it is American, which the word list is not.
    """
    language = QLocale(code).language()
    known = language not in (QLocale.Language.C, QLocale.Language.AnyLanguage)
    return f"{QLocale.languageToString(language)} ({code})" if known else code
