"""Marks what means something in the prompt; the box paints what is marked.

One tokenizer finds it for the box, for what is sent and for completion. Only blocks that changed
are looked at again, as QSyntaxHighlighter does by itself; the state of a block is how many braces
are open behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtGui import QTextFormat as Format

from flux_studio.core.prompt.tokens import Kind, Token, number_of, quotes, tokens, whole_hex
from flux_studio.ui.style import current_colors

MARK = Format.Property.UserProperty  # int 0x100000
COLOR_MARK = int(MARK.value) + 1  # holds '#RRGGBB'
NAME_MARK = int(MARK.value) + 2  # holds the number of a reference; 0 when there is none such

WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)*")  # what spell check looks at
_CHIP_ROOM = 4.0  # px
_SIGNS = frozenset('#@{}|_/\\"“”„«»「')
_MOST_DEPTH = 20
_MOST_FORMATS = 500
_SIGN_KINDS = (Kind.OPEN, Kind.CLOSE, Kind.BAR, Kind.ESCAPE)
_LAST_OF_ONE = "\uffff"  # characters beyond take two of Qt's units


class PromptHighlighter(QSyntaxHighlighter):
    """Signals: none."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._references = 0
        self._reads = True
        self._is_json = False
        self.is_wrong: Callable[[str], bool] | None = None
        self._seen: object = None
        self._formats: dict[str, QTextCharFormat | None] = {}
        self._room = QTextCharFormat()
        self._room.setFontWordSpacing(_CHIP_ROOM)
        self._has_quotes = False
        self._is_plain = True  # the block at hand has no character that Qt counts twice

    def show_references(self, count: int) -> None:
        """How many references there are: a name beyond them is marked as missing."""
        if count != self._references:
            self._references = count
            if "@image" in self.document().toRawText():
                self.rehighlight()

    def show_reading(self, *, reads: bool, is_json: bool) -> None:
        """Whether comments and variables are read at all, and whether braces belong to JSON."""
        if (reads, is_json) != (self._reads, self._is_json):
            self._reads, self._is_json = reads, is_json
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        depth = max(0, self.previousBlockState())
        if depth or not _SIGNS.isdisjoint(text):
            depth = self._mark_tokens(text, depth)
        self.setCurrentBlockState(min(depth, _MOST_DEPTH))
        if self.is_wrong is not None:
            self._mark_words(text, self.is_wrong)

    def _mark_tokens(self, text: str, depth: int) -> int:
        self._renew()
        self._is_plain = max(text, default="") <= _LAST_OF_ONE
        self._has_quotes = False
        found = tokens(text)
        if not self._is_json:
            for token in quotes(text):
                self._has_quotes = True
                self._mark(text, token, self._made(token, depth))
        for token in found:
            if token.kind is Kind.CLOSE:
                depth = max(0, depth - 1)
            made = self._made(token, depth)
            self._mark(text, token, made)
            if token.kind is Kind.OPEN:
                depth += 1
            if token.kind is Kind.NAME and 1 <= number_of(token.text) <= self._references:
                self._widen(text, token)
        return depth

    def _mark_words(self, text: str, is_wrong: Callable[[str], bool]) -> None:
        """Underline misspelt words. Names, colours, notes, lists and quoted text are no words."""
        hidden = [token for token in tokens(text) if token.kind not in _SIGN_KINDS]
        hidden += quotes(text)
        for found in WORD.finditer(text):
            if not is_wrong(found.group()):
                continue
            if any(token.start <= found.start() < token.end for token in hidden):
                continue
            start = units(text, found.start())
            made = self.format(start)
            made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            made.setUnderlineColor(QColor(current_colors().danger))
            self.setFormat(start, units(text, found.end()) - start, made)

    def _renew(self) -> None:
        """Formats are made once: a long prompt has many alike. Another theme needs others."""
        seen = (current_colors(), self._reads, self._is_json, self._references)
        if seen != self._seen or len(self._formats) > _MOST_FORMATS:
            self._seen = seen
            self._formats.clear()

    def _made(self, token: Token, depth: int) -> QTextCharFormat | None:
        own = token.kind is Kind.COLOR or token.kind is Kind.NAME
        key = token.text if own else f"{token.kind}{bool(depth)}"
        if key not in self._formats:
            self._formats[key] = self._format(token, depth)
        return self._formats[key]

    def _mark(self, text: str, token: Token, made: QTextCharFormat | None) -> None:
        if made is None:
            return
        start, end = self._units(text, token.start), self._units(text, token.end)
        if token.kind in (Kind.COLOR, Kind.NAME) and self._has_quotes:
            before = self.format(start)  # a colour in quoted text stays quoted
            before.merge(made)
            made = before
        self.setFormat(start, end - start, made)

    def _format(self, token: Token, depth: int) -> QTextCharFormat | None:
        match token.kind:
            case Kind.COLOR:
                made = QTextCharFormat()
                made.setProperty(COLOR_MARK, whole_hex(token.text))
                return made
            case Kind.NAME:
                return self._name(number_of(token.text))
            case Kind.QUOTED:
                return self._quoted()
            case _ if not self._reads:
                return None
            case Kind.COMMENT:
                return self._comment()
            case Kind.BAR if not depth:
                return None
            case Kind.OPEN | Kind.CLOSE if self._is_json:
                return None
            case _:
                return self._variable()

    def _name(self, number: int) -> QTextCharFormat:
        made = QTextCharFormat()
        known = 1 <= number <= self._references
        made.setProperty(NAME_MARK, number if known else 0)
        if not known:
            made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            made.setUnderlineColor(QColor(current_colors().danger))
        return made

    def _comment(self) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(QColor(current_colors().disabled))
        made.setFontItalic(True)
        return made

    def _quoted(self) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setFontWeight(QFont.Weight.DemiBold)  # no hue: colours are judged here
        return made

    def _variable(self) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(QColor(current_colors().accent))
        made.setFontWeight(QFont.Weight.DemiBold)
        return made

    def _widen(self, text: str, token: Token) -> None:
        """Give the chip room: the spaces beside it grow, the text stays as it is."""
        for at in (token.start - 1, token.end):
            if 0 <= at < len(text) and text[at] == " ":
                self.setFormat(self._units(text, at), 1, self._room)

    def _units(self, text: str, at: int) -> int:
        return at if self._is_plain else units(text, at)


def units(text: str, at: int) -> int:
    """The same place counted as Qt counts: characters beyond the BMP take two units there."""
    before = text[:at]
    return at if before.isascii() else len(before.encode("utf-16-le")) // 2


def characters(text: str, at: int) -> int:
    """The same place counted in characters, of one that Qt counted."""
    if text.isascii():
        return at
    return len(text.encode("utf-16-le")[: 2 * at].decode("utf-16-le", "ignore"))
