"""A new start: what was never sent is sent, what has a ticket is followed, what may have been sent
is put to the person.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from flux_studio.core.errors import NotSent, Reason
from flux_studio.core.job import (
    Board,
    Job,
    JobState,
    Stopped,
    Ticket,
    advance,
)
from flux_studio.engine.errand import idempotency_key
from flux_studio.engine.facts import ProviderPaused
from flux_studio.engine.resuming import LAST_FIRST_POLL, restated, sort_open
from tests.engine.rig import Rig
from tests.fakes import FakeServer, FakeTask, Killed, Life, request
from tests.virtual_time import EPOCH, run


def job(name: str, state: JobState, **fields) -> Job:
    fields.setdefault("created", EPOCH)
    return Job(
        name, "order", request(), Decimal("0.03"), state, updated=fields["created"], **fields
    )


def ticket(task: str = "task-1", **fields) -> Ticket:
    return Ticket(task, EPOCH, **fields)


async def second_life(rig: Rig, **fields) -> Rig:
    """Kill the first life and start another on the same disk and server."""
    rig.life.alive = False
    again = Rig(rig.loop, rig.server, kind=type(rig.provider), disk=rig.disk, **fields)
    await again.runner.resume_open_jobs()
    return again


@pytest.mark.parametrize(
    ("point", "state", "submits"),
    [
        ("after_planned", JobState.SAVED, 1),
        ("before_sending", JobState.SAVED, 1),
        ("after_sending", JobState.UNKNOWN, 0),
        ("before_submit", JobState.UNKNOWN, 0),
        ("submitted", JobState.UNKNOWN, 1),
        ("in_submit", JobState.UNKNOWN, 1),
        ("before_accepted", JobState.UNKNOWN, 1),
        ("after_accepted", JobState.SAVED, 1),
        ("in_check", JobState.SAVED, 1),
        ("before_ready", JobState.SAVED, 1),
        ("after_ready", JobState.SAVED, 1),
        ("in_download", JobState.SAVED, 1),
        ("downloaded", JobState.SAVED, 1),
        ("before_keep", JobState.SAVED, 1),
        ("after_keep", JobState.SAVED, 1),
        ("before_saved", JobState.SAVED, 1),
        ("after_saved", JobState.SAVED, 1),
    ],
)
@pytest.mark.parametrize("idempotent", [False, True])
def test_killed_anywhere_it_is_charged_at_most_once_and_never_forgotten(
    point, state, submits, idempotent
):
    async def main(loop):
        rig = Rig(loop, FakeServer(idempotent=idempotent), life=Life(point))
        try:
            [job] = rig.place()
        except Killed:
            job = next(iter(rig.disk.jobs))
        await asyncio.sleep(120)
        assert not rig.life.alive, "the point was never reached"
        again = await second_life(rig)
        await again.ended(job)
        expected = JobState.SAVED if idempotent else state
        assert again.job(job).state is expected
        assert len(rig.server.charges) <= 1
        if idempotent:
            assert rig.server.charges == [idempotency_key(job)]
        else:
            assert len(rig.server.submits) == submits
        if expected is JobState.SAVED:
            assert rig.disk.pictures[job].startswith(b"picture")

    run(main)


def test_a_job_that_surely_was_not_sent_is_sent_after_a_kill_between_two_attempts():
    async def main(loop):
        server = FakeServer()
        server.on_submit.append(NotSent(Reason.NETWORK, "Offline."))
        rig = Rig(loop, server, life=Life("after_waiting"))
        [job] = rig.place()
        await asyncio.sleep(10)
        again = await second_life(rig)
        await again.saved(job)
        assert len(server.charges) == 1

    run(main)


def test_a_wait_that_a_provider_asked_for_is_kept_over_a_restart():
    async def main(loop):
        rig = Rig(loop)
        rig.disk.jobs["a"] = job(
            "a", JobState.PLANNED, retry_at=EPOCH + timedelta(seconds=30), message="Busy."
        )
        await rig.runner.resume_open_jobs()
        await rig.until(lambda: rig.job("a").state is JobState.SENDING)
        assert loop.now() >= EPOCH + timedelta(seconds=30)

    run(main)


def test_a_hundred_open_jobs_are_asked_about_within_three_seconds_nearest_expiry_first():
    async def main(loop):
        rig = Rig(loop)
        for number in range(100):
            task = f"task-{number}"
            rig.server.tasks[task] = FakeTask(task, "", 0.0, 5000.0, (b"picture",))
            expires = EPOCH + timedelta(seconds=10_000 - number) if number % 2 else None
            rig.disk.jobs[f"job-{number}"] = job(
                f"job-{number}", JobState.RUNNING, ticket=ticket(task, expires=expires)
            )
        assert await rig.runner.resume_open_jobs() == 100
        await asyncio.sleep(LAST_FIRST_POLL)
        first = [task for _, task in rig.server.checks]
        assert len(set(first)) == 100
        assert first[:50] == [f"task-{number}" for number in range(99, 0, -2)]

    run(main)


def test_resumed_jobs_count_as_on_their_way():
    async def main(loop):
        rig = Rig(loop, at_once=1)
        rig.server.tasks["task-1"] = FakeTask("task-1", "", 1000.0, 60.0, (b"picture",))
        rig.disk.jobs["a"] = job("a", JobState.RUNNING, ticket=ticket())
        await rig.runner.resume_open_jobs()
        [new] = rig.place()
        await asyncio.sleep(30)
        assert rig.job(new).state is JobState.PLANNED
        await rig.saved("a", new)

    run(main)


def test_an_old_job_that_was_done_long_ago_teaches_nothing_about_time():
    async def main(loop):
        rig = Rig(loop)
        rig.server.tasks["task-1"] = FakeTask("task-1", "", 0.0, 5.0, (b"picture",))
        rig.disk.jobs["a"] = job("a", JobState.RUNNING, ticket=ticket(), sent=EPOCH)
        await asyncio.sleep(7200)
        await rig.runner.resume_open_jobs()
        [saved] = await rig.saved("a")
        assert not any(rig.disk.observed.values())
        assert saved.generation.seconds is None

    run(main)


def test_an_old_job_that_still_runs_does_teach_and_its_seconds_span_the_restart():
    async def main(loop):
        rig = Rig(loop)
        rig.server.tasks["task-1"] = FakeTask("task-1", "", 1000.0, 7300.0, (b"picture",))
        rig.disk.jobs["a"] = job("a", JobState.RUNNING, ticket=ticket(), sent=EPOCH)
        await asyncio.sleep(7200)
        await rig.runner.resume_open_jobs()
        [saved] = await rig.saved("a")
        [seen] = rig.disk.observed["fake/flux/1mp/0ref"]
        assert 7200 <= seen.after < 7300 <= seen.by
        assert saved.generation.seconds == pytest.approx(seen.by)

    run(main)


def test_the_same_key_is_not_trusted_after_a_day():
    async def main(loop):
        rig = Rig(loop, FakeServer(idempotent=True))
        rig.disk.jobs["old"] = job("old", JobState.SENDING, sent=EPOCH - timedelta(hours=24))
        rig.disk.jobs["new"] = job("new", JobState.SENDING, sent=EPOCH - timedelta(hours=23))
        rig.disk.jobs["odd"] = job("odd", JobState.SENDING, sent=EPOCH + timedelta(hours=2))
        await rig.runner.resume_open_jobs()
        await rig.saved("new")
        assert rig.job("old").state is JobState.UNKNOWN
        assert rig.job("odd").state is JobState.UNKNOWN, "a clock that was set back proves nothing"
        assert [s.idempotency_key for s in rig.server.submits] == [idempotency_key("new")]

    run(main)


def test_a_resent_job_that_is_refused_stays_in_doubt_and_a_missing_key_too():
    async def main(loop):
        rig = Rig(loop, FakeServer(idempotent=True))
        rig.disk.jobs["a"] = job("a", JobState.SENDING, sent=EPOCH)
        rig.keys.keys["fake"] = None
        await rig.runner.resume_open_jobs()
        stopped = await rig.stop_of("a")
        assert (stopped.state, stopped.charged) == (JobState.UNKNOWN, None)

    run(main)


def test_cancel_of_a_job_in_doubt_that_waits_in_line_stays_in_doubt():
    async def main(loop):
        rig = Rig(loop, FakeServer(idempotent=True))
        rig.runner._gate.pause("fake", Reason.BAD_KEY, "No.")
        rig.disk.jobs["a"] = job("a", JobState.SENDING, sent=EPOCH)
        await rig.runner.resume_open_jobs()
        rig.runner.cancel("a")
        assert (await rig.stop_of("a")).state is JobState.UNKNOWN

    run(main)


def test_without_a_key_accepted_jobs_stay_open_and_the_person_is_asked_once():
    async def main(loop):
        rig = Rig(loop)
        rig.keys.keys["fake"] = None
        for number in range(3):
            task = f"task-{number}"
            rig.server.tasks[task] = FakeTask(task, "", 0.0, 5.0, (b"picture",))
            rig.disk.jobs[task] = job(task, JobState.ACCEPTED, ticket=ticket(task))
        await rig.runner.resume_open_jobs()
        await asyncio.sleep(100)
        assert len(rig.told(ProviderPaused)) == 1
        assert {j.state for j in rig.disk.jobs.values()} == {JobState.ACCEPTED}
        rig.keys.keys["fake"] = "key-1"
        rig.runner.resume("fake")
        await rig.saved("task-0", "task-1", "task-2")

    run(main)


def test_a_job_that_a_fault_of_ours_stopped_is_followed_again():
    async def main(loop):
        server = FakeServer()
        server.on_check.append(ZeroDivisionError())
        rig = Rig(loop, server)
        [name] = rig.place()
        await rig.stop_of(name)
        again = await second_life(rig)
        await again.saved(name)

    run(main)


def test_an_unknown_job_waits_for_the_person_over_a_restart():
    async def main(loop):
        rig = Rig(loop)
        rig.disk.jobs["a"] = job("a", JobState.UNKNOWN, reason="outcome_unknown", message="Hm.")
        await rig.runner.resume_open_jobs()
        await asyncio.sleep(1000)
        assert rig.server.submits == []
        assert rig.told(Stopped)[-1].message == "Hm."

    run(main)


def test_a_job_of_a_provider_that_is_not_there_is_left_as_it_is():
    async def main(loop):
        rig = Rig(loop)
        rig.disk.jobs["a"] = Job(
            "a", "order", request("gone"), None, JobState.RUNNING, EPOCH, EPOCH, ticket()
        )
        rig.disk.jobs["b"] = Job("b", "o", request("gone"), None, JobState.PLANNED, EPOCH, EPOCH)
        assert await rig.runner.resume_open_jobs() == 2
        await asyncio.sleep(100)
        assert rig.disk.events == []

    run(main)


def test_a_job_whose_model_has_gone_is_followed_but_never_sent():
    async def main(loop):
        rig = Rig(loop)
        rig.cards.clear()
        rig.server.tasks["task-1"] = FakeTask("task-1", "", 0.0, 5.0, (b"picture",))
        rig.disk.jobs["a"] = job("a", JobState.RUNNING, ticket=ticket())
        rig.disk.jobs["b"] = job("b", JobState.PLANNED)
        await rig.runner.resume_open_jobs()
        await rig.saved("a")
        stopped = await rig.stop_of("b")
        assert (stopped.state, stopped.charged) == (JobState.REFUSED, Decimal(0))
        assert rig.server.submits == []

    run(main)


def test_a_disk_that_refuses_at_the_start_is_waited_for():
    async def main(loop):
        rig = Rig(loop)
        rig.disk.jobs["a"] = job("a", JobState.PLANNED)
        rig.journal.refuse["open_jobs"] = 3
        await rig.runner.resume_open_jobs()
        await rig.saved("a")

    run(main)


@pytest.mark.parametrize(
    "known",
    [
        job("a", JobState.PLANNED),
        job("a", JobState.PLANNED, retry_at=EPOCH, message="Busy."),
        job("a", JobState.SENDING, sent=EPOCH),
        job("a", JobState.ACCEPTED, sent=EPOCH, ticket=ticket()),
        job("a", JobState.RUNNING, sent=EPOCH, ticket=ticket(), words="painting"),
        job("a", JobState.READY, ticket=ticket(), charged=Decimal("0.03"), fraction=1.0, left=0.0),
        job("a", JobState.UNKNOWN, sent=EPOCH, reason="outcome_unknown", message="Hm."),
        job("a", JobState.UNKNOWN, sent=EPOCH, ticket=ticket(), reason="bug", message="Hm."),
    ],
    ids=lambda known: known.state.value,
)
def test_the_restated_events_bring_an_empty_board_to_where_the_job_is(known):
    board = Board()
    for event in restated(known):
        board = advance(board, event)
    assert board.jobs["a"] == known


def test_sorting_open_jobs():
    jobs = [
        job("planned", JobState.PLANNED),
        job("sent", JobState.SENDING, sent=EPOCH),
        job("late", JobState.RUNNING, ticket=ticket(expires=EPOCH + timedelta(hours=1))),
        job("soon", JobState.READY, ticket=ticket(expires=EPOCH + timedelta(minutes=1))),
        job("never", JobState.ACCEPTED, ticket=ticket()),
        job("asked", JobState.UNKNOWN),
    ]
    found = sort_open(jobs, EPOCH, lambda provider: False)
    assert [j.id for j in found.planned] == ["planned"]
    assert found.resend == ()
    assert [j.id for j in found.unclear] == ["sent"]
    assert [j.id for j, _ in found.follow] == ["soon", "late", "never"]
    assert [delay for _, delay in found.follow] == [0, 0.05, 0.1]
    same = sort_open(jobs, EPOCH, lambda provider: True)
    assert [j.id for j in same.resend] == ["sent"]
    assert same.unclear == ()
