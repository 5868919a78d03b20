"""The law machine with everything else that may place a job or place it again: the arranged queue,
another provider, a network that is away, sums and lines of money, projects, the look through the
provider's list, and a person who rescues jobs, truthfully.

An intent is a press on Generate, and all that later stands in its place: what was edited, sent
elsewhere, or sent again because it was not charged. It is charged at most once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from flux_studio.core.budget import Limits, Lines
from flux_studio.core.errors import NotKept, NotSent, Reason, StudioError
from flux_studio.core.job import Job, JobState
from flux_studio.core.request import Order, Origin
from flux_studio.core.secret import Secret
from flux_studio.engine.errand import idempotency_key
from flux_studio.engine.runner import Runner
from flux_studio.providers.contract import Submission
from tests.engine.rig import Rig
from tests.engine.test_budgeting import DiskBudget, Note
from tests.engine.test_law_machine import ANSWERS, SECONDS, SUBMITS, LawMachine
from tests.fakes import CancellingProvider, Life, ListingProvider, card, order, request

DEED_POINTS = [
    f"{when}_{what}"
    for what in ("queued", "reopened", "settled", "setaside", "accepted", "stopped", "planned")
    for when in ("before", "after")
]
NUMBERS = st.integers(0, 30)
SUMS = st.sampled_from([None, Decimal("0.03"), Decimal("0.07"), Decimal("0.2")])
PROVIDERS = st.sampled_from(["fake", "other"])
PATIENCE = 500.0  # seconds of the machine's own time


class Everything(CancellingProvider, ListingProvider):
    """A provider that can all, in front of the one server that keeps the ledger."""

    async def download(self, provider: str, url: str) -> bytes:
        return await super().download("fake", url)


class Other(Everything):
    id: ClassVar[str] = "other"

    async def submit(self, submission: Submission, key: Secret | None) -> Any:
        assert submission.request.provider == "other"
        return await super().submit(submission, key)


class RescueMachine(LawMachine):
    """See the module. `root` is the first job of each press, by the jobs that stand for it."""

    def __init__(self) -> None:
        self.note = Note()
        self.limits = Limits()
        self.is_online = True
        self.root: dict[str, str] = {}
        super().__init__()

    def made(self) -> Rig:
        self.budget = DiskBudget(self.disk)
        self.budget.limits = self.limits
        rig = Rig(
            self.loop, self.server, kind=Everything, disk=self.disk, life=Life(), law=self.law,
            at_once=2, budget=self.budget, queue_note=self.note, probe=self.probe,
        )  # fmt: skip
        other: Any = Other(self.server, rig.life, self.loop.now)
        rig.providers["other"] = other
        rig.cards["other", "flux"] = card("other")
        rig.keys.keys["other"] = "key-2"
        return rig

    async def probe(self, _failed: str) -> bool:
        return self.is_online

    # Words for the rules

    def new_ids(self, count: int, *, instead_of: str = "") -> list[str]:
        ids = [f"job{self.clicked + number:04}" for number in range(count)]
        self.clicked += count
        for name in ids:
            self.root[name] = self.root.get(instead_of, instead_of) or name
        return ids

    def wanted(self, ids: list[str], provider: str = "fake", project: str = "") -> Order:
        """An order whose prompts are like no others."""
        made = order(*(request(provider, prompt=f"intent {name}", seed=7) for name in ids))
        return replace(made, origins=(Origin(project),) * len(ids))

    def some(self, number: int, *states: JobState) -> Job | None:
        jobs = [self.disk.jobs[name] for name in sorted(self.disk.jobs)]
        fitting = [job for job in jobs if not states or job.state in states]
        return fitting[number % len(fitting)] if fitting else None

    def is_charged(self, job: Job) -> bool:
        """As the person sees it at the provider."""
        return idempotency_key(job.id) in self.server.charges

    def do(self, deed: Callable[[Runner], Awaitable[Any]]) -> None:
        """Something that a person does, whatever comes of it."""

        async def call() -> None:
            with contextlib.suppress(StudioError, NotKept, TimeoutError):
                await asyncio.wait_for(deed(self.rig.runner), PATIENCE)

        if self.rig.life.alive:
            self.within(call())

    def say(self, deed: Callable[[Runner], Any]) -> None:
        async def call(runner: Runner) -> None:
            deed(runner)

        self.do(call)

    # The queue

    @rule(
        count=st.integers(1, 3), front=st.booleans(), answers=ANSWERS, seconds=SECONDS,
        provider=PROVIDERS, project=st.sampled_from(["", "p"]),
    )  # fmt: skip
    def click_there(
        self, count: int, front: bool, answers: list[str], seconds: float, provider: str,
        project: str,
    ) -> None:  # fmt: skip
        self.server.on_submit.extend(SUBMITS[name] for name in answers)
        ids = self.new_ids(count)
        wanted = self.wanted(ids, provider, project)
        self.say(lambda runner: runner.place(wanted, front, ids))
        self.within(asyncio.sleep(seconds))

    @rule(number=NUMBERS, before=NUMBERS)
    def moved(self, number: int, before: int) -> None:
        job, other = self.some(number, JobState.PLANNED), self.some(before, JobState.PLANNED)
        if job and other:
            at = other.id if other is not job else None
            self.say(lambda runner: runner.queue.move(job.id, at))

    @rule(number=NUMBERS)
    def held(self, number: int) -> None:
        if job := self.some(number, JobState.PLANNED):
            self.say(lambda runner: runner.queue.hold(job.id))

    @rule(number=NUMBERS)
    def released(self, number: int) -> None:
        if job := self.some(number, JobState.PLANNED):
            self.say(lambda runner: runner.queue.release(job.id))

    @rule(number=NUMBERS, provider=PROVIDERS, seconds=SECONDS)
    def replaced(self, number: int, provider: str, seconds: float) -> None:
        """Edited in the queue, or sent elsewhere while it waits."""
        if job := self.some(number, JobState.SENDING) or self.some(number, JobState.PLANNED):
            ids = self.new_ids(1, instead_of=job.id)
            wanted = self.wanted(ids, provider, job.origin.project)
            self.do(lambda runner: self.replace(runner, job.id, wanted, ids))
            self.within(asyncio.sleep(seconds))

    async def replace(self, runner: Runner, job: str, wanted: Order, ids: list[str]) -> None:
        """A seam: the wrong machine below does it wrongly."""
        await runner.queue.replace(job, wanted, ids)

    @rule(number=NUMBERS, provider=PROVIDERS)
    def sent_again(self, number: int, provider: str) -> None:
        """A job that ended without a charge is ordered once more, here or elsewhere."""
        job = self.some(number, JobState.FAILED, JobState.REFUSED)
        if job and job.charged == 0 and job.ticket is None and not self.is_followed_up(job):
            self.place_instead(job, provider)

    def is_followed_up(self, job: Job) -> bool:
        """Whether something stands in its place already: the desk takes the old card away."""
        roots = Counter(self.root.get(name, name) for name in self.disk.jobs)
        return roots[self.root.get(job.id, job.id)] > 1

    def place_instead(self, job: Job, provider: str) -> None:
        ids = self.new_ids(1, instead_of=job.id)
        self.say(lambda runner: runner.place(self.wanted(ids, provider), False, ids))
        self.within(asyncio.sleep(1.0))

    # Money and network

    @rule(limit=SUMS)
    def stop_after(self, limit: Decimal | None) -> None:
        self.say(lambda runner: runner.stop_after(limit))

    @rule(day=SUMS, project=SUMS)
    def lines_drawn(self, day: Decimal | None, project: Decimal | None) -> None:
        self.limits = Limits(day_stop=day, projects={"p": Lines(day_stop=project)})
        self.budget.limits = self.limits
        self.say(lambda runner: runner.look_at_budget())

    @rule(is_paused=st.booleans())
    def queue_paused(self, is_paused: bool) -> None:
        self.say(lambda runner: runner.pause_queue() if is_paused else runner.resume_queue())

    @rule(is_online=st.booleans(), times=st.integers(0, 3))
    def network(self, is_online: bool, times: int) -> None:
        self.is_online = is_online
        if not is_online:
            offline = NotSent(Reason.NETWORK, "Offline.")
            self.server.on_submit.extend([offline] * times)

    # The rescue

    @rule(number=NUMBERS)
    def looked_for(self, number: int) -> None:
        if job := self.some(number, JobState.UNKNOWN):
            self.do(lambda runner: runner.reconciler.look(job.id))

    @rule(number=NUMBERS)
    def fetched_again(self, number: int) -> None:
        if job := self.some(number):
            self.do(lambda runner: runner.rescue.fetch_again(job.id))

    @rule(number=NUMBERS, provider=PROVIDERS)
    def resolved(self, number: int, provider: str) -> None:
        """As it is at the provider: with the task's id, or sent again as another job."""
        job = self.some(number, JobState.UNKNOWN)
        if job is None or job.ticket is not None:
            return
        if self.is_charged(job):
            key = idempotency_key(job.id)
            task = next(task.id for task in self.server.tasks.values() if task.key == key)
            self.do(lambda runner: runner.resolve(job.id, "found", task))
        else:
            self.do(lambda runner: runner.resolve(job.id, "not_charged"))
            if self.disk.jobs[job.id].ended:
                self.place_instead(job, provider)

    @rule(number=NUMBERS)
    def settled(self, number: int) -> None:
        job = self.some(number, JobState.UNKNOWN, JobState.LOST, JobState.FAILED)
        if job and (self.is_charged(job) or job.ticket is None):
            charged = self.is_charged(job)
            self.say(lambda runner: runner.rescue.settle(job.id, charged=charged))

    @rule(number=NUMBERS, aside=st.booleans())
    def left_aside(self, number: int, aside: bool) -> None:
        if job := self.some(number, JobState.UNKNOWN, JobState.LOST, JobState.FAILED):
            self.say(lambda runner: runner.rescue.set_aside(job.id, aside=aside))

    @rule(
        point=st.sampled_from(DEED_POINTS), number=NUMBERS,
        deed=st.sampled_from(["moved", "held", "replaced", "fetched_again", "resolved", "settled",
                              "left_aside", "looked_for", "released"]),
    )  # fmt: skip
    def killed_in_a_deed(self, point: str, number: int, deed: str) -> None:
        self.rig.life.end_at = point
        more: dict[str, tuple[Any, ...]] = {
            "moved": (0,), "replaced": ("other", 1.0), "resolved": ("fake",), "left_aside": (True,),
        }  # fmt: skip
        getattr(self, deed)(number, *more.get(deed, ()))
        self.within(asyncio.sleep(5.0))
        self.start_again()

    # What always holds

    @invariant()
    def no_press_is_charged_twice(self) -> None:
        names = {*self.disk.jobs, *self.root}
        roots = {idempotency_key(name): self.root.get(name, name) for name in names}
        charged = Counter(roots[key] for key in self.server.charges)
        assert max(charged.values(), default=0) <= 1, "a press was charged twice"

    @invariant()
    def no_task_is_that_of_two_jobs(self) -> None:
        tasks = Counter(job.ticket.task for job in self.disk.jobs.values() if job.ticket)
        assert max(tasks.values(), default=0) <= 1, "one task for two jobs"

    @invariant()
    def nothing_else_is_said_of_a_job_that_was_not_sent(self) -> None:
        for job in self.disk.jobs.values():
            if job.state is JobState.PLANNED and job.sent is None:
                assert not self.is_charged(job), "charged, and still in the queue"

    def all_is_well(self) -> None:
        self.is_online, self.limits = True, Limits()
        self.budget.limits = self.limits
        self.rig.journal.refuse.clear()
        self.rig.library.faults.clear()
        self.within(asyncio.sleep(30))  # what stops the queue has said so by then
        self.say(lambda runner: runner.resume_queue())
        self.say(lambda runner: runner.stop_after(None))
        self.say(lambda runner: runner.look_at_budget())
        for name in ("fake", "other"):
            self.say(lambda runner, name=name: runner.resume(name))
        for job in list(self.disk.jobs.values()):
            if job.held:
                self.say(lambda runner, name=job.id: runner.queue.release(name))


class IdempotentRescueMachine(RescueMachine):
    idempotent = True


class HastyMachine(RescueMachine):
    """The costliest wrong queue: what replaces a job does not wait to see that it was not sent."""

    async def replace(self, runner: Runner, job: str, wanted: Order, ids: list[str]) -> None:
        runner.cancel(job)
        runner.place(wanted, False, ids)


class LyingMachine(RescueMachine):
    """A person, or a program, who takes an unclear outcome for one that was not charged."""

    def is_charged(self, job: Job) -> bool:
        return job.state is not JobState.UNKNOWN and super().is_charged(job)

    @invariant()
    def nothing_free_was_charged(self) -> None:
        """What the lie is about; the second charge is what must be found."""


__all__ = ["HastyMachine", "IdempotentRescueMachine", "LyingMachine", "RescueMachine"]
