"""A job: one request on its way, the facts that come back about it, and how the board of jobs moves
on.

`advance` is pure: the same events give the same board, and a fact that comes too late (progress
after a cancel) changes nothing. The journal writes every event that changes a state before the
action that the state allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from flux_studio.core.errors import Reason
from flux_studio.core.generation import Generation
from flux_studio.core.money import Money
from flux_studio.core.request import Origin, Request


class JobState(StrEnum):
    """Where a job is. The first six are the way; the last five are the side states."""

    PLANNED = "planned"
    SENDING = "sending"
    ACCEPTED = "accepted"
    RUNNING = "running"
    READY = "ready"
    SAVED = "saved"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    LOST = "lost"


ENDED = frozenset(
    {JobState.SAVED, JobState.REFUSED, JobState.FAILED, JobState.CANCELLED, JobState.LOST}
)
"""States in which nothing more will come by itself. `unknown` waits for a person, so it is not one
of them.
"""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What must be on disk to find an accepted job again.

    `task` is the provider's id; `urls` the addresses it returned, by name ('status', 'result',
    'cancel'); `expires` when the provider forgets the result (at the earliest, until `Ready` brings
    the true time); `charged` USD where it is reported at submit; `notes` are facts the provider
    needs later; `request_id` is what the provider called the exchange that made it, for its
    support. Never a key.
    """

    task: str
    submitted: datetime
    urls: tuple[tuple[str, str], ...] = ()
    expires: datetime | None = None
    charged: Money | None = None
    notes: tuple[tuple[str, str], ...] = ()
    request_id: str = ""

    def url(self, name: str) -> str | None:
        return dict(self.urls).get(name)


@dataclass(frozen=True, slots=True)
class Planned:
    """A job was written to the journal. `price` is the estimate in USD that was shown; None is
    unknown.
    """

    job: str
    at: datetime
    request: Request
    price: Money | None
    order: str
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class Sending:
    """The request is about to leave: from here on its fate may be unknown. `key` is the name of the
    key it goes with, never the key; `inputs` are the addresses of its uploaded references, noted
    where the very same request may have to leave once more.
    """

    job: str
    at: datetime
    key: str = ""
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing was sent, or the provider refused for now: it will be tried again at `until`."""

    job: str
    at: datetime
    until: datetime
    message: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the job and the ticket is on disk."""

    job: str
    at: datetime
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Progressed:
    """News of an accepted job: the provider's own words, place in its queue, share done in 0..1,
    seconds left, the newest lines of the provider's log.
    """

    job: str
    at: datetime
    running: bool
    words: str = ""
    position: int | None = None
    fraction: float | None = None
    left: float | None = None
    logs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """The provider finished; the bytes are not on our disk yet. `charged` USD as reported, None
    unknown; `expires` when the provider forgets the result, where it is known only now.
    """

    job: str
    at: datetime
    charged: Money | None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """The picture, its sidecar and its row are on disk. With `last` False more pictures of the same
    job follow, so the job has not ended: a crash in between brings it back.
    """

    job: str
    at: datetime
    generation: Generation
    last: bool = True


@dataclass(frozen=True, slots=True)
class Stopped:
    """An ending without a picture, or the wait for a person: refused, failed, cancelled, unknown or
    lost.

    `reason` is a word for programs (core.errors.Reason), `message` a sentence for people, `charged`
    USD: 0 when surely nothing was charged, None when that is not known; `control` the control of
    the form it concerns (core.problem.Control), or ''; `request_id` what the provider called the
    exchange, for its support.
    """

    job: str
    at: datetime
    state: JobState
    reason: str
    message: str
    charged: Money | None
    control: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Reopened:
    """A job that had been given up is asked for once more, by the ticket it has: a lost one, or one
    whose picture did not come through.
    """

    job: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """A person saw what was charged (USD, 0 for nothing) for a job that ended without a picture."""

    job: str
    at: datetime
    charged: Money
    message: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A person takes a job off the list of those to rescue, or puts it back; nothing else
    changes.
    """

    job: str
    at: datetime
    aside: bool = True


JobEvent = (
    Planned
    | Sending
    | Waiting
    | Accepted
    | Progressed
    | Ready
    | Saved
    | Stopped
    | Reopened
    | Settled
    | SetAside
)


@dataclass(frozen=True, slots=True)
class Job:
    """One request on its way. Times are UTC; `price` is the estimate, `charged` what was reported,
    both in USD; `key` the name of the key it was sent with, '' when nobody noted it; `control`,
    `request_id` and `inputs` as in `Stopped` and `Sending`; `logs` the newest lines of the
    provider's log, not kept over a restart; `aside` as in `SetAside`.
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


def planned(event: Planned) -> Job:
    """The job as it begins."""
    return Job(
        event.job, event.order, event.request, event.price, JobState.PLANNED, event.at, event.at,
        origin=event.origin,
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
                key=key or job.key, inputs=inputs,
            )  # fmt: skip
        case Waiting(at=at, until=until, message=message):
            return replace(job, state=JobState.PLANNED, retry_at=until, message=message, updated=at)
        case Accepted(at=at, ticket=ticket):
            return replace(
                job, state=JobState.ACCEPTED, ticket=ticket, updated=at, retry_at=None,
                charged=ticket.charged, reason="", message="", request_id=ticket.request_id,
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
        case Accepted():
            return job.ended or job.state is JobState.READY
        case Reopened():
            return not job.can_come_back
        case Settled():
            return not job.ended or job.state is JobState.SAVED
        case SetAside():
            return not (job.ended or job.state is JobState.UNKNOWN) or job.state is JobState.SAVED
        case _:
            return job.ended


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
