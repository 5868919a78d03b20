"""Stand-ins for what the engine stands on: a provider with a ledger, a journal, a library, keys.

What a provider or a disk holds survives a kill (`FakeServer`, `FakeDisk`); the objects a runner
gets belong to one `Life` and do nothing any more once that has ended.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, ClassVar

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import (
    NotKept,
    OutcomeUnknown,
    PictureUnreadable,
    Reason,
    Refused,
    TaskForgotten,
)
from flux_studio.core.generation import Generation
from flux_studio.core.job import (
    Job,
    JobEvent,
    Planned,
    Progressed,
    Saved,
    Ticket,
    planned,
    step,
)
from flux_studio.core.money import Money
from flux_studio.core.pricing import Estimate, Free, PerCall
from flux_studio.core.request import Order, Reference, Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import FreeSizes, Size
from flux_studio.core.waiting import Observation
from flux_studio.engine.ports import Delivery, HeldKey
from flux_studio.providers.contract import (
    Done,
    Ended,
    Inline,
    Link,
    ListedTask,
    ReferencePicture,
    Result,
    Status,
    Submission,
    TaskList,
    Working,
)

PRICE = Decimal("0.03")


def card(provider: str = "fake", model: str = "flux", *, free: bool = False) -> ModelCard:
    """A model card of a fake provider; $0.03 a picture, 4 s in the usual case."""
    return ModelCard(
        provider=provider,
        model=model,
        title="Fake",
        blurb="",
        sizes=FreeSizes(256, 2048, 16, 0),
        default_size=Size(1024, 1024),
        price=Free() if free else PerCall((("", PRICE),)),
        references=4,
        prompt_least=1,
        prompt_most=1000,
        formats=("png",),
        seed=True,
        safety=None,
        checker=False,
        count_most=16,
        source="test",
        as_of="2026-11-20",
        prior_seconds=4.0,
    )


def request(provider: str = "fake", prompt: str = "a fox", **fields: Any) -> Request:
    return Request(provider, "flux", prompt, Size(1024, 1024), "png", **fields)


def order(*requests: Request, count: int = 1, price: Money | None = PRICE) -> Order:
    """An order of the given requests, else of `count` plain ones."""
    wanted = requests or tuple(request(prompt=f"fox {number}") for number in range(count))
    return Order(wanted, Estimate(price, len(wanted), ()))


def reference(name: str = "cat") -> Reference:
    return Reference(sha256(name.encode()).hexdigest(), "image/png", Size(64, 64), name)


class Killed(BaseException):
    """The process is gone: nothing it does from here on has any effect."""


@dataclass(slots=True)
class Life:
    """One run of the program. `end_at` names the point at which it is killed, '' for none.

    Points: `before_<event>` and `after_<event>` of the journal (events in lower case), `in_submit`
    (the provider took it, the reply did not arrive), `in_download`, `before_keep`, `after_keep`.
    """

    end_at: str = ""
    alive: bool = True

    def pass_by(self, point: str) -> None:
        if point == self.end_at:
            self.alive = False
        if not self.alive:
            raise Killed(point)


@dataclass
class FakeDisk:
    """What survives a kill: jobs, their events, pictures, durations."""

    jobs: dict[str, Job] = field(default_factory=dict)
    events: list[JobEvent] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, Generation] = field(default_factory=dict)
    observed: defaultdict[str, list[Observation]] = field(default_factory=lambda: defaultdict(list))


class FakeJournal:
    """A journal in memory. `refuse` counts how often the disk says no to an event, by its name, or
    to `open_jobs` or `observe`; `broken` holds errors that no journal should raise; `elsewhere`
    names jobs that another live process takes care of.
    """

    def __init__(self, disk: FakeDisk | None = None, life: Life | None = None) -> None:
        self.disk = disk or FakeDisk()
        self.life = life or Life()
        self.refuse: Counter[str] = Counter()
        self.broken: dict[str, Exception] = {}
        self.elsewhere: set[str] = set()

    def record(self, event: JobEvent) -> None:
        name = type(event).__name__.lower()
        self.life.pass_by(f"before_{name}")
        self._refuse(name)
        if name in self.broken:
            raise self.broken[name]
        self._write(event)
        self.life.pass_by(f"after_{name}")

    def _write(self, event: JobEvent) -> None:
        jobs = self.disk.jobs
        if isinstance(event, Planned):
            jobs[event.job] = planned(event)
        else:
            jobs[event.job] = step(jobs[event.job], event)
        if isinstance(event, Saved):
            self.disk.rows[event.generation.id] = event.generation
        self.disk.events.append(event)

    def _refuse(self, name: str) -> None:
        if self.refuse[name] > 0:
            self.refuse[name] -= 1
            raise NotKept("The disk is full.")

    def open_jobs(self) -> Sequence[Job]:
        self.life.pass_by("open_jobs")
        self._refuse("open_jobs")
        return [job for job in self.disk.jobs.values() if not job.ended]

    def job(self, job: str) -> Job | None:
        return self.disk.jobs.get(job)

    def reclaim(self, job: str) -> Job | None:
        self._refuse("reclaim")
        return None if job in self.elsewhere else self.disk.jobs.get(job)

    def known_tasks(self, provider: str, tasks: Sequence[str]) -> set[str]:
        known = {job.ticket.task for job in self.disk.jobs.values() if job.ticket}
        return known & set(tasks)

    def observed(self, kind: str) -> Sequence[Observation]:
        return self.disk.observed[kind][-60:]

    def observe(self, kind: str, observation: Observation) -> None:
        self.life.pass_by("observe")
        self._refuse("observe")
        self.disk.observed[kind].append(observation)

    def states(self, job: str) -> list[str]:
        """The names of the events of one job, in order, progress left out."""
        return [
            type(event).__name__
            for event in self.disk.events
            if event.job == job and not isinstance(event, Progressed)
        ]


class FakeLibrary:
    """A library in memory. `faults` are raised by the next calls of `keep`, one each."""

    def __init__(self, disk: FakeDisk | None = None, life: Life | None = None) -> None:
        self.disk = disk or FakeDisk()
        self.life = life or Life()
        self.faults: deque[Exception] = deque()
        self.deliveries: list[Delivery] = []

    def keep(self, delivery: Delivery) -> Generation:
        self.life.pass_by("before_keep")
        if self.faults:
            raise _fresh(self.faults.popleft())
        if not delivery.data.startswith(b"picture"):
            raise PictureUnreadable("not_a_picture", "It is no picture.")
        self.deliveries.append(delivery)
        generation = self._generation(delivery)
        self.disk.pictures[generation.id] = delivery.data
        self.life.pass_by("after_keep")
        return generation

    def _generation(self, delivery: Delivery) -> Generation:
        job = delivery.job
        name, number = job.id, 1
        while self.disk.pictures.get(name, delivery.data) != delivery.data:
            number += 1
            name = f"{job.id}-{number}"
        return Generation(
            id=name, job=job.id, request=job.request, path=f"{name}.png",
            sha256=sha256(delivery.data).hexdigest(), mime="image/png", size=job.request.size,
            bytes=len(delivery.data), created=delivery.finished, price=job.price,
            charged=delivery.charged, seed=delivery.seed, seconds=delivery.seconds,
            task=job.ticket.task if job.ticket else "", parent=job.request.parent,
            quality=delivery.quality,
        )  # fmt: skip

    def outgoing(self, picture: Reference) -> tuple[bytes, str]:
        if picture.name == "missing":
            raise PictureUnreadable("gone", "The file is gone.")
        return f"clean {picture.name}".encode(), "image/png"


class FakeKeys:
    """Keys by provider id, named ones by 'provider/name'; `in_use` names one by provider. A value
    that is an exception is raised.
    """

    def __init__(self, **keys: str | Exception | None) -> None:
        self.keys: dict[str, str | Exception | None] = {"fake": "key-1", **keys}
        self.in_use: dict[str, str] = {}
        self.asked: Counter[str] = Counter()

    def key(self, provider: str, label: str = "") -> HeldKey | None:
        self.asked[provider] += 1
        label = label or self.in_use.get(provider, "")
        found = self.keys.get(f"{provider}/{label}" if label else provider)
        if isinstance(found, Exception):
            raise found
        return HeldKey(Secret(found), label) if found else None


@dataclass
class FakeTask:
    """One task at the provider. Seconds are those of the loop's clock."""

    id: str
    key: str
    began: float
    seconds: float
    results: tuple[bytes, ...]
    cancelled: bool = False
    forgotten: bool = False


Script = deque[Any]


@dataclass
class FakeServer:
    """The far side: its tasks and what it charged, and what it does next.

    `on_submit` and `on_check` hold what the next calls meet: an exception to raise, a callable that
    is given the task (or None) and returns a status or raises, or a word: 'ok', 'lost_reply' (took
    it, charged it, no answer), 'hang'. Empty scripts mean that all goes well.
    """

    idempotent: bool = False
    seconds: float = 5.0
    inline: bool = False
    results: int = 1
    reported: Money | None = PRICE
    charged_at_submit: Money | None = None
    expires: timedelta | None = None
    wrong_keys: set[str] = field(default_factory=set)
    on_submit: Script = field(default_factory=deque)
    on_check: Script = field(default_factory=deque)
    on_download: Script = field(default_factory=deque)
    on_upload: Script = field(default_factory=deque)
    on_cancel: Script = field(default_factory=deque)
    tasks: dict[str, FakeTask] = field(default_factory=dict)
    charges: list[str] = field(default_factory=list)
    submits: list[Submission] = field(default_factory=list)
    checks: list[tuple[float, str]] = field(default_factory=list)
    uploads: list[ReferencePicture] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    lists: int = 0
    in_flight: int = 0
    most_in_flight: int = 0

    def take(self, submission: Submission, at: float) -> FakeTask:
        """Accept and charge; the same key twice is one task where keys count."""
        if self.idempotent:
            for task in self.tasks.values():
                if task.key == submission.idempotency_key:
                    return task
        number = len(self.tasks) + 1
        pictures = tuple(
            f"picture {number}/{part} {submission.request.prompt}".encode()
            for part in range(1, self.results + 1)
        )
        task = FakeTask(f"task-{number}", submission.idempotency_key, at, self.seconds, pictures)
        self.tasks[task.id] = task
        self.charges.append(submission.idempotency_key)
        return task


class FakeProvider:
    """A provider without cancel, in front of a `FakeServer`."""

    id: ClassVar[str] = "fake"
    idempotent: bool = False  # set per object here, per class by a provider
    at_once: int = 4

    def __init__(
        self,
        server: FakeServer | None = None,
        life: Life | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.server = server or FakeServer()
        self.life = life or Life()
        self.idempotent = self.server.idempotent
        self._now = now

    async def upload(self, picture: ReferencePicture, key: Secret | None) -> str:
        self.life.pass_by("in_upload")
        await self._meet(self.server.on_upload, None)
        self.server.uploads.append(picture)
        return f"https://fake/{picture.file_name}"

    async def submit(self, submission: Submission, key: Secret | None) -> Ticket:
        server = self.server
        self.life.pass_by("before_submit")
        self._check_key(key)
        server.submits.append(submission)
        server.in_flight += 1
        server.most_in_flight = max(server.most_in_flight, server.in_flight)
        try:
            await asyncio.sleep(0.2)
            self.life.pass_by("submitted")
            return await self._answer(submission)
        finally:
            server.in_flight -= 1

    async def _answer(self, submission: Submission) -> Ticket:
        server = self.server
        if server.on_submit and server.on_submit[0] == "lost_reply":
            server.on_submit.popleft()
            server.take(submission, _seconds())
            raise OutcomeUnknown("The connection broke.")
        await self._meet(server.on_submit, None)
        task = server.take(submission, _seconds())
        self.life.pass_by("in_submit")
        return self.ticket(task.id)

    def ticket(self, task: str) -> Ticket:
        now = self._now() if self._now else datetime.fromisoformat("2026-11-20T12:00:00+00:00")
        expires = now + self.server.expires if self.server.expires else None
        return Ticket(
            task, now, (("status", f"https://fake/{task}"),), expires,
            self.server.charged_at_submit,
        )  # fmt: skip

    async def check(self, ticket: Ticket, key: Secret | None) -> Status:
        server = self.server
        self.life.pass_by("in_check")
        server.checks.append((_seconds(), ticket.task))
        self._check_key(key)
        task = server.tasks.get(ticket.task)
        scripted = await self._meet(server.on_check, task)
        if scripted is not None:
            return scripted  # type: ignore[no-any-return]  # a script is made of statuses
        if task is None or task.forgotten:
            raise TaskForgotten(Reason.FORGOTTEN, "No such task.")
        if task.cancelled:
            return Ended(False, Reason.CANCELLED, "Stopped.", Decimal(0), cancelled=True)
        if _seconds() - task.began < task.seconds:
            return Working(running=True, words="painting")
        return self.done(task)

    def done(self, task: FakeTask) -> Done:
        results: tuple[Result, ...] = tuple(
            Inline(data) if self.server.inline else Link(f"https://cdn/{task.id}/{part}")
            for part, data in enumerate(task.results)
        )
        return Done(results, self.server.reported, seed=7, reply="{}")

    async def download(self, provider: str, url: str) -> bytes:
        self.life.pass_by("in_download")
        assert provider == "fake"
        self.server.downloads.append(url)
        await asyncio.sleep(0.1)
        scripted = await self._meet(self.server.on_download, None)
        self.life.pass_by("downloaded")
        if scripted is not None:
            return scripted  # type: ignore[no-any-return]  # a script is made of bytes
        task, part = url.removeprefix("https://cdn/").split("/")
        return self.server.tasks[task].results[int(part)]

    def ticket_for(self, task: str, model: ModelCard, wanted: Request) -> Ticket:
        return self.ticket(task)

    def _check_key(self, key: Secret | None) -> None:
        if key is None or key.reveal() in self.server.wrong_keys:
            raise Refused(Reason.BAD_KEY, "The key is not valid.")

    async def _meet(self, script: Script, task: FakeTask | None) -> Any:
        """The next item of a script: raised, called or returned; None when there is none."""
        if not script:
            return None
        item = script.popleft()
        if isinstance(item, BaseException):
            raise _fresh(item)
        if item == "hang":
            await asyncio.get_running_loop().create_future()
        if item == "ok":
            return None
        return item(task) if callable(item) else item


class CancellingProvider(FakeProvider):
    """A provider that can stop a task."""

    async def cancel(self, ticket: Ticket, key: Secret | None) -> bool:
        self.life.pass_by("in_cancel")
        scripted = await self._meet(self.server.on_cancel, None)
        if scripted is not None:
            return bool(scripted)
        task = self.server.tasks[ticket.task]
        if _seconds() - task.began >= task.seconds:
            return False
        task.cancelled = True
        return True


class ListingProvider(FakeProvider):
    """A provider that lists its tasks. `named` says whether a task bears the key it was sent with;
    `listed` replaces the list, `complete` says whether it is.
    """

    list_lag: ClassVar[timedelta] = timedelta(minutes=1)
    named: bool = False
    complete: bool = True
    listed: list[ListedTask] | Exception | None = None

    async def recent(
        self, submission: Submission, since: datetime, until: datetime, key: Secret | None
    ) -> TaskList:
        self._check_key(key)
        self.server.lists += 1
        if isinstance(self.listed, Exception):
            raise _fresh(self.listed)
        if self.listed is not None:
            return TaskList(tuple(self.listed), self.complete)
        assert self._now is not None
        began = [(self._now() - timedelta(seconds=_seconds() - t.began), t)
                 for t in self.server.tasks.values()]  # fmt: skip
        tasks = [
            ListedTask(t.id, at, self.named and t.key == submission.idempotency_key, True)
            for at, t in began
            if t.results[0].endswith(submission.request.prompt.encode()) and since <= at <= until
        ]
        return TaskList(tuple(tasks), self.complete)


class BlindProvider(FakeProvider):
    """A provider where a task cannot be found by its id."""

    ticket_for = None  # type: ignore[assignment]  # None is how a protocol reads "not there"


class KeylessProvider(FakeProvider):
    """A provider that asks for no key."""

    def _check_key(self, key: Secret | None) -> None:
        assert key is None


class AccountProvider(FakeProvider):
    """A provider that tests keys, tells the balance and quotes."""

    async def check_key(self, key: Secret) -> str:
        self._check_key(key)
        return "balance $4.20"

    async def balance(self, key: Secret) -> Money:
        self._check_key(key)
        return Decimal("4.20")

    async def quote(self, wanted: Request, model: ModelCard, key: Secret | None) -> Money | None:
        return PRICE * wanted.size.billed_megapixels


def _fresh(error: BaseException) -> BaseException:
    """An error as if it was never raised: one object may stand in a script many times."""
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error


def _seconds() -> float:
    return asyncio.get_running_loop().time()
