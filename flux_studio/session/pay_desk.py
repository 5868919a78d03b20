"""Before money is spent: the questions that wait for a yes, and the queue that is paused.

It asks about an order above the sum of one's choice, and about one whose picture is there already.
What it asks stands in the state as `asked`; changing the form takes the question back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from flux_studio.core.draft import Draft, SeedMode
from flux_studio.core.generation import Generation
from flux_studio.core.job import Job
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.request import Order
from flux_studio.engine.facts import BudgetWarned, QueuePaused, QueueResumed
from flux_studio.session.state import PayQuestion, Tone

if TYPE_CHECKING:
    from flux_studio.engine.thread import EngineThread
    from flux_studio.session.studio import Studio


class PayDesk(QObject):
    """Asks before an order is sent, and pauses the queue. Signal: `picture_wanted(Generation)` when
    a person would rather look at the picture that is there.
    """

    picture_wanted = Signal(object)

    def __init__(self, studio: Studio, engine: EngineThread) -> None:
        super().__init__(studio)
        self._studio = studio
        self._engine = engine
        engine.happened.connect(self._on_engine_happened)

    def hesitates(self, order: Order, draft: Draft, front: bool) -> bool:
        """Whether an order waits for an answer. When none is needed after all it is placed from
        here.
        """
        wanted = PayQuestion(order, draft, front, self._studio.state.draft)
        if draft.seed_mode is SeedMode.FIXED and order.estimate.total != 0:
            self._look_up(wanted)
            return True
        return self._asks(wanted)

    def hesitates_again(self, order: Order, job: str) -> bool:
        """The same for an order that takes the place of a job: the form has no part in it."""
        form = self._studio.state.draft
        wanted = PayQuestion(order, form, False, form, again_of=job)
        if order.requests[0].seed is not None and order.estimate.total != 0:
            self._look_up(wanted)
            return True
        return self._asks(wanted)

    def hesitates_all(self, orders: Sequence[tuple[Order, str]]) -> bool:
        """The same for several of them, each with its job: they are one sum."""
        if not orders:
            return False
        form, ((first, job), *rest) = self._studio.state.draft, orders
        return self._asks(PayQuestion(first, form, False, form, again_of=job, also=tuple(rest)))

    def hesitates_update(self, order: Order, job: str) -> bool:
        """The same for an order that is put at the place of the job in the form, by its sum."""
        form = self._studio.state.draft
        return self._asks(PayQuestion(order, form, False, form, again_of=job))

    def pay(self) -> None:
        """Yes: send the order that was asked about."""
        asked = self._studio.state.asked
        if asked is not None:
            self._studio.learn(asked=None)
            self._place(asked)

    def leave(self) -> None:
        """No: nothing is sent."""
        self._studio.learn(asked=None)

    def show_picture(self) -> None:
        """Look at the picture that is there instead of paying for it again."""
        asked = self._studio.state.asked
        if asked is not None and asked.have:
            self._studio.learn(asked=None)
            self.picture_wanted.emit(asked.have[0])

    def pause_queue(self) -> None:
        """Send nothing more until it is resumed; what runs is finished."""
        self._engine.pause_queue()

    def resume_queue(self) -> None:
        """Let the queue go on; a stop line of the budget that still holds pauses it again."""
        self._engine.resume_queue()

    def toggle_queue(self) -> None:
        """Pause the queue, or let it go on."""
        if self._studio.state.holds or self._studio.state.project_holds:
            self.resume_queue()
        else:
            self.pause_queue()

    def write_evidence(self, job: Job, path: Path) -> None:
        """Write what is known of a job to a file; a notice tells how that ended."""
        studio, values = self._studio, (("file", str(path)),)
        written = QT_TRANSLATE_NOOP("Notice", "The evidence is in {file}. It holds no key.")
        failed = QT_TRANSLATE_NOOP("Notice", "The evidence could not be written: {why}")
        studio.library.write_evidence(
            job.id,
            path,
            studio.state.balances.get(job.request.provider),
            lambda _: studio.say(Tone.GOOD, written, values),
            lambda error: studio.say(Tone.BAD, failed, (("why", str(error)),)),
        )

    def _asks(self, wanted: PayQuestion) -> bool:
        """Ask about a sum above the one of one's choice; an unknown one is above any."""
        most = self._studio.state.preferences.budget.confirm_above
        total = wanted.total
        if most is None or (total is not None and total <= most):
            return False
        self._ask(wanted)
        return True

    def _ask(self, wanted: PayQuestion) -> None:
        self._studio.learn(asked=replace(wanted, form=self._studio.state.draft))

    def _ask_or_place(self, wanted: PayQuestion) -> None:
        if not self._asks(wanted):
            self._place(wanted)

    def _place(self, wanted: PayQuestion) -> None:
        if wanted.again_of and wanted.again_of == self._studio.state.editing:
            self._studio.queue.put_back(wanted.order)
        elif wanted.again_of:
            for order, job in ((wanted.order, wanted.again_of), *wanted.also):
                self._studio.jobs.place_again(order, job)
        else:
            self._studio.place(wanted.order, wanted.draft, wanted.front)

    def _look_up(self, wanted: PayQuestion) -> None:
        self._studio.library.ask_same(
            wanted.order.requests,
            lambda found: self._on_same_looked_up(wanted, found),
            lambda _: self._ask_or_place(wanted),
        )

    def _on_same_looked_up(self, wanted: PayQuestion, found: tuple[Generation, ...]) -> None:
        if found:
            self._ask(replace(wanted, have=found))
        else:
            self._ask_or_place(wanted)

    @Slot(object)
    def _on_engine_happened(self, fact: object) -> None:
        holds, projects = self._studio.state.holds, self._studio.state.project_holds
        match fact:
            case QueuePaused(message=message, project=project) if project:
                self._studio.learn(project_holds={**projects, project: message})
            case QueueResumed(project=project) if project:
                rest = {name: words for name, words in projects.items() if name != project}
                self._studio.learn(project_holds=rest)
            case QueuePaused(reason=reason, message=message):
                self._studio.learn(holds={**holds, reason: message})
            case QueueResumed(reason=reason):
                self._studio.learn(holds={k: v for k, v in holds.items() if k != reason})
            case BudgetWarned(message=message):
                self._studio.say(Tone.INFO, "{message}", (("message", message),))
