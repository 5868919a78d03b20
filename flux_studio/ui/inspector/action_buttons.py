"""What can be done with the picture: use it for an edit, make it again, bring settings back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QMenu, QPushButton, QWidget

from flux_studio.session.composing import Recall
from flux_studio.ui.icons import set_icon
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.tooltip import tooltip


class ActionButtons(QWidget):
    """Signals: `edit_asked()`, `again_asked()`, `recall_asked(Recall)`, `reveal_asked()`."""

    edit_asked = Signal()
    again_asked = Signal()
    recall_asked = Signal(object)
    reveal_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = _button("wand-sparkles", self.tr("Edit"), self.tr("Use as reference"))
        self.again = _button("refresh-cw", self.tr("Again"), self.tr("Again"))
        self.recall = _button("history", self.tr("Recall"), self.tr("Recall settings"))
        self.reveal = _button("folder-open", self.tr("Show file"), self.tr("Show file"))
        self.again.setToolTip(
            tooltip(self.tr("Order the same settings once more, with a new seed"))
        )
        self.recall.setToolTip(tooltip(self.tr("Bring its settings back into the form")))
        self.reveal.setToolTip(tooltip(self.tr("Show the original in the file manager")))
        self.show_edit("")
        self.edit.clicked.connect(self.edit_asked)
        self.again.clicked.connect(self.again_asked)
        self.reveal.clicked.connect(self.reveal_asked)
        self.recall.setMenu(self._make_menu())
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE.s)
        for at, button in enumerate((self.edit, self.again, self.recall, self.reveal)):
            grid.addWidget(button, at // 2, at % 2)
            grid.setColumnStretch(at % 2, 1)

    def show_edit(self, reason: str) -> None:
        """Whether the picture can become a reference; `reason` says in words why not."""
        self.edit.setEnabled(not reason)
        words = reason or self.tr("Use the picture as a reference for an edit")
        self.edit.setToolTip(tooltip(words, "" if reason else "E"))

    def show_seed(self, known: bool) -> None:
        """Whether there is a seed that can be brought back."""
        self._entries[Recall.SEED].setEnabled(known)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        self._entries: dict[Recall, QAction] = {}
        for what, text, key in (
            (Recall.ALL, self.tr("All settings"), "A"),
            (Recall.PROMPT, self.tr("Prompt"), "P"),
            (Recall.SEED, self.tr("Seed"), "S"),
            (Recall.SIZE, self.tr("Size"), "D"),
        ):
            action = menu.addAction(f"{text}\t{key}")
            action.triggered.connect(partial(self._on_recall_triggered, what))
            self._entries[what] = action
        return menu

    def _on_recall_triggered(self, what: Recall) -> None:
        self.recall_asked.emit(what)


def _button(icon: str, text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_icon(button, icon, "muted")
    return button
