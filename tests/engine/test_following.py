"""Following a task: when it is asked, what is shown, and that only the provider ends it."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from flux_studio.core.errors import Reason, Refused, TaskForgotten, Unreachable
from flux_studio.core.job import JobState, Progressed, Stopped
from flux_studio.core.waiting import learn
from flux_studio.engine.facts import ProviderPaused
from flux_studio.providers.contract import Ended, Working
from tests.engine.rig import Rig
from tests.fakes import CancellingProvider, FakeProvider, FakeServer, KeylessProvider
from tests.virtual_time import run

HICCUP = Unreachable(Reason.NETWORK, "No answer.")


def asked(rig):
    """Seconds since acceptance at which the provider was asked."""
    began = min(task.began for task in rig.server.tasks.values())
    return [at - began for at, _ in rig.server.checks]


def test_it_asks_when_the_plan_says():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=8.0))
        await rig.saved(*rig.place())
        plan, last = learn([], 4.0), 0.0
        times: list[float] = []
        while not times or times[-1] < 8.0:
            last = plan.next_poll(last, last)
            times.append(last)
        assert asked(rig) == pytest.approx(times)

    run(main)


def test_a_free_model_that_is_quick_is_shown_quickly():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=0.0), kind=KeylessProvider, free=True)
        rig.keys.keys["fake"] = None
        await rig.saved(*rig.place())
        assert loop.time() - 1000 < 1.5

    run(main)


def test_what_is_learned_from_one_job_helps_the_next_of_its_kind():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=30.0), at_once=1)
        late = []
        for number in range(1, 13):
            await rig.saved(*rig.place())
            late.append(rig.server.checks[-1][0] - rig.server.tasks[f"task-{number}"].began - 30.0)
        assert max(late[-4:]) < 0.5 * late[0]

    run(main)


def test_retry_after_overrides_the_plan_and_is_obeyed_up_to_two_minutes():
    async def main(loop):
        server = FakeServer(seconds=1.0)
        server.on_check.extend([Working(True, ask_again=30.0), Working(True, ask_again=1e6)])
        rig = Rig(loop, server)
        await rig.saved(*rig.place())
        first, second, third = asked(rig)
        assert second - first == pytest.approx(30.0)
        assert third - second == pytest.approx(120.0)

    run(main)


def test_what_the_provider_says_is_shown_with_progress_each_second():
    async def main(loop):
        server = FakeServer(seconds=10.0)
        server.on_check.append(Working(False, "in line", position=3))
        server.on_check.append(Working(True, "painting", fraction=0.5))
        rig = Rig(loop, server)
        [job] = rig.place()
        await rig.saved(job)
        told = rig.told(Progressed, job)
        assert any((e.words, e.position, e.running) == ("in line", 3, False) for e in told)
        assert any((e.words, e.fraction, e.running) == ("painting", 0.5, True) for e in told)
        gaps = [(b.at - a.at).total_seconds() for a, b in zip(told, told[1:], strict=False)]
        assert max(gaps) <= 2.0
        assert told[0].left is not None
        assert told[0].fraction is not None

    run(main)


def test_only_a_change_of_state_is_journalled_of_the_progress():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=40.0))
        [job] = rig.place()
        await rig.saved(job)
        assert len([e for e in rig.disk.events if isinstance(e, Progressed)]) == 1
        assert len(rig.told(Progressed)) > 20

    run(main)


def test_progress_that_the_disk_does_not_take_is_told_all_the_same():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=40.0))
        rig.journal.refuse["progressed"] = 1000
        [job] = rig.place()
        await rig.saved(job)
        assert any(e.running for e in rig.told(Progressed))

    run(main)


def test_a_hiccup_of_an_hour_is_waited_out_and_said_after_three_in_a_row():
    async def main(loop):
        server = FakeServer()
        server.on_check.extend([HICCUP] * 450)
        rig = Rig(loop, server)
        [job] = rig.place()
        await rig.saved(job)
        times = asked(rig)
        gaps = [b - a for a, b in zip(times, times[1:], strict=False)]
        assert gaps[:6] == pytest.approx([0.5, 1, 2, 4, 8, 8])
        assert loop.time() - 1000 > 3500
        first = next(e for e in rig.told(Progressed) if "hiccup" in e.words)
        assert (first.at - rig.told(Progressed)[0].at).total_seconds() == pytest.approx(times[2])

    run(main)


def test_two_hiccups_are_not_worth_a_word():
    async def main(loop):
        server = FakeServer()
        server.on_check.extend([HICCUP] * 2)
        rig = Rig(loop, server)
        [job] = rig.place()
        await rig.saved(job)
        assert not any("hiccup" in words for words in rig.words(job))

    run(main)


def test_a_hiccup_with_a_word_when_to_come_back():
    async def main(loop):
        server = FakeServer()
        server.on_check.append(Unreachable(Reason.RATE_LIMITED, "Slow down.", 40.0))
        rig = Rig(loop, server)
        await rig.saved(*rig.place())
        first, second, *_ = asked(rig)
        assert second - first == pytest.approx(40.0)

    run(main)


def test_there_is_no_deadline_of_ours():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=6 * 3600.0))
        [job] = rig.place()
        await rig.saved(job)
        assert loop.time() - 1000 > 6 * 3600

    run(main)


def test_a_task_not_known_yet_is_asked_for_a_minute():
    async def main(loop):
        server = FakeServer()
        server.on_check.extend([TaskForgotten(Reason.FORGOTTEN, "No such task.")] * 8)
        rig = Rig(loop, server)
        await rig.saved(*rig.place())

    run(main)


def test_a_task_forgotten_for_a_minute_is_lost_and_its_id_is_kept():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=50.0))
        [job] = rig.place()
        await rig.until(lambda: rig.job(job).state is JobState.RUNNING)
        rig.server.tasks["task-1"].forgotten = True
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.reason) == (JobState.LOST, "forgotten")
        assert stopped.charged is None
        assert "task-1" in stopped.message
        assert rig.task(job) == "task-1"
        times = asked(rig)
        assert times[-1] - times[1] >= 60

    run(main)


@pytest.mark.parametrize(
    ("ended", "state", "charged", "sentence"),
    [
        (
            Ended(True, "moderated_output", "It was held back.", Decimal("0.03")),
            JobState.REFUSED, Decimal("0.03"), "It was held back. $0.030 was charged.",
        ),
        (
            Ended(False, "provider_failed", "The model broke", Decimal(0)),
            JobState.FAILED, Decimal(0), "The model broke. Nothing was charged.",
        ),
        (
            Ended(False, "provider_failed", "", None),
            JobState.FAILED, None, "The provider ended the job without a picture. "
            "Whether it was charged is not known: look at the provider's usage page.",
        ),
        (
            Ended(False, "cancelled", "Stopped.", Decimal(0), cancelled=True),
            JobState.CANCELLED, Decimal(0), "Stopped. Nothing was charged.",
        ),
    ],
)  # fmt: skip
def test_an_end_without_a_picture_says_what_happened_and_what_it_cost(
    ended, state, charged, sentence
):
    async def main(loop):
        server = FakeServer()
        server.on_check.append(ended)
        rig = Rig(loop, server)
        stopped = await rig.stop_of(*rig.place())
        assert (stopped.state, stopped.charged) == (state, charged)
        assert stopped.reason == ended.reason
        assert stopped.message == sentence

    run(main)


def test_a_failed_job_teaches_nothing_about_time():
    async def main(loop):
        server = FakeServer()
        server.on_check.append(Ended(False, "provider_failed", "Broken."))
        rig = Rig(loop, server)
        await rig.ended(*rig.place())
        assert not any(rig.disk.observed.values())

    run(main)


def test_a_duration_that_the_disk_does_not_take_costs_nothing():
    async def main(loop):
        rig = Rig(loop)
        rig.journal.refuse["observe"] = 1
        await rig.saved(*rig.place())

    run(main)


def test_a_key_that_goes_bad_while_it_runs_pauses_and_never_fails_the_job():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=20.0))
        [job] = rig.place()
        await rig.until(lambda: rig.job(job).state is JobState.RUNNING)
        rig.server.wrong_keys.add("key-1")
        await rig.until(lambda: rig.told(ProviderPaused))
        await asyncio.sleep(1000)
        assert rig.job(job).state is JobState.RUNNING
        assert "valid key" in rig.words(job)[-1]
        checks = len(rig.server.checks)
        rig.keys.keys["fake"] = "key-2"
        rig.runner.resume("fake")
        await rig.saved(job)
        assert len(rig.server.checks) == checks + 1, "asked once, with the new key"

    run(main)


def test_another_refusal_of_a_question_is_only_a_hiccup():
    async def main(loop):
        server = FakeServer()
        server.on_check.append(Refused(Reason.NO_CREDIT, "No."))
        rig = Rig(loop, server)
        await rig.saved(*rig.place())
        assert rig.told(ProviderPaused) == []

    run(main)


# A submit that waits for the picture


class HoldingProvider(FakeProvider):
    """Holds a submit back for 5 s, or until its picture is there."""

    async def submit(self, submission, key):
        ticket = await super().submit(submission, key)
        await asyncio.sleep(min(5.0, self.server.seconds))
        return ticket

    def is_settled(self, ticket):
        return self.server.seconds <= 5.0


def test_a_picture_that_came_while_the_submit_waited_waits_for_no_plan():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=4.0), kind=HoldingProvider)
        [job] = rig.place()
        await rig.saved(job)
        [(at, _)] = rig.server.checks
        assert at - rig.server.tasks["task-1"].began == pytest.approx(4.0)
        [[seen]] = rig.disk.observed.values()
        assert (seen.after, seen.by) == (0.0, pytest.approx(4.2)), "0.2 s on the way and 4 s held"

    run(main)


def test_a_submit_that_waited_in_vain_counts_as_a_first_question():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=8.0), kind=HoldingProvider)
        [job] = rig.place()
        await rig.saved(job)
        held, plan = 5.2, learn([], 4.0)
        times = [held]
        while times[-1] < 8.2:
            times.append(plan.next_poll(times[-1], times[-1]))
        assert asked(rig) == pytest.approx([at - 0.2 for at in times[1:]])
        [[seen]] = rig.disk.observed.values()
        assert (seen.after, seen.by) == pytest.approx(times[-2:])

    run(main)


# Cancelling a job that the provider has


def test_where_the_provider_cannot_stop_it_the_picture_is_kept_and_that_is_said():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=20.0))
        [job] = rig.place()
        await rig.until(lambda: rig.job(job).state is JobState.RUNNING)
        rig.runner.cancel(job)
        await rig.settled()
        assert "cannot stop" in rig.words(job)[-1]
        await rig.saved(job)
        assert rig.told(Stopped) == []

    run(main)


def test_where_the_provider_can_it_is_stopped_and_its_word_on_the_charge_counts():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=20.0), kind=CancellingProvider)
        [job] = rig.place()
        await rig.until(lambda: rig.job(job).state is JobState.RUNNING)
        at = loop.time()
        rig.runner.cancel(job)
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.charged) == (JobState.CANCELLED, Decimal(0))
        assert loop.time() - at < 0.5

    run(main)


def test_a_cancel_while_sending_reaches_the_provider_with_the_ticket():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=20.0), kind=CancellingProvider)
        [job] = rig.place()
        await asyncio.sleep(0.1)
        rig.runner.cancel(job)
        stopped = await rig.stop_of(job)
        assert stopped.state is JobState.CANCELLED
        assert rig.server.tasks["task-1"].cancelled

    run(main)


def test_too_late_to_stop_keeps_the_picture():
    async def main(loop):
        server = FakeServer(seconds=20.0)
        server.on_cancel.append(lambda task: False)
        rig = Rig(loop, server, kind=CancellingProvider)
        [job] = rig.place()
        await rig.until(lambda: rig.job(job).state is JobState.RUNNING)
        rig.runner.cancel(job)
        await rig.saved(job)
        assert "too late to stop" in " ".join(rig.words(job))

    run(main)


def test_a_cancel_that_is_not_heard_is_repeated():
    async def main(loop):
        server = FakeServer(seconds=100.0)
        server.on_cancel.extend([HICCUP, HICCUP])
        rig = Rig(loop, server, kind=CancellingProvider)
        [job] = rig.place()
        await rig.until(lambda: rig.job(job).state is JobState.RUNNING)
        rig.runner.cancel(job)
        assert (await rig.stop_of(job)).state is JobState.CANCELLED

    run(main)


def test_a_stopped_task_that_is_forgotten_at_once_counts_as_cancelled():
    async def main(loop):
        server = FakeServer(seconds=100.0)

        def forget(task):
            server.tasks["task-1"].forgotten = True
            return True

        server.on_cancel.append(forget)
        rig = Rig(loop, server, kind=CancellingProvider)
        [job] = rig.place()
        await rig.until(lambda: rig.job(job).state is JobState.RUNNING)
        rig.runner.cancel(job)
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.charged) == (JobState.CANCELLED, None)

    run(main)
