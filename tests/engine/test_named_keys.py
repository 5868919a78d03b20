"""Several named keys: a job is asked for with the key it was sent with, over a restart too, and the
key of another account neither pays it again nor makes it lost.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from flux_studio.core.errors import Reason, TaskForgotten
from flux_studio.core.job import JobState, Sending, Ticket
from flux_studio.core.secret import Secret
from flux_studio.engine.facts import ProviderPaused
from flux_studio.engine.resuming import restated
from flux_studio.providers.contract import Status, Submission
from tests.engine.rig import Rig
from tests.fakes import FakeProvider, FakeServer
from tests.virtual_time import run

STUDIO, CLIENT = "key-studio", "key-client"


class Accounts(FakeProvider):
    """A provider that knows a task only under the key it was sent with."""

    async def submit(self, submission: Submission, key: Secret | None) -> Ticket:
        ticket = await super().submit(submission, key)
        owners(self.server)[ticket.task] = key.reveal() if key else ""
        return ticket

    async def check(self, ticket: Ticket, key: Secret | None) -> Status:
        status = await super().check(ticket, key)
        if owners(self.server)[ticket.task] != (key.reveal() if key else ""):
            raise TaskForgotten(Reason.FORGOTTEN, "No such task.")
        return status


def owners(server: Any) -> dict[str, str]:
    """Which key made which task."""
    return server.__dict__.setdefault("owners", {})


def a_rig(loop, server=None, **fields) -> Rig:
    rig = Rig(loop, server or FakeServer(seconds=30.0), kind=Accounts, **fields)
    rig.keys.keys = {"fake/studio": STUDIO, "fake/client": CLIENT}
    rig.keys.in_use = {"fake": "studio"}
    return rig


async def killed_while_running(loop, **server) -> tuple[Rig, str]:
    """A job that runs at the provider, sent with the key 'studio', and the end of that life."""
    rig = a_rig(loop, FakeServer(seconds=30.0, **server))
    [job] = rig.place()
    await rig.until(lambda: rig.job(job).state is JobState.RUNNING)
    rig.life.alive = False
    return rig, job


def test_the_journal_names_the_key_before_anything_leaves():
    async def main(loop):
        rig = a_rig(loop)
        [job] = rig.place()
        await rig.until(lambda: rig.told(Sending))
        assert rig.told(Sending)[0].key == "studio"
        assert rig.job(job).key == "studio"
        assert STUDIO not in repr(rig.job(job))
        assert Sending(job, rig.job(job).sent, "studio") in restated(rig.job(job))

    run(main)


def test_another_key_in_use_is_for_the_next_job_only():
    async def main(loop):
        rig = a_rig(loop)
        [first] = rig.place()
        await rig.until(lambda: rig.job(first).state is JobState.RUNNING)
        rig.keys.in_use["fake"] = "client"
        [second] = rig.place()
        await rig.saved(first, second)
        assert owners(rig.server) == {rig.task(first): STUDIO, rig.task(second): CLIENT}

    run(main)


def test_after_a_restart_a_job_is_asked_for_with_its_own_key():
    async def main(loop):
        rig, job = await killed_while_running(loop)
        again = a_rig(loop, rig.server, disk=rig.disk)
        again.keys.in_use["fake"] = "client"
        await again.runner.resume_open_jobs()
        await again.saved(job)

    run(main)


def test_a_job_whose_key_is_gone_is_never_lost_and_goes_on_when_it_is_back():
    async def main(loop):
        rig, job = await killed_while_running(loop)
        again = a_rig(loop, rig.server, disk=rig.disk)
        again.keys.in_use["fake"] = "client"
        del again.keys.keys["fake/studio"]
        await again.runner.resume_open_jobs()
        await asyncio.sleep(3600)
        assert again.job(job).state is JobState.RUNNING
        assert "the key studio" in again.words(job)[-1]
        assert again.told(ProviderPaused) == [], "other jobs go on with the key in use"
        again.keys.keys["fake/studio"] = STUDIO
        await again.saved(job)
        assert len(again.server.charges) == 1

    run(main)


def test_a_new_key_of_the_same_account_takes_the_place_of_one_that_is_gone():
    async def main(loop):
        rig, job = await killed_while_running(loop)
        again = a_rig(loop, rig.server, disk=rig.disk)
        again.keys.keys = {"fake/new": STUDIO}
        again.keys.in_use["fake"] = "new"
        await again.runner.resume_open_jobs()
        await again.saved(job)
        assert again.job(job).key == "studio", "the journal keeps what was sent"

    run(main)


def test_a_key_that_was_revoked_gives_way_to_the_one_in_use():
    async def main(loop):
        rig, job = await killed_while_running(loop)
        again = a_rig(loop, rig.server, disk=rig.disk)
        again.server.wrong_keys.add(STUDIO)
        await again.runner.resume_open_jobs()
        await again.until(lambda: again.told(ProviderPaused))
        owners(again.server)[rig.task(job)] = CLIENT  # of the same account, as the server sees it
        again.keys.in_use["fake"] = "client"
        again.runner.resume("fake")
        await again.saved(job)

    run(main)


@pytest.mark.parametrize("there", [True, False])
def test_a_request_in_doubt_is_sent_again_with_its_own_key_or_not_at_all(there):
    """Under another key the same idempotency key would be paid a second time."""

    async def main(loop):
        server = FakeServer(idempotent=True)
        server.on_submit.append("hang")
        rig = a_rig(loop, server)
        [job] = rig.place()
        await asyncio.sleep(1)
        assert (rig.job(job).state, server.in_flight) == (JobState.SENDING, 1)
        rig.life.alive = False
        again = a_rig(loop, server, disk=rig.disk)
        again.keys.in_use["fake"] = "client"
        if not there:
            del again.keys.keys["fake/studio"]
        await again.runner.resume_open_jobs()
        if there:
            await again.saved(job)
            assert list(owners(server).values()) == [STUDIO]
        else:
            stopped = await again.stop_of(job)
            assert (stopped.state, stopped.charged) == (JobState.UNKNOWN, None)
            assert "(studio) is not there" in stopped.message
            assert server.charges == []

    run(main)


def test_a_job_of_unknown_outcome_is_looked_for_with_its_own_key():
    async def main(loop):
        server = FakeServer(seconds=5.0)
        server.on_submit.append("lost_reply")
        rig = a_rig(loop, server)
        [job] = rig.place()
        await rig.stop_of(job)
        [task] = server.tasks
        owners(server)[task] = STUDIO
        rig.keys.in_use["fake"] = "client"
        await rig.runner.resolve(job, "found", task)
        await rig.saved(job)

    run(main)
