"""When a charge differs from the table: how far, and which price rule would have been right.

A correction changes no more than the charge can show. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

from flux_studio.core.card import ModelCard
from flux_studio.core.money import Money
from flux_studio.core.pricing import PerCall, PerMegapixel, PriceRule
from flux_studio.core.request import Request

TOLERANCE = Decimal("0.05")  # of the table's price
_FINEST = Decimal("0.000001")  # USD; no provider prices finer


@dataclass(frozen=True, slots=True)
class Drift:
    """One charge for one picture against the table, both in USD."""

    card: ModelCard
    request: Request
    charged: Money
    table: Money


def drift(request: Request, card: ModelCard, charged: Money | None) -> Drift | None:
    """The charge of one picture beside the card's price; None when it fits or one is not known.

    A charge of 0 says nothing: of several pictures of one task only the first carries the charge.
    """
    table = card.estimate(request.size, [r.size for r in request.references]).each
    if not charged or not table or abs(charged - table) <= TOLERANCE * table:
        return None
    return Drift(card, request, charged, table)


def corrected(found: Drift) -> PriceRule | None:
    """The card's rule with which its price is exactly what was charged; None where no rule is.

    Of a price by tier only the charged tier changes. Of a price by area the first megapixel
    changes when nothing else was billed; else all its parts, in proportion.
    """
    match found.card.price:
        case PerCall(tiers=tiers):
            return PerCall(_with_tier(tiers, found.card.tier(found.request.size), found.charged))
        case PerMegapixel() as rule:
            return _by_area(rule, found)
        case _:
            return None


def _with_tier(
    tiers: tuple[tuple[str, Money], ...], tier: str, price: Money
) -> tuple[tuple[str, Money], ...]:
    name = tier if tier in dict(tiers) else ""
    return tuple((each, price if each == name else old) for each, old in tiers)


def _by_area(rule: PerMegapixel, found: Drift) -> PerMegapixel:
    share = found.charged / found.table
    scaled = replace(
        rule,
        first=_rounded(rule.first * share),
        further=_rounded(rule.further * share),
        reference=_rounded(rule.reference * share),
    )
    if found.table == rule.first:
        return replace(rule, first=found.charged)
    sizes = [r.size for r in found.request.references]
    rest = replace(found.card, price=scaled).estimate(found.request.size, sizes).each
    assert rest is not None, "a price by area is known"
    first = scaled.first + found.charged - rest  # what the rounding took goes to the first
    return replace(scaled, first=max(Money(0), first))


def _rounded(amount: Money) -> Money:
    return amount.quantize(_FINEST, ROUND_HALF_EVEN)
