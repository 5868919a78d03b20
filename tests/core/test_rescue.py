"""Which jobs are to be rescued, in which order, and what can be done for each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from flux_studio.core.job import Job, JobState, Ticket
from flux_studio.core.request import Request
from flux_studio.core.rescue import Deed, Standing, deeds_for, standing_of, to_rescue
from flux_studio.core.size import Size

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
REQUEST = Request("one", "m", "a fox", Size(1024, 1024), "png")


def job(state: JobState, name: str = "j1", **fields: Any) -> Job:
    sent = fields.pop("sent", NOW - timedelta(hours=1))
    made = Job(name, "o", REQUEST, Decimal("0.03"), state, NOW - timedelta(hours=1), NOW, sent=sent)
    return replace(made, **fields)


def ticket(seconds: float | None) -> Ticket:
    expires = None if seconds is None else NOW + timedelta(seconds=seconds)
    return Ticket("task-1", NOW, expires=expires)


def standing(wanted: Job, *, started: datetime = NOW, stuck: bool = False) -> Standing | None:
    return standing_of(wanted, started, lambda _: stuck)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (job(JobState.UNKNOWN), Standing.UNCLEAR),
        (job(JobState.ACCEPTED, ticket=ticket(9)), Standing.COMING),
        (job(JobState.SENDING), Standing.COMING),
        (job(JobState.LOST, ticket=ticket(9)), Standing.GIVEN_UP),
        (job(JobState.FAILED, ticket=ticket(9), reason="bad_picture"), Standing.GIVEN_UP),
        (job(JobState.FAILED, ticket=ticket(9), reason="provider_failed"), Standing.ENDED),
        (job(JobState.LOST), Standing.ENDED),
        (job(JobState.REFUSED, charged=Decimal("0.03")), Standing.ENDED),
        (job(JobState.CANCELLED, ticket=ticket(9)), Standing.ENDED),
        # Nothing to rescue: it is there, free, was never sent, or is only on its way.
        (job(JobState.SAVED), None),
        (job(JobState.PLANNED), None),
        (job(JobState.FAILED, charged=Decimal(0)), None),
        (job(JobState.LOST, price=Decimal(0), ticket=ticket(9)), None),
        (job(JobState.FAILED, sent=None), None),
        (job(JobState.RUNNING, sent=NOW + timedelta(seconds=1)), None),
    ],
)
def test_what_counts(wanted, expected):
    assert standing(wanted) is expected


def test_a_picture_that_the_disk_does_not_take_counts_in_the_same_run_too():
    fresh = job(JobState.READY, sent=NOW + timedelta(seconds=1), ticket=ticket(9))
    assert standing(fresh) is None
    assert standing(fresh, stuck=True) is Standing.COMING


def test_the_one_that_is_forgotten_first_stands_first():
    jobs = [
        job(JobState.FAILED, "ended"),
        job(JobState.LOST, "gone", ticket=ticket(-5)),
        job(JobState.UNKNOWN, "unclear"),
        job(JobState.LOST, "hour", ticket=ticket(3600)),
        job(JobState.RUNNING, "soon", ticket=ticket(30)),
        job(JobState.SAVED, "saved"),
    ]
    cases = to_rescue(jobs, NOW, NOW, lambda _: True)
    assert [case.job.id for case in cases] == ["soon", "hour", "unclear", "gone", "ended"]
    assert [case.left(NOW) for case in cases] == [30, 3600, None, 0, None]


def test_what_can_be_done_follows_from_where_a_job_stands():
    unclear, lost = job(JobState.UNKNOWN), job(JobState.LOST, ticket=ticket(9))
    assert deeds_for(unclear, Standing.UNCLEAR, lists=True)[:2] == (Deed.LOOK, Deed.ENTER_ID)
    assert Deed.LOOK not in deeds_for(unclear, Standing.UNCLEAR, lists=False)
    assert deeds_for(lost, Standing.GIVEN_UP, lists=True)[0] is Deed.FETCH
    assert Deed.ENTER_ID not in deeds_for(lost, Standing.GIVEN_UP, lists=True)
    told = replace(lost, charged=Decimal("0.03"), aside=True)
    assert Deed.CHARGED not in deeds_for(told, Standing.GIVEN_UP, lists=True)
    assert deeds_for(told, Standing.GIVEN_UP, lists=True)[-1] is Deed.PUT_BACK
    assert deeds_for(lost, Standing.COMING, lists=True) == (Deed.EVIDENCE,)


def test_a_job_of_unknown_outcome_with_a_ticket_is_fetched_and_not_looked_for():
    known = job(JobState.UNKNOWN, ticket=ticket(9))
    deeds = deeds_for(known, Standing.UNCLEAR, lists=True)
    assert deeds[0] is Deed.FETCH
    assert not {Deed.LOOK, Deed.ENTER_ID} & set(deeds)
