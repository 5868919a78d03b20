"""The rescue desk: every job that was or may have been paid and is not saved, out of the journal of
all runs, and what a person can do for each. The list stands in the state as `rescue`.

The journal is read in the background, a moment after each fact that may change the list. What is
asked here goes to the engine, which owns the journal; only *send again* can lead to a payment, and
it goes through the same questions as any other order.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from flux_studio.core.job import (
    Accepted,
    Job,
    JobState,
    Ready,
    Reopened,
    Saved,
    SetAside,
    Settled,
    Stopped,
)
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.rescue import Case, Deed, Standing, to_rescue
from flux_studio.engine.facts import LookedFor
from flux_studio.providers.registry import row
from flux_studio.session.state import Notice, Tone

if TYPE_CHECKING:
    from concurrent.futures import Future

    from flux_studio.engine.runner import Runner
    from flux_studio.engine.thread import EngineThread
    from flux_studio.session.studio import Studio

REFRESH_AFTER_MS = 250  # after the last fact that may change the list
LOOK_AGAIN_MS = 20_000  # while the list is not empty: a picture may wait for the disk
STUCK_AFTER = timedelta(seconds=30)  # a finished picture that is not on disk by then
ACTION = QT_TRANSLATE_NOOP("Notice", "Look")
_WAITING = QT_TRANSLATE_NOOP(
    "Notice", "{count} jobs of earlier runs may have been paid and are not saved."
)
_ONE_WAITING = QT_TRANSLATE_NOOP(
    "Notice", "1 job of an earlier run may have been paid and is not saved."
)
_CHANGING = (Accepted, Ready, Reopened, Saved, Settled, SetAside, Stopped)


class RescueDesk(QObject):
    """Asks about jobs to rescue, by their ids.

    Signals: `troubled(job id, sentence)` when what was asked did not lead anywhere; `looked(job
    id)` when the provider's list was read for a job: see `found`; `aside_read(tuple of cases)`
    after `ask_aside`, `aside_moved()` when it is out of date; `wanted()` when a person wants to see
    the desk.
    """

    troubled = Signal(str, str)
    looked = Signal(str)
    aside_read = Signal(object)
    aside_moved = Signal()
    wanted = Signal()

    def __init__(self, studio: Studio, engine: EngineThread) -> None:
        super().__init__(studio)
        self._studio = studio
        self._engine = engine
        self._started = datetime.now(UTC)
        self._ready_since: dict[str, datetime] = {}
        self._is_first = True
        self.found: dict[str, LookedFor] = {}
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_AFTER_MS)
        self._soon.timeout.connect(self.refresh)
        self._again = QTimer(self, singleShot=True, interval=LOOK_AGAIN_MS)
        self._again.timeout.connect(self.refresh)
        engine.happened.connect(self._on_engine_happened)
        studio.acted.connect(self._on_studio_acted)

    @property
    def cases(self) -> tuple[Case, ...]:
        return self._studio.state.rescue

    def case(self, job: str) -> Case | None:
        return next((case for case in self.cases if case.job.id == job), None)

    @Slot()
    def refresh(self) -> None:
        """Read the list anew."""
        self._read(False, self._take)

    def ask_aside(self) -> None:
        """Read the jobs that were taken off the list; `aside_read` follows."""
        self._read(True, lambda jobs: self.aside_read.emit(self._cases(jobs)))

    def fetch(self, job: str) -> None:
        """Ask the provider once more for a job that was given up."""
        self._ask(job, lambda runner: runner.rescue.fetch_again(job))

    def fetch_all(self) -> None:
        """Ask for all that can be asked for, the one that is forgotten first in front."""
        for case in self.cases:
            if case.can(Deed.FETCH):
                self.fetch(case.job.id)
            elif case.can(Deed.LOOK):
                self.look(case.job.id)

    def look(self, job: str) -> None:
        """Look for a job of unknown outcome in the provider's list of tasks."""
        self._ask(job, lambda runner: runner.reconciler.look(job))

    def follow(self, job: str, task: str) -> None:
        """A job of unknown outcome is this task: follow it."""
        self._ask(job, lambda runner: runner.resolve(job, "found", task))

    def settle(self, job: str, charged: bool) -> None:
        """A person saw at the provider whether a job was charged."""
        self._ask(job, lambda runner: runner.rescue.settle(job, charged=charged))

    def leave(self, job: str) -> None:
        """Take a job off the list; the journal keeps it."""
        self._ask(job, lambda runner: runner.rescue.set_aside(job))

    def put_back(self, job: str) -> None:
        """Put a job that was taken off the list back on it."""
        self._ask(job, lambda runner: runner.rescue.set_aside(job, aside=False))

    def leave_ended(self) -> None:
        """Take all off the list that can only be looked up at the provider."""
        for case in self.cases:
            if case.standing is Standing.ENDED:
                self.leave(case.job.id)

    def send_again(self, job: str) -> None:
        """Order a job once more as a new one, linked to it. One of unknown outcome is closed first
        as not charged. Above the sum of one's choice it waits for a yes.
        """
        case = self.case(job)
        if case is not None and case.can(Deed.SEND_AGAIN):
            self._studio.jobs.order_again(case.job)

    def write_evidence(self, job: Job, path: Path) -> None:
        """Write what is known of a job to a file; a notice tells how that ended."""
        self._studio.payment.write_evidence(job, path)

    def _ask(self, job: str, question: Callable[[Runner], Any]) -> None:
        future: Future[Any] = self._engine.ask(question)
        self._studio.library.background.run(
            future.result, failed=lambda error: self.troubled.emit(job, str(error))
        )

    def _read(self, aside: bool, done: Callable[[list[Job]], None]) -> None:
        library = self._studio.library

        def work() -> list[Job]:
            from flux_studio.storage.unsaved import unsaved_jobs

            return unsaved_jobs(library.gallery.ask, aside=aside)

        library.background.run(work, done)

    def _cases(self, jobs: list[Job]) -> tuple[Case, ...]:
        return to_rescue(jobs, datetime.now(UTC), self._started, _lists, self._is_stuck)

    def _take(self, jobs: list[Job]) -> None:
        now = datetime.now(UTC)
        ready = [job.id for job in jobs if job.state is JobState.READY]
        self._ready_since = {job: self._ready_since.get(job, now) for job in ready}
        cases = self._cases(jobs)
        names = {case.job.id for case in cases}
        self.found = {job: told for job, told in self.found.items() if job in names}
        self._studio.learn(rescue=cases)
        if jobs:
            self._again.start()
        if self._is_first:
            self._is_first = False
            self._say_what_waits(cases)

    def _say_what_waits(self, cases: tuple[Case, ...]) -> None:
        """Once, at the start, and only of what does not come by itself."""
        count = sum(case.standing is not Standing.COMING for case in cases)
        if count:
            text = _WAITING if count > 1 else _ONE_WAITING
            self._studio.say(Tone.INFO, text, (("count", str(count)),), ACTION, self)

    def _is_stuck(self, job: Job) -> bool:
        since = self._ready_since.get(job.id)
        return since is not None and datetime.now(UTC) - since >= STUCK_AFTER

    @Slot(object)
    def _on_engine_happened(self, fact: object) -> None:
        if isinstance(fact, LookedFor):
            self.found[fact.job] = fact
            self.looked.emit(fact.job)
        elif isinstance(fact, _CHANGING):
            self._soon.start()
            if isinstance(fact, SetAside | Reopened):
                self.aside_moved.emit()

    @Slot(object)
    def _on_studio_acted(self, notice: Notice) -> None:
        if notice.about is self:
            self.wanted.emit()


def _lists(provider: str) -> bool:
    try:
        return row(provider).lists_tasks
    except KeyError:
        return False
