"""What the engine tells: a job's events, and the few facts that belong to a provider rather than a
job.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from flux_studio.core.job import JobEvent
from flux_studio.core.money import Money


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
    """Nothing more is sent: by a person (`reason` 'person', all providers), or at a stop line of
    the budget ('budget', all providers that cost). What runs is finished.
    """

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class QueueResumed:
    """What paused the queue for this reason is over."""

    reason: str


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
    | BudgetWarned
    | BalanceRead
    | PreviewSeen
)


class Resolution(StrEnum):
    """What a person found out about a job of unknown outcome."""

    FOUND = "found"
    NOT_CHARGED = "not_charged"
    LEAVE = "leave"
