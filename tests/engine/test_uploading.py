"""Uploads: once for all pictures of a key that use a reference, anew where that is safer, and the
very same once more where a provider counts on it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from flux_studio.core.errors import OutcomeUnknown, Reason, Refused, Unreachable
from flux_studio.core.job import JobState, Sending
from flux_studio.core.secret import Secret
from flux_studio.providers.contract import Ended, ReferencePicture
from tests.engine.rig import Rig
from tests.fakes import FakeProvider, FakeServer, Life, order, reference, request
from tests.virtual_time import VirtualTimeLoop, run

KEPT = timedelta(minutes=30)


class KeepingProvider(FakeProvider):
    """Each upload has an address of its own; it works for half an hour."""

    upload_kept: ClassVar[timedelta] = KEPT

    async def upload(self, picture: ReferencePicture, key: Secret | None) -> str:
        await super().upload(picture, key)
        return f"https://fake/{len(self.server.uploads)}/{picture.file_name}"


class InlineProvider(KeepingProvider):
    """References travel inside the request."""

    async def upload(self, picture: ReferencePicture, key: Secret | None) -> str:
        await super().upload(picture, key)
        return "aGVsbG8="


def edits(count: int, *names: str):
    references = tuple(reference(name) for name in names or ("cat",))
    return order(*(request(prompt=f"fox {n}", references=references) for n in range(count)))


def inputs(rig: Rig) -> list[Sequence[str]]:
    return [submission.inputs for submission in rig.server.submits]


def test_the_pictures_of_an_order_share_one_upload():
    async def main(loop):
        rig = Rig(loop, kind=KeepingProvider)
        await rig.saved(*rig.send(edits(4, "cat", "hat")))
        assert [picture.data for picture in rig.server.uploads] == [b"clean cat", b"clean hat"]
        assert len(set(inputs(rig))) == 1

    run(main)


def test_without_a_word_of_the_provider_each_picture_uploads_its_own():
    async def main(loop):
        rig = Rig(loop)
        await rig.saved(*rig.send(edits(2)))
        assert len(rig.server.uploads) == 2

    run(main)


def test_an_upload_is_used_as_long_as_the_provider_keeps_it():
    async def main(loop: VirtualTimeLoop):
        rig = Rig(loop, kind=KeepingProvider)
        await rig.saved(*rig.send(edits(1)))
        loop.jump(KEPT.total_seconds() - 60)
        await rig.saved(*rig.send(edits(1)))
        assert len(rig.server.uploads) == 1
        loop.jump(120)
        await rig.saved(*rig.send(edits(1)))
        assert len(rig.server.uploads) == 2

    run(main)


def test_another_key_uploads_for_itself():
    async def main(loop):
        rig = Rig(loop, kind=KeepingProvider)
        await rig.saved(*rig.send(edits(1)))
        rig.keys.keys["fake"] = "key-2"
        await rig.saved(*rig.send(edits(1)))
        assert len(rig.server.uploads) == 2

    run(main)


def test_an_upload_that_failed_is_tried_again_by_the_next_picture():
    async def main(loop):
        rig = Rig(loop, kind=KeepingProvider)
        rig.server.on_upload.append(Unreachable(Reason.NETWORK, "No answer."))
        await rig.saved(*rig.send(edits(3)))
        assert len(rig.server.uploads) == 1

    run(main)


def test_a_job_that_failed_lets_the_next_one_upload_anew():
    async def main(loop):
        rig = Rig(loop, kind=KeepingProvider)
        rig.server.on_check.append(Ended(False, Reason.PROVIDER_FAILED, "It could not be fetched."))
        await rig.ended(*rig.send(edits(1)))
        await rig.saved(*rig.send(edits(1)))
        assert [at.split("/")[3] for (at,) in inputs(rig)] == ["1", "2"]

    run(main)


def test_a_refused_reference_is_not_used_again():
    async def main(loop):
        rig = Rig(loop, kind=KeepingProvider)
        no = Refused(Reason.BAD_REQUEST, "The picture cannot be read.", control="references")
        rig.server.on_submit.append(no)
        [job] = rig.send(edits(1))
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.control) == (JobState.REFUSED, "references")
        await rig.saved(*rig.send(edits(1)))
        assert len(rig.server.uploads) == 2

    run(main)


def test_a_job_in_doubt_leaves_a_restart_with_the_very_same_addresses():
    async def main(loop):
        server = FakeServer(idempotent=True)
        rig = Rig(loop, server, kind=KeepingProvider, life=Life("in_submit"))
        [job] = rig.send(edits(1, "cat", "hat"))
        await asyncio.sleep(5)  # of virtual time
        assert not rig.life.alive
        assert rig.job(job).inputs == inputs(rig)[0]
        later = Rig(loop, server, kind=KeepingProvider, disk=rig.disk)
        await later.runner.resume_open_jobs()
        await later.saved(job)
        first, second = inputs(later)
        assert first == second
        assert len(server.uploads) == 2  # nothing was uploaded for the repetition
        assert len(server.charges) == 1

    run(main)


def test_a_job_that_was_surely_not_sent_uploads_anew_after_a_restart():
    async def main(loop):
        server = FakeServer(idempotent=True)
        rig = Rig(loop, server, kind=KeepingProvider, life=Life("before_sending"))
        [job] = rig.send(edits(1))
        await asyncio.sleep(5)  # of virtual time
        assert not rig.life.alive
        later = Rig(loop, server, kind=KeepingProvider, disk=rig.disk)
        await later.runner.resume_open_jobs()
        await later.saved(job)
        assert len(server.uploads) == 2
        assert len(server.charges) == 1

    run(main)


def test_only_addresses_are_noted_and_only_where_they_are_needed():
    async def main(loop):
        for kind, idempotent in ((KeepingProvider, False), (InlineProvider, True)):
            rig = Rig(loop, FakeServer(idempotent=idempotent), kind=kind)
            await rig.saved(*rig.send(edits(1)))
            assert [event.inputs for event in rig.disk.events if isinstance(event, Sending)] == [()]

    run(main)


def test_the_request_id_of_an_unclear_answer_is_kept():
    async def main(loop):
        rig = Rig(loop)
        rig.server.on_submit.append(OutcomeUnknown("The connection broke.", request_id="req-9"))
        [job] = rig.place()
        stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.request_id) == (JobState.UNKNOWN, "req-9")
        assert rig.job(job).request_id == "req-9"

    run(main)
