"""A machine of clicks, faults, kills and restarts: no intent is charged twice, no saved picture is
lost, no job is forgotten. The same machine finds a law that is wrong.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from flux_studio.core.errors import (
    NotKept,
    NotNow,
    NotSent,
    OutcomeUnknown,
    PictureUnreadable,
    ProviderError,
    Reason,
    Refused,
    ResultGone,
    Unreachable,
)
from flux_studio.core.job import JobState
from flux_studio.core.retry import SendAgain, Verdict, after_submit
from flux_studio.engine.errand import idempotency_key
from flux_studio.engine.runner import Runner
from tests.engine.rig import Rig
from tests.fakes import CancellingProvider, FakeDisk, FakeServer, Killed, Life, order
from tests.virtual_time import VirtualTimeLoop, end

KILL_POINTS = [
    "before_planned", "after_planned", "before_sending", "after_sending", "before_submit",
    "submitted", "in_submit", "before_accepted", "after_accepted", "in_check", "before_ready",
    "after_ready", "in_download", "downloaded", "before_keep", "after_keep", "before_saved",
    "after_saved", "before_waiting", "after_waiting", "before_stopped", "after_stopped",
    "in_cancel",
]  # fmt: skip

SUBMITS: dict[str, Any] = {
    "ok": "ok",
    "lost_reply": "lost_reply",
    "lost_request": OutcomeUnknown("The connection broke."),
    "not_sent": NotSent(Reason.NETWORK, "Offline."),
    "busy": NotNow(Reason.RATE_LIMITED, "Busy.", 7.0),
    "refused": Refused(Reason.MODERATED_INPUT, "Not this."),
    "bad_key": Refused(Reason.BAD_KEY, "No."),
    "hang": "hang",
}
DOWNLOADS: dict[str, Any] = {
    "ok": "ok",
    "hiccup": Unreachable(Reason.NETWORK, "No answer."),
    "gone": ResultGone(Reason.RESULT_GONE, "Expired."),
    "no_picture": b"<html>",
}
ANSWERS = st.lists(st.sampled_from(sorted(SUBMITS)), max_size=3)
SECONDS = st.sampled_from([0.05, 0.25, 1.0, 10.0, 200.0])
KEEPS: list[Exception] = [NotKept("full"), PictureUnreadable("cut", "Cut off.")]


class LawMachine(RuleBasedStateMachine):
    """One disk, one provider, many lives of the program."""

    idempotent = False
    law: Any = staticmethod(after_submit)

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualTimeLoop()
        self.loop.set_exception_handler(_not_a_kill)
        self.disk = FakeDisk()
        self.server = FakeServer(idempotent=self.idempotent, seconds=3.0)
        self.clicked = 0
        self.pictures: dict[str, bytes] = {}
        self.start()

    def start(self) -> None:
        """A new life on what the last one left."""
        self.rig = self.made()
        self.within(self.rig.runner.resume_open_jobs())

    def made(self) -> Rig:
        return Rig(
            self.loop, self.server, kind=CancellingProvider, disk=self.disk, life=Life(),
            law=self.law, at_once=2,
        )  # fmt: skip

    def start_again(self) -> None:
        self.bury()
        self.start()

    def within(self, work: Any) -> None:
        """Run something of this life; a kill in it is only the end of this life."""
        try:
            self.loop.run_until_complete(work)
        except Killed:
            self.rig.life.alive = False

    def bury(self) -> None:
        """Remove what is left of a life that has ended."""
        self.rig.life.alive = False
        for _ in range(20):
            left = asyncio.all_tasks(self.loop)
            if not left:
                return
            for task in left:
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))

    def ask(self, question: Callable[[Runner], Any]) -> None:
        """Call the runner of this life, unless it is over."""

        async def call() -> None:
            question(self.rig.runner)

        if self.rig.life.alive:
            self.within(call())

    @rule(count=st.integers(1, 3), front=st.booleans(), answers=ANSWERS, seconds=SECONDS)
    def click(self, count: int, front: bool, answers: list[str], seconds: float) -> None:
        self.server.on_submit.extend(SUBMITS[name] for name in answers)
        ids = [f"job{self.clicked + number:04}" for number in range(count)]
        self.clicked += count
        self.ask(lambda runner: runner.place(order(count=count), front, ids))
        self.within(asyncio.sleep(seconds))

    @rule(point=st.sampled_from(KILL_POINTS), answers=ANSWERS)
    def killed_at(self, point: str, answers: list[str]) -> None:
        self.rig.life.end_at = point
        self.click(1, False, answers, 20.0)
        self.start_again()

    @rule(seconds=SECONDS)
    def killed_now(self, seconds: float) -> None:
        self.rig.life.alive = False
        self.start_again()
        self.within(asyncio.sleep(seconds))

    @rule(answers=st.lists(st.sampled_from(sorted(DOWNLOADS)), max_size=4))
    def downloads_meet(self, answers: list[str]) -> None:
        self.server.on_download.extend(DOWNLOADS[name] for name in answers)

    @rule(faults=st.lists(st.sampled_from(KEEPS), max_size=3))
    def keeping_meets(self, faults: list[Exception]) -> None:
        self.rig.library.faults.extend(faults)

    @rule(event=st.sampled_from(["planned", "sending", "accepted", "ready", "saved", "stopped"]))
    def the_disk_refuses(self, event: str) -> None:
        self.rig.journal.refuse[event] += 1

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: float) -> None:
        self.within(asyncio.sleep(seconds))

    @rule()
    def closed_and_started_again(self) -> None:
        self.within(self.rig.runner.close())
        self.start_again()

    @rule()
    def resumed(self) -> None:
        self.ask(lambda runner: runner.resume("fake"))

    @rule(number=st.integers(0, 30))
    def cancelled(self, number: int) -> None:
        jobs = sorted(self.disk.jobs)
        if jobs:
            self.ask(lambda runner: runner.cancel(jobs[number % len(jobs)]))

    @invariant()
    def no_intent_is_charged_twice(self) -> None:
        charges = self.server.charges
        assert len(charges) == len(set(charges)), "an intent was charged twice"
        assert len(charges) <= len(self.disk.jobs) <= self.clicked

    @invariant()
    def no_saved_picture_is_lost(self) -> None:
        for name, data in self.pictures.items():
            assert self.disk.pictures[name] == data
        self.pictures = dict(self.disk.pictures)
        for job in self.disk.jobs.values():
            if job.state is JobState.SAVED:
                assert job.generation in self.disk.pictures
                assert job.generation in self.disk.rows

    @invariant()
    def nothing_free_was_charged(self) -> None:
        for job in self.disk.jobs.values():
            if job.ended and job.charged == Decimal(0) and not _has_ended_at_provider(job):
                assert idempotency_key(job.id) not in self.server.charges, job

    def all_is_well(self) -> None:
        """What else is mended at the end: for machines with more to go wrong."""

    def teardown(self) -> None:
        """At the end all is well again: then each job gets to an end, or waits for the person."""
        self.server.on_submit.clear()
        self.server.on_download.clear()
        self.start_again()
        self.all_is_well()
        self.within(asyncio.sleep(3000))
        states = {job.id: job.state for job in self.disk.jobs.values()}
        self.bury()
        end(self.loop)
        open_ones = {
            job for job, state in states.items()
            if state not in (JobState.SAVED, JobState.UNKNOWN, JobState.CANCELLED)
            and not self.disk.jobs[job].ended
        }  # fmt: skip
        assert not open_ones, f"jobs were forgotten: {[self.disk.jobs[job] for job in open_ones]}"
        for job in self.disk.jobs.values():
            if job.ticket is not None and job.state is not JobState.SAVED:
                assert job.state in (JobState.LOST, JobState.FAILED, JobState.CANCELLED), job


def _not_a_kill(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A killed task is nobody's news; anything else is."""
    if not isinstance(context.get("exception"), Killed):
        loop.default_exception_handler(context)


def _has_ended_at_provider(job: Any) -> bool:
    """A task that the provider stopped on our word: it says itself that this is free."""
    return job.ticket is not None and job.state is JobState.CANCELLED


class IdempotentLawMachine(LawMachine):
    idempotent = True


def resend_after_doubt(error: ProviderError, attempt: int, *, idempotent: bool) -> Verdict:
    """The costliest wrong law: an unclear answer is taken for a failed one."""
    if isinstance(error, OutcomeUnknown):
        return SendAgain(0.5)
    return after_submit(error, attempt, idempotent=idempotent)


class WrongLawMachine(LawMachine):
    law = staticmethod(resend_after_doubt)


EXAMPLES = int(os.environ.get("LAW_MACHINE_EXAMPLES", "100"))
"""Raise it for a long run: 1000 are some 20,000 steps a machine."""
QUICK = settings(
    max_examples=EXAMPLES, stateful_step_count=20, deadline=None, derandomize=True,
    suppress_health_check=list(HealthCheck), print_blob=False, database=None,
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_log() -> Iterator[None]:
    """A captured record keeps its traceback, and with it every task of every life, alive."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("machine", [LawMachine, IdempotentLawMachine])
def test_no_intent_is_charged_twice_whatever_happens(machine):
    run_state_machine_as_test(machine, settings=QUICK)


def test_the_machine_finds_a_law_that_charges_twice():
    with pytest.raises(AssertionError, match="charged twice"):
        run_state_machine_as_test(
            WrongLawMachine, settings=settings(QUICK, max_examples=300, phases=[Phase.generate])
        )
