"""What the engine tells: a job's events, and the few facts that belong to a provider rather than a
job.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flux_studio.core.budget import SpendStop
from flux_studio.core.job import JobEvent
from flux_studio.core.money import Money
from flux_studio.providers.contract import ListedTask


@dataclass(frozen=True, slots=True)
class ProviderPaused:
    """A provider's waiting jobs rest: its key or its credit is the trouble, not the single job.

    `reason` is a word for programs (core.errors.Reason), `message` a sentence for people.
    """

    provider: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class ProviderResumed:
    """A paused provider's jobs go on."""

    provider: str


@dataclass(frozen=True, slots=True)
class QueuePaused:
    """Nothing more is sent: by a person (`reason` 'person', all providers), at a stop line of the
    budget ('budget', all that costs), after the sum a person gave the queue ('stop_after'), without
    a network ('offline') or until a person says yes after it came back ('reconnected'). With a
    `project` only its jobs rest. What runs is finished.
    """

    reason: str
    message: str
    project: str = ""


@dataclass(frozen=True, slots=True)
class QueueResumed:
    """What paused the queue, or a project of it, for this reason is over."""

    reason: str
    project: str = ""


@dataclass(frozen=True, slots=True)
class SpendStopMoved:
    """The queue's *stop after* was set, taken away (None), or more was sent: `spent` USD since."""

    stop: SpendStop | None
    spent: Money


@dataclass(frozen=True, slots=True)
class BudgetWarned:
    """A warning line of the budget was crossed; told once for each line and day."""

    message: str


@dataclass(frozen=True, slots=True)
class BalanceRead:
    """What a provider says is left on the account, in USD."""

    provider: str
    left: Money


@dataclass(frozen=True, slots=True)
class PreviewSeen:
    """An early look at the picture of a job that is still made: a small JPEG of our own making."""

    job: str
    jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class LookedFor:
    """The provider's list of tasks was read for a job of unknown outcome: `tasks` may be it. With
    none, `absent` says that the list was complete: it is not at the provider.
    """

    job: str
    at: datetime
    tasks: tuple[ListedTask, ...] = ()
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of a question put to the engine under a token: its value, or the error it raised."""

    token: object
    value: object = None
    error: Exception | None = None


EngineFact = (
    JobEvent
    | ProviderPaused
    | ProviderResumed
    | QueuePaused
    | QueueResumed
    | SpendStopMoved
    | BudgetWarned
    | BalanceRead
    | PreviewSeen
    | LookedFor
)


class Resolution(StrEnum):
    """What a person found out about a job of unknown outcome."""

    FOUND = "found"
    NOT_CHARGED = "not_charged"
    LEAVE = "leave"
