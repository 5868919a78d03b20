"""What a model costs at the sizes people ask for most: the worked examples of its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flux_studio.core.card import ModelCard
from flux_studio.core.pricing import Estimate
from flux_studio.core.size import Size, nearest_size, size_problem

SIZES = (Size(1024, 1024), Size(1920, 1080), Size(2048, 2048), Size(4096, 4096))
REFERENCE = Size(1024, 1024)  # px: one billed megapixel
MUCH_SMALLER = 0.5  # of the area: below it the model does not make the size that was meant


@dataclass(frozen=True, slots=True)
class Worked:
    """One size. `made` is the size the model makes of it (its nearest valid one), None when it
    makes nothing like it; `alone` and `edited` are a picture from text and one with a reference of
    1024 × 1024 px, None where that cannot be had. A price of None inside them is not known.
    """

    wanted: Size
    made: Size | None
    alone: Estimate | None
    edited: Estimate | None


def worked_prices(card: ModelCard) -> tuple[Worked, ...]:
    """The worked examples of a card, smallest first."""
    return tuple(_worked(card, size) for size in SIZES)


def _worked(card: ModelCard, wanted: Size) -> Worked:
    made = wanted if size_problem(card.sizes, wanted) is None else nearest_size(card.sizes, wanted)
    if made.pixels < wanted.pixels * MUCH_SMALLER or made.pixels > wanted.pixels / MUCH_SMALLER:
        return Worked(wanted, None, None, None)
    edited = card.estimate(made, [REFERENCE]) if card.edits else None
    if card.megapixels_most:
        both = made.billed_megapixels + REFERENCE.billed_megapixels
        edited = edited if both <= card.megapixels_most else None
    return Worked(wanted, made, card.estimate(made), edited)


def days_old(card: ModelCard, today: date) -> int:
    """Whole days since the card's facts were read, 0 for a day that is still to come."""
    return max(0, (today - date.fromisoformat(card.as_of)).days)
