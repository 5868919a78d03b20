"""What a person types into the search box, as a question to the text index.

Words match at the start of words, without regard to case and accents; all of them must occur.
Quotes make a phrase, a leading minus excludes. Nothing a person types is syntax to FTS5: every term
is quoted. Terms that the index cannot see (signs, and scripts that are written without spaces) are
looked for letter by letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TERM = re.compile(r'(-?)"([^"]*)"?|(-?)(\S+)')
_NO_SPACES = 0x2E80  # from here on scripts are mostly written without spaces between words


@dataclass(frozen=True, slots=True)
class TextQuery:
    """A search in two parts: `wanted` and `unwanted` FTS5 expressions ('' for none), and LIKE
    patterns.

    A pattern is for `LIKE ? ESCAPE '\\\\'`; the flag says whether it must (True) or must not occur.
    """

    wanted: str = ""
    unwanted: str = ""
    patterns: tuple[tuple[bool, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.wanted or self.unwanted or self.patterns)


def parse_search(text: str, *, full_text: bool = True) -> TextQuery:
    """Read a search. Without `full_text` every term becomes a LIKE pattern."""
    wanted: list[str] = []
    unwanted: list[str] = []
    patterns: list[tuple[bool, str]] = []
    for term, is_wanted, is_phrase in _terms(text.replace("\0", " ")):
        if full_text and _is_indexed(term):
            quoted = f'"{term}"' if is_phrase else f'"{term}"*'
            (wanted if is_wanted else unwanted).append(quoted)
        else:
            patterns.append((is_wanted, _like(term)))
    return TextQuery(" ".join(wanted), " OR ".join(unwanted), tuple(patterns))


def _terms(text: str) -> list[tuple[str, bool, bool]]:
    """Each term with whether it is wanted and whether it is a phrase. A lone minus is no
    exclusion.
    """
    found = []
    for match in _TERM.finditer(text.encode("utf-8", "replace").decode()):
        minus, phrase, minus_word, word = match.groups()
        if phrase is not None and phrase.strip():
            found.append((phrase.strip(), not minus, True))
        elif word and word.replace('"', ""):
            found.append((word.replace('"', ""), not minus_word, False))
    return found


def _is_indexed(term: str) -> bool:
    letters = [letter for letter in term if letter.isalnum()]
    return bool(letters) and all(ord(letter) < _NO_SPACES for letter in letters)


def _like(term: str) -> str:
    escaped = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
