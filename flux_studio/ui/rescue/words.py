"""What the rescue desk says of a case, in short lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from flux_studio.core.job import JobState
from flux_studio.core.money import Money, dollars
from flux_studio.core.rescue import Case, Standing
from flux_studio.engine.facts import LookedFor
from flux_studio.ui.phrases import ended_words, job_words, seconds_words, sum_words, when_words

translate = QCoreApplication.translate
DAYS = 2 * 86_400.0  # seconds: beyond it days are told
HURRY = 15 * 60.0  # seconds: what is left less than this stands out


def standing_words(case: Case, now: datetime) -> str:
    """Where a case stands: 'lost · may have been charged'."""
    if case.standing is not Standing.COMING:
        return ended_words(case.job)
    if case.job.state is JobState.READY:
        return translate("Rescue", "made, on its way to disk")
    return translate("Rescue", "fetched by itself · {words}").format(words=job_words(case.job, now))


def left_words(case: Case, now: datetime) -> str:
    """How long the provider still has it: '12 min left'; '' where nobody knows or it has ended."""
    left = case.left(now)
    if left is None or case.standing is Standing.ENDED:
        return ""
    if not left:
        return translate("Rescue", "perhaps deleted")
    if left >= DAYS:
        return translate("Rescue", "{count} days left").format(count=int(left // 86_400))
    return translate("Rescue", "{time} left").format(time=seconds_words(left))


def is_urgent(case: Case, now: datetime) -> bool:
    left = case.left(now)
    return left is not None and 0 < left < HURRY and case.standing is not Standing.ENDED


def badge_words(cases: Sequence[Case]) -> str:
    """The words of the badge: '3 to rescue'."""
    return translate("Rescue", "{count} to rescue").format(count=len(cases))


def stake(case: Case) -> Money | None:
    """USD that a case is about: what was charged, else its price."""
    return case.job.price if case.job.charged is None else case.job.charged


def summary_words(cases: Sequence[Case], now: datetime) -> str:
    """All of them in one line: how many, what is at stake, what is forgotten first."""
    lefts = [case.left(now) for case in cases if case.standing is not Standing.ENDED]
    soonest = min((left for left in lefts if left), default=None)
    count = translate("Rescue", "1 job") if len(cases) == 1 else translate("Rescue", "{count} jobs")
    parts = [
        count.format(count=len(cases)),
        translate("Rescue", "{sum} at stake").format(sum=sum_words(map(stake, cases))),
    ]
    if soonest is not None:
        text = translate("Rescue", "the first is forgotten in {time}")
        parts.append(text.format(time=seconds_words(soonest)))
    return " · ".join(parts)


def found_words(found: LookedFor) -> str:
    """What the provider's list of tasks says of a job."""
    if found.absent:
        return translate(
            "Rescue", "Looked at {time}: the provider's list has nothing like it."
        ).format(time=when_words(found.at))
    if found.tasks:
        return translate("Rescue", "The provider lists tasks that may be it. Which one is it?")
    return translate(
        "Rescue",
        "Looked at {time}: it is not in the provider's list, which may not be complete yet.",
    ).format(time=when_words(found.at))


def again_words(case: Case, price: Money | None) -> str:
    """What the button says that sends a case again for `price` USD."""
    if case.standing is Standing.UNCLEAR:
        text = translate("Rescue", "Not charged: send again {price}")
    else:
        text = translate("Rescue", "Send again {price}")
    return text.format(price=dollars(price))
