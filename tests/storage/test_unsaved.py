"""The journal gives every job that may have been paid and is not saved, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from flux_studio.core.job import (
    Accepted,
    JobState,
    Ready,
    Reopened,
    Saved,
    Sending,
    SetAside,
    Stopped,
    Ticket,
)
from flux_studio.storage.database import Database
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.owners import Owner
from flux_studio.storage.unsaved import unsaved_jobs
from tests.storage.samples import generation, planned

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TICKET = Ticket("task-1", NOON)


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "library.sqlite", tmp_path / "backups")
    yield made
    made.close()


@pytest.fixture
def journal(database, tmp_path):
    made = JobJournal(database, Owner(tmp_path / "owners"))
    yield made
    made.close()


def stopped(name: str, state: JobState, charged: str | None) -> Stopped:
    sum_ = None if charged is None else Decimal(charged)
    return Stopped(name, NOON, state, "provider_failed", "It broke.", sum_)


def test_what_may_have_been_paid_and_is_not_saved(database, journal):
    for minute, name in enumerate(("waits", "sending", "running", "ready", "unknown", "lost",
                                   "perhaps", "paid", "free", "unsent", "saved")):  # fmt: skip
        journal.record(planned(name, NOON + timedelta(minutes=minute)))
        if name not in ("waits", "unsent"):
            journal.record(Sending(name, NOON))
        if name not in ("waits", "unsent", "sending", "unknown"):
            journal.record(Accepted(name, NOON, replace(TICKET, task=f"task-{name}")))
    journal.record(Ready("ready", NOON, None))
    journal.record(stopped("unknown", JobState.UNKNOWN, None))
    journal.record(stopped("lost", JobState.LOST, None))
    journal.record(stopped("perhaps", JobState.FAILED, None))
    journal.record(stopped("paid", JobState.REFUSED, "0.030"))
    journal.record(stopped("free", JobState.FAILED, "0.000"))
    journal.record(stopped("unsent", JobState.CANCELLED, None))
    journal.record(Saved("saved", NOON, generation("saved")))
    found = [job.id for job in unsaved_jobs(database.rows)]
    assert found == ["paid", "perhaps", "lost", "unknown", "ready", "running", "sending"]
    assert [job.id for job in unsaved_jobs(database.rows, limit=2)] == ["paid", "perhaps"]


def test_what_was_set_aside_is_another_list(database, journal):
    for name in ("one", "two"):
        journal.record(planned(name, NOON))
        journal.record(Sending(name, NOON))
        journal.record(Accepted(name, NOON, TICKET))
        journal.record(stopped(name, JobState.LOST, None))
    journal.record(SetAside("one", NOON))
    assert [job.id for job in unsaved_jobs(database.rows)] == ["two"]
    assert [job.id for job in unsaved_jobs(database.rows, aside=True)] == ["one"]
    journal.record(Reopened("one", NOON))
    assert [job.id for job in unsaved_jobs(database.rows)] == ["two", "one"]
    assert [kind for _, kind, _ in journal.events("one")][-2:] == ["setaside", "reopened"]


def test_task_ids_of_other_jobs_are_known(journal):
    journal.record(planned("one", NOON))
    journal.record(Sending("one", NOON))
    journal.record(Accepted("one", NOON, TICKET))
    provider = planned("one", NOON).request.provider
    assert journal.known_tasks(provider, ["task-1", "task-2"]) == {"task-1"}
    assert journal.known_tasks("another", ["task-1"]) == set()
    assert journal.known_tasks(provider, []) == set()


def test_a_job_of_a_live_process_is_not_reclaimed(database, journal, tmp_path):
    journal.record(planned("one", NOON))
    other = JobJournal(database, Owner(tmp_path / "owners"))
    assert other.reclaim("one") is None
    assert other.reclaim("nobody") is None
    journal.close()
    reclaimed = other.reclaim("one")
    assert reclaimed is not None
    assert reclaimed.id == "one"
    other.close()
