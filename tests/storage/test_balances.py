"""Balances are kept for evidence: what was there before a job, and what after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from flux_studio.core.job import JobState, Sending, Stopped
from flux_studio.providers.redaction import redact
from flux_studio.storage import balances
from flux_studio.storage.balances import Balance, Balances, balance_after, balance_before
from flux_studio.storage.database import Database
from flux_studio.storage.evidence import evidence
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.owners import Owner
from tests.storage.samples import planned

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "library.sqlite", tmp_path / "backups")
    yield made
    made.close()


def rows_of(database: Database) -> list[tuple[str, str]]:
    found = database.rows("SELECT provider, usd FROM balances ORDER BY number", ())
    return [(row["provider"], row["usd"]) for row in found]


def test_of_a_balance_that_stays_the_first_and_the_last_reading_are_kept(database):
    kept = Balances(database, Clock())
    for usd in ("5", "5", "5", "4.97", "4.97", "4.97"):
        kept.note("one", Decimal(usd))
    kept.note("two", Decimal("5"))
    assert rows_of(database) == [
        ("one", "5"), ("one", "5"), ("one", "4.97"), ("one", "4.97"), ("two", "5")
    ]  # fmt: skip
    # The second reading of the same balance moved on to the third.
    assert balance_before(database.rows, "one", NOON + timedelta(minutes=3, seconds=1)) == Balance(
        Decimal("5"), NOON + timedelta(minutes=3)
    )
    assert balance_after(database.rows, "one", NOON + timedelta(minutes=3, seconds=1)) == Balance(
        Decimal("4.97"), NOON + timedelta(minutes=4)
    )
    assert balance_before(database.rows, "one", NOON) is None
    assert balance_after(database.rows, "one", NOON + timedelta(hours=1)) is None


def test_the_oldest_go(database, monkeypatch):
    monkeypatch.setattr(balances, "MOST_KEPT", 3)
    kept = Balances(database, Clock())
    for usd in range(6):
        kept.note("one", Decimal(usd))
    assert [usd for _, usd in rows_of(database)] == ["3", "4", "5"]


def test_evidence_has_the_balance_before_and_after(database, tmp_path):
    owner = Owner(tmp_path / "owners")
    journal, clock = JobJournal(database, owner), Clock()
    event = planned("job-1", NOON)
    provider = event.request.provider
    kept = Balances(database, clock)
    kept.note(provider, Decimal("5"))
    journal.record(event)
    journal.record(Sending("job-1", NOON + timedelta(minutes=2)))
    ended = Stopped("job-1", NOON + timedelta(minutes=3), JobState.LOST, "forgotten", "Gone.", None)
    journal.record(ended)
    clock.now = NOON + timedelta(minutes=5)
    kept.note(provider, Decimal("4.97"))
    said = evidence(database.rows, "job-1", tmp_path, redact)
    assert said is not None
    assert said["money_usd"]["balance_before"] == {"usd": "5", "at": "2026-11-20T12:01:00.000000Z"}
    assert said["money_usd"]["balance_after"]["usd"] == "4.97"
    owner.release()
