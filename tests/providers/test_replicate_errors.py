"""What Replicate refuses at once, what stays unclear, and where the key goes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

import msgspec
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
from flux_studio.core.job import Ticket
from flux_studio.core.secret import Secret
from flux_studio.providers.addresses import AddressRefused
from flux_studio.providers.calls import Call, Patience
from flux_studio.providers.contract import Submission, Working
from flux_studio.providers.http import HttpSession
from flux_studio.providers.replicate import ReplicateProvider
from flux_studio.providers.replies import Reply, reply_from
from tests.hosts.fixtures import hosting
from tests.hosts.replicate import ReplicateHost
from tests.providers.plain_host import with_session
from tests.providers.replicate_asking import (
    FLEX,
    KLEIN,
    PRO,
    START,
    NoNotes,
    asking,
    check,
    done,
    order,
    reference,
    submit,
    upload,
)

BASE = "https://api.replicate.com"
KEY = Secret("a-key-for-nobody-77")


@pytest.fixture
def host() -> Iterator[ReplicateHost]:
    with hosting(ReplicateHost) as twin:
        yield twin


@pytest.fixture
def slow(host: ReplicateHost) -> ReplicateHost:
    """A twin whose predictions are not finished while a submit waits."""
    clock = [0.0]
    host.clock, host.duration = lambda: clock[0], lambda: 100.0
    return host


def refused(host: ReplicateHost, card: Any = PRO) -> Refused:
    with pytest.raises(Refused) as caught:
        submit(host, order(card), card)
    assert len(host.asked("submit")) == 1
    return caught.value


# No


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
def test_a_refusal_in_the_providers_words(host: ReplicateHost, status: int, reason: Reason) -> None:
    host.fault("submit", str(status), message="So <i>not</i>.")
    error = refused(host)
    assert (error.reason, str(error), error.control) == (reason, "So <i>not</i>.", "")
    assert host.ledger == []


def test_no_credit_is_refused_and_free(host: ReplicateHost) -> None:
    host.balance = Decimal("0.02")
    assert refused(host).reason is Reason.NO_CREDIT
    assert host.ledger == []


@pytest.mark.parametrize(
    ("card", "line", "control"),
    [
        (PRO, "- input.prompt: is required", "prompt"),
        (PRO, "- input.width: must be less than or equal to 2048", "size"),
        (PRO, "- input.aspect_ratio: must be one of", "size"),
        (PRO, "- input.resolution: must be one of", "size"),
        (KLEIN, "- input.output_megapixels: must be one of", "size"),
        (PRO, "- input.seed: expected integer", "seed"),
        (PRO, "- input.safety_tolerance: must be at most 5", "safety"),
        (KLEIN, "- input.disable_safety_checker: not allowed", "safety"),
        (PRO, "- input.output_format: must be one of", "format"),
        (PRO, "- input.input_images.3: could not be loaded", "references"),
        (KLEIN, "- input.images: too many", "references"),
        (FLEX, "- input.steps: must be at most 50", "knobs"),
        (PRO, "- input.output_quality: must be at most 100", "knobs"),
        (PRO, "- input.steps: additional property\n- input.seed: expected integer", "seed"),
        (PRO, "- input: additional property nothing is not allowed", ""),
        (PRO, "Your input.prompt", "prompt"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [400, 422])
def test_a_refusal_at_once_names_the_control(
    host: ReplicateHost, card: Any, line: str, control: str, status: int
) -> None:
    host.fault("submit", str(status), message=line)
    error = refused(host, card)
    assert (error.reason, error.control) == (Reason.BAD_REQUEST, control)
    assert str(error) == " ".join(line.split())


@pytest.mark.parametrize("detail", [None, 5, ["input.prompt"], {"field": "input.prompt"}])
def test_an_odd_422_is_a_refusal_and_no_accident(host: ReplicateHost, detail: object) -> None:
    host.fault("submit", "other", status=422, json={"title": "No", "detail": detail})
    assert refused(host).control == ""


def test_a_422_of_a_web_page_is_a_plain_refusal(host: ReplicateHost) -> None:
    host.fault("submit", "422", html=True)
    error = refused(host)
    assert "<" not in str(error)
    assert error.control == ""


def test_a_wrong_key_is_a_bad_key_everywhere(slow: ReplicateHost) -> None:
    ticket = submit(slow)
    submission = Submission(order(), PRO, (), "intent-2")
    calls: list[Callable[[ReplicateProvider, Secret], Awaitable[object]]] = [
        lambda p, key: p.submit(submission, key),
        lambda p, key: p.check(ticket, key),
        lambda p, key: p.cancel(ticket, key),
        lambda p, key: p.upload(reference(), key),
        lambda p, key: p.check_key(key),
    ]
    for call in calls:
        with pytest.raises(Refused) as caught:
            asking(slow, call, key="r8-wrong-key-77")
        assert caught.value.reason is Reason.BAD_KEY
        assert "wrong-key-77" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "after", "wait"), [(429, None, None), (429, "10", 10.0), (503, "7", 7.0)]
)
def test_a_no_for_now(
    host: ReplicateHost, status: int, after: str | None, wait: float | None
) -> None:
    more: dict[str, Any] = {} if after is None else {"retry_after": after}
    host.fault("submit", str(status), message="Request was throttled.", **more)
    with pytest.raises(NotNow, match="throttled") as caught:
        submit(host)
    assert caught.value.wait == wait
    assert host.ledger == []


# Unclear


@pytest.mark.parametrize(
    "fault",
    ["500", "502", "503", "504", "408", "reset_after", "close_after", "midbody", "badjson", "html",
     "empty"],
)  # fmt: skip
def test_an_unclear_submit_is_unknown_and_sent_once(host: ReplicateHost, fault: str) -> None:
    host.fault("submit", fault)
    with pytest.raises(OutcomeUnknown):
        submit(host)
    assert len(host.asked("submit")) == 1


def test_an_error_after_it_was_accepted_is_unknown_and_charged_once(host: ReplicateHost) -> None:
    host.fault("submit", "504", accepted=True)
    with pytest.raises(OutcomeUnknown):
        submit(host)
    assert [len(host.ledger), len(host.asked("submit"))] == [1, 1]


def test_an_answer_that_never_comes_is_unknown(host: ReplicateHost) -> None:
    host.fault("submit", "stall")

    async def work(session: HttpSession) -> None:
        provider = ReplicateProvider(session, host.base_url, NoNotes())
        await provider.submit(Submission(order(), PRO, (), "i"), Secret(host.key))

    with pytest.raises(OutcomeUnknown):
        with_session(work, patience=Patience(silence=0.2, submit=0.2))
    assert len(host.ledger) == 1


def test_an_upload_has_the_time_of_a_download(host: ReplicateHost) -> None:
    host.fault("upload", "slow_hdr", gap=0.001)

    async def work(session: HttpSession) -> str:
        provider = ReplicateProvider(session, host.base_url, NoNotes())
        return await provider.upload(reference(), Secret(host.key))

    patience = Patience(read=0.05, download=30.0)
    assert with_session(work, patience=patience).endswith("file-0001")
    assert len(host.asked("upload")) == 1


def test_a_provider_that_cannot_be_reached_got_nothing() -> None:
    async def work(session: HttpSession) -> None:
        provider = ReplicateProvider(session, "http://127.0.0.1:9", NoNotes())
        await provider.submit(Submission(order(), PRO, (), "i"), KEY)

    with pytest.raises(NotSent):
        with_session(work)


@pytest.mark.parametrize(
    "body", [{}, {"id": ""}, {"id": None}, {"id": 5}, {"request_id": "x"}, []], ids=repr
)
def test_an_acceptance_without_an_id_is_unknown(host: ReplicateHost, body: object) -> None:
    host.fault("submit", "other", status=201, json=body)
    with pytest.raises(OutcomeUnknown):
        submit(host)


def test_a_redirect_is_not_followed_with_a_paid_request(host: ReplicateHost) -> None:
    host.fault("submit", "redirect", to=f"{host.foreign_url}/v1/predictions", status=307)
    with pytest.raises(Refused):
        submit(host)
    assert host.foreign == []


# Polls


@pytest.mark.parametrize("fault", ["429", "502", "badjson", "html", "midbody", "close_after"])
def test_a_poll_that_fails_is_asked_again(slow: ReplicateHost, fault: str) -> None:
    ticket = submit(slow)
    slow.fault("check", fault, times=3)
    assert isinstance(check(slow, ticket), Working)
    assert len(slow.asked("check")) == 4
    assert len(slow.ledger) == 1


def test_a_poll_that_keeps_failing_is_unreachable(slow: ReplicateHost) -> None:
    ticket = submit(slow)
    slow.fault("check", "503", times=4)
    with pytest.raises(Unreachable):
        check(slow, ticket)


@pytest.mark.parametrize("fault", ["deep", "nested", "utf16", "gzip_bomb", "204", "bighdr"])
def test_a_hostile_answer_is_an_error_of_ours_and_no_accident(
    slow: ReplicateHost, fault: str
) -> None:
    ticket = submit(slow)
    slow.fault("check", fault, times=4)
    with pytest.raises(ProviderError):
        check(slow, ticket)


def test_a_poll_is_not_redirected(slow: ReplicateHost) -> None:
    ticket = submit(slow)
    slow.fault("check", "redirect", times=4, to=f"{slow.foreign_url}/v1/predictions/1")
    with pytest.raises(Unreachable):
        check(slow, ticket)
    assert slow.foreign == []


# Charges and the key


def test_one_picture_is_one_charge_through_polls_and_faults(host: ReplicateHost) -> None:
    clock = [0.0]
    host.clock, host.duration = lambda: clock[0], lambda: 30.0
    for number in range(3):
        ticket = submit(host, order(prompt=f"fox {number}"))
        host.fault("check", "500", times=2)
        assert isinstance(check(host, ticket), Working)
        clock[0] += 60.0
        done(host, ticket)
        done(host, ticket)
    assert [len(host.charges_for(f"fox {n}")) for n in range(3)] == [1, 1, 1]
    assert len(host.asked("submit")) == len(host.ledger) == 3


def test_only_its_own_origin_gets_the_key(host: ReplicateHost) -> None:
    url = upload(host, reference())
    picture = reference().reference
    done(host, submit(host, order(references=(picture,)), PRO, (url,)))
    assert {asked.origin for asked in host.requests} == {"api"}
    assert all(host.key in asked.headers["authorization"] for asked in host.requests)
    assert all(host.key not in asked.target for asked in host.requests)


class Recorder:
    """In place of the network: remembers what would be asked, and answers from a list."""

    def __init__(self, *answers: Mapping[str, object]) -> None:
        self.asked: list[str] = []
        self._answers = list(answers)

    async def _answer(self, call: Call, paid: bool) -> Reply:
        assert call.key is not None
        self.asked.append(f"{call.method} {call.service.address(call.url)}")
        return reply_from(201, {}, msgspec.json.encode(self._answers.pop(0)), paid=paid)

    async def submit(self, call: Call) -> Reply:
        return await self._answer(call, paid=True)

    async def read(self, call: Call) -> Reply:
        return await self._answer(call, paid=False)


def recorded(recorder: Recorder, base: str = BASE) -> ReplicateProvider:
    return ReplicateProvider(cast(HttpSession, recorder), base, NoNotes(), now=lambda: START)


@pytest.mark.parametrize("base", [BASE, "https://proxy.example.test/r", "http://127.0.0.1:9"])
def test_everything_is_asked_of_the_base(base: str) -> None:
    made = {"id": "p-1", "status": "starting"}
    recorder = Recorder({"urls": {"get": f"{base}/v1/files/f"}}, made, made, made, {"username": 1})
    provider = recorded(recorder, base)
    asyncio.run(provider.upload(reference(), KEY))
    ticket = asyncio.run(provider.submit(Submission(order(), PRO, (), "i"), KEY))
    asyncio.run(provider.check(ticket, KEY))
    asyncio.run(provider.cancel(ticket, KEY))
    asyncio.run(provider.check_key(KEY))
    assert recorder.asked == [
        f"POST {base}/v1/files",
        f"POST {base}/v1/models/black-forest-labs/flux-2-pro/predictions",
        f"GET {base}/v1/predictions/p-1",
        f"POST {base}/v1/predictions/p-1/cancel",
        f"GET {base}/v1/account",
    ]


def test_its_own_returned_addresses_are_kept_as_they_are() -> None:
    urls = {"get": f"{BASE}/v2/odd?b=1", "cancel": "https://API.replicate.com:443/c"}
    recorder = Recorder({"id": "p-1", "status": "starting", "urls": urls}, {"status": "starting"})
    provider = recorded(recorder)
    ticket = asyncio.run(provider.submit(Submission(order(), PRO, (), "i"), KEY))
    assert [url for _, url in ticket.urls] == list(urls.values())
    asyncio.run(provider.check(ticket, KEY))
    assert recorder.asked[-1] == f"GET {BASE}/v2/odd?b=1"


@pytest.mark.parametrize(
    "url",
    [
        "https://api.replicate.com.example.test/x",
        "https://example.test/api.replicate.com",
        "http://api.replicate.com/x",
        "https://api.replicate.com:444/x",
        "https://key@api.replicate.com/x",
        "https://stream.replicate.com/x",
        "https://replicate.delivery/x",
        "//example.test/x",
        "https://api.replicate.com\\@example.test/x",
        "http://127.0.0.1/x",
    ],
)
def test_a_returned_address_of_another_host_gets_no_key(url: str) -> None:
    answer = {"id": "p-1", "status": "starting", "urls": {"get": url, "cancel": url}}
    provider = recorded(Recorder(answer))
    ticket = asyncio.run(provider.submit(Submission(order(), PRO, (), "i"), KEY))
    root = f"{BASE}/v1/predictions/p-1"
    assert [own for _, own in ticket.urls] == [root, f"{root}/cancel"]
    forged = Recorder()  # a ticket from disk is checked again when it is used
    with pytest.raises(AddressRefused):
        asyncio.run(recorded(forged).check(Ticket("p-1", START, (("status", url),)), KEY))
    assert forged.asked == []
