"""How long jobs of one kind take: a distribution learned from intervals.

A poll only says "not ready at `after`, ready at `by`", so every duration is known as an interval.
The model works on the logarithm of the duration, where generation times are near to symmetric.
It adds up a normal curve fitted together with a prior, a kernel on every job seen, and a wide
curve, so that no duration is ever held impossible.  Plain arithmetic: no clock, no randomness.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import erf, exp, inf, isfinite, log, sqrt
from statistics import NormalDist, fmean, pstdev

DEFAULT_PRIOR_SECONDS = 8.0
"""Median (s) taken for a kind of job that nobody has timed yet."""

SHORTEST, LONGEST = 0.05, 86_400.0
"""Durations (s) outside this range are taken as its ends."""

# Spreads are of the natural logarithm of the duration; weights are in jobs.  The values were chosen
# with tests/bench/bench_polling.py.  It is flat around them: from the 11th job on, halving or
# doubling one moves no ratio by more than about 0.02.
_WIDE_SPREAD, _WIDE_WEIGHT = 0.8, 0.5
_PRIOR_WEIGHT = 0.5  # of the prior median, against the mean of the jobs seen: it may be far off
_SPREAD_PRIOR, _SPREAD_WEIGHT = 0.7, 6.0  # a few jobs that are alike by chance prove little
_SPREAD_FORGOTTEN = 12.0  # jobs after which the prior of the spread weighs half
_CURVE_WEIGHT = 8.0  # of the fitted curve, against the kernels
_KERNEL_SHARE, _KERNEL_LEAST = 0.5, 0.05  # width, as a share of the spread; and never less
_REFINEMENTS = 3
_PARTS = (1 / 6, 1 / 2, 5 / 6)  # an interval is stood for by these quantiles of the curve in it
_REACH = 3.5  # a curve is taken as 0 or 1 this many widths away
_COARSE = 0.04  # relative step of the grid where nothing was seen
_FINE_STEP, _FINE_LEAST, _FINE_MOST = 0.3, 150, 1000  # s, and points, where jobs were seen


@dataclass(frozen=True, slots=True)
class Observation:
    """One finished job: not ready at `after`, ready at `by` (s since its clock began)."""

    after: float
    by: float


@dataclass(frozen=True, slots=True)
class Durations:
    """A distribution: `shares[i]` (0 to 1) of the jobs are done `times[i]` seconds after the start.

    `times` rises strictly from 0; `shares` never falls and ends at 1.  `seen` holds likely
    durations (s, ascending) of the jobs it was learned from, equally many for each job.
    """

    times: tuple[float, ...]
    shares: tuple[float, ...]
    seen: tuple[float, ...]

    @property
    def jobs(self) -> int:
        """How many finished jobs it was learned from."""
        return len(self.seen) // len(_PARTS)

    def share_done(self, elapsed: float) -> float:
        """Share of the jobs, 0 to 1, that are done `elapsed` seconds after the start."""
        return interpolate(self.times, self.shares, elapsed)

    def quantile(self, share: float) -> float:
        """Seconds after which `share` (0 to 1) of the jobs are done."""
        return interpolate(self.shares, self.times, share)


def interpolate(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    """The value at `x` of the broken line through (xs, ys), level beyond its ends; xs ascends."""
    i = bisect_left(xs, x)
    if i == 0:
        return ys[0]
    if i == len(xs):
        return ys[-1]
    part = (x - xs[i - 1]) / (xs[i] - xs[i - 1])
    return ys[i - 1] + part * (ys[i] - ys[i - 1])


def fit(observations: Sequence[Observation], prior_seconds: float) -> Durations:
    """The distribution of a kind of job from its intervals and a prior median (s, above 0).

    Intervals that are not finite or end before 0 are left out.
    """
    spans = [span for seen in observations if (span := _log_span(seen)) is not None]
    points, centre, spread = _located(spans, log(_clamped(prior_seconds)))
    jobs = len(spans)
    width = max(_KERNEL_LEAST, _KERNEL_SHARE * _robust_spread(points) * max(1, jobs) ** -0.2)
    wide = min(2.0, max(_WIDE_SPREAD, 1.5 * spread))
    times = _grid(points, centre, wide, width)
    logs = [log(t) for t in times]
    fitted = _CURVE_WEIGHT if jobs else 0.0
    sums = _kernel_sums(logs, points, width)
    _add_curve(sums, logs, NormalDist(centre, wide), _WIDE_WEIGHT)
    _add_curve(sums, logs, NormalDist(centre, spread), fitted)
    whole = sums[-1]
    shares = (0.0, *(min(1.0, s / whole) for s in sums))
    return Durations((0.0, *times), shares, tuple(sorted(map(exp, points))))


def _clamped(seconds: float) -> float:
    return min(LONGEST, max(SHORTEST, seconds))


def _log_span(seen: Observation) -> tuple[float, float] | None:
    """The interval in log time; it begins at -inf where the job was never seen unfinished."""
    if not isfinite(seen.after) or not isfinite(seen.by) or seen.by < 0.0:
        return None
    by = _clamped(seen.by)
    after = min(seen.after, by)
    return (log(after) if after > SHORTEST else -inf), log(by)


def _located(
    spans: Sequence[tuple[float, float]], prior: float
) -> tuple[list[float], float, float]:
    """Likely log durations inside the intervals, and centre and spread of the curve through them.

    The curve decides where inside its interval a job probably ended, and those places decide the
    curve; a few rounds settle it.  So a wide interval says little: perhaps the machine slept.
    """
    if not spans:
        return [], prior, _WIDE_SPREAD
    points = [log((exp(after) + exp(by)) / 2) for after, by in spans]
    centre, spread = _curve(points, len(spans), prior)
    for _ in range(_REFINEMENTS):
        curve = NormalDist(centre, spread)
        points = [x for after, by in spans for x in _inside(curve, after, by)]
        centre, spread = _curve(points, len(spans), prior)
    return points, centre, spread


def _curve(points: Sequence[float], jobs: int, prior: float) -> tuple[float, float]:
    """Centre and spread of the next log duration, prior and `jobs` finished jobs taken together."""
    mean, total = fmean(points), _PRIOR_WEIGHT + jobs
    centre = (_PRIOR_WEIGHT * prior + jobs * mean) / total
    doubt = _SPREAD_WEIGHT * _SPREAD_FORGOTTEN / (_SPREAD_FORGOTTEN + jobs)
    squares = jobs * pstdev(points, mean) ** 2 + _PRIOR_WEIGHT * jobs / total * (mean - prior) ** 2
    variance = (doubt * _SPREAD_PRIOR**2 + squares) / (doubt + jobs)
    return centre, sqrt(variance * (1.0 + 1.0 / total))


def _inside(curve: NormalDist, after: float, by: float) -> list[float]:
    low = curve.cdf(after) if after > -inf else 0.0
    mass = curve.cdf(by) - low
    if mass < 1e-6:  # the curve says nothing here: spread evenly
        after = max(after, log(SHORTEST))
        return [after + part * (by - after) for part in _PARTS]
    places = (curve.inv_cdf(min(1 - 1e-9, max(1e-9, low + part * mass))) for part in _PARTS)
    return [min(by, max(after, log(SHORTEST), place)) for place in places]


def _robust_spread(points: Sequence[float]) -> float:
    """Standard deviation, or less where the middle half lies closer than a normal curve's."""
    if not points:
        return 0.0
    ordered = sorted(points)
    middle_half = ordered[len(ordered) * 3 // 4] - ordered[len(ordered) // 4]
    return min(pstdev(points), middle_half / 1.349)


def _grid(points: Sequence[float], centre: float, wide: float, width: float) -> list[float]:
    """Times (s): close together where jobs were seen, coarse before and after."""
    first = exp(min(points, default=centre - 1.5 * wide) - 2.0 * width)
    last = exp(max(points, default=centre + 1.5 * wide) + 2.0 * width)
    last = min(last, 2.0 * LONGEST)
    end = max(exp(min(centre + _REACH * wide, log(4.0 * LONGEST))), 2.0 * last)
    count = min(_FINE_MOST, max(_FINE_LEAST, (last - first) / _FINE_STEP))
    fine = (last - first) / count
    times, t = [], min(0.1, first / 2)
    while t < end:
        times.append(t)
        t += max(0.02, min(_COARSE * t, fine) if first <= t < last else _COARSE * t)
    times.append(t)
    return times


def _add_curve(sums: list[float], logs: Sequence[float], curve: NormalDist, weight: float) -> None:
    mean, scale, half = curve.mean, 1.0 / (curve.stdev * sqrt(2.0)), weight / 2.0
    for i, x in enumerate(logs):
        sums[i] += half + half * erf((x - mean) * scale)


def _kernel_sums(logs: Sequence[float], points: Sequence[float], width: float) -> list[float]:
    """How many of the jobs, each widened to a kernel, are done at each time."""
    sums, passed = [0.0] * len(logs), [0] * (len(logs) + 1)
    scale, half = 1.0 / (width * sqrt(2.0)), 0.5
    for x in points:
        first, last = (bisect_right(logs, x + side * _REACH * width) for side in (-1, 1))
        passed[last] += 1
        for i in range(first, last):
            sums[i] += half + half * erf((logs[i] - x) * scale)
    done = accumulate(passed)
    return [(s + whole) / len(_PARTS) for s, whole in zip(sums, done, strict=False)]
