"""The jobs this process takes care of, moved on by each fact after the journal has it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from flux_studio.core.errors import NotKept
from flux_studio.core.job import Board, Job, JobEvent, JobState, Progressed, advance
from flux_studio.engine import sentences
from flux_studio.engine.clock import Now
from flux_studio.engine.facts import EngineFact
from flux_studio.engine.ports import Journal

log = logging.getLogger(__name__)

DISK_PAUSE = 2.0  # seconds between attempts while the disk refuses


class JobBook:
    """Writes facts to the journal, then moves the job on and tells the listener."""

    def __init__(self, journal: Journal, listener: Callable[[EngineFact], None], now: Now) -> None:
        self._journal = journal
        self._listener = listener
        self._board = Board()
        self.now = now

    def job(self, job: str) -> Job:
        """Raises KeyError for a job that this process does not have."""
        return self._board.jobs[job]

    def find(self, job: str) -> Job | None:
        return self._board.jobs.get(job)

    def jobs(self) -> tuple[Job, ...]:
        return tuple(self._board.jobs.values())

    def forget(self, job: str) -> None:
        """Let go of a job that has ended; the journal keeps it."""
        self._board = self._board.without(job)

    def write(self, event: JobEvent) -> None:
        """Commit a fact, then tell it. Raises NotKept, and then nothing is told."""
        self._journal.record(event)
        self.tell(event)

    async def write_patiently(self, event: JobEvent) -> None:
        """Commit a fact, as long as it takes: for facts that cannot be taken back."""
        refusals = 0
        while True:
            try:
                self.write(event)
            except NotKept as error:
                refusals += 1
                if refusals == 1:
                    log.warning(
                        "job %s: %s not recorded: %s", event.job, type(event).__name__, error
                    )
                    self.say(event.job, sentences.DISK_WAITS)
                await asyncio.sleep(DISK_PAUSE)
            else:
                return

    def tell(self, event: JobEvent) -> None:
        """Move the job on and tell the listener, without the journal."""
        self._board = advance(self._board, event)
        self.spread(event)

    def spread(self, fact: EngineFact) -> None:
        """Tell the listener. What it raises is its own trouble, never the job's."""
        try:
            self._listener(fact)
        except Exception:
            log.exception("a listener failed on %s", type(fact).__name__)

    def say(self, job: str, words: str) -> None:
        """Words about a job that is at the provider, or whose picture is not on disk yet."""
        known = self.find(job)
        if known is not None:
            running = known.state is JobState.RUNNING
            rest = (known.position, known.fraction, known.left, known.logs)
            self.tell(Progressed(job, self.now(), running, words, *rest))
