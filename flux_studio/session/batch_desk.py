"""The batch: a table of rows beside the form, checked, priced and sent as one.

An empty cell is as in the form. Rows are checked a few at a time, so that a paste of hundreds never
stops the window, and each only once for the same form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from flux_studio.core.batch.cells import CellProblem
from flux_studio.core.batch.checking import (
    BatchPrice,
    Ground,
    RowCheck,
    check_row,
    order_to_send,
    price_of,
    too_many,
)
from flux_studio.core.batch.rows import MOST_ROWS, Column, Pasted, Row
from flux_studio.core.budget import rates_of
from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control, Problem
from flux_studio.core.request import Order
from flux_studio.session import composing
from flux_studio.session.batch_history import BatchHistory
from flux_studio.session.batch_pay import BatchPay
from flux_studio.session.batch_run import BatchRun
from flux_studio.session.state import StudioState

if TYPE_CHECKING:
    from flux_studio.engine.thread import EngineThread
    from flux_studio.session.batch_results import BatchResults
    from flux_studio.session.studio import Studio
    from flux_studio.storage.batches import BatchFile, KeptBatch

SAVE_AFTER_MS = 400
SLICE = 0.004  # seconds of checking before the event loop has its turn
_EMPTY = QT_TRANSLATE_NOOP("Problem", "There are no rows yet. Paste some, or add one.")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a batch cannot be sent; `row` is counted from 1, 0 for the table as a whole."""

    problem: Problem
    row: int = 0


class BatchDesk(QObject):
    """The table and what is asked of it.

    Signals: `rows_changed()` after the rows are others; `checked()` after some were checked and the
    price may be another. `payment` sends them, `following` tells how far they are.
    """

    rows_changed = Signal()
    checked = Signal()

    def __init__(self, studio: Studio, engine: EngineThread) -> None:
        super().__init__(studio)
        self._studio = studio
        self._file: BatchFile | None = None
        self._history = BatchHistory()
        self._checks: dict[Row, RowCheck] = {}
        self._waiting: list[Row] = []
        self._is_open, self._is_loaded = False, False
        self.following = BatchRun(studio, self)
        self.payment = BatchPay(studio, engine, self)
        self.ground = self._ground_of(studio.state)
        self._checking = QTimer(self, singleShot=True, interval=0)
        self._checking.timeout.connect(self._on_checking_timeout)
        self._saving = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._saving.timeout.connect(self._on_saving_timeout)
        self.following.kept.connect(self._saving.start)
        studio.changed.connect(self._on_studio_changed)

    # Its life

    def open(self, file: Callable[[], BatchFile], results: Callable[[], BatchResults]) -> None:
        """From now on the table is kept; what was left comes back. Both are made off the main
        thread.
        """

        def load() -> tuple[BatchFile, BatchResults, KeptBatch]:
            made = file()
            return made, results(), made.load()

        def loaded(found: tuple[BatchFile, BatchResults, KeptBatch]) -> None:
            self._file, self.following.results, kept = found
            self._is_loaded = True
            if not self.rows and kept.rows:
                self._history.begin(kept.rows)
                self._rows_are_others()
            elif self.rows:
                self._saving.start()  # they were typed before this was there
            if kept.run is not None:
                self.following.come_back(kept.run)

        self._studio.library.background.run(load, loaded)

    def show(self) -> None:
        """The table is looked at: follow the form, and check what changed meanwhile."""
        self._is_open = True
        self._on_studio_changed(self._studio.state)
        self._look_again()

    def hide(self) -> None:
        """Nobody looks: what the form becomes is not checked."""
        self._is_open = False
        self.payment.leave()
        if self._saving.isActive():
            self._saving.stop()
            self._on_saving_timeout()

    # The rows

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._history.rows

    def put(self, rows: Sequence[Row]) -> None:
        """Other rows in place of all; one step that can be taken back."""
        if self._history.put(tuple(rows[:MOST_ROWS])):
            self._rows_are_others()

    def edit(self, at: int, column: str, text: str) -> None:
        """Another text in one cell."""
        self.edit_all([(at, column, text)])

    def edit_all(self, cells: Sequence[tuple[int, str, str]]) -> None:
        """Other texts in several cells, as one step."""
        rows = list(self.rows)
        for at, column, text in cells:
            rows[at] = rows[at].with_cell(column, text.strip())
        self.put(rows)

    def insert(self, at: int, rows: Sequence[Row] = (Row(),)) -> None:
        self.put([*self.rows[:at], *rows, *self.rows[at:]])

    def remove(self, places: Sequence[int]) -> None:
        gone = set(places)
        self.put([row for at, row in enumerate(self.rows) if at not in gone])

    def duplicate(self, places: Sequence[int]) -> None:
        """Each of these rows once more, right below it."""
        twice = set(places)
        self.put([
            each for at, row in enumerate(self.rows) for each in [row] * (2 if at in twice else 1)
        ])  # fmt: skip

    def fill_down(self, first: int, last: int, columns: Sequence[str]) -> None:
        """The cells of row `first` into all rows down to `last`."""
        source = self.rows[first]
        self.edit_all([
            (at, column, source.cell(column))
            for at in range(first + 1, last + 1) for column in columns
        ])  # fmt: skip

    def paste(self, pasted: Pasted, at: int) -> None:
        """Pasted rows over those from `at` on, cell by cell; those that are missing are added."""
        rows = [*self.rows]
        for number, new in enumerate(pasted.rows, start=at):
            if number >= len(rows) or not rows[number].cells:
                rows[number : number + 1] = [new]
            else:
                for column, text in new.cells.items():
                    rows[number] = rows[number].with_cell(column, text)
        self.put(rows)

    def take_offers(self) -> int:
        """Take what is offered at every wrong cell, as one step; gives how many there were."""
        found = [
            (at, each.column, each.offer)
            for at, row in enumerate(self.rows)
            for each in self.problems(row)
            if each.offer is not None
        ]
        self.edit_all(found)
        return len(found)

    def undo(self) -> None:
        if self._history.undo():
            self._rows_are_others()

    def redo(self) -> None:
        if self._history.redo():
            self._rows_are_others()

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    # What they come to

    def check(self, row: Row) -> RowCheck | None:
        """A row as it would be sent; None until it has been checked."""
        return self._checks.get(row)

    def problems(self, row: Row) -> tuple[CellProblem, ...]:
        """What is wrong with a row: its cells, and a key that is missing."""
        found = self._checks.get(row)
        if found is None or not row.cells:
            return ()
        key = composing.key_problem(found.card, self._studio.state.keys)
        return (*found.problems, *((CellProblem(Column.MODEL, key),) if key else ()))

    @property
    def is_checked(self) -> bool:
        return not self._waiting

    def price(self) -> BatchPrice:
        """What all rows cost, as far as they are checked."""
        found = (self._checks.get(row) for row in self.rows if row.cells)
        return price_of((each for each in found if each is not None), rates_of(self.ground.cards))

    def obstacle(self) -> Obstacle | None:
        """Why it cannot be sent, None when it can. Rows without any text are never sent."""
        if not any(row.cells for row in self.rows):
            return Obstacle(Problem(Control.PROMPT, _EMPTY))
        if self._studio.state.coming:
            return Obstacle(composing.ON_ITS_WAY)
        for number, row in enumerate(self.rows, start=1):
            found = self.problems(row)
            if found:
                return Obstacle(found[0].problem, number)
        over = too_many(self.price().pictures)
        return None if over is None else Obstacle(over)

    def orders(self) -> tuple[tuple[int, Order], ...]:
        """What all rows ask for, each order with its row from 0; those that cannot are left out."""
        made = (
            (at, order_to_send(found, at + 1, composing.random_seed))
            for at, row in enumerate(self.rows)
            if row.cells and (found := self._checks.get(row))
        )
        return tuple((at, order) for at, order in made if order is not None)

    # Following the form

    @Slot(object)
    def _on_studio_changed(self, state: StudioState) -> None:
        if not self._is_open:
            return
        ground = self._ground_of(state)
        if ground != self.ground:
            self.ground = ground
            self._checks.clear()
            self._look_again()

    def _ground_of(self, state: StudioState) -> Ground:
        return Ground(state.draft, state.cards, state.lists)

    def _rows_are_others(self) -> None:
        self.payment.leave()  # it was about other rows
        self._saving.start()
        self.rows_changed.emit()
        self._look_again()

    def _look_again(self) -> None:
        if not self._is_open:
            return
        self._waiting = [r for r in dict.fromkeys(self.rows) if r not in self._checks]
        self._on_checking_timeout()

    @Slot()
    def _on_checking_timeout(self) -> None:
        until = perf_counter() + SLICE
        waiting = self._waiting
        while waiting and perf_counter() < until:
            row = waiting.pop()
            self._checks[row] = check_row(row, self.ground, composing.no_seed)
        if waiting:
            self._checking.start()
        self.checked.emit()

    @Slot()
    def _on_saving_timeout(self) -> None:
        file = self._file
        if file is None or not self._is_loaded:
            return
        from flux_studio.storage.batches import KeptBatch

        kept = KeptBatch(self.rows, self.following.run)
        self._studio.library.background.run(lambda: file.save(kept))
