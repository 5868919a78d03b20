"""The box of one field: the prompt box in small, with the same marks, names and colours."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from flux_studio.ui.composer.prompt_box import PromptBox

_ALT_SHIFT = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
_ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down)


class FieldBox(PromptBox):
    """Grows with its text from one line on. Signal: `entered()` when it got the keyboard; with
    Alt+↓ it asks for `newer_asked`, which are its values here.
    """

    least_lines = 1
    most_lines = 8
    foot = 0
    pad = 4

    entered = Signal()

    def __init__(self, name: str, *, lines: int = 1, parent: QWidget | None = None) -> None:
        """`name` is for screen readers; `lines` is what it shows at least."""
        self.least_lines = lines
        super().__init__(parent)
        self.setProperty("field", True)
        self.setAccessibleName(name)
        self._count.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ARROWS and event.modifiers() & _ALT_SHIFT == _ALT_SHIFT:
            event.ignore()  # the card's: it moves
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def _fit(self) -> None:
        super()._fit()
        # A bar for a single line would only be in the way.
        lines = int(self.document().documentLayout().documentSize().height())
        policy = Qt.ScrollBarPolicy
        wanted = policy.ScrollBarAsNeeded if lines > self.most_lines else policy.ScrollBarAlwaysOff
        if wanted is not self.verticalScrollBarPolicy():
            self.setVerticalScrollBarPolicy(wanted)

    def _show_count(self) -> None:
        """The length of the whole prompt is what counts; it stands below the form."""
