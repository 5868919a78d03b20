"""The facts about a job, in the order in which they can happen, and the words for where it is.

The journal writes every one that changes a state before the action that the state allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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
    unknown. `rank` is its place in the queue, lower is earlier.
    """

    job: str
    at: datetime
    request: Request
    price: Money | None
    order: str
    origin: Origin = Origin()
    rank: float = 0.0


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
    """Nothing was sent, or the provider refused for now: it will be tried again at `until`.

    `reason` is a word for programs (core.errors.Reason), '' where no provider was the cause.
    """

    job: str
    at: datetime
    until: datetime
    message: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Queued:
    """A job that waits has another place in the queue (`rank`, lower is earlier), or is `held`: it
    keeps its place and is not sent.
    """

    job: str
    at: datetime
    rank: float
    held: bool = False


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
    """A person saw what was charged (USD, 0 for nothing, None when only that it was) for a job that
    ended without a picture, or whose outcome is not known.
    """

    job: str
    at: datetime
    charged: Money | None
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
    | Queued
    | Accepted
    | Progressed
    | Ready
    | Saved
    | Stopped
    | Reopened
    | Settled
    | SetAside
)
