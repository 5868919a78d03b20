"""A budget in the engine: what is held, what goes on, what lets go again; and the queue that a
person pauses.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from flux_studio.core.budget import (
    Account,
    Fine,
    Limits,
    Lines,
    Rates,
    Spent,
    Verdict,
    Wish,
    judge,
)
from flux_studio.core.errors import NotKept, Reason
from flux_studio.core.job import Job, JobState, Sending
from flux_studio.engine.budgeting import LOOK_AGAIN
from flux_studio.engine.facts import (
    BudgetWarned,
    ProviderPaused,
    ProviderResumed,
    QueuePaused,
    QueueResumed,
)
from tests.engine.rig import Rig
from tests.fakes import FakeDisk, FakeServer, order
from tests.virtual_time import run

CENTS_3 = Decimal("0.03")


class DiskBudget:
    """A budget that reads the fake disk, as the real one reads the ledger."""

    def __init__(self, disk: FakeDisk, stop: str = "", **lines: Decimal) -> None:
        self.disk = disk
        self.limits = Limits(day_stop=Decimal(stop) if stop else None, **lines)
        self.broken = False
        self.asked = 0

    def verdict(self, wish: Wish, *, with_queue: bool = False) -> Verdict:
        self.asked += 1
        if self.broken:
            raise NotKept("the disk is gone")
        jobs = [j for j in self.disk.jobs.values() if j.sent and j.state is not JobState.PLANNED]
        known = sum((j.charged if j.charged is not None else j.price or 0 for j in jobs), Decimal())
        day = {"fake": Spent(known)}
        account = Account(day, day, {name: self._of(name) for name in self.limits.projects})
        return judge(self.limits, account, Rates({"fake": CENTS_3}), wish)

    def counts_as(self, wish: Wish) -> Decimal | None:
        return CENTS_3 if wish.price is None else wish.price

    def spent_since(self, at: datetime) -> Decimal:
        if self.broken:
            raise NotKept("the disk is gone")
        return sum((j.price or CENTS_3 for j in self._sent() if j.sent and j.sent >= at), Decimal())

    def _sent(self) -> list[Job]:
        return [j for j in self.disk.jobs.values() if j.sent and j.state is not JobState.PLANNED]

    def _of(self, project: str) -> Account:
        sums = [j.price or CENTS_3 for j in self._sent() if j.origin.project == project]
        spent = {"fake": Spent(sum(sums, Decimal()))}
        return Account(spent, spent)


class Note(dict):
    """Where a pause is noted."""

    def set(self, name: str, value: str) -> None:
        self[name] = value


def budgeted(loop, stop: str = "", **options) -> tuple[Rig, DiskBudget]:
    disk = options.pop("disk", None) or FakeDisk()
    budget = DiskBudget(disk, stop, **options.pop("lines", {}))
    return Rig(loop, disk=disk, budget=budget, **options), budget


def test_at_the_stop_line_the_queue_pauses_once_and_what_runs_finishes():
    async def main(loop):
        rig, _ = budgeted(loop, "0.07")
        jobs = rig.place(count=5)
        await rig.until(lambda: rig.told(QueuePaused))
        await rig.saved(*jobs[:2])
        await rig.settled()
        [paused] = rig.told(QueuePaused)
        assert paused.reason == Reason.BUDGET
        assert "$0.060 is spent today and this costs $0.030" in paused.message
        assert rig.charged() == Decimal("0.06")
        assert [rig.job(job).state for job in jobs[2:]] == [JobState.PLANNED] * 3
        assert all("Sending" not in rig.states(job) for job in jobs[2:])

    run(main)


def test_a_line_that_is_raised_lets_the_queue_go_on_up_to_the_new_line():
    async def main(loop):
        rig, budget = budgeted(loop, "0.03")
        jobs = rig.place(count=4)
        await rig.until(lambda: rig.told(QueuePaused))
        await rig.saved(jobs[0])
        budget.limits = Limits(day_stop=Decimal("0.09"))
        rig.runner.look_at_budget()
        await rig.saved(*jobs[:3])
        await rig.until(lambda: len(rig.told(QueuePaused)) == 2)
        assert rig.told(QueueResumed) == [QueueResumed(Reason.BUDGET)]
        assert rig.charged() == Decimal("0.09")

    run(main)


def test_the_next_day_lets_go_by_itself():
    async def main(loop):
        rig, budget = budgeted(loop, "0.03")
        jobs = rig.place(count=2)
        await rig.until(lambda: rig.told(QueuePaused))
        await rig.saved(jobs[0])
        started, asked = loop.now(), budget.asked
        budget.limits = Limits()  # as a new day would
        await rig.saved(jobs[1])
        assert (loop.now() - started).total_seconds() <= LOOK_AGAIN * 1.2
        assert budget.asked > asked

    run(main)


def test_the_line_of_one_provider_pauses_that_provider():
    async def main(loop):
        lines = {"providers": {"fake": Lines(month_stop=CENTS_3)}}
        rig, budget = budgeted(loop, lines=lines)
        jobs = rig.place(count=2)
        await rig.until(lambda: rig.told(ProviderPaused))
        assert rig.told(ProviderPaused)[0].reason == Reason.BUDGET
        assert rig.told(QueuePaused) == []
        budget.limits = Limits()
        rig.runner.look_at_budget()
        assert rig.told(ProviderResumed) == [ProviderResumed("fake")]
        await rig.saved(*jobs)

    run(main)


def test_without_pausing_the_job_ends_with_the_sentence_and_nothing_is_sent():
    async def main(loop):
        rig, _ = budgeted(loop, "0.02", pausing=False)
        [job] = rig.place()
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.reason) == (JobState.REFUSED, Reason.BUDGET)
        assert (stopped.charged, rig.server.submits) == (Decimal(0), [])
        assert stopped.message.startswith("The budget stops here")

    run(main)


def test_a_free_model_is_never_held():
    async def main(loop):
        rig, _ = budgeted(loop, "0.01", free=True)
        rig.runner._gate.hold(Reason.BUDGET, "full")
        await rig.saved(*rig.send(order(price=Decimal(0))))

    run(main)


def test_a_ledger_that_cannot_be_read_sends_nothing_until_it_can():
    async def main(loop):
        rig, budget = budgeted(loop, "5")
        budget.broken = True
        [job] = rig.place()
        await rig.until(lambda: rig.told(QueuePaused))
        assert rig.server.submits == []
        budget.broken = False
        await rig.saved(job)

    run(main)


def test_a_warning_is_told_once_and_holds_nothing():
    async def main(loop):
        rig, _ = budgeted(loop, lines={"day_warn": Decimal("0.04")})
        await rig.saved(*rig.place(count=4))
        [warned] = rig.told(BudgetWarned)
        assert "warning line of $0.040" in warned.message

    run(main)


class RacingBudget(DiskBudget):
    """Another process sends something just after each first answer."""

    def verdict(self, wish: Wish, *, with_queue: bool = False) -> Verdict:
        if not wish.in_account:
            return Fine()
        return super().verdict(wish)


def test_two_processes_cannot_cross_the_line_together():
    async def main(loop):
        disk, server = FakeDisk(), FakeServer()
        rigs = [
            Rig(loop, server, disk=disk, budget=RacingBudget(disk, "0.05"), at_once=3)
            for _ in range(2)
        ]
        jobs = [job for rig in rigs for job in rig.place(count=3)]
        for rig in rigs:
            await rig.until(lambda rig=rig: rig.told(QueuePaused))
        await rigs[0].settled()
        assert len(server.submits) == 1
        held = [job for job in jobs if disk.jobs[job].state is JobState.PLANNED]
        assert len(held) == 5
        assert all("Waiting" in rigs[0].states(j) for j in held if "Sending" in rigs[0].states(j))

    run(main)


def test_a_restart_reads_the_same_budget():
    async def main(loop):
        rig, _ = budgeted(loop, "0.03")
        jobs = rig.place(count=2)
        await rig.until(lambda: rig.told(QueuePaused))
        await rig.saved(jobs[0])
        await rig.runner.close()
        later = Rig(loop, rig.server, disk=rig.disk, budget=DiskBudget(rig.disk, "0.03"))
        await later.runner.resume_open_jobs()
        await later.until(lambda: later.told(QueuePaused))
        assert len(rig.server.charges) == 1
        assert later.job(jobs[1]).state is JobState.PLANNED

    run(main)


@pytest.mark.parametrize("free", [False, True])
def test_a_person_pauses_everything_and_resumes_it(free):
    async def main(loop):
        note = Note()
        rig = Rig(loop, queue_note=note, free=free)
        rig.runner.pause_queue()
        rig.runner.pause_queue()
        assert [fact.reason for fact in rig.told(QueuePaused)] == ["person"]
        jobs = rig.place(count=2)
        await rig.settled()
        assert rig.told(Sending) == []
        assert note["paused"]
        rig.runner.resume_queue()
        await rig.saved(*jobs)
        assert rig.told(QueueResumed) == [QueueResumed("person")]
        assert not note["paused"]

    run(main)


def test_a_job_on_its_way_goes_on_while_the_queue_is_paused():
    async def main(loop):
        rig = Rig(loop)
        [job] = rig.place()
        await rig.until(lambda: rig.told(Sending))
        rig.runner.pause_queue()
        await rig.saved(job)

    run(main)


def test_a_pause_is_kept_over_a_restart():
    async def main(loop):
        note = Note()
        rig = Rig(loop, queue_note=note)
        rig.runner.pause_queue()
        [job] = rig.place()
        await rig.runner.close()
        later = Rig(loop, rig.server, disk=rig.disk, queue_note=note)
        await later.runner.resume_open_jobs()
        await later.settled()
        assert later.told(Sending) == []
        assert [fact.reason for fact in later.told(QueuePaused)] == ["person"]
        later.runner.resume_queue()
        await later.saved(job)

    run(main)
