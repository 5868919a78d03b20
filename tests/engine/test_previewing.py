"""Previews and logs of a running task: what is told, how often, and that trouble with them costs
nothing.
"""

from __future__ import annotations

from decimal import Decimal

from flux_studio.core.job import JobState, Progressed
from flux_studio.engine.facts import PreviewSeen
from flux_studio.engine.following import LOG_LINES
from flux_studio.providers.contract import Ended, Inline, Link, Working
from tests.engine.rig import Rig
from tests.fakes import FakeServer
from tests.virtual_time import run

FIRST, SECOND = Inline(b"rough"), Inline(b"less rough")


def small(data: bytes) -> bytes:
    if data == b"broken":
        raise ValueError("no picture")
    return b"small " + data


def looking(*previews) -> list[Working]:
    return [Working(running=True, words="painting", preview=preview) for preview in previews]


def seen(rig: Rig) -> list[bytes]:
    return [fact.jpeg for fact in rig.told(PreviewSeen)]


def test_a_preview_is_made_small_and_told_once():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=20.0), shrink=small)
        rig.server.on_check.extend(looking(FIRST, FIRST, None, SECOND))
        await rig.saved(*rig.place())
        assert seen(rig) == [b"small rough", b"small less rough"]

    run(main)


def test_a_preview_behind_an_address_is_fetched_like_a_picture():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=20.0), shrink=small)
        rig.server.on_check.extend(looking(Link("https://cdn/rough")))
        rig.server.on_download.append(b"rough")
        await rig.saved(*rig.place())
        assert seen(rig) == [b"small rough"]
        assert rig.server.downloads[0] == "https://cdn/rough"

    run(main)


def test_a_preview_that_cannot_be_shown_is_only_not_shown():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=20.0), shrink=small)
        rig.server.on_check.extend(looking(Inline(b"broken"), SECOND))
        [saved] = await rig.saved(*rig.place())
        assert seen(rig) == [b"small less rough"]
        assert len(rig.disk.pictures) == 1  # a preview is never kept
        assert saved.last

    run(main)


def test_a_command_line_asks_for_no_previews():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=20.0))
        rig.server.on_check.extend(looking(Link("https://cdn/rough")))
        await rig.saved(*rig.place())
        assert seen(rig) == []
        assert rig.server.downloads == ["https://cdn/task-1/0"]

    run(main)


def test_nothing_is_told_of_a_preview_once_the_task_is_done():
    async def main(loop):
        rig = Rig(loop, FakeServer(seconds=2.0), shrink=small)
        rig.server.on_check.extend(looking(Link("https://cdn/rough")))
        rig.server.on_download.append("hang")
        [job] = rig.place()
        await rig.saved(job)
        assert seen(rig) == []

    run(main)


def test_the_newest_lines_of_the_log_come_with_the_progress_and_no_oftener():
    async def main(loop):
        lines = tuple(f"step {n}" for n in range(30))
        rig = Rig(loop, FakeServer(seconds=30.0))
        rig.server.on_check.append(Working(running=True, words="painting", logs=lines))
        [job] = rig.place()
        await rig.saved(job)
        told = [fact for fact in rig.told(Progressed, job) if fact.logs]
        assert told[0].logs == lines[-LOG_LINES:]
        assert len(rig.told(Progressed, job)) < 50  # one a second and one a question

    run(main)


def test_the_control_an_ending_concerns_is_kept_with_the_job():
    async def main(loop):
        rig = Rig(loop)
        no = Ended(True, "bad_request", "Too wide.", Decimal(0), control="size")
        rig.server.on_check.append(no)
        [job] = rig.place()
        await rig.stop_of(job)
        assert rig.job(job).state is JobState.REFUSED
        assert rig.job(job).control == "size"

    run(main)
