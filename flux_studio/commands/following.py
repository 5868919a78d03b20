"""Follows jobs on the command line: prints each fact once, and knows when all have ended."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from flux_studio.assembly import Workshop
from flux_studio.commands import output
from flux_studio.commands.exits import Exit, worst
from flux_studio.commands.output import emit, iso, say, write
from flux_studio.core.errors import Reason
from flux_studio.core.generation import Generation
from flux_studio.core.job import (
    Board,
    Job,
    JobEvent,
    JobState,
    Planned,
    Progressed,
    Saved,
    Stopped,
    Waiting,
    advance,
)
from flux_studio.core.money import dollars, plain
from flux_studio.engine.facts import (
    BalanceRead,
    BudgetWarned,
    EngineFact,
    LookedFor,
    PreviewSeen,
    ProviderPaused,
    ProviderResumed,
    QueuePaused,
    QueueResumed,
    SpendStopMoved,
)
from flux_studio.engine.ports import Journal
from flux_studio.engine.runner import Runner
from flux_studio.ground import Ground
from flux_studio.storage.sidecar import sidecar_path

CANCEL_SECONDS = 1.0  # for taking back what was not sent
_RESTING = frozenset({JobState.PLANNED, JobState.ACCEPTED, JobState.RUNNING, JobState.READY})
_UNSENT = frozenset({JobState.PLANNED, JobState.SENDING})
_CODES = {
    JobState.SAVED: Exit.DONE,
    JobState.UNKNOWN: Exit.UNKNOWN,
    JobState.LOST: Exit.UNKNOWN,
}


class Follower:
    """The listener of a run without a window. `tell` is handed to the runner."""

    def __init__(self, ground: Ground, *, as_json: bool) -> None:
        self._ground = ground
        self._json = as_json
        self._board = Board()
        self._expected: set[str] = set()
        self._resting: dict[str, str] = {}
        self._said: dict[str, object] = {}
        self._news = asyncio.Event()
        self.interrupted = False

    def expect(self, jobs: Iterable[str]) -> None:
        """Wait for these jobs."""
        self._expected |= set(jobs)

    def tell(self, fact: EngineFact) -> None:
        """One fact of the engine. A reader who went away does not end the jobs: they are paid."""
        try:
            self._hear(fact)
        except OSError:
            output.let_go_of_stdout()
        finally:
            self._news.set()

    async def ended(self) -> None:
        """Return when every expected job has ended or can only be left, or on an interrupt."""
        await self._until(lambda: self.interrupted or all(map(self._is_over, self._expected)))

    async def take_back(self, runner: Runner) -> None:
        """Cancel what was not sent: after an interrupt nobody wants it sent by a later start.

        A request that is leaving at this moment is waited for a little, to see which it is.
        """
        asked: set[str] = set()

        def all_settled() -> bool:
            jobs = [job for job in runner.jobs() if job.id in self._expected]
            for job in jobs:
                if job.state is JobState.PLANNED and job.id not in asked:
                    asked.add(job.id)
                    runner.cancel(job.id)
            return not any(job.state in _UNSENT for job in jobs)

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CANCEL_SECONDS):
                await self._until(all_settled)

    def interrupt(self) -> None:
        """Ctrl+C: stop waiting."""
        if not self.interrupted:
            self.interrupted = True
            say("Interrupted. What was accepted stays in the journal: `flux-studio jobs resume`.")
        self._news.set()

    def code(self) -> Exit:
        """How it ended: the worst of the expected jobs decides."""
        codes = [self._code(self._board.jobs[job]) for job in self._expected]
        return worst([*codes, Exit.INTERRUPTED] if self.interrupted else codes)

    async def _until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self._news.clear()
            await self._news.wait()

    def _is_over(self, name: str) -> bool:
        job = self._board.jobs.get(name)
        if job is None:
            return False
        return job.ended or job.state is JobState.UNKNOWN or self._rests(job)

    def _rests(self, job: Job) -> bool:
        """Whether nothing will come of a job in this run: its provider wants a (better) key."""
        return job.request.provider in self._resting and job.state in _RESTING

    def _code(self, job: Job) -> Exit:
        reason = self._resting.get(job.request.provider, "") if self._rests(job) else job.reason
        if reason == Reason.NO_KEY:
            return Exit.NO_KEY
        if reason == Reason.BUDGET:
            return Exit.BUDGET
        if job.state in _CODES:
            return _CODES[job.state]
        # A failure that was charged, or may have been, is not "not charged".
        return Exit.REFUSED if job.ended and job.charged == 0 else Exit.UNKNOWN

    def _hear(self, fact: EngineFact) -> None:
        match fact:
            case ProviderPaused(provider=provider, reason=reason, message=message):
                self._resting[provider] = reason
                say(message)
            case ProviderResumed(provider=provider):
                self._resting.pop(provider, None)
            case BudgetWarned(message=message):
                say(message)
            case BalanceRead() | QueuePaused() | QueueResumed() | SpendStopMoved():
                pass
            case PreviewSeen() | LookedFor():
                pass
            case _:
                before = self._board.jobs.get(fact.job)
                self._board = advance(self._board, fact)
                after = self._board.jobs.get(fact.job)
                if after is not None and (after != before or isinstance(fact, Saved)):
                    self._report(after, fact)

    def _report(self, job: Job, fact: JobEvent) -> None:
        match fact:
            case Saved(generation=generation):
                self._saved(job, generation)
            case Stopped():
                self._stopped(job)
            case Progressed():
                self._progressed(job)
            case _ if self._json:
                emit(self._fields(job) | _details(job, fact))
            case _:
                self._say_once(job, job.message or job.state.value)

    def _progressed(self, job: Job) -> None:
        """With --json a `running` line for each step that can be seen, not for each second."""
        tenth = None if job.fraction is None else int(job.fraction * 10)
        seen = (job.state, job.words, job.position, tenth)
        if not self._json or job.state is JobState.READY:
            self._say_once(job, job.words or job.state.value)
        elif job.state is JobState.RUNNING and self._said.get(job.id) != seen:
            self._said[job.id] = seen
            progress = {"words": job.words, "fraction": job.fraction, "left": job.left}
            emit(self._fields(job) | progress)

    def _say_once(self, job: Job, words: str) -> None:
        if self._said.get(job.id) != words:
            self._said[job.id] = words
            say(f"{job.id}  {words}")

    def _saved(self, job: Job, generation: Generation) -> None:
        path = self._ground.paths.pictures / generation.path
        if not self._json:
            write(f"{path}\t{dollars(generation.charged)}\t{generation.id}")
            return
        emit(
            self._fields(job)
            | {
                "id": generation.id,
                "path": str(path),
                "sidecar": str(sidecar_path(path)),
                "width": generation.size.width,
                "height": generation.size.height,
                "seed": generation.seed,
                "estimate": plain(generation.price),
                "charged": plain(generation.charged),
                "sha256": generation.sha256,
                "parent": generation.parent,
            }
        )

    def _stopped(self, job: Job) -> None:
        if not self._json:
            say(f"{job.id}  {job.state.value}: {job.message}")
            return
        ending = {"reason": job.reason, "message": job.message, "charged": plain(job.charged)}
        emit(self._fields(job) | ending)

    def _fields(self, job: Job) -> dict[str, object]:
        fields: dict[str, object] = {
            "event": job.state.value,
            "job": job.id,
            "provider": job.request.provider,
            "model": job.request.model,
        }
        if job.ticket is not None:
            fields["task"] = job.ticket.task
        return fields


def _details(job: Job, fact: JobEvent) -> dict[str, object]:
    """What a step on the way adds to its line."""
    match fact:
        case Planned():
            return {"estimate": plain(job.price)}
        case Waiting(until=until, message=message):
            return {"message": message, "retry_at": iso(until)}
        case _:
            return {}


@contextlib.asynccontextmanager
async def following(
    workshop: Workshop, *, as_json: bool, journal: Journal | None = None
) -> AsyncIterator[tuple[Runner, Follower]]:
    """The engine with a follower as its listener; closed at the end, and on Ctrl+C."""
    follower = Follower(workshop.ground, as_json=as_json)
    with _interruptible(follower):
        runner = await workshop.runner(follower.tell, pausing=False, journal=journal)
        try:
            yield runner, follower
        finally:
            await runner.close()


@contextlib.contextmanager
def _interruptible(follower: Follower) -> Iterator[None]:
    """Ctrl+C and the end of the session stop the waiting; what was accepted stays in the
    journal.
    """
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGTERM)
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, follower.interrupt)
    except NotImplementedError:  # Windows has no such handlers: KeyboardInterrupt ends the run
        yield
        return
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        signal.signal(signal.SIGTERM, before)
