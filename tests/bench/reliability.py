"""Promises 1 to 5 as one table: each figure beside its bar, with PASS or FAIL.

`python -m tests.bench.reliability` runs the long form: at least 2,000 kills and 20,000 steps of the
law machine, a quarter of an hour or more. `--quick` takes less than a minute; `--kills N` and
`--steps N` set how much. The exit code is 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import logging
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from flux_studio.core.job import Accepted, JobState, Planned, Ready, Saved, Sending, Ticket
from flux_studio.core.money import Money
from flux_studio.storage.atomic import sweep_parts
from flux_studio.storage.library import PictureLibrary
from flux_studio.storage.references import ReferenceStore
from tests.commands.shell import ROOT
from tests.engine.test_law_machine import QUICK, IdempotentLawMachine, LawMachine
from tests.faults import test_canary, test_kill
from tests.faults.studio import KINDS, Bench, LivingDecoder, small_order
from tests.hosts.fixtures import hosting
from tests.storage import test_kill as storage_kill
from tests.storage.samples import (
    HeaderDecoder,
    Parcel,
    ThumbnailShelf,
    open_journal,
    png,
    request,
)

PICTURE = 2_000_000  # bytes
OPEN_JOBS = 100
ROUNDS_A_LIBRARY = 200
SLOW_S, RESUME_S, GAP_S = 0.050, 3.0, 0.050


@dataclass(frozen=True)
class Effort:
    """How much of each to do. `path_kills` are kills of the command line, the rest of the save
    path alone.
    """

    kills: int
    path_kills: int
    steps: int
    saves: int
    canaries: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    found: str
    bar: str
    passed: bool


class Steps:
    """How many steps the machines have made."""

    count = 0


class CountedMachine(LawMachine):
    @invariant()
    def a_step_was_made(self) -> None:
        Steps.count += 1


class CountedIdempotentMachine(IdempotentLawMachine):
    @invariant()
    def a_step_was_made(self) -> None:
        Steps.count += 1


def model(steps: int) -> tuple[int, int]:
    """Steps made, and double charges, lost pictures or forgotten jobs that the machines met."""
    logging.disable(logging.CRITICAL)
    examples, wrong = max(5, steps // 40), 0
    for kind in (CountedMachine, CountedIdempotentMachine):
        before = Steps.count
        while not wrong and Steps.count - before < steps / 2:
            how = settings(QUICK, max_examples=examples, derandomize=False)
            try:
                run_state_machine_as_test(kind, settings=how)
            except AssertionError as error:
                sys.stderr.write(f"{error}\n")
                wrong += 1
    logging.disable(logging.NOTSET)
    return Steps.count, wrong


def kills_of_the_path(rounds: int) -> tuple[int, Counter[str]]:
    """Kill the command line at steps and at any moment, at each provider in turn."""
    kills, wrongs = 0, Counter[str]()
    share = max(2, rounds // len(KINDS))
    for provider in sorted(KINDS):
        with tempfile.TemporaryDirectory() as home, test_kill.ground(provider, Path(home)) as here:
            test_kill.kill_at_steps(here, share * 2 // 3)
            while here.kills < share:
                test_kill.kill_at_any_moment(here, max(1, share - here.kills))
            kills += here.kills
            wrongs += here.wrongs()
    return kills, wrongs


def kills_of_saves(rounds: int) -> tuple[int, Counter[str]]:
    """Kill a process that does nothing but save, at random moments."""
    chance, found = random.Random(), Counter[str]()
    for done in range(0, rounds, ROUNDS_A_LIBRARY):  # a new library keeps the oracle quick
        with tempfile.TemporaryDirectory() as place:
            folder, acknowledged = Path(place), list[tuple[str, str]]()
            for _ in range(min(ROUNDS_A_LIBRARY, rounds - done)):
                after = chance.uniform(0.02, 0.12)
                acknowledged += storage_kill.one_round(folder, "right", ROOT, after)
            sweep_parts(folder)
            found += storage_kill.wrongs(folder, acknowledged)
    return rounds, found


def durable_saves(times: int) -> float:
    """p95 in seconds of original, sidecar and row of a 2 MB picture, all on disk."""
    took = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as place:
        folder, decoder = Path(place), HeaderDecoder()
        database, journal = open_journal(folder / "data")
        references = ReferenceStore(folder / "references", decoder)
        library = PictureLibrary(folder / "pictures", decoder, ThumbnailShelf(), references)
        for number in range(times):
            name, now = f"job{number:05d}", datetime.now(UTC)
            ticket = Ticket("task", now)
            for event in (
                Planned(name, now, request(), None, "o"), Sending(name, now),
                Accepted(name, now, ticket), Ready(name, now, Money(0)),
            ):  # fmt: skip
                journal.record(event)
            job, data = journal.job(name), png(16, 16, name, PICTURE)
            assert job is not None
            began = time.perf_counter()
            kept = library.keep(Parcel(job, data, now))
            journal.record(Saved(name, now, kept))
            took.append(time.perf_counter() - began)
        journal.close()
        database.close()
    return statistics.quantiles(took, n=20)[-1]


@contextmanager
def bench(provider: str) -> Iterator[Bench]:
    decoder = LivingDecoder(deadline_s=60.0)
    try:
        with tempfile.TemporaryDirectory() as home, hosting(KINDS[provider][0]) as host:
            yield Bench(provider, host, Path(home), decoder)
    finally:
        decoder.end()


def resume_of_open_jobs(provider: str = "runflow") -> float:
    """Seconds from the start until each of 100 open jobs has been asked about."""
    with bench(provider) as here:
        here.host.duration = lambda: 3600.0
        with here.studio() as studio:
            card = next(c for c in studio.ground.cards if c.provider == provider)
            asked = small_order(card, "an open job").requests[0]
            body = {"input": {"prompt": "an open job"}}

            def plan(number: int, _runner: object) -> None:
                task = here.host.accept(body, Money("0.01"), kind="flux-2-pro")
                name, now = f"open{number:04d}", datetime.now(UTC)
                journal = studio.workshop.journal
                journal.record(Planned(name, now, asked, Money("0.01"), "o"))
                journal.record(Sending(name, now))
                journal.record(Accepted(name, now, Ticket(task.id, now)))

            for number in range(OPEN_JOBS):
                studio.ask(partial(plan, number))
        began = time.perf_counter()
        with here.studio() as studio:

            def all_asked() -> bool:
                return len({a.path for a in here.host.asked("check")}) >= OPEN_JOBS

            studio.until(all_asked)
            return time.perf_counter() - began


FAULTS = {
    "submit": ("close_after", "429", "badjson"),
    "check": ("html", "deep", "gzip_bomb", "bighdr", "reset_after"),
    "result": ("midbody", "gzip_bomb", "wrong_svg", "truncated", "reset_after"),
}


def faulty_days() -> float:
    """The longest gap (s) of the thread in the window's place while all kinds of faults happen."""
    longest = 0.0
    for provider in sorted(KINDS):
        with bench(provider) as here:
            here.host.duration = lambda: 0.2
            with here.studio() as studio:
                studio.press()  # the libraries are loaded, as they are behind a window that is up
                studio.ended()
            for route, names in FAULTS.items():
                for name in names:
                    details = {"retry_after": 0} if name == "429" else {}
                    here.host.fault(route, name, **details)
            with here.studio() as studio:
                studio.press(count=4)
                studio.ended()
                states = {job.state for job in studio.jobs}
                assert states <= {JobState.SAVED, JobState.UNKNOWN}, studio.jobs
                told(f"  {provider}: longest gap {studio.longest_gap * 1e3:.1f} ms")
                longest = max(longest, studio.longest_gap)
    return longest


def canary_hits(providers: tuple[str, ...]) -> int:
    hits = 0
    for provider in providers:
        with tempfile.TemporaryDirectory() as home:
            found, _ = test_canary.scan(provider, Path(home))
            hits += len(found)
            for place in found:
                told(f"  {provider}: a canary in {place}")
    return hits


def told(words: str) -> None:
    sys.stderr.write(f"{datetime.now():%H:%M:%S}  {words}\n")
    sys.stderr.flush()


def measured(effort: Effort) -> list[Row]:
    told(f"law machine, {effort.steps} steps")
    steps, broken = model(effort.steps)
    told(f"kills of the command line, {effort.path_kills}")
    path_kills, path = kills_of_the_path(effort.path_kills)
    told(f"kills of saves, {effort.kills - path_kills}")
    save_kills, saves = kills_of_saves(max(1, effort.kills - path_kills))
    told("durable saves, open jobs, faulty days, canaries")
    slow, resumed, gap = durable_saves(effort.saves), resume_of_open_jobs(), faulty_days()
    hits = canary_hits(effort.canaries)
    wrongs = path + saves
    doubles = wrongs.pop("charged twice", 0) + broken
    kills, lost = path_kills + save_kills, sum(wrongs.values())
    return [
        Row("double charges", str(doubles), "0", doubles == 0),
        Row("lost pictures or jobs", f"{lost} {dict(wrongs) or ''}".strip(), "0", lost == 0),
        Row("model steps", f"{steps:,}", f">= {effort.steps:,}", steps >= effort.steps),
        Row("kills", f"{kills:,} ({path_kills:,} of the command line)", f">= {effort.kills:,}",
            kills >= effort.kills),
        Row("durable save of 2 MB, p95", f"{slow * 1e3:.1f} ms", "<= 50 ms", slow <= SLOW_S),
        Row(f"resume of {OPEN_JOBS} open jobs", f"{resumed:.2f} s", "<= 3 s", resumed <= RESUME_S),
        Row("longest gap of the window's thread", f"{gap * 1e3:.1f} ms", "<= 50 ms", gap <= GAP_S),
        Row(f"canary hits ({len(effort.canaries)} providers)", str(hits), "0", hits == 0),
    ]  # fmt: skip


def show(rows: list[Row], write: Callable[[str], object]) -> None:
    wide = max(len(row.name) for row in rows)
    middle = max(len(row.found) for row in rows)
    for row in rows:
        verdict = "PASS" if row.passed else "FAIL"
        write(f"{row.name:<{wide}}  {row.found:>{middle}}  {row.bar:>9}  {verdict}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything, under a minute")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--steps", type=int)
    given = parser.parse_args()
    if given.quick:
        effort = Effort(given.kills or 60, 20, given.steps or 1_000, 40, ("bfl",))
    else:
        kills = given.kills or 2_000
        effort = Effort(kills, kills // 4, given.steps or 20_000, 200, tuple(sorted(KINDS)))
    rows = measured(effort)
    show(rows, sys.stdout.write)
    return 0 if all(row.passed for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
