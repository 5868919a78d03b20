"""*Stop after $X*: a person gives the queue a sum, counted from now on; then it pauses.

It is kept over restarts and counted from the ledger, so a second window counts too. It never lets
a job leave that would pass the sum.
"""

from __future__ import annotations

import logging
from datetime import datetime

from flux_studio.core.budget import NOTHING_SENT, SpendStop
from flux_studio.core.errors import NotKept
from flux_studio.core.job import Job
from flux_studio.core.money import Money, dollars, parse_money, plain
from flux_studio.engine.clock import Now
from flux_studio.engine.facts import SpendStopMoved
from flux_studio.engine.ports import Budget, Listener, QueueNote

log = logging.getLogger(__name__)

_NOTE = "stop_after"


class SpendStopWatch:
    """Asks the ledger before each job what went since the stop was set."""

    def __init__(
        self, budget: Budget | None, note: QueueNote | None, listener: Listener, now: Now
    ) -> None:
        self._budget = budget
        self._note = note
        self._listener = listener
        self._now = now
        self._stop: SpendStop | None = None

    def recall(self) -> None:
        """The stop of an earlier run still holds."""
        text = self._note.get(_NOTE) if self._note is not None else None
        self._stop = _read(text or "")
        if self._stop is not None:
            self._tell(self._spent())

    def set(self, limit: Money | None) -> None:
        """Stop after `limit` USD from now on; None takes the stop away. Raises NotKept."""
        self._stop = None if limit is None else SpendStop(limit, self._now())
        if self._note is not None:
            self._note.set(_NOTE, _written(self._stop))
        self._tell(Money(0))

    def clear(self) -> None:
        """A person lets the queue go on: the sum is used up."""
        if self._stop is not None:
            try:
                self.set(None)
            except NotKept as error:
                log.warning("the end of a stop is not noted: %s", error)
                self._tell(Money(0))

    def stopping(self, job: Job, price: Money | None, *, in_account: bool) -> str:
        """Why this job may not be sent, '' when it may; `price` is what it counts as, None where no
        price and no rate is known.
        """
        if self._stop is None or job.price == 0:
            return ""
        spent = self._spent()
        if in_account:
            self._tell(spent)
        cost = Money(0) if in_account else price or Money(0)
        blind = price is None and not in_account
        if spent + cost > self._stop.limit or (blind and spent >= self._stop.limit):
            return (
                f"Stopped after {dollars(spent)}, as you wished: the next costs {dollars(price)} "
                f"and the sum is {dollars(self._stop.limit)}. {NOTHING_SENT}"
            )
        return ""

    def _spent(self) -> Money:
        if self._stop is None or self._budget is None:
            return Money(0)
        return self._budget.spent_since(self._stop.since)

    def _tell(self, spent: Money) -> None:
        self._listener(SpendStopMoved(self._stop, spent))


def _written(stop: SpendStop | None) -> str:
    return "" if stop is None else f"{plain(stop.limit)} {stop.since.isoformat()}"


def _read(text: str) -> SpendStop | None:
    limit, _, since = text.partition(" ")
    amount = parse_money(limit) if limit else None
    try:
        return None if amount is None else SpendStop(amount, datetime.fromisoformat(since))
    except ValueError:
        return None
