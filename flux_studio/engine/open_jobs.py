"""The open jobs of earlier runs, taken up where they were left; `resuming` decides what comes next
for each.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence

from flux_studio.core.errors import NotKept, Reason
from flux_studio.core.job import Accepted, Job, JobState, Stopped
from flux_studio.engine import sentences
from flux_studio.engine.book import DISK_PAUSE, JobBook
from flux_studio.engine.carrying import Carrier
from flux_studio.engine.clock import loop_seconds
from flux_studio.engine.errand import ErrandFor
from flux_studio.engine.line import WaitingLine
from flux_studio.engine.ports import Journal
from flux_studio.engine.resuming import restated, sort_open
from flux_studio.providers.contract import Provider

log = logging.getLogger(__name__)


class OpenJobs:
    """Reads them, tells of them, and hands them to the carrier."""

    def __init__(
        self,
        book: JobBook,
        journal: Journal,
        carrier: Carrier,
        line: WaitingLine,
        providers: Mapping[str, Provider],
        errand_for: ErrandFor,
    ) -> None:
        """`errand_for` gives None for a job whose provider is not there."""
        self._book = book
        self._journal = journal
        self._carrier = carrier
        self._line = line
        self._providers = providers
        self._errand_for = errand_for

    async def read(self) -> Sequence[Job]:
        """The open jobs; a disk that refuses is waited for."""
        while True:
            try:
                return self._journal.open_jobs()
            except NotKept as error:
                log.warning("open jobs cannot be taken over yet: %s", error)
                await asyncio.sleep(DISK_PAUSE)

    def tell(self, jobs: Sequence[Job]) -> None:
        """Bring the listener to where each job is."""
        for job in jobs:
            for event in restated(job):
                self._book.tell(event)

    async def take_up(self, jobs: Sequence[Job]) -> None:
        """Send what was never sent, follow what has a ticket, and leave to a person what may have
        been sent, except where the same idempotency key runs a request only once.
        """
        openings = sort_open(jobs, self._book.now(), self._is_idempotent)
        for job, first_poll in openings.follow:
            await self._follow_again(job, first_poll)
        self._line_up(openings.planned)
        # Those in doubt go first, before their idempotency keys are forgotten.
        self._line_up(openings.resend, in_doubt=True)
        self._carrier.pump()
        for job in openings.unclear:
            await self._book.write_patiently(self._unclear(job))
        for job in jobs:
            self._carrier.on_unclear(job.id)

    def _is_idempotent(self, provider: str) -> bool:
        return provider in self._providers and self._providers[provider].idempotent

    def _line_up(self, jobs: Sequence[Job], in_doubt: bool = False) -> None:
        errands = [errand for errand in map(self._errand_for, jobs) if errand]
        for errand in errands:
            errand.in_doubt = in_doubt
        if in_doubt:
            ranks = self._line.ranks(len(errands), front=True)
            for errand, rank in zip(errands, ranks, strict=True):
                errand.rank = rank
        self._carrier.enlist(errands)

    async def _follow_again(self, job: Job, first_poll: float) -> None:
        errand = self._errand_for(job)
        if errand is None or job.ticket is None:
            return
        if job.state is JobState.UNKNOWN:
            await self._book.write_patiently(Accepted(job.id, self._book.now(), job.ticket))
        age = (self._book.now() - job.ticket.submitted).total_seconds()
        errand.begun = loop_seconds() - max(0.0, age)
        errand.first_poll = first_poll
        self._carrier.follow(errand)

    def _unclear(self, job: Job) -> Stopped:
        message = sentences.unknown(job, sentences.LEFT_SENDING)
        reason = Reason.OUTCOME_UNKNOWN
        return Stopped(job.id, self._book.now(), JobState.UNKNOWN, reason, message, None)
