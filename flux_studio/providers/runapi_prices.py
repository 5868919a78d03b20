"""RunAPI's own price list: its rows as the publisher's package has them, put as a price rule.

What a row's `billing_config` holds is not published beyond its being an object, so a price by
resolution is taken only where each of the card's resolutions has its whole number of cents in it.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from flux_studio.core.card import ModelCard
from flux_studio.core.money import Money, parse_money
from flux_studio.core.pricing import PerCall
from flux_studio.core.size import ListedSizes


class Schedule(msgspec.Struct):
    """One row. All is judged when read."""

    model: str = ""
    action: str = ""
    pricing_status: object = ""
    currency: object = ""
    unit_price_cents: object = None
    billing_config: object = None


class Schedules(msgspec.Struct):
    """The list."""

    price_schedules: list[Schedule] = []


def rule_in(schedules: Schedules, card: ModelCard, model: str) -> PerCall | None:
    """The rule of the row for `model` (the provider's own name of it); None where there is none
    that the card's sizes can be priced with.
    """
    for row in schedules.price_schedules:
        if row.model == model and row.pricing_status == "priced" and row.currency == "USD":
            return _by_tier(row, _tiers(card))
    return None


def _by_tier(row: Schedule, tiers: tuple[str, ...]) -> PerCall | None:
    config = row.billing_config if isinstance(row.billing_config, dict) else {}
    for table in config.values():
        prices = [_usd(table.get(tier)) for tier in tiers] if isinstance(table, dict) else []
        known = [price for price in prices if price is not None]
        if known and len(known) == len(tiers):
            return PerCall(tuple(zip(tiers, known, strict=True)))
    flat = _usd(row.unit_price_cents)
    # One price for a model of several resolutions may be that of the smallest: it tells too little.
    return PerCall((("", flat),)) if flat is not None and len(tiers) <= 1 else None


def _tiers(card: ModelCard) -> tuple[str, ...]:
    sizes = card.sizes.options if isinstance(card.sizes, ListedSizes) else ()
    return tuple(dict.fromkeys(option.tier for option in sizes))


def _usd(cents: object) -> Money | None:
    amount = parse_money(cents)
    return amount / Decimal(100) if amount else None  # 0 is no price for a paid model
