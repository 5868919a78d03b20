"""Requests of fal that are finished and failed all the same, against its twin."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from flux_studio.core.errors import Reason, Refused, Unreachable
from flux_studio.providers.contract import Ended
from tests.hosts.fal import FalHost
from tests.hosts.fixtures import hosting
from tests.providers.fal_asking import check, done, submit


@pytest.fixture
def host() -> Iterator[FalHost]:
    with hosting(FalHost) as twin:
        yield twin


def failed(host: FalHost, **details: Any) -> Ended:
    host.ending("failed", **details)
    status = check(host, submit(host))
    assert isinstance(status, Ended), status
    assert host.ledger == []
    return status


def entry(kind: str, *place: object, msg: str = "So <i>not</i>.") -> dict[str, object]:
    return {"loc": list(place), "msg": msg, "type": kind, "input": "a red fox", "url": "https://x"}


@pytest.mark.parametrize("quiet", [False, True], ids=["told by the status", "only by the result"])
def test_a_completed_that_carries_an_error_is_a_failure(host: FalHost, quiet: bool) -> None:
    detail = [entry("internal_server_error", "body")]
    status = failed(host, status=500, detail=detail, quiet=quiet)
    assert status == Ended(False, Reason.PROVIDER_FAILED, "So <i>not</i>.", Decimal(0))


def test_an_error_in_the_status_outweighs_a_result(host: FalHost) -> None:
    host.ending("done", state={"error": "worker\nlost", "error_type": "runner_disconnected"})
    status = check(host, submit(host))
    assert status == Ended(False, Reason.PROVIDER_FAILED, "worker lost", Decimal(0))


@pytest.mark.parametrize("fault", ["500", "404", "badjson", "reset_after", "html"])
def test_a_failure_is_known_by_its_status_alone(host: FalHost, fault: str) -> None:
    host.ending("failed", error="It took too long", error_type="request_timeout")
    ticket = submit(host)
    host.fault("answer", fault, times=4, html=True)
    status = check(host, ticket)
    assert isinstance(status, Ended)
    assert (status.reason, status.charged) == (Reason.PROVIDER_FAILED, Decimal(0))
    assert "It took too long" in status.message


def test_a_key_that_became_bad_is_told_before_a_failure(host: FalHost) -> None:
    host.ending("failed", error="no")
    ticket = submit(host)
    host.fault("answer", "401")
    with pytest.raises(Refused) as caught:
        check(host, ticket)
    assert caught.value.reason is Reason.BAD_KEY


@pytest.mark.parametrize(
    ("kind", "place", "control"),
    [
        ("string_too_long", ("body", "prompt"), "prompt"),
        ("less_than_equal", ("body", "image_size", "width"), "size"),
        ("less_than_equal", ("body", "image_size", "ImageSize", "height"), "size"),
        ("int_parsing", ("body", "seed"), "seed"),
        ("enum", ("body", "safety_tolerance"), "safety"),
        ("bool_parsing", ("body", "enable_safety_checker"), "safety"),
        ("literal_error", ("body", "output_format"), "format"),
        ("image_too_small", ("body", "image_urls", 0), "references"),
        ("file_download_error", ("body",), "references"),
        ("image_load_error", (), "references"),
        ("greater_than_equal", ("body", "num_inference_steps"), "knobs"),
        ("less_than_equal", ("body", "guidance_scale"), "knobs"),
        ("extra_forbidden", ("body", "colour"), ""),
        ("value_error", ("body",), ""),
    ],
)
def test_a_validation_error_names_the_control(
    host: FalHost, kind: str, place: tuple[object, ...], control: str
) -> None:
    status = failed(host, status=422, detail=[entry(kind, *place)])
    field = ".".join(str(part) for part in place[1:])
    words = f"{field}: So <i>not</i>." if field else "So <i>not</i>."
    # A runner may have worked before it said no, and that may be charged.
    assert status == Ended(True, Reason.BAD_REQUEST, words, None, control=control)


def test_the_first_error_of_ours_decides_and_all_are_told(host: FalHost) -> None:
    detail = [entry("x", "body", "other", msg="a"), entry("x", "body", "seed", msg="b"), "odd", 5]
    status = failed(host, status=422, detail=detail)
    assert (status.control, status.message) == ("seed", "other: a; seed: b")
    assert "a red fox" not in status.message


@pytest.mark.parametrize(
    ("place", "reason", "control"),
    [
        (("body", "prompt"), Reason.MODERATED_INPUT, "prompt"),
        (("body", "image_urls", 1), Reason.MODERATED_INPUT, "references"),
        (("body",), Reason.MODERATED_INPUT, ""),
        (("body", "generated_image"), Reason.MODERATED_OUTPUT, ""),
        (("response", "images"), Reason.MODERATED_OUTPUT, ""),
    ],
)
def test_moderation_of_what_was_sent_and_of_what_came_out(
    host: FalHost, place: tuple[object, ...], reason: Reason, control: str
) -> None:
    status = failed(host, status=422, detail=[entry("content_policy_violation", *place)])
    assert (status.refused, status.reason, status.control) == (True, reason, control)
    assert status.charged is None


@pytest.mark.parametrize(
    ("kind", "code", "charged"),
    [
        ("request_timeout", 504, Decimal(0)),
        ("startup_timeout", 504, Decimal(0)),
        ("runner_disconnected", 503, Decimal(0)),
        ("runner_scheduling_failure", 503, Decimal(0)),
        ("internal_error", 500, Decimal(0)),
    ],
)
def test_a_fault_of_the_platform_is_free(
    host: FalHost, kind: str, code: int, charged: Decimal
) -> None:
    status = failed(host, status=code, error_type=kind, detail="The machine tripped")
    assert status == Ended(False, Reason.PROVIDER_FAILED, "The machine tripped", charged)


@pytest.mark.parametrize(
    ("kind", "code"), [("downstream_service_error", 400), ("no_media_generated", 422)]
)
def test_a_fault_behind_the_model_does_not_blame_the_request(
    host: FalHost, kind: str, code: int
) -> None:
    status = failed(host, status=code, detail=[entry(kind, "body")])
    assert (status.refused, status.reason, status.charged) == (False, Reason.PROVIDER_FAILED, None)


def test_a_plain_text_with_422_is_the_models_own_word(host: FalHost) -> None:
    status = failed(host, status=422, detail="The prompt is odd", quiet=True)
    assert (status.refused, status.message) == (True, "The prompt is odd")


def test_an_error_without_words_is_named_by_its_type(host: FalHost) -> None:
    host.ending("done", state={"error": True, "error_type": "bad_request"})
    status = check(host, submit(host))
    assert isinstance(status, Ended)
    assert status.message == "bad_request"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"detail": "Request is still in progress"}),
        (500, {"detail": "try again"}),
        (503, {"message": "upstream"}),
    ],
)
def test_a_hiccup_at_the_result_does_not_end_a_paid_request(
    host: FalHost, status: int, body: object
) -> None:
    ticket = submit(host)
    host.fault("answer", "other", status=status, json=body)
    with pytest.raises(Unreachable):
        check(host, ticket)
    assert len(done(host, ticket).results) == 1
