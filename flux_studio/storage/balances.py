"""What providers said is left on an account, kept at each change: evidence for what was charged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flux_studio.core.money import Money
from flux_studio.storage.database import Database
from flux_studio.storage.job_rows import money_from
from flux_studio.storage.json_fields import RowUnreadable, exact
from flux_studio.storage.ledger import Rows
from flux_studio.storage.rows import micros, moment

MOST_KEPT = 2000  # of each provider; the oldest go
_LAST_TWO = "SELECT number, usd FROM balances WHERE provider = ? ORDER BY number DESC LIMIT 2"
_DELETE_OLDEST = (
    "DELETE FROM balances WHERE provider = ?1 AND number <= (SELECT number FROM balances"
    " WHERE provider = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)"
)


@dataclass(frozen=True, slots=True)
class Balance:
    """USD that was left on an account at a time (UTC)."""

    usd: Money
    at: datetime


class Balances:
    """The writing side; on the thread that owns the writes."""

    def __init__(
        self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._now = now

    def note(self, provider: str, usd: Money) -> None:
        """Keep a balance; of one that stays the same the first and the last reading say all there
        is to say. Raises NotKept when the disk refuses.
        """
        at, text = micros(self._now()), exact(usd)
        with self._database.transaction() as connection:
            last = connection.execute(_LAST_TWO, (provider,)).fetchall()
            if [row["usd"] for row in last] == [text, text]:
                connection.execute(
                    "UPDATE balances SET at = ? WHERE number = ?", (at, last[0]["number"])
                )
                return
            connection.execute(
                "INSERT INTO balances (provider, at, usd) VALUES (?, ?, ?)", (provider, at, text)
            )
            connection.execute(_DELETE_OLDEST, (provider, MOST_KEPT))


def balance_before(rows: Rows, provider: str, at: datetime) -> Balance | None:
    """The last balance that was read until `at`, None when there is none."""
    found = rows(
        "SELECT at, usd FROM balances WHERE provider = ? AND at <= ? ORDER BY at DESC LIMIT 1",
        (provider, micros(at)),
    )
    return _balance(found[0]) if found else None


def balance_after(rows: Rows, provider: str, at: datetime) -> Balance | None:
    """The first balance that was read after `at`, None when there is none."""
    found = rows(
        "SELECT at, usd FROM balances WHERE provider = ? AND at > ? ORDER BY at LIMIT 1",
        (provider, micros(at)),
    )
    return _balance(found[0]) if found else None


def _balance(row: Any) -> Balance | None:
    try:
        usd = money_from(row["usd"])
    except RowUnreadable:
        return None
    at = moment(row["at"])
    return None if usd is None else Balance(usd, at)
