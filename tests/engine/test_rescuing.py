"""What a person found out about an unknown job; and free questions about an account."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from flux_studio.core.errors import (
    KeyMissing,
    OutcomeUnknown,
    Reason,
    Refused,
    TaskForgotten,
    Unreachable,
)
from flux_studio.core.job import JobState
from flux_studio.engine.facts import BalanceRead, Resolution
from tests.engine.rig import Rig
from tests.fakes import AccountProvider, BlindProvider, FakeServer, request
from tests.virtual_time import run


async def unknown_job(rig: Rig) -> str:
    rig.server.on_submit.append("lost_reply")
    [job] = rig.place()
    assert (await rig.stop_of(job)).state is JobState.UNKNOWN
    return job


def test_found_follows_the_task_and_the_picture_is_kept():
    async def main(loop):
        rig = Rig(loop)
        job = await unknown_job(rig)
        assert await rig.runner.resolve(job, "found", "  task-1 ") is None
        await rig.saved(job)
        assert rig.task(job) == "task-1"
        assert len(rig.server.submits) == 1

    run(main)


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (TaskForgotten(Reason.FORGOTTEN, "No."), TaskForgotten),
        (Unreachable(Reason.NETWORK, "There is no network."), Unreachable),
        (Refused(Reason.BAD_KEY, "The key is not valid."), Refused),
    ],
)
def test_an_id_that_cannot_be_found_leaves_the_job_unknown_and_says_why(trouble, kind):
    async def main(loop):
        rig = Rig(loop)
        job = await unknown_job(rig)
        rig.server.on_check.append(trouble)
        with pytest.raises(kind):
            await rig.runner.resolve(job, Resolution.FOUND, "task-l")
        [known] = rig.runner.jobs()
        assert known.state is JobState.UNKNOWN
        assert known.message.startswith(
            "The provider does not know a job with this id."
            if kind is TaskForgotten
            else str(trouble)
        )
        await rig.runner.resolve(job, "found", "task-1")
        await rig.saved(job)

    run(main)


def test_a_provider_that_finds_no_tasks_says_so():
    async def main(loop):
        rig = Rig(loop, kind=BlindProvider)
        job = await unknown_job(rig)
        with pytest.raises(Refused, match="cannot be found by its id"):
            await rig.runner.resolve(job, "found", "task-1")

    run(main)


def test_not_charged_ends_the_job_and_gives_its_request_back():
    async def main(loop):
        rig = Rig(loop)
        job = await unknown_job(rig)
        assert await rig.runner.resolve(job, "not_charged") == request(prompt="fox 0")
        assert (rig.job(job).state, rig.job(job).charged) == (JobState.CANCELLED, Decimal(0))
        assert rig.runner.jobs() == ()
        assert await rig.runner.resolve(job, "found", "task-1") is None, "too late"
        await asyncio.sleep(100)
        assert len(rig.server.submits) == 1

    run(main)


def test_leave_changes_nothing():
    async def main(loop):
        rig = Rig(loop)
        job = await unknown_job(rig)
        before = len(rig.facts)
        assert await rig.runner.resolve(job, "leave") is None
        assert len(rig.facts) == before
        assert rig.job(job).state is JobState.UNKNOWN

    run(main)


def test_only_unknown_jobs_are_resolved():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=30))
        [job] = rig.place()
        await rig.until(lambda: rig.job(job).state is JobState.RUNNING)
        assert await rig.runner.resolve(job, "not_charged") is None
        assert await rig.runner.resolve("nobody", "not_charged") is None
        with pytest.raises(ValueError, match="perhaps"):
            await rig.runner.resolve(job, "perhaps")
        await rig.saved(job)

    run(main)


def test_resolving_twice_at_once_follows_once():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=30))
        job = await unknown_job(rig)
        await asyncio.gather(
            rig.runner.resolve(job, "found", "task-1"), rig.runner.resolve(job, "found", "task-1")
        )
        await rig.saved(job)
        assert rig.states(job).count("Accepted") == 1

    run(main)


# Accounts


def test_a_good_key_gives_a_short_fact_and_a_bad_one_is_refused():
    async def main(loop):
        rig = Rig(loop, kind=AccountProvider)
        assert await rig.runner.accounts.check_key("fake") == "balance $4.20"
        rig.server.wrong_keys.add("key-1")
        with pytest.raises(Refused):
            await rig.runner.accounts.check_key("fake")
        rig.keys.keys["fake"] = None
        with pytest.raises(KeyMissing):
            await rig.runner.accounts.check_key("fake")

    run(main)


def test_where_there_is_no_free_way_that_is_said():
    async def main(loop):
        rig = Rig(loop)
        assert "no free way" in await rig.runner.accounts.check_key("fake")
        assert await rig.runner.accounts.balance("fake") is None
        assert await rig.runner.accounts.quote(request()) is None

    run(main)


def test_balance_and_quote():
    async def main(loop):
        rig = Rig(loop, kind=AccountProvider)
        assert await rig.runner.accounts.balance("fake") == Decimal("4.20")
        assert rig.told(BalanceRead) == [BalanceRead("fake", Decimal("4.20"))]
        assert await rig.runner.accounts.quote(request()) == Decimal("0.03")

    run(main)


def test_the_sentence_of_an_unknown_job_says_what_it_may_have_cost_and_what_to_do():
    async def main(loop):
        rig = Rig(loop)
        rig.server.on_submit.append(OutcomeUnknown("The answer made no sense"))
        stopped = await rig.stop_of(*rig.place())
        assert stopped.message == (
            "The request left, but no clear answer came back: The answer made no sense. It may "
            "have been accepted and charged ($0.030). It is not sent again by itself. Look at the "
            "provider's usage page: enter the job's id when it is there, or say that it was not "
            "charged."
        )

    run(main)
