"""From the finished task to the picture on disk: a paid picture is fetched until it is gone for
sure, and kept as soon as the disk takes it.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from flux_studio.core.errors import (
    NotKept,
    PictureUnreadable,
    Reason,
    ResultGone,
    TaskForgotten,
    Unreachable,
)
from flux_studio.core.job import JobEvent, JobState, Ready, Saved, Stopped
from flux_studio.providers.contract import Done, Ended, Inline, Link, Working
from tests.engine.rig import Rig
from tests.fakes import FakeServer
from tests.virtual_time import run

HICCUP = Unreachable(Reason.NETWORK, "No answer.")
GONE = ResultGone(Reason.RESULT_GONE, "The address has expired.")


def server_with(**scripts):
    server = FakeServer()
    for name, items in scripts.items():
        getattr(server, f"on_{name}").extend(items)
    return server


def test_the_picture_is_fetched_at_once_and_the_charge_is_known_before():
    async def main(loop):
        rig = Rig(loop)
        [job] = rig.place()
        await rig.until(lambda: rig.told(Ready))
        at = loop.time()
        assert rig.job(job).charged == Decimal("0.03")
        await rig.saved(job)
        assert loop.time() - at < 0.2

    run(main)


def test_a_network_that_is_gone_for_a_day_only_delays_the_picture():
    async def main(loop):
        rig = Rig(loop, server_with(download=[HICCUP] * 3000))
        [job] = rig.place()
        await rig.saved(job)
        assert loop.time() - 1000 > 80_000
        assert "does not come through: No answer." in " ".join(rig.words(job))
        assert len(rig.server.charges) == 1

    run(main)


def test_a_download_obeys_when_to_come_back():
    async def main(loop):
        trouble = Unreachable(Reason.RATE_LIMITED, "Slow down.", 50.0)
        rig = Rig(loop, server_with(download=[trouble]))
        [job] = rig.place()
        await rig.until(lambda: rig.told(Ready))
        at = loop.time()
        await rig.saved(job)
        assert 50 < loop.time() - at < 51

    run(main)


def test_an_expired_address_is_asked_for_again():
    async def main(loop):
        rig = Rig(loop, server_with(download=[GONE]))
        [job] = rig.place()
        await rig.until(lambda: rig.told(Ready))
        checks = len(rig.server.checks)
        await rig.saved(job)
        assert len(rig.server.checks) == checks + 1

    run(main)


def test_a_fresh_address_is_used():
    async def main(loop):
        server = server_with(download=[GONE])
        rig = Rig(loop, server)
        [job] = rig.place()
        await rig.until(lambda: rig.told(Ready))
        server.on_check.append(lambda task: Done((Inline(b"picture fresh"),), Decimal("0.03")))
        await rig.saved(job)
        assert rig.disk.pictures[job] == b"picture fresh"

    run(main)


@pytest.mark.parametrize(
    ("downloads", "checks"),
    [
        ([GONE, GONE], []),
        ([GONE], [TaskForgotten(Reason.FORGOTTEN, "No such task.")]),
        ([GONE], [Ended(False, "failed", "Deleted.")]),
    ],
)
def test_a_result_that_is_gone_is_lost_with_its_charge_and_id(downloads, checks):
    async def main(loop):
        rig = Rig(loop, server_with(download=downloads))
        [job] = rig.place()
        await rig.until(lambda: rig.told(Ready))
        rig.server.on_check.extend(checks)
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.reason) == (JobState.LOST, "result_gone")
        assert stopped.charged == Decimal("0.03")
        assert "$0.030 was charged" in stopped.message
        assert "task-1" in stopped.message

    run(main)


def test_asking_for_a_fresh_address_is_as_patient_as_the_download():
    async def main(loop):
        rig = Rig(loop, server_with(download=[GONE]))
        [job] = rig.place()
        await rig.until(lambda: rig.told(Ready))
        rig.server.on_check.extend([HICCUP, Working(True), Working(True, ask_again=5.0), HICCUP])
        await rig.saved(job)

    run(main)


@pytest.mark.parametrize("inline", [False, True])
def test_bytes_that_are_no_picture_are_fetched_again(inline):
    async def main(loop):
        rig = Rig(loop, FakeServer(inline=inline))
        rig.library.faults.extend([PictureUnreadable("cut", "It is cut off.")] * 2)
        [job] = rig.place()
        await rig.saved(job)
        assert "Fetching it again" in " ".join(rig.words(job))
        assert len(rig.server.downloads) == (0 if inline else 3)

    run(main)


def test_bytes_that_never_are_a_picture_end_it_and_say_what_it_cost():
    async def main(loop):
        rig = Rig(loop)
        rig.library.faults.extend([PictureUnreadable("cut", "It is cut off.")] * 3)
        stopped = await rig.stop_of(*rig.place())
        assert (stopped.state, stopped.reason) == (JobState.FAILED, "bad_picture")
        assert stopped.charged == Decimal("0.03")
        assert "It is cut off. $0.030 was charged. Quote task-1" in stopped.message
        assert len(rig.server.downloads) == 3

    run(main)


def test_a_full_disk_keeps_the_bytes_until_there_is_room():
    async def main(loop):
        rig = Rig(loop)
        rig.library.faults.extend([NotKept("The disk is full.")] * 100)
        [job] = rig.place()
        await asyncio.sleep(60)
        assert rig.job(job).state is JobState.READY
        assert "the disk does not take it" in rig.words(job)[-1]
        await rig.saved(job)
        assert len(rig.server.downloads) == 1, "not fetched again"

    run(main)


def test_of_several_pictures_those_that_can_be_had_are_kept():
    async def main(loop):
        server = FakeServer(results=3)
        server.on_download.extend(["ok", GONE, GONE])
        rig = Rig(loop, server)
        [job] = rig.place()
        await rig.saved(job)
        assert len(rig.disk.rows) == 2
        assert rig.told(Stopped) == []

    run(main)


def test_the_charge_goes_with_the_first_picture_that_can_be_had():
    async def main(loop):
        server = FakeServer(results=2)
        server.on_download.extend([GONE, GONE, "ok"])
        rig = Rig(loop, server)
        [job] = rig.place()
        await rig.saved(job)
        assert [row.charged for row in rig.disk.rows.values()] == [Decimal("0.03")]
        assert rig.job(job).charged == Decimal("0.03")

    run(main)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_a_kill_between_the_pictures_of_one_job_loses_neither_picture_nor_charge(rows: int):
    async def main(loop):
        server = FakeServer(results=3)
        first = Rig(loop, server)
        record = first.journal.record

        def dying(event: JobEvent) -> None:
            if len(first.disk.rows) == rows and isinstance(event, Saved):
                first.life.end_at = "before_saved"
            record(event)

        first.journal.record = dying
        [job] = first.place()
        while first.life.alive:
            await asyncio.sleep(1.0)  # of virtual time: a kill tells nobody
        assert first.job(job).state is JobState.READY
        assert len(first.disk.rows) == rows
        second = Rig(loop, server, disk=first.disk)
        await second.runner.resume_open_jobs()
        await second.saved(job)
        assert (second.job(job).charged, second.job(job).generation) == (Decimal("0.03"), job)
        assert len(second.disk.rows) == 3
        assert sum(row.charged for row in second.disk.rows.values()) == Decimal("0.03")
        assert len(server.charges) == 1

    run(main)


def test_cancel_while_it_is_fetched_keeps_the_paid_picture():
    async def main(loop):
        rig = Rig(loop, server_with(download=[HICCUP] * 5))
        [job] = rig.place()
        await rig.until(lambda: rig.told(Ready))
        rig.runner.cancel(job)
        await rig.saved(job)
        assert "too late to stop" in " ".join(rig.words(job))

    run(main)


def test_a_done_without_the_picture_that_was_there_before_is_gone():
    async def main(loop):
        server = FakeServer(results=2)
        server.on_download.extend([GONE, "ok", GONE])
        rig = Rig(loop, server)
        [job] = rig.place()
        await rig.until(lambda: rig.told(Ready))
        server.on_check.append("ok")
        server.on_check.append(lambda task: Done((Link("https://cdn/task-1/0"),)))
        await rig.saved(job)
        assert list(rig.disk.rows) == [job]

    run(main)


def test_an_expiry_that_only_the_finished_task_tells_reaches_the_ticket_before_the_download():
    async def main(loop):
        server = server_with(download=[HICCUP] * 3)
        server.expires = timedelta(minutes=10)
        rig = Rig(loop, server)
        [job] = rig.place()
        await rig.until(lambda: server.tasks)
        true_end = loop.now() + timedelta(minutes=12)
        server.on_check.append(lambda task: Done((Link("https://cdn/task-1/0"),), expires=true_end))
        await rig.until(lambda: rig.told(Ready))
        ticket = rig.job(job).ticket
        assert ticket is not None
        assert ticket.expires == true_end
        assert rig.told(Ready)[-1].expires == true_end
        await rig.saved(job)
        assert len(rig.told(Ready)) == 1

    run(main)


def test_a_finished_task_that_tells_no_expiry_leaves_the_one_of_the_ticket():
    async def main(loop):
        server = server_with()
        server.expires = timedelta(minutes=10)
        rig = Rig(loop, server)
        [job] = rig.place()
        await rig.until(lambda: rig.told(Ready))
        ticket = rig.job(job).ticket
        assert ticket is not None
        assert ticket.expires == ticket.submitted + timedelta(minutes=10)
        await rig.saved(job)

    run(main)
