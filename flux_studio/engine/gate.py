"""Which providers rest and why, and the keys that are read before anything leaves for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from flux_studio.core.errors import KeyMissing, Reason
from flux_studio.core.secret import Secret
from flux_studio.engine import sentences
from flux_studio.engine.facts import ProviderPaused, ProviderResumed
from flux_studio.engine.ports import HeldKey, Keys

KEYCHAIN_PATIENCE = 6.0  # seconds: the keychain has 5 of its own


class Gate:
    """Pauses a provider once, instead of failing its jobs one by one, until a person resumes it."""

    def __init__(self, listener: Callable[[ProviderPaused | ProviderResumed], None]) -> None:
        self._listener = listener
        self._open: dict[str, asyncio.Event] = {}
        self.paused: dict[str, ProviderPaused] = {}

    def is_paused(self, provider: str) -> bool:
        return provider in self.paused

    def pause(self, provider: str, reason: Reason, message: str) -> None:
        """Close the gate; the first reason stands."""
        if provider not in self.paused:
            self.paused[provider] = ProviderPaused(provider, reason, message)
            self._open[provider] = asyncio.Event()
            self._listener(self.paused[provider])

    def resume(self, provider: str) -> bool:
        """Open the gate. False when it was not closed."""
        if self.paused.pop(provider, None) is None:
            return False
        self._open.pop(provider).set()
        self._listener(ProviderResumed(provider))
        return True

    async def resumed(self, provider: str) -> None:
        """Wait until the gate is open."""
        while provider in self.paused:
            await self._open[provider].wait()


class KeyReader:
    """Reads keys off the loop, one question at a time for each provider, and never waits for
    ever.
    """

    def __init__(self, keys: Keys, patience: float = KEYCHAIN_PATIENCE) -> None:
        self._keys = keys
        self._patience = patience
        self._asking: dict[tuple[str, str], asyncio.Task[HeldKey | None]] = {}

    async def read(self, provider: str) -> Secret | None:
        """The key in use, None when there is none. Raises KeyMissing when the keychain does not
        answer.
        """
        held = await self.held(provider)
        return held.secret if held else None

    async def held(self, provider: str, label: str = "") -> HeldKey | None:
        """The key of this name with its name, without a name the one in use; None when there is
        none. Raises KeyMissing when the keychain does not answer.

        A question that hangs is shared by whoever asks next, so threads do not pile up behind it.
        """
        asking = self._asking.get((provider, label))
        if asking is None or asking.done():
            asking = asyncio.ensure_future(asyncio.to_thread(self._keys.key, provider, label))
            asking.add_done_callback(_note_error)
            self._asking[provider, label] = asking
        try:
            async with asyncio.timeout(self._patience):
                return await asyncio.shield(asking)
        except TimeoutError:
            raise KeyMissing(sentences.KEYCHAIN_SILENT) from None


def _note_error(task: asyncio.Task[HeldKey | None]) -> None:
    """Mark an error as seen when everybody who asked has gone."""
    if not task.cancelled():
        task.exception()
