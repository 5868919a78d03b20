"""The polling plan is the best one for its distribution, checked against plain search."""

from itertools import pairwise

import pytest

from flux_studio.core.durations import Durations, Observation, fit
from flux_studio.core.poll_plan import MAX_GAP, MIN_GAP, _area_under, _solve, best_plan

KINDS = {
    "unknown": fit([], 8.0),
    "narrow": fit([Observation(7.5, 8.0), Observation(8.0, 8.5)] * 15, 8.0),
    "two humps": fit([Observation(4.0, 4.5), Observation(25.0, 25.5)] * 15, 8.0),
    "slow": fit([Observation(90.0, 110.0)] * 5, 60.0),
}


def least_cost(durations: Durations, price: float) -> float:
    """Expected delay + price * requests of the best schedule, by trying every next poll."""
    times, shares = durations.times, durations.shares
    area = _area_under(times, shares)
    last = len(times) - 1
    cost = [0.0] * (last + 1)
    for i in range(last - 1, -1, -1):
        allowed = [j for j in range(i + 1, last + 1) if times[j] >= times[i] + MIN_GAP] or [last]
        near = [j for j in allowed if times[j] <= times[i] + MAX_GAP] or allowed[:1]
        cost[i] = price * (1.0 - shares[i]) + min(
            area[j] - area[i] - shares[i] * (times[j] - times[i]) + cost[j] for j in near
        )
    return cost[0]


@pytest.mark.parametrize("price", [0.02, 0.2, 2.0])
@pytest.mark.parametrize("kind", KINDS)
def test_the_schedule_costs_the_least_possible(kind: str, price: float) -> None:
    durations = KINDS[kind]
    area = _area_under(durations.times, durations.shares)
    found = _solve(durations.times, durations.shares, area, price)
    best = least_cost(durations, price)
    assert found.delay + price * found.requests == pytest.approx(best, rel=0.002)


def test_a_higher_price_buys_fewer_requests_and_more_delay() -> None:
    durations = KINDS["two humps"]
    area = _area_under(durations.times, durations.shares)
    cheap, dear = (_solve(durations.times, durations.shares, area, p) for p in (0.05, 0.5))
    assert dear.requests < cheap.requests
    assert dear.delay > cheap.delay


def test_less_is_asked_between_two_humps() -> None:
    plan = best_plan(KINDS["two humps"], pace=2.0)
    polls = [0.0]
    while polls[-1] < 30.0:
        polls.append(plan.after(polls[-1]))
    gaps = [(a, b - a) for a, b in pairwise(polls)]
    between = [gap for at, gap in gaps if 8.0 < at < 18.0]
    around = [gap for at, gap in gaps if 3.9 < at < 4.6 or 24.0 < at < 25.6]
    assert min(between) > 1.5 * max(around)
