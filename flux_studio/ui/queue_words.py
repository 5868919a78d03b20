"""What the queue costs, in words: what is known, and at most."""

from __future__ import annotations

from collections.abc import Sequence

from flux_studio.core.budget import Rates
from flux_studio.core.job import Job
from flux_studio.core.money import Money, dollars
from flux_studio.ui.phrases import translate


def worst_case(queued: Sequence[Job], rates: Rates) -> Money | None:
    """USD that the waiting jobs cost at most, a price that is not known at the highest known rate;
    None where no rate is known.
    """
    costs = [rates.of(job.request.provider) if job.price is None else job.price for job in queued]
    return None if None in costs else sum((cost for cost in costs if cost is not None), Money(0))


def worst_case_words(queued: Sequence[Job], rates: Rates) -> str:
    """The same as a sentence."""
    most = worst_case(queued, rates)
    if most is None:
        return translate("JobsStrip", "What the waiting jobs cost at most is not known")
    unpriced = sum(job.price is None for job in queued)
    text = translate("JobsStrip", "The waiting jobs cost at most {most}, when all of them are made")
    if unpriced:
        text = translate(
            "JobsStrip",
            "The waiting jobs cost at most {most}, with {count} of unknown price counted at the "
            "highest known rate",
        )
    return text.format(most=dollars(most), count=unpriced)


def send_words(queued: Sequence[Job]) -> str:
    """The button that sends what waited: 'Send 4 for $0.12'."""
    total = sum((job.price for job in queued if job.price is not None), Money(0))
    if any(job.price is None for job in queued):
        text = translate("JobsStrip", "Send {count} for {total} or more")
        if not total:
            text = translate("JobsStrip", "Send {count}, price not known")
    else:
        text = translate("JobsStrip", "Send {count} for {total}")
    return text.format(count=len(queued), total=dollars(total))
