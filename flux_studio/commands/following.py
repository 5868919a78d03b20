"""Follows jobs on the command line: prints each fact once, and knows when all have ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from flux_studio.commands.exits import Exit
from flux_studio.commands.output import emit, say
from flux_studio.core.errors import Reason
from flux_studio.core.generation import Generation
from flux_studio.core.job import (
    Accepted,
    Board,
    Job,
    JobState,
    Planned,
    Progressed,
    Saved,
    Stopped,
    advance,
)
from flux_studio.core.money import dollars, plain
from flux_studio.engine.facts import EngineFact
from flux_studio.ground import Ground
from flux_studio.storage.sidecar import sidecar_path

_SIDE_CODES = {
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
        self._done = asyncio.Event()
        self._said: dict[str, str] = {}
        self.interrupted = False

    def expect(self, jobs: Iterable[str]) -> None:
        """Wait for these jobs."""
        self._expected |= set(jobs)
        self._look()

    def tell(self, fact: EngineFact) -> None:
        """One fact of the engine."""
        job = getattr(fact, "job", None)
        if not isinstance(job, str):
            message = getattr(fact, "message", "")
            if message:
                say(message)
            return
        before = self._board.jobs.get(job)
        self._board = advance(self._board, fact)  # type: ignore[arg-type]  # has a job: a JobEvent
        after = self._board.jobs.get(job)
        if after is not None:
            self._report(before, after, fact)
        self._look()

    async def ended(self) -> None:
        """Return when every job has ended or was left, or on an interrupt."""
        await self._done.wait()

    def interrupt(self) -> None:
        """Ctrl+C: stop waiting."""
        self.interrupted = True
        self._done.set()
        say("Interrupted. What was accepted stays in the journal: `flux-studio jobs resume`.")

    def codes(self) -> list[Exit]:
        """How each expected job ended."""
        return [self._code(self._board.jobs[job]) for job in self._expected]

    def _code(self, job: Job) -> Exit:
        if job.reason == Reason.NO_KEY:
            return Exit.NO_KEY
        if job.state in _SIDE_CODES:
            return _SIDE_CODES[job.state]
        # A failure that was charged, or may have been, is not "not charged".
        return Exit.REFUSED if job.charged == 0 else Exit.UNKNOWN

    def _look(self) -> None:
        jobs = [self._board.jobs.get(job) for job in self._expected]
        if jobs and all(j is not None and (j.ended or j.state is JobState.UNKNOWN) for j in jobs):
            self._done.set()

    def _report(self, before: Job | None, job: Job, fact: EngineFact) -> None:
        match fact:
            case Saved(generation=generation):
                self._saved(job, generation)
            case Stopped():
                self._stopped(job)
            case Progressed() if before is not None and before.state == job.state:
                self._progress(job)
            case Planned() | Accepted() | _:
                self._moved(job)

    def _moved(self, job: Job) -> None:
        if self._json:
            emit(self._fields(job))
        else:
            self._progress(job)

    def _progress(self, job: Job) -> None:
        words = job.words or job.message or job.state.value
        if not self._json and self._said.get(job.id) != words:
            self._said[job.id] = words
            say(f"{job.id}  {words}")

    def _saved(self, job: Job, generation: Generation) -> None:
        path = self._ground.paths.pictures / generation.path
        if not self._json:
            cost = dollars(generation.charged)
            print(f"{path}\t{cost}\t{generation.id}", flush=True)
            return
        emit(
            {
                **self._fields(job),
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
        emit({**self._fields(job), **ending})

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
