"""Waiting well: the learned plan against fixed polling every 2 s, on the very same jobs.

    python -m tests.bench.bench_polling [--quick] [--series N] [--jobs N] [--seed N]

A job ends at a random time; the client sees it at the first poll at or after that.  Added delay is
that poll minus the end; requests are the polls made until then.  The learned policy starts with its
default prior, sees only the interval in which each earlier job ended, and plans anew after every
job.  Both figures are ratios to fixed polling, and the round trip is left out.

Two pairs of ratios are printed.  "met" counts each job as it came.  "expected" scores the plan of
each job on the whole distribution of durations, fixed polling likewise: the same mean with much
less noise, and therefore the one that is judged.  Only the first ten jobs and all jobs from the
11th decide (PASS or FAIL); the two slices between show how learning goes on (pass or over).

`policy_score` takes any `learner` and any `watch`, so the same policy can be scored over real
sockets: give it a `watch` that follows a job of a loopback host and times it.
"""

import argparse
import random
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, exp
from statistics import NormalDist
from typing import Protocol

from flux_studio.core.waiting import PACE, Observation, learn

QUANTILES = 300
SLICES = {"1-10": (0, 10), "11-50": (10, 50), "51-120": (50, 120), "11-120": (10, 120)}
DECIDING = ("1-10", "11-120")


class Policy(Protocol):
    """Says when to ask next, in seconds on the clock of the job; `WaitingPlan` is one."""

    def next_poll(self, elapsed: float, last_poll: float) -> float: ...


Learner = Callable[[Sequence[Observation]], Policy]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One job followed to its end: its interval (s), requests made, added delay (s)."""

    seen: Observation
    requests: int
    delay: float


Watch = Callable[[Policy, float], Outcome]


@dataclass(frozen=True, slots=True)
class FixedPace:
    """Asks every `pace` seconds."""

    pace: float = PACE

    def next_poll(self, elapsed: float, last_poll: float) -> float:
        return max(elapsed, last_poll + self.pace)


@dataclass(frozen=True, slots=True)
class Score:
    """Mean added delay (s) and mean requests of some jobs."""

    delay: float
    requests: float

    def over(self, other: "Score") -> tuple[float, float]:
        """Ratios of delay and of requests to those of `other`."""
        return self.delay / other.delay, self.requests / other.requests


def simulate(policy: Policy, duration: float) -> Outcome:
    """Follows a job that ends after `duration` seconds; no round trip, no waiting."""
    before = asked = 0.0
    requests = 0
    while requests == 0 or asked < duration:
        before, asked = asked, policy.next_poll(asked, asked)
        requests += 1
    return Outcome(Observation(before, asked), requests, asked - duration)


def policy_score(
    learner: Learner, durations: Iterable[float], watch: Watch = simulate
) -> tuple[list[Outcome], list[Policy]]:
    """Follows one job after the other, learning after each; what happened and the policies used."""
    history: list[Observation] = []
    outcomes, policies = [], []
    for duration in durations:
        policies.append(learner(history))
        outcomes.append(watch(policies[-1], duration))
        history.append(outcomes[-1].seen)
    return outcomes, policies


def mean_score(outcomes: Sequence[Outcome]) -> Score:
    """What the jobs cost on average."""
    count = len(outcomes)
    return Score(sum(o.delay for o in outcomes) / count, sum(o.requests for o in outcomes) / count)


def expected_score(policy: Policy, durations: Sequence[float]) -> Score:
    """Mean cost of a policy over all of these durations (s, ascending)."""
    polls: list[float] = []
    while not polls or polls[-1] < durations[-1]:
        last = polls[-1] if polls else 0.0
        polls.append(policy.next_poll(last, last))
    ends = [bisect_left(polls, t) for t in durations]
    count = len(durations)
    delay = sum(polls[i] - t for i, t in zip(ends, durations, strict=True))
    return Score(delay / count, (sum(ends) + count) / count)


@dataclass(frozen=True, slots=True)
class Kind:
    """A distribution of durations: how to draw one, its even quantiles, and its delay bar."""

    name: str
    draw: Callable[[random.Random], float]
    quantiles: Sequence[float]
    delay_bar: float | None


def lognormal(median: float, sigma: float, delay_bar: float | None = None) -> Kind:
    normal = NormalDist(0.0, sigma)
    quantiles = [median * exp(normal.inv_cdf(share)) for share in _even_shares()]

    def draw(rng: random.Random) -> float:
        return median * exp(rng.gauss(0.0, sigma))

    return Kind(f"lognormal {median:g} s, {sigma:g}", draw, quantiles, delay_bar)


def uniform(low: float, high: float, delay_bar: float | None = None) -> Kind:
    quantiles = [low + (high - low) * share for share in _even_shares()]
    return Kind(
        f"uniform {low:g}-{high:g} s", lambda rng: rng.uniform(low, high), quantiles, delay_bar
    )


def queue_and_run(queue: float, run: float, sigma: float, delay_bar: float | None = None) -> Kind:
    """An exponential queue (mean s), then a lognormal run (median s)."""

    def draw(rng: random.Random) -> float:
        return rng.expovariate(1.0 / queue) + run * exp(rng.gauss(0.0, sigma))

    rng = random.Random(7)
    drawn = sorted(draw(rng) for _ in range(100 * QUANTILES))
    return Kind(f"queue {queue:g} s + run {run:g} s", draw, drawn[50::100], delay_bar)


def _even_shares() -> list[float]:
    return [(i + 0.5) / QUANTILES for i in range(QUANTILES)]


def kinds() -> list[Kind]:
    """The six judged distributions; the bar is on added delay from the 11th job."""
    return [
        lognormal(8, 0.1, 0.50),
        lognormal(8, 0.2, 0.50),
        lognormal(8, 0.4, 0.70),
        lognormal(8, 0.8, 0.95),
        uniform(2, 40, 0.95),
        queue_and_run(2, 6, 0.15),
    ]


def scale_kinds() -> list[Kind]:
    """Very quick jobs and very slow ones: printed for sanity, without a bar."""
    return [lognormal(0.7, 0.3), lognormal(1.5, 0.3), lognormal(60, 0.2), lognormal(300, 0.4)]


@dataclass(slots=True)
class Tally:
    """Ratios of one slice of jobs, added up over the series."""

    expected: tuple[float, float] = (0.0, 0.0)
    met: tuple[float, float] = (0.0, 0.0)


def measure(kind: Kind, series: int, jobs: int, seed: int, learner: Learner) -> Mapping[str, Tally]:
    """Follows `series` runs of `jobs` jobs; the ratios to fixed polling for each slice."""
    rng = random.Random(f"{seed} {kind.name}")
    fixed = FixedPace()
    fixed_expected = expected_score(fixed, kind.quantiles)
    outcomes: list[list[Outcome]] = []
    plans: list[list[Score]] = []
    reference: list[list[Outcome]] = []
    for _ in range(series):
        durations = [kind.draw(rng) for _ in range(jobs)]
        done, policies = policy_score(learner, durations)
        outcomes.append(done)
        plans.append([expected_score(policy, kind.quantiles) for policy in policies])
        reference.append([simulate(fixed, duration) for duration in durations])
    tallies = {}
    for name, (first, last) in SLICES.items():
        if first >= jobs:
            continue
        scores = [score for run in plans for score in run[first:last]]
        mean = Score(
            sum(s.delay for s in scores) / len(scores),
            sum(s.requests for s in scores) / len(scores),
        )
        met = mean_score([o for run in outcomes for o in run[first:last]])
        met_fixed = mean_score([o for run in reference for o in run[first:last]])
        tallies[name] = Tally(mean.over(fixed_expected), met.over(met_fixed))
    return tallies


def bars(kind: Kind, name: str) -> tuple[float | None, float]:
    """The most delay (None: no bar) and the most requests, as ratios, for a slice of jobs."""
    return (1.2, 1.1) if name == "1-10" else (kind.delay_bar, 1.0)


def verdict(kind: Kind, name: str, tally: Tally) -> bool:
    """Whether the expected ratios of a slice are within its bars."""
    delay_bar, requests_bar = bars(kind, name)
    delay, requests = tally.expected
    return (delay_bar is None or delay <= delay_bar) and requests <= requests_bar


def _mark(name: str, within: bool) -> str:
    if name in DECIDING:
        return "PASS" if within else "FAIL"
    return "pass" if within else "over"


def _print_rows(kind: Kind, tallies: Mapping[str, Tally], judged: bool) -> bool:
    passed = True
    for name, tally in tallies.items():
        delay_bar, requests_bar = bars(kind, name)
        limits = f"{delay_bar:.2f}" if delay_bar is not None else "   -"
        mark = _mark(name, verdict(kind, name, tally)) if judged else ""
        passed = passed and mark != "FAIL"
        print(
            f"{kind.name:22} {name:>7}   {tally.expected[0]:5.3f} {tally.expected[1]:8.3f}   "
            f"{tally.met[0]:5.2f} {tally.met[1]:8.2f}   {limits:>5} {requests_bar:8.2f}  {mark}"
        )
    return passed


def _learn_times() -> str:
    """Processor time of one `learn` with a full memory, for four scales of jobs."""
    words = []
    for kind in (lognormal(0.7, 0.3), lognormal(8, 0.4), uniform(2, 40), lognormal(300, 0.4)):
        rng = random.Random(1)
        outcomes, _ = policy_score(lambda _: FixedPace(), [kind.draw(rng) for _ in range(60)])
        began = time.process_time()
        for _ in range(5):
            learn([outcome.seen for outcome in outcomes])
        words.append(f"{kind.name} {(time.process_time() - began) / 5 * 1000:.1f} ms")
    return "; ".join(words)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables; 1 if a judged figure misses its bar."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="4 series, judged scales only")
    parser.add_argument("--series", type=int, default=16)
    parser.add_argument("--jobs", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(arguments)
    series, jobs = (4 if args.quick else args.series), args.jobs
    print(f"{series} series of {jobs} jobs; ratios to polling every {PACE:g} s on the same jobs\n")
    print(f"{'':22} {'jobs':>7}   {'expected':^14}   {'met':^14}   {'at most':^14}")
    print(f"{'':22} {'':>7}   " + "   ".join(["delay requests"] * 3))
    passed = True
    for kind in kinds():
        passed &= _print_rows(kind, measure(kind, series, jobs, args.seed, learn), judged=True)
    if not args.quick:
        print("\nother scales, not judged, with a quarter of the series")
        for kind in scale_kinds():
            tallies = measure(kind, ceil(series / 4), jobs, args.seed, learn)
            _print_rows(kind, tallies, judged=False)
    print(f"\nprocessor time of one learn(): {_learn_times()}")
    print("PASS" if passed else "FAIL")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
