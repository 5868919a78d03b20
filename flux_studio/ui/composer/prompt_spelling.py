"""Spell check in the prompt box: marks, and the part of the context menu that is about it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QAction, QTextCursor
from PySide6.QtWidgets import QMenu

from flux_studio.session.studio import Studio
from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.composer.prompt_highlighter import WORD, characters, units


class PromptSpelling(QObject):
    """Wires one box to the studio's spelling desk. No signals."""

    def __init__(self, studio: Studio, box: PromptBox) -> None:
        super().__init__(box)
        self._studio = studio
        self._box = box
        self._desk = studio.words
        box.menu_opening.connect(self._on_menu_opening)
        self._desk.changed.connect(self._on_desk_changed)
        if self._desk.checks:
            self._on_desk_changed()

    @Slot()
    def _on_desk_changed(self) -> None:
        """While nothing is checked no keystroke pays for it."""
        self._box.highlighter.is_wrong = self._desk.is_wrong if self._desk.checks else None
        self._box.highlighter.rehighlight()

    @Slot(object, object)
    def _on_menu_opening(self, menu: QMenu, at: QPoint) -> None:
        cursor = self._word_at(at)
        if cursor is not None and self._desk.is_wrong(cursor.selectedText()):
            self._offer_words(menu, cursor)
        menu.addSeparator()
        if self._desk.why_not or not self._desk.languages:
            words = self._desk.why_not or self.tr("Spell check is not ready yet.")
            menu.addAction(words).setEnabled(False)
            return
        menu.addMenu(self._languages(menu))

    def _languages(self, menu: QMenu) -> QMenu:
        chosen = self._studio.state.preferences.spelling
        made = QMenu(self.tr("Check spelling"), menu)
        for language in ("", *self._desk.languages):
            words = language or self.tr("off")
            action = made.addAction(words)
            action.setCheckable(True)
            action.setChecked(language == chosen)
            action.triggered.connect(lambda _, language=language: self._desk.choose(language))
        return made

    def _offer_words(self, menu: QMenu, cursor: QTextCursor) -> None:
        """Suggestions come a moment later, above the first entry."""
        word = cursor.selectedText()
        first = menu.actions()[0]
        keep = QAction(self.tr("Keep “{word}” as a word").format(word=word), menu)
        keep.triggered.connect(lambda: self._desk.keep(word))
        menu.insertAction(first, keep)
        menu.insertSeparator(first)

        def show(found: tuple[str, ...]) -> None:
            for each in found:
                action = QAction(each, menu)
                action.triggered.connect(lambda _, each=each: cursor.insertText(each))
                menu.insertAction(keep, action)

        self._desk.ask_suggestions(word, show)

    def _word_at(self, at: QPoint) -> QTextCursor | None:
        """The word under a point of the viewport, selected."""
        cursor = self._box.cursorForPosition(at)
        block = cursor.block()
        text = block.text()
        place = characters(text, cursor.positionInBlock())
        for found in WORD.finditer(text):
            if found.start() <= place <= found.end():
                cursor.setPosition(block.position() + units(text, found.start()))
                end = block.position() + units(text, found.end())
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                return cursor
        return None
