"""What holds the queue beside a budget: a sum to stop after, a project's line, a network that is
away, credit that runs out.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal

from flux_studio.core.budget import Lines
from flux_studio.core.errors import NotKept, NotNow, NotSent, Reason, Refused
from flux_studio.core.job import JobState, Waiting
from flux_studio.core.request import Order, Origin
from flux_studio.engine.facts import (
    ProviderPaused,
    ProviderResumed,
    QueuePaused,
    QueueResumed,
    SpendStopMoved,
)
from flux_studio.engine.gate import STOP_AFTER
from flux_studio.engine.network import LOOK_AGAIN, OFFLINE, RECONNECTED
from tests.engine.rig import Rig
from tests.engine.test_budgeting import DiskBudget, Note, budgeted
from tests.fakes import AccountProvider, FakeDisk, FakeServer, order
from tests.virtual_time import run

CENTS_3, CENTS_7 = Decimal("0.03"), Decimal("0.07")


def of_project(project, count=1):
    plain = order(count=count)
    return Order(plain.requests, plain.estimate, (Origin(project),) * count)


# Stop after a sum


def test_the_queue_stops_before_the_sum_is_passed_and_says_so_once():
    async def main(loop):
        rig, _ = budgeted(loop)
        await rig.saved(*rig.place(count=2))
        rig.runner.stop_after(CENTS_7)
        jobs = rig.place(count=4)
        await rig.until(lambda: rig.told(QueuePaused))
        await rig.saved(*jobs[:2])
        await rig.settled()
        [paused] = rig.told(QueuePaused)
        assert paused.reason == STOP_AFTER
        assert "Stopped after $0.060" in paused.message
        assert "the sum is $0.070" in paused.message
        assert rig.charged() == Decimal("0.12"), "what went before does not count"
        assert rig.told(SpendStopMoved)[-1].spent == Decimal("0.06")
        rig.runner.resume_queue()
        await rig.saved(*jobs)
        assert rig.told(SpendStopMoved)[-1].stop is None

    run(main)


def test_a_new_sum_lets_the_queue_go_on_and_counts_from_then():
    async def main(loop):
        rig, _ = budgeted(loop)
        rig.runner.stop_after(CENTS_3)
        jobs = rig.place(count=4)
        await rig.until(lambda: rig.told(QueuePaused))
        await rig.saved(jobs[0])
        rig.runner.stop_after(CENTS_7)
        await rig.until(lambda: len(rig.told(QueuePaused)) == 2)
        await rig.saved(*jobs[:3])
        assert rig.job(jobs[3]).state is JobState.PLANNED

    run(main)


def test_the_sum_is_kept_over_a_restart():
    async def main(loop):
        disk, note = FakeDisk(), Note()
        rig, _ = budgeted(loop, disk=disk, queue_note=note)
        rig.runner.stop_after(CENTS_7)
        await rig.saved(*rig.place(count=2))
        await rig.runner.close()
        again, _ = budgeted(loop, disk=disk, queue_note=note)
        await again.runner.resume_open_jobs()
        moved = again.told(SpendStopMoved)[-1]
        assert moved.stop is not None
        assert (moved.stop.limit, moved.spent) == (CENTS_7, Decimal("0.06"))
        (job,) = again.place()
        await again.until(lambda: again.told(QueuePaused))
        assert again.job(job).state is JobState.PLANNED
        note["stop_after"] = "nonsense"
        await again.runner.close()
        other, _ = budgeted(loop, disk=disk, queue_note=note)
        await other.runner.resume_open_jobs()
        await other.saved(job)

    run(main)


def test_free_jobs_pass_and_a_price_that_is_not_known_counts_at_the_highest_rate():
    async def main(loop):
        rig, _ = budgeted(loop)
        rig.runner.stop_after(CENTS_3)
        jobs = [*rig.send(order(price=None)), *rig.send(order(price=None))]
        await rig.until(lambda: rig.told(QueuePaused))
        await rig.saved(jobs[0])
        free, _ = budgeted(loop, free=True)
        free.runner.stop_after(Decimal("0.001"))
        await free.saved(*free.send(order(price=Decimal(0))))

    run(main)


def test_a_ledger_that_cannot_be_read_sends_nothing():
    class Unread(DiskBudget):
        def spent_since(self, at):
            raise NotKept("the disk is gone")

    async def main(loop):
        disk = FakeDisk()
        rig = Rig(loop, disk=disk, budget=Unread(disk))
        rig.runner.stop_after(CENTS_7)
        rig.place()
        await rig.until(lambda: rig.told(QueuePaused))
        assert rig.server.submits == []

    run(main)


# Projects


def test_at_the_line_of_a_project_its_jobs_rest_and_the_others_go_on():
    async def main(loop):
        rig, budget = budgeted(loop, lines={"projects": {"zoo": Lines(day_stop=CENTS_7)}})
        zoo = rig.send(of_project("zoo", 4))
        other = rig.send(of_project("farm", 3))
        await rig.saved(*zoo[:2], *other)
        await rig.settled()
        [paused] = rig.told(QueuePaused)
        assert (paused.reason, paused.project) == (Reason.BUDGET, "zoo")
        assert "spent today on zoo" in paused.message
        assert [rig.job(job).state for job in zoo[2:]] == [JobState.PLANNED] * 2
        budget.limits = type(budget.limits)(projects={"zoo": Lines(day_stop=Decimal(1))})
        rig.runner.look_at_budget()
        await rig.saved(*zoo)
        assert rig.told(QueueResumed) == [QueueResumed(Reason.BUDGET, "zoo")]

    run(main)


# The network


class FakeNetwork:
    """Says what a probe finds; counts the looks."""

    def __init__(self, *, there: bool | None) -> None:
        self.there = there
        self.asked: list[str] = []

    async def __call__(self, failed: str) -> bool | None:
        self.asked.append(failed)
        return self.there


def unreached(times):
    server = FakeServer()
    server.on_submit.extend([NotSent(Reason.NETWORK, "No way there.")] * times)
    return server


def test_without_a_network_the_queue_fills_and_waits_for_a_yes_when_it_is_back():
    async def main(loop):
        probe, note = FakeNetwork(there=False), Note()
        rig = Rig(loop, unreached(1), probe=probe, queue_note=note)
        jobs = rig.place(count=1)
        await rig.until(lambda: rig.told(QueuePaused))
        jobs += rig.place(count=3)
        await rig.settled()
        assert [paused.reason for paused in rig.told(QueuePaused)] == [OFFLINE]
        assert probe.asked == ["fake"]
        assert rig.charged() == 0
        assert {rig.job(job).state for job in jobs} == {JobState.PLANNED}
        assert note["offline"] == "yes"
        probe.there = True
        await rig.until(lambda: rig.told(QueueResumed))
        assert [paused.reason for paused in rig.told(QueuePaused)] == [OFFLINE, RECONNECTED]
        await rig.settled()
        assert rig.charged() == 0, "never by itself"
        rig.runner.resume_queue()
        await rig.saved(*jobs)
        assert rig.charged() == Decimal("0.12")
        assert note["offline"] == ""

    run(main)


def test_one_provider_that_is_down_is_not_the_network():
    async def main(loop):
        probe = FakeNetwork(there=True)
        rig = Rig(loop, unreached(2), probe=probe)
        (job,) = rig.place()
        await rig.saved(job)
        assert rig.told(QueuePaused) == []
        waits = rig.told(Waiting, job)
        assert [fact.reason for fact in waits] == [Reason.NETWORK] * 2

    run(main)


def test_where_it_cannot_be_told_the_law_of_single_jobs_holds():
    async def main(loop):
        rig = Rig(loop, unreached(9), probe=FakeNetwork(there=None))
        (job,) = rig.place()
        assert (await rig.stop_of(job)).state is JobState.FAILED
        assert rig.told(QueuePaused) == []

    run(main)


def test_jobs_in_their_wait_for_another_try_join_the_hold():
    async def main(loop):
        probe, server = FakeNetwork(there=False), FakeServer()
        server.on_submit.append(NotNow(Reason.RATE_LIMITED, "Slowly.", 3.0))
        server.on_submit.append(NotSent(Reason.NETWORK, "No way there."))
        rig = Rig(loop, server, probe=probe, at_once=2)
        jobs = rig.place(count=2)
        await rig.until(lambda: rig.told(QueuePaused))
        assert len(server.submits) == 2
        await asyncio.sleep(6.0)
        assert {rig.job(job).state for job in jobs} == {JobState.PLANNED}
        assert len(server.submits) == 2, "no further try without a network"
        rig.runner.resume_queue()
        await rig.saved(*jobs)

    run(main)


def test_the_question_is_asked_again_after_a_restart():
    async def main(loop):
        disk, note = FakeDisk(), Note()
        rig = Rig(loop, unreached(1), disk=disk, probe=FakeNetwork(there=False), queue_note=note)
        (job,) = rig.place()
        await rig.until(lambda: rig.told(QueuePaused))
        await rig.settled()
        await rig.runner.close()
        again = Rig(loop, disk=disk, probe=FakeNetwork(there=True), queue_note=note)
        await again.runner.resume_open_jobs()
        assert [paused.reason for paused in again.told(QueuePaused)] == [RECONNECTED]
        assert again.server.submits == []
        again.runner.resume_queue()
        await again.saved(job)

    run(main)


def test_a_queue_that_was_emptied_meanwhile_is_not_asked_about():
    async def main(loop):
        probe, note = FakeNetwork(there=False), Note()
        rig = Rig(loop, unreached(1), probe=probe, queue_note=note)
        (job,) = rig.place()
        await rig.until(lambda: rig.told(QueuePaused))
        await rig.settled()
        rig.runner.cancel(job)
        await rig.ended(job)
        probe.there = True
        await rig.until(lambda: rig.told(QueueResumed))
        assert len(rig.told(QueuePaused)) == 1
        assert note["offline"] == ""

    run(main)


def test_a_command_line_has_nobody_to_ask():
    async def main(loop):
        probe = FakeNetwork(there=False)
        rig = Rig(loop, unreached(9), probe=probe, pausing=False)
        (job,) = rig.place()
        assert (await rig.stop_of(job)).state is JobState.FAILED
        assert probe.asked == []

    run(main)


def test_a_look_that_breaks_is_tried_again():
    class Broken(FakeNetwork):
        async def __call__(self, failed):
            await super().__call__(failed)
            if len(self.asked) == 2:
                raise RuntimeError("broken")
            return self.there

    async def main(loop):
        probe = Broken(there=False)
        rig = Rig(loop, unreached(1), probe=probe)
        rig.place()
        await rig.until(lambda: rig.told(QueuePaused))
        begun = loop.time()
        probe.there = True
        await rig.until(lambda: rig.told(QueueResumed))
        assert loop.time() - begun >= 2 * LOOK_AGAIN - 0.1
        assert probe.asked == ["fake", "", ""]

    run(main)


# Credit


class Account(AccountProvider):
    """Tells what is left of `start` USD after what was charged, or raises."""

    start: Decimal | Exception = Decimal(0)
    asked = 0

    async def balance(self, key):
        self._check_key(key)
        type(self).asked += 1
        if isinstance(self.start, Exception):
            raise self.start
        return self.start - CENTS_3 * len(self.server.charges)


def account(start):
    return type("OneAccount", (Account,), {"start": start, "asked": 0})


def test_low_credit_pauses_its_provider_once_and_says_what_is_left():
    async def main(loop):
        rig = Rig(loop, kind=account(Decimal("0.05")), at_once=1)
        await rig.runner.accounts.balance("fake")
        jobs = rig.place(count=3)
        await rig.saved(jobs[0])
        await rig.until(lambda: rig.told(ProviderPaused))
        await rig.settled()
        [paused] = rig.told(ProviderPaused)
        assert paused.reason == Reason.NO_CREDIT
        assert "$0.020 is left, and the next picture costs $0.030" in paused.message
        assert len(rig.server.submits) == 1, "nobody ran into a refusal"
        rig.runner.resume("fake")
        await rig.saved(*jobs)
        assert len(rig.told(ProviderPaused)) == 1
        assert rig.told(ProviderResumed)

    run(main)


def test_credit_that_was_added_meanwhile_is_seen_and_nothing_rests():
    async def main(loop):
        kind = account(Decimal("0.02"))
        rig = Rig(loop, kind=kind)
        await rig.runner.accounts.balance("fake")
        kind.start = Decimal(5)
        await rig.saved(*rig.place(count=1))
        await rig.saved(*rig.place(count=2))
        assert rig.told(ProviderPaused) == []
        assert kind.asked == 2

    run(main)


def test_a_balance_that_is_not_known_holds_nothing():
    async def main(loop):
        kind = account(Decimal("0.02"))
        rig = Rig(loop, kind=kind)
        await rig.runner.accounts.balance("fake")
        kind.start = Refused(Reason.BAD_KEY, "Not for this key.")
        await rig.saved(*rig.place(count=2))
        assert rig.told(ProviderPaused) == []
        other = Rig(loop)
        await other.saved(*other.place())

    run(main)


def test_after_more_credit_was_seen_the_balance_counts_again():
    async def main(loop):
        kind = account(Decimal("0.02"))
        rig = Rig(loop, kind=kind, at_once=1)
        await rig.runner.accounts.balance("fake")
        first = rig.place()
        await rig.until(lambda: rig.told(ProviderPaused))
        await rig.settled()
        rig.runner.resume("fake")
        await rig.saved(*first)
        kind.start = Decimal("0.07")
        await rig.runner.accounts.balance("fake")
        second = rig.place(count=2)
        await rig.saved(second[0])
        await rig.until(lambda: len(rig.told(ProviderPaused)) == 2)

    run(main)


def test_out_of_credit_and_a_bad_key_pause_once_and_not_job_by_job():
    async def main(loop):
        for reason in (Reason.NO_CREDIT, Reason.BAD_KEY):
            server = FakeServer()
            server.on_submit.extend([Refused(reason, "No.")] * 2)
            rig = Rig(loop, server, at_once=2)
            jobs = rig.place(count=6)
            await rig.until(lambda rig=rig: rig.told(ProviderPaused))
            await rig.settled()
            assert [paused.reason for paused in rig.told(ProviderPaused)] == [reason]
            assert {rig.job(job).state for job in jobs} == {JobState.PLANNED}
            server.on_submit.clear()
            rig.runner.resume("fake")
            await rig.saved(*jobs)

    run(main)
