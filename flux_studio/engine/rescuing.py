"""Rescue of a job whose outcome is not known, with what a person found out about it."""

from __future__ import annotations

from flux_studio.core.errors import ProviderError, Reason, Refused, TaskForgotten
from flux_studio.core.job import Job, JobState, Stopped, Ticket
from flux_studio.core.money import Money
from flux_studio.engine import sentences
from flux_studio.engine.book import JobBook
from flux_studio.engine.errand import Errand
from flux_studio.engine.gate import KeyReader
from flux_studio.providers.contract import FindsTasks


class Rescuer:
    """Looks for a task by the id a person entered, and closes jobs that were not charged."""

    def __init__(self, book: JobBook, keys: KeyReader) -> None:
        self._book = book
        self._keys = keys

    async def ticket(self, errand: Errand, task: str) -> Ticket:
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

    def still_unknown(self, job: Job, error: Exception) -> Stopped:
        """Says why a job stays unknown."""
        reason = error.reason if isinstance(error, ProviderError) else Reason.OUTCOME_UNKNOWN
        message = sentences.unknown(job, str(error))
        return Stopped(job.id, self._book.now(), JobState.UNKNOWN, reason, message, None)

    def not_charged(self, job: Job) -> Stopped:
        """Ends a job that a person saw was not charged."""
        message = sentences.SEEN_NOT_CHARGED
        now = self._book.now()
        return Stopped(job.id, now, JobState.CANCELLED, Reason.CANCELLED, message, Money(0))
