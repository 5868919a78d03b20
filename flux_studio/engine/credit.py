"""Credit that would not pay for the next picture pauses its provider once, before the provider has
to refuse job after job.

Only balances that were read are judged. A reading that looks too low is read anew first, since
somebody may have paid in meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from flux_studio.core.errors import Reason, StudioError
from flux_studio.core.job import Job
from flux_studio.core.money import Money
from flux_studio.engine import sentences
from flux_studio.engine.gate import Gate

PATIENCE = 6.0  # seconds for a new reading; without one the job goes on


@dataclass(slots=True)
class _Reading:
    """USD left when it was read, and what was sent since."""

    left: Money
    sent: Money = Money(0)


class CreditWatch:
    """Compares what is left with what is next. `ask(provider)` reads a balance, None where the
    provider does not tell; it may raise StudioError.
    """

    def __init__(self, gate: Gate, ask: Callable[[str], Awaitable[Money | None]]) -> None:
        self._gate = gate
        self._ask = ask
        self._readings: dict[str, _Reading] = {}
        self._waved: dict[str, Money] = {}

    def learn(self, provider: str, left: Money) -> None:
        """A balance was read (USD)."""
        self._readings[provider] = _Reading(left)
        if left > self._waved.get(provider, left):
            del self._waved[provider]

    def sent(self, job: Job) -> None:
        """A job left: its price is spoken for."""
        reading = self._readings.get(job.request.provider)
        if reading is not None and job.price is not None:
            reading.sent += job.price

    def wave_through(self, provider: str) -> None:
        """A person lets a paused provider go on: its balance is not held against it until there is
        more of it.
        """
        reading = self._readings.pop(provider, None)
        if reading is not None:
            self._waved[provider] = reading.left

    async def pauses(self, job: Job) -> bool:
        """Whether the provider of a job rests now, because what is left does not pay for it."""
        provider = job.request.provider
        if provider in self._waved or not self._is_short(job):
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                left = await self._ask(provider)
        except (StudioError, TimeoutError):
            left = None
        if left is None:
            self._readings.pop(provider, None)
            return False
        self.learn(provider, left)
        if not self._is_short(job) or job.price is None:
            return False
        self._gate.pause(provider, Reason.NO_CREDIT, sentences.low_credit(left, job.price))
        return True

    def _is_short(self, job: Job) -> bool:
        reading = self._readings.get(job.request.provider)
        return bool(reading and job.price and reading.left - reading.sent < job.price)
