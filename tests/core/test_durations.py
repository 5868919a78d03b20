"""Durations learned from intervals: a proper distribution that finds the jobs it saw."""

import random
from itertools import pairwise
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_studio.core.durations import LONGEST, SHORTEST, Durations, Observation, fit, interpolate

spans = st.tuples(st.floats(0, 1e9), st.floats(0, 1e9)).map(lambda span: Observation(*span))


@settings(max_examples=80, deadline=None)
@given(st.lists(spans, max_size=70), st.floats(1e-6, 1e9))
def test_it_is_a_distribution(seen: list[Observation], prior: float) -> None:
    found = fit(seen, prior)
    assert found.times[0] == 0.0
    assert all(a < b for a, b in pairwise(found.times))
    assert all(a <= b for a, b in pairwise(found.shares))
    assert (found.shares[0], found.shares[-1]) == (0.0, 1.0)
    assert len(found.times) < 2500
    assert found.jobs == len(seen)
    assert all(SHORTEST * 0.999 <= t <= LONGEST * 1.001 for t in found.seen)


def test_quantiles_of_many_jobs_are_found_from_wide_intervals() -> None:
    rng = random.Random(5)
    ends = [10.0 * exp(0.3 * rng.gauss(0.0, 1.0)) for _ in range(60)]
    found = fit([Observation(t // 3 * 3, t // 3 * 3 + 3) for t in ends], 8.0)
    assert found.quantile(0.5) == pytest.approx(10.0, rel=0.1)
    assert found.quantile(0.1) == pytest.approx(6.8, rel=0.15)
    assert found.quantile(0.9) == pytest.approx(14.7, rel=0.15)


def test_two_groups_of_jobs_stay_two() -> None:
    found = fit([Observation(4.0, 4.5), Observation(30.0, 31.0)] * 20, 8.0)
    between = found.share_done(25.0) - found.share_done(6.0)
    assert between < 0.3
    assert 0.35 < found.share_done(12.0) < 0.65


def test_a_prior_gives_way_to_jobs() -> None:
    medians = [fit([Observation(59.0, 61.0)] * jobs, 8.0).quantile(0.5) for jobs in (0, 1, 3, 20)]
    assert medians[0] == pytest.approx(8.0, rel=0.02)
    assert medians == sorted(medians)
    assert medians[-1] == pytest.approx(60.0, rel=0.1)


def test_intervals_that_mean_nothing_are_left_out() -> None:
    nothing = [Observation(float("nan"), 3.0), Observation(0.0, float("inf")), Observation(-5, -1)]
    assert fit(nothing, 8.0) == fit([], 8.0)


def test_quantile_undoes_share_done() -> None:
    found: Durations = fit([Observation(7.0, 9.0)] * 4, 8.0)
    for share in (0.05, 0.3, 0.5, 0.9):
        assert found.share_done(found.quantile(share)) == pytest.approx(share)


def test_interpolation_is_level_beyond_its_ends() -> None:
    line = ((0.0, 2.0), (1.0, 5.0))
    assert [interpolate(*line, x) for x in (-1.0, 0.0, 1.0, 2.0, 9.0)] == [1.0, 1.0, 3.0, 5.0, 5.0]
