"""Sending a batch: the question before paying, and one order a row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from flux_studio.core.batch.run import Run, SentRow
from flux_studio.core.draft import SeedMode
from flux_studio.core.generation import Generation
from flux_studio.core.money import Money
from flux_studio.core.pricing import Estimate
from flux_studio.core.request import Order, Request
from flux_studio.session.state import sum_of

if TYPE_CHECKING:
    from flux_studio.engine.thread import EngineThread
    from flux_studio.session.batch_desk import BatchDesk
    from flux_studio.session.studio import Studio

Placed = tuple[tuple[int, Order], ...]


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """Orders that wait for a yes: `orders` are all of them, each with its row from 0; `fresh` those
    without the `have` pictures that the very same requests made already.
    """

    orders: Placed
    fresh: Placed
    have: int = 0

    @property
    def pictures(self) -> int:
        return sum(len(order.requests) for _, order in self.orders)

    @property
    def total(self) -> Money | None:
        """USD for all of them, None when some price is not known."""
        return sum_of(order for _, order in self.orders)

    @property
    def fresh_total(self) -> Money | None:
        """USD for those that are not there yet."""
        return sum_of(order for _, order in self.fresh)


class BatchPay(QObject):
    """Sends the rows of the desk. Above the sum of one's choice, and where pictures are there
    already, it asks first.

    Signals: `asked_changed()` when the question `asked` came or went; `sent(Run)` after the orders
    went to the engine.
    """

    asked_changed = Signal()
    sent = Signal(object)

    def __init__(self, studio: Studio, engine: EngineThread, desk: BatchDesk) -> None:
        super().__init__(desk)
        self._studio = studio
        self._engine = engine
        self._desk = desk
        self._looking = 0
        self.asked: BatchQuestion | None = None

    def send(self) -> None:
        """Send all rows, or ask first; nothing while something is wrong with one of them."""
        desk = self._desk
        if not desk.is_checked or desk.obstacle() is not None:
            return
        orders = desk.orders()
        if len(orders) < sum(bool(row.cells) for row in desk.rows):
            return
        wanted = BatchQuestion(orders, orders)
        same = [request for at, order in orders for request in order.requests
                if self._is_repeated(at, order)]  # fmt: skip
        if not same:
            self._ask_or_send(wanted)
            return
        self._looking += 1
        asking = self._looking
        self._studio.library.ask_same(
            same,
            lambda found: self._on_same_looked_up(asking, wanted, found),
            lambda _: self._on_same_looked_up(asking, wanted, ()),
        )

    def pay(self, fresh_only: bool = False) -> None:
        """Yes: send what was asked about, or only what is not there yet."""
        asked = self.asked
        if asked is not None:
            self._ask(None)
            self._send(asked.fresh if fresh_only else asked.orders)

    def leave(self) -> None:
        """No: nothing is sent, and no answer about other rows counts."""
        self._looking += 1
        self._ask(None)

    def _is_repeated(self, at: int, order: Order) -> bool:
        """Whether a row may have been paid for before: its seed is of one's choice."""
        found = self._desk.check(self._desk.rows[at])
        random = found is None or found.draft.seed_mode is SeedMode.RANDOM
        return not random and order.estimate.total != 0

    def _on_same_looked_up(
        self, asking: int, wanted: BatchQuestion, found: Sequence[Generation]
    ) -> None:
        if asking != self._looking:
            return
        have = {each.request for each in found}
        if not have:
            self._ask_or_send(wanted)
            return
        fresh = ((at, without(order, have)) for at, order in wanted.orders)
        kept = tuple((at, order) for at, order in fresh if order.requests)
        left = sum(len(order.requests) for _, order in kept)
        self._ask(replace(wanted, fresh=kept, have=wanted.pictures - left))

    def _ask_or_send(self, wanted: BatchQuestion) -> None:
        most = self._studio.state.preferences.budget.confirm_above
        total = wanted.total
        if most is None or (total is not None and total <= most):
            self._send(wanted.orders)
        else:
            self._ask(wanted)

    def _ask(self, asked: BatchQuestion | None) -> None:
        if asked != self.asked:
            self.asked = asked
            self.asked_changed.emit()

    def _send(self, orders: Placed) -> None:
        if not orders:
            return
        rows = self._desk.rows
        sent = tuple(
            SentRow(rows[at], tuple(self._engine.place(order, False))) for at, order in orders
        )
        run = Run(_name(), sent, self._desk.ground.draft.project)
        self._desk.following.begin(run)
        self._studio.placed.emit(run.jobs)
        self.sent.emit(run)


def without(order: Order, have: Collection[Request]) -> Order:
    """An order without the requests that are in `have`."""
    places = [at for at, request in enumerate(order.requests) if request not in have]
    estimate = Estimate(order.estimate.each, len(places), order.estimate.working)
    origins = tuple(order.origins[at] for at in places) if order.origins else ()
    return Order(tuple(order.requests[at] for at in places), estimate, origins)


def _name() -> str:
    """Of the collection: what people see, and different for each batch of a minute."""
    return f"Batch {datetime.now().astimezone():%Y-%m-%d %H.%M.%S}"
