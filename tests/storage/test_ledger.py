"""The ledger as a budget sees it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from flux_studio.core.budget import Fine, Limits, Lines, Rates, Spent, Stopped, Wish
from flux_studio.core.job import JobState, Sending, Waiting
from flux_studio.core.job import Stopped as JobStopped
from flux_studio.core.request import Origin
from flux_studio.storage.database import Database
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.ledger import LedgerBudget, account_of
from flux_studio.storage.owners import Owner
from flux_studio.storage.settings import SettingRefused
from tests.storage.samples import planned

NOW = datetime.now().astimezone().replace(day=20, hour=12).astimezone(UTC)


class Ledger:
    def __init__(self, home) -> None:
        self.database = Database(home / "library.sqlite", home / "backups")
        self.journal = JobJournal(self.database, Owner(home / "owners"))
        self.limits = Limits()

    def send(self, name, price, at=NOW, *, charged=None, state=None):
        self.journal.record(replace(planned(name, at), price=price and Decimal(price)))
        self.journal.record(Sending(name, at))
        if state is not None:
            ending = JobStopped(name, at, state, "reason", "words", charged)
            self.journal.record(ending)

    def budget(self, rates=None) -> LedgerBudget:
        return LedgerBudget(
            self.database.rows, lambda: self.limits, rates or Rates(), now=lambda: NOW
        )


@pytest.fixture
def ledger(tmp_path):
    made = Ledger(tmp_path)
    yield made
    made.journal.close()
    made.database.close()


def test_days_and_months_are_those_of_the_calendar_here(ledger):
    ledger.send("today", "1")
    ledger.send("this-month", "2", NOW - timedelta(days=3))
    ledger.send("last-month", "4", NOW - timedelta(days=21))
    account = account_of(ledger.database.rows, NOW)
    assert account.day == {"someone": Spent(Decimal(1))}
    assert account.month == {"someone": Spent(Decimal(3))}


def test_charged_else_estimated_else_unpriced_and_what_was_refused_is_free(ledger):
    ledger.send("in-flight", "1")
    ledger.send("refused", "8", state=JobState.REFUSED, charged=Decimal(0))
    ledger.send("charged", "8", state=JobState.FAILED, charged=Decimal("0.5"))
    ledger.send("unknown", "2", state=JobState.UNKNOWN)
    ledger.send("no-price", None)
    ledger.send("sent-back", "16")
    ledger.journal.record(Waiting("sent-back", NOW, NOW, "busy"))
    account = account_of(ledger.database.rows, NOW)
    assert account.day == {"someone": Spent(Decimal("3.5"), 1)}
    queued = account_of(ledger.database.rows, NOW, with_queue=True)
    assert queued.day == {"someone": Spent(Decimal("19.5"), 1)}


def test_many_sums_are_exact(ledger):
    for number in range(30):
        ledger.send(f"job-{number}", "0.1")
    assert account_of(ledger.database.rows, NOW).day == {"someone": Spent(Decimal("3.0"))}


def test_the_verdict_follows_ledger_and_settings(ledger):
    budget, wish = ledger.budget(Rates({"someone": Decimal("0.2")})), Wish("someone", None)
    ledger.send("one", "0.9")
    assert budget.verdict(wish) == Fine()
    ledger.limits = Limits(day_stop=Decimal(1))
    assert isinstance(budget.verdict(wish), Stopped)
    ledger.limits = Limits(day_stop=Decimal("1.1"))
    assert budget.verdict(wish) == Fine()
    ledger.journal.record(replace(planned("waits", NOW), price=Decimal("0.1")))
    assert budget.verdict(wish) == Fine()
    assert isinstance(budget.verdict(wish, with_queue=True), Stopped)


def test_a_budget_that_cannot_be_understood_stops_what_costs(ledger):
    def refuse():
        raise SettingRefused("budget")

    budget = LedgerBudget(ledger.database.rows, refuse, Rates())
    stopped = budget.verdict(Wish("someone", Decimal("0.01")))
    assert isinstance(stopped, Stopped)
    assert "budget" in stopped.sentence
    assert budget.verdict(Wish("someone", Decimal(0))) == Fine()


def test_each_project_has_an_account_of_its_own(ledger):
    def send(name, price, project, at=NOW):
        event = replace(planned(name, at), price=Decimal(price), origin=Origin(project))
        ledger.journal.record(event)
        ledger.journal.record(Sending(name, at))

    send("one", "1", "fox")
    send("two", "2", "fox", NOW - timedelta(days=3))
    send("three", "4", "bear")
    send("four", "8", "")
    account = account_of(ledger.database.rows, NOW)
    assert account.day == {"someone": Spent(Decimal(13))}
    assert account.projects.keys() == {"fox", "bear"}
    assert account.projects["fox"].day == {"someone": Spent(Decimal(1))}
    assert account.projects["fox"].month == {"someone": Spent(Decimal(3))}
    ledger.limits = Limits(projects={"fox": Lines(day_stop=Decimal("1.02"))})
    wish = Wish("someone", Decimal("0.03"), project="fox")
    assert isinstance(ledger.budget().verdict(wish), Stopped)
    assert ledger.budget().verdict(replace(wish, project="bear")) == Fine()


def test_money_since_a_moment_counts_what_is_in_flight_and_unknown_prices(ledger):
    ledger.send("before", "4", NOW - timedelta(seconds=1))
    ledger.send("at", "1")
    ledger.send("refused", "8", state=JobState.REFUSED, charged=Decimal(0))
    ledger.send("unpriced", None)
    ledger.journal.record(replace(planned("waits", NOW), price=Decimal(16)))
    rates = Rates({"someone": Decimal("0.07")})
    assert ledger.budget(rates).spent_since(NOW) == Decimal("1.07")


def test_the_account_of_a_month_is_read_from_an_index_alone(ledger):
    plan = ledger.database.rows(
        "EXPLAIN QUERY PLAN SELECT provider, project, coalesce(charged, price) AS cost,"
        " sent >= 1 AS today, count(*) FROM jobs WHERE sent >= 2 AND state <> 'planned'"
        " GROUP BY 1, 2, 3, 4",
        (),
    )
    assert "COVERING INDEX jobs_sent" in " ".join(row["detail"] for row in plan)
