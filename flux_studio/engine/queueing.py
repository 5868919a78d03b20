"""What a person does with jobs that wait: another order, hold one, replace one by another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flux_studio.core.job import Job, JobState, Queued, queued
from flux_studio.core.request import Order
from flux_studio.engine.book import JobBook
from flux_studio.engine.carrying import Carrier
from flux_studio.engine.line import STEP

Place = Callable[[Order, Sequence[str] | None, float], list[str]]


class Queue:
    """The jobs that wait to be sent, in their order over all providers.

    `place(order, ids, rank)` plans an order at a place of the queue. A job that is leaving, or may
    have left, is no longer here: every method then changes nothing.
    """

    def __init__(self, book: JobBook, carrier: Carrier, place: Place) -> None:
        self._book = book
        self._carrier = carrier
        self._place = place

    def waiting(self) -> list[Job]:
        """The jobs that wait, next first."""
        return queued(self._book.jobs())

    def move(self, job: str, before: str | None) -> bool:
        """Put a job before another one, None for the end. False when it cannot be moved. Raises
        NotKept when the disk refuses.
        """
        moved = self._found(job)
        others = [each for each in self.waiting() if each.id != job]
        at = next((i for i, each in enumerate(others) if each.id == before), len(others))
        if moved is None or (before is not None and at == len(others)):
            return False
        rank = _between(others, at)
        if rank is None:
            for number, each in enumerate(others):
                self._queue(each, others[0].rank + STEP * (number + (number >= at)))
            rank = others[0].rank + STEP * at
        self._queue(moved, rank)
        self._carrier.pump()
        return True

    def hold(self, job: str) -> bool:
        """Keep a job from being sent until it is released. False when it is too late."""
        found = self._found(job)
        if found is None or self._carrier.is_leaving(job):
            return False
        self._queue(found, found.rank, held=True)
        return True

    def release(self, job: str) -> None:
        """Let a held job go on, at its place."""
        found = self._found(job)
        if found is not None and found.held:
            self._queue(found, found.rank, held=False)
            self._carrier.pump()

    async def replace(self, job: str, order: Order, ids: Sequence[str] | None = None) -> list[str]:
        """Cancel a job that waits and plan an order at its place; gives the new ids, none when it
        was too late. The new jobs have new idempotency keys, since they are other requests.
        """
        found = self._found(job)
        if found is None or not await self._carrier.withdraw(job):
            return []
        return self._place(order, ids, found.rank)

    def _found(self, job: str) -> Job | None:
        found = self._book.find(job)
        return found if found is not None and found.state is JobState.PLANNED else None

    def _queue(self, job: Job, rank: float, *, held: bool | None = None) -> None:
        kept = job.held if held is None else held
        if (rank, kept) != (job.rank, job.held):
            self._book.write(Queued(job.id, self._book.now(), rank, kept))
            self._carrier.move(job.id, rank)


def _between(jobs: Sequence[Job], at: int) -> float | None:
    """A rank before `jobs[at]` and behind the one before it; None where there is no room left."""
    if not jobs:
        return 0.0
    if at == 0:
        return jobs[0].rank - STEP
    if at == len(jobs):
        return jobs[-1].rank + STEP
    low, high = jobs[at - 1].rank, jobs[at].rank
    middle = (low + high) / 2
    return middle if low < middle < high else None
