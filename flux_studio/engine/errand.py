"""An errand: what this process knows of one job on its way, besides what the journal has."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from flux_studio.core.card import ModelCard
from flux_studio.core.job import Job
from flux_studio.core.pricing import Free
from flux_studio.core.secret import Secret
from flux_studio.providers.contract import Provider

# Never change it: the key of a job that was sent yesterday is made again from it today.
_KEY_SPACE = uuid.UUID("5a0f3c1e-7a0d-4f0b-9a57-0c2f6d1b8e44")


class Phase(Enum):
    """What is being done for a job. It decides what a cancel can still do."""

    IN_LINE = auto()
    PREPARING = auto()
    SENDING = auto()
    FOLLOWING = auto()
    DELIVERING = auto()


@dataclass(slots=True, eq=False)
class Errand:
    """One job on its way. Times are seconds on the event loop's clock.

    `stop` is set when a person cancels; `in_doubt` when an attempt may have been accepted although
    no ticket came; `sent` is when the last attempt left, `begun` when the provider took it;
    `first_poll` the seconds before the first question about a job of an earlier run, None for a job
    of this one; `note` outlives the words of a poll. `label` is the name of `key`; `substitute`
    says that it is not the key the job was sent with, because that one is not there or is
    `refused`; `key_note` is what a person should know of that.
    """

    job: str
    provider_id: str
    provider: Provider
    card: ModelCard | None
    rank: float = 0.0
    phase: Phase = Phase.IN_LINE
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    key: Secret | None = None
    label: str = ""
    substitute: bool = False
    refused: Secret | None = None
    key_note: str = ""
    in_doubt: bool = False
    sent: float | None = None
    begun: float = 0.0
    first_poll: float | None = None
    seconds: float | None = None
    note: str = ""
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def keyless(self) -> bool:
        """Whether the model is free: then it is sent without a key where there is none."""
        return self.card is not None and isinstance(self.card.price, Free)


# Makes the errand of a job; None where its provider is not there.
ErrandFor = Callable[[Job], Errand | None]


def new_job_id() -> str:
    """16 hexadecimal digits: short enough for file names, 64 random bits."""
    return uuid.uuid4().hex[:16]


def idempotency_key(job: str) -> str:
    """The key a provider may use to run a job only once: made from the job's id, the same after a
    restart.
    """
    return str(uuid.uuid5(_KEY_SPACE, job))
