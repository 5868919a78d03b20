"""Following: from the ticket to the finished task. Only the provider ends it, never a deadline of
ours.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from flux_studio.core.errors import NotKept, Reason, Refused, TaskForgotten, Unreachable
from flux_studio.core.job import Job, JobState, Progressed, Stopped
from flux_studio.core.money import Money
from flux_studio.core.pricing import Free
from flux_studio.core.retry import LONGEST_OBEYED, own_wait
from flux_studio.core.waiting import PACE, Observation, WaitingPlan, learn
from flux_studio.engine import sentences
from flux_studio.engine.book import JobBook
from flux_studio.engine.checking import Checker
from flux_studio.engine.clock import loop_seconds, set_within
from flux_studio.engine.errand import Errand
from flux_studio.engine.ports import Journal, kind_of
from flux_studio.engine.previewing import Previewer
from flux_studio.providers.contract import Cancels, Done, Ended, HoldsSubmit, Working

log = logging.getLogger(__name__)

TICK = 1.0  # seconds between two words of progress
FREE_PACE = 0.25  # seconds; a free model burdens nobody by being asked often
FORGET_AFTER = 60.0  # seconds a provider may say that it does not know the task
HICCUPS_TO_SAY = 3  # in a row
LOG_LINES = 8  # of the provider's log; more would be no tooltip
DUE = 0.001  # seconds: a wait shorter than this could be lost in the rounding of the clock
LEAST_GAP = 0.1  # seconds between two questions, whatever a plan or a provider says


@dataclass(slots=True)
class Chase:
    """What is known while one task is followed. Times are seconds since the provider took it, or
    since it was sent where the submit itself waits for the picture.

    `asked` is when the last question left, `unready` when the last one that found the task unready
    did (None: none of this run did), `ask_at` what overrides the plan.
    """

    plan: WaitingPlan
    begun: float
    asked: float = 0.0
    unready: float | None = None
    ask_at: float | None = None
    hiccups: int = 0
    forgotten_since: float | None = None
    stopping: bool = False
    stopped: bool = False
    status: Working = Working(running=False)

    def elapsed(self) -> float:
        return max(0.0, loop_seconds() - self.begun)

    def next_question(self) -> float:
        """When to ask next: the provider's word, else what past jobs of this kind say."""
        if self.ask_at is not None:
            return self.ask_at
        planned = self.plan.next_poll(self.elapsed(), self.asked)
        return max(planned, self.asked + LEAST_GAP)


class Follower:
    """Asks at the right times until a task is done or has ended."""

    def __init__(
        self, book: JobBook, journal: Journal, checker: Checker, previewer: Previewer
    ) -> None:
        self._book = book
        self._journal = journal
        self._checker = checker
        self._previewer = previewer
        self._plans: dict[tuple[str, float | None], WaitingPlan] = {}

    async def follow(self, errand: Errand) -> Done | None:
        """The finished task, None when it ended without a picture (and that is in the journal)."""
        try:
            return await self._follow(errand, self._begin(errand))
        finally:
            self._previewer.forget(errand.job)

    async def _follow(self, errand: Errand, chase: Chase) -> Done | None:
        while True:
            await self._rest(errand, chase)
            await self._stop_where_wanted(errand, chase)
            chase.asked, chase.ask_at = chase.elapsed(), None
            try:
                status = await self._checker.check(errand)
            except Unreachable as error:
                self._hiccup(errand, chase, error)
                continue
            except TaskForgotten:
                if await self._is_lost(errand, chase):
                    return None
                continue
            chase.hiccups, chase.forgotten_since = 0, None
            match status:
                case Working():
                    self._still_working(errand, chase, status)
                case Done():
                    self._learn_from(errand, chase)
                    return status
                case Ended():
                    await self._record_end(errand, status)
                    return None

    def _begin(self, errand: Errand) -> Chase:
        running = self._book.job(errand.job).state is JobState.RUNNING
        chase = Chase(self._plan(errand), errand.begun, status=Working(running))
        if errand.first_poll is not None:
            chase.asked = chase.elapsed()
            chase.ask_at = chase.asked + errand.first_poll
        elif isinstance(errand.provider, HoldsSubmit):
            self._count_the_submit(errand, chase, errand.provider)
        self._tell_progress(errand, chase)
        return chase

    def _count_the_submit(self, errand: Errand, chase: Chase, provider: HoldsSubmit) -> None:
        """Its answer was held back until now, so it is what a first question would have brought."""
        ticket = self._book.job(errand.job).ticket
        if ticket is None or errand.sent is None:
            return
        chase.begun = errand.sent
        chase.asked = chase.elapsed()
        if provider.is_settled(ticket):
            chase.ask_at = chase.asked
        else:
            chase.unready = chase.asked

    def _plan(self, errand: Errand) -> WaitingPlan:
        kind = kind_of(self._book.job(errand.job).request)
        prior = errand.card.prior_seconds if errand.card else None
        if (kind, prior) not in self._plans:
            pace = FREE_PACE if errand.keyless else PACE
            self._plans[kind, prior] = learn(self._journal.observed(kind), prior, pace=pace)
        return self._plans[kind, prior]

    def _learn_from(self, errand: Errand, chase: Chase) -> None:
        """Remember how long it took, unless it was done before this run could see it."""
        if errand.first_poll is not None and chase.unready is None:
            return
        errand.seconds = _seconds_since_sent(errand, self._book.job(errand.job), self._book.now())
        kind = kind_of(self._book.job(errand.job).request)
        try:
            self._journal.observe(kind, Observation(chase.unready or 0.0, chase.asked))
        except NotKept:
            log.warning("a duration of %s was not recorded", kind)
        self._plans = {key: plan for key, plan in self._plans.items() if key[0] != kind}

    async def _rest(self, errand: Errand, chase: Chase) -> None:
        """Wait for the next question, with a word of progress each second. A cancel cuts it
        short.
        """
        while not errand.stop.is_set():
            left = chase.next_question() - chase.elapsed()
            if left < DUE:
                return
            await set_within(errand.stop, min(TICK, left))
            if left > TICK:
                self._tell_progress(errand, chase)

    def _still_working(self, errand: Errand, chase: Chase, status: Working) -> None:
        chase.unready, chase.status = chase.asked, status
        if status.ask_again is not None:
            chase.ask_at = chase.elapsed() + min(LONGEST_OBEYED, status.ask_again)
        self._previewer.show(errand.job, errand.provider_id, status.preview)
        self._tell_progress(errand, chase)

    def _hiccup(self, errand: Errand, chase: Chase, error: Unreachable) -> None:
        chase.hiccups += 1
        wait = own_wait(chase.hiccups) if error.wait is None else min(LONGEST_OBEYED, error.wait)
        chase.ask_at = chase.elapsed() + max(LEAST_GAP, wait)
        if chase.hiccups >= HICCUPS_TO_SAY:
            self._tell_progress(errand, chase)

    async def _is_lost(self, errand: Errand, chase: Chase) -> bool:
        """A task that is not known may only not be known yet: it is asked for a minute."""
        now = chase.elapsed()
        since = chase.forgotten_since = (
            now if chase.forgotten_since is None else chase.forgotten_since
        )
        chase.hiccups += 1
        chase.ask_at = now + own_wait(chase.hiccups)
        if now - since < FORGET_AFTER and not chase.stopped:
            return False
        job = self._book.job(errand.job)
        charged = known_charge(job, errand, None)
        task = job.ticket.task if job.ticket else ""
        message = sentences.forgotten(task, charged)
        state, reason = JobState.LOST, Reason.FORGOTTEN
        if chase.stopped:
            message = sentences.ended(sentences.STOPPED_THERE, charged)
            state, reason = JobState.CANCELLED, Reason.CANCELLED
        await self._book.write_patiently(
            Stopped(job.id, self._book.now(), state, reason, message, charged)
        )
        return True

    async def _record_end(self, errand: Errand, ended: Ended) -> None:
        job = self._book.job(errand.job)
        charged = known_charge(job, errand, ended.charged)
        state = JobState.REFUSED if ended.refused else JobState.FAILED
        if ended.cancelled:
            state = JobState.CANCELLED
        message = sentences.ended(ended.message, charged)
        await self._book.write_patiently(
            Stopped(job.id, self._book.now(), state, ended.reason, message, charged, ended.control)
        )

    async def _stop_where_wanted(self, errand: Errand, chase: Chase) -> None:
        """Pass a cancel on. The task is followed on in any case: a picture that comes is kept."""
        if errand.stop.is_set():
            errand.stop.clear()
            chase.stopping = not chase.stopped
        if not chase.stopping:
            return
        chase.stopping, provider = False, errand.provider
        if not isinstance(provider, Cancels):
            errand.note = sentences.CANNOT_STOP
        else:
            await self._ask_to_stop(errand, chase, provider)
        self._tell_progress(errand, chase)

    async def _ask_to_stop(self, errand: Errand, chase: Chase, provider: Cancels) -> None:
        ticket = self._book.job(errand.job).ticket
        if ticket is None:
            return
        errand.note = sentences.STOPPING
        try:
            chase.stopped = await provider.cancel(ticket, errand.key)
            if not chase.stopped:
                errand.note = sentences.TOO_LATE_TO_STOP
        except Unreachable:
            chase.stopping, errand.note = True, sentences.STOP_UNHEARD
        except (Refused, TaskForgotten):
            errand.note = sentences.TOO_LATE_TO_STOP

    def _tell_progress(self, errand: Errand, chase: Chase) -> None:
        """Progress as the provider tells it, else as past jobs suggest. Only a change of state is
        journalled.
        """
        job = self._book.job(errand.job)
        elapsed, status = chase.elapsed(), chase.status
        words = sentences.HICCUP if chase.hiccups >= HICCUPS_TO_SAY else errand.note or status.words
        words = errand.key_note or words
        fraction = chase.plan.fraction(elapsed) if status.fraction is None else status.fraction
        event = Progressed(
            job.id, self._book.now(), status.running, words, status.position, fraction,
            chase.plan.remaining(elapsed), status.logs[-LOG_LINES:],
        )  # fmt: skip
        if (job.state is JobState.RUNNING) == status.running or job.state is JobState.READY:
            self._book.tell(event)
            return
        try:
            self._book.write(event)
        except NotKept:
            self._book.tell(event)


def known_charge(job: Job, errand: Errand, reported: Money | None) -> Money | None:
    """USD that was charged: as reported at the end, else at the start, else 0 for a free model,
    else not known.
    """
    if reported is not None:
        return reported
    if job.charged is not None:
        return job.charged
    if errand.card is not None and isinstance(errand.card.price, Free):
        return Money(0)
    return None


def _seconds_since_sent(errand: Errand, job: Job, now: datetime) -> float | None:
    """From sending to ready. Over a restart only the wall clock can tell."""
    if errand.sent is not None:
        return loop_seconds() - errand.sent
    return max(0.0, (now - job.sent).total_seconds()) if job.sent else None
