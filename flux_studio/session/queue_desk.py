"""The queue as a person arranges it: order, hold, edit before sending, stop after a sum, the yes
after the network came back, and the same elsewhere when a provider is down.

The order itself is the rank of each job on the board; the engine keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Slot

from flux_studio.core.draft import Draft
from flux_studio.core.job import Board, Job, JobState, Stopped, queued
from flux_studio.core.money import Money, dollars
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.redraft import draft_of
from flux_studio.core.request import Order
from flux_studio.engine.facts import SpendStopMoved
from flux_studio.providers.registry import row
from flux_studio.session.elsewhere import Offer, is_turned_away, offers
from flux_studio.session.state import Notice, StudioState, Tone

if TYPE_CHECKING:
    from concurrent.futures import Future

    from flux_studio.engine.thread import EngineThread
    from flux_studio.session.studio import Studio

T = TypeVar("T")

SEND_THERE = QT_TRANSLATE_NOOP("Notice", "Send it there")
_TOO_LATE = QT_TRANSLATE_NOOP("Notice", "It is on its way already, as it was.")
_BROKEN = QT_TRANSLATE_NOOP("Notice", "The queue could not be changed: {why}")


class QueueDesk(QObject):
    """Asks the engine about the queue. No signals; what came of it is in the state."""

    def __init__(self, studio: Studio, engine: EngineThread) -> None:
        super().__init__(studio)
        self._studio = studio
        self._engine = engine
        self._before: Draft | None = None
        self._offered: set[str] = set()
        self._board: Board | None = None
        engine.happened.connect(self._on_engine_happened)
        studio.changed.connect(self._on_studio_changed)
        studio.acted.connect(self._on_studio_acted)

    def jobs(self) -> list[Job]:
        """The jobs that wait to be sent, next first."""
        return queued(self._studio.state.board.jobs.values())

    # Order

    def move(self, job: str, before: str | None) -> None:
        """Put a job before another one, None for the end."""
        self._ask(self._engine.move(job, before), lambda _: None)

    def move_by(self, job: str, steps: int) -> None:
        """Up (negative) or down the queue."""
        ids = [each.id for each in self.jobs()]
        if job not in ids:
            return
        old = ids.index(job)
        new = max(0, min(len(ids) - 1, old + steps))
        if new != old:
            rest = [each for each in ids if each != job]
            self.move(job, rest[new] if new < len(rest) else None)

    def to_front(self, job: str) -> None:
        """Next to be sent."""
        first = next(iter(self.jobs()), None)
        if first is not None and first.id != job:
            self.move(job, first.id)

    def hold(self, job: str) -> None:
        """Keep a job from being sent."""
        self._ask(self._engine.hold(job), self._say_when_late)

    def release(self, job: str) -> None:
        """Let a held job go on."""
        self._engine.release(job)

    # Edit before sending

    def edit(self, job: str) -> None:
        """Bring a waiting job into the form and hold it meanwhile. What stood in the form comes
        back afterwards.
        """
        found = self._found(job)
        if found is None or self._studio.card_of(found.request) is None:
            return

        def begin(is_held: bool) -> None:
            if not is_held:
                self._say_when_late(is_held)
                return
            state = self._studio.state
            if state.editing and state.editing != job:
                self._engine.release(state.editing)
            if not state.editing:
                self._before = state.draft
            self._put(draft_of(found.request, found.origin.project), editing=job)

        self._ask(self._engine.hold(job), begin)

    def update(self) -> None:
        """Put what the form says in the place of the job that is edited."""
        state = self._studio.state
        job = self._found(state.editing)
        if job is None:
            return
        if state.blocker is not None:
            self._studio.attention.emit(state.blocker.control)
            return
        order = self._studio.order_of(state.draft, state.card)
        if order is not None and not self._studio.payment.hesitates_update(order, job.id):
            self.put_back(order)

    def put_back(self, order: Order) -> None:
        """Put an order at the place of the job that is edited, without another question."""
        job = self._found(self._studio.state.editing)
        if job is not None:
            self._replace(job, order, self._done)

    def leave(self) -> None:
        """Leave the job that is edited as it was, and let it go on."""
        job = self._studio.state.editing
        if job:
            self._engine.release(job)
            self._done()

    # Money and network

    def stop_after(self, limit: Money | None) -> None:
        """Pause the queue before more than `limit` USD is sent from now on; None: no more."""
        self._ask(self._engine.stop_after(limit), lambda _: None)

    def send_waiting(self) -> None:
        """Yes: what waited for the network may be sent."""
        self._engine.resume_queue()

    def retry_failed(self) -> None:
        """Order once more what failed, each by its own settings on its own card."""
        self._studio.jobs.order_all_again(self.failed())

    def failed(self) -> list[Job]:
        """Refused and failed jobs whose model is still offered."""
        ended = (JobState.FAILED, JobState.REFUSED)
        jobs = self._studio.state.board.jobs.values()
        return [j for j in jobs if j.state in ended and self._studio.card_of(j.request)]

    # Elsewhere

    def offers(self, job: Job) -> tuple[Offer, ...]:
        """Where else the very same could be made now, with its price."""
        return offers(job, self._studio.state)

    def send_elsewhere(self, job: str, offer: Offer) -> None:
        """Have a job made by another provider: the old one ends unsent, the new one is linked."""
        found = self._studio.state.board.jobs.get(job)
        if found is None or not is_turned_away(found):
            return
        if found.ended:
            self._studio.jobs.dismiss(job)
            order = _linked(offer.order, found)
            self._studio.placed.emit(tuple(self._engine.place(order, False)))
        else:
            self._replace(found, offer.order, lambda: None)

    def _replace(self, job: Job, order: Order, done: Callable[[], None]) -> None:
        def replaced(new: list[str]) -> None:
            self._say_when_late(bool(new))
            self._studio.placed.emit(tuple(new))
            done()

        self._ask(self._engine.replace(job.id, _linked(order, job)), replaced)

    def _put(self, draft: Draft, *, editing: str) -> None:
        """Another form; its model is chosen too."""
        self._studio.put_draft(draft, editing=editing)

    def _done(self) -> None:
        before, self._before = self._before, None
        self._put(before or self._studio.state.draft, editing="")

    def _found(self, job: str) -> Job | None:
        found = self._studio.state.board.jobs.get(job)
        return found if found is not None and found.state is JobState.PLANNED else None

    def _say_when_late(self, in_time: bool) -> None:
        if not in_time:
            self._studio.say(Tone.INFO, _TOO_LATE)

    def _ask(self, answer: Future[T], done: Callable[[T], None]) -> None:
        def failed(error: Exception) -> None:
            self._studio.say(Tone.BAD, _BROKEN, (("why", str(error)),))

        self._studio.library.background.run(answer.result, done, failed)

    # Facts

    @Slot(object)
    def _on_engine_happened(self, fact: object) -> None:
        match fact:
            case SpendStopMoved(stop=stop, spent=spent):
                self._studio.learn(spend_stop=stop, spent_after=spent)
            case Stopped(job=job) if job == self._studio.state.editing:
                self._done()  # it was taken away while it was edited

    @Slot(object)
    def _on_studio_changed(self, state: StudioState) -> None:
        if state.board is self._board:
            return
        self._board = state.board
        for job in state.board.jobs.values():
            if job.id not in self._offered and is_turned_away(job):
                self._offered.add(job.id)
                self._offer(job)

    def _offer(self, job: Job) -> None:
        """Say once that another could do it."""
        best = next(iter(self.offers(job)), None)
        if best is None:
            return
        text = QT_TRANSLATE_NOOP(
            "Notice", "{down} does not take it now. {other} makes the same for {price}."
        )
        down, other = row(job.request.provider).title, row(best.card.provider).title
        values = (("down", down), ("other", other), ("price", dollars(best.price)))
        self._studio.say(Tone.INFO, text, values, SEND_THERE, (job.id, best))

    @Slot(object)
    def _on_studio_acted(self, notice: Notice) -> None:
        if notice.action == SEND_THERE and isinstance(notice.about, tuple):
            self.send_elsewhere(*notice.about)


def _linked(order: Order, job: Job) -> Order:
    """The order with the job it stands for, in the same project."""
    count = len(order.requests)
    origins = [
        replace(order.origin(at), project=job.origin.project, again_of=job.id)
        for at in range(count)
    ]
    return replace(order, origins=tuple(origins))
