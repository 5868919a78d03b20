"""Planning: an order becomes jobs in the journal, before the first of them is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flux_studio.core.errors import NotKept, Reason
from flux_studio.core.job import Job, JobState, Planned, Stopped
from flux_studio.core.money import Money
from flux_studio.core.request import Order
from flux_studio.engine import sentences
from flux_studio.engine.book import JobBook
from flux_studio.engine.errand import new_job_id
from flux_studio.engine.offered import refusal
from flux_studio.providers.contract import Provider


class Planner:
    """Plans one job a request."""

    def __init__(self, book: JobBook, providers: Mapping[str, Provider]) -> None:
        self._book = book
        self._providers = providers

    def plan(
        self, order: Order, ids: Sequence[str] | None, ranks: Sequence[float]
    ) -> tuple[list[str], list[Job]]:
        """The ids of all jobs, and those jobs that can be sent: in the journal, and for a provider
        that can be used. Raises LookupError for a provider that is not there.
        """
        for request in order.requests:
            refusal(self._providers, request.provider)  # raises before anything is planned
        jobs = list(ids) if ids is not None else [new_job_id() for _ in order.requests]
        name, now, price = new_job_id(), self._book.now(), order.estimate.each
        planned = [
            Planned(job, now, request, price, name, order.origin(number), ranks[number])
            for number, (job, request) in enumerate(zip(jobs, order.requests, strict=True))
        ]
        kept = [event for event in planned if self._plan(event) and not self._refuse(event)]
        return jobs, [self._book.job(event.job) for event in kept]

    def _plan(self, event: Planned) -> bool:
        """Whether the disk took the plan of one job."""
        try:
            self._book.write(event)
        except NotKept:
            failed, message = JobState.FAILED, sentences.NOT_WRITTEN
            self._book.tell(event)
            self._book.tell(Stopped(event.job, event.at, failed, Reason.DISK, message, Money(0)))
            self._book.forget(event.job)
            return False
        return True

    def _refuse(self, event: Planned) -> bool:
        """Whether a planned job is for a provider that had to be left out, and so has ended."""
        sentence = refusal(self._providers, event.request.provider)
        if sentence:
            reason, free = Reason.BAD_ADDRESS, Money(0)
            stop = Stopped(event.job, self._book.now(), JobState.REFUSED, reason, sentence, free)
            try:
                self._book.write(stop)
            except NotKept:  # the journal has it as planned: the next start looks again
                self._book.tell(stop)
            self._book.forget(event.job)
        return bool(sentence)
