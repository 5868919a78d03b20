"""How long jobs of one kind take: a distribution learned from intervals.

A poll only says "not ready at `after`, ready at `by`", so every duration is known as an interval.
The model works on the logarithm of the duration (s), where generation times are near to symmetric:
a normal curve fitted with a prior, plus kernels on what was seen, plus a wide curve so that no
duration is ever held impossible.  All arithmetic is deterministic and in plain Python.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import erf, exp, inf, isfinite, log, sqrt
from statistics import NormalDist

DEFAULT_PRIOR_SECONDS = 8.0
"""Median assumed for a kind of job nobody has timed yet."""

SHORTEST, LONGEST = 0.05, 86_400.0
"""Durations outside this range (s) are taken as its ends."""

_PRIOR_SPREAD = 0.8  # of log time, while nothing was seen
_PRIOR_WEIGHT = 1.0  # the prior counts as this many jobs for the centre
_SPREAD_PRIOR = 0.45  # of log time: what the spread is drawn towards
_SPREAD_WEIGHT = 1.5  # ... counting as this many jobs
_CURVE_WEIGHT = 6.0  # the fitted curve against the kernels, in jobs
_WIDE_WEIGHT = 0.6  # the wide curve, in jobs
_KERNEL_LEAST = 0.05  # least width of a kernel in log time
_REFINEMENTS = 3
_SHARES = (1 / 6, 1 / 2, 5 / 6)  # the points that stand for one interval
_SQRT_2 = sqrt(2.0)


@dataclass(frozen=True, slots=True)
class Observation:
    """One finished job: not ready at `after`, ready at `by` (s since the clock of the job began)."""

    after: float
    by: float


@dataclass(frozen=True, slots=True)
class Durations:
    """A distribution of durations: `shares[i]` of the jobs are done at `times[i]` seconds.

    `times` rises strictly from 0, `shares` never falls and ends at 1.
    """

    times: tuple[float, ...]
    shares: tuple[float, ...]

    def share_done(self, elapsed: float) -> float:
        """Share of jobs, 0 to 1, that are done `elapsed` seconds after the start."""
        times, shares = self.times, self.shares
        if elapsed <= 0.0:
            return 0.0
        if elapsed >= times[-1]:
            return 1.0
        i = bisect_right(times, elapsed)
        part = (elapsed - times[i - 1]) / (times[i] - times[i - 1])
        return shares[i - 1] + part * (shares[i] - shares[i - 1])

    def quantile(self, share: float) -> float:
        """Seconds after which `share` (0 to 1) of the jobs are done."""
        times, shares = self.times, self.shares
        i = bisect_left(shares, share)
        if i == 0:
            return times[0]
        if i >= len(times):
            return times[-1]
        rise = shares[i] - shares[i - 1]
        return times[i - 1] + (share - shares[i - 1]) / rise * (times[i] - times[i - 1])


def fit(observations: Sequence[Observation], prior_seconds: float | None) -> Durations:
    """The distribution of a kind of job from its intervals and a prior median (s)."""
    prior = log(_clamped(prior_seconds or DEFAULT_PRIOR_SECONDS))
    spans = [span for span in map(_log_span, observations) if span is not None]
    points, centre, spread = _placed(spans, prior)
    n = len(spans)
    kernel = max(_KERNEL_LEAST, 0.9 * _robust_spread(points) * max(1, n) ** -0.2)
    wide = max(_PRIOR_SPREAD, 1.5 * spread)
    times = _grid(points, centre, spread, wide, kernel)
    logs = [log(t) for t in times[1:]]
    total = n + (_CURVE_WEIGHT + _WIDE_WEIGHT if n else _WIDE_WEIGHT)
    parts = [(_WIDE_WEIGHT / total, centre, wide)]
    if n:
        parts.append((_CURVE_WEIGHT / total, centre, spread))
    shares = _kernel_shares(logs, points, kernel, n / total)
    for weight, mean, width in parts:
        scale = 1.0 / (width * _SQRT_2)
        half = 0.5 * weight
        shares = [s + half * (1.0 + erf((x - mean) * scale)) for s, x in zip(shares, logs, strict=True)]
    last = shares[-1]
    return Durations(tuple(times), (0.0, *(min(1.0, s / last) for s in shares)))


def _clamped(seconds: float) -> float:
    return min(LONGEST, max(SHORTEST, seconds))


def _log_span(seen: Observation) -> tuple[float, float] | None:
    if not isfinite(seen.after) or not isfinite(seen.by) or seen.by < 0.0:
        return None
    by = _clamped(seen.by)
    after = min(seen.after, by)
    return (log(_clamped(after)) if after > SHORTEST else -inf), log(by)


def _placed(spans, prior):
    if not spans:
        return [], prior, _PRIOR_SPREAD
    # start from the middle of each interval (in seconds), then refine
    points = [log(0.5 * (exp(a) + exp(b))) for a, b in spans for _ in _SHARES]
    centre, spread = _curve(points, len(spans), prior)
    for _ in range(_REFINEMENTS):
        curve = NormalDist(centre, spread)
        points = [x for a, b in spans for x in _inside(curve, a, b)]
        centre, spread = _curve(points, len(spans), prior)
    return points, centre, spread


def _curve(points, n, prior):
    mean = sum(points) / len(points)
    centre = (_PRIOR_WEIGHT * prior + n * mean) / (_PRIOR_WEIGHT + n)
    squares = sum((x - mean) ** 2 for x in points) * n / len(points)
    # the distance between prior and mean counts as spread while little was seen
    squares += _PRIOR_WEIGHT * n / (_PRIOR_WEIGHT + n) * (mean - prior) ** 2 * 0.5
    var = (_SPREAD_WEIGHT * _SPREAD_PRIOR**2 + squares) / (_SPREAD_WEIGHT + n)
    return centre, sqrt(var * (1.0 + 1.0 / (_PRIOR_WEIGHT + n)))


def _inside(curve, after, by):
    low = curve.cdf(after) if after > -inf else 0.0
    mass = curve.cdf(by) - low
    if mass < 1e-6:
        after = max(after, log(SHORTEST))
        return [after + share * (by - after) for share in _SHARES]
    return [
        min(by, max(after, curve.inv_cdf(min(1 - 1e-9, max(1e-9, low + share * mass)))))
        for share in _SHARES
    ]


def _robust_spread(points):
    if not points:
        return 0.0
    mean = sum(points) / len(points)
    spread = sqrt(sum((x - mean) ** 2 for x in points) / len(points))
    ordered = sorted(points)
    quarters = (ordered[len(ordered) * 3 // 4] - ordered[len(ordered) // 4]) / 1.349
    return min(spread, quarters) if quarters > 0 else spread


def _grid(points, centre, spread, wide, kernel):
    low = min(points, default=centre - 1.5 * wide) - 2.0 * kernel
    high = max(points, default=centre + 1.5 * wide) + 2.0 * kernel
    low = max(low, min(centre - 3 * wide, low))
    first, last = exp(low), exp(high)
    end = max(exp(centre + 3.5 * wide), 2.0 * last)
    count = int(min(_MOST, max(_LEAST, (last - first) / 0.3)))
    step = (last - first) / count
    times = [0.0]
    t = min(0.1, first / 2)
    while t < end:
        times.append(t)
        grow = 0.04 * t
        t += max(0.02, min(grow, step) if first <= t < last else grow)
    times.append(t)
    return times


_LEAST, _MOST = 150, 500


def _kernel_shares(logs, points, width, weight):
    size = len(logs)
    sums = [0.0] * size
    if not points:
        return sums
    steps = [0] * (size + 1)
    scale = 1.0 / (width * _SQRT_2)
    for x in points:
        first = bisect_left(logs, x - 3.5 * width)
        last = bisect_right(logs, x + 3.5 * width)
        steps[last] += 1
        for i in range(first, last):
            sums[i] += 0.5 + 0.5 * erf((logs[i] - x) * scale)
    each = weight / len(points)
    whole = 0
    for i in range(size):
        whole += steps[i]
        sums[i] = (sums[i] + whole) * each
    return sums
