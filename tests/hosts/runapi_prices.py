"""What RunAPI's twin charges and how it words its price answers; its names and sizes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

RATIOS = ("1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3")
PRICES = {
    ("pro", "1k"): Decimal("0.05"),
    ("pro", "2k"): Decimal("0.07"),
    ("flex", "1k"): Decimal("0.14"),
    ("flex", "2k"): Decimal("0.24"),
    ("max", "1k"): Decimal("0.12"),  # the real price is not published; any will do here
}
SUFFIXES = {
    "text_to_image": "-text-to-image",
    "remix_image": "-remix-image",
    "image_to_image": "-image-to-image",
}
GENERATIONS = {
    "newer": {"text_to_image", "remix_image"},
    "older": {"text_to_image", "image_to_image"},
    "both": {"text_to_image", "remix_image", "image_to_image"},
}
AREAS = {"1k": 1024 * 1024, "2k": 2048 * 2048}


def pixels(ratio: str, tier: str) -> tuple[int, int]:
    """Width and height in px for a ratio and tier, on a grid of 16."""
    across, down = (int(part) for part in ratio.split(":"))
    height = (AREAS[tier] * down / across) ** 0.5
    return round(height * across / down / 16) * 16, round(height / 16) * 16


def schedule_rows(names: str) -> list[dict[str, Any]]:
    """The price list for one generation of names."""
    return [
        {
            "service": "flux_2",
            "action": action,
            "model": f"flux-2-{tier}{SUFFIXES[action]}",
            "pricing_status": "priced",
            "catalog_status": "active",
            "currency": "USD",
            "billing_unit": "image",
            "billing_strategy": "flat",
            "unit_price_cents": int(PRICES[(tier, "1k")] * 100),
            "billing_config": {"output_resolution": _by_size(tier)},
        }
        for action in sorted(GENERATIONS[names])
        for tier in ("pro", "flex", "max")
    ]


def quote_row(body: dict[str, Any], price: Decimal) -> dict[str, Any]:
    """A quote of `price` USD for the request of a body."""
    return {
        "service": "flux_2",
        "action": body["action"],
        "model": body["model"],
        "pricing_status": "priced",
        "currency": "USD",
        "reservation_amount_cents": int(price * 100),
        "estimate_basis": "flat",
        "as_of": now(),
    }


def now() -> str:
    return datetime.now(UTC).isoformat()


def _by_size(tier: str) -> dict[str, int]:
    return {size: int(usd * 100) for (name, size), usd in PRICES.items() if name == tier}
