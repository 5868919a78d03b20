"""A sentence at a control: what is wrong, and what would be right."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import Tone, current_colors, set_look, set_tone, set_type
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.widgets.tooltip import announce

_ICONS: dict[Tone, str] = {
    "danger": "circle-alert",
    "warn": "triangle-alert",
    "ok": "circle-check",
}
_ICON = 14  # px, beside 11 px type
_LINE = 16  # px, height of the line
_WORDS = 14  # px, height of 11 px type in most fonts


class ThemedIcon(QWidget):
    """A still icon in the colour of a tone, which follows the theme. It says nothing to a screen
    reader: words beside it do."""

    def __init__(self, icon: str, tone: Tone, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._tone = icon, tone
        self.setFixedSize(size, size)

    def show_room(self, height: int) -> None:
        """Stand in the middle of `height` px."""
        self.setFixedHeight(height)

    def show_icon(self, icon: str, tone: Tone) -> None:
        self._icon, self._tone = icon, tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        color: str = getattr(colors, self._tone) if self.isEnabled() else colors.disabled
        paint_icon(QPainter(self), QRectF(self.rect()), self._icon, color)


class ProblemLine(QWidget):
    """An icon, a sentence in plain text and, where there is one, an offer to press.

    With `keeps_room` the line keeps the height of one row while it is empty, so that nothing jumps.
    A new sentence is announced to screen readers.
    Signals: `offer_taken()` when the offer's button was pressed.
    """

    offer_taken = Signal()

    def __init__(self, *, keeps_room: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked: tuple[str, Tone, str] | None = None
        self._icon = ThemedIcon("circle-alert", "danger", _ICON)
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        set_type(self._label, "small")
        self._offer = QPushButton()
        self._offer.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._offer.setProperty("small", True)
        set_look(self._offer, "link")
        self._offer.clicked.connect(self.offer_taken)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.xs + 2)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._label, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._offer, 0, Qt.AlignmentFlag.AlignTop)
        # Not Fixed: that would hold a wrapped sentence to the height of its shortest wrapping.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        policy.setRetainSizeWhenHidden(keeps_room)
        self.setSizePolicy(policy)
        self.clear()

    def text(self) -> str:
        return self._label.text()

    def show_problem(self, sentence: str, *, tone: Tone = "danger", offer: str = "") -> None:
        """Say `sentence`; `offer` labels the button that puts it right. Empty clears."""
        asked = (sentence, tone, offer)
        if asked == self._asked and self.isHidden() == (not sentence):
            return  # panels render at each keystroke
        self._asked = asked
        fresh = sentence != self.text()
        self._label.setText(sentence)
        self._icon.show_icon(_ICONS.get(tone, "info"), tone)
        set_tone(self._label, tone)
        self._offer.setText(offer)
        self._offer.setAccessibleName(offer)
        self._offer.setVisible(bool(offer))
        room = SHAPE.target if offer else _LINE  # the first line of words meets the offer
        pad = (room - _WORDS) // 2
        self._label.setContentsMargins(0, pad, 0, pad)
        self._icon.show_room(room)
        self.setVisible(bool(sentence))
        if fresh and sentence:
            announce(self, sentence, urgent=tone == "danger")

    def clear(self) -> None:
        self.show_problem("")

    def minimumSizeHint(self) -> QSize:
        return QSize(0, max(super().minimumSizeHint().height(), _LINE))
