"""A job: one request on its way, the facts that come back about it, and how the board of jobs moves
on.

`advance` is pure: the same events give the same board, and a fact that comes too late (progress
after a cancel) changes nothing. The journal writes every event that changes a state before the
action that the state allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flux_studio.core.errors import Reason
from flux_studio.core.job_events import (
    ENDED,
    Accepted,
    JobEvent,
    JobState,
    Planned,
    Progressed,
    Queued,
    Ready,
    Reopened,
    Saved,
    Sending,
    SetAside,
    Settled,
    Stopped,
    Ticket,
    Waiting,
)
from flux_studio.core.money import Money
from flux_studio.core.request import Origin, Request

__all__ = [
    "Accepted",
    "Board",
    "ENDED",
    "Job",
    "JobEvent",
    "JobState",
    "Planned",
    "Progressed",
    "Queued",
    "Ready",
    "Reopened",
    "Saved",
    "Sending",
    "SetAside",
    "Settled",
    "Stopped",
    "Ticket",
    "Waiting",
    "advance",
    "planned",
    "queued",
    "step",
]


@dataclass(frozen=True, slots=True)
class Job:
    """One request on its way. Times are UTC; `price` is the estimate, `charged` what was reported,
    both in USD; `key` the name of the key it was sent with, '' when nobody noted it; `control`,
    `request_id` and `inputs` as in `Stopped` and `Sending`; `logs` the newest lines of the
    provider's log, not kept over a restart; `aside` as in `SetAside`, `rank` and `held` as in
    `Queued`.
    """

    id: str
    order: str
    request: Request
    price: Money | None
    state: JobState
    created: datetime
    updated: datetime
    ticket: Ticket | None = None
    sent: datetime | None = None
    retry_at: datetime | None = None
    words: str = ""
    position: int | None = None
    fraction: float | None = None
    left: float | None = None
    reason: str = ""
    message: str = ""
    charged: Money | None = None
    generation: str | None = None
    key: str = ""
    origin: Origin = Origin()
    control: str = ""
    request_id: str = ""
    inputs: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()
    aside: bool = False
    rank: float = 0.0
    held: bool = False

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def can_come_back(self) -> bool:
        """Whether a job that was given up may be asked for once more: it has a ticket, and the
        provider never said that it made no picture.
        """
        unread = self.state is JobState.FAILED and self.reason == Reason.BAD_PICTURE
        return self.ticket is not None and (self.state is JobState.LOST or unread)


@dataclass(frozen=True, slots=True)
class Board:
    """All jobs that are shown, oldest first."""

    jobs: Mapping[str, Job] = field(default_factory=dict)

    def active(self) -> tuple[Job, ...]:
        """Jobs that are still on their way: neither ended nor waiting for a person."""
        return tuple(
            j for j in self.jobs.values() if not j.ended and j.state is not JobState.UNKNOWN
        )

    def without(self, job: str) -> Board:
        return Board({key: value for key, value in self.jobs.items() if key != job})


def queued(jobs: Iterable[Job]) -> list[Job]:
    """Those that wait to be sent, next first."""
    waiting = [job for job in jobs if job.state is JobState.PLANNED]
    return sorted(waiting, key=lambda job: (job.rank, job.created, job.id))


def planned(event: Planned) -> Job:
    """The job as it begins."""
    return Job(
        event.job, event.order, event.request, event.price, JobState.PLANNED, event.at, event.at,
        origin=event.origin, rank=event.rank,
    )  # fmt: skip


def advance(board: Board, event: JobEvent) -> Board:
    """The board after one event. Unknown jobs and facts that come too late leave it as it is."""
    if isinstance(event, Planned):
        if event.job in board.jobs:
            return board
        return Board({**board.jobs, event.job: planned(event)})
    old = board.jobs.get(event.job)
    new = old and step(old, event)
    if old is None or new is None or new == old:
        return board
    return Board({**board.jobs, event.job: new})


def step(job: Job, event: JobEvent) -> Job:
    """One job after one event: the whole state machine. A fact that comes too late gives the same
    job.
    """
    if isinstance(event, Planned) or _too_late(job, event):
        return job
    match event:
        case Sending(at=at, key=key, inputs=inputs):
            return replace(
                job, state=JobState.SENDING, sent=at, updated=at, retry_at=None, message="",
                key=key or job.key, inputs=inputs, reason="", held=False,
            )  # fmt: skip
        case Waiting() | Queued():
            return _in_queue(job, event)
        case Accepted(at=at, ticket=ticket):
            return replace(
                job, state=JobState.ACCEPTED, ticket=ticket, updated=at, retry_at=None,
                charged=job.charged if ticket.charged is None else ticket.charged,
                reason="", message="", request_id=ticket.request_id,
                aside=False,
            )  # fmt: skip
        case Progressed():
            return _progressed(job, event)
        case Ready(at=at, charged=charged, expires=expires):
            known = job.charged if charged is None else charged
            told = job.ticket and replace(job.ticket, expires=expires or job.ticket.expires)
            return replace(
                job, state=JobState.READY, ticket=told, charged=known, updated=at, fraction=1.0,
                left=0.0, words="",
            )  # fmt: skip
        case Saved(at=at, generation=generation):
            return replace(
                job, state=JobState.SAVED, generation=generation.id, charged=generation.charged,
                updated=at, fraction=1.0, left=0.0, reason="", message="",
            )  # fmt: skip
        case Stopped(at=at, state=state, reason=reason, message=message, charged=charged):
            return replace(
                job, state=state, reason=reason, message=message, charged=charged, updated=at,
                retry_at=None, control=event.control,
                request_id=event.request_id or job.request_id,
            )  # fmt: skip
        case Reopened() | Settled() | SetAside():
            return _rescued(job, event)


def _too_late(job: Job, event: JobEvent) -> bool:
    """Whether a fact can no longer be true of a job. A picture on disk always counts; an accepted
    job never goes back to the states from which it would be sent again.
    """
    match event:
        case Saved(last=last):
            return not last  # more pictures of the job follow: nothing ends yet
        case Sending():
            return job.state not in (JobState.PLANNED, JobState.SENDING, JobState.UNKNOWN)
        case Waiting():
            return job.state not in (JobState.PLANNED, JobState.SENDING)
        case Queued():
            return job.state is not JobState.PLANNED
        case Accepted():
            return job.ended or job.state is JobState.READY
        case Reopened():
            return not job.can_come_back
        case Settled() | SetAside():
            return not (job.ended or job.state is JobState.UNKNOWN) or job.state is JobState.SAVED
        case _:
            return job.ended


def _in_queue(job: Job, event: Waiting | Queued) -> Job:
    """A job that waits to be sent."""
    match event:
        case Waiting(at=at, until=until, message=message, reason=reason):
            return replace(
                job, state=JobState.PLANNED, retry_at=until, message=message, reason=reason,
                updated=at,
            )  # fmt: skip
        case Queued(rank=rank, held=held):
            return replace(job, rank=rank, held=held)


def _rescued(job: Job, event: Reopened | Settled | SetAside) -> Job:
    """A job after what a person did to rescue it."""
    match event:
        case Reopened(at=at):
            return replace(
                job, state=JobState.ACCEPTED, updated=at, reason="", message="", control="",
                words="", position=None, fraction=None, left=None, aside=False,
            )  # fmt: skip
        case Settled(at=at, charged=charged, message=message):
            return replace(job, charged=charged, message=message, updated=at)
        case SetAside(aside=aside):
            return replace(job, aside=aside)


def _progressed(job: Job, event: Progressed) -> Job:
    if job.state not in (JobState.ACCEPTED, JobState.RUNNING, JobState.READY):
        return job
    state = job.state
    if state is not JobState.READY:
        state = JobState.RUNNING if event.running else JobState.ACCEPTED
    return replace(
        job, state=state, words=event.words, position=event.position, fraction=event.fraction,
        left=event.left, logs=event.logs, updated=event.at,
    )  # fmt: skip
