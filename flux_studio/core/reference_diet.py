"""What each reference costs, and what sending smaller copies of them would save. Pure.

Where references are priced by the megapixel, each counts as at least one: a copy of one megapixel
is the cheapest there is (the rule is on the card, with its source).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flux_studio.core.card import ModelCard
from flux_studio.core.money import Money
from flux_studio.core.pricing import reference_cost
from flux_studio.core.reference_edit import SMALLER
from flux_studio.core.request import Reference
from flux_studio.core.size import MEGAPIXEL, Size


@dataclass(frozen=True, slots=True)
class Smaller:
    """A smaller copy of a reference: at most so many megapixels, its `size` in px, and what it
    adds to the price of a picture, USD; None where that is not known.
    """

    megapixels: int
    size: Size
    cost: Money | None


@dataclass(frozen=True, slots=True)
class Diet:
    """An offer for all references at once: those at `places`, from 0, sent with at most so many
    megapixels each, which `saves` so much a picture, USD. With `fits` they are too large without.
    """

    places: tuple[int, ...]
    megapixels: int
    saves: Money
    fits: bool = False


def choices(reference: Reference, card: ModelCard) -> tuple[Smaller, ...]:
    """How large a reference can be sent, as it is in front; only what makes a difference."""
    edit = replace(reference.as_edit, megapixels=0)
    whole = Smaller(0, edit.result, reference_cost(card.price, edit.result))
    smaller = [replace(edit, megapixels=most) for most in SMALLER]
    return (
        whole,
        *(
            Smaller(each.megapixels, each.result, reference_cost(card.price, each.result))
            for each in smaller
            if each.made_smaller
        ),
    )


def diet(references: Sequence[Reference], card: ModelCard, picture: Size) -> Diet | None:
    """What to offer for these references beside a picture of this size; None where smaller copies
    would neither save anything nor make the request fit.
    """
    used = references[: card.references]
    room = card.megapixels_most * MEGAPIXEL - picture.pixels
    if card.megapixels_most and sum(r.size.pixels for r in used) > room:
        found = (_sent_at(used, card, most, fits=True) for most in SMALLER)
        return next((d for d in found if d and _pixels(used, d) <= room), None)
    found_one = _sent_at(used, card, SMALLER[-1])
    return found_one if found_one is not None and found_one.saves else None


def _sent_at(
    used: Sequence[Reference], card: ModelCard, megapixels: int, *, fits: bool = False
) -> Diet | None:
    places, saves = [], Money(0)
    for place, reference in enumerate(used):
        small = _at(reference, megapixels)
        if small.pixels >= reference.size.pixels:
            continue
        now, then = reference_cost(card.price, reference.size), reference_cost(card.price, small)
        saved = now - then if now is not None and then is not None else Money(0)
        if saved or fits:
            places.append(place)
            saves += saved
    return Diet(tuple(places), megapixels, saves, fits) if places else None


def _pixels(used: Sequence[Reference], offer: Diet) -> int:
    return sum(
        (_at(reference, offer.megapixels) if place in offer.places else reference.size).pixels
        for place, reference in enumerate(used)
    )


def _at(reference: Reference, megapixels: int) -> Size:
    return replace(reference.as_edit, megapixels=megapixels).result
