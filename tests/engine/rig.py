"""A runner on virtual time with fakes around it, and words for what a test waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar, cast

from flux_studio.core.job import Job, JobState, Progressed, Saved, Stopped
from flux_studio.core.money import Money
from flux_studio.core.request import Order
from flux_studio.engine.facts import EngineFact
from flux_studio.engine.runner import Runner
from flux_studio.providers.contract import Provider
from tests.fakes import (
    FakeDisk,
    FakeJournal,
    FakeKeys,
    FakeLibrary,
    FakeProvider,
    FakeServer,
    Life,
    card,
    order,
)
from tests.virtual_time import VirtualTimeLoop

F = TypeVar("F")


class Rig:
    """One life of the program: a runner and everything it stands on."""

    def __init__(
        self,
        loop: VirtualTimeLoop,
        server: FakeServer | None = None,
        *,
        kind: type[FakeProvider] = FakeProvider,
        disk: FakeDisk | None = None,
        life: Life | None = None,
        free: bool = False,
        **options: Any,
    ) -> None:
        self.loop = loop
        self.server = server or FakeServer()
        self.disk = disk or FakeDisk()
        self.life = life or Life()
        self.journal = FakeJournal(self.disk, self.life)
        self.library = FakeLibrary(self.disk, self.life)
        self.keys = FakeKeys()
        self.provider = kind(self.server, self.life, loop.now)
        self.facts: list[EngineFact] = []
        self._news = asyncio.Event()
        self.providers = {"fake": cast(Provider, self.provider)}
        self.cards = {("fake", "flux"): card(free=free)}
        self.runner = Runner(
            providers=self.providers,
            cards=self.cards,
            journal=self.journal,
            library=self.library,
            keys=self.keys,
            download=self.provider.download,
            listener=self._hear,
            now=loop.now,
            **options,
        )

    def _hear(self, fact: EngineFact) -> None:
        self.facts.append(fact)
        self._news.set()

    def place(self, count: int = 1, **fields: Any) -> list[str]:
        return self.runner.place(order(count=count), **fields)

    def send(self, wanted: Order, **fields: Any) -> list[str]:
        return self.runner.place(wanted, **fields)

    def job(self, job: str) -> Job:
        """A job as the journal has it."""
        return self.disk.jobs[job]

    def task(self, job: str) -> str:
        """The provider's id of a job as the journal has it, '' without a ticket."""
        ticket = self.job(job).ticket
        return ticket.task if ticket else ""

    def told(self, kind: type[F], job: str | None = None) -> list[F]:
        """The facts of one kind, of one job or of all."""
        return [
            fact
            for fact in self.facts
            if isinstance(fact, kind) and (job is None or getattr(fact, "job", None) == job)
        ]

    def words(self, job: str) -> list[str]:
        """The different words about a job, in order."""
        return list(dict.fromkeys(fact.words for fact in self.told(Progressed, job)))

    def states(self, job: str) -> list[str]:
        return self.journal.states(job)

    async def until(self, true: Callable[[], Any]) -> None:
        """Wait for facts until something is true."""
        while not true():
            self._news.clear()
            await self._news.wait()

    async def ended(self, *jobs: str) -> None:
        """Wait until these jobs have ended or wait for a person."""
        await self.until(lambda: all(self._is_over(job) for job in jobs))
        await self.settled()

    async def settled(self) -> None:
        """Let everything run that does not need time."""
        for _ in range(30):
            await asyncio.sleep(0)

    def _is_over(self, job: str) -> bool:
        known = self.disk.jobs.get(job)
        return known is not None and (known.ended or known.state is JobState.UNKNOWN)

    async def stop_of(self, job: str) -> Stopped:
        """Wait for a job's end without a picture."""
        await self.ended(job)
        return self.told(Stopped, job)[-1]

    async def saved(self, *jobs: str) -> list[Saved]:
        """Wait until these jobs are saved."""
        await self.ended(*jobs)
        for job in jobs:
            assert self.job(job).state is JobState.SAVED, self.job(job)
        return [self.told(Saved, job)[-1] for job in jobs]

    def charged(self) -> Money:
        """What the provider took, in USD."""
        return Decimal("0.03") * len(self.server.charges)

    async def saved_later(self, job: str) -> None:
        """Wait until a job that may be unknown now is saved after all."""
        await self.until(lambda: self.disk.jobs[job].ended)
        assert self.job(job).state is JobState.SAVED, self.job(job)
