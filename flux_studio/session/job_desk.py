"""What a person asks of jobs that were sent: stop, take off the board, send again, and the answers
about a job of unknown outcome.

The board itself is part of the studio's state; this desk asks the engine and the studio.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from flux_studio.core.job import Job, JobState
from flux_studio.core.money import Money
from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control
from flux_studio.core.request import Order, Origin, Request
from flux_studio.session.answers import concerns
from flux_studio.session.state import Tone

if TYPE_CHECKING:
    from flux_studio.engine.thread import EngineThread
    from flux_studio.session.studio import Studio

NOT_OFFERED = QT_TRANSLATE_NOOP("Notice", "Its model is not offered here any more.")


class JobDesk(QObject):
    """Asks about jobs, by their ids.

    Signal: `unresolved(job id, sentence)` when what a person said of a job of unknown outcome did
    not lead to it.
    """

    unresolved = Signal(str, str)

    def __init__(self, studio: Studio, engine: EngineThread) -> None:
        super().__init__(studio)
        self._studio = studio
        self._engine = engine

    def cancel(self, job: str) -> None:
        self._engine.cancel(job)

    def dismiss(self, job: str) -> None:
        """Take an ended job off the board; the journal keeps it."""
        found = self._found(job)
        if found is not None and found.ended:
            self._studio.learn(board=self._studio.state.board.without(job))

    def send_again(self, job: str) -> None:
        """Order a refused or failed job once more, by its own settings and not by the form's; the
        new job takes the place of the old one.
        """
        found = self._found(job)
        if found is None or found.state not in (JobState.REFUSED, JobState.FAILED):
            return
        self.order_again(found)

    def price_again(self, job: Job) -> Money | None:
        """USD for the same request as a new job, None when that is not known."""
        order = self._order(job.request, job.origin)
        return order.estimate.total if order else None

    def order_again(self, job: Job) -> None:
        """Order a job of any run once more as a new one, after the questions before paying."""
        order = self._order(job.request, replace(job.origin, again_of=job.id))
        if order is None:
            self._studio.say(Tone.BAD, NOT_OFFERED)
        elif not self._studio.payment.hesitates_again(order, job.id):
            self.place_again(order, job.id)

    def order_all_again(self, jobs: Sequence[Job]) -> None:
        """The same for several jobs, which are asked about as one sum."""
        made = [(self._order(job.request, replace(job.origin, again_of=job.id)), job.id)
                for job in jobs]  # fmt: skip
        orders = [(order, job) for order, job in made if order is not None]
        if not self._studio.payment.hesitates_all(orders):
            for order, job in orders:
                self.place_again(order, job)

    def place_again(self, order: Order, job: str) -> None:
        """Send an order in the place of a job, without another question. One of unknown outcome is
        closed first, as not charged.
        """
        found = self._found(job)
        if found is not None and found.state is JobState.UNKNOWN:
            self._close(job, lambda: self._place(order))
        else:
            self.dismiss(job)
            self._place(order)

    def resolve_found(self, job: str, task: str) -> None:
        """An unknown job is there after all: follow it by the provider's task id."""
        future = self._engine.resolve(job, "found", task)
        self._studio.library.background.run(
            future.result, failed=lambda error: self.unresolved.emit(job, str(error))
        )

    def resolve_not_charged(self, job: str, send_again: bool) -> None:
        """The person saw that nothing was charged; send it again as a new job when asked to."""
        found = self._found(job)
        if send_again and found is not None:
            self.order_again(found)
        elif not send_again:
            self._close(job, lambda: None)

    def lead_to(self, job: str) -> bool:
        """Lead to the control of the form that a job ended for; False when the form has moved
        on.
        """
        state, found = self._studio.state, self._found(job)
        if found is None or not concerns(found, state.draft, state.check):
            return False
        self._studio.attention.emit(Control(found.control))
        return True

    def resume_provider(self, provider: str) -> None:
        """Let a paused provider's jobs go on, after a new key or new credit."""
        self._engine.resume(provider)

    def _found(self, job: str) -> Job | None:
        return self._studio.state.board.jobs.get(job)

    def _close(self, job: str, then: Callable[[], object]) -> None:
        future = self._engine.resolve(job, "not_charged")

        def resolved(request: Request | None) -> None:
            # The engine gives a request back once: a second click or a failure places nothing.
            if request is not None:
                then()

        self._studio.library.background.run(
            future.result, resolved, lambda error: self.unresolved.emit(job, str(error))
        )

    def _order(self, request: Request, origin: Origin) -> Order | None:
        card = self._studio.card_of(request)
        if card is None:
            return None
        priced = card.estimate(request.size, [r.size for r in request.references])
        return Order((request,), priced, (origin,))

    def _place(self, order: Order) -> None:
        self._studio.placed.emit(tuple(self._engine.place(order, False)))
