"""Figures read from the library and its journal: when each key was last used, and what one model
has made, taken and cost here. They read only, like the gallery whose connection they use.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flux_studio.core.job import JobState
from flux_studio.core.money import Money
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.job_rows import money_from
from flux_studio.storage.json_fields import RowUnreadable
from flux_studio.storage.rows import moment

KEPT_STARS = 3  # a picture with this many stars, or a favourite, was worth making
_FAILED = (JobState.REFUSED, JobState.FAILED, JobState.LOST)


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """What one model did here. `median` seconds from sending to the finished picture, None when no
    picture tells; `spent` USD as far as it is known; `unpriced` pictures and jobs without any
    price.
    """

    pictures: int = 0
    kept: int = 0
    failures: int = 0
    median: float | None = None
    spent: Money = Decimal(0)
    unpriced: int = 0

    @property
    def each_kept(self) -> Money | None:
        """USD for each picture that was kept; None without one, or when a price is not known."""
        return self.spent / self.kept if self.kept and not self.unpriced else None


def key_uses(gallery: Gallery, provider: str) -> dict[str, datetime]:
    """When each named key of a provider last sent a job (UTC). Raises NotKept."""
    rows = gallery.ask(
        "SELECT key, MAX(sent) AS last FROM jobs"
        " WHERE provider = ? AND key <> '' AND sent IS NOT NULL GROUP BY key",
        (provider,),
    )
    return {row["key"]: moment(row["last"]) for row in rows}


def model_figures(gallery: Gallery, provider: str, model: str) -> ModelFigures:
    """The figures of one model. Raises NotKept.

    A job that ended without a picture counts as a failure; what it cost counts as spent. The
    estimate stands in where a picture's charge was not reported.
    """
    pictures = gallery.ask(
        "SELECT charged, price, seconds, rating, favourite FROM generations"
        " WHERE provider = ? AND model = ?",
        (provider, model),
    )
    marks = ", ".join("?" * len(_FAILED))
    failed = gallery.ask(
        f"SELECT charged FROM jobs WHERE provider = ? AND model = ? AND state IN ({marks})",
        (provider, model, *(state.value for state in _FAILED)),
    )
    sums = [_sum(row["price"] if row["charged"] is None else row["charged"]) for row in pictures]
    sums += [_sum(row["charged"]) for row in failed]
    seconds = [row["seconds"] for row in pictures if row["seconds"] is not None]
    return ModelFigures(
        pictures=len(pictures),
        kept=sum(row["favourite"] or row["rating"] >= KEPT_STARS for row in pictures),
        failures=len(failed),
        median=statistics.median(seconds) if seconds else None,
        spent=sum((known for known in sums if known is not None), Decimal(0)),
        unpriced=sums.count(None),
    )


def _sum(text: str | None) -> Money | None:
    try:
        return money_from(text)
    except RowUnreadable:
        return None
