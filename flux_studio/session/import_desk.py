"""Imports as the window sees them: one runs at a time on a thread of its own, the others wait;
folders that are watched are looked at when the system says that something changed there.

What a run has done is in the database, so a run that the end of the program cut off goes on at the
next start, and one that was paused waits there.
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from flux_studio.core.errors import StudioError
from flux_studio.core.side_thread import SideThread
from flux_studio.session.background import Background

if TYPE_CHECKING:
    from flux_studio.session.stores import Write
    from flux_studio.storage.database import Database
    from flux_studio.storage.import_runs import FileRecord, ImportRun
    from flux_studio.storage.importer import Control, ImportProgress
    from flux_studio.storage.owners import Owner
    from flux_studio.storage.thumbnails import ThumbnailStore

log = logging.getLogger(__name__)

START_PAUSE_MS = 3_000  # what was cut off goes on after the first pictures are on the wall
SETTLE_MS = 1_500  # a folder is looked at when nothing changed there for so long
LOOK_MS = 60_000  # and now and then anyhow: some file systems tell nobody
TELL_MS = 1_000  # between two looks of the wall at what came
MOST_WATCHED = 1_000  # folders; the rest is found by the look now and then


class ImportStores(Protocol):
    """What an import works with; thread-safe, made when first used."""

    @property
    def database(self) -> Database: ...
    @property
    def thumbnails(self) -> ThumbnailStore: ...
    @property
    def owner(self) -> Owner: ...


@dataclass(frozen=True, slots=True)
class ImportView:
    """What is to be shown: the run under way, None for none, whether it is paused, how many wait
    behind it, and the runs whose folders are watched.
    """

    progress: ImportProgress | None = None
    paused: bool = False
    waiting: int = 0
    watched: tuple[ImportRun, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportEnd:
    """A pass that ended. `added` pictures came with it; `failures` are all files of the run that
    could not be brought in; `trouble` is a sentence when it had to stop. `again` for a look into a
    watched folder.
    """

    progress: ImportProgress
    added: int
    failures: tuple[FileRecord, ...] = ()
    trouble: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class _Pass:
    run: ImportRun
    control: Control
    again: bool


class ImportDesk(QObject):
    """Signals: `changed(ImportView)`; `ended(ImportEnd)`; `brought()` when pictures came, not more
    often than once a second; `refound(tuple of ids)` of pictures that have their file again;
    `failed(str)` with a sentence.
    """

    changed = Signal(object)
    ended = Signal(object)
    brought = Signal()
    refound = Signal(object)
    failed = Signal(str)
    _told = Signal(object, object)
    _passed = Signal(object, object)

    def __init__(
        self,
        stores: Callable[[], ImportStores],
        root: Path,
        background: Background,
        write: Write,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stores = stores
        self._root = root
        self._background = background
        self._write = write
        self._queue: queue.SimpleQueue[_Pass | None] = queue.SimpleQueue()
        self._thread: SideThread | None = None
        self._passes: list[_Pass] = []
        self._progress: ImportProgress | None = None
        self._watched: dict[int, ImportRun] = {}
        self._watcher: QFileSystemWatcher | None = None
        self._closed = False
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self.look_again)
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self.look_again)
        self._telling = QTimer(self, singleShot=True, interval=TELL_MS)
        self._telling.timeout.connect(self.brought)
        self._told.connect(self._on_told)
        self._passed.connect(self._on_passed)

    @property
    def view(self) -> ImportView:
        """What is to be shown now."""
        first = self._passes[0] if self._passes else None
        shown = first is not None and (not first.again or self._has_work())
        return ImportView(
            self._progress if shown else None,
            bool(first and first.control.is_paused),
            sum(not each.again for each in self._passes[1:]),
            tuple(self._watched.values()),
        )

    def start(self, pause_ms: int = START_PAUSE_MS) -> None:
        """Take up, after a moment, what an earlier start left."""
        QTimer.singleShot(pause_ms, self, self._take_up)

    def begin(self, sources: Sequence[Path], *, copies: bool, watches: bool = False) -> None:
        """Bring in folders and files; originals are copied, or stay where they are."""
        wanted = tuple(each.absolute() for each in sources)

        def work() -> ImportRun:
            from flux_studio.storage.import_runs import ImportRuns

            stores = self._stores()
            begin = partial(ImportRuns(stores.database).begin, wanted, copies=copies)
            found: ImportRun = self._write(
                partial(begin, watches=watches, owner=stores.owner.token)
            ).result()
            return found

        self._background.run(work, self._add, self._on_failed)

    def pause(self) -> None:
        """Let the run wait at the next file."""
        self._set_paused(True)

    def resume(self) -> None:
        """Let it go on."""
        self._set_paused(False)

    def cancel(self) -> None:
        """End the run; what it brought in stays."""
        if self._passes:
            first = self._passes[0]
            first.control.stop()
            self._note(first.run.number, "done")
            self._watched.pop(first.run.number, None)
            self.changed.emit(self.view)

    def unwatch(self, number: int) -> None:
        """Look into a folder no more."""
        if self._watched.pop(number, None) is not None:
            self._note(number, "done")
            self._watch()
            self.changed.emit(self.view)

    @Slot()
    def look_again(self) -> None:
        """Look into the watched folders now."""
        under_way = {each.run.number for each in self._passes}
        for run in self._watched.values():
            if run.number not in under_way:
                self._add(run, again=True)

    def close(self, deadline_s: float = 1.0) -> None:
        """The program ends: the run stops at its next file and goes on at the next start."""
        self._closed = True
        for each in self._passes:
            each.control.stop()
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join(deadline_s)

    # Runs

    def _take_up(self) -> None:
        def work() -> list[ImportRun]:
            from flux_studio.storage.import_runs import ImportRuns

            stores, taken = self._stores(), []
            runs, own = ImportRuns(stores.database), stores.owner
            for run, holder in runs.open_runs():
                if holder != own.token and own.is_free(holder):
                    take = partial(runs.take, run.number, run.state, own.token)
                    taken.append(self._write(take).result())
            return taken

        def done(runs: list[ImportRun]) -> None:
            for run in runs:
                if run.state == "watching":
                    self._watched[run.number] = run
                self._add(run, again=run.state == "watching")

        if not self._closed:
            self._background.run(work, done, self._on_failed)

    def _add(self, run: ImportRun, again: bool = False) -> None:
        from flux_studio.storage.importer import Control

        if self._closed or any(each.run.number == run.number for each in self._passes):
            return
        control = Control()
        if run.state == "paused":
            control.pause()
        if self._thread is None:
            self._thread = SideThread(self._work, "imports")
            self._thread.start()
        one = _Pass(run, control, again)
        self._passes.append(one)
        self._queue.put(one)
        if not again:
            self.changed.emit(self.view)

    def _set_paused(self, paused: bool) -> None:
        if not self._passes or self._passes[0].control.is_paused == paused:
            return
        first = self._passes[0]
        (first.control.pause if paused else first.control.resume)()
        self._note(first.run.number, "paused" if paused else "running")
        self.changed.emit(self.view)

    def _note(self, number: int, state: str) -> None:
        def work() -> None:
            from flux_studio.storage.import_runs import ImportRuns, RunState

            ImportRuns(self._stores().database).stand(number, RunState(state))

        self._background.run(lambda: self._write(work).result())

    def _has_work(self) -> bool:
        progress = self._progress
        return bool(progress and progress.total is not None and progress.done < progress.total)

    # On the thread of the imports

    def _work(self) -> None:
        while (one := self._queue.get()) is not None:
            end: ImportEnd | None = None
            try:
                if not one.control.is_stopped:
                    end = self._pass(one)
            except CancelledError:
                return  # the engine ended first; the next start goes on
            except Exception as error:  # noqa: BLE001 - it is said to the person
                log.warning("an import stopped", exc_info=error)
                end = self._broken(one, error)
            self._emit(self._passed, one, end)

    def _pass(self, one: _Pass) -> ImportEnd | None:
        from contextlib import closing

        from flux_studio.storage.decode import Decoder
        from flux_studio.storage.import_runs import ImportRuns
        from flux_studio.storage.importer import Importer, finish
        from flux_studio.storage.taking_in import Taker

        stores = self._stores()
        database, runs = stores.database, ImportRuns(stores.database)
        before = runs.counts(one.run.number)
        added = sum(count for outcome, count in before.items() if outcome == "added")
        # Decoders of its own: what a person looks at never waits behind an import.
        with closing(Decoder(2)) as decoder:
            taker = Taker(self._root, database, decoder, stores.thumbnails, copies=one.run.copies)
            importer = Importer(
                database,
                taker,
                lambda work: self._write(work).result(),
                lambda progress: self._emit(self._told, one, progress),
                one.control,
            )
            progress = importer.run(one.run, settle=one.again)
        if one.control.is_stopped:
            return None
        failures = tuple(runs.failures(one.run.number))
        self._write(lambda: finish(runs, progress)).result()
        return ImportEnd(progress, progress.added - added, failures, again=one.again)

    def _broken(self, one: _Pass, error: Exception) -> ImportEnd:
        from flux_studio.storage.import_runs import RunState
        from flux_studio.storage.importer import ImportProgress

        said = str(error) if isinstance(error, StudioError | OSError) else type(error).__name__
        progress = ImportProgress(one.run, RunState.PAUSED)
        return ImportEnd(progress, 0, (), said or type(error).__name__, one.again)

    def _emit(self, signal: Any, *values: object) -> None:
        try:
            signal.emit(*values)
        except RuntimeError:
            log.debug("an import was not told at exit")  # the Qt side is gone

    # Back on the main thread

    @Slot(object, object)
    def _on_told(self, one: _Pass, progress: ImportProgress) -> None:
        if self._closed or not self._passes or self._passes[0] is not one:
            return
        self._progress = progress
        if progress.news and not self._telling.isActive():
            self._telling.start()
        if progress.refound:
            self.refound.emit(progress.refound)
        self.changed.emit(self.view)

    @Slot(object, object)
    def _on_passed(self, one: _Pass, end: ImportEnd | None) -> None:
        self._passes = [each for each in self._passes if each is not one]
        self._progress = None
        if self._closed:
            return
        if end is not None and not end.trouble and one.run.watches:
            self._watched[one.run.number] = one.run
            self._watch()
            if end.progress.unsettled:
                self._settling.start()
        if end is not None and end.trouble:
            self._note(one.run.number, "watching" if one.again else "paused")
        self.changed.emit(self.view)
        if end is not None and (end.added or end.trouble or not end.again):
            if end.added:
                self._telling.stop()
                self.brought.emit()
            self.ended.emit(end)

    def _watch(self) -> None:
        """Have the system tell of changes in the folders, subfolders too."""
        sources = [path for run in self._watched.values() for path in run.sources]
        if not sources and self._watcher is None:
            return

        def work() -> list[str]:
            from flux_studio.storage.import_walk import folders

            return [str(each) for each in folders(sources)][:MOST_WATCHED]

        self._background.run(work, self._set_watched)

    def _set_watched(self, folders: list[str]) -> None:
        if self._closed:
            return
        if self._watcher is None:
            self._watcher = QFileSystemWatcher(self)
            self._watcher.directoryChanged.connect(self._on_watcher_directory_changed)
        now, wanted = set(self._watcher.directories()), set(folders)
        if now - wanted:
            self._watcher.removePaths(sorted(now - wanted))
        if wanted - now:
            self._watcher.addPaths(sorted(wanted - now))
        if wanted:
            self._looking.start()
        else:
            self._looking.stop()

    @Slot(str)
    def _on_watcher_directory_changed(self, _: str) -> None:
        self._settling.start()  # again from the start: many files come one after another

    def _on_failed(self, error: Exception) -> None:
        log.warning("an import could not begin", exc_info=error)
        self.failed.emit(str(error))
