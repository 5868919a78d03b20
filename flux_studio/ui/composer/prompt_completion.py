"""Completion in the prompt box: `@` references, `#` colours, `{@` lists, `/` templates.

It opens while one types, arrows and Enter or Tab choose, Escape leaves the text as it is.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextCursor

from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.composer.prompt_highlighter import characters, units
from flux_studio.ui.composer.prompt_triggers import Trigger, trigger_in
from flux_studio.ui.composer.suggestion_list import Suggestion, SuggestionList
from flux_studio.ui.widgets.tooltip import announce

Offer = Callable[[Trigger], list[Suggestion]]


class PromptCompletion(QObject):
    """Signal: `chosen(Trigger, Suggestion)` when one was taken. What it becomes is for others to
    write, through `write`.
    """

    chosen = Signal(object, object)

    def __init__(self, box: PromptBox, offer: Offer) -> None:
        super().__init__(box)
        self._box = box
        self._offer = offer
        self._trigger: Trigger | None = None
        self._left_alone = ""
        self._list: SuggestionList | None = None
        box.installEventFilter(self)
        box.prompt_changed.connect(self._on_prompt_changed)
        box.cursorPositionChanged.connect(self._on_caret_moved)

    def is_open(self) -> bool:
        return self._list is not None and self._list.isVisible()

    def rows(self) -> list[Suggestion]:
        """What is offered now."""
        return (
            list(self._list.suggestions.rows) if self._list is not None and self.is_open() else []
        )

    @Slot()
    def refresh(self) -> None:
        """Offer anew: pictures or colours came meanwhile."""
        if self.is_open():
            self._look()

    @Slot()
    def close(self) -> None:
        self._trigger = None
        if self._list is not None:
            self._list.hide()

    def write(self, trigger: Trigger, text: str) -> None:
        """Put `text` in the place of what was begun, as one step to undo."""
        cursor = self._box.textCursor()
        line = cursor.block().text()
        start = cursor.block().position() + units(line, trigger.start)
        cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self._box.setTextCursor(cursor)
        self.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        elif event.type() == QEvent.Type.KeyPress and self.is_open():
            assert isinstance(event, QKeyEvent), "a key press is a key event"
            return self._take_key(event)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        shown = self._list
        if shown is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        match event.key():
            case Qt.Key.Key_Down:
                shown.step(1)
            case Qt.Key.Key_Up:
                shown.step(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Tab:
                self._take(shown.currentIndex().row())
            case Qt.Key.Key_Escape:
                self._left_alone = self._before()
                self.close()
            case _:
                return False
        return True

    @Slot(int)
    def _take(self, place: int) -> None:
        trigger, rows = self._trigger, self.rows()
        if trigger is not None and 0 <= place < len(rows):
            self.close()
            self.chosen.emit(trigger, rows[place])

    @Slot()
    def _on_prompt_changed(self) -> None:
        if self._box.hasFocus():
            self._look()

    @Slot()
    def _on_caret_moved(self) -> None:
        if self._trigger is not None and trigger_in(self._before()) is None:
            self.close()

    def _look(self) -> None:
        before = self._before()
        trigger = trigger_in(before)
        if trigger is None or (self._left_alone and before.startswith(self._left_alone)):
            self.close()
            return
        self._left_alone = ""
        rows = self._offer(trigger)
        if not rows:
            self.close()
            return
        was_open, self._trigger = self.is_open(), trigger
        shown = self._shown()
        shown.show_rows(rows)
        shown.place_at(self._caret(trigger))
        if not was_open:
            words = self.tr("{count} suggestions, arrows choose, Enter takes one")
            announce(self._box, words.format(count=len(rows)))

    def _before(self) -> str:
        """The line before the caret."""
        cursor = self._box.textCursor()
        line = cursor.block().text()
        return line[: characters(line, cursor.positionInBlock())]

    def _shown(self) -> SuggestionList:
        window = self._box.window()
        if self._list is None or self._list.parentWidget() is not window:
            self._list = SuggestionList(window)
            self._list.picked.connect(self._take)
        return self._list

    def _caret(self, trigger: Trigger) -> QRectF:
        """Where what was begun stands, in the window's coordinates."""
        cursor = self._box.textCursor()
        line = cursor.block().text()
        cursor.setPosition(cursor.block().position() + units(line, trigger.start))
        rect = self._box.cursorRect(cursor)
        top_left = self._box.viewport().mapTo(self._box.window(), QPoint(rect.left(), rect.top()))
        return QRectF(top_left.x(), top_left.y(), rect.width(), rect.height())
