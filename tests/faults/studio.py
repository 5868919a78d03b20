"""A real studio without a window: storage, engine and HTTP on a thread of their own, a twin as the
provider, and the test's own thread in the place of the window.

The test's thread only looks whether something has come, every few milliseconds; the longest time it
could not look is `gaps.longest`, as the window would have felt it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flux_studio.assembly import Workshop
from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Draft, SeedMode
from flux_studio.core.draft import check as checked
from flux_studio.core.job import Board, Job, JobEvent, JobState, advance
from flux_studio.core.request import Order
from flux_studio.core.size import ListedSizes, Size
from flux_studio.engine.daemon_threads import DaemonThreads
from flux_studio.engine.facts import EngineFact, ProviderPaused
from flux_studio.engine.runner import Runner
from flux_studio.ground import Ground, lay_ground
from flux_studio.storage.decode import Decoder
from tests.faults.gaps import GapWatch
from tests.hosts.bfl import BflHost
from tests.hosts.fal import FalHost
from tests.hosts.replicate import ReplicateHost
from tests.hosts.runapi import RunApiHost
from tests.hosts.runflow import RunflowHost
from tests.hosts.server import HostServer

KINDS: dict[str, tuple[type[HostServer], str]] = {
    "runapi": (RunApiHost, "RUNAPI_API_KEY"),
    "runflow": (RunflowHost, "RUNFLOW_API_KEY"),
    "bfl": (BflHost, "BFL_API_KEY"),
    "fal": (FalHost, "FAL_KEY"),
    "replicate": (ReplicateHost, "REPLICATE_API_TOKEN"),
}
IDEMPOTENT = frozenset({"runapi"})
PATIENCE_S = 20.0
LOOK_S = 0.002
SMALL = Size(256, 256)


class LivingDecoder(Decoder):
    """A decoder that one studio may close and the next one still uses."""

    def close(self) -> None:
        """Ended by `end`."""

    def end(self) -> None:
        Decoder.close(self)


def small_order(card: ModelCard, prompt: str, count: int = 1) -> Order:
    """An order on a card for its smallest pictures, so that drawing and decoding cost little."""
    match card.sizes:
        case ListedSizes(options=options):
            least = min((option.size for option in options), key=lambda size: size.pixels)
        case _:
            least = SMALL
    for size in (least, card.default_size):
        draft = Draft(
            card.provider, card.model, prompt=prompt, size=size, count=count,
            seed_mode=SeedMode.FIXED, seed=7,
        )  # fmt: skip
        made = checked(draft, card, lambda: 1)
        if made.order is not None:
            return made.order
    raise AssertionError(made.problems)


@dataclass
class Faulty:
    """One life of a studio at one twin; `facts` in the order they were told."""

    ground: Ground
    workshop: Workshop
    provider: str
    facts: list[EngineFact] = field(default_factory=list)
    board: Board = field(default_factory=Board)
    gaps: GapWatch = field(default_factory=lambda: GapWatch(LOOK_S))

    def __post_init__(self) -> None:
        self._news = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: Runner | None = None
        self._ready = threading.Event()
        self._end: asyncio.Event | None = None
        self._broke: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="faulty-engine", daemon=True)

    # From the test's thread

    def start(self) -> None:
        self._thread.start()
        self._ready.wait(PATIENCE_S)
        if self._broke:
            raise self._broke

    def stop(self) -> None:
        """As a person closes it; no thread is left."""
        assert self._loop is not None
        assert self._end is not None
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "the engine did not end"

    def ask(self, question: Callable[[Runner], Any]) -> Any:
        """Call the runner on its own thread; a coroutine is awaited there."""

        async def call() -> Any:
            assert self._runner is not None
            answer = question(self._runner)
            return await answer if asyncio.iscoroutine(answer) else answer

        assert self._loop is not None
        future = asyncio.run_coroutine_threadsafe(call(), self._loop)
        self.until(future.done)
        return future.result()

    def press(self, prompt: str = "a red fox", count: int = 1) -> list[str]:
        """Press Generate with the provider's first model; gives the jobs."""
        card = next(c for c in self.ground.cards if c.provider == self.provider)
        order = small_order(card, prompt, count)
        jobs: list[str] = self.ask(lambda runner: runner.place(order))
        return jobs

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait as the window does: look often, and notice how long one could not look."""
        wait, end = threading.Event(), time.monotonic() + PATIENCE_S
        self.gaps.begin()
        while not is_so():
            wait.wait(LOOK_S)
            self.gaps.look()
            assert time.monotonic() < end, [(j.state, j.reason, j.message) for j in self.jobs]

    def until_state(self, *states: JobState) -> Job:
        """Wait until every job is in one of these states; gives the first."""
        self.until(lambda: bool(self.jobs) and all(job.state in states for job in self.jobs))
        return self.jobs[0]

    def ended(self) -> Job:
        """Wait until nothing moves any more; gives the first job."""
        self.until(
            lambda: (
                bool(self.jobs)
                and all(job.ended or job.state is JobState.UNKNOWN for job in self.jobs)
            )
        )
        return self.jobs[0]

    @property
    def jobs(self) -> list[Job]:
        with self._news:
            return list(self.board.jobs.values())

    @property
    def pauses(self) -> list[ProviderPaused]:
        return [fact for fact in self.facts if isinstance(fact, ProviderPaused)]

    def picture(self, job: Job) -> bytes:
        """The saved file, as it lies on disk."""
        kept = self.workshop.journal.job(job.id)
        assert kept is not None
        assert kept.generation is not None
        generation = self.workshop.gallery().get(kept.generation)
        assert generation is not None
        return (self.ground.paths.pictures / generation.path).read_bytes()

    # On the engine's thread

    def _tell(self, fact: EngineFact) -> None:
        with self._news:
            self.facts.append(fact)
            if isinstance(fact, JobEvent):
                self.board = advance(self.board, fact)

    def _run(self) -> None:
        with asyncio.Runner() as loop:
            loop.get_loop().set_default_executor(DaemonThreads())
            loop.run(self._live())

    async def _live(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        try:
            self._runner = await self.workshop.runner(self._tell)
            await self._runner.resume_open_jobs()
        except BaseException as error:
            self._broke = error
            raise
        finally:
            self._ready.set()
        try:
            await self._end.wait()
        finally:
            await self._runner.close()
            self.workshop.close()


class Bench:
    """A twin and a home; studios are opened there one after the other."""

    def __init__(self, provider: str, host: HostServer, home: Path, decoder: Decoder) -> None:
        self.provider, self.host, self.home, self._decoder = provider, host, home, decoder
        self.variable = KINDS[provider][1]
        self.environ: Mapping[str, str] = {
            **host.environ, self.variable: host.key, "FLUX_STUDIO_HOME": str(home),
        }  # fmt: skip

    @contextlib.contextmanager
    def studio(self, **environ: str) -> Iterator[Faulty]:
        """One life of the program; closed as a person closes it."""
        ground = lay_ground({**self.environ, **environ})
        workshop = Workshop(ground)
        workshop.__dict__["decoder"] = self._decoder
        made = Faulty(ground, workshop, self.provider)
        made.start()
        try:
            yield made
        finally:
            made.stop()

    @property
    def charges(self) -> int:
        return len(self.host.ledger)

    @property
    def submits(self) -> int:
        return len(self.host.asked("submit"))
