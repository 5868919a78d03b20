"""Earlier prompts: all that were ever sent, searched by their words, starred, put back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from flux_studio.session.studio import Studio
from flux_studio.storage.prompt_history import SentPrompt
from flux_studio.ui.phrases import age_words
from flux_studio.ui.prompts.card_list import Card, CardListView
from flux_studio.ui.style import set_look, set_tone
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.chip import FilterChip
from flux_studio.ui.widgets.tooltip import announce, tooltip

SIZE = (560, 600)  # px, width × height
LEAST = (400, 320)
_LINE = 120  # characters of a prompt on one line of a card


class HistoryDialog(QDialog):
    """Asks the studio's prompt desk, and puts the chosen prompt into the form. No signals."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._found: dict[int, SentPrompt] = {}
        self._asked = 0
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Earlier prompts"))
        self.setAccessibleName(self.tr("Earlier prompts"))
        self._make_parts()
        self._lay_out()
        self._search()
        self.setMinimumSize(*LEAST)
        self.resize(*SIZE)  # Qt would take two thirds of a small screen
        self.search.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in the list and Enter takes, also while one types the search."""
        if self.search.hasFocus() and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.setFocus()
            self.list.keyPressEvent(event)
        elif self.search.hasFocus() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_use_clicked()
        else:
            super().keyPressEvent(event)

    def _make_parts(self) -> None:
        self.search = QLineEdit()
        self.search.setAccessibleName(self.tr("Search earlier prompts"))
        self.search.setPlaceholderText(self.tr("Search earlier prompts"))
        self.search.setToolTip(tooltip(self.tr("Every word must be somewhere in the prompt")))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.starred = FilterChip(self.tr("Starred"), "star", self.tr("Starred"))
        self.starred.setCheckable(True)
        self.starred.toggled.connect(self._on_starred_toggled)
        self.list = CardListView(self.tr("Earlier prompts"))
        self.list.taken.connect(self._take)
        self.list.star_asked.connect(self._star)
        self.list.removal_asked.connect(self._forget)
        self.nothing = QLabel()
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_tone(self.nothing, "muted")
        self.use = _button(self.tr("Use"), self.tr("Put it into the prompt box"), "Return")
        set_look(self.use, "primary")
        self.use.clicked.connect(self._on_use_clicked)
        self.star = _button(self.tr("Star"), self.tr("Give it a star, or take it back"), "F")
        self.star.clicked.connect(lambda: self._star(self.list.current()))
        self.forget = _button(
            self.tr("Forget"), self.tr("Take it off this list; pictures keep theirs"), "Delete"
        )
        self.forget.clicked.connect(lambda: self._forget(self.list.current()))
        self.close_button = _button(self.tr("Close"), self.tr("Close"), "Esc")
        self.close_button.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        top, foot = QHBoxLayout(), QHBoxLayout()
        for row in (top, foot):
            row.setSpacing(SPACE.s)
        top.addWidget(self.search, 1)
        top.addWidget(self.starred)
        for button in (self.star, self.forget):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.l, SPACE.l, SPACE.l, SPACE.l)
        column.setSpacing(SPACE.m)
        column.addLayout(top)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.list, 1)
        column.addLayout(foot)

    @Slot()
    def _search(self) -> None:
        self._asked += 1
        asked = self._asked
        self._studio.prompts.search(
            self.search.text(), self.starred.isChecked(), lambda found: self._show(asked, found)
        )

    def _show(self, asked: int, found: list[SentPrompt]) -> None:
        if asked != self._asked:
            return  # an answer to an earlier question
        self._found = {each.number: each for each in found}
        now = datetime.now(UTC)
        self.list.show_cards([self._card(each, now) for each in found])
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)
        for button in (self.use, self.star, self.forget):
            button.setEnabled(bool(found))
        if not found:
            words = self.tr("Every prompt you send is kept here, even when its pictures are gone.")
            if self.search.text() or self.starred.isChecked():
                words = self.tr("No earlier prompt fits.")
            self.nothing.setText(words)
            announce(self.nothing, words)

    def _card(self, sent: SentPrompt, now: datetime) -> Card:
        line = " ".join(sent.text.split())
        first, rest = line[:_LINE], ""
        if len(line) > _LINE // 2:
            cut = line.rfind(" ", 0, _LINE // 2)
            first, rest = line[:cut], line[cut + 1 :] if cut > 0 else ""
            first = line if cut <= 0 else first
        once, often = self.tr("sent once"), self.tr("sent {count} times")
        uses = once if sent.uses == 1 else often.format(count=sent.uses)
        note = f"{uses} · {age_words(sent.last, now)}"
        return Card(sent.number, first, rest, note, sent.starred)

    def _take(self, number: int | None) -> None:
        sent = self._found.get(number or 0)
        if sent is not None:
            self._studio.set_prompt(sent.text)
            self.accept()

    def _star(self, number: int | None) -> None:
        sent = self._found.get(number or 0)
        if sent is None:
            return
        self._found[sent.number] = starred = replace(sent, starred=not sent.starred)
        self._studio.prompts.star(sent.number, starred.starred)
        place = [card.key for card in self.list.cards.cards].index(sent.number)
        self.list.cards.show_card(place, self._card(starred, datetime.now(UTC)))
        announce(self.list, self.tr("Starred") if starred.starred else self.tr("Star taken back"))

    def _forget(self, number: int | None) -> None:
        sent = self._found.pop(number or 0, None)
        if sent is not None:
            self._studio.prompts.forget(sent.number)
            self._show(self._asked, list(self._found.values()))

    def _on_starred_toggled(self, on: bool) -> None:
        self.starred.show_choice(self.tr("Starred"), active=on)
        self._search()

    def _on_use_clicked(self) -> None:
        self._take(self.list.current())


def _button(text: str, tip: str, shortcut: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tooltip(tip, shortcut))
    button.setAutoDefault(False)
    return button
