"""What a request costs, with the working shown: a pure function of the card's price rule and the
order.

A rule is data on the model card. `Unknown` is a rule too: an unknown price is shown as unknown,
never as zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flux_studio.core.money import Money, dollars
from flux_studio.core.size import Size


@dataclass(frozen=True, slots=True)
class Free:
    """Nothing is charged, ever: the practice provider."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No published price is known for this model."""


@dataclass(frozen=True, slots=True)
class PerCall:
    """A flat price in USD a picture, by the card's size tier; the tier '' stands for all sizes."""

    tiers: tuple[tuple[str, Money], ...]


@dataclass(frozen=True, slots=True)
class PerMegapixel:
    """USD by billed megapixels: `first` for the first of output, `further` for each more,
    `reference` for each of input. Each reference is rounded up by itself, and counts at most
    `reference_cap` MP (0: no cap).
    """

    first: Money
    further: Money
    reference: Money
    reference_cap: int = 0


PriceRule = Free | Unknown | PerCall | PerMegapixel


@dataclass(frozen=True, slots=True)
class Estimate:
    """The price of an order in USD before it is sent. None means not known."""

    each: Money | None
    count: int
    working: tuple[str, ...]

    @property
    def total(self) -> Money | None:
        return None if self.each is None else self.each * self.count


def estimate(
    rule: PriceRule, size: Size, *, tier: str = "", references: Sequence[Size] = (), count: int = 1
) -> Estimate:
    """Price `count` pictures of `size` px with these references under one rule."""
    each, working = _price(rule, size, tier, references)
    if count > 1 and each is not None:
        working = (*working, f"{count} pictures × {dollars(each)} = {dollars(each * count)}")
    return Estimate(each, count, working)


def reference_cost(rule: PriceRule, reference: Size) -> Money | None:
    """What one more reference of this size adds, in USD; None when not known."""
    match rule:
        case PerMegapixel():
            return rule.reference * _input_megapixels(rule, reference)
        case Unknown():
            return None
        case Free() | PerCall():
            return Decimal(0)


def _price(
    rule: PriceRule, size: Size, tier: str, references: Sequence[Size]
) -> tuple[Money | None, tuple[str, ...]]:
    match rule:
        case Free():
            return Decimal(0), ("Free: no model is called",)
        case Unknown():
            return None, ("No published price is known for this model",)
        case PerCall(tiers=tiers):
            return _flat(dict(tiers), tier)
        case PerMegapixel():
            return _by_area(rule, size, references)


def _flat(tiers: dict[str, Money], tier: str) -> tuple[Money | None, tuple[str, ...]]:
    price = tiers.get(tier, tiers.get(""))
    if price is None:
        return None, (f"No price is published at {tier}",)
    return price, (
        f"{dollars(price)} a picture{f' at {tier}' if tier else ''}, references included",
    )


def _by_area(
    rule: PerMegapixel, size: Size, references: Sequence[Size]
) -> tuple[Money, tuple[str, ...]]:
    output = size.billed_megapixels
    total = rule.first + rule.further * (output - 1)
    working = [f"{size} is {size.megapixels:.2f} MP, billed as {output} MP"]
    working.append(f"first megapixel {dollars(rule.first)}")
    if output > 1:
        working.append(
            f"{output - 1} further × {dollars(rule.further)} = "
            f"{dollars(rule.further * (output - 1))}"
        )
    if references and rule.reference:
        billed = [_input_megapixels(rule, reference) for reference in references]
        cost = rule.reference * sum(billed)
        working.append(f"references {sum(billed)} MP × {dollars(rule.reference)} = {dollars(cost)}")
        total += cost
    return total, tuple(working)


def _input_megapixels(rule: PerMegapixel, reference: Size) -> int:
    billed = reference.billed_megapixels
    return min(billed, rule.reference_cap) if rule.reference_cap else billed
