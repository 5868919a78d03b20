"""What fal refuses at once, what stays unclear, and which hosts get the key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

import msgspec
import pytest

from flux_studio.core.errors import (
    NotNow,
    OutcomeUnknown,
    ProviderError,
    Reason,
    Refused,
    TaskForgotten,
    Unreachable,
)
from flux_studio.core.job import Ticket
from flux_studio.core.secret import Secret
from flux_studio.providers.addresses import AddressRefused
from flux_studio.providers.calls import Call
from flux_studio.providers.contract import Submission
from flux_studio.providers.fal import QUEUE, FalProvider
from flux_studio.providers.http import HttpSession
from flux_studio.providers.replies import Reply, reply_from
from tests.hosts.fal import FalHost
from tests.hosts.fixtures import hosting
from tests.providers.fal_asking import (
    FOX,
    PRO,
    START,
    NoNotes,
    asking,
    check,
    done,
    reference,
    submit,
)


@pytest.fixture
def host() -> Iterator[FalHost]:
    with hosting(FalHost) as twin:
        yield twin


# No, and unclear


def refused(host: FalHost) -> Refused:
    with pytest.raises(Refused) as caught:
        submit(host)
    assert len(host.asked("submit")) == 1
    return caught.value


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, Reason.BAD_REQUEST),
        (401, Reason.BAD_KEY),
        (402, Reason.NO_CREDIT),
        (403, Reason.BAD_KEY),
        (404, Reason.NOT_FOUND),
        (409, Reason.CONFLICT),
        (413, Reason.BAD_REQUEST),
        (422, Reason.BAD_REQUEST),
    ],
)
def test_a_refusal_in_the_providers_words(host: FalHost, status: int, reason: Reason) -> None:
    host.fault("submit", str(status), message="So <i>not</i>.")
    error = refused(host)
    assert (error.reason, str(error), error.control) == (reason, "So <i>not</i>.", "")
    assert host.ledger == []


@pytest.mark.parametrize(
    "words",
    [
        "User is locked. Reason: Exhausted balance. Top up your balance.",
        "User is locked. Reason: TOP_UP.",
    ],
)
def test_a_locked_account_is_out_of_credit_and_its_key_not_bad(host: FalHost, words: str) -> None:
    host.fault("submit", "403", message=words)
    assert refused(host).reason is Reason.NO_CREDIT
    host.locked = True
    calls: list[Callable[[FalProvider, Secret], Awaitable[object]]] = [
        lambda p, key: p.upload(reference(), key),
        lambda p, key: p.balance(key),
        lambda p, key: p.check_key(key),
    ]
    for call in calls:
        with pytest.raises(Refused) as caught:
            asking(host, call)
        assert caught.value.reason is Reason.NO_CREDIT


def test_no_credit_is_refused_and_free(host: FalHost) -> None:
    host.balance = Decimal("0.02")
    assert refused(host).reason is Reason.NO_CREDIT
    assert host.ledger == []


@pytest.mark.parametrize(
    ("place", "control"),
    [(["body", "prompt"], "prompt"), (["body", "image_size", "width"], "size"),
     (["body", "seed"], "seed"), (["body", "safety_tolerance"], "safety"),
     (["body", "output_format"], "format"), (["body", "image_urls", 0], "references"),
     (["body", "acceleration"], "knobs"), (["query", "x"], ""), ("nonsense", "")],
)  # fmt: skip
@pytest.mark.parametrize("status", [400, 422])
def test_a_refusal_at_once_names_the_control(
    host: FalHost, place: object, control: str, status: int
) -> None:
    entry = {"loc": place, "msg": "is not right", "type": "value_error", "input": "a red fox"}
    host.fault("submit", "other", status=status, json={"detail": [entry]})
    error = refused(host)
    assert (error.reason, error.control) == (Reason.BAD_REQUEST, control)
    assert str(error).endswith("is not right")
    assert "a red fox" not in str(error)


def test_moderation_at_once_is_a_refusal_of_the_prompt(host: FalHost) -> None:
    entry = {"loc": ["body", "prompt"], "msg": "No.", "type": "content_policy_violation"}
    host.fault("submit", "other", status=422, json={"detail": [entry]})
    error = refused(host)
    assert (error.reason, error.control) == (Reason.MODERATED_INPUT, "prompt")


def test_a_422_of_a_web_page_is_a_plain_refusal(host: FalHost) -> None:
    host.fault("submit", "422", html=True)
    error = refused(host)
    assert "<" not in str(error)
    assert error.control == ""


def test_a_wrong_key_is_a_bad_key_everywhere(host: FalHost) -> None:
    ticket = submit(host)
    submission = Submission(FOX, PRO, (), "intent-2")
    calls: list[Callable[[FalProvider, Secret], Awaitable[object]]] = [
        lambda p, key: p.submit(submission, key),
        lambda p, key: p.check(ticket, key),
        lambda p, key: p.upload(reference(), key),
        lambda p, key: p.check_key(key),
        lambda p, key: p.balance(key),
    ]
    for call in calls:
        with pytest.raises(Refused) as caught:
            asking(host, call, key="fal-wrong-key-77")
        assert caught.value.reason is Reason.BAD_KEY
        assert "wrong-key-77" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "after", "wait"), [(429, None, None), (429, "5", 5.0), (503, "7", 7.0)]
)
def test_a_no_for_now(host: FalHost, status: int, after: str | None, wait: float | None) -> None:
    more: dict[str, Any] = {} if after is None else {"retry_after": after}
    host.fault("submit", str(status), **more)
    with pytest.raises(NotNow) as caught:
        submit(host)
    assert caught.value.wait == wait
    assert host.ledger == []


@pytest.mark.parametrize(
    "fault",
    ["500", "502", "503", "504", "408", "reset_after", "close_after", "badjson", "html", "empty"],
)
def test_an_unclear_submit_is_unknown_and_sent_once(host: FalHost, fault: str) -> None:
    host.fault("submit", fault)
    with pytest.raises(OutcomeUnknown):
        submit(host)
    assert len(host.asked("submit")) == 1


@pytest.mark.parametrize(
    "body", [{}, {"request_id": ""}, {"request_id": None}, {"request_id": 5}, {"id": "x"}, []],
    ids=repr,
)  # fmt: skip
def test_an_acceptance_without_an_id_is_unknown(host: FalHost, body: object) -> None:
    host.fault("submit", "other", status=200, json=body)
    with pytest.raises(OutcomeUnknown):
        submit(host)


def test_a_redirect_is_not_followed_with_a_paid_request(host: FalHost) -> None:
    host.fault("submit", "redirect", to=f"{host.foreign_url}/fal-ai/flux-2-pro", status=307)
    with pytest.raises(Refused):
        submit(host)
    assert host.foreign == []


def test_a_request_that_is_not_known_is_forgotten(host: FalHost) -> None:
    ticket = submit(host)
    host.tasks.clear()
    with pytest.raises(TaskForgotten):
        check(host, ticket)


def test_a_result_that_is_gone_is_forgotten(host: FalHost) -> None:
    ticket = submit(host)
    host.fault("answer", "404")
    with pytest.raises(TaskForgotten):
        check(host, ticket)


@pytest.mark.parametrize("route", ["check", "answer"])
@pytest.mark.parametrize("fault", ["429", "badjson", "html", "midbody", "close_after"])
def test_a_poll_that_fails_is_asked_again(host: FalHost, route: str, fault: str) -> None:
    ticket = submit(host)
    host.fault(route, fault, times=3)
    assert done(host, ticket).charged == Decimal("0.03")
    assert len(host.asked(route)) == 4
    assert len(host.ledger) == 1


@pytest.mark.parametrize("route", ["check", "answer"])
def test_a_poll_that_keeps_failing_is_unreachable(host: FalHost, route: str) -> None:
    ticket = submit(host)
    host.fault(route, "429", times=4)
    with pytest.raises(Unreachable):
        check(host, ticket)


@pytest.mark.parametrize("route", ["check", "answer"])
@pytest.mark.parametrize("fault", ["deep", "nested", "utf16", "gzip_bomb", "204"])
def test_a_hostile_answer_is_an_error_of_ours_and_no_accident(
    host: FalHost, route: str, fault: str
) -> None:
    ticket = submit(host)
    host.fault(route, fault, times=4)
    with pytest.raises(ProviderError):
        check(host, ticket)


@pytest.mark.parametrize("error", [None, 5, [], {"a": 1}, ["x"], True])
@pytest.mark.parametrize("detail", [None, 5, {"a": 1}, [None], [{"loc": 3, "msg": 4, "type": 5}]])
def test_an_odd_error_is_a_failure_and_no_accident(
    host: FalHost, error: object, detail: object
) -> None:
    host.ending("failed", status=422, error=error, error_type="odd", detail=detail)
    assert check(host, submit(host)) is not None


# Which hosts get the key


class Recorder:
    """In place of the network: remembers what would be asked, and answers from a list."""

    def __init__(self, *answers: Mapping[str, object]) -> None:
        self.asked: list[str] = []
        self.put: list[str] = []
        self._answers = list(answers)

    async def _answer(self, call: Call, paid: bool) -> Reply:
        assert call.key is not None
        self.asked.append(f"{call.method} {call.service.address(call.url)}")
        return reply_from(200, {}, msgspec.json.encode(self._answers.pop(0)), paid=paid)

    async def submit(self, call: Call) -> Reply:
        return await self._answer(call, paid=True)

    async def read(self, call: Call) -> Reply:
        return await self._answer(call, paid=False)

    async def put_bytes(self, url: str, data: bytes, headers: object, **_more: object) -> None:
        self.put.append(url)


def recorded(recorder: Recorder, base: str = QUEUE) -> FalProvider:
    return FalProvider(cast(HttpSession, recorder), base, NoNotes(), now=lambda: START)


KEY = Secret("a-key-for-nobody-77")
ROOT = f"{QUEUE}/fal-ai/flux-2-pro/requests/r-1"


def test_each_host_is_asked_for_what_is_its_own() -> None:
    store = {"upload_url": "https://storage.example.test/x", "file_url": "https://v3.fal.media/f"}
    recorder = Recorder(store, {"prices": []}, {"credits": {"current_balance": 4.2}})
    provider = recorded(recorder)
    assert asyncio.run(provider.upload(reference(), KEY)) == "https://v3.fal.media/f"
    assert asyncio.run(provider.check_key(KEY)) == "balance $4.20"
    assert recorder.put == ["https://storage.example.test/x"]
    assert recorder.asked == [
        "POST https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3",
        "GET https://api.fal.ai/v1/models/pricing?endpoint_id=fal-ai%2Fflux-2-pro",
        "GET https://api.fal.ai/v1/account/billing?expand=credits",
    ]


@pytest.mark.parametrize("base", ["https://proxy.example.test/fal", "http://127.0.0.1:9"])
def test_a_replaced_base_holds_all_three_hosts(base: str) -> None:
    store = {"upload_url": "https://storage.example.test/x", "file_url": "https://v3.fal.media/f"}
    recorder = Recorder({"request_id": "r-1"}, store, {"prices": []}, {"credits": None})
    provider = recorded(recorder, base)
    asyncio.run(provider.submit(Submission(FOX, PRO, (), "i"), KEY))
    asyncio.run(provider.upload(reference(), KEY))
    asyncio.run(provider.check_key(KEY))
    assert all(asked.split(" ")[1].startswith(f"{base}/") for asked in recorder.asked)
    assert len(recorder.asked) == 4


def test_its_own_returned_addresses_are_kept_as_they_are() -> None:
    answer = {
        "request_id": "r-1", "status_url": "https://queue.fal.run/odd/a?b=1",
        "response_url": f"{ROOT}/else", "cancel_url": "https://QUEUE.fal.run:443/c",
    }  # fmt: skip
    recorder = Recorder(answer, {"status": "IN_QUEUE"})
    provider = recorded(recorder)
    ticket = asyncio.run(provider.submit(Submission(FOX, PRO, (), "i"), KEY))
    assert [url for _, url in ticket.urls] == list(answer.values())[1:]
    asyncio.run(provider.check(ticket, KEY))
    assert recorder.asked[-1] == "GET https://queue.fal.run/odd/a?b=1&logs=1"


@pytest.mark.parametrize(
    "url",
    [
        "https://queue.fal.run.example.test/x",
        "https://example.test/queue.fal.run",
        "http://queue.fal.run/x",
        "https://queue.fal.run:444/x",
        "https://key@queue.fal.run/x",
        "https://evil.fal.ai/x",
        "//example.test/x",
        "https://queue.fal.run\\@example.test/x",
        "http://127.0.0.1/x",
    ],
)
def test_a_returned_address_of_another_host_gets_no_key(url: str) -> None:
    names = ("status_url", "response_url", "cancel_url")
    recorder = Recorder({"request_id": "r-1", **dict.fromkeys(names, url)})
    provider = recorded(recorder)
    ticket = asyncio.run(provider.submit(Submission(FOX, PRO, (), "i"), KEY))
    assert [own for _, own in ticket.urls] == [f"{ROOT}/status", ROOT, f"{ROOT}/cancel"]
    forged = Recorder()  # a ticket from disk is checked again when it is used
    with pytest.raises(AddressRefused):
        asyncio.run(recorded(forged).check(Ticket("r-1", START, (("status", url),)), KEY))
    assert forged.asked == []
