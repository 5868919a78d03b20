"""When to ask whether a job is done: the best moments for a distribution of durations.

Asking often costs requests, asking rarely costs delay.  For a price (seconds of delay that one
request is worth) the plan with the least expected cost follows from dynamic programming backwards
over the moment of the last poll.  The price is then tuned so that the plan needs no more requests
than fixed polling would, and all that is saved before a job can be ready is spent when it is due.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil, sqrt

from flux_studio.core.durations import Durations, interpolate

MIN_GAP, MAX_GAP = 0.3, 20.0
"""Least and most time (s) between two polls of one job."""

_DELAY_UNNOTICED = 0.2  # s; below it no more requests are spent
_PRICES = (0.001, 50.0)  # s of delay per request
_HALVINGS = 10
_OVER_LEAST = 1.02  # of the one request that every job needs: no plan can promise less
_OVER_LEAST_UNSEEN = 0.5  # more of it for the first job, so that a short prior asks early
_TAIL_SHARE = 1 / 8  # past all experience: wait this share of the time already waited

# The first jobs of a kind, where the prior may be wrong several times over. With these values the
# first ten jobs have at most 1.0 times the delay and 1.05 times the requests of fixed polling, for
# priors of 1 to 60 s and each distribution of tests/bench/bench_polling.py.
_FIRST_JOBS = 10
_FIRST_THRIFT = 0.07  # share of the requests that the first job may need more; less for each other
_UNSURE_GAP = 0.7  # longest gap of the first job, as a share of the gap past all experience
_UNSURE_GROWTH = 0.3  # how much longer each job that was seen allows it to be


@dataclass(frozen=True, slots=True)
class PollPlan:
    """`following[i]` is when to ask next (s) after a poll at `times[i]` (s); both ascend.

    It was made from `jobs` finished jobs; the fewer they are, the less a long gap is trusted.
    """

    times: tuple[float, ...]
    following: tuple[float, ...]
    pace: float
    jobs: int

    def after(self, asked: float) -> float:
        """When to ask next (s) if the last poll was at `asked` (s; 0 means none yet)."""
        if asked < self.times[-1]:
            due = interpolate(self.times, self.following, asked)
        else:
            due = asked + _tail_gap(asked, self.pace)
        if self.jobs < _FIRST_JOBS:
            trusted = _UNSURE_GAP * (1.0 + _UNSURE_GROWTH * self.jobs)
            unsure = trusted * _tail_gap(asked, self.pace)
            due = min(due, max(self.following[0], asked + unsure))
        return min(asked + MAX_GAP, max(asked + MIN_GAP, due))


@dataclass(frozen=True, slots=True)
class _Schedule:
    """`following` as indices into the grid, and what it costs from the start."""

    following: list[int]
    requests: float
    delay: float


def best_plan(durations: Durations, pace: float) -> PollPlan:
    """The plan with the least expected delay at the requests of fixed polling every `pace` s."""
    times, shares = durations.times, durations.shares
    area = _area_under(times, shares)
    fixed, fixed_seen = _requests_of_fixed(durations, pace)
    trust = _trust_in_seen(durations.jobs)
    least = (1.0 - trust) / fixed + trust * len(durations.seen) / max(1.0, fixed_seen)
    limit = max(_thrift(durations.jobs), _over_least(durations.jobs) * least)
    low, high = _PRICES
    best = None
    for _ in range(_HALVINGS):
        price = sqrt(low * high)
        tried = _solve(times, shares, area, price)
        requests = (1.0 - trust) * tried.requests / fixed
        if trust:
            requests += trust * _requests_on(times, tried.following, durations.seen) / fixed_seen
        if requests > limit or tried.delay < _DELAY_UNNOTICED:
            low = price
        else:
            best, high = tried, price
    best = best or _solve(times, shares, area, high)
    return PollPlan(times, _continued(times, best.following, pace), pace, durations.jobs)


def _thrift(jobs: int) -> float:
    """Share of the requests of fixed polling to aim at.

    A plan made from few jobs costs more requests than it expects, because it fits them too well.
    """
    extra = _FIRST_THRIFT * max(0.0, 1.0 - jobs / _FIRST_JOBS)
    return 0.987 - 0.3 / (jobs + 4) + extra


def _over_least(jobs: int) -> float:
    return _OVER_LEAST + _OVER_LEAST_UNSEEN / (1 + jobs) ** 2


def _trust_in_seen(jobs: int) -> float:
    """Weight of counting requests on the jobs seen, against counting on the smoothed curve."""
    return jobs / (jobs + 4)


def _requests_of_fixed(durations: Durations, pace: float) -> tuple[float, float]:
    """Requests a job that polling every `pace` s needs: by the curve, and summed over `seen`."""
    grid = zip(pairwise(durations.times), pairwise(durations.shares), strict=True)
    expected = sum((q - p) * ceil((a + b) / 2 / pace) for (a, b), (p, q) in grid)
    return expected, float(sum(ceil(t / pace) for t in durations.seen))


def _requests_on(times: Sequence[float], following: Sequence[int], seen: Sequence[float]) -> int:
    """Requests that a schedule needs for all of these durations (s, ascending) together."""
    total, asked, at = 0, 1, following[0]
    last = len(times) - 1
    for duration in seen:
        while times[at] < duration and at < last:
            at = following[at]
            asked += 1
        total += asked
    return total


def _area_under(times: Sequence[float], shares: Sequence[float]) -> list[float]:
    """Integral of `shares` from the start to each of `times`; delays are differences of it."""
    grid = zip(pairwise(times), pairwise(shares), strict=True)
    steps = ((b - a) * (p + q) / 2 for (a, b), (p, q) in grid)
    return list(accumulate(steps, initial=0.0))


class _Envelope:
    """The lower envelope of straight lines, for falling slopes s of y = c - s * x and falling x.

    Each line is added and dropped at most once, so that a whole plan costs linear time.
    """

    __slots__ = ("_first", "_lines")

    def __init__(self) -> None:
        self._lines: list[tuple[float, float, int]] = []
        self._first = 0

    def add(self, s: float, c: float, name: int) -> None:
        lines = self._lines
        while len(lines) - self._first >= 2:
            (s2, c2, _), (s1, c1, _) = lines[-2], lines[-1]
            if (c2 - c1) * (s1 - s) > (c1 - c) * (s2 - s1):
                break  # the last line is still lowest somewhere between its neighbours
            lines.pop()
        lines.append((s, c, name))

    def lowest(self, x: float, otherwise: int) -> int:
        """Name of the lowest line at `x`, which must not exceed the x of earlier calls."""
        lines, first, end = self._lines, self._first, len(self._lines) - 1
        if end < 0:
            return otherwise
        s, c, name = lines[first]
        while first < end:
            s1, c1, name1 = lines[first + 1]
            if c1 - s1 * x > c - s * x:
                break
            first, s, c, name = first + 1, s1, c1, name1
        self._first = first
        return name


def _solve(
    times: Sequence[float], shares: Sequence[float], area: Sequence[float], price: float
) -> _Schedule:
    """The schedule with the least expected delay + price * requests.

    With F the share done and I its integral, polling at u after a poll at t delays the jobs that
    end between by I(u) - I(t) - F(t) * (u - t) on average.  Only I(u) + cost(u) - F(t) * u depends
    on u: a line in F(t) for each u, and the best u is the lowest line.
    """
    last = candidate = len(times) - 1
    following, cost, requests = [last] * (last + 1), [0.0] * (last + 1), [0.0] * (last + 1)
    envelope = _Envelope()
    for i in range(last - 1, -1, -1):
        t, done = times[i], shares[i]
        while times[candidate] >= t + MIN_GAP:
            envelope.add(times[candidate], area[candidate] + cost[candidate], candidate)
            candidate -= 1
        then = envelope.lowest(done, last)
        if times[then] > t + MAX_GAP:
            then = max(i + 1, bisect_right(times, t + MAX_GAP) - 1)
        delay = area[then] - area[i] - done * (times[then] - t)
        following[i] = then
        cost[i] = price * (1.0 - done) + delay + cost[then]
        requests[i] = 1.0 - done + requests[then]
    return _Schedule(following, requests[0], cost[0] - price * requests[0])


def _continued(times: Sequence[float], following: Sequence[int], pace: float) -> tuple[float, ...]:
    """Moments instead of indices; where the grid ends, the gaps go on growing."""
    last = len(times) - 1
    return tuple(
        times[then] if then < last else max(times[last], t + _tail_gap(t, pace))
        for t, then in zip(times, following, strict=True)
    )


def _tail_gap(t: float, pace: float) -> float:
    return max(pace, _TAIL_SHARE * t)
