"""The waiting plan keeps its bars against fixed polling, its gaps, and its word on progress."""

import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from math import erf, inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_studio.core.waiting import (
    MAX_GAP,
    MEMORY,
    MIN_GAP,
    PACE,
    Observation,
    WaitingPlan,
    learn,
)
from tests.bench.bench_polling import Kind, kinds, lognormal, measure, policy_score, verdict

ROUNDING = 1e-6

seconds = st.floats(min_value=0.0, max_value=1e9) | st.sampled_from([0.0, 0.3, 8.0, 1e5, inf, nan])
observations = st.lists(st.builds(Observation, seconds, seconds), max_size=80)
priors = st.none() | st.floats(min_value=1e-3, max_value=1e6)


def jobs_of(kind: Kind, count: int, seed: int = 3, width: float = 1.0) -> list[Observation]:
    """`count` jobs, each known to within `width` seconds."""
    rng = random.Random(seed)
    ends = [kind.draw(rng) for _ in range(count)]
    return [Observation(max(0.0, t - rng.uniform(0, width)), t) for t in ends]


def schedule(plan: WaitingPlan, count: int) -> list[float]:
    """The first `count` polls of a job that never ends, each sent on time."""
    polls = [0.0]
    for _ in range(count):
        polls.append(plan.next_poll(polls[-1], polls[-1]))
    return polls[1:]


def sparing() -> Callable[[Sequence[Observation]], WaitingPlan]:
    """Learns after each of the first ten jobs, then after every fifth, to keep the test short."""
    latest: list[WaitingPlan] = []

    def learner(history: Sequence[Observation]) -> WaitingPlan:
        if len(history) <= 10 or len(history) % 5 == 0:
            latest[:] = [learn(history)]
        return latest[0]

    return learner


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_bars_against_fixed_polling(kind: Kind) -> None:
    tallies = measure(kind, series=5, jobs=110, seed=1, learner=sparing())
    for name in ("1-10", "11-120"):
        assert verdict(kind, name, tallies[name]), (name, tallies[name])


@pytest.mark.parametrize("prior", [1.0, 3.0, 12.0, 60.0])
@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_the_first_ten_jobs_keep_their_bars_whatever_the_prior(kind: Kind, prior: float) -> None:
    for seed in (1, 2):
        learner = partial(learn, prior_seconds=prior)
        tally = measure(kind, series=4, jobs=10, seed=seed, learner=learner)["1-10"]
        assert verdict(kind, "1-10", tally), (seed, tally)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 1e4))
def test_nothing_known_is_asked_about_at_the_pace(prior: float) -> None:
    """After the first poll, which a long prior may put off, the gaps are those of fixed polling."""
    polls = schedule(learn([], prior), 40)
    assert polls[0] <= min(MAX_GAP, max(2.0, 0.35 * prior))
    early = [b - a for a, b in pairwise(polls) if a < 16.0]
    assert all(gap <= PACE for gap in early)


@pytest.mark.parametrize("prior", [0.1, 0.3, 1.0])
def test_a_very_short_prior_asks_early_and_goes_on_asking(prior: float) -> None:
    polls = schedule(learn([], prior), 4)
    assert polls[0] <= max(0.4, 2.5 * prior)
    assert polls[2] < 6.0


@pytest.mark.parametrize(("median", "sigma"), [(0.7, 0.3), (3.0, 0.3), (60.0, 0.2), (300.0, 0.3)])
def test_other_scales_need_no_more_requests(median: float, sigma: float) -> None:
    tallies = measure(lognormal(median, sigma), series=2, jobs=60, seed=2, learner=sparing())
    delay, requests = tallies["11-120"].expected
    assert requests <= 1.03
    assert delay <= 1.15


def test_a_known_prior_spares_the_first_job() -> None:
    guessed, told = learn([]), learn([], prior_seconds=120.0)
    assert schedule(told, 1)[0] > 2.0 * schedule(guessed, 1)[0]
    assert told.expected() == pytest.approx(120.0, rel=0.02)


def test_a_narrow_kind_is_left_alone_until_it_can_be_ready() -> None:
    plan = learn(jobs_of(lognormal(15, 0.05), 40))
    polls = schedule(plan, 8)
    assert 11.0 < polls[0] < 15.0
    near = [b - a for a, b in pairwise(polls) if b < 16.5]
    assert near
    assert max(near) < 1.0


@settings(max_examples=60, deadline=None)
@given(observations, priors, st.sampled_from([0.05, 0.5, 2.0, 60.0]))
def test_polls_keep_their_gaps(seen: list[Observation], prior: float | None, pace: float) -> None:
    polls = [0.0, *schedule(learn(seen, prior, pace=pace), 120)]
    gaps = [b - a for a, b in pairwise(polls)]
    assert min(gaps) >= MIN_GAP - ROUNDING
    assert max(gaps) <= MAX_GAP + ROUNDING


@settings(max_examples=60, deadline=None)
@given(observations, st.lists(st.floats(0, 1e6), min_size=2, max_size=40))
def test_a_later_poll_is_never_followed_earlier(seen: list[Observation], at: list[float]) -> None:
    plan = learn(seen)
    following = [plan.next_poll(0.0, last) for last in sorted(at)]
    assert all(a <= b + ROUNDING for a, b in pairwise(following))


@settings(max_examples=60, deadline=None)
@given(observations, priors, st.lists(st.floats(0, 1e7), min_size=2, max_size=40))
def test_progress_never_goes_back_and_never_ends(
    seen: list[Observation], prior: float | None, at: list[float]
) -> None:
    plan = learn(seen, prior)
    shown = [plan.fraction(elapsed) for elapsed in sorted(at)]
    if plan.expected() is None:
        assert set(shown) == {None}
        return
    values = [value for value in shown if value is not None]
    assert len(values) == len(shown)
    assert all(a <= b + 1e-12 for a, b in pairwise(values))
    assert values[0] >= 0.0
    assert values[-1] <= 0.97


@settings(max_examples=60, deadline=None)
@given(observations, priors, st.floats(0, 1e7))
def test_remaining_is_a_time_or_nothing(
    seen: list[Observation], prior: float | None, elapsed: float
) -> None:
    left = learn(seen, prior).remaining(elapsed)
    assert left is None or 0.0 <= left < 1e6


@settings(max_examples=20, deadline=None)
@given(observations, priors)
def test_the_same_jobs_make_the_same_plan(seen: list[Observation], prior: float | None) -> None:
    assert learn(seen, prior) == learn(list(seen), prior)


def test_nothing_is_claimed_of_an_unknown_kind() -> None:
    plan = learn([])
    assert (plan.expected(), plan.fraction(5.0), plan.remaining(5.0)) == (None, None, None)


def test_unusable_figures_count_as_nothing_known() -> None:
    assert learn([Observation(nan, 3.0), Observation(1.0, inf)], prior_seconds=-1.0) == learn([])


@pytest.mark.parametrize("pace", [0.0, -2.0, nan, inf])
def test_a_pace_that_is_none_is_refused(pace: float) -> None:
    with pytest.raises(ValueError, match="pace"):
        learn([], pace=pace)


def test_a_quicker_pace_buys_a_shorter_delay() -> None:
    seen = jobs_of(lognormal(8, 0.3), 30)
    slow, quick = (schedule(learn(seen, pace=pace), 60) for pace in (2.0, 0.5))
    assert sum(t < 12.0 for t in quick) > 2 * sum(t < 12.0 for t in slow)


def test_an_overdue_poll_is_due_now() -> None:
    plan = learn(jobs_of(lognormal(8, 0.2), 20))
    assert plan.next_poll(500.0, 0.0) == 500.0
    due = plan.next_poll(2.0, 0.0)
    assert due > 2.0
    assert plan.next_poll(due, 0.0) == due
    assert plan.next_poll(due + 0.01, 0.0) == due + 0.01


def test_a_late_poll_moves_the_next_one() -> None:
    plan = learn(jobs_of(lognormal(8, 0.2), 20))
    on_time = plan.next_poll(0.0, 0.0)
    assert plan.next_poll(on_time + 0.5, on_time + 0.5) >= plan.next_poll(on_time, on_time)


def test_a_job_far_over_is_asked_less_and_less_often() -> None:
    plan = learn(jobs_of(lognormal(8, 0.2), 40))
    gaps = [plan.next_poll(t, t) - t for t in (8.0, 300.0, 3000.0)]
    assert gaps == sorted(gaps)
    assert gaps[0] < 1.5
    assert gaps[-1] == pytest.approx(MAX_GAP)


def test_expected_and_remaining_follow_the_jobs() -> None:
    plan = learn(jobs_of(lognormal(30, 0.1), 50, width=0.5))
    assert plan.expected() == pytest.approx(30.0, rel=0.05)
    assert plan.remaining(0.0) == plan.expected()
    assert plan.remaining(10.0) == pytest.approx(20.0, rel=0.1)
    late = plan.remaining(33.0)
    assert late is not None
    assert 0.5 < late < 6.0
    assert plan.remaining(90.0) is None


def test_progress_is_near_to_even_and_slows_when_over() -> None:
    plan = learn(jobs_of(lognormal(20, 0.1), 50, width=0.5))
    half, due, over = (plan.fraction(t) or 0.0 for t in (10.0, 20.0, 40.0))
    assert half == pytest.approx(0.97 / 2, abs=0.04)
    assert 0.88 < due < 0.97
    assert due < over < 0.97
    assert plan.fraction(-1.0) == 0.0


def test_a_night_asleep_does_not_spoil_what_was_learned() -> None:
    seen = jobs_of(lognormal(8, 0.15), 20)
    spoilt = learn([*seen, Observation(5.0, 30_000.0)])
    assert spoilt.expected() == pytest.approx(learn(seen).expected(), rel=0.03)
    assert schedule(spoilt, 1)[0] < 8.0


def test_a_prior_far_too_long_is_unlearned() -> None:
    outcomes, _ = policy_score(lambda seen: learn(seen, prior_seconds=300.0), [1.0] * 20)
    assert outcomes[0].delay > 3.0
    assert max(outcome.delay for outcome in outcomes[3:]) < 1.5


def test_only_the_last_jobs_count() -> None:
    old, new = jobs_of(lognormal(100, 0.1), 30), jobs_of(lognormal(8, 0.1), MEMORY)
    assert learn(old + new) == learn(new)
    assert learn(old + new[:30]) != learn(new[:30])


def _processor_seconds(work: Callable[[], object]) -> float:
    """Least of a few runs, so that the neighbours on the machine count little."""
    runs = []
    for _ in range(5):
        began = time.process_time()
        work()
        runs.append(time.process_time() - began)
    return min(runs)


@pytest.mark.parametrize(
    "seen",
    [
        jobs_of(lognormal(8, 0.4), MEMORY),
        jobs_of(lognormal(400, 0.8), MEMORY),
        [Observation(0.0, 10.0**i) for i in range(-3, 9)] * 5,
    ],
    ids=["usual", "slow", "wild"],
)
def test_learning_is_cheap(seen: list[Observation]) -> None:
    """It runs beside a live window: at most about 60 ms where the yardstick takes about 20."""
    yardstick = _processor_seconds(lambda: [0.5 + 0.5 * erf(i * 1e-5) for i in range(200_000)])
    assert _processor_seconds(lambda: learn(seen)) < 3.0 * yardstick
