"""What the engine tells: a job's events, and the few facts that belong to a provider rather than a
job.
"""

from __future__ import annotations

from dataclasses import dataclass
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
class BalanceRead:
    """What a provider says is left on the account, in USD."""

    provider: str
    left: Money


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of a question put to the engine under a token: its value, or the error it raised."""

    token: object
    value: object = None
    error: Exception | None = None


EngineFact = JobEvent | ProviderPaused | ProviderResumed | BalanceRead


class Resolution(StrEnum):
    """What a person found out about a job of unknown outcome."""

    FOUND = "found"
    NOT_CHARGED = "not_charged"
    LEAVE = "leave"
