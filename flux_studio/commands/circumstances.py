"""What the price table knows beside the cards: keys, balances, and how long past jobs took.

Balances are asked for together and for a few seconds at most; what fails is simply not known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from flux_studio.assembly import Workshop
from flux_studio.core.card import ModelCard
from flux_studio.core.errors import StudioError
from flux_studio.core.price_table import Circumstances
from flux_studio.core.secret import Secret
from flux_studio.provider_keys import ProviderKeys
from flux_studio.providers.contract import HasBalance
from flux_studio.providers.registry import ProviderRow, open_provider, row

if TYPE_CHECKING:
    from flux_studio.providers.http import HttpSession

PATIENCE = 4.0  # seconds for all balances together


class _NoNotes:
    """A balance needs no memory."""

    def get(self, name: str) -> str | None:
        return None

    def set(self, name: str, value: str) -> None:
        return None


def circumstances(workshop: Workshop, cards: Sequence[ModelCard]) -> Circumstances:
    """What is known for these cards. Blocks; never raises for a provider that does not answer."""
    wanted = [row(name) for name in dict.fromkeys(card.provider for card in cards)]
    keys = ProviderKeys(workshop.keychain, workshop.keys_in_use)
    held = {known.id: keys.key(known.id) for known in wanted if known.needs_key}
    secrets = {name: key.secret for name, key in held.items() if key is not None}
    return Circumstances(
        today=date.today(),
        keys={name: name in secrets for name in held},
        usual=_usual(workshop, cards),
        balances=asyncio.run(_balances(workshop, secrets)) if secrets else {},
    )


def _usual(workshop: Workshop, cards: Sequence[ModelCard]) -> dict[tuple[str, str], float]:
    if not workshop.library_is_current():
        return {}
    with suppress(StudioError):
        gallery = workshop.gallery()
        found = {card.id: gallery.typical_seconds(*card.id) for card in cards}
        return {card: seconds for card, seconds in found.items() if seconds is not None}
    return {}


async def _balances(workshop: Workshop, secrets: Mapping[str, Secret]) -> dict[str, Decimal]:
    http = workshop.open_http()
    try:
        asked = [_balance(workshop, http, row(name), secret) for name, secret in secrets.items()]
        found = await asyncio.gather(*asked)
    finally:
        await http.aclose()
    return {name: left for name, left in zip(secrets, found, strict=True) if left is not None}


async def _balance(
    workshop: Workshop, http: HttpSession, known: ProviderRow, secret: Secret
) -> Decimal | None:
    with suppress(StudioError, TimeoutError):
        provider = open_provider(known, http, _NoNotes(), workshop.ground.environ)
        if isinstance(provider, HasBalance):
            async with asyncio.timeout(PATIENCE):
                return await provider.balance(secret)
    return None
