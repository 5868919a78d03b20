"""A prompt to read and to select, plain text, with its HEX colours underlined in that colour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from flux_studio.core.search import Word, places_of
from flux_studio.ui.style import current_colors

MOST_LINES = 9
_HEX = re.compile(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})(?![0-9A-Za-z_])")
_BAR = 2  # px, the colour under a HEX value
_RING = 4  # px, room for the focus ring and a gap inside it
# The ring is the accent, which the palette calls "link"; so it follows the theme by itself.
_LOOK = (
    "QTextEdit { border: 2px solid transparent; border-radius: 4px; padding: 2px;"
    " background: transparent; } QTextEdit:hover { border-color: transparent; }"
    " QTextEdit:focus { border-color: palette(link); padding: 2px; }"
)


class PromptText(QTextEdit):
    """As tall as its text, up to nine lines; then it scrolls. No signals of its own."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[Word, ...] = ()
        self._heights: dict[int, int] = {}  # of all lines by width, px
        # Not a clone each time: PySide keeps what stood for it as long as the original lives.
        self._ruler = QTextDocument(self)
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
            self._heights.clear()
            self._mark_matches()
            self.updateGeometry()

    def show_matches(self, words: Sequence[Word]) -> None:
        """Mark where the words of a search occur."""
        if tuple(words) != self._words:
            self._words = tuple(words)
            self._mark_matches()

    def matches(self) -> list[str]:
        """The letters that are marked."""
        return [each.cursor.selectedText() for each in self.extraSelections()]

    def _mark_matches(self) -> None:
        colors = current_colors()
        look = QTextCharFormat()
        look.setBackground(QColor(colors.selection))
        look.setForeground(QColor(colors.on_selection))
        text, found = self.toPlainText(), []
        for start, end in places_of(self._words, text):
            each = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(_in_qt(text, start))
            cursor.setPosition(_in_qt(text, end), QTextCursor.MoveMode.KeepAnchor)
            each.cursor, each.format = cursor, look
            found.append(each)
        self.setExtraSelections(found)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._heights.clear()
        if event.type() == QEvent.Type.PaletteChange:
            self._mark_matches()

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
        """Height in px of all lines when the widget is `width` px wide; layouts ask often."""
        if width not in self._heights:
            if not self._heights:
                self._copy_to_ruler()
            self._ruler.setTextWidth(max(1, width - 2 * _RING))
            self._heights[width] = int(self._ruler.size().height() + 0.999) + _BAR
        return self._heights[width]

    def _copy_to_ruler(self) -> None:
        shown = self.document()
        self._ruler.setDefaultFont(shown.defaultFont())
        self._ruler.setDefaultTextOption(shown.defaultTextOption())
        self._ruler.setDocumentMargin(shown.documentMargin())
        self._ruler.setPlainText(self.toPlainText())

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
        cursor.setPosition(_in_qt(self.toPlainText(), at))
        return self.cursorRect(cursor)


def _in_qt(text: str, at: int) -> int:
    """A place in a text as Qt counts it: letters beyond the BMP twice."""
    return at + sum(letter > "\uffff" for letter in text[:at])
