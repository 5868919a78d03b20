"""What Black Forest Labs refuses, and what stays unclear, against its twin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from flux_studio.core.errors import (
    NotNow,
    OutcomeUnknown,
    ProviderError,
    Reason,
    Refused,
    Unreachable,
)
from flux_studio.core.job import Ticket
from flux_studio.core.problem import Control
from flux_studio.core.secret import Secret
from flux_studio.core.size import Size
from flux_studio.providers.bfl import BflProvider
from flux_studio.providers.contract import Done, Submission
from tests.hosts.bfl import ACTIVE, BflHost
from tests.hosts.fixtures import hosting
from tests.providers.bfl_asking import (
    FLEX,
    PLAIN,
    PRO,
    START,
    asking,
    in_base64,
    look,
    order,
    reference,
    submit,
)


@pytest.fixture
def host() -> Iterator[BflHost]:
    with hosting(BflHost) as twin:
        yield twin


def refused(host: BflHost) -> Refused:
    with pytest.raises(Refused) as caught:
        submit(host)
    assert host.ledger == []
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
    ],
)
def test_a_refusal_is_final_and_in_the_providers_words(
    host: BflHost, status: int, reason: Reason
) -> None:
    host.fault("submit", str(status), message="So <i>not</i>.")
    error = refused(host)
    assert (error.reason, str(error), error.control) == (reason, "So <i>not</i>.", "")


@pytest.mark.parametrize("status", [400, 402, 403, 422])
def test_a_refusal_without_words_has_some_of_ours(host: BflHost, status: int) -> None:
    host.fault("submit", str(status), html=True)
    assert "<" not in str(refused(host))


@pytest.mark.parametrize(
    ("field", "control"),
    [
        ("prompt", Control.PROMPT),
        ("width", Control.SIZE),
        ("height", Control.SIZE),
        ("seed", Control.SEED),
        ("safety_tolerance", Control.SAFETY),
        ("output_format", Control.FORMAT),
        ("input_image", Control.REFERENCES),
        ("input_image_7", Control.REFERENCES),
        ("disable_pup", Control.KNOBS),
        ("steps", ""),
        ("webhook_url", ""),
    ],
)
def test_a_refused_field_is_said_at_its_control(host: BflHost, field: str, control: str) -> None:
    host.fault("submit", "422", code=field, message="Not like this")
    error = refused(host)
    assert (error.reason, error.control) == (Reason.BAD_REQUEST, control)
    assert str(error) == f"{field}: Not like this"


def test_a_knob_of_flex_is_said_at_the_knobs(host: BflHost) -> None:
    host.fault("submit", "422", code="steps", message="Too many")
    with pytest.raises(Refused) as caught:
        submit(host, order(FLEX), FLEX)
    assert caught.value.control == Control.KNOBS


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"detail": [{"loc": ["body"], "msg": "JSON decode error", "type": "x"}]},
         "JSON decode error"),
        ({"detail": [{"loc": ["body", name], "msg": "bad"} for name in ("width", "seed")]},
         "width: bad; seed: bad"),
        ({"detail": "plain words"}, "plain words"),
        ({"detail": [5, None]}, "Black Forest Labs refused the request (422)."),
        ({"detail": {"loc": 5}}, "Black Forest Labs refused the request (422)."),
        ([], "Black Forest Labs refused the request (422)."),
    ],
)  # fmt: skip
def test_every_shape_of_a_422_is_words(host: BflHost, body: object, words: str) -> None:
    host.fault("submit", "other", status=422, json=body)
    with pytest.raises(Refused) as caught:  # the fault comes after the twin has taken it
        submit(host)
    assert str(caught.value) == words


def test_what_the_form_never_sends_is_refused_by_the_twin_too(host: BflHost) -> None:
    for request, words in (
        (replace(PLAIN, size=Size(1920, 1080)), "off the grid"),
        (replace(PLAIN, size=Size(2064, 2048)), "above 4 megapixels"),
        (replace(PLAIN, safety=6), "safety_tolerance is above 5"),
        (replace(PLAIN, output_format="gif"), "output_format is 'gif'"),
        (replace(PLAIN, knobs=(("steps", 5),)), "unknown field steps"),
    ):
        with pytest.raises(Refused, match=words):
            submit(host, request)
    with pytest.raises(Refused, match="neither an address nor a picture"):
        submit(host, PLAIN, PRO, ("bm90IGEgcGljdHVyZQ==",))
    with pytest.raises(Refused, match="above 9 megapixels"):
        submit(host, PLAIN, PRO, (in_base64(reference(2048, 2048)),) * 3)
    assert len(host.violations) == 7
    assert host.ledger == []
    host.violations.clear()


def test_a_wrong_key_is_a_wrong_key_everywhere(host: BflHost) -> None:
    submission, ticket = Submission(PLAIN, PRO, (), "intent-1"), submit(host)
    calls: list[Callable[[BflProvider, Secret], Awaitable[Any]]] = [
        lambda p, key: p.submit(submission, key),
        lambda p, key: p.check(ticket, key),
        lambda p, key: p.check(Ticket(ticket.task, START), key),
        lambda p, key: p.check_key(key),
        lambda p, key: p.balance(key),
    ]
    for call in calls:
        with pytest.raises(Refused) as caught:
            asking(host, call, key="bfl-wrong-key-77")
        assert caught.value.reason is Reason.BAD_KEY
        assert "wrong-key-77" not in str(caught.value)
    assert len(host.ledger) == 1


def test_no_credit_is_refused_and_free(host: BflHost) -> None:
    host.balance = Decimal("0.02")
    assert refused(host).reason is Reason.NO_CREDIT


def test_a_redirect_is_never_followed_with_the_key(host: BflHost) -> None:
    ticket = submit(host)
    for status in (301, 302, 307, 308):
        host.fault("submit", "redirect", to=f"{host.foreign_url}/v1/flux-2-pro", status=status)
        with pytest.raises(Refused, match="redirect"):
            submit(host)
        host.fault("check", "redirect", to=f"{host.foreign_url}/x", status=status, times=4)
        with pytest.raises(Unreachable):
            look(host, ticket)
    assert host.foreign == []


# Not now


@pytest.mark.parametrize(
    ("status", "after", "wait"), [("429", None, None), ("429", "5", 5.0), ("503", "5", 5.0)]
)
def test_a_busy_provider_is_not_now(
    host: BflHost, status: str, after: str | None, wait: float | None
) -> None:
    more: dict[str, Any] = {} if after is None else {"retry_after": after}
    host.fault("submit", status, **more)
    with pytest.raises(NotNow) as caught:
        submit(host)
    assert caught.value.wait == wait
    assert host.ledger == []


def test_the_twin_takes_as_many_at_once_as_we_send(host: BflHost) -> None:
    now = [0.0]
    host.clock, host.duration = lambda: now[0], lambda: 30.0
    assert BflProvider.at_once == ACTIVE
    for _ in range(BflProvider.at_once):
        submit(host)
    with pytest.raises(NotNow) as caught:
        submit(host)
    assert caught.value.reason is Reason.RATE_LIMITED
    assert str(caught.value) == "Too many active tasks"
    now[0] = 31.0
    submit(host)
    assert len(host.ledger) == ACTIVE + 1


# Unclear


@pytest.mark.parametrize(
    "fault",
    ["500", "502", "503", "504", "408", "reset_after", "close_after", "badjson", "html", "empty",
     "midbody", "204"],
)  # fmt: skip
def test_an_unclear_submit_is_unknown_and_sent_once(host: BflHost, fault: str) -> None:
    host.fault("submit", fault)
    with pytest.raises(OutcomeUnknown):
        submit(host)
    assert len(host.asked("submit")) == 1


@pytest.mark.parametrize(
    "body", [{}, {"id": ""}, {"id": None}, {"id": 5}, {"task": "x"}, [], ["task"]], ids=repr
)
def test_an_acceptance_without_an_id_is_unknown(host: BflHost, body: object) -> None:
    host.fault("submit", "other", json=body)
    with pytest.raises(OutcomeUnknown):
        submit(host)


@pytest.mark.parametrize(
    ("cost", "charged"),
    [(4.5, "0.045"), (3, "0.03"), (1.4, "0.014"), ("3", "0.03"), (0, "0"), (None, None),
     (-1, None), ("free", None), (True, None), (1e12, None)],
)  # fmt: skip
def test_the_cost_is_believed_when_it_makes_sense(
    host: BflHost, cost: object, charged: str | None
) -> None:
    host.ending("done", reply={"cost": cost})
    assert submit(host).charged == (None if charged is None else Decimal(charged))


def test_billed_megapixels_without_sense_are_left_out(host: BflHost) -> None:
    host.ending("done", reply={"input_mp": None, "output_mp": "wide"})
    assert submit(host).notes == ()


# Polls


@pytest.mark.parametrize("fault", ["500", "503", "429", "badjson", "html", "midbody"])
def test_a_poll_that_fails_is_asked_again(host: BflHost, fault: str) -> None:
    ticket = submit(host)
    host.fault("check", fault, times=3)
    assert isinstance(look(host, ticket), Done)
    assert len(host.asked("check")) == 4
    assert len(host.ledger) == 1


@pytest.mark.parametrize("fault", ["503", "deep", "nested", "utf16", "gzip_bomb", "bighdr"])
def test_a_poll_that_keeps_failing_is_an_error_of_ours_and_no_accident(
    host: BflHost, fault: str
) -> None:
    ticket = submit(host)
    host.fault("check", fault, times=4)
    with pytest.raises(ProviderError):
        look(host, ticket)


@pytest.mark.parametrize("status", [None, 7, ["Ready"]])
def test_a_status_that_is_no_word_is_no_answer(host: BflHost, status: object) -> None:
    ticket = submit(host)
    host.fault("check", "other", json={"id": ticket.task, "status": status})
    with pytest.raises(Unreachable) as caught:
        look(host, ticket)
    assert caught.value.reason is Reason.BAD_REPLY
