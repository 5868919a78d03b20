"""Finding by a few letters: they have to come in their order, and the better the places where they
stand the earlier the text is listed. Pure.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_START = 12  # a letter that begins a word
_FOLLOWS = 8  # a letter right behind the one before
_MISSED = 1  # a letter in between, at most _MOST_MISSED of them in one gap
_MOST_MISSED = 6
_LONGEST = 200  # letters of a text that are looked at


@dataclass(frozen=True, slots=True)
class Match:
    """How well a text fits, the more the better, and where the letters stand in it."""

    score: int
    places: tuple[int, ...]


def match(text: str, wanted: str) -> Match | None:
    """How `wanted` is found in `text`, None when it is not. Words may come in any order; case and
    accents make no difference. No letters match everything.
    """
    plain = _plain(text[:_LONGEST])
    score, places = 0, set[int]()
    for word in _plain(wanted).split():
        found = _best(plain, word)
        if found is None:
            return None
        score += found.score
        places.update(found.places)
    return Match(score, tuple(sorted(places)))


def _best(text: str, word: str) -> Match | None:
    """The best way of laying a word's letters over a text, over all places it may begin."""
    best: Match | None = None
    start = text.find(word[0])
    while start >= 0:
        found = _from(text, word, start)
        if found is None:
            break  # further right there are fewer letters still
        if best is None or found.score > best.score:
            best = found
        start = text.find(word[0], start + 1)
    return best


def _from(text: str, word: str, start: int) -> Match | None:
    places = [start]
    score = _START if _begins(text, start) else 0
    for letter in word[1:]:
        at = _next(text, letter, places[-1])
        if at < 0:
            return None
        if at == places[-1] + 1:
            score += _FOLLOWS
        else:
            score -= min(_MOST_MISSED, at - places[-1] - 1) * _MISSED
        if _begins(text, at):
            score += _START
        places.append(at)
    return Match(score, tuple(places))


def _next(text: str, letter: str, after: int) -> int:
    """The next place of a letter: right behind, else at the beginning of a word, else anywhere."""
    near = text.find(letter, after + 1)
    if near <= after + 1:
        return near
    at = near
    while at >= 0 and not _begins(text, at):
        at = text.find(letter, at + 1)
    return at if at >= 0 else near


def _begins(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


def _plain(text: str) -> str:
    """Small letters without accents, one for each letter of the text, so that places agree."""
    return "".join(unicodedata.normalize("NFD", letter)[0].casefold()[:1] or " " for letter in text)
