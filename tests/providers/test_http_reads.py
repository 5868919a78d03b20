"""Free questions on real sockets: asked again while that can help, and never for longer."""

from __future__ import annotations

import asyncio

import pytest

from flux_studio.core.errors import Reason, Refused, TaskForgotten, Unreachable
from flux_studio.providers.http import HttpSession
from tests.hosts.fixtures import hosting
from tests.providers.plain_host import Naps, PlainHost, with_session


@pytest.fixture
def host():
    with hosting(PlainHost) as twin:
        yield twin


def test_read_asks_again_and_gets_the_answer(host):
    naps = Naps()
    for fault in ("reset_before", "badjson", "502"):
        host.fault("read", fault)
    reply = with_session(lambda s: s.read(host.read_call()), naps=naps)
    assert reply.json == {"status": "fine"}
    assert naps.seconds == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("reset_after", Reason.NETWORK), ("stall", Reason.NETWORK), ("slow_hdr", Reason.NETWORK),
     ("1xx", Reason.NETWORK), ("midbody", Reason.NETWORK), ("midbody_nolen", Reason.BAD_REPLY),
     ("midchunk", Reason.NETWORK), ("badjson", Reason.BAD_REPLY), ("html", Reason.BAD_REPLY),
     ("bighdr", Reason.NETWORK), ("garbage", Reason.NETWORK), ("utf16", Reason.BAD_REPLY),
     ("nan", Reason.BAD_REPLY), ("deep", Reason.BAD_REPLY), ("nested", Reason.BAD_REPLY),
     ("gzip_bomb", Reason.BAD_REPLY), ("500", Reason.PROVIDER_DOWN), ("429", Reason.RATE_LIMITED)],
)  # fmt: skip
def test_read_gives_up_after_four_tries(host, fault, reason):
    host.fault("read", fault, times=9)
    with pytest.raises(Unreachable) as caught:
        with_session(lambda s: s.read(host.read_call()))
    assert caught.value.reason is reason
    assert len(host.asked("read")) == 4


def test_read_obeys_retry_after_up_to_two_minutes(host):
    naps = Naps()
    host.fault("read", "429", retry_after="119")
    with_session(lambda s: s.read(host.read_call()), naps=naps)
    assert naps.seconds == [119.0]
    host.fault("read", "503", retry_after="121")
    with pytest.raises(Unreachable) as caught:
        with_session(lambda s: s.read(host.read_call()), naps=naps)
    assert caught.value.wait == 121.0
    assert naps.seconds == [119.0]


def test_read_takes_a_retry_date_by_the_servers_own_clock(host):
    naps = Naps()
    dates = {"date": "Thu, 01 Jan 2037 00:00:00 GMT"}
    host.fault("read", "429", retry_after="Thu, 01 Jan 2037 00:00:09 GMT", headers=dates)
    with_session(lambda s: s.read(host.read_call()), naps=naps)
    assert naps.seconds == [9.0]


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (401, Refused, Reason.BAD_KEY),
        (402, Refused, Reason.NO_CREDIT),
        (403, Refused, Reason.BAD_KEY),
        (404, TaskForgotten, Reason.FORGOTTEN),
        (410, TaskForgotten, Reason.FORGOTTEN),
        (422, Refused, Reason.BAD_REQUEST),
    ],
)
def test_read_takes_a_final_no_at_once(host, status, kind, reason):
    host.fault("read", str(status), times=9)
    with pytest.raises(kind) as caught:
        with_session(lambda s: s.read(host.read_call()))
    assert caught.value.reason is reason
    assert len(host.asked("read")) == 1


def test_read_returns_the_statuses_its_call_accepts(host):
    host.fault("read", "409", message="too late")
    reply = with_session(lambda s: s.read(host.read_call(accept=frozenset({409}))))
    assert (reply.status, reply.paid) == (409, False)


def test_read_is_interrupted_at_once(host):
    host.fault("read", "stall")

    async def interrupted(session: HttpSession) -> float:
        task = asyncio.create_task(session.read(host.read_call()))
        while not host.asked("read"):
            await asyncio.sleep(0)
        loop = asyncio.get_running_loop()
        before = loop.time()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return loop.time() - before

    assert with_session(interrupted) < 0.2


def test_a_large_reply_is_read_only_where_pictures_may_be_inside(host):
    big = {"data": "A" * 3_000_000}
    host.fault("read", "other", times=4, json=big)
    with pytest.raises(Unreachable) as caught:
        with_session(lambda s: s.read(host.read_call()))
    assert caught.value.reason is Reason.BAD_REPLY
    host.fault("read", "other", json=big)
    assert with_session(lambda s: s.read(host.read_call(big=True))).json == big


def test_a_packed_reply_is_read_and_a_cut_one_is_not(host):
    naps = Naps()
    host.fault("read", "gzip", cut=9)
    host.fault("read", "gzip")
    assert with_session(lambda s: s.read(host.read_call()), naps=naps).json == {"status": "fine"}
    assert naps.seconds == [0.5]
