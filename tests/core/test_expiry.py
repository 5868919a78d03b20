"""How long a finished picture waits at its provider."""

from datetime import UTC, datetime, timedelta

import pytest

from flux_studio.core.expiry import fetch_by, time_to_fetch
from flux_studio.core.job import Job, JobState, Ticket
from flux_studio.core.request import Request
from flux_studio.core.size import Size

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
END = NOW + timedelta(minutes=10)


def job(state: JobState, expires: datetime | None = END, *, ticket: bool = True) -> Job:
    request = Request("p", "m", "a fox", Size(64, 64), "png")
    found = Ticket("t1", NOW, expires=expires) if ticket else None
    return Job("j1", "o1", request, None, state, NOW, NOW, ticket=found)


@pytest.mark.parametrize("state", JobState)
def test_only_a_result_that_waits_is_counted(state):
    waits = state in (JobState.READY, JobState.UNKNOWN)
    assert (fetch_by(job(state)) == END) == waits


def test_what_is_left_never_goes_below_zero():
    ready = job(JobState.READY)
    assert time_to_fetch(ready, NOW + timedelta(minutes=4)) == timedelta(minutes=6)
    assert time_to_fetch(ready, END + timedelta(hours=1)) == timedelta(0)


def test_a_provider_that_tells_no_end_and_a_job_without_a_ticket():
    assert time_to_fetch(job(JobState.READY, None), NOW) is None
    assert time_to_fetch(job(JobState.READY, ticket=False), NOW) is None
