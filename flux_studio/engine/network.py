"""Whether the network is there at all. While it is surely away the queue fills and rests; when it
is back, a person is asked before anything is sent.

The rule: a request could not leave for one provider, and then none of at least two others answers
either, at other addresses. One provider that is down is not the network, nor is an address on this
computer. Where it cannot be told, the law of single jobs goes on as if the network were there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from flux_studio.core.errors import NotKept
from flux_studio.engine import sentences
from flux_studio.engine.gate import Gate
from flux_studio.engine.ports import QueueNote

OFFLINE = "offline"  # why a queue is paused: there is no network
RECONNECTED = "reconnected"  # …: it is back, and a person is asked
LOOK_AGAIN = 10.0  # seconds between two looks whether the network is back
TRUSTED_FOR = 1.0  # seconds a good answer counts for the next failure

_NOTE = "offline"

log = logging.getLogger(__name__)


class Probe(Protocol):
    """Looks whether anybody answers, without a key and without a request that costs."""

    async def __call__(self, failed: str, /) -> bool | None:
        """Whether another provider than `failed` answers ('': any); None where that cannot be
        told.
        """
        ...


class Network:
    """Holds the queue while the network is away. Nothing is held without a probe."""

    def __init__(
        self,
        probe: Probe | None,
        gate: Gate,
        note: QueueNote | None,
        has_waiting: Callable[[], bool],
        pump: Callable[[], None],
    ) -> None:
        self._probe = probe
        self._gate = gate
        self._note = note
        self._has_waiting = has_waiting
        self._pump = pump
        self._asking: dict[str, asyncio.Task[bool]] = {}
        self._answered = float("-inf")
        self._watch: asyncio.Task[None] | None = None

    def recall(self) -> None:
        """Jobs that waited for the network in an earlier run are asked about."""
        if self._note is not None and self._note.get(_NOTE):
            self._ask()

    async def is_away(self, failed: str) -> bool:
        """A request could not leave for provider `failed`: is the network away? Then the queue is
        held. Jobs that ask together share one look.
        """
        if self._probe is None:
            return False
        if OFFLINE in self._gate.holds:
            return True
        looking = self._asking.get(failed)
        if looking is None:
            looking = asyncio.ensure_future(self._look(self._probe, failed))
            self._asking[failed] = looking
            looking.add_done_callback(lambda _: self._asking.pop(failed, None))
        return await asyncio.shield(looking)

    def confirm(self) -> None:
        """A person says yes to what waits, or wants it tried now."""
        self._gate.release(OFFLINE)
        self._gate.release(RECONNECTED)
        self._remember("")
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def close(self) -> None:
        for task in (self._watch, *self._asking.values()):
            if task is not None:
                task.cancel()

    async def _look(self, probe: Probe, failed: str) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._answered < TRUSTED_FOR:
            return False
        if await probe(failed) is not False:
            self._answered = asyncio.get_running_loop().time()
            return False
        log.warning("the network is away")
        self._remember("yes")
        self._gate.release(RECONNECTED)
        self._gate.hold(OFFLINE, sentences.OFFLINE)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.ensure_future(self._wait_for_it(probe))
        return True

    async def _wait_for_it(self, probe: Probe) -> None:
        while OFFLINE in self._gate.holds:
            await asyncio.sleep(LOOK_AGAIN)
            try:
                is_back = await probe("")
            except Exception:
                log.exception("the network could not be looked at")
                continue
            if is_back is not False:
                self._ask()
                self._gate.release(OFFLINE)
                self._pump()

    def _ask(self) -> None:
        """The network is back: what waits needs a yes; where nothing waits there is no question."""
        if self._has_waiting():
            self._gate.hold(RECONNECTED, sentences.RECONNECTED)
        else:
            self._remember("")

    def _remember(self, value: str) -> None:
        if self._note is not None:
            try:
                self._note.set(_NOTE, value)
            except NotKept as error:
                log.warning("the state of the network is not noted: %s", error)
