"""A prompt to read and to select, plain text, with its HEX colours underlined in that colour."""

from __future__ import annotations

import re
from itertools import pairwise

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

MOST_LINES = 9
_HEX = re.compile(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})(?![0-9A-Za-z_])")
_BAR = 2  # px, the colour under a HEX value
_RING = 2  # px, room for the focus ring
# The ring is the accent, which the palette calls "link"; so it follows the theme by itself.
_LOOK = (
    "QTextEdit { border: 2px solid transparent; border-radius: 3px; padding: 0;"
    " background: transparent; } QTextEdit:hover { border-color: transparent; }"
    " QTextEdit:focus { border-color: palette(link); padding: 0; }"
)


class PromptText(QTextEdit):
    """As tall as its text, up to nine lines; then it scrolls. No signals of its own."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet(_LOOK)
        self.document().setDocumentMargin(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_prompt(self, prompt: str) -> None:
        """Show `prompt` exactly as it was sent."""
        if self.toPlainText() != prompt:
            self.setPlainText(prompt)
            self.updateGeometry()

    def colors(self) -> list[str]:
        """The HEX colours that are underlined, in their order."""
        return [found.group() for found in _HEX.finditer(self.toPlainText())]

    def heightForWidth(self, width: int) -> int:
        most = MOST_LINES * self.fontMetrics().lineSpacing()
        return min(most, self._whole_height(width)) + 2 * _RING

    def sizeHint(self) -> QSize:
        return QSize(268, self.heightForWidth(268))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.fontMetrics().lineSpacing() + 2 * _RING)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # A bar that comes too early takes the room that would have made it needless.
        most = MOST_LINES * self.fontMetrics().lineSpacing()
        policy = Qt.ScrollBarPolicy
        fits = self._whole_height(self.width()) <= most
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAsNeeded
        )
        super().resizeEvent(event)
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        for found in _HEX.finditer(self.toPlainText()):
            digits = found.group()[1:]
            color = QColor("#" + (digits if len(digits) == 6 else "".join(2 * d for d in digits)))
            for bar in self._bars(found.start(), found.end()):
                painter.fillRect(bar, color)

    def _whole_height(self, width: int) -> int:
        """Height in px of all lines when the widget is `width` px wide."""
        document = self.document().clone()
        document.setTextWidth(max(1, width - 2 * _RING))
        height = int(document.size().height() + 0.999) + _BAR
        document.deleteLater()
        return height

    def _bars(self, start: int, end: int) -> list[QRectF]:
        """Where the letters from `start` to `end` stand, one bar a letter: a value may be broken
        over two lines.
        """
        bars = []
        for left, right in pairwise(self._place(at) for at in range(start, end + 1)):
            width = right.x() - left.x() if right.y() == left.y() else 8
            bars.append(QRectF(left.x(), left.bottom(), width, _BAR))
        return bars

    def _place(self, at: int) -> QRect:
        cursor = QTextCursor(self.document())
        # Qt counts letters beyond the BMP twice.
        cursor.setPosition(at + sum(c > "\uffff" for c in self.toPlainText()[:at]))
        return self.cursorRect(cursor)
