"""What the runner needs from the rest of the studio, as protocols: the app hands it the real ones.

All methods are called on the engine's thread. Those that may block (keychain, disk, decode) are
called through `asyncio.to_thread` by the runner; `Journal` is called directly, since one thread
owns all database writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flux_studio.core.budget import Verdict, Wish
from flux_studio.core.generation import Generation
from flux_studio.core.job import Job, JobEvent
from flux_studio.core.money import Money
from flux_studio.core.request import Reference, Request
from flux_studio.core.secret import Secret
from flux_studio.core.waiting import Observation
from flux_studio.engine.facts import EngineFact


class Journal(Protocol):
    """The precious table of jobs."""

    def record(self, event: JobEvent) -> None:
        """Commit one fact; on disk when it returns. Raises NotKept when the disk refuses."""
        ...

    def open_jobs(self) -> Sequence[Job]:
        """Jobs of earlier runs that have not ended and belong to no live process; this process owns
        them now.
        """
        ...

    def job(self, job: str) -> Job | None:
        """One job of any run, None when there is none of that id."""
        ...

    def reclaim(self, job: str) -> Job | None:
        """One job of any run that has ended or waits for a person: it belongs to this process now.
        None when there is none, or a live process has it. Raises NotKept when the disk refuses.
        """
        ...

    def known_tasks(self, provider: str, tasks: Sequence[str]) -> set[str]:
        """Which of these task ids of a provider belong to jobs already."""
        ...

    def observed(self, kind: str) -> Sequence[Observation]:
        """How long earlier jobs of a kind took, oldest first, at most the last 60."""
        ...

    def observe(self, kind: str, observation: Observation) -> None:
        """Remember how long one job of a kind took."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """One finished picture on its way to disk, with what the provider said of it.

    A task that gave several pictures makes several deliveries of one job, in their order; the first
    carries what was charged, the others 0.
    """

    job: Job
    data: bytes
    finished: datetime
    charged: Money | None
    seed: int | None
    seconds: float | None
    quality: tuple[tuple[str, str], ...]
    reply: str


class Library(Protocol):
    """Where pictures go and references come from. Blocking."""

    def keep(self, delivery: Delivery) -> Generation:
        """Verify by a decode, then write original, sidecar, thumbnails and row, in that order; safe
        to repeat.

        Raises PictureUnreadable when the bytes are not a picture, NotKept when the disk refuses.
        """
        ...

    def outgoing(self, reference: Reference) -> tuple[bytes, str]:
        """The bytes of a reference as they leave: re-encoded without metadata, and their mime
        type.
        """
        ...


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key and its name, which tells several keys of a provider apart. The name is journalled."""

    secret: Secret
    label: str = ""


class Keys(Protocol):
    """Where keys come from. Blocking, with a deadline of its own."""

    def key(self, provider: str, label: str = "") -> HeldKey | None:
        """The key of this name; without a name the one in use: environment, session or keychain.
        None when there is none.
        """
        ...


class Budget(Protocol):
    """Whether a job may be sent, by the ledger as it is now. Called directly, like `Journal`."""

    def verdict(self, wish: Wish, *, with_queue: bool = False) -> Verdict:
        """`with_queue` counts what waits to be sent as well. Raises NotKept when the disk
        refuses.
        """
        ...

    def counts_as(self, wish: Wish) -> Money | None:
        """USD that a wish is held against a line with: its price, else the highest known rate."""
        ...

    def spent_since(self, at: datetime) -> Money:
        """USD of everything sent at or after a time. Raises NotKept when the disk refuses."""
        ...


class QueueNote(Protocol):
    """Where it is noted, over restarts, what holds the queue."""

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str) -> None: ...


class Listener(Protocol):
    """Who is told of every fact, after it is in the journal."""

    def __call__(self, fact: EngineFact, /) -> None: ...


def kind_of(request: Request) -> str:
    """The kind of job whose durations are alike: provider, model, billed megapixels, number of
    references.
    """
    size = request.size.billed_megapixels
    return f"{request.provider}/{request.model}/{size}mp/{len(request.references)}ref"
