"""The import: files are taken in by a few threads and put into the database in batches.

Files are decoded in child processes, so the threads mostly wait for them. A batch is one commit:
its pictures and what became of its files. It can be paused at any file and goes on after a crash.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from flux_studio.core.errors import StudioError
from flux_studio.core.generation import Generation
from flux_studio.core.side_thread import SideThread
from flux_studio.storage.database import Database
from flux_studio.storage.generation_rows import insert_generation
from flux_studio.storage.import_runs import (
    FileRecord,
    ImportRun,
    ImportRuns,
    Outcome,
    RunState,
    record_files,
)
from flux_studio.storage.import_walk import Candidate, candidates
from flux_studio.storage.sidecar import MarkSet
from flux_studio.storage.taking_in import Taken, Taker

THREADS = 3  # two wait for the two decoders, one reads the next file meanwhile
BATCH = 60  # files in one commit
BATCH_S = 0.4  # seconds between two commits at most
SETTLED_NS = 1_500_000_000  # a watched file is left alone until so long after its last change

T = TypeVar("T")
Write = Callable[[Callable[[], T]], T]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far a run is. `total` is None while files are still being looked for; `news` are the
    pictures of the last batch and `refound` the ids of those that have their file again; with
    `unsettled` files it has to be looked once more.
    """

    run: ImportRun
    state: RunState
    total: int | None = None
    added: int = 0
    known: int = 0
    found: int = 0
    failed: int = 0
    unsettled: int = 0
    news: tuple[Generation, ...] = ()
    refound: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def done(self) -> int:
        """Files that it is through with."""
        return self.added + self.known + self.found + self.failed


class Control:
    """What another thread may ask of a run: to wait, to go on, to end."""

    def __init__(self) -> None:
        self._go = threading.Event()
        self._go.set()
        self._stop = threading.Event()

    def pause(self) -> None:
        self._go.clear()

    def resume(self) -> None:
        self._go.set()

    def stop(self) -> None:
        self._stop.set()
        self._go.set()

    @property
    def is_paused(self) -> bool:
        return not self._go.is_set()

    @property
    def is_stopped(self) -> bool:
        return self._stop.is_set()

    def wait(self) -> bool:
        """Blocks while paused; False when it is to end."""
        self._go.wait()
        return not self.is_stopped


class Importer:
    """One run, one pass. `write` runs work on the thread that owns the writes and waits for it;
    `tell` hears of each batch, on the thread of `run`.
    """

    def __init__(
        self,
        database: Database,
        taker: Taker,
        write: Write[None],
        tell: Callable[[ImportProgress], None],
        control: Control,
    ) -> None:
        self._database = database
        self._runs = ImportRuns(database)
        self._taker = taker
        self._write = write
        self._tell = tell
        self._control = control
        self._taken: queue.Queue[Taken | BaseException | None] = queue.Queue(4 * BATCH)

    def run(self, run: ImportRun, *, settle: bool = False) -> ImportProgress:
        """Take in every file the run is not through with. With `settle` files that were changed a
        moment ago are left for the next pass. Blocking, for minutes. Raises StudioError, OSError
        when the disk refuses or no decoder can be had; what was committed stays.
        """
        progress = self._begun(run)
        self._tell(progress)
        todo, progress = self._todo(progress, settle)
        if self._control.is_stopped:
            return progress
        self._tell(progress)
        files = iter(todo)
        lock = threading.Lock()
        threads = [
            SideThread(partial(self._work, files, lock), "import")
            for _ in range(min(THREADS, len(todo)))
        ]
        for thread in threads:
            thread.start()
        try:
            progress = self._collect(progress, len(threads))
        except BaseException:
            self._control.stop()
            self._drain(threads)
            raise
        return self._counted(progress)

    def _begun(self, run: ImportRun) -> ImportProgress:
        return self._counted(ImportProgress(run, RunState.RUNNING))

    def _counted(self, progress: ImportProgress) -> ImportProgress:
        """By the table: a file that was changed and taken again counts once."""
        counts = self._runs.counts(progress.run.number)
        return replace(
            progress,
            added=counts.get(Outcome.ADDED, 0),
            known=counts.get(Outcome.KNOWN, 0),
            found=counts.get(Outcome.FOUND, 0),
            failed=counts.get(Outcome.FAILED, 0),
        )

    def _todo(
        self, progress: ImportProgress, settle: bool
    ) -> tuple[list[Candidate], ImportProgress]:
        seen = self._runs.seen(progress.run.number)
        todo: list[Candidate] = []
        unsettled = 0
        now = time.time_ns()
        for each in candidates(progress.run.sources, lambda: self._control.is_stopped):
            if seen.get(str(each.path)) == (each.bytes, each.modified):
                continue
            if settle and 0 <= now - each.modified < SETTLED_NS:
                unsettled += 1
                continue
            todo.append(each)
        return todo, replace(progress, total=progress.done + len(todo), unsettled=unsettled)

    def _work(self, files: object, lock: threading.Lock) -> None:
        """One thread: files until there are none. The last word is None, or what went wrong."""
        last: BaseException | None = None
        try:
            while self._control.wait():
                with lock:
                    each = next(files, None)  # type: ignore[call-overload]  # an iterator
                if each is None:
                    break
                self._taken.put(self._taker.take(each))
        except BaseException as error:  # noqa: BLE001 - it travels to the thread of `run`
            last = error
        self._taken.put(last)

    def _collect(self, progress: ImportProgress, working: int) -> ImportProgress:
        batch: list[Taken] = []
        due = time.monotonic() + BATCH_S
        while working:
            try:
                taken = self._taken.get(timeout=max(0.01, due - time.monotonic()))
            except queue.Empty:
                taken = None
            else:
                if isinstance(taken, BaseException):
                    self._flush(progress, batch)
                    raise taken
                if taken is None:
                    working -= 1
            if taken is not None:
                batch.append(taken)
            if len(batch) >= BATCH or time.monotonic() >= due or not working:
                progress = self._flush(progress, batch)
                batch, due = [], time.monotonic() + BATCH_S
        return progress

    def _flush(self, progress: ImportProgress, batch: Sequence[Taken]) -> ImportProgress:
        """Commit a batch and tell of it."""
        if not batch:
            return progress
        kept: list[Taken] = []
        self._write(lambda: kept.extend(self._commit(progress.run.number, batch)))
        count = {o: sum(t.record.outcome is o for t in kept) for o in Outcome}
        progress = replace(
            progress,
            added=progress.added + count[Outcome.ADDED],
            known=progress.known + count[Outcome.KNOWN],
            found=progress.found + count[Outcome.FOUND],
            failed=progress.failed + count[Outcome.FAILED],
            news=tuple(t.generation for t in kept if t.generation is not None),
            refound=tuple(t.found[0] for t in kept if t.record.outcome is Outcome.FOUND),
        )
        self._tell(progress)
        return replace(progress, news=(), refound=())

    def _commit(self, run: int, batch: Sequence[Taken]) -> list[Taken]:
        def work(connection: sqlite3.Connection) -> list[Taken]:
            kept = [self._put(connection, each) for each in batch]
            record_files(connection, run, [each.record for each in kept])
            return kept

        return self._database.write(work)

    def _put(self, connection: sqlite3.Connection, taken: Taken) -> Taken:
        if taken.record.outcome is Outcome.FOUND:
            id_, path = taken.found
            connection.execute(
                "UPDATE generations SET path = ?, missing = 0 WHERE id = ?", (path, id_)
            )
        if taken.generation is None:
            return taken
        marks = taken.marks
        added = insert_generation(
            connection,
            taken.generation,
            full_text=self._database.full_text,
            rejected=marks.rejected,
            label=marks.label,
            project=marks.project,
            note=marks.note,
            tags=marks.tags,
            verdict=marks.verdict,
            collections=marks.collections,
        )
        if added and marks != MarkSet():
            # A linked picture has no sidecar in our folder yet.
            connection.execute(
                "UPDATE generations SET sidecar_behind = 1 WHERE id = ? AND linked = 1",
                (taken.generation.id,),
            )
        return taken if added else Taken(_as_known(taken.record))

    def _drain(self, threads: Sequence[SideThread]) -> None:
        while any(thread.is_alive() for thread in threads):
            try:
                self._taken.get(timeout=0.05)
            except queue.Empty:
                continue


def _as_known(record: FileRecord) -> FileRecord:
    return replace(record, outcome=Outcome.KNOWN)


def finish(runs: ImportRuns, progress: ImportProgress) -> RunState:
    """How a run stands after a pass that was not stopped; noted. On the writing thread."""
    state = RunState.WATCHING if progress.run.watches else RunState.DONE
    try:
        runs.stand(progress.run.number, state)
    except StudioError:
        _log.warning("the end of an import was not noted", exc_info=True)
    return state
