"""Marks HEX colours and the names of references in the prompt; the box paints what is marked.

Only blocks that changed are looked at again, as QSyntaxHighlighter does by itself.
"""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument, QTextFormat

from flux_studio.ui.style import current_colors

MARK = QTextFormat.Property.UserProperty  # int 0x100000
COLOR_MARK = int(MARK.value) + 1  # holds '#RRGGBB'
NAME_MARK = int(MARK.value) + 2  # holds the number of a reference; 0 when there is none such

_CHIP_ROOM = 4.0  # px

_TOKEN = re.compile(
    r"(?P<hex>#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})(?![0-9A-Za-z_]))|@image(?P<number>\d{1,2})(?!\d)"
)


class PromptHighlighter(QSyntaxHighlighter):
    """Signals: none."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._references = 0

    def show_references(self, count: int) -> None:
        """How many references there are: a name beyond them is marked as missing."""
        if count != self._references:
            self._references = count
            if "@image" in self.document().toRawText():
                self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if "#" not in text and "@" not in text:
            return
        for found in _TOKEN.finditer(text):
            start, end = _units(text, found.start()), _units(text, found.end())
            self.setFormat(start, end - start, self._format(found))
            if found["number"] and 1 <= int(found["number"]) <= self._references:
                self._widen(text, found)

    def _widen(self, text: str, found: re.Match[str]) -> None:
        """Give the chip room: the spaces beside it grow, the text stays as it is."""
        room = QTextCharFormat()
        room.setFontWordSpacing(_CHIP_ROOM)
        for at in (found.start() - 1, found.end()):
            if 0 <= at < len(text) and text[at] == " ":
                self.setFormat(_units(text, at), 1, room)

    def _format(self, found: re.Match[str]) -> QTextCharFormat:
        made = QTextCharFormat()
        if found["hex"]:
            made.setProperty(COLOR_MARK, whole_hex(found["hex"]))
            return made
        number = int(found["number"])
        known = 1 <= number <= self._references
        made.setProperty(NAME_MARK, number if known else 0)
        if not known:
            made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            made.setUnderlineColor(QColor(current_colors().danger))
        return made


def whole_hex(text: str) -> str:
    """'#RRGGBB' of '#RGB' or '#RRGGBB'."""
    digits = text.removeprefix("#")
    return "#" + ("".join(2 * digit for digit in digits) if len(digits) == 3 else digits).upper()


def _units(text: str, at: int) -> int:
    """The same place counted as Qt counts: characters beyond the BMP take two units there."""
    before = text[:at]
    return at if before.isascii() else len(before.encode("utf-16-le")) // 2
