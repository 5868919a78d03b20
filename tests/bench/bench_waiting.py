"""Waiting well, over real HTTP: the runner against the RunAPI twin, with the clock sped up.

The job times of two distributions run one after the other through the real runner, provider,
polling plan and twin. Added latency is the moment the runner learns of the end minus the end
itself; requests are the status calls the twin counted. The same job times against a fixed 2-second
poll are arithmetic. Prints both ratios for jobs 1-10 and from the 11th. Several series run at once.
`python -m tests.bench.bench_waiting [--jobs 40] [--series 4] [--speed 4]`.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import selectors
import statistics
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal

from flux_studio.assembly import Workshop
from flux_studio.core.draft import Draft, check
from flux_studio.core.job import Ready
from flux_studio.ground import lay_ground
from tests.hosts.runapi import RunApiHost

FIXED = 2.0  # seconds between the polls it is measured against
BARS = {"sigma 0.2": (0.50, 1.0), "sigma 0.4": (0.70, 1.0), "uniform 2-40 s": (0.95, 1.0)}
FIRST = (1.2, 1.1)  # bars of the first ten jobs: latency, requests


class FastLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds are shorter than ours, by `speed`."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        super().__init__(_FastSelector(speed))

    def time(self) -> float:
        return time.monotonic() * self.speed


class _FastSelector(selectors.DefaultSelector):
    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None):
        return super().select(None if timeout is None else timeout / self._speed)


@dataclass(frozen=True)
class Outcome:
    """One job: seconds it took, seconds its end was noticed late, status calls."""

    duration: float
    late: float
    polls: int


def durations(name: str, count: int) -> list[float]:
    """Job times of a distribution, in seconds; the same for each run."""
    dice = random.Random(name)
    kind = name.partition("/")[0]
    # One time from each of `count` equal shares, shuffled: a few dozen jobs then stand for the
    # distribution as hundreds drawn at random would.
    shares = [(number + dice.random()) / count for number in range(count)]
    dice.shuffle(shares)
    if kind == "uniform 2-40 s":
        return [2 + 38 * share for share in shares]
    sigma = float(kind.removeprefix("sigma "))
    normal = statistics.NormalDist()
    return [8 * math.exp(sigma * normal.inv_cdf(share)) for share in shares]


async def run_jobs(host: RunApiHost, workshop: Workshop, times: list[float], speed: float):
    """Follow one job after the other; gives their outcomes."""
    ready: asyncio.Queue[object] = asyncio.Queue()

    def listen(fact: object) -> None:
        if isinstance(fact, Ready):
            ready.put_nowait(fact)

    runner = await workshop.runner(listen)
    card = workshop.ground.card("runapi", "flux-2-pro")
    outcomes = []
    try:
        for number, seconds in enumerate(times):
            host.duration = lambda seconds=seconds: seconds / speed
            draft = Draft(*card.id, prompt=f"job {number}", size=card.default_size)
            polls = len(host.asked("check"))
            runner.place(check(draft, card, lambda: 0).order)
            await ready.get()
            noticed = host.asked("check")[-1].at
            task = list(host.tasks.values())[-1]
            late = (noticed - (task.created + task.seconds)) * speed
            outcomes.append(Outcome(seconds, max(0.0, late), len(host.asked("check")) - polls))
    finally:
        await runner.close()
    return outcomes


def ratios(outcomes: list[Outcome]) -> tuple[float, float]:
    """Added latency and requests against the fixed poll on the same job times."""
    fixed_late = sum(math.ceil(o.duration / FIXED) * FIXED - o.duration for o in outcomes)
    fixed_polls = sum(math.ceil(o.duration / FIXED) for o in outcomes)
    return sum(o.late for o in outcomes) / fixed_late, sum(o.polls for o in outcomes) / fixed_polls


async def run_series(name: str, jobs: int, series: int, speed: float) -> list[list[Outcome]]:
    """Several series at once, each with a twin and a library of its own."""

    async def one(number: int) -> list[Outcome]:
        host = RunApiHost()
        host.start()
        host.balance = Decimal(1000)
        with tempfile.TemporaryDirectory() as home:
            environ = {"FLUX_STUDIO_HOME": home, **host.environ, "RUNAPI_API_KEY": host.key}
            workshop = Workshop(lay_ground(environ))
            try:
                return await run_jobs(host, workshop, durations(f"{name}/{number}", jobs), speed)
            finally:
                workshop.close()
                host.stop()

    return await asyncio.gather(*(one(number) for number in range(series)))


def main() -> int:
    """Print a line a distribution and phase; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=40)
    parser.add_argument("--series", type=int, default=4)
    parser.add_argument("--speed", type=float, default=4)
    arguments = parser.parse_args()
    missed = 0
    for name, later in BARS.items():
        loop = FastLoop(arguments.speed)
        work = run_series(name, arguments.jobs, arguments.series, arguments.speed)
        try:
            series = loop.run_until_complete(work)
        finally:
            loop.close()
        first = [outcome for outcomes in series for outcome in outcomes[:10]]
        rest = [outcome for outcomes in series for outcome in outcomes[10:]]
        for phase, part, bar in (("1-10", first, FIRST), ("11-", rest, later)):
            late, polls = ratios(part)
            good = late <= bar[0] and polls <= bar[1]
            missed += not good
            verdict = "PASS" if good else "FAIL"
            print(
                f"{name:<15} jobs {phase:<5} latency {late:.2f} (bar {bar[0]:.2f})  "
                f"requests {polls:.2f} (bar {bar[1]:.2f})  {verdict}",
                flush=True,
            )
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
