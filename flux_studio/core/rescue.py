"""The jobs to rescue: those that were or may have been paid and whose picture is not on disk, with
what can be done for each, the one that a provider forgets first in front.

Pure: from jobs and the time to a list. Nothing here decides anything for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flux_studio.core.job import Job, JobState


class Standing(StrEnum):
    """How such a job stands."""

    UNCLEAR = "unclear"
    """It may have been accepted; nobody knows."""
    COMING = "coming"
    """It is at the provider or on its way to disk, and is followed."""
    GIVEN_UP = "given_up"
    """It was given up, and its ticket is there: it can be asked for once more."""
    ENDED = "ended"
    """It ended without a picture and was, or may have been, charged."""


class Deed(StrEnum):
    """What a person can do for such a job."""

    FETCH = "fetch"
    LOOK = "look"
    ENTER_ID = "enter_id"
    CHARGED = "charged"
    NOT_CHARGED = "not_charged"
    SEND_AGAIN = "send_again"
    EVIDENCE = "evidence"
    LEAVE = "leave"
    PUT_BACK = "put_back"


@dataclass(frozen=True, slots=True)
class Case:
    """One job to rescue. `deeds` are in the order in which they are worth trying."""

    job: Job
    standing: Standing
    deeds: tuple[Deed, ...]

    @property
    def expires(self) -> datetime | None:
        """When the provider forgets the picture, None when that is not known."""
        return self.job.ticket.expires if self.job.ticket else None

    def left(self, now: datetime) -> float | None:
        """Seconds until the provider forgets it, 0 when that is past, None when not known."""
        return None if self.expires is None else max(0.0, (self.expires - now).total_seconds())

    def can(self, deed: Deed) -> bool:
        return deed in self.deeds


_ON_ITS_WAY = frozenset({JobState.SENDING, JobState.ACCEPTED, JobState.RUNNING, JobState.READY})


def may_have_cost(job: Job) -> bool:
    """Whether a job left this machine and is not known to have been free."""
    return job.sent is not None and job.charged != 0 and (job.price != 0 or bool(job.charged))


def standing_of(job: Job, started: datetime, stuck: Callable[[Job], bool]) -> Standing | None:
    """How a job stands, None when there is nothing to rescue.

    What is on its way counts when it is of an earlier run (sent before `started`) or `stuck`: its
    picture is there and the disk does not take it.
    """
    if job.state is JobState.UNKNOWN:
        return Standing.UNCLEAR
    if job.state in _ON_ITS_WAY:
        is_old = (job.sent or job.created) < started
        return Standing.COMING if (is_old and may_have_cost(job)) or stuck(job) else None
    if not job.ended or job.state is JobState.SAVED or not may_have_cost(job):
        return None
    return Standing.GIVEN_UP if job.can_come_back else Standing.ENDED


def deeds_for(job: Job, standing: Standing, *, lists: bool) -> tuple[Deed, ...]:
    """What can be done; `lists` says whether the provider lists its tasks."""
    if standing is Standing.COMING:
        return (Deed.EVIDENCE,)
    deeds: list[Deed] = []
    if standing is Standing.GIVEN_UP or (standing is Standing.UNCLEAR and job.ticket):
        deeds.append(Deed.FETCH)
    if standing is Standing.UNCLEAR and not job.ticket:
        deeds += [Deed.LOOK] if lists else []
        deeds.append(Deed.ENTER_ID)
    if job.charged is None:
        deeds.append(Deed.CHARGED)
    deeds += [Deed.NOT_CHARGED, Deed.SEND_AGAIN, Deed.EVIDENCE]
    deeds.append(Deed.PUT_BACK if job.aside else Deed.LEAVE)
    return tuple(deeds)


def to_rescue(
    jobs: Iterable[Job],
    now: datetime,
    started: datetime,
    lists: Callable[[str], bool],
    stuck: Callable[[Job], bool] = lambda _: False,
) -> tuple[Case, ...]:
    """The cases among these jobs, the one that is forgotten first in front. `lists(provider)` says
    whether a provider lists its tasks.
    """
    cases = []
    for job in jobs:
        standing = standing_of(job, started, stuck)
        if standing is not None:
            listed = lists(job.request.provider)
            cases.append(Case(job, standing, deeds_for(job, standing, lists=listed)))
    return tuple(sorted(cases, key=lambda case: _urgency(case, now)))


def _urgency(case: Case, now: datetime) -> tuple[int, float, float]:
    """First what still has time and the least of it; then what waits for a word of a person; what
    the provider has surely forgotten, or has ended, comes last.
    """
    left, created = case.left(now), case.job.created.timestamp()
    if case.standing is Standing.ENDED:
        return (3, 0.0, -created)
    if left is None:
        return (1, 0.0, created)
    return (0, left, created) if left > 0 else (2, 0.0, created)
