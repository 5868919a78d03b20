"""Free questions about an account: is the key good, what is left, what would this cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import KeyMissing
from flux_studio.core.money import Money
from flux_studio.core.pricing import PriceRule
from flux_studio.core.request import Request
from flux_studio.core.secret import Secret
from flux_studio.engine import sentences
from flux_studio.engine.facts import BalanceRead, EngineFact
from flux_studio.engine.gate import KeyReader
from flux_studio.providers.contract import ChecksKey, HasBalance, ListsPrices, Provider, Quotes


class Accounts:
    """Questions that make no task and cost nothing. All raise KeyMissing, Refused or
    Unreachable.
    """

    def __init__(
        self,
        providers: Mapping[str, Provider],
        cards: Mapping[tuple[str, str], ModelCard],
        keys: KeyReader,
        listener: Callable[[EngineFact], None],
    ) -> None:
        self._providers = providers
        self._cards = cards
        self._keys = keys
        self._listener = listener

    async def check_key(self, provider: str, key: Secret | None = None) -> str:
        """Try `key`, or the stored one. Gives a short fact for people, a sentence where there is no
        free way.
        """
        key = key or await self._key(provider)
        asked = self._providers[provider]
        return (
            await asked.check_key(key) if isinstance(asked, ChecksKey) else sentences.NO_FREE_CHECK
        )

    async def balance(self, provider: str) -> Money | None:
        """USD left on the account, None where the provider does not tell. `BalanceRead` follows."""
        asked = self._providers[provider]
        if not isinstance(asked, HasBalance):
            return None
        left = await asked.balance(await self._key(provider))
        self._listener(BalanceRead(provider, left))
        return left

    async def balance_of(self, provider: str, key: Secret) -> Money | None:
        """USD left on the account of one of several keys; nobody else is told."""
        asked = self._providers[provider]
        return await asked.balance(key) if isinstance(asked, HasBalance) else None

    async def quote(self, request: Request) -> Money | None:
        """USD for this very request as the provider quotes it, None where it does not."""
        asked = self._providers[request.provider]
        if not isinstance(asked, Quotes):
            return None
        key = await self._keys.read(request.provider)
        return await asked.quote(request, self._cards[request.provider, request.model], key)

    async def list_price(self, provider: str, model: str) -> PriceRule | None:
        """A model's price in the provider's own list, None where none is published. No key is
        needed.
        """
        asked = self._providers[provider]
        card = self._cards[provider, model]
        return await asked.list_price(card) if isinstance(asked, ListsPrices) else None

    async def _key(self, provider: str) -> Secret:
        key = await self._keys.read(provider)
        if key is None:
            raise KeyMissing(sentences.NO_KEY_YET)
        return key
