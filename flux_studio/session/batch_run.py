"""Follows the batch that was sent: how far each of its rows is, over restarts too.

When a grid has ended, its contact sheet is made and put with its pictures into a collection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from flux_studio.core.batch.run import Progress, RowState, Run, Told
from flux_studio.core.generation import Generation
from flux_studio.core.job import Board, JobState
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.batch_results import BatchResults
from flux_studio.session.state import Notice, StudioState, Tone

if TYPE_CHECKING:
    from flux_studio.session.studio import Studio

SHOW_SHEET = QT_TRANSLATE_NOOP("Notice", "Show the sheet")
_MADE = QT_TRANSLATE_NOOP("Notice", "The contact sheet of {name} is on the wall.")
_NOT_MADE = QT_TRANSLATE_NOOP("Notice", "The contact sheet could not be made: {why}")


class BatchRun(QObject):
    """Signals: `changed()` when a row is further; `sheet_made(Generation)`; `kept(Run)` when what
    has to be remembered of the run is another.
    """

    changed = Signal()
    sheet_made = Signal(object)
    kept = Signal(object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._board: Board | None = None
        self._jobs: frozenset[str] = frozenset()
        self._on_board: set[str] = set()
        self.run: Run | None = None
        self.progress = Progress()
        self.results: BatchResults | None = None
        self._making = False
        studio.changed.connect(self._on_studio_changed)
        studio.acted.connect(self._on_studio_acted)

    def begin(self, run: Run) -> None:
        """Follow a batch that was just sent; the one before it is left alone."""
        self._take(run)
        self.kept.emit(run)

    def come_back(self, run: Run) -> None:
        """Follow a batch of an earlier run of the program: what became of it stands in the
        journal.
        """
        if self.run is not None:
            return
        self._take(run)
        self._look()

    def row_states(self) -> list[RowState]:
        """How far each row is, in the order in which they were sent."""
        return [self.progress.row(each) for each in self.run.sent] if self.run else []

    @property
    def ended(self) -> bool:
        """Whether every job has come to an end."""
        return self.run is not None and all(state.ended for state in self.row_states())

    def ask_pictures(self, done: Callable[[list[tuple[str, Generation]]], None]) -> None:
        """The pictures of the run with their jobs, in its order."""
        run, results = self.run, self.results
        if run is None or results is None:
            done([])
            return
        self._studio.library.background.run(lambda: results.pictures(run), done)

    def make_sheet(self) -> None:
        """Make the contact sheet from what there is; a notice tells how that went."""
        run, results = self.run, self.results
        if run is None or results is None or self._making or not run.is_grid:
            return
        self._making = True

        def made(sheet: Generation | None) -> None:
            self._making = False
            if sheet is None or self.run is None:
                return
            if self.run.jobs == run.jobs:
                self.run = replace(self.run, sheet=sheet.id)
                self.kept.emit(self.run)
            self._studio.library.add(sheet)
            self._studio.library.shelf.refresh()
            self.sheet_made.emit(sheet)
            self._studio.say(Tone.GOOD, _MADE, (("name", run.name),), SHOW_SHEET, sheet)

        def failed(error: Exception) -> None:
            self._making = False
            self._studio.say(Tone.BAD, _NOT_MADE, (("why", str(error)),))

        self._studio.library.background.run(lambda: results.make_sheet(run), made, failed)

    def _take(self, run: Run) -> None:
        self.run, self.progress = run, Progress()
        self._jobs, self._on_board, self._board = frozenset(run.jobs), set(), None
        self._hear(self._studio.state)
        self.changed.emit()

    @Slot(object)
    def _on_studio_changed(self, state: StudioState) -> None:
        if self.run is not None and state.board is not self._board and self._hear(state):
            self.changed.emit()
            self._end()

    @Slot(object)
    def _on_studio_acted(self, notice: Notice) -> None:
        sheet = notice.about
        if notice.action == SHOW_SHEET and isinstance(sheet, Generation):
            self._studio.payment.picture_wanted.emit(sheet)

    def _hear(self, state: StudioState) -> bool:
        before = self._board.jobs if self._board is not None else {}
        self._board = state.board
        jobs = state.board.jobs
        here = self._jobs & jobs.keys()
        others = [n for n in here if jobs[n] is not before.get(n)]  # of hundreds, mostly one
        news = [self.progress.hear(n, Told(jobs[n].state, jobs[n].message)) for n in others]
        gone = self._on_board - here
        self._on_board = set(here)
        if gone:
            self._look()  # saved, cancelled or dismissed: the journal knows which
        return any(news)

    def _look(self) -> None:
        """Ask the journal what became of the jobs."""
        run, results = self.run, self.results
        if run is None or results is None:
            return

        def heard(found: dict[str, Told]) -> None:
            if self.run is None or self.run.jobs != run.jobs:
                return
            if any([self.progress.hear(job, told) for job, told in found.items()]):
                self.changed.emit()
            self._end()

        self._studio.library.background.run(lambda: results.told(run), heard)

    def _end(self) -> None:
        run = self.run
        if run is None or run.sheet or not run.is_grid or not self.ended:
            return
        if any(told.state is JobState.SAVED for told in self.progress.told.values()):
            self.make_sheet()
