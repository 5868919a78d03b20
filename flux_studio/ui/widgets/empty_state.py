"""What a place says while there is nothing in it, and the card that frames a group."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from flux_studio.ui.icons import set_icon
from flux_studio.ui.style import set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.problem_line import ThemedIcon

_ICON = 32  # px
_WIDEST = 360  # px, about 55 characters of a line


class EmptyState(QWidget):
    """An icon, a title, a sentence that teaches, and up to a few buttons, in the middle.

    No signals of its own: connect the buttons that `add_button` returns.
    """

    def __init__(self, icon: str, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = ThemedIcon(icon, "muted", _ICON)
        self._title = _words(title)
        set_type(self._title, "title", strong=True)
        self._sentence = _words(sentence)
        set_tone(self._sentence, "muted")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE.s)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.xl, SPACE.xl, SPACE.xl, SPACE.xl)
        column.setSpacing(SPACE.s)
        column.addStretch(1)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(SPACE.xs)
        column.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(SPACE.s)
        column.addLayout(self._buttons)
        column.addStretch(1)
        self._buttons.addStretch(1)
        self._buttons.addStretch(1)

    def show_words(self, title: str, sentence: str) -> None:
        self._title.setText(title)
        self._sentence.setText(sentence)

    def add_button(self, text: str, icon: str = "", *, primary: bool = False) -> QPushButton:
        """Add a button and return it. Its tooltip is for the caller to set."""
        button = QPushButton(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(text)
        if primary:
            set_look(button, "primary")
        if icon:
            set_icon(button, icon, "on_accent" if primary else "text")
        self._buttons.insertWidget(self._buttons.count() - 1, button)
        return button


class Card(QFrame):
    """A framed group on a panel; `body` is the layout to fill. No signals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(SPACE.m, SPACE.m, SPACE.m, SPACE.m)
        self.body.setSpacing(SPACE.s)


class _Words(QLabel):
    """A layout that centres a label asks for its hint, which knows no width of ours, and for the
    height at the layout's own width, which may be wider than the words ever become.
    """

    def sizeHint(self) -> QSize:
        return QSize(_WIDEST, self.heightForWidth(_WIDEST))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def heightForWidth(self, width: int) -> int:
        return super().heightForWidth(min(width, _WIDEST))


def _words(text: str) -> QLabel:
    label = _Words(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    label.setMinimumWidth(_WIDEST)
    label.setMaximumWidth(_WIDEST)
    return label
