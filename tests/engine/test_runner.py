"""The whole path of a job when all goes well, the line in front of a provider, and the end."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from flux_studio.core.job import JobState, Planned, Progressed, Ready, Stopped
from flux_studio.engine.errand import idempotency_key, new_job_id
from flux_studio.engine.ports import kind_of
from tests.engine.rig import Rig
from tests.fakes import FakeServer, Life, order, reference, request
from tests.virtual_time import EPOCH, NeverAnswers, run


def test_a_prompt_becomes_a_picture_with_every_step_in_the_journal_first():
    async def main(loop):
        rig = Rig(loop)
        [job] = rig.place()
        assert rig.states(job) == ["Planned"], "place returns before anything is sent"
        assert rig.server.submits == []
        [saved] = await rig.saved(job)
        assert rig.states(job) == ["Planned", "Sending", "Accepted", "Ready", "Saved"]
        assert rig.disk.pictures[job] == b"picture 1/1 fox 0"
        assert saved.generation.charged == Decimal("0.03")
        assert saved.generation.price == Decimal("0.03")
        assert saved.generation.seed == 7
        assert saved.generation.task == "task-1"
        assert rig.server.charges == [idempotency_key(job)]
        assert rig.runner.jobs() == ()

    run(main)


def test_each_journalled_event_is_told_after_it_is_on_disk():
    async def main(loop):
        rig = Rig(loop)
        seen = []
        real = rig._hear

        def hear(fact):
            if not isinstance(fact, Progressed):
                seen.append(fact == rig.disk.events[-1])
            real(fact)

        rig.runner._book._listener = hear
        await rig.saved(*rig.place())
        assert seen == [True] * 5

    run(main)


def test_a_listener_that_fails_does_not_stop_a_job(caplog):
    async def main(loop):
        rig = Rig(loop)

        def hear(fact):
            rig._hear(fact)
            raise ValueError("a window broke")

        rig.runner._book._listener = hear
        await rig.saved(*rig.place())

    run(main)
    assert "a listener failed" in caplog.text


def test_seconds_are_from_sending_to_ready():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=5.0))
        [saved] = await rig.saved(*rig.place())
        [ready] = rig.told(Ready)
        [sending] = [e for e in rig.disk.events if type(e).__name__ == "Sending"]
        assert saved.generation.seconds == pytest.approx((ready.at - sending.at).total_seconds())
        assert 5.2 <= (saved.generation.seconds or 0) < 9

    run(main)


def test_all_jobs_of_an_order_are_planned_before_the_first_is_sent():
    async def main(loop):
        rig = Rig(loop)
        jobs = rig.place(4)
        assert [type(e).__name__ for e in rig.disk.events] == ["Planned"] * 4
        assert len({e.order for e in rig.told(Planned)}) == 1
        assert len(set(jobs)) == 4
        await rig.saved(*jobs)
        assert len(rig.server.charges) == 4

    run(main)


def test_ids_are_short_and_their_idempotency_key_never_changes():
    assert re.fullmatch("[0-9a-f]{16}", new_job_id())
    assert new_job_id() != new_job_id()
    # Pinned: a job that was sent by an older studio must get the same key from this one.
    assert idempotency_key("0123456789abcdef") == "c6a2647d-cd23-5c5e-8870-7a50dc8abb6a"


def test_ids_may_come_from_the_caller():
    async def main(loop):
        rig = Rig(loop)
        assert rig.place(2, ids=["one", "two"]) == ["one", "two"]
        await rig.saved("one", "two")
        with pytest.raises(ValueError, match="zip"):
            rig.place(2, ids=["three"])

    run(main)


def test_an_order_for_a_provider_that_is_not_there_plans_nothing():
    async def main(loop):
        rig = Rig(loop)
        with pytest.raises(LookupError):
            rig.send(order(request(), request("nobody")))
        assert rig.disk.events == []

    run(main)


@pytest.mark.parametrize(("setting", "most"), [(None, 4), (2, 2), (9, 4), (1, 1)])
def test_at_most_so_many_are_on_their_way(setting, most):
    async def main(loop):
        rig = Rig(loop, at_once=setting)
        jobs = rig.place(7)
        on_way = []

        def count():
            states = [rig.job(job).state for job in jobs]
            on_way.append(
                sum(s in (JobState.SENDING, JobState.ACCEPTED, JobState.RUNNING) for s in states)
            )
            return all(rig.job(job).ended for job in jobs)

        await rig.until(count)
        assert max(on_way) == most
        assert rig.server.most_in_flight <= most

    run(main)


def test_the_limit_can_be_raised_while_jobs_wait():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=50), at_once=1)
        jobs = rig.place(3)
        await rig.until(lambda: rig.job(jobs[0]).state is JobState.RUNNING)
        assert len(rig.server.submits) == 1
        rig.runner.limit(3)
        await rig.until(lambda: all(rig.job(job).state is JobState.RUNNING for job in jobs))
        await rig.saved(*jobs)

    run(main)


def test_first_come_first_served_and_the_front_goes_first():
    async def main(loop):
        rig = Rig(loop, at_once=1)
        early = rig.place(2)
        await rig.settled()
        front = rig.place(2, front=True)
        last = rig.place(1)
        await rig.saved(*early, *front, *last)
        sent = [e.job for e in rig.disk.events if type(e).__name__ == "Sending"]
        assert sent == [early[0], *front, early[1], *last]

    run(main)


def test_a_place_is_free_once_the_provider_is_done_not_only_once_the_picture_is_here():
    async def main(loop):
        server = FakeServer()
        server.on_download.append("hang")
        rig = Rig(loop, server, at_once=1)
        first, second = rig.place(2)
        await rig.saved(second)
        assert rig.job(first).state is JobState.READY

    run(main)


def test_references_are_handed_over_clean_before_the_job_is_sent():
    async def main(loop):
        rig = Rig(loop)
        cat = reference("cat")
        [job] = rig.send(order(request(references=(cat,))))
        await rig.saved(job)
        [upload] = rig.server.uploads
        assert upload.data == b"clean cat"
        assert rig.server.submits[0].inputs == (f"https://fake/{upload.file_name}",)

    run(main)


def test_inline_pictures_and_several_pictures_of_one_task_are_all_kept():
    async def main(loop):
        rig = Rig(loop, FakeServer(inline=True, results=3))
        [job] = rig.place()
        await rig.saved(job)
        assert sorted(rig.disk.rows) == [job, f"{job}-2", f"{job}-3"]
        assert rig.job(job).generation == job, "the first is the job's own"
        assert sum(g.charged or 0 for g in rig.disk.rows.values()) == Decimal("0.03")
        assert rig.job(job).charged == Decimal("0.03")
        assert rig.server.downloads == []

    run(main)


@pytest.mark.parametrize(
    ("at_end", "at_submit", "free", "charged"),
    [
        (Decimal("0.05"), Decimal("0.04"), False, Decimal("0.05")),
        (None, Decimal("0.04"), False, Decimal("0.04")),
        (None, None, False, None),
        (None, None, True, Decimal(0)),
    ],
)
def test_what_was_charged_is_the_latest_word_and_never_a_guess(at_end, at_submit, free, charged):
    async def main(loop):
        server = FakeServer(reported=at_end, charged_at_submit=at_submit)
        rig = Rig(loop, server, free=free)
        [saved] = await rig.saved(*rig.place())
        assert saved.generation.charged == charged
        assert rig.told(Ready)[0].charged == charged

    run(main)


def test_how_long_a_job_took_is_learned_from_the_polls_around_its_end():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=6.0))
        [job] = rig.place()
        await rig.saved(job)
        [seen] = rig.disk.observed[kind_of(rig.job(job).request)]
        assert seen.after < 6.0 <= seen.by
        assert seen.by - seen.after < 3.0

    run(main)


def test_a_full_disk_before_sending_sends_nothing_and_says_so():
    async def main(loop):
        rig = Rig(loop)
        rig.journal.refuse["planned"] = 1
        first, second = rig.place(2)
        await rig.saved(second)
        [stopped] = rig.told(Stopped, first)
        assert (stopped.state, stopped.reason) == (JobState.FAILED, "disk")
        assert stopped.charged == 0
        assert len(rig.server.charges) == 1

    run(main)


@pytest.mark.parametrize("event", ["sending", "accepted", "ready", "saved"])
def test_a_disk_that_is_full_for_a_while_costs_time_and_nothing_else(event):
    async def main(loop):
        rig = Rig(loop)
        rig.journal.refuse[event] = 5
        [job] = rig.place()
        await rig.saved(job)
        assert rig.states(job) == ["Planned", "Sending", "Accepted", "Ready", "Saved"]
        assert len(rig.server.submits) == 1

    run(main)


def test_a_hundred_jobs_all_end():
    async def main(loop):
        rig = Rig(loop)
        await rig.saved(*rig.place(100))
        assert len(rig.disk.rows) == 100
        assert len(set(rig.server.charges)) == 100

    run(main)


# The end


def test_close_leaves_every_job_as_the_journal_has_it_and_marks_nothing():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=60), at_once=2)
        running, waiting = rig.place(2), rig.place(2)
        await rig.until(lambda: all(rig.job(j).state is JobState.RUNNING for j in running))
        await rig.runner.close()
        assert [rig.job(j).state for j in running] == [JobState.RUNNING] * 2
        assert [rig.job(j).state for j in waiting] == [JobState.PLANNED] * 2
        assert rig.told(Stopped) == []

    run(main)


def test_close_gives_a_request_on_its_way_a_moment_for_its_ticket():
    async def main(loop):
        rig = Rig(loop)
        [job] = rig.place()
        await asyncio.sleep(0.1)
        assert rig.server.in_flight == 1
        await rig.runner.close()
        assert rig.job(job).state is JobState.ACCEPTED
        assert rig.task(job) == "task-1"

    run(main)


def test_close_with_twenty_hung_submits_takes_no_longer_than_its_deadline():
    async def main(loop):
        server = FakeServer()
        server.on_submit.extend(["hang"] * 20)
        rig = Rig(loop, server)
        rig.provider.at_once = 20
        jobs = rig.place(20)
        await asyncio.sleep(1)
        assert server.in_flight == 20
        began = loop.time()
        await rig.runner.close(2.0)
        assert loop.time() - began <= 2.0
        assert {rig.job(job).state for job in jobs} == {JobState.SENDING}
        await rig.runner.close(2.0)
        assert loop.time() - began <= 2.0, "a second close is harmless"

    run(main)


def test_nothing_is_taken_after_the_end():
    async def main(loop):
        rig = Rig(loop)
        await rig.runner.close()
        with pytest.raises(RuntimeError):
            rig.place()
        assert rig.disk.events == []

    run(main)


def test_close_closes_what_it_was_given_even_if_one_of_them_fails(caplog):
    closed = []

    async def main(loop):
        async def breaks():
            raise OSError("socket")

        async def hangs():
            await loop.create_future()

        async def closes():
            closed.append(True)

        rig = Rig(loop, closers=(breaks, hangs, closes))
        await rig.runner.close()

    run(main)
    assert closed == [True]


def test_a_hung_keychain_does_not_hold_up_the_end():
    async def main(loop):
        rig = Rig(loop)
        rig.keys.keys["fake"] = NeverAnswers()
        [job] = rig.place()
        await asyncio.sleep(1)
        began = loop.time()
        await rig.runner.close()
        assert loop.time() - began < 1
        assert rig.job(job).state is JobState.PLANNED

    run(main)


# Faults of ours


@pytest.mark.parametrize(
    ("where", "state", "charged"),
    [
        ("upload", JobState.FAILED, Decimal(0)),
        ("submit", JobState.UNKNOWN, None),
        ("check", JobState.UNKNOWN, None),
        ("download", JobState.UNKNOWN, Decimal("0.03")),
    ],
)
def test_a_fault_of_ours_never_hides_a_charge(caplog, where, state, charged):
    async def main(loop):
        server = FakeServer()
        getattr(server, f"on_{where}").append(ZeroDivisionError("ours"))
        rig = Rig(loop, server)
        [job] = rig.send(order(request(references=(reference(),))))
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.reason, stopped.charged) == (state, "bug", charged)
        left = [known.id for known in rig.runner.jobs()]
        assert left == ([] if state is JobState.FAILED else [job])
        await rig.saved(*rig.place())

    run(main)
    assert "ZeroDivisionError: ours" in caplog.text, "the log has the traceback"


def test_a_journal_that_breaks_at_a_cancel_is_not_asked_for_ever(caplog):
    async def main(loop):
        loop.set_exception_handler(lambda *_: None)
        rig = Rig(loop, at_once=1)
        rig.journal.broken["stopped"] = ZeroDivisionError("ours")
        first, second = rig.place(2)
        rig.runner.cancel(second)
        await rig.saved(first)
        assert rig.job(second).state is JobState.PLANNED

    run(main)
    assert caplog.text.count("stopped by a fault of ours") == 1


def test_prompts_and_keys_are_not_logged(caplog):
    caplog.set_level("DEBUG")

    async def main(loop):
        server = FakeServer()
        server.on_submit.append("lost_reply")
        rig = Rig(loop, server)
        rig.keys.keys["fake"] = "canary-key"
        await rig.ended(*rig.send(order(request(prompt="canary prompt"), request(prompt="canary"))))

    run(main)
    assert caplog.records
    assert "canary" not in caplog.text


def test_times_in_the_journal_are_utc_of_the_given_clock():
    async def main(loop):
        rig = Rig(loop, life=Life())
        await rig.saved(*rig.place())
        assert all(EPOCH <= e.at < EPOCH + timedelta(minutes=1) for e in rig.disk.events)
        assert all(e.at.utcoffset() == timedelta(0) for e in rig.disk.events)

    run(main)
