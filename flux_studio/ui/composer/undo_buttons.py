"""Undo and redo of the form as two buttons that say what they would do."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Qt, Slot
from PySide6.QtWidgets import QMenu

from flux_studio.session.undo_desk import UndoDesk
from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.undo_words import redo_words, undo_words
from flux_studio.ui.widgets.icon_button import IconButton

translate = QCoreApplication.translate

UNDO_KEY, REDO_KEY = "Ctrl+Z", "Ctrl+Shift+Z"


class UndoButtons(QObject):
    """Keeps `undo` and `redo`, and the menu of the prompt box, in step with the history. No
    signals.
    """

    def __init__(self, desk: UndoDesk, box: PromptBox) -> None:
        super().__init__(box)
        self._desk = desk
        self.undo = _button("undo-2", translate("Composer", "Undo"), UNDO_KEY)
        self.redo = _button("redo-2", translate("Composer", "Redo"), REDO_KEY)
        self.tools = (self.undo, self.redo)
        self.undo.clicked.connect(desk.undo)
        self.redo.clicked.connect(desk.redo)
        box.menu_opening.connect(self._on_menu_opening)
        desk.changed.connect(self._on_desk_changed)
        self._on_desk_changed()

    @Slot()
    def _on_desk_changed(self) -> None:
        nothing = translate("Composer", "Nothing to undo"), translate("Composer", "Nothing to redo")
        for button, words, none in zip(self.tools, self._words(), nothing, strict=True):
            if button.isEnabled() != bool(words):
                button.setEnabled(bool(words))
            if button.accessibleDescription() != (words or none):
                button.show_tip(words or none)

    @Slot(object, object)
    def _on_menu_opening(self, menu: QMenu, at: object) -> None:
        """Let the menu's own undo and redo be those of the form."""
        del at
        names = ("edit-undo", "edit-redo")
        for name, words, ask in zip(
            names, self._words(), (self._desk.undo, self._desk.redo), strict=True
        ):
            action = next((each for each in menu.actions() if each.objectName() == name), None)
            if action is not None:
                keys = action.text().partition("\t")[2]
                action.setText(f"{words}\t{keys}" if words else action.text())
                action.setEnabled(bool(words))
                action.triggered.connect(ask)

    def _words(self) -> tuple[str, str]:
        return undo_words(self._desk.to_undo), redo_words(self._desk.to_redo)


def _button(icon: str, name: str, key: str) -> IconButton:
    button = IconButton(icon, name, name, key, edge=24)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it has a key: Tab goes to the box
    return button
