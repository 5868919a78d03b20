"""A job of unknown outcome is looked for in its provider's list; nothing is ever sent for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from flux_studio.core.errors import (
    KeyMissing,
    OutcomeUnknown,
    Reason,
    Refused,
    StudioError,
    Unreachable,
)
from flux_studio.core.job import JobState
from flux_studio.engine.facts import LookedFor
from flux_studio.engine.reconciling import AFTER_LAG, LOOKS, SPAN
from flux_studio.providers.contract import ListedTask
from tests.engine.rig import Rig
from tests.fakes import FakeServer, ListingProvider, order, request
from tests.virtual_time import EPOCH, run

NOTHING: list[ListedTask] = []


def listing(loop, server: FakeServer | None = None, **fields) -> Rig:
    rig = Rig(loop, server, kind=ListingProvider, **fields)
    rig.server.on_submit.append("lost_reply")
    return rig


async def unclear(rig: Rig, **fields) -> str:
    [job] = rig.send(order(request(**{"seed": 7, **fields})))
    await rig.until(lambda: job in rig.disk.jobs and rig.job(job).state is JobState.UNKNOWN)
    return job


@contextmanager
def nothing_sent(rig: Rig) -> Iterator[None]:
    before = len(rig.server.submits)
    yield
    assert len(rig.server.submits) == before


@pytest.mark.parametrize("named", [True, False])
def test_exactly_one_task_is_followed_by_itself(named):
    async def main(loop):
        rig = listing(loop)
        rig.provider.named = named
        job = await unclear(rig)
        with nothing_sent(rig):
            await rig.until(lambda: rig.job(job).ended)
            await rig.settled()
        assert rig.job(job).state is JobState.SAVED
        assert rig.task(job) == "task-1"
        assert (len(rig.server.charges), rig.server.lists) == (1, 1)

    run(main)


def test_a_task_of_another_job_of_ours_is_never_taken():
    async def main(loop):
        rig = Rig(loop, kind=ListingProvider)
        [first] = rig.send(order(request(seed=7)))
        await rig.saved(first)
        rig.server.on_submit.append(Unreachable(Reason.NETWORK, "no"))
        rig.server.on_submit.clear()
        rig.server.on_submit.append("lost_reply")
        job = await unclear(rig)
        await rig.saved(first)
        await rig.until(lambda: rig.job(job).ended)
        assert (rig.task(first), rig.task(job)) == ("task-1", "task-2")

    run(main)


def test_several_are_put_to_the_person_and_the_chosen_one_is_followed():
    async def main(loop):
        rig = listing(loop)
        rig.provider.listed = [
            ListedTask("task-1", EPOCH, same=True), ListedTask("task-9", EPOCH, same=True)
        ]  # fmt: skip
        job = await unclear(rig)
        await rig.until(lambda: rig.told(LookedFor))
        [told] = rig.told(LookedFor)
        assert [task.task for task in told.tasks] == ["task-1", "task-9"]
        assert (told.job, told.absent) == (job, False)
        await asyncio.sleep(1000)
        assert rig.server.lists == 1, "a choice is not asked for again by itself"
        with nothing_sent(rig):
            await rig.runner.resolve(job, "found", "task-1")
            await rig.saved(job)

    run(main)


def test_two_lost_jobs_of_one_request_never_take_the_same_task():
    """One of them was charged and nobody can tell which: the person decides."""

    async def main(loop):
        rig = listing(loop)
        rig.server.on_submit.append(OutcomeUnknown("It never arrived."))
        first, second = rig.send(order(request(seed=7), request(seed=7)))
        await rig.until(lambda: len(rig.told(LookedFor)) >= 2)
        assert {rig.job(job).state for job in (first, second)} == {JobState.UNKNOWN}
        await rig.runner.resolve(first, "found", "task-1")
        with pytest.raises(Refused, match="Another job here has this id"):
            await rig.runner.resolve(second, "found", "task-1")
        await rig.saved(first)
        assert rig.job(second).state is JobState.UNKNOWN

    run(main)


def test_what_is_being_sent_may_be_what_is_listed():
    async def main(loop):
        rig = listing(loop)
        rig.server.on_submit.clear()
        rig.server.on_submit.extend([OutcomeUnknown("It never arrived."), "hang"])
        lost, slow = rig.send(order(request(seed=7), request(seed=7)))
        rig.provider.listed = [ListedTask("task-1", EPOCH, same=True)]
        await rig.until(lambda: rig.told(LookedFor))
        assert rig.job(lost).state is JobState.UNKNOWN
        assert rig.job(slow).state is JobState.SENDING
        await rig.runner.close()

    run(main)


@pytest.mark.parametrize(
    ("task", "seed", "follows"),
    [
        (ListedTask("task-1", EPOCH, same=None), 7, False),
        (ListedTask("task-1", EPOCH + timedelta(hours=3), same=True), None, False),
        (ListedTask("task-1", EPOCH + timedelta(hours=3), same=True), 7, True),
        (ListedTask("task-1", EPOCH + timedelta(minutes=3), same=True), None, True),
        (ListedTask("task-1", None, same=True), None, False),
        (ListedTask("task-1", None, named=True, same=True), None, True),
    ],
)
def test_only_what_is_surely_it_is_followed(task, seed, follows):
    async def main(loop):
        rig = listing(loop)
        rig.provider.listed = [task]
        job = await unclear(rig, seed=seed)
        await rig.until(lambda: rig.told(LookedFor) or rig.job(job).ended)
        assert (rig.job(job).state is JobState.SAVED) == follows

    run(main)


def test_nothing_in_a_complete_list_is_said_and_never_acted_upon():
    async def main(loop):
        rig = listing(loop)
        rig.provider.listed = NOTHING
        job = await unclear(rig)
        with nothing_sent(rig):
            await rig.until(lambda: any(fact.absent for fact in rig.told(LookedFor)))
            await asyncio.sleep(10_000)
        known = rig.job(job)
        assert (known.state, known.reason) == (JobState.UNKNOWN, Reason.NOT_LISTED)
        assert "most likely never accepted" in known.message
        # Not before the provider's list must have it.
        assert loop.now() - EPOCH >= ListingProvider.list_lag
        assert rig.server.lists == 3

    run(main)


@pytest.mark.parametrize("why", ["incomplete", "unreachable"])
def test_a_list_that_cannot_be_read_to_its_end_says_nothing(why):
    async def main(loop):
        rig = listing(loop)
        rig.provider.listed = NOTHING
        if why == "incomplete":
            rig.provider.complete = False
        else:
            rig.provider.listed = Unreachable(Reason.NETWORK, "There is no network.")
        job = await unclear(rig)
        await asyncio.sleep(10_000)
        assert not any(fact.absent for fact in rig.told(LookedFor))
        assert rig.job(job).reason == Reason.OUTCOME_UNKNOWN
        assert rig.server.lists == len({*LOOKS, 60 + AFTER_LAG})

    run(main)


def test_it_is_looked_for_after_a_restart_too():
    async def main(loop):
        rig = listing(loop)
        job = await unclear(rig)
        rig.life.alive = False
        again = Rig(loop, rig.server, kind=ListingProvider, disk=rig.disk)
        with nothing_sent(again):
            await again.runner.resume_open_jobs()
            await again.saved_later(job)

    run(main)


def test_the_list_of_another_account_proves_nothing():
    async def main(loop):
        rig = listing(loop)
        rig.keys.in_use["fake"] = "mine"
        rig.keys.keys["fake/mine"] = "key-1"
        rig.provider.listed = NOTHING
        job = await unclear(rig)
        rig.keys.in_use["fake"] = "other"
        rig.keys.keys = {"fake/other": "key-2"}
        await asyncio.sleep(10_000)
        assert rig.told(LookedFor) == []
        with pytest.raises(KeyMissing, match="mine"):
            await rig.runner.reconciler.look(job)

    run(main)


def test_who_lists_nothing_says_so_and_is_not_asked():
    async def main(loop):
        rig = Rig(loop)
        rig.server.on_submit.append("lost_reply")
        job = await unclear(rig)
        with pytest.raises(Refused, match="does not list"):
            await rig.runner.reconciler.look(job)
        assert await rig.runner.reconciler.look("nobody") is None

    run(main)


def test_a_command_line_looks_only_when_asked():
    async def main(loop):
        rig = listing(loop, pausing=False)
        job = await unclear(rig)
        await asyncio.sleep(1000)
        assert rig.server.lists == 0
        assert await rig.runner.reconciler.look(job) is None
        await rig.until(lambda: rig.job(job).ended)
        assert rig.job(job).state is JobState.SAVED

    run(main)


def test_a_job_resolved_while_it_is_looked_for_is_left_alone():
    async def main(loop):
        rig = listing(loop)
        job = await unclear(rig)
        await rig.runner.resolve(job, "not_charged")
        await asyncio.sleep(1000)
        assert rig.job(job).state is JobState.CANCELLED
        assert rig.server.lists == 0

    run(main)


def test_an_engine_that_closes_looks_no_more():
    async def main(loop):
        rig = listing(loop)
        await unclear(rig)
        await rig.runner.close()
        await asyncio.sleep(1000)
        assert rig.server.lists == 0

    run(main)


def test_what_is_asked_for_reaches_far_enough_for_a_clock_that_was_wrong():
    assert timedelta(hours=14) < SPAN


def test_a_failing_look_is_an_error_for_who_asked():
    async def main(loop):
        rig = listing(loop)
        rig.provider.listed = Unreachable(Reason.NETWORK, "There is no network.")
        job = await unclear(rig)
        with pytest.raises(StudioError, match="no network"):
            await rig.runner.reconciler.look(job)

    run(main)
