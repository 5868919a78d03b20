"""The one place where a budget holds what would be sent: before the first byte of a job leaves, and
once more when the journal has it as sent, so that two processes cannot cross a line together.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import assert_never

from flux_studio.core.budget import Fine, Stopped, Verdict, Warned, Wish
from flux_studio.core.errors import NotKept, Reason
from flux_studio.core.job import Job
from flux_studio.engine.facts import BudgetWarned
from flux_studio.engine.gate import STOP_AFTER, Gate
from flux_studio.engine.ports import Budget
from flux_studio.engine.spend_stop import SpendStopWatch

LOOK_AGAIN = 60.0  # seconds: a new day, or a line that another process or an editor has moved

log = logging.getLogger(__name__)


class BudgetGuard:
    """Asks the budget before each job. `pump` starts what may start when a line is free again."""

    def __init__(
        self,
        budget: Budget | None,
        gate: Gate,
        warn: Callable[[BudgetWarned], None],
        pump: Callable[[], None],
        spend_stop: SpendStopWatch,
    ) -> None:
        self._budget = budget
        self._gate = gate
        self._warn = warn
        self._pump = pump
        self._spend_stop = spend_stop
        self._warned: set[str] = set()
        self._held: dict[tuple[str, str], Wish] = {}
        self._watch: asyncio.Task[None] | None = None

    def stopping(self, job: Job, *, in_account: bool = False) -> Stopped | None:
        """What keeps this job from being sent, None when it may go."""
        wish = _wish(job, in_account=in_account)
        verdict = self._verdict(wish)
        if not isinstance(verdict, Stopped):
            verdict = self._stopped_after(job, wish) or verdict
        match verdict:
            case Stopped():
                return verdict
            case Warned(sentence=sentence):
                self._warn_once(sentence)
                return None
            case Fine():
                return None
            case _:
                assert_never(verdict)

    def hold(self, job: Job, stopped: Stopped) -> None:
        """Pause the queue, or the one provider or project whose line it is, until there is room
        again; after the sum of a person, until that person lets it go on.
        """
        if stopped.after:
            self._gate.hold(STOP_AFTER, stopped.sentence)
            return
        self._held[stopped.provider, stopped.project] = _wish(job)
        if stopped.provider:
            self._gate.pause(stopped.provider, Reason.BUDGET, stopped.sentence)
        elif stopped.project:
            self._gate.hold_project(stopped.project, Reason.BUDGET, stopped.sentence)
        else:
            self._gate.hold(Reason.BUDGET, stopped.sentence)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.get_running_loop().create_task(self._look(), name="budget")

    def look_again(self) -> None:
        """The lines may have moved: let go on what has room now."""
        for whose, wish in list(self._held.items()):
            stopped = self._verdict(wish)
            if isinstance(stopped, Stopped) and (stopped.provider, stopped.project) == whose:
                continue
            del self._held[whose]
            self._let_go(*whose)
        self._pump()

    def _let_go(self, provider: str, project: str) -> None:
        if project:
            self._gate.release_project(project)
        elif not provider:
            self._gate.release(Reason.BUDGET)
        elif (paused := self._gate.paused.get(provider)) and paused.reason == Reason.BUDGET:
            self._gate.resume(provider)

    def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()

    async def _look(self) -> None:
        while self._held:
            await asyncio.sleep(LOOK_AGAIN)
            try:
                self.look_again()
            except Exception:
                log.exception("the budget could not be looked at again")

    def _stopped_after(self, job: Job, wish: Wish) -> Stopped | None:
        if self._budget is None:
            return None
        price = self._budget.counts_as(wish)
        try:
            sentence = self._spend_stop.stopping(job, price, in_account=wish.in_account)
        except NotKept as error:
            sentence = f"The ledger cannot be read, so nothing is sent: {error}"
        return Stopped(sentence, after=True) if sentence else None

    def _verdict(self, wish: Wish) -> Verdict:
        if self._budget is None:
            return Fine()
        try:
            return self._budget.verdict(wish)
        except NotKept as error:  # the ledger cannot be read: nothing that costs is sent
            return Stopped(f"The ledger cannot be read, so nothing is sent: {error}")

    def _warn_once(self, sentence: str) -> None:
        # The sum in the sentence grows; what is told once is the line it is about.
        line = sentence.rpartition(" is spent ")[2]
        if line not in self._warned:
            self._warned.add(line)
            self._warn(BudgetWarned(sentence))


def _wish(job: Job, *, in_account: bool = False) -> Wish:
    project = job.origin.project
    return Wish(job.request.provider, job.price, in_account=in_account, project=project)
