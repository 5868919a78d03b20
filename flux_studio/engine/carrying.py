"""Carrying: one asyncio task a job, from the line to its end, and what a cancel can do in
between.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from flux_studio.core.errors import Reason
from flux_studio.core.job import Job, JobState, Stopped
from flux_studio.core.money import Money
from flux_studio.engine import sentences
from flux_studio.engine.book import JobBook
from flux_studio.engine.delivering import Deliverer
from flux_studio.engine.errand import Errand, Phase
from flux_studio.engine.following import Follower
from flux_studio.engine.gate import Gate
from flux_studio.engine.line import WaitingLine
from flux_studio.engine.submitting import Outcome, Submitter

log = logging.getLogger(__name__)


class Carrier:
    """Starts what may start, and keeps one errand and one task for each job on its way.

    `on_unclear` is told of each job whose outcome became unknown.
    """

    def __init__(
        self,
        book: JobBook,
        gate: Gate,
        line: WaitingLine,
        submitter: Submitter,
        follower: Follower,
        deliverer: Deliverer,
    ) -> None:
        self._book = book
        self._gate = gate
        self._line = line
        self._submitter = submitter
        self._follower = follower
        self._deliverer = deliverer
        self._errands: dict[str, Errand] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closing = False
        self.on_unclear: Callable[[str], object] = _ignore

    def enlist(self, errands: Sequence[Errand]) -> None:
        """Put jobs without a ticket in line, each at its rank; `pump` starts them."""
        for errand in errands:
            self._errands[errand.job] = errand
            self._line.join(errand.provider_id, errand.job, errand.rank)

    def move(self, job: str, rank: float) -> None:
        """Another place in line; one that is being prepared takes it when it comes back."""
        errand = self._errands.get(job)
        if errand is not None:
            errand.rank = rank
            if self._line.leave(errand.provider_id, job):
                self._line.join(errand.provider_id, job, rank)

    def is_leaving(self, job: str) -> bool:
        """Whether a job may have left this machine, or is not carried here."""
        errand = self._errands.get(job)
        waits = errand is not None and errand.phase in (Phase.IN_LINE, Phase.PREPARING)
        return not waits or (errand is not None and errand.in_doubt)

    async def withdraw(self, job: str) -> bool:
        """Cancel a job that waits; True when it surely was not sent and is in the journal as
        cancelled.
        """
        if self.is_leaving(job) or self._closing:
            return False
        self.cancel(job)
        task = self._tasks.get(job)
        if task is not None:
            await asyncio.wait({task})
        return self._book.find(job) is None

    def follow(self, errand: Errand) -> None:
        """Take up a job that has a ticket."""
        errand.phase = Phase.FOLLOWING
        self._errands[errand.job] = errand
        if self._book.job(errand.job).state is not JobState.READY:
            self._line.count_away(errand.provider_id, errand.job)
        self._start(errand)

    def pump(self) -> None:
        """Start what may start: there is room, and the provider is not paused."""
        if not self._closing:
            for job in self._line.take(self._gate.is_paused, self._is_barred):
                self._start(self._errands[job])

    def _is_barred(self, job: str) -> bool:
        return self._gate.bars(self._book.job(job))

    def cancel(self, job: str) -> None:
        """Stop a job as far as that is possible now; see `Runner.cancel`."""
        errand = self._errands.get(job)
        if errand is None or self._closing:
            return
        errand.stop.set()
        match errand.phase:
            case Phase.IN_LINE:
                if self._line.leave(errand.provider_id, job):
                    self._start(errand)  # only to record the cancel
            case Phase.PREPARING:
                if job in self._tasks:
                    self._tasks[job].cancel()
            case Phase.DELIVERING:
                self._book.say(job, sentences.TOO_LATE_TO_STOP)
            case Phase.SENDING | Phase.FOLLOWING:
                pass  # the event is heard there

    async def close(self, seconds: float) -> None:
        """Cancel every task and wait for them at most `seconds`; the jobs stay as the journal has
        them.
        """
        self._closing = True
        tasks = set(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    def _start(self, errand: Errand) -> None:
        loop = asyncio.get_running_loop()
        self._tasks[errand.job] = loop.create_task(self._carry(errand), name=f"job {errand.job}")

    async def _carry(self, errand: Errand) -> None:
        back_in_line = False
        try:
            back_in_line = await self._stages(errand)
        except asyncio.CancelledError:
            if self._closing or not errand.stop.is_set():
                raise
            await self._submitter.cancelled(errand)
        except Exception:
            log.exception("job %s: stopped by a fault of ours", errand.job)
            await self._record_bug(errand)
        finally:
            self._finish(errand, back_in_line)

    async def _stages(self, errand: Errand) -> bool:
        """One job, from wherever it is to its end. True when it has to go back into the line."""
        if self._book.job(errand.job).ticket is None:
            if errand.stop.is_set():
                await self._submitter.cancelled(errand)
                return False
            outcome = await self._submitter.submit(errand)
            if outcome is not Outcome.ACCEPTED:
                return outcome is Outcome.BACK_IN_LINE
        errand.phase = Phase.FOLLOWING
        done = await self._follower.follow(errand)
        self._line.back(errand.provider_id, errand.job)
        self.pump()
        if done is not None:
            await self._deliverer.deliver(errand, done)
        return False

    async def _record_bug(self, errand: Errand) -> None:
        """A fault of ours ends a job only where nothing was sent; else it stays open as
        `unknown`.
        """
        job = self._book.job(errand.job)
        state, charged, message = JobState.FAILED, Money(0), sentences.bug_before_sending()
        if job.ticket is not None:
            state, message = JobState.UNKNOWN, sentences.bug_after_ticket(job.ticket.task)
        elif errand.in_doubt or job.state is JobState.SENDING:
            state, message = (
                JobState.UNKNOWN,
                sentences.unknown(job, sentences.BUG_WHILE_SENDING),
            )
        known = charged if state is JobState.FAILED else job.charged
        await self._book.write_patiently(
            Stopped(job.id, self._book.now(), state, Reason.BUG, message, known)
        )

    def _finish(self, errand: Errand, back_in_line: bool) -> None:
        self._tasks.pop(errand.job, None)
        self._line.back(errand.provider_id, errand.job)
        job = self._book.job(errand.job)
        if job.ended or job.state is JobState.UNKNOWN:
            self._drop(job)
        elif back_in_line and not self._closing:
            self._rejoin(errand)
        self.pump()

    def _rejoin(self, errand: Errand) -> None:
        errand.phase = Phase.IN_LINE
        if errand.stop.is_set():
            self._start(errand)  # cancelled on its way back: only to record that
        else:
            self._line.join(errand.provider_id, errand.job, errand.rank)

    def _drop(self, job: Job) -> None:
        self._errands.pop(job.id, None)
        if job.state is not JobState.SAVED:
            self._submitter.forget_uploads(job.request)
        if job.ended:
            self._book.forget(job.id)
        else:
            self.on_unclear(job.id)


def _ignore(_job: str) -> None:
    """Nobody looks for jobs of unknown outcome by itself."""
