"""Reconciling: a job of unknown outcome is looked for in its provider's own list of tasks.

Exactly one task that is surely it is followed by itself. Several, or one that only may be it, are
put to the person. None in a complete list means that it is not at the provider, which is said and
never acted upon: nothing is ever sent from here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from flux_studio.core.errors import KeyMissing, Reason, Refused, StudioError
from flux_studio.core.job import Job, JobState, Stopped
from flux_studio.engine import sentences
from flux_studio.engine.book import JobBook
from flux_studio.engine.errand import ErrandFor, idempotency_key
from flux_studio.engine.facts import LookedFor
from flux_studio.engine.gate import KeyReader
from flux_studio.engine.ports import Journal
from flux_studio.providers.contract import ListedTask, ListsTasks, Submission

log = logging.getLogger(__name__)

LOOKS = (2.0, 20.0, 60.0, 180.0)  # seconds after a job became unknown, or the start of the studio
AFTER_LAG = 30.0  # seconds after a task must be in the list: the last look
SPAN = timedelta(hours=26)  # either side of the sending: clocks and zones may have been wrong
CLOSE = timedelta(minutes=10)  # a request without a seed is only taken for ours when sent so near


class Reconciler:
    """Looks for jobs of unknown outcome: by itself after `watch`, and when a person asks."""

    def __init__(
        self,
        book: JobBook,
        journal: Journal,
        keys: KeyReader,
        errand_for: ErrandFor,
        follow: Callable[[Job, str], Awaitable[None]],
    ) -> None:
        self._book = book
        self._journal = journal
        self._keys = keys
        self._errand_for = errand_for
        self._follow = follow
        self._watches: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def watch(self, job: str) -> None:
        """Look for a job a few times from here on, where its provider lists its tasks."""
        known = None if self._closed else self._unclear(job)
        errand = known and self._errand_for(known)
        if errand and isinstance(errand.provider, ListsTasks) and job not in self._watches:
            lag = errand.provider.list_lag.total_seconds()
            loop = asyncio.get_running_loop()
            task = loop.create_task(self._watch(job, lag), name=f"looking for {job}")
            self._watches[job] = task
            task.add_done_callback(lambda _: self._watches.pop(job, None))

    async def look(self, job: str) -> LookedFor | None:
        """One look; None when the job is followed now or was resolved meanwhile. What was found is
        told as well. Raises StudioError where it cannot be looked for.
        """
        known = self._unclear(job)
        if known is None:
            return None
        found = await self._look(known)
        if self._unclear(job) is None:
            return None
        ours = _surely(found.tasks, known, has_rival=self._has_rival(known))
        if ours is not None:
            log.info("job %s: found as %s in the provider's list", job, ours.task)
            await self._follow(known, ours.task)
            return None
        self._book.spread(found)
        if found.absent and known.reason != Reason.NOT_LISTED:
            await self._book.write_patiently(self._not_listed(known))
        return found

    def close(self) -> None:
        """Look no more."""
        self._closed = True
        for task in list(self._watches.values()):
            task.cancel()

    async def _watch(self, job: str, lag: float) -> None:
        passed = 0.0
        for at in sorted({*LOOKS, lag + AFTER_LAG}):
            await asyncio.sleep(at - passed)
            passed = at
            if self._unclear(job) is None:
                return
            try:
                found = await self.look(job)
            except StudioError as error:
                log.info("job %s: could not be looked for: %s", job, error)
                continue
            except Exception:
                log.exception("job %s: looking for it broke", job)
                return
            if found is None or found.tasks or found.absent:
                return

    async def _look(self, job: Job) -> LookedFor:
        errand = self._errand_for(job)
        if errand is None or errand.card is None or not isinstance(errand.provider, ListsTasks):
            raise Refused(Reason.NOT_FOUND, sentences.NO_LIST)
        held = await self._keys.held(errand.provider_id, job.key)
        if held is None:
            words = sentences.key_not_there(job.key) if job.key else sentences.NO_KEY_YET
            raise KeyMissing(words)
        sent = job.sent or job.created
        submission = Submission(job.request, errand.card, job.inputs, idempotency_key(job.id))
        listed = await errand.provider.recent(submission, sent - SPAN, sent + SPAN, held.secret)
        other = self._journal.known_tasks(job.request.provider, [t.task for t in listed.tasks])
        tasks = tuple(task for task in listed.tasks if task.task not in other)
        now = self._book.now()
        # Another account's list says nothing, and neither does one that may not have it yet.
        is_due = now - sent >= errand.provider.list_lag and held.label == job.key
        return LookedFor(job.id, now, tasks, not tasks and listed.complete and is_due)

    def _unclear(self, job: str) -> Job | None:
        """The job, when its outcome is unknown and there is no ticket to ask with."""
        known = self._book.find(job)
        is_unclear = known is not None and known.state is JobState.UNKNOWN
        return known if known is not None and is_unclear and known.ticket is None else None

    def _has_rival(self, job: Job) -> bool:
        """Whether another job without a ticket, of the very same request, may be what is listed."""
        return any(
            other.id != job.id
            and other.request == job.request
            and other.ticket is None
            and other.state in (JobState.SENDING, JobState.UNKNOWN)
            for other in self._book.jobs()
        )

    def _not_listed(self, job: Job) -> Stopped:
        message, now = sentences.not_listed(job), self._book.now()
        return Stopped(job.id, now, JobState.UNKNOWN, Reason.NOT_LISTED, message, job.charged)


def _surely(tasks: tuple[ListedTask, ...], job: Job, *, has_rival: bool) -> ListedTask | None:
    """The one task that is surely this job: the one that bears its name, else the only one of the
    very same request, where a seed or the time leaves no doubt and no other job may be it.
    """
    named = [task for task in tasks if task.named]
    if has_rival and not named:
        return None
    same = named or [task for task in tasks if task.same]
    if len(same) != 1:
        return None
    [only] = same
    sent = job.sent or job.created
    is_close = only.created is not None and abs(only.created - sent) <= CLOSE
    return only if only.named or job.request.seed is not None or is_close else None
