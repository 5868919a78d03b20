"""What could be typed next in the search box: names of fields, and values from the library."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flux_studio.core.search import BY_NAME, FIELDS, Field, meant_by, quoted

MOST = 10
_LEAST_FOR_VALUES = 2  # letters of a bare word before tags, models and kept searches are offered
_TYPED = re.compile(r'-?(?:([A-Za-z]+):)?((?:"[^"]*"?|[^\s"])*)$')

Vocabulary = Mapping[str, Sequence[str]]
"""Values that are in the library, by the name of their field, the most used first."""

Saved = Mapping[str, str]
"""Searches that were kept, by their names."""


@dataclass(frozen=True, slots=True)
class Offer:
    """`text` is put into the line; `value` is '' for a field's own name, and the name of a search
    that was kept, which has no `field`.
    """

    text: str
    value: str
    field: Field | None


@dataclass(frozen=True, slots=True)
class Completion:
    """Offers for the letters from `start` to `end` of the line."""

    start: int
    end: int
    offers: tuple[Offer, ...] = ()


def complete(
    text: str,
    caret: int,
    vocabulary: Vocabulary,
    saved: Saved | None = None,
    *,
    asked: bool = False,
) -> Completion:
    """What could stand at the caret (letters from the left). When it was `asked` for and nothing
    is typed there yet, that is everything.
    """
    found = _TYPED.search(text[:caret])
    if found is None:
        return Completion(caret, caret)
    end = caret + len(_rest_of_word(text[caret:]))
    minus = "-" if found[0].startswith("-") else ""
    field = BY_NAME.get((found[1] or "").lower())
    if field is not None:
        offers = _values(field, found[2], vocabulary, minus)
        offers = offers if asked else offers[:MOST]
    elif found[1] is not None:
        offers = [Offer(f"{minus}{f.name}:{found[2]}", "", f) for f in meant_by(found[1])]
    elif asked and not found[0]:
        offers = _kept("", saved or {}) + [Offer(f"{field.name}:", "", field) for field in FIELDS]
    else:
        offers = _names(found[2], minus) + _anywhere(found[2], vocabulary, minus)
        kept = _kept(found[0], saved or {}) if len(found[0]) >= _LEAST_FOR_VALUES else []
        offers = (kept + offers)[:MOST]
    return Completion(found.start(), end, tuple(offers))


def _kept(typed: str, saved: Saved) -> list[Offer]:
    """Searches that were kept under a name with this in it."""
    wanted = typed.casefold()
    return [
        Offer(search, name, None) for name, search in saved.items() if wanted in name.casefold()
    ]


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
