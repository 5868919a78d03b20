"""The HTTP ground on real sockets: the whole submit law, the read law, and where a key may go."""

from __future__ import annotations

import asyncio
import logging
import socket

import pytest

from flux_studio.core.errors import (
    NotNow,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    Reason,
    Refused,
    Unreachable,
)
from flux_studio.core.secret import Secret
from flux_studio.providers.calls import Call, Part, Service
from flux_studio.providers.http import HttpSession
from flux_studio.providers.replies import decode
from tests.hosts.fixtures import hosting
from tests.providers.plain_host import PlainHost, with_session


@pytest.fixture
def host():
    with hosting(PlainHost) as twin:
        yield twin


def fault_of(host: PlainHost, call: Call | None = None, **more) -> ProviderError:
    """The error a submit ends with."""
    with pytest.raises(ProviderError) as caught:
        with_session(lambda session: session.submit(call or host.submit_call()), **more)
    return caught.value


def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def test_submit_gives_the_reply_and_one_charge(host):
    reply = with_session(lambda s: s.submit(host.submit_call()))
    assert reply.status == 201
    assert decode(reply, dict[str, str]) == {"id": host.ledger[0].task}
    assert len(host.charges_for("a fox")) == 1


def test_submit_to_a_closed_port_was_not_sent():
    service = Service("Plain", f"http://127.0.0.1:{closed_port()}")
    call = Call(service, "POST", "/submit", json={})
    with pytest.raises(NotSent) as caught:
        with_session(lambda s: s.submit(call))
    assert caught.value.reason is Reason.NETWORK


def test_submit_to_an_unknown_name_was_not_sent():
    call = Call(Service("Plain", "https://plain.invalid"), "POST", "/submit", json={})
    with pytest.raises(NotSent) as caught:
        with_session(lambda s: s.submit(call))
    assert caught.value.reason is Reason.NETWORK


@pytest.mark.parametrize("fault", ["reset_after", "close_after", "stall", "midbody", "midchunk"])
def test_submit_that_breaks_after_it_was_taken_is_unknown_and_sent_once(host, fault):
    host.fault("submit", fault)
    error = fault_of(host)
    assert isinstance(error, OutcomeUnknown)
    assert "may have been accepted" in str(error)
    assert len(host.asked("submit")) == len(host.charges_for("a fox")) == 1


def test_submit_that_is_reset_at_its_first_byte_is_unknown_too(host):
    host.fault("submit", "reset_before")
    assert isinstance(
        fault_of(host, host.submit_call(json={"prompt": "x" * 3_000_000})), OutcomeUnknown
    )
    assert len(host.asked("submit")) == 1


@pytest.mark.parametrize("fault", ["slow_hdr", "1xx"])
def test_submit_has_a_deadline_for_the_whole_exchange(host, fault):
    host.fault("submit", fault, gap=0.05)
    assert isinstance(fault_of(host), OutcomeUnknown)


@pytest.mark.parametrize(
    "fault",
    ["badjson", "html", "utf16", "nan", "deep", "nested", "204", "empty", "garbage", "bighdr"],
)  # fmt: skip
def test_submit_whose_answer_makes_no_sense_is_unknown(host, fault):
    host.fault("submit", fault)
    assert isinstance(fault_of(host), OutcomeUnknown)
    assert len(host.asked("submit")) == 1


def test_submit_keeps_the_reply_as_evidence_without_secrets(host):
    text = f'{{"id": 12, "u": "https://files.example/a?sig=SIGNED", "k": "{host.key}"'
    host.fault("submit", "202", html=True, accepted=True)
    page = fault_of(host)
    assert isinstance(page, OutcomeUnknown)
    assert "Bad Gateway" in page.reply
    host.fault("submit", "500", message=text, accepted=True)
    error = fault_of(host)
    assert isinstance(error, OutcomeUnknown)
    reply = error.reply
    assert "files.example" in reply
    assert "SIGNED" not in reply
    assert host.key not in reply


@pytest.mark.parametrize("status", [408, 425, 499, 500, 501, 502, 504, 520, 522, 524, 599])
def test_submit_with_a_gateway_status_is_unknown(host, status):
    host.fault("submit", str(status), accepted=True)
    assert isinstance(fault_of(host), OutcomeUnknown)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_submit_with_a_page_of_a_gateway_is_unknown(host, status):
    host.fault("submit", str(status), html=True, retry_after="7", accepted=True)
    assert isinstance(fault_of(host), OutcomeUnknown)


def test_submit_with_503_and_no_retry_after_is_unknown(host):
    host.fault("submit", "503", accepted=True)
    assert isinstance(fault_of(host), OutcomeUnknown)


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [("7", 7.0), ("0", 0.0), ("nan", None), ("inf", None), ("-3", None), ("1e9", None),
     ("5, 10", None), ("soon", None), ("999999999999", 86_400.0)],
)  # fmt: skip
def test_submit_refused_for_now_gives_the_providers_own_wait(host, retry_after, wait):
    host.fault("submit", "429", retry_after=retry_after, message="slow down")
    error = fault_of(host)
    assert isinstance(error, NotNow)
    assert (error.reason, error.wait) == (Reason.RATE_LIMITED, wait)
    assert str(error) == "slow down"
    assert host.ledger == []


def test_submit_refused_for_now_without_a_wait(host):
    host.fault("submit", "429")
    error = fault_of(host)
    assert isinstance(error, NotNow)
    assert error.wait is None


def test_submit_with_503_and_retry_after_is_a_no_for_now(host):
    host.fault("submit", "503", retry_after="11")
    error = fault_of(host)
    assert isinstance(error, NotNow)
    assert (error.reason, error.wait) == (Reason.PROVIDER_DOWN, 11.0)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(400, Reason.BAD_REQUEST), (401, Reason.BAD_KEY), (402, Reason.NO_CREDIT),
     (403, Reason.BAD_KEY), (404, Reason.NOT_FOUND), (405, Reason.BAD_REQUEST),
     (409, Reason.CONFLICT), (413, Reason.BAD_REQUEST), (422, Reason.BAD_REQUEST)],
)  # fmt: skip
def test_submit_refused_for_good(host, status, reason):
    host.fault("submit", str(status), message="this is <b>why</b>", headers={"x-request-id": "r1"})
    error = fault_of(host)
    assert isinstance(error, Refused)
    assert (error.reason, str(error), error.request_id) == (reason, "this is <b>why</b>", "r1")
    assert host.ledger == []


def test_submit_with_a_wrong_key_is_refused(host):
    call = Call(host.service, "POST", "/submit", key=Secret("wrong-key"), json={})
    error = fault_of(host, call)
    assert isinstance(error, Refused)
    assert error.reason is Reason.BAD_KEY


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_submit_never_follows_a_redirect(host, status):
    host.fault("submit", "redirect", to=f"{host.foreign_url}/trap", status=status)
    error = fault_of(host)
    assert isinstance(error, Refused)
    assert host.foreign == []
    assert len(host.requests) == 1


def test_submit_uses_a_connection_of_its_own_each_time(host):
    async def thrice(session: HttpSession) -> None:
        await session.read(host.read_call())
        for _ in range(2):
            await session.submit(host.submit_call())
        await session.read(host.read_call())

    with_session(thrice)
    submits = [asked.connection for asked in host.asked("submit")]
    reads = [asked.connection for asked in host.asked("read")]
    assert len(set(submits)) == 2
    assert len(set(reads)) == 1
    assert not set(submits) & set(reads)


def test_submit_that_is_cancelled_on_its_way_is_unknown(host):
    host.fault("submit", "stall")

    async def cancelled(session: HttpSession) -> object:
        task = asyncio.create_task(session.submit(host.submit_call()))
        while not host.asked("submit"):
            await asyncio.sleep(0)
        task.cancel()
        (end,) = await asyncio.gather(task, return_exceptions=True)
        return end

    assert isinstance(with_session(cancelled), OutcomeUnknown)


def test_submit_that_is_cancelled_before_it_leaves_is_cancelled(host):
    async def cancelled(session: HttpSession) -> object:
        task = asyncio.create_task(session.submit(host.submit_call()))
        await asyncio.sleep(0)
        task.cancel()
        (end,) = await asyncio.gather(task, return_exceptions=True)
        return end

    assert isinstance(with_session(cancelled), asyncio.CancelledError)
    assert host.requests == []


def test_submit_to_a_foreign_address_sends_nothing(host):
    call = Call(host.service, "POST", f"{host.foreign_url}/submit", Secret(host.key), json={})
    error = fault_of(host, call)
    assert isinstance(error, NotSent)
    assert host.foreign == []


@pytest.mark.parametrize(
    ("header", "scheme", "text"),
    [("Authorization", "Bearer", "Bearer {}"), ("x-key", "", "{}"),
     ("Authorization", "Key", "Key {}")],
)  # fmt: skip
def test_a_key_is_put_on_in_the_providers_way_and_reaches_its_origin_only(
    host, header, scheme, text
):
    service = Service("Plain", host.base_url, header, scheme)
    call = Call(service, "GET", "/read", key=Secret("canary-key-42"))

    async def everywhere(session: HttpSession) -> None:
        with pytest.raises(Refused):
            await session.read(call)  # the twin only knows its own key
        with pytest.raises(Unreachable):
            await session.read(
                Call(service, "GET", f"{host.files_url}/read", Secret("canary-key-42"))
            )
        host.fault("read", "redirect", times=4, to=f"{host.files_url}/picture")
        with pytest.raises(Unreachable):
            await session.read(call)
        await session.download(f"{host.files_url}/picture", base_is_loopback=True)
        await session.put_bytes(f"{host.files_url}/upload", b"x", {}, base_is_loopback=True)

    with_session(everywhere)
    at_home = [asked for asked in host.requests if asked.origin == "api"]
    abroad = [asked for asked in host.requests if asked.origin != "api"]
    assert at_home[0].headers[header.lower()] == text.format("canary-key-42")
    assert [asked.route for asked in abroad] == ["picture", "upload"]
    assert not any("canary-key-42" in str(asked.headers) for asked in abroad)


def test_large_bodies_leave_whole(host):
    prompt = "p" * 5_000_000
    with_session(lambda s: s.submit(host.submit_call(json={"prompt": prompt})))
    assert host.asked("submit")[0].json == {"prompt": prompt}
    assert "transfer-encoding" not in host.asked("submit")[0].headers


def test_a_form_arrives_in_its_parts(host):
    parts = (Part("a", b"one"), Part("f", b"two", 'x"y.png', "image/png"))
    reply = with_session(lambda s: s.read(Call(host.service, "POST", "/form", parts=parts)))
    assert reply.json == {"a": "one", "f": "two"}


def test_cookies_are_not_kept(host):
    host.fault("read", "other", json={}, headers={"set-cookie": "a=b; Path=/"})

    async def twice(session: HttpSession) -> None:
        await session.read(host.read_call())
        await session.read(host.read_call())

    with_session(twice)
    assert not any("cookie" in asked.headers for asked in host.requests)


@pytest.mark.parametrize(
    ("environ", "reason"),
    [({"ALL_PROXY": "nonsense://x:1"}, Reason.NETWORK),
     ({"https_proxy": "http://:0"}, Reason.NETWORK),
     ({"SSL_CERT_FILE": "/nowhere/ca.pem"}, Reason.UNTRUSTED)],
)  # fmt: skip
def test_broken_settings_of_the_system_are_named_and_nothing_is_sent(environ, reason):
    call = Call(Service("Plain", "https://plain.invalid"), "POST", "/submit", json={})
    with pytest.raises(NotSent) as caught:
        with_session(lambda s: s.submit(call), environ=environ)
    assert caught.value.reason is reason
    assert next(iter(environ)).upper() in str(caught.value)
    with pytest.raises(Unreachable):
        with_session(lambda s: s.read(call), environ=environ)


def test_broken_settings_do_not_matter_on_loopback(host):
    environ = {"ALL_PROXY": "nonsense://x:1", "NO_PROXY": "[::1]", "SSL_CERT_FILE": "/nowhere"}
    assert with_session(lambda s: s.read(host.read_call()), environ=environ).status == 200


def test_a_proxy_is_used_and_gets_no_key(host):
    """The twin stands in for the proxy: it sees CONNECT and refuses, so nothing was sent."""
    call = Call(Service("Plain", "https://plain.invalid"), "POST", "/s", Secret(host.key), json={})
    environ = {"HTTPS_PROXY": host.base_url}
    with pytest.raises(NotSent):
        with_session(lambda s: s.submit(call), environ=environ)
    assert [asked.method for asked in host.requests] == ["CONNECT"]
    assert host.key not in str(host.requests[0].headers)
    assert len(host.violations) == 1
    host.violations.clear()


def test_addresses_and_keys_are_not_logged(host, caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("httpx").setLevel(logging.NOTSET)
        logging.getLogger("httpcore").setLevel(logging.NOTSET)
        with_session(
            lambda s: s.download(f"{host.files_url}/picture?sig=SIGNED", base_is_loopback=True)
        )
        with_session(lambda s: s.submit(host.submit_call()))
    assert "SIGNED" not in caplog.text
    assert host.key not in caplog.text
