"""Waiting well: what past jobs of a kind say about the one that is running.

A kind is a provider, a model, the megapixels billed and the number of references.  From the jobs
of one kind that ended, `learn` makes a `WaitingPlan`: when to ask next, how far the job probably
is, and how long it may still take.  `Retry-After` from a provider overrides any plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from flux_studio.core.durations import (
    DEFAULT_PRIOR_SECONDS,
    Durations,
    Observation,
    fit,
    interpolate,
)
from flux_studio.core.poll_plan import MAX_GAP, MIN_GAP, PollPlan, best_plan

__all__ = ["MAX_GAP", "MEMORY", "MIN_GAP", "PACE", "Observation", "WaitingPlan", "learn"]

MEMORY = 60
"""Jobs of a kind that are remembered; older ones say little about a provider's load today."""

PACE = 2.0
"""Seconds between polls of fixed polling, whose number of requests a plan does not exceed."""

_FRACTION_MOST = 0.97
_FAR_OVER = 0.95  # share of the jobs that are done by then


@dataclass(frozen=True, slots=True)
class WaitingPlan:
    """When to ask, and what to show meanwhile.  All times are seconds on the clock of the job."""

    durations: Durations
    polls: PollPlan
    progress: tuple[float, ...]
    known: bool

    def next_poll(self, elapsed: float, last_poll: float) -> float:
        """When to ask next (s); `elapsed` itself if that is overdue.

        `last_poll` is when the last poll was sent, or 0 before the first.  At least 0.3 s and at
        most 20 s lie between two polls.
        """
        return max(elapsed, self.polls.after(max(0.0, last_poll)))

    def expected(self) -> float | None:
        """Median duration (s), or None where nothing is known of this kind."""
        return self.durations.quantile(0.5) if self.known else None

    def fraction(self, elapsed: float) -> float | None:
        """Progress from 0 to 0.97, or None where nothing is known of this kind.

        It is the mean of elapsed / duration, at most 1, over all durations the job may have: near
        to even at first, slower as the job runs over, and never back.
        """
        return interpolate(self.durations.times, self.progress, elapsed) if self.known else None

    def remaining(self, elapsed: float) -> float | None:
        """Median of the time (s) a job still takes that is not done at `elapsed`.

        None where nothing is known, and where 95 % of the jobs would have been done by now.
        """
        done = self.durations.share_done(elapsed)
        if not self.known or done > _FAR_OVER:
            return None
        return max(0.0, self.durations.quantile((1.0 + done) / 2) - max(0.0, elapsed))


def learn(
    observations: Sequence[Observation],
    prior_seconds: float | None = None,
    *,
    pace: float = PACE,
) -> WaitingPlan:
    """The plan for one kind of job from its observations, oldest first; the last 60 count.

    `prior_seconds` is the median (s) expected before any job was seen.  `pace` (s) is the fixed
    polling whose number of requests is the limit.  A few milliseconds of pure computation.
    Observations that are not finite are left out, and so is a prior that is not above 0.  Raises
    ValueError where `pace` is not a finite number above 0.
    """
    if not _is_positive(pace):
        raise ValueError(f"pace must be a finite number of seconds above 0, not {pace}")
    prior = prior_seconds if prior_seconds is not None and _is_positive(prior_seconds) else None
    durations = fit(observations[-MEMORY:], prior or DEFAULT_PRIOR_SECONDS)
    known = prior is not None or durations.jobs > 0
    return WaitingPlan(durations, best_plan(durations, pace), _progress(durations), known)


def _is_positive(seconds: float) -> bool:
    return isfinite(seconds) and seconds > 0.0


def _progress(durations: Durations) -> tuple[float, ...]:
    """At each time of the grid, the expected share of the job that is behind it, times 0.97."""
    times, shares = durations.times, durations.shares
    rates = [0.0]  # mean of 1 / duration over the jobs that are not done, latest time first
    for (p, q), t in zip(reversed(list(pairwise(shares))), reversed(times[1:]), strict=True):
        rates.append(rates[-1] + (q - p) / t)
    grid = zip(times, shares, reversed(rates), strict=True)
    return tuple(_FRACTION_MOST * min(1.0, done + t * rate) for t, done, rate in grid)
