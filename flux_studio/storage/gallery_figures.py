"""Figures read from the library and its journal: when each key was last used, and what one model
has made, taken and cost here. They read only, like the gallery whose connection they use.
"""

from __future__ import annotations

import sqlite3
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
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
_FEW = 2_000  # pictures up to which they are looked up one by one
_AT_ONCE = 500
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


@dataclass(frozen=True, slots=True)
class Sums:
    """What some pictures come to: `bytes` on disk, `spent` USD as far as it is known (the estimate
    where no charge was reported), and how many have no price at all.
    """

    pictures: int = 0
    bytes: int = 0
    spent: Money = Decimal(0)
    unpriced: int = 0


def sums(gallery: Gallery, ids: Sequence[str]) -> Sums:
    """The sums of some pictures. Many are met while the wall's index is walked once. Raises
    NotKept.
    """
    if len(ids) > _FEW:
        wanted = set(ids)
        every = gallery.ask("SELECT bytes, charged, price, id FROM generations")
        return _sums(row for row in every if row["id"] in wanted)
    rows: list[sqlite3.Row] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows += gallery.ask(
            f"SELECT bytes, charged, price FROM generations WHERE id IN ({marks})", some
        )
    return _sums(rows)


def _sums(rows: Iterable[sqlite3.Row]) -> Sums:
    pictures = size = unpriced = 0
    prices: Counter[str] = Counter()
    for row in rows:
        pictures += 1
        size += row["bytes"]
        prices[row["price"] if row["charged"] is None else row["charged"]] += 1
    spent = Decimal(0)
    for text, count in prices.items():
        amount = _sum(text)
        spent += (amount or 0) * count
        unpriced += count if amount is None else 0
    return Sums(pictures, size, spent, unpriced)


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
