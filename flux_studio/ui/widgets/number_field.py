"""A whole number to type or step: width, height, seed. It may stand empty while it is typed.

Where sums are taken, `1920/2` may be typed as well: its value counts at once, and the sum becomes
a number when the field is left.
"""

from fractions import Fraction
from math import floor

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from flux_studio.core.arithmetic import SIGNS, evaluate
from flux_studio.ui.style import current_colors, set_problem
from flux_studio.ui.tokens import SPACE, TYPE
from flux_studio.ui.widgets.tooltip import tooltip


class NumberField(QLineEdit):
    """A number with a quiet `prefix` before it ("W 1344").

    Up and Down step by `step`, Page Up and Page Down by ten steps, Return enters, Escape puts the
    last shown number back; the wheel steps only with focus. A number outside `least` to `most` is
    reported all the same: whoever owns the rule answers with `show_problem` and an offer.

    Signals, only from the user's doing; numbers are Python ints of any size:
    `value_typed(int | None)` with each change of the text;
    `value_entered(int)` on Return, on leaving and with each step, when it differs from what is
    shown by `show_value`;
    `cleared()` when a shown number was rubbed out and the field left or entered empty. Unless the
    answer is `show_value(None)`, leaving puts the number back.
    """

    value_typed = Signal(object)
    value_entered = Signal(object)
    cleared = Signal()

    def __init__(
        self,
        name: str,
        prefix: str = "",
        *,
        least: int = 0,
        most: int = 2**32 - 1,
        step: int = 1,
        tip: str = "",
        sums: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._prefix = prefix
        self._sums = sums
        self._tip = tip
        self._shown: int | None = None
        self._problem = ""
        self.setAccessibleName(name)
        self.setToolTip(tooltip(tip or name))
        if not sums:
            self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.show_range(least, most, step)
        self.textEdited.connect(self._on_text_edited)
        self.editingFinished.connect(self._on_editing_finished)

    def value(self) -> int | None:
        """The number as it stands in the field, None while it is empty or an unfinished sum."""
        text = self.text()
        if not self._sums or text.isdecimal():
            return int(text) if text else None
        value = evaluate(text)
        return None if value is None or value < 0 else floor(value + Fraction(1, 2))

    def show_value(self, value: int | None) -> None:
        """Show `value` without a signal. Showing again what was shown leaves half typed text alone,
        so a panel may render as often as it likes."""
        if value == self._shown and self.hasFocus():
            return
        self._shown = value
        if value != self.value():
            self.setText("" if value is None else str(value))

    def show_range(self, least: int, most: int, step: int = 1) -> None:
        """What stepping keeps to, and how far one step goes."""
        self._least, self._most, self._step = least, most, step

    def show_tip(self, tip: str) -> None:
        """Change the words for the pointer; a problem goes before them."""
        self._tip = tip
        self.setToolTip(tooltip(self._problem or tip or self.accessibleName()))

    def show_problem(self, sentence: str) -> None:
        """Mark the number as wrong and say why in tooltip and description; empty clears."""
        self._problem = sentence
        set_problem(self, bool(sentence))
        self.setToolTip(tooltip(sentence or self._tip or self.accessibleName()))
        self.setAccessibleDescription(sentence)

    def problem(self) -> str:
        return self._problem

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: 10,
            Qt.Key.Key_PageDown: -10,
        }.get(Qt.Key(event.key()))
        standard = QKeySequence.StandardKey
        if event.matches(standard.Undo) or event.matches(standard.Redo):
            event.ignore()  # what was typed is part of the form's history
        elif steps is not None and event.modifiers() in _PLAIN:
            self._step_by(steps)
        elif event.key() == Qt.Key.Key_Escape and (
            self.value() != self._shown or not self._is_plain()
        ):
            self._put_back()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() // 120
        if not self.hasFocus() or self.isReadOnly():
            event.ignore()  # the panel scrolls instead
            return
        if notches:
            self._step_by(notches)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        value = self.value()
        if value is None and self._shown is not None:
            self.setText(str(self._shown))
        elif value is not None and not self._is_plain():
            self.setText(str(value))

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance(self._prefix) + SPACE.s if self._prefix else 0
        if self.textMargins().left() != left:
            self.setTextMargins(left, 0, 0, 0)
        super().paintEvent(event)
        if self._prefix:
            colors = current_colors()
            painter = QPainter(self)
            font = self.font()
            font.setPixelSize(TYPE.body - 1)
            painter.setFont(font)
            painter.setPen(QColor(colors.muted if self.isEnabled() else colors.disabled))
            box = QRectF(self.rect()).adjusted(10, 0, 0, 0)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self._prefix)

    def _is_plain(self) -> bool:
        """Whether the field has a number or nothing, and no sum."""
        return not self.text() or self.text().isdecimal()

    def _step_by(self, steps: int) -> None:
        start = self.value()
        if start is None:
            start = self._shown if self._shown is not None else self._least
        value = min(max(start + steps * self._step, self._least), self._most)
        if value != self.value():
            self.setText(str(value))
            self.value_typed.emit(value)
            self._enter(value)

    def _enter(self, value: int) -> None:
        if value != self._shown:
            self._shown = value
            self.value_entered.emit(value)

    def _put_back(self) -> None:
        self.setText("" if self._shown is None else str(self._shown))
        self.value_typed.emit(self._shown)

    def _on_text_edited(self, text: str) -> None:
        known, most = ("0123456789 " + SIGNS, 40) if self._sums else ("0123456789", 20)
        digits = "".join(each for each in text if each in known)[:most]
        if digits != text:
            at = self.cursorPosition() - (len(text) - len(digits))
            self.setText(digits)
            self.setCursorPosition(max(0, at))
        self.value_typed.emit(self.value())

    def _on_editing_finished(self) -> None:
        value = self.value()
        if value is not None:
            if not self._is_plain():
                self.setText(str(value))
            self._enter(value)
        elif self._shown is not None and not self.text():
            self.cleared.emit()


_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
