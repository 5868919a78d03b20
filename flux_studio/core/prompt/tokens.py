"""The one tokenizer of prompts: comments, colours, names of references, quoted text and the marks
of variables. The box colours what it finds, and `template` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class Kind(StrEnum):
    """What a token is. `BAR` counts between braces only; `QUOTED` may hold other tokens."""

    COMMENT = "comment"
    ESCAPE = "escape"
    COLOR = "color"
    NAME = "name"
    LIST = "list"
    OPEN = "open"
    CLOSE = "close"
    BAR = "bar"
    QUOTED = "quoted"


class Token(NamedTuple):
    """A stretch of the text, from `start` to before `end`, in characters."""

    kind: Kind
    start: int
    end: int
    text: str


_HEX = r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})(?![0-9A-Za-z_])"
_COMMENT = r"^[ \t]*(?://|#(?=[ \t]|$))[^\n]*"
_NAME = r"@image\d{1,2}(?!\d)"
_TOKEN = re.compile(
    rf"(?P<escape>\\[{{}}|]|\\__)|(?P<color>{_HEX})|(?P<name>{_NAME})"
    r"|(?P<list>__[A-Za-z0-9](?:[A-Za-z0-9-]|_(?!_))*__)|(?P<open>\{)|(?P<close>\})|(?P<bar>\|)",
    re.MULTILINE,
)
COMMENT = re.compile(_COMMENT, re.MULTILINE)
HEX = re.compile(_HEX)
_QUOTED = re.compile(r'"[^"\n]+"|“[^“”\n]+”|„[^„“”\n]+[“”]|«[^«»\n]+»|「[^「」\n]+」')
_KINDS = {kind.value: kind for kind in Kind}
_MARKS = re.compile(r"[#@{}|_/\\]")


@lru_cache(maxsize=32)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text in their order, none over another; quoted text is `quotes`. The last
    texts are remembered: box, check and what is sent ask about the same one.
    """
    if not _MARKS.search(text):
        return ()
    found = [
        Token(_KINDS[match.lastgroup or ""], *match.span(), match.group())
        for match in _TOKEN.finditer(text)
    ]
    hidden = _comments(text)
    if not hidden:
        return tuple(found)
    kept = [each for each in found if not _inside(each.start, hidden)]
    return tuple(sorted((*kept, *hidden), key=lambda token: token.start))


def _comments(text: str) -> list[Token]:
    """Apart from the other tokens: a pattern that looks for line starts too takes thrice the
    time.
    """
    if "//" not in text and "#" not in text:
        return []
    return [Token(Kind.COMMENT, *each.span(), each.group()) for each in COMMENT.finditer(text)]


def _inside(at: int, hidden: list[Token]) -> bool:
    return any(each.start <= at < each.end for each in hidden)


def quotes(text: str) -> Iterator[Token]:
    """Text in quotation marks, which the model is to draw; a pair stands on one line."""
    hidden = _comments(text)
    for found in _QUOTED.finditer(text):
        if not _inside(found.start(), hidden):
            yield Token(Kind.QUOTED, found.start(), found.end(), found.group())


def token_at(text: str, at: int, *kinds: Kind) -> Token | None:
    """The token of one of these kinds that covers the character `at`, or ends right before it."""
    found = None
    for token in tokens(text):
        if token.start > at:
            break
        if token.kind in kinds and token.start <= at <= token.end:
            found = token
    return found


def colors_in(text: str) -> list[str]:
    """The colours of a prompt as '#RRGGBB', each once, in their order; comments do not count."""
    found = (whole_hex(token.text) for token in tokens(text) if token.kind is Kind.COLOR)
    return list(dict.fromkeys(found))


def whole_hex(text: str) -> str:
    """'#RRGGBB' of '#RGB' or '#RRGGBB'."""
    digits = text.removeprefix("#")
    return "#" + ("".join(2 * digit for digit in digits) if len(digits) == 3 else digits).upper()


def number_of(name: str) -> int:
    """The number in `@imageN`."""
    return int(name.removeprefix("@image"))
