"""The ledger as a budget sees it: what was sent today and this month, by provider and project, read
anew for each question, so that windows, command lines and restarts share one budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flux_studio.core.budget import (
    Account,
    Limits,
    Rates,
    Spent,
    Stopped,
    Verdict,
    Wish,
    counted,
    judge,
)
from flux_studio.core.job import JobState
from flux_studio.core.money import Money
from flux_studio.storage.job_rows import money_from
from flux_studio.storage.json_fields import RowUnreadable
from flux_studio.storage.rows import micros
from flux_studio.storage.settings import SettingRefused

_SENT = (
    "SELECT provider, project, coalesce(charged, price) AS cost, sent >= ?1 AS today,"
    " count(*) AS jobs FROM jobs WHERE sent >= ?2 AND state <> ?3 GROUP BY 1, 2, 3, 4"
)
_QUEUED = (
    "SELECT provider, project, price AS cost, 1 AS today, count(*) AS jobs FROM jobs"
    " WHERE state = 'planned' GROUP BY 1, 2, 3"
)


Rows = Callable[[str, Sequence[object]], Sequence[Any]]


class LedgerBudget:
    """Answers the engine whether a job may be sent. `rows` asks the database; `limits` raises
    SettingRefused when the budget of the settings cannot be understood: then nothing that costs is
    sent.
    """

    def __init__(
        self,
        rows: Rows,
        limits: Callable[[], Limits],
        rates: Rates,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._rows = rows
        self._limits = limits
        self._rates = rates
        self._now = now

    def verdict(self, wish: Wish, *, with_queue: bool = False) -> Verdict:
        """Whether a wish may be sent; `with_queue` counts what waits to be sent as well. Raises
        NotKept when the disk refuses.
        """
        if wish.price == 0:
            return judge(Limits(), Account(), self._rates, wish)
        try:
            limits = self._limits()
        except SettingRefused as error:
            return Stopped(f"{error.sentence} Nothing is sent until it is mended.")
        account = account_of(self._rows, self._now(), with_queue=with_queue)
        return judge(limits, account, self._rates, wish)

    def counts_as(self, wish: Wish) -> Money | None:
        """USD that a wish is held against a line with; None when no rate is known."""
        each = self._rates.of(wish.provider) if wish.price is None else wish.price
        return None if each is None else each * wish.count

    def spent_since(self, at: datetime) -> Money:
        """USD of everything sent at or after a time, a price that is not known at the highest known
        rate. Raises NotKept when the disk refuses.
        """
        since = micros(at)
        rows = self._rows(_SENT, (since, since, JobState.PLANNED.value))
        return counted(_summed(rows), self._rates)


def account_of(rows: Rows, now: datetime, *, with_queue: bool = False) -> Account:
    """What was sent today and this month on this computer's calendar, by provider, and so for each
    project; `with_queue` adds what waits to be sent.
    """
    local = now.astimezone()
    day = datetime(local.year, local.month, local.day).astimezone()
    month = datetime(local.year, local.month, 1).astimezone()
    found = list(rows(_SENT, (micros(day), micros(month), JobState.PLANNED.value)))
    if with_queue:
        found += rows(_QUEUED, ())
    whole = _both(found)
    names = {row["project"] for row in found} - {""}
    projects = {name: _both([row for row in found if row["project"] == name]) for name in names}
    return replace(whole, projects=projects)


def _both(rows: Sequence[Any]) -> Account:
    """The account of the day and of the month."""
    return Account(_summed(row for row in rows if row["today"]), _summed(rows))


def _summed(rows: Iterable[Any]) -> dict[str, Spent]:
    found: dict[str, Spent] = {}
    for row in rows:
        before = found.get(row["provider"], Spent())
        cost = _cost(row["cost"])
        if cost is None:
            now = Spent(before.known, before.unpriced + row["jobs"])
        else:
            now = Spent(before.known + Money(cost) * row["jobs"], before.unpriced)
        found[row["provider"]] = now
    return found


def _cost(text: str | None) -> Money | None:
    try:
        return money_from(text)
    except RowUnreadable:
        return None  # counts as a price that is not known
