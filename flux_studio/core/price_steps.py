"""The price steps of a size: which slightly smaller picture costs less, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

from flux_studio.core.card import ModelCard
from flux_studio.core.money import Money
from flux_studio.core.size import FreeSizes, Size, size_problem

MOST_CUT = 0.12  # of a side: a larger cut is another picture, not a saving


@dataclass(frozen=True, slots=True)
class Saving:
    """A smaller size in px that costs less: `cut` px off its width (`narrower`) or its height;
    `saved` USD a picture.
    """

    size: Size
    cut: int
    narrower: bool
    saved: Money


def saving(card: ModelCard, size: Size) -> Saving | None:
    """The smallest cut of one side that brings the next lower price, None when there is none
    within reach. `size` is a valid one.
    """
    rule, price = card.sizes, card.estimate(size).each
    if not isinstance(rule, FreeSizes) or price is None or size_problem(rule, size):
        return None
    found = [
        each
        for narrower in (True, False)
        if (each := _cut(card, rule, size, price, narrower=narrower)) is not None
    ]
    return min(found, key=lambda each: (each.cut, -each.size.pixels), default=None)


def _cut(
    card: ModelCard, rule: FreeSizes, size: Size, price: Money, *, narrower: bool
) -> Saving | None:
    """The smallest cut of one side, by halving: a smaller picture never costs more."""
    side = size.width if narrower else size.height
    most = min(int(side * MOST_CUT), side - rule.least) // rule.step

    def after(steps: int) -> Size:
        cut = steps * rule.step
        if narrower:
            return Size(size.width - cut, size.height)
        return Size(size.width, size.height - cut)

    def saves(steps: int) -> bool:
        each = card.estimate(after(steps)).each
        return each is not None and each < price

    if most < 1 or not saves(most):
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if saves(middle) else (middle, high)
    less = card.estimate(after(high)).each or Money(0)
    return Saving(after(high), high * rule.step, narrower, price - less)
