"""Jobs that were given up come back by their ticket; what a person saw is noted; what expires first
is fetched first.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from flux_studio.core.errors import NotKept, PictureUnreadable, Reason, ResultGone, StudioError
from flux_studio.core.job import Job, JobState, Reopened, Ticket
from flux_studio.engine.urgent import UrgentFirst
from flux_studio.providers.contract import Ended
from tests.engine.rig import Rig
from tests.fakes import FakeServer, FakeTask, request
from tests.virtual_time import EPOCH, run

NOT_A_PICTURE = PictureUnreadable("not_a_picture", "It is no picture.")


async def lost(rig: Rig) -> str:
    """A job whose picture the provider no longer has."""
    rig.server.on_download.extend([ResultGone(Reason.RESULT_GONE, "Gone.")] * 2)
    [job] = rig.place()
    assert (await rig.stop_of(job)).state is JobState.LOST
    return job


async def unread(rig: Rig) -> str:
    """A job whose picture could not be read, three times over."""
    rig.library.faults.extend([NOT_A_PICTURE] * 3)
    [job] = rig.place()
    stopped = await rig.stop_of(job)
    assert (stopped.state, stopped.reason) == (JobState.FAILED, Reason.BAD_PICTURE)
    return job


@pytest.mark.parametrize("give_up", [lost, unread])
def test_what_was_given_up_comes_back_and_is_paid_once(give_up):
    async def main(loop):
        rig = Rig(loop)
        job = await give_up(rig)
        await rig.runner.rescue.fetch_again(job)
        assert rig.job(job).state is JobState.ACCEPTED
        await rig.saved_later(job)
        assert len(rig.server.submits) == 1
        assert rig.states(job)[-3:] == ["Reopened", "Ready", "Saved"]
        assert rig.charged() == Decimal("0.03")

    run(main)


def test_it_comes_back_in_a_later_run_too_and_its_listener_learns_what_it_is():
    async def main(loop):
        rig = Rig(loop)
        job = await lost(rig)
        rig.life.alive = False
        again = Rig(loop, rig.server, disk=rig.disk)
        await again.runner.resume_open_jobs()
        assert again.runner.jobs() == ()
        await again.runner.rescue.fetch_again(job)
        names = [type(fact).__name__ for fact in again.facts]
        assert names[:5] == ["Planned", "Sending", "Accepted", "Stopped", "Reopened"]
        await again.saved_later(job)
        assert len(again.server.submits) == 1

    run(main)


def test_one_that_is_still_gone_is_lost_again():
    async def main(loop):
        rig = Rig(loop)
        job = await lost(rig)
        rig.server.on_download.extend([ResultGone(Reason.RESULT_GONE, "Gone.")] * 2)
        await rig.runner.rescue.fetch_again(job)
        await rig.until(lambda: rig.job(job).ended)
        assert rig.job(job).state is JobState.LOST
        await rig.settled()
        await rig.runner.rescue.fetch_again(job)
        await rig.saved_later(job)

    run(main)


def test_asking_twice_asks_once():
    async def main(loop):
        rig = Rig(loop)
        job = await lost(rig)
        await asyncio.gather(*(rig.runner.rescue.fetch_again(job) for _ in range(3)))
        await rig.saved_later(job)
        assert len(rig.told(Reopened, job)) == 1

    run(main)


def test_what_the_provider_ended_for_good_and_what_is_unknown_here_cannot_be_fetched():
    async def main(loop):
        rig = Rig(loop)
        rig.server.on_check.append(Ended(False, Reason.PROVIDER_FAILED, "It broke.", None))
        [job] = rig.place()
        await rig.ended(job)
        before = list(rig.disk.events)
        with pytest.raises(StudioError, match="no task to ask for"):
            await rig.runner.rescue.fetch_again(job)
        with pytest.raises(StudioError, match="no such job"):
            await rig.runner.rescue.fetch_again("nobody")
        assert rig.disk.events == before

    run(main)


def test_a_job_of_another_live_process_is_left_to_it():
    async def main(loop):
        rig = Rig(loop)
        job = await lost(rig)
        rig.journal.elsewhere.add(job)
        with pytest.raises(StudioError, match="takes care of it"):
            await rig.runner.rescue.fetch_again(job)
        assert rig.job(job).state is JobState.LOST

    run(main)


def test_a_disk_that_refuses_leaves_it_given_up():
    async def main(loop):
        rig = Rig(loop)
        job = await lost(rig)
        rig.journal.refuse["reopened"] = 1
        with pytest.raises(NotKept):
            await rig.runner.rescue.fetch_again(job)
        assert rig.job(job).state is JobState.LOST
        await rig.runner.rescue.fetch_again(job)
        await rig.saved_later(job)

    run(main)


def test_one_that_is_on_its_way_is_not_disturbed():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=30))
        [job] = rig.place()
        await rig.until(lambda: rig.job(job).state is JobState.RUNNING)
        await rig.runner.rescue.fetch_again(job)
        assert rig.told(Reopened) == []
        await rig.saved(job)

    run(main)


# What a person saw


async def unknown(rig: Rig) -> str:
    rig.server.on_submit.append("lost_reply")
    [job] = rig.place()
    await rig.ended(job)
    return job


def test_an_unknown_job_that_was_charged_stays_and_can_still_be_found():
    async def main(loop):
        rig = Rig(loop)
        job = await unknown(rig)
        rig.runner.rescue.settle(job, charged=True)
        known = rig.job(job)
        assert (known.state, known.charged) == (JobState.UNKNOWN, Decimal("0.03"))
        assert "$0.030 was charged" in known.message
        await rig.runner.resolve(job, "found", "task-1")
        await rig.saved(job)

    run(main)


def test_an_unknown_job_that_was_not_charged_has_ended():
    async def main(loop):
        rig = Rig(loop)
        job = await unknown(rig)
        rig.runner.rescue.settle(job, charged=False)
        assert (rig.job(job).state, rig.job(job).charged) == (JobState.CANCELLED, Decimal(0))
        assert rig.runner.jobs() == ()

    run(main)


@pytest.mark.parametrize(("charged", "cost"), [(True, Decimal("0.03")), (False, Decimal(0))])
def test_what_was_charged_for_a_job_that_ended_is_noted(charged, cost):
    async def main(loop):
        rig = Rig(loop)
        rig.server.on_check.append(Ended(False, Reason.PROVIDER_FAILED, "It broke.", None))
        [job] = rig.place()
        await rig.ended(job)
        rig.runner.rescue.settle(job, charged=charged)
        assert (rig.job(job).state, rig.job(job).charged) == (JobState.FAILED, cost)
        with pytest.raises(StudioError):
            rig.runner.rescue.settle("nobody", charged=True)

    run(main)


def test_a_job_set_aside_is_told_so_after_a_restart():
    async def main(loop):
        rig = Rig(loop)
        job = await unknown(rig)
        rig.runner.rescue.set_aside(job)
        assert rig.job(job).aside
        again = Rig(loop, rig.server, disk=rig.disk)
        await again.runner.resume_open_jobs()
        assert [known.aside for known in again.runner.jobs()] == [True]
        again.runner.rescue.set_aside(job, aside=False)
        assert not again.job(job).aside
        with pytest.raises(StudioError, match="no job of this id"):
            again.runner.rescue.set_aside("nobody")

    run(main)


# What expires first


def open_job(rig: Rig, number: int, expires: float) -> str:
    """A job of an earlier run whose task is finished at the provider."""
    name, task = f"job-{number:03d}", f"task-{number}"
    ends = EPOCH + timedelta(seconds=expires)
    made = Job(
        name, "order", request(prompt=f"fox {number}"), Decimal("0.03"), JobState.READY,
        created=EPOCH, updated=EPOCH, sent=EPOCH,
    )  # fmt: skip
    rig.disk.jobs[name] = replace(made, ticket=Ticket(task, EPOCH, expires=ends))
    picture = f"picture {number}/1 fox {number}".encode()
    rig.server.tasks[task] = FakeTask(task, "", 0.0, 1.0, (picture,))
    return name


def test_of_a_hundred_open_jobs_the_one_that_expires_in_30_s_is_fetched_first():
    async def main(loop):
        rig = Rig(loop)
        jobs = [open_job(rig, number, 7200.0 - number) for number in range(100)]
        soon = open_job(rig, 500, 30.0)
        waiting = rig.place(2)
        await rig.runner.resume_open_jobs()
        await rig.saved_later(soon)
        assert rig.server.checks[0][1] == "task-500"
        assert rig.server.downloads[0] == "https://cdn/task-500/0"
        assert next(iter(rig.disk.rows)) == soon
        seconds = (loop.now() - EPOCH).total_seconds()
        assert seconds < 1, f"the picture was there after {seconds} s"
        await rig.ended(*jobs, *waiting)
        order = [url.split("/")[3] for url in rig.server.downloads[1:]]
        expected = [f"task-{number}" for number in range(99, -1, -1)]
        assert [task for task in order if task in set(expected)] == expected
        assert (loop.now() - EPOCH).total_seconds() < 10

    run(main)


def test_a_place_that_hangs_does_not_hold_what_is_about_to_expire():
    async def main(loop):
        room, order = UrgentFirst(1, no_waiting=60), list[str]()

        async def have(name: str, left: float | None, seconds: float) -> None:
            async with room.place(left):
                order.append(name)
                await asyncio.sleep(seconds)

        hung = asyncio.ensure_future(have("hung", 900, 1000))
        await asyncio.sleep(0)
        others = [
            asyncio.ensure_future(have(name, left, 1))
            for name, left in (("whenever", None), ("later", 7200), ("sooner", 600))
        ]
        await have("now", 30, 1)
        assert order == ["hung", "now"]
        left = asyncio.ensure_future(have("left", 300, 1))
        await asyncio.sleep(0)
        left.cancel()
        await asyncio.gather(hung, *others)
        assert order == ["hung", "now", "sooner", "later", "whenever"]

    run(main)


def test_a_turn_that_is_cancelled_as_it_comes_is_passed_on():
    async def main(loop):
        room = UrgentFirst(1)

        async def have() -> None:
            async with room.place(None):
                await asyncio.sleep(1)

        first, second, third = (asyncio.ensure_future(have()) for _ in range(3))
        await asyncio.sleep(0)
        await first
        second.cancel()  # its turn has come, and it does not know it yet
        await asyncio.wait({second, third}, timeout=5)
        assert third.done()

    run(main)
