"""The queue as a person arranges it: its order, held jobs, replaced ones; also over restarts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flux_studio.core.errors import NotKept, NotNow, Reason
from flux_studio.core.job import JobState, Queued, Stopped
from flux_studio.core.request import Origin
from tests.engine.rig import Rig
from tests.engine.test_budgeting import Note
from tests.fakes import FakeDisk, FakeServer, order, request
from tests.virtual_time import run


def paused(loop, count=0, **options):
    """A rig whose queue a person paused, with jobs in it."""
    rig = Rig(loop, at_once=1, **options)
    rig.runner.pause_queue()
    return rig, rig.place(count=count) if count else []


def waiting(rig):
    return [job.id for job in rig.runner.queue.waiting()]


def sent(rig):
    return [submission.request.prompt for submission in rig.server.submits]


def test_jobs_are_sent_in_the_order_they_were_put_in():
    async def main(loop):
        rig, (a, b, c, d) = paused(loop, 4)
        assert rig.runner.queue.move(d, b)
        assert rig.runner.queue.move(a, None)
        assert waiting(rig) == [d, b, c, a]
        rig.runner.resume_queue()
        await rig.saved(a, b, c, d)
        assert sent(rig) == ["fox 3", "fox 1", "fox 2", "fox 0"]

    run(main)


def test_the_order_is_kept_over_a_restart_and_new_jobs_come_behind():
    async def main(loop):
        disk, note = FakeDisk(), Note()
        rig, (a, b, c) = paused(loop, 3, disk=disk, queue_note=note)
        rig.runner.queue.move(c, a)
        assert rig.runner.queue.hold(a)
        await rig.runner.close()
        again = Rig(loop, disk=disk, at_once=1, queue_note=note)
        await again.runner.resume_open_jobs()
        (d,) = again.place()
        assert waiting(again) == [c, a, b, d]
        again.runner.resume_queue()
        await again.saved(c, b, d)
        assert again.job(a).state is JobState.PLANNED
        assert again.told(Queued, a)[-1].held
        again.runner.queue.release(a)
        await again.saved(a)

    run(main)


def test_a_place_is_found_however_often_the_same_two_are_parted():
    async def main(loop):
        rig, (a, b, c, d) = paused(loop, 4)
        expected = [a, b, c, d]
        for number in range(120):
            moved, before = (c, b) if number % 2 else (b, c)
            expected.remove(moved)
            expected.insert(expected.index(before), moved)
            assert rig.runner.queue.move(moved, before)
            assert waiting(rig) == expected
        assert {rig.job(each).rank for each in expected} == {
            each.rank for each in rig.runner.queue.waiting()
        }

    run(main)


def test_what_is_not_there_cannot_be_moved():
    async def main(loop):
        rig, (a, b) = paused(loop, 2)
        assert not rig.runner.queue.move("nobody", a)
        assert not rig.runner.queue.move(a, "nobody")
        assert rig.runner.queue.move(b, a)
        rig.journal.refuse["queued"] = 1
        with pytest.raises(NotKept):
            rig.runner.queue.move(a, b)
        assert waiting(rig) == [b, a]

    run(main)


def test_a_held_job_lets_the_others_pass():
    async def main(loop):
        rig, (a, b) = paused(loop, 2)
        assert rig.runner.queue.hold(a)
        rig.runner.resume_queue()
        await rig.saved(b)
        assert sent(rig) == ["fox 1"]
        rig.runner.queue.release(a)
        await rig.saved(a)

    run(main)


def test_a_held_job_can_be_taken_away():
    async def main(loop):
        rig, (a,) = paused(loop, 1)
        rig.runner.queue.hold(a)
        rig.runner.cancel(a)
        assert (await rig.stop_of(a)).charged == 0
        assert sent(rig) == []

    run(main)


def test_a_job_that_left_can_neither_be_held_nor_replaced():
    async def main(loop):
        server = FakeServer()
        server.on_submit.append("hang")
        rig = Rig(loop, server)
        (a,) = rig.place()
        await rig.until(lambda: "Sending" in rig.states(a))
        assert not rig.runner.queue.hold(a)
        assert await rig.runner.queue.replace(a, order()) == []
        assert "Stopped" not in rig.states(a)
        await rig.runner.close()

    run(main)


def test_a_replaced_job_keeps_its_place_and_is_sent_under_another_key():
    async def main(loop):
        rig, (a, b, c) = paused(loop, 3)
        wanted = order(request(prompt="a bear"), request(prompt="a bear, again"))
        new = await rig.runner.queue.replace(b, wanted)
        assert waiting(rig) == [a, *new, c]
        assert rig.job(b).state is JobState.CANCELLED
        assert rig.told(Stopped, b)[-1].charged == 0
        rig.runner.resume_queue()
        await rig.saved(a, *new, c)
        assert sent(rig) == ["fox 0", "a bear", "a bear, again", "fox 2"]
        keys = {submission.idempotency_key for submission in rig.server.submits}
        assert len(keys) == 4
        assert rig.charged() == Decimal("0.12")

    run(main)


def test_a_job_that_waits_for_its_next_try_is_replaced_without_being_sent():
    async def main(loop):
        server = FakeServer()
        server.on_submit.extend([NotNow(Reason.PROVIDER_DOWN, "Busy.", 60.0)])
        rig = Rig(loop, server)
        (a,) = rig.place()
        await rig.until(lambda: rig.job(a).reason == Reason.PROVIDER_DOWN)
        await rig.settled()
        assert rig.job(a).state is JobState.PLANNED
        wanted = order(request(prompt="elsewhere"))
        (new,) = await rig.runner.queue.replace(a, wanted)
        await rig.saved(new)
        assert rig.job(a).state is JobState.CANCELLED
        assert rig.charged() == Decimal("0.03")

    run(main)


def test_an_attempt_of_unclear_outcome_is_never_replaced():
    async def main(loop):
        server = FakeServer(idempotent=True)
        server.on_submit.extend(["lost_reply"])
        rig = Rig(loop, server)
        (a,) = rig.place()
        await rig.until(lambda: server.charges)
        await rig.settled()
        assert await rig.runner.queue.replace(a, order()) == []
        await rig.saved(a)
        assert rig.charged() == Decimal("0.03")

    run(main)


def test_the_front_of_the_queue_and_the_origin_are_in_the_journal():
    async def main(loop):
        rig, (a,) = paused(loop, 1)
        asked = order(request(prompt="first"))
        (b,) = rig.send(type(asked)(asked.requests, asked.estimate, (Origin("zoo"),)), front=True)
        assert waiting(rig) == [b, a]
        assert rig.job(b).rank < rig.job(a).rank
        assert rig.job(b).origin.project == "zoo"

    run(main)
