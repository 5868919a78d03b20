"""What could be typed next in the search box: names of fields, and values from the library."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flux_studio.core.search import BY_NAME, FIELDS, Field, quoted

MOST = 10
_LEAST_FOR_VALUES = 2  # letters of a bare word before tags and models are offered for it
_TYPED = re.compile(r'-?(?:([A-Za-z]+):)?((?:"[^"]*"?|[^\s"])*)$')

Vocabulary = Mapping[str, Sequence[str]]
"""Values that are in the library, by the name of their field, the most used first."""


@dataclass(frozen=True, slots=True)
class Offer:
    """`text` is put into the line; `field` says what it is, '' for a field's own name."""

    text: str
    value: str
    field: Field


@dataclass(frozen=True, slots=True)
class Completion:
    """Offers for the letters from `start` to `end` of the line."""

    start: int
    end: int
    offers: tuple[Offer, ...] = ()


def complete(text: str, caret: int, vocabulary: Vocabulary) -> Completion:
    """What could stand at the caret (letters from the left)."""
    found = _TYPED.search(text[:caret])
    if found is None:
        return Completion(caret, caret)
    end = caret + len(_rest_of_word(text[caret:]))
    minus = "-" if found[0].startswith("-") else ""
    field = BY_NAME.get((found[1] or "").lower())
    if field is not None:
        offers = _values(field, found[2], vocabulary, minus)
    elif found[1] is not None:
        offers = []
    else:
        offers = _names(found[2], minus) + _anywhere(found[2], vocabulary, minus)
    return Completion(found.start(), end, tuple(offers[:MOST]))


def _rest_of_word(text: str) -> str:
    return (re.match(r"\S*", text) or [""])[0]


def _names(typed: str, minus: str) -> list[Offer]:
    start = typed.lower()
    return [
        Offer(f"{minus}{field.name}:", "", field)
        for field in FIELDS
        if start and any(name.startswith(start) for name in (field.name, *field.aliases))
    ]


def _values(field: Field, typed: str, vocabulary: Vocabulary, minus: str) -> list[Offer]:
    """Values that begin with what was typed, then those that have it inside."""
    before, _, last = typed.rpartition(",")
    before += "," if before else ""
    wanted = last.strip('"').casefold()
    known = [*vocabulary.get(field.name, ()), *field.offers]
    fitting = [v for v in dict.fromkeys(known) if wanted in v.casefold() and v.casefold() != wanted]
    fitting.sort(key=lambda value: not value.casefold().startswith(wanted))
    return [
        Offer(f"{minus}{field.name}:{before}{quoted(value)}", value, field) for value in fitting
    ]


def _anywhere(typed: str, vocabulary: Vocabulary, minus: str) -> list[Offer]:
    if len(typed) < _LEAST_FOR_VALUES or typed.startswith('"'):
        return []
    wanted = typed.casefold()
    return [
        Offer(f"{minus}{field.name}:{quoted(value)}", value, field)
        for field in FIELDS
        for value in vocabulary.get(field.name, ())
        if value.casefold().startswith(wanted)
    ][:5]
