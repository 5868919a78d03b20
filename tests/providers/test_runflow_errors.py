"""What Runflow refuses, and what stays unclear, against its twin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal
from typing import Any

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
from flux_studio.core.request import Request
from flux_studio.core.secret import Secret
from flux_studio.providers.contract import (
    Done,
    Submission,
)
from flux_studio.providers.runflow import RunflowProvider
from tests.hosts.fixtures import hosting
from tests.hosts.runflow import RunflowHost
from tests.providers.runflow_asking import (
    FOX,
    PRO,
    START,
    asking,
    check,
    done,
    fetched,
    reference,
    submit,
)


@pytest.fixture
def host() -> Iterator[RunflowHost]:
    with hosting(RunflowHost) as twin:
        yield twin


# No, and unclear


def refused(host: RunflowHost, request: Request = FOX) -> Refused:
    with pytest.raises(Refused) as caught:
        submit(host, request)
    assert host.ledger == []
    assert len(host.asked("submit")) == 1
    return caught.value


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (400, "", Reason.BAD_REQUEST),
        (401, "", Reason.BAD_KEY),
        (402, "", Reason.NO_CREDIT),
        (400, "INSUFFICIENT_CREDIT", Reason.NO_CREDIT),
        (403, "", Reason.BAD_KEY),
        (403, "EMAIL_NOT_VERIFIED", Reason.BAD_KEY),
        (404, "MODEL_NOT_FOUND", Reason.NOT_FOUND),
        (409, "", Reason.CONFLICT),
        (422, "", Reason.BAD_REQUEST),
        (422, "CONTENT_POLICY_VIOLATION", Reason.MODERATED_INPUT),
        (400, "PROMPT_MODERATED", Reason.MODERATED_INPUT),
    ],
)
def test_a_refusal_in_the_providers_words(
    host: RunflowHost, status: int, code: str, reason: Reason
) -> None:
    host.fault("submit", str(status), code=code, message="So <i>not</i>.")
    error = refused(host)
    assert (error.reason, str(error)) == (reason, "So <i>not</i>.")


@pytest.mark.parametrize(
    ("entry", "control"),
    [
        ({"field": "input.prompt", "message": "is empty"}, "prompt"),
        ({"field": "input.image_size.width", "message": "too wide"}, "size"),
        ({"loc": ["body", "input", "image_size"], "msg": "odd"}, "size"),
        ({"field": "seed", "message": "too big"}, "seed"),
        ({"path": "input/safety_tolerance", "message": "no"}, "safety"),
        ({"param": "enable_safety_checker", "message": "no"}, "safety"),
        ({"field": "output_format", "message": "no"}, "format"),
        ({"field": "input.image_urls.0", "message": "no"}, "references"),
        ({"field": "sync_mode", "message": "no"}, "knobs"),
        ({"field": "callback_url", "message": "no"}, ""),
        ({"message": "no"}, ""),
    ],
)
def test_a_422_names_the_control(host: RunflowHost, entry: dict[str, Any], control: str) -> None:
    body = {"code": "VALIDATION_ERROR", "message": "Invalid input", "errors": [entry]}
    host.fault("submit", "other", status=422, json=body)
    with pytest.raises(Refused) as caught:
        submit(host)
    assert caught.value.control == control
    assert str(caught.value).startswith("Invalid input")
    if len(entry) > 1:
        assert (entry.get("message") or entry["msg"]) in str(caught.value)


def test_a_422_of_a_web_page_is_a_plain_refusal(host: RunflowHost) -> None:
    host.fault("submit", "422", html=True)
    error = refused(host)
    assert "<" not in str(error)
    assert error.control == ""


def test_a_wrong_key_is_a_bad_key_everywhere(host: RunflowHost) -> None:
    ticket = submit(host)
    submission = Submission(FOX, PRO, (), "intent-2")
    calls: list[Callable[[RunflowProvider, Secret], Awaitable[object]]] = [
        lambda p, key: p.submit(submission, key),
        lambda p, key: p.check(ticket, key),
        lambda p, key: p.upload(reference(), key),
        lambda p, key: p.check_key(key),
        lambda p, key: p.balance(key),
    ]
    for call in calls:
        with pytest.raises(Refused) as caught:
            asking(host, call, key="rf_live_wrong-key-77")
        assert caught.value.reason is Reason.BAD_KEY
        assert "wrong-key-77" not in str(caught.value)


def test_no_credit_is_refused_and_free(host: RunflowHost) -> None:
    host.balance = Decimal("0.02")
    assert refused(host).reason is Reason.NO_CREDIT


@pytest.mark.parametrize(("after", "wait"), [(None, None), ("5", 5.0)])
def test_too_many_requests_is_not_now(host: RunflowHost, after: str | None, wait) -> None:
    more: dict[str, Any] = {} if after is None else {"retry_after": after}
    host.fault("submit", "429", **more)
    with pytest.raises(NotNow) as caught:
        submit(host)
    assert (caught.value.reason, caught.value.wait) == (Reason.RATE_LIMITED, wait)


@pytest.mark.parametrize(
    "fault",
    ["500", "502", "503", "504", "408", "reset_after", "close_after", "badjson", "html", "empty"],
)
def test_an_unclear_submit_is_unknown_and_sent_once(host: RunflowHost, fault: str) -> None:
    host.fault("submit", fault)
    with pytest.raises(OutcomeUnknown):
        submit(host)
    assert len(host.asked("submit")) == 1


@pytest.mark.parametrize(
    "body", [{}, {"id": ""}, {"id": None}, {"id": 5}, {"run": "x"}, [], ["run"]], ids=repr
)
def test_an_acceptance_without_an_id_is_unknown(host: RunflowHost, body: object) -> None:
    host.fault("submit", "other", status=201, json=body)
    with pytest.raises(OutcomeUnknown):
        submit(host)


def test_it_never_claims_to_be_idempotent() -> None:
    assert RunflowProvider.idempotent is False


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_2xx_is_an_acceptance(host: RunflowHost, status: int) -> None:
    host.fault("submit", "other", status=status, json={"id": "run-9", "status_code": "queued"})
    assert submit(host).task == "run-9"


def test_a_run_that_is_not_known_is_forgotten(host: RunflowHost) -> None:
    with pytest.raises(TaskForgotten):
        check(host, Ticket("run-404", START))


@pytest.mark.parametrize("fault", ["500", "503", "429", "badjson", "html", "midbody"])
def test_a_poll_that_fails_is_asked_again(host: RunflowHost, fault: str) -> None:
    ticket = submit(host)
    host.fault("check", fault, times=3)
    assert isinstance(check(host, ticket), Done)
    assert len(host.asked("check")) == 4
    assert len(host.ledger) == 1


def test_a_poll_that_keeps_failing_is_unreachable(host: RunflowHost) -> None:
    ticket = submit(host)
    host.fault("check", "503", times=4)
    with pytest.raises(Unreachable):
        check(host, ticket)


@pytest.mark.parametrize("fault", ["deep", "nested", "nan", "utf16", "gzip_bomb"])
def test_a_hostile_poll_answer_is_an_error_of_ours_and_no_accident(
    host: RunflowHost, fault: str
) -> None:
    ticket = submit(host)
    host.fault("check", fault, times=4)
    with pytest.raises(ProviderError):
        check(host, ticket)


def test_an_expired_address_is_signed_again_by_the_next_look(host: RunflowHost) -> None:
    now = [0.0]
    host.clock, host.link_seconds = lambda: now[0], 60.0
    ticket = submit(host)
    done(host, ticket)
    now[0] = 3600.0
    assert fetched(host, done(host, ticket).results[0])


def test_an_id_is_quoted_into_its_address(host: RunflowHost) -> None:
    with pytest.raises(TaskForgotten):
        check(host, Ticket("a/../b?x=1", START))
    assert host.requests[-1].target == "/v1/runs/a%2F..%2Fb%3Fx%3D1?add_signature=true"
    assert [v for v in host.violations if "no route" in v]
    host.violations.clear()
