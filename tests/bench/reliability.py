"""Promises 1 to 5 as one table: each figure beside its bar, with PASS or FAIL.

`python -m tests.bench.reliability` runs the long form: at least 2,000 kills and 20,000 steps of the
law machines, spread over two processes, a quarter of an hour or less. `--quick` takes about a
minute; `--kills N` and `--steps N` set how much. The exit code is 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from flux_studio.core.job import Accepted, Planned, Ready, Saved, Sending, Ticket
from flux_studio.core.money import Money
from flux_studio.storage.atomic import flush_folder, sweep_parts
from flux_studio.storage.library import PictureLibrary
from flux_studio.storage.references import ReferenceStore
from tests.commands.shell import ROOT
from tests.engine.test_law_machine import QUICK, IdempotentLawMachine, LawMachine
from tests.faults import test_canary, test_gaps, test_kill
from tests.faults.rescue_machine import IdempotentRescueMachine, RescueMachine
from tests.faults.rows import NOT_HERE, ROWS
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
WORKERS = 2
SHARE = (
    50  # kills of one piece of work, which has a library of its own: that keeps the oracle quick
)
STEPS_A_SHARE = 2_000
SLOW_S, RESUME_S, GAP_S = 0.050, 3.0, test_gaps.BAR_S


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
    """One line of the table. A row without a bar is there to compare with."""

    name: str
    found: str
    bar: str
    passed: bool | None


@dataclass
class Count:
    """What a piece of work did: kills, steps of a machine, and what the oracle found wrong."""

    kills: int = 0
    path_kills: int = 0
    steps: int = 0
    wrongs: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Count) -> Count:
        return Count(
            self.kills + other.kills, self.path_kills + other.path_kills,
            self.steps + other.steps, self.wrongs + other.wrongs,
        )  # fmt: skip


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


class CountedRescue(RescueMachine):
    @invariant()
    def a_step_was_made(self) -> None:
        Steps.count += 1


class CountedIdempotentRescue(IdempotentRescueMachine):
    @invariant()
    def a_step_was_made(self) -> None:
        Steps.count += 1


MACHINES = (CountedRescue, CountedMachine, CountedIdempotentRescue, CountedIdempotentMachine)


def model_share(number: int, steps: int) -> Count:
    """Let one of the machines make at least so many steps."""
    logging.disable(logging.CRITICAL)
    done = Count()
    before = Steps.count
    while not done.wrongs and Steps.count - before < steps:
        how = settings(QUICK, max_examples=max(5, steps // 40), derandomize=False)
        try:
            run_state_machine_as_test(MACHINES[number % len(MACHINES)], settings=how)
        except AssertionError as error:
            sys.stderr.write(f"{error}\n")
            done.wrongs[f"machine: {error}"] += 1
    done.steps = Steps.count - before
    return done


def path_share(provider: str, rounds: int, seed: int) -> Count:
    """Kill the command line at steps, in the rescue and at any moment."""
    with tempfile.TemporaryDirectory() as home, test_kill.ground(provider, Path(home)) as here:
        test_kill.kill_at_steps(here, max(2, rounds * 2 // 5), seed)
        test_kill.kill_in_the_rescue(here, max(3, rounds // 4), seed)
        while here.kills < rounds:
            test_kill.kill_at_any_moment(here, rounds - here.kills, seed + here.kills)
        return Count(here.kills, here.kills, 0, here.wrongs())


def save_share(rounds: int, seed: int) -> Count:
    """Kill a process that does nothing but save, at random moments."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        folder, acknowledged = Path(place), list[tuple[str, str]]()
        for _ in range(rounds):
            after = chance.uniform(0.02, 0.12)
            acknowledged += storage_kill.one_round(folder, "right", ROOT, after)
        sweep_parts(folder)
        return Count(rounds, 0, 0, storage_kill.wrongs(folder, acknowledged))


def pieces(effort: Effort) -> list[partial[Count]]:
    """All that can run side by side, in pieces."""
    chance = random.Random()
    share = min(SHARE, max(4, effort.path_kills // len(KINDS)))
    kinds = sorted(KINDS)
    paths = [
        partial(path_share, kinds[number % len(kinds)], share, chance.randrange(10**9))
        for number in range(-(-effort.path_kills // share))
    ]
    left = effort.kills - effort.path_kills
    saves = [
        partial(save_share, min(SHARE, left - done), chance.randrange(10**9))
        for done in range(0, left, SHARE)
    ]
    each = min(STEPS_A_SHARE, -(-effort.steps // len(MACHINES)))
    steps = [partial(model_share, n, each) for n in range(-(-effort.steps // each))]
    return [*paths, *saves, *steps]


def together(effort: Effort) -> Count:
    """Do all pieces in two processes, and say how far it is."""
    total, began = Count(), time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        waiting = [pool.submit(piece) for piece in pieces(effort)]
        for done, future in enumerate(as_completed(waiting), 1):
            total += future.result()
            wrong, seconds = sum(total.wrongs.values()), time.monotonic() - began
            did = f"{total.kills:,} kills, {total.steps:,} steps, {wrong} wrong"
            told(f"  {done}/{len(waiting)}: {did}, {seconds:.0f} s")
    return total


@dataclass(frozen=True)
class Saving:
    """p95 in seconds of a save, and of nothing but the bytes on the same disk in the same run."""

    save: float
    bare: float


def durable_saves(times: int) -> Saving:
    """Original, sidecar and row of a 2 MB picture, all on disk; each beside a bare write."""
    took, bare = [], []
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
            bare.append(bare_write(folder / f"{number}.bin", data))
            began = time.perf_counter()
            kept = library.keep(Parcel(job, data, now))
            journal.record(Saved(name, now, kept))
            took.append(time.perf_counter() - began)
        journal.close()
        database.close()
    return Saving(p95(took), p95(bare))


def bare_write(path: Path, data: bytes) -> float:
    """Seconds for write, fsync, rename and fsync of the folder: the disk's own speed."""
    began = time.perf_counter()
    part = path.with_suffix(".part")
    with part.open("wb", buffering=0) as file:
        file.write(data)
        os.fsync(file.fileno())
    part.replace(path)
    flush_folder(path.parent)
    return time.perf_counter() - began


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


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


def faulty_days() -> tuple[float, float]:
    """The longest gap (s) of the thread in the window's place while all kinds of faults happen, and
    the longest without the wait for a core. Each twin has a process of its own.
    """
    longest, own = 0.0, 0.0
    decoder = LivingDecoder(deadline_s=60.0)
    try:
        for provider in sorted(KINDS):
            with tempfile.TemporaryDirectory() as home:
                gaps = test_gaps.faulty_day(provider, Path(home), decoder)
            told(f"  {provider}: longest gap {gaps.longest * 1e3:.1f} ms, own {gaps.own * 1e3:.1f}")
            longest, own = max(longest, gaps.longest), max(own, gaps.own)
    finally:
        decoder.end()
    return longest, own


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
    told("durable saves, open jobs, faulty days")
    saving, resumed, (gap, own) = durable_saves(effort.saves), resume_of_open_jobs(), faulty_days()
    told("canaries")
    hits = canary_hits(effort.canaries)
    told(f"{effort.kills:,} kills and {effort.steps:,} steps in {WORKERS} processes")
    count = together(effort)
    wrongs = count.wrongs
    twice = [name for name in wrongs if "charged twice" in name]
    doubles = sum(wrongs.pop(name) for name in twice)
    lost = sum(wrongs.values())
    gaps = f"{gap * 1e3:.1f} ms ({own * 1e3:.1f} ms without waiting for a core)"
    return [
        Row("double charges", str(doubles), "0", doubles == 0),
        Row("lost pictures or jobs", f"{lost} {dict(wrongs) or ''}".strip(), "0", lost == 0),
        Row("model steps", f"{count.steps:,}", f">= {effort.steps:,}", count.steps >= effort.steps),
        Row("kills", f"{count.kills:,} ({count.path_kills:,} of the command line)",
            f">= {effort.kills:,}", count.kills >= effort.kills),
        Row("durable save of 2 MB, p95", f"{saving.save * 1e3:.1f} ms", "<= 50 ms",
            saving.save <= SLOW_S),
        Row("  a bare write of the same bytes", f"{saving.bare * 1e3:.1f} ms", "", None),
        Row(f"resume of {OPEN_JOBS} open jobs", f"{resumed:.2f} s", "<= 3 s", resumed <= RESUME_S),
        Row("longest gap under faults", gaps, "<= 50 ms", own <= GAP_S),
        Row(f"canary hits ({len(effort.canaries)} providers)", str(hits), "0", hits == 0),
    ]  # fmt: skip


def fault_rows() -> str:
    """How much of the fault table has tests; they run with the others."""
    here = sum(not tests[0].startswith(NOT_HERE) for tests in ROWS.values())
    return f"fault table: {here} of {len(ROWS)} rows have tests (pytest tests/faults)"


def show(rows: list[Row], write: Callable[[str], object]) -> None:
    wide = max(len(row.name) for row in rows)
    middle = max(len(row.found) for row in rows)
    for row in rows:
        verdict = {True: "PASS", False: "FAIL", None: ""}[row.passed]
        write(f"{row.name:<{wide}}  {row.found:>{middle}}  {row.bar:>9}  {verdict}".rstrip() + "\n")
    write(fault_rows() + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything, in a minute")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--steps", type=int)
    given = parser.parse_args()
    if given.quick:
        effort = Effort(given.kills or 60, 20, given.steps or 1_000, 40, ("bfl",))
    else:
        kills = given.kills or 2_000
        effort = Effort(kills, kills * 4 // 5, given.steps or 20_000, 200, tuple(sorted(KINDS)))
    rows = measured(effort)
    show(rows, sys.stdout.write)
    return 0 if all(row.passed is not False for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
