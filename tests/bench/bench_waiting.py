"""Waiting well, over real HTTP: the runner against a twin, beside a real fixed 2-second poll.

    python -m tests.bench.bench_waiting [--provider runapi|…|all] [--jobs 120] [--series 3]
        [--speed 12]

Each job is sent twice to the same twin and takes the same time both times: once through the real
runner (provider, journal, polling plan), once by a client of the same provider class that asks
every 2 s. Both live on one event loop whose clock is sped up, so the machine's own delays, which
the speed multiplies, meet both alike. Added latency is the moment a client holds the finished
status minus the end of the job at the twin; requests are the status questions about the task that
the twin counted. Nothing is subtracted. The distributions run side by side, several series each,
every one with a twin and a library of its own.

Where a provider holds the submit back for the picture (Replicate), the twin holds it for real. The
2-second poll submits without that wait and asks from the submit on: over the same job times, that
is what polling every 2 s is.

Prints both ratios for jobs 1-10 and from the 11th; exit code 1 where a bar is missed. All job times
and their order are the same in each run.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import math
import random
import selectors
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flux_studio.assembly import Workshop
from flux_studio.core.card import ModelCard
from flux_studio.core.job import Accepted, Ready, Stopped, Ticket
from flux_studio.core.request import Request
from flux_studio.core.secret import Secret
from flux_studio.core.waiting import PACE
from flux_studio.engine.daemon_threads import DaemonThreads
from flux_studio.ground import lay_ground
from flux_studio.leaving import leave
from flux_studio.providers.contract import Done, HoldsSubmit, Submission
from flux_studio.providers.http import HttpSession
from flux_studio.providers.registry import open_provider, row
from tests.faults.studio import KINDS, small_order
from tests.hosts.replicate import ReplicateHost
from tests.hosts.server import HostServer, route
from tests.hosts.wire import Answer, Asked

BARS = {"sigma 0.2": (0.50, 1.0), "sigma 0.4": (0.70, 1.0), "uniform 2-40 s": (0.95, 1.0)}
FIRST = (1.2, 1.1)  # bars of the first ten jobs: latency, requests
FIRST_JOBS = 10
NORMAL = statistics.NormalDist()


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


class HoldingReplicate(ReplicateHost):
    """Replicate's twin, which here really holds a submit back, as the service does."""

    speed = 1.0

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[int, float] = {}

    @route("POST", "/v1/models/{owner}/{model}/predictions", "submit")
    def submit(self, asked: Asked, owner: str, model: str) -> Answer:
        before = self.clock()
        answer = super().submit(asked, owner, model)
        task = list(self.tasks.values())[-1]
        # What the twin let pass at once has to pass now; the answer is as it will be then.
        held = max(0.0, before - task.created)
        task.created += held
        self._held[id(answer)] = held
        return answer

    async def _reply(self, reader: Any, writer: Any, answer: Answer, fault: Any) -> None:
        await asyncio.sleep(self._held.pop(id(answer), 0.0) / self.speed)
        await super()._reply(reader, writer, answer, fault)


@dataclass(frozen=True)
class Followed:
    """One job as one client followed it: seconds its end was noticed late, status questions."""

    late: float
    polls: int


@dataclass(frozen=True)
class Pair:
    """One job: the seconds it took, followed by the runner and by the 2-second poll."""

    seconds: float
    ours: Followed
    fixed: Followed


def job_times(name: str, series: int, jobs: int) -> list[list[float]]:
    """Job times (s) of a distribution for each series; the same for each run.

    The first ten jobs of all series together stand for the distribution, and so do the others: one
    time from each of as many equal shares, dealt at random.
    """
    dice = random.Random(name)
    parts = [min(FIRST_JOBS, jobs), max(0, jobs - FIRST_JOBS)]
    dealt: list[list[float]] = [[] for _ in range(series)]
    for part in parts:
        count = part * series
        shares = [(number + dice.random()) / count for number in range(count)]
        dice.shuffle(shares)
        for number, share in enumerate(shares):
            dealt[number % series].append(_quantile(name, share))
    return dealt


def _quantile(name: str, share: float) -> float:
    if name == "uniform 2-40 s":
        return 2 + 38 * share
    return 8 * math.exp(float(name.removeprefix("sigma ")) * NORMAL.inv_cdf(share))


NUMBERS = itertools.count(1000, 1000)


class Series:
    """One twin, one library, one runner and one fixed poller: jobs one after the other."""

    def __init__(self, provider: str, home: str, loop: FastLoop) -> None:
        kind, variable = KINDS[provider]
        self.host: HostServer = HoldingReplicate() if provider == "replicate" else kind()
        if isinstance(self.host, HoldingReplicate):
            self.host.speed = loop.speed
        self.host.clock = loop.time
        self.host._numbers = itertools.count(next(NUMBERS))  # so that task ids differ between twins
        self.host.balance = Decimal(100_000)
        self.host.start()
        environ = {"FLUX_STUDIO_HOME": home, **self.host.environ, variable: self.host.key}
        self.workshop = Workshop(lay_ground(environ))
        self.card: ModelCard = self.workshop.ground.card(provider, "flux-2-pro")
        self.key = Secret(self.host.key)
        self.http = HttpSession(environ)
        self.provider: Any = open_provider(row(provider), self.http, Notes(), environ)
        self._loop = loop

    async def run(self, times: list[float]) -> list[Pair]:
        """Follow one job after the other in both ways."""
        facts: asyncio.Queue[object] = asyncio.Queue()
        runner = await self.workshop.runner(facts.put_nowait)
        pairs = []
        try:
            for number, seconds in enumerate(times):
                self.host.duration = lambda seconds=seconds: seconds
                order = small_order(self.card, f"job {number}")
                fixed = asyncio.ensure_future(self._ask_every_two_seconds(order.requests[0]))
                runner.place(order)
                ours = await _accepted_and_ready(facts)
                pairs.append(Pair(seconds, self._followed(ours), self._followed(await fixed)))
        finally:
            await runner.close()
            await self.http.aclose()
        if self.host.violations:
            raise RuntimeError(f"the protocol was broken: {self.host.violations[:3]}")
        return pairs

    def close(self) -> None:
        self.workshop.close()
        self.host.stop()

    async def _ask_every_two_seconds(self, request: Request) -> str:
        ticket = await self._submit_without_waiting(request)
        asked = self._loop.time()
        while True:
            await asyncio.sleep(max(0.0, asked + PACE - self._loop.time()))
            asked = self._loop.time()
            if isinstance(await self.provider.check(ticket, self.key), Done):
                return ticket.task

    async def _submit_without_waiting(self, request: Request) -> Ticket:
        submission = Submission(request, self.card, (), str(uuid.uuid4()))
        if not isinstance(self.provider, HoldsSubmit):
            return await self.provider.submit(submission, self.key)
        call = replace(self.provider.spell(submission), headers=())  # without `prefer: wait`
        reply = await self.http.submit(call.with_key(self.key))
        return self.provider.ticket_for(reply.json["id"], self.card, request)

    def _followed(self, number: str) -> Followed:
        task = self.host.tasks[number]
        polls = sum(number in asked.target for asked in self.host.asked("check"))
        finished = NOTICED[number]
        return Followed(max(0.0, finished - (task.created + task.seconds)), polls)


class Notes(dict[str, str]):
    """What a provider wants to remember, for this run."""

    def set(self, name: str, value: str) -> None:
        self[name] = value


NOTICED: dict[str, float] = {}
"""When a client held the finished status of a task, by the task's id."""


def note_what_is_noticed(provider: str, now: Callable[[], float]) -> None:
    """From now on each client of this provider notes when a check has found a task done."""
    twin_of_module = row(provider)
    module = __import__(twin_of_module.module, fromlist=[twin_of_module.class_name])
    kind = getattr(module, twin_of_module.class_name)
    check = kind.check

    async def noting(self: Any, ticket: Ticket, key: Secret | None) -> Any:
        status = await check(self, ticket, key)
        if isinstance(status, Done):
            NOTICED[ticket.task] = now()
        return status

    kind.check = noting


async def _accepted_and_ready(facts: asyncio.Queue[object]) -> str:
    """The provider's id of the job that is on its way, once the runner knows it is ready."""
    job = task = ""
    while True:
        match await facts.get():
            case Accepted(job=job, ticket=ticket):
                task = ticket.task
            case Ready(job=ready) if ready == job:
                return task
            case Stopped(message=message):
                raise RuntimeError(f"a job ended without a picture: {message}")
            case _:
                pass


async def run_provider(
    provider: str, series: int, jobs: int, loop: FastLoop
) -> dict[str, list[list[Pair]]]:
    """All distributions side by side: the pairs of each series of each."""

    async def one(times: list[float]) -> list[Pair]:
        with tempfile.TemporaryDirectory() as home:
            following = Series(provider, home, loop)
            try:
                return await following.run(times)
            finally:
                following.close()

    async def distribution(name: str) -> list[list[Pair]]:
        return await asyncio.gather(*map(one, job_times(name, series, jobs)))

    found = await asyncio.gather(*map(distribution, BARS))
    return dict(zip(BARS, found, strict=True))


def print_rows(provider: str, name: str, series: list[list[Pair]]) -> int:
    """One line for each phase; the number of missed bars."""
    missed = 0
    for phase, part, bar in (
        ("1-10", [pair for pairs in series for pair in pairs[:FIRST_JOBS]], FIRST),
        ("11-", [pair for pairs in series for pair in pairs[FIRST_JOBS:]], BARS[name]),
    ):
        if not part:
            continue
        count = len(part)
        ours, fixed = (sum(f.late for f in fs) / count for fs in _both(part))
        asked, asked_fixed = (sum(f.polls for f in fs) / count for fs in _both(part))
        good = ours <= bar[0] * fixed and asked <= bar[1] * asked_fixed
        missed += not good
        print(
            f"{provider:<9} {name:<14} {phase:>5} {count:>4}  {ours:5.2f} {fixed:5.2f}  "
            f"{ours / fixed:4.2f} <= {bar[0]:.2f}  {asked:5.2f} {asked_fixed:5.2f}  "
            f"{asked / asked_fixed:4.2f} <= {bar[1]:.2f}  "
            f"{'PASS' if good else 'FAIL'}",
            flush=True,
        )
    return missed


def _both(part: list[Pair]) -> tuple[list[Followed], list[Followed]]:
    return [pair.ours for pair in part], [pair.fixed for pair in part]


def main() -> int:
    """Print a line a provider, distribution and phase; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--provider", choices=[*KINDS, "all"], default="runapi")
    parser.add_argument("--jobs", type=int, default=120)
    parser.add_argument("--series", type=int, default=3)
    parser.add_argument("--speed", type=float, default=12)
    arguments = parser.parse_args()
    print(f"{'':38}latency s{'':17}requests")
    print(f"{'provider  job times':<25} {'jobs':>5}    n   ours   2 s{'ratio':>10}", end="")
    print(f"{'ours':>11}   2 s{'ratio':>10}")
    missed = 0
    for provider in KINDS if arguments.provider == "all" else [arguments.provider]:
        loop = FastLoop(arguments.speed)
        loop.set_default_executor(DaemonThreads())
        note_what_is_noticed(provider, loop.time)
        try:
            work = run_provider(provider, arguments.series, arguments.jobs, loop)
            found = loop.run_until_complete(work)
        finally:
            loop.close()
        missed += sum(print_rows(provider, name, series) for name, series in found.items())
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(leave(main()))  # look-ups and trust are on side threads to the end
