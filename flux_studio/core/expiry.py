"""How long a finished picture still waits at its provider: some keep it for minutes only."""

from __future__ import annotations

from datetime import datetime, timedelta

from flux_studio.core.job import Job, JobState

_WAITS = (JobState.READY, JobState.UNKNOWN)


def fetch_by(job: Job) -> datetime | None:
    """When the provider deletes a result that is not on our disk yet; None where no result waits,
    or where the provider tells no end.
    """
    return job.ticket.expires if job.ticket and job.state in _WAITS else None


def time_to_fetch(job: Job, now: datetime) -> timedelta | None:
    """What is left of that, zero once it is over. `now` with a zone."""
    end = fetch_by(job)
    return None if end is None else max(timedelta(0), end - now)
