"""Rescue of jobs that were or may have been paid: with what a person found out about them, and by
the tickets that are there. Nothing here ever sends a request.
"""

from __future__ import annotations

from flux_studio.core.errors import (
    ProviderError,
    Reason,
    Refused,
    StudioError,
    TaskForgotten,
)
from flux_studio.core.job import (
    Accepted,
    Job,
    JobState,
    Reopened,
    SetAside,
    Settled,
    Stopped,
    Ticket,
)
from flux_studio.core.money import Money
from flux_studio.core.request import Request
from flux_studio.engine import sentences
from flux_studio.engine.book import JobBook
from flux_studio.engine.carrying import Carrier
from flux_studio.engine.clock import loop_seconds
from flux_studio.engine.errand import Errand, ErrandFor
from flux_studio.engine.facts import Resolution
from flux_studio.engine.gate import KeyReader
from flux_studio.engine.ports import Journal
from flux_studio.engine.resuming import restated
from flux_studio.providers.contract import FindsTasks


class Rescuer:
    """What can be done for such a job. `errand_for` gives None where its provider is not there."""

    def __init__(
        self,
        book: JobBook,
        journal: Journal,
        keys: KeyReader,
        carrier: Carrier,
        errand_for: ErrandFor,
    ) -> None:
        self._book = book
        self._journal = journal
        self._keys = keys
        self._carrier = carrier
        self._errand_for = errand_for

    async def resolve(
        self, job: str, resolution: Resolution | str, task: str = ""
    ) -> Request | None:
        """See `Runner.resolve`."""
        resolution, known = Resolution(resolution), self._book.find(job)
        if known is None or known.state is not JobState.UNKNOWN:
            return None
        match resolution:
            case Resolution.FOUND:
                await self.follow_task(known, task)
            case Resolution.NOT_CHARGED:
                await self._book.write_patiently(self._not_charged(known))
                self._book.forget(job)
                return known.request
            case Resolution.LEAVE:
                pass
        return None

    async def follow_task(self, job: Job, task: str) -> None:
        """Follow an unknown job by a task id. Raises StudioError when that does not lead to it; the
        job stays unknown and says why.
        """
        errand = self._errand_for(job)
        if errand is None:
            return
        try:
            ticket = await self._ticket(errand, task)
            now = self._book.find(job.id)
            if now is None or now.state is not JobState.UNKNOWN:
                return  # resolved otherwise while the provider was asked
            self._check_free(job, ticket)
        except StudioError as error:
            self._book.tell(self._still_unknown(job, error))
            raise
        await self._book.write_patiently(Accepted(job.id, self._book.now(), ticket))
        self._follow(errand, begun=loop_seconds())

    async def fetch_again(self, job: str) -> None:
        """Ask once more for a job that was given up, by the ticket it has. One that is followed
        already is left alone. Raises StudioError where there is nothing to ask with.
        """
        known = self._take(job)
        if known.state is JobState.UNKNOWN and known.ticket is not None:
            event: Accepted | Reopened = Accepted(job, self._book.now(), known.ticket)
        elif known.can_come_back:
            event = Reopened(job, self._book.now())
        elif known.ended or known.state is JobState.UNKNOWN:
            raise StudioError(sentences.NOTHING_TO_FETCH)
        else:
            return
        errand = self._errand_for(known)
        if errand is None or known.ticket is None:
            raise StudioError(sentences.PROVIDER_NOT_HERE)
        self._book.write(event)
        age = (self._book.now() - known.ticket.submitted).total_seconds()
        self._follow(errand, begun=loop_seconds() - max(0.0, age))

    def settle(self, job: str, *, charged: bool) -> None:
        """Note what a person saw of a job without a picture: that it was charged, or not. One of
        unknown outcome that was not charged has ended then. Raises StudioError, NotKept.
        """
        known, now = self._known(job), self._book.now()
        if not charged and known.state is JobState.UNKNOWN:
            self._book.write(self._not_charged(known))
            self._book.forget(job)
            return
        cost = (known.charged or known.price) if charged else Money(0)
        words = sentences.seen_charged(cost) if charged else sentences.SEEN_NOT_CHARGED
        self._book.write(Settled(job, now, cost, words))

    def set_aside(self, job: str, *, aside: bool = True) -> None:
        """Take a job off the list of those to rescue, or put it back. Raises StudioError."""
        self._known(job)
        self._book.write(SetAside(job, self._book.now(), aside))

    def _known(self, job: str) -> Job:
        known = self._book.find(job) or self._journal.job(job)
        if known is None:
            raise StudioError(sentences.NO_SUCH_JOB)
        return known

    def _take(self, job: str) -> Job:
        """A job that this process takes care of from here on."""
        known = self._book.find(job)
        if known is None:
            known = self._journal.reclaim(job)
            if known is None:
                raise StudioError(sentences.NOT_OURS)
            for event in restated(known):
                self._book.tell(event)
        return known

    def _follow(self, errand: Errand, begun: float) -> None:
        errand.begun, errand.first_poll = begun, 0.0
        self._carrier.follow(errand)

    async def _ticket(self, errand: Errand, task: str) -> Ticket:
        """The ticket of a task that the provider does know: an id with a slip in it must not end
        the job.

        Raises Refused, TaskForgotten, Unreachable or KeyMissing; the job stays unknown then.
        """
        provider, card = errand.provider, errand.card
        if not isinstance(provider, FindsTasks) or card is None:
            raise Refused(Reason.NOT_FOUND, sentences.CANNOT_FIND)
        found = provider.ticket_for(task.strip(), card, self._book.job(errand.job).request)
        own = self._book.job(errand.job).key
        held = await self._keys.held(errand.provider_id, own)
        if held is None and own:
            held = await self._keys.held(errand.provider_id)
        try:
            await provider.check(found, held.secret if held else None)
        except TaskForgotten as error:
            raise TaskForgotten(error.reason, sentences.TASK_NOT_THERE) from error
        return found

    def _check_free(self, job: Job, ticket: Ticket) -> None:
        """Raises Refused for the task of another job: two would hold its one picture."""
        if self._journal.known_tasks(job.request.provider, [ticket.task]):
            raise Refused(Reason.NOT_FOUND, sentences.TASK_OF_ANOTHER)

    def _still_unknown(self, job: Job, error: Exception) -> Stopped:
        """Says why a job stays unknown."""
        reason = error.reason if isinstance(error, ProviderError) else Reason.OUTCOME_UNKNOWN
        message = sentences.unknown(job, str(error))
        return Stopped(job.id, self._book.now(), JobState.UNKNOWN, reason, message, job.charged)

    def _not_charged(self, job: Job) -> Stopped:
        """Ends a job that a person saw was not charged."""
        message = sentences.SEEN_NOT_CHARGED
        now = self._book.now()
        return Stopped(job.id, now, JobState.CANCELLED, Reason.CANCELLED, message, Money(0))
