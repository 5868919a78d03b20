"""Which providers rest and why, and the keys that are read before anything leaves for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from flux_studio.core.errors import KeyMissing, Reason
from flux_studio.core.job import Job
from flux_studio.core.secret import Secret
from flux_studio.engine import sentences
from flux_studio.engine.facts import (
    ProviderPaused,
    ProviderResumed,
    QueuePaused,
    QueueResumed,
)
from flux_studio.engine.ports import HeldKey, Keys

GateFact = ProviderPaused | ProviderResumed | QueuePaused | QueueResumed
BY_PERSON = "person"  # why a queue is paused
STOP_AFTER = "stop_after"  # …: the sum that a person gave it is spent
KEYCHAIN_PATIENCE = 6.0  # seconds: the keychain has 5 of its own


class Gate:
    """Pauses a provider once, instead of failing its jobs one by one, until a person resumes it;
    and the whole queue, or one project of it. Only a person holds what is sent to the `free`
    providers, which need neither money nor network.
    """

    def __init__(
        self, listener: Callable[[GateFact], None], free: frozenset[str] = frozenset()
    ) -> None:
        self._free = free
        self.holds: dict[str, QueuePaused] = {}
        self.projects: dict[str, QueuePaused] = {}
        self._listener = listener
        self._open: dict[str, asyncio.Event] = {}
        self.paused: dict[str, ProviderPaused] = {}

    def is_paused(self, provider: str) -> bool:
        """Whether nothing more may be sent to it now. What it has already is followed."""
        by_person = BY_PERSON in self.holds
        otherwise = bool(self.holds) and provider not in self._free
        return by_person or otherwise or provider in self.paused

    def bars(self, job: Job) -> bool:
        """Whether this very job rests: it is held, or its project is."""
        costs = job.request.provider not in self._free
        return job.held or (costs and job.origin.project in self.projects)

    def hold_project(self, project: str, reason: str, message: str) -> None:
        """Pause one project; told once."""
        if project not in self.projects:
            self.projects[project] = QueuePaused(reason, message, project)
            self._listener(self.projects[project])

    def release_project(self, project: str) -> None:
        """End the pause of one project."""
        paused = self.projects.pop(project, None)
        if paused is not None:
            self._listener(QueueResumed(paused.reason, project))

    def hold(self, reason: str, message: str) -> None:
        """Pause the whole queue; told once for each reason."""
        if reason not in self.holds:
            self.holds[reason] = QueuePaused(reason, message)
            self._listener(self.holds[reason])

    def release(self, reason: str) -> bool:
        """End a pause of the whole queue. False when there was none for this reason."""
        if self.holds.pop(reason, None) is None:
            return False
        self._listener(QueueResumed(reason))
        return True

    def pause(self, provider: str, reason: Reason, message: str) -> None:
        """Close the gate; the first reason stands, but a budget gives way to what a person has to
        mend.
        """
        known = self.paused.get(provider)
        if known is None or (known.reason == Reason.BUDGET and reason is not Reason.BUDGET):
            self.paused[provider] = ProviderPaused(provider, reason, message)
            self._open.setdefault(provider, asyncio.Event())
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
