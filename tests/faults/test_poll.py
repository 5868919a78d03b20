"""Asking how a task stands, at the twins over real HTTP: a provider that says when to ask again is
obeyed, and one that has answered already is not asked.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from flux_studio.assembly import Workshop
from flux_studio.core.job import Accepted, Ready
from flux_studio.engine.daemon_threads import DaemonThreads
from flux_studio.ground import lay_ground
from tests.bench.bench_waiting import FastLoop
from tests.faults.studio import KINDS, small_order
from tests.hosts.server import HostServer

SPEED = 20.0  # seconds of the studio in one of ours
BUSY_S, WORKING_S = 7, 9  # both far above the gaps of any plan for a first job
ROUNDING_S = 0.1


def say_when_to_ask_again(host: HostServer) -> None:
    """The first status question meets a 429 with Retry-After, the second an answer with one."""
    host.fault("check", "429", message="slow down", retry_after=BUSY_S)
    handle = host._handle

    def with_header(asked, found, fault):
        answer = handle(asked, found, fault)
        if asked.route == "check" and len(host.asked("check")) == 2:
            answer.headers["retry-after"] = str(WORKING_S)
        return answer

    host._handle = with_header


async def seconds_from_ticket_to_ready(workshop: Workshop, provider: str) -> float:
    """By the clock of the runner, for one job."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(DaemonThreads())
    heard: dict[type, float] = {}
    ready = asyncio.Event()

    def listen(fact: object) -> None:
        heard.setdefault(type(fact), loop.time())
        if isinstance(fact, Ready):
            ready.set()

    runner = await workshop.runner(listen)
    try:
        card = next(card for card in workshop.ground.cards if card.provider == provider)
        runner.place(small_order(card, "a red fox"))
        async with asyncio.timeout(20.0):
            await ready.wait()
    finally:
        await runner.close()
    return heard[Ready] - heard[Accepted]


async def three_questions(host: HostServer, workshop: Workshop, provider: str) -> list[float]:
    """When the runner asked about one job, in seconds on its clock."""
    asyncio.get_running_loop().set_default_executor(DaemonThreads())
    runner = await workshop.runner(lambda _: None)
    try:
        card = next(card for card in workshop.ground.cards if card.provider == provider)
        runner.place(small_order(card, "a red fox"))
        await asyncio.to_thread(host.wait_for, "check", 3, 20.0)
    finally:
        await runner.close()
    return [asked.at for asked in host.asked("check")[:3]]


@pytest.mark.parametrize("provider", KINDS)
def test_retry_after_is_obeyed_at_each_provider(provider: str, tmp_path: Path) -> None:
    kind, variable = KINDS[provider]
    loop = FastLoop(SPEED)
    with kind() as host:
        host.clock, host.duration = loop.time, lambda: 1e6
        say_when_to_ask_again(host)
        environ = {"FLUX_STUDIO_HOME": str(tmp_path), **host.environ, variable: host.key}
        workshop = Workshop(lay_ground(environ))
        try:
            first, second, third = loop.run_until_complete(
                three_questions(host, workshop, provider)
            )
        finally:
            workshop.close()
            loop.close()
    assert second - first >= BUSY_S - ROUNDING_S
    assert third - second >= WORKING_S - ROUNDING_S
    assert not host.violations


def test_a_picture_that_came_with_the_submit_is_not_kept_waiting(tmp_path: Path) -> None:
    kind, variable = KINDS["replicate"]
    with kind() as host:
        host.duration = lambda: 4.0  # less than a submit waits
        environ = {"FLUX_STUDIO_HOME": str(tmp_path), **host.environ, variable: host.key}
        workshop = Workshop(lay_ground(environ))
        try:
            took = asyncio.run(seconds_from_ticket_to_ready(workshop, "replicate"))
        finally:
            workshop.close()
    assert took < 1.0, "the plan of a first job asks after about two seconds"
    assert not host.asked("check")
