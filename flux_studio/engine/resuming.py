"""What to do with the open jobs of earlier runs. Pure: from jobs and the time to what comes next
for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flux_studio.core.job import (
    Accepted,
    Job,
    JobEvent,
    JobState,
    Planned,
    Progressed,
    Queued,
    Ready,
    Sending,
    SetAside,
    Stopped,
    Waiting,
    queued,
)

KEY_LIFE = timedelta(hours=24)  # how long providers remember an idempotency key
LAST_FIRST_POLL = 2.0  # seconds: by then every open job has been asked about; 3 with the start
POLL_SPACING = 0.05  # seconds between two first questions, where there are few

_AT_PROVIDER = frozenset({JobState.ACCEPTED, JobState.RUNNING, JobState.READY})


@dataclass(frozen=True, slots=True)
class Openings:
    """The open jobs, sorted by what they need: to be sent, sent again under the same key, looked at
    by a person, or followed (with the seconds until the first question, nearest expiry first).
    """

    planned: tuple[Job, ...]
    resend: tuple[Job, ...]
    unclear: tuple[Job, ...]
    follow: tuple[tuple[Job, float], ...]


def sort_open(jobs: Sequence[Job], now: datetime, idempotent: Callable[[str], bool]) -> Openings:
    """Sort open jobs. `idempotent(provider)` says whether the same key runs a request only once
    there.
    """
    sending = [job for job in jobs if job.state is JobState.SENDING]
    resend = [job for job in sending if idempotent(job.request.provider) and _key_lives(job, now)]
    # An unknown job with a ticket is one that a fault of ours interrupted: it is followed again.
    follow = sorted(
        (job for job in jobs if job.state in _AT_PROVIDER or _has_unfollowed_ticket(job)),
        key=_urgency,
    )
    spacing = min(POLL_SPACING, LAST_FIRST_POLL / max(1, len(follow)))
    return Openings(
        planned=tuple(queued(jobs)),
        resend=tuple(resend),
        unclear=tuple(job for job in sending if job not in resend),
        follow=tuple((job, number * spacing) for number, job in enumerate(follow)),
    )


def restated(job: Job) -> tuple[JobEvent, ...]:
    """The events that bring a listener that knows nothing to where this job is."""
    at = job.updated
    events: list[JobEvent] = [
        Planned(job.id, job.created, job.request, job.price, job.order, job.origin, job.rank)
    ]
    if job.sent is not None:
        events.append(Sending(job.id, job.sent, job.key, job.inputs))
    if job.state is JobState.PLANNED and job.retry_at is not None:
        events.append(Waiting(job.id, at, job.retry_at, job.message, job.reason))
    if job.held:
        events.append(Queued(job.id, at, job.rank, job.held))
    if job.ticket is not None:
        events.append(Accepted(job.id, at, job.ticket))
    match job.state:
        case JobState.RUNNING:
            events.append(Progressed(job.id, at, True, job.words))
        case JobState.READY:
            events.append(Ready(job.id, at, job.charged))
        case JobState.PLANNED | JobState.SENDING | JobState.ACCEPTED | JobState.SAVED:
            pass
        case _:
            why = (job.reason, job.message, job.charged, job.control, job.request_id)
            events.append(Stopped(job.id, at, job.state, *why))
    if job.aside:
        events.append(SetAside(job.id, at))
    return tuple(events)


def _key_lives(job: Job, now: datetime) -> bool:
    """Whether the provider still knows the key. A wall clock that ran backwards does not count as
    new.
    """
    return job.sent is not None and timedelta(0) <= now - job.sent < KEY_LIFE


def _has_unfollowed_ticket(job: Job) -> bool:
    return job.state is JobState.UNKNOWN and job.ticket is not None


def _urgency(job: Job) -> tuple[float, datetime]:
    expires = job.ticket.expires if job.ticket else None
    return (expires.timestamp() if expires else float("inf"), job.created)
