"""The small words above a control and above a group of pictures, and the line between groups."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from flux_studio.ui.style import Tone, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel


class FieldLabel(QWidget):
    """A small muted label; at its right end tool buttons, then a note. No signals.

    `buddy` is the control it names: clicking the words gives it the focus.
    """

    def __init__(
        self, text: str, buddy: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setMinimumHeight(24)
        self._label = _words(text, "muted")
        self._note = ElidedLabel()
        set_type(self._note, "small")
        set_tone(self._note, "muted")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE.xs)
        self._row.addWidget(self._label)
        self._row.addStretch(1)
        self._row.addWidget(self._note)
        self._note.hide()
        if buddy is not None:
            self._label.setBuddy(buddy)

    def show_text(self, text: str) -> None:
        self._label.setText(text)
        self._label.setVisible(bool(text))

    def let_shrink(self) -> None:
        """The words may be cut: they do not keep the row from becoming narrow."""
        self._label.setMinimumWidth(1)

    def show_note(self, text: str, tone: Tone = "muted") -> None:
        """The words at the right end; empty hides them."""
        self._note.setText(text)
        self._note.setVisible(bool(text))
        set_tone(self._note, tone)

    def note(self) -> str:
        return self._note.text()

    def add_switch(self, switch: QWidget) -> None:
        """Put what chooses between kinds of the control directly behind the words."""
        self._label.setContentsMargins(0, 0, SPACE.xs, 0)
        self._row.insertWidget(1, switch)

    def add_tool(self, tool: QWidget) -> None:
        """Put a button (24 px high) at the right end, before the note."""
        self._row.insertWidget(self._row.count() - 1, tool)


class SectionHeader(QWidget):
    """A strong title with a muted note behind it ("Today  12 pictures"); tools at the right end."""

    def __init__(self, title: str, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(24)
        self._title = _words(title, "text")
        set_type(self._title, "body", strong=True)
        self._note = ElidedLabel()
        set_type(self._note, "small")
        set_tone(self._note, "muted")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE.s)
        self._row.addWidget(self._title)
        self._row.addWidget(self._note, 1)
        self.show_title(title, note)

    def show_title(self, title: str, note: str = "") -> None:
        self._title.setText(title)
        self._note.setText(note)

    def add_tool(self, tool: QWidget) -> None:
        self._row.addWidget(tool)


class Rule(QFrame):
    """A line of 1 px between groups, horizontal unless `upright`."""

    def __init__(self, *, upright: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("line", True)
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


def _words(text: str, tone: Tone) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_type(label, "small")
    set_tone(label, tone)
    return label
