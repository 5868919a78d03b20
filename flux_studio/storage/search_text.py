"""The words of a search as a question to the text index.

Words match at the start of words, and from three letters on inside them, without regard to case and
accents; all of them must occur. Quotes make a phrase, a leading minus excludes. Nothing a person
types is syntax to FTS5: every term is quoted. Signs, which the index cannot see, are looked for
letter by letter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flux_studio.core.search import LEAST_INSIDE, SPACELESS, Word, read_search

Inside = Callable[[str], Sequence[str] | None]
"""The words of the library that have a fragment inside, not at their start; None for too many."""


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
    """The words of a search. Without `full_text` every term becomes a LIKE pattern."""
    return text_query(read_search(text).words, full_text=full_text)


def text_query(
    words: Sequence[Word], *, full_text: bool = True, inside: Inside | None = None
) -> TextQuery:
    """Words as a question. What is excluded is excluded by the beginning of words only, so that no
    picture is hidden for a word that nobody had in mind.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    patterns: list[tuple[bool, str]] = []
    for word in words:
        others = inside(word.text) if inside is not None and _is_fragment(word) else None
        if not full_text or (others is None and not is_indexed(word.text)):
            patterns.append((word.wanted, like(word.text)))
            continue
        term = f'"{word.text}"' if word.phrase else f'"{word.text}"*'
        if others:
            quoted = [f'"{other}"' for other in others]
            term = f"({' OR '.join((term, *quoted))})"
        (wanted if word.wanted else unwanted).append(term)
    # Terms in brackets are not joined by themselves.
    join = " AND " if any(term.startswith("(") for term in wanted) else " "
    return TextQuery(join.join(wanted), " OR ".join(unwanted), tuple(patterns))


def prefix_terms(text: str, *, exact: bool) -> str:
    """An expression for all words of a text, as a phrase when `exact`; '' when the index cannot
    see them.
    """
    clean = text.replace('"', " ").strip()
    if not is_indexed(clean):
        return ""
    words = [word for word in clean.split() if is_indexed(word)]
    return f'"{clean}"' if exact else " AND ".join(f'"{word}"*' for word in words)


def is_indexed(term: str) -> bool:
    """Whether the index has words of this kind."""
    letters = [letter for letter in term if letter.isalnum()]
    return bool(letters) and all(ord(letter) < SPACELESS for letter in letters)


def like(term: str, before: str = "%", after: str = "%") -> str:
    """A pattern for LIKE with the escape sign `\\`."""
    escaped = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{before}{escaped}{after}"


def _is_fragment(word: Word) -> bool:
    """Whether it is also looked for inside words. Where words stand without spaces, the index takes
    a whole sentence for one: there every term is a fragment.
    """
    if not word.text.isalnum():
        return False
    if not is_indexed(word.text):
        return True
    return word.wanted and not word.phrase and len(word.text) >= LEAST_INSIDE
