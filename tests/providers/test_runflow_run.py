"""Runs of Runflow against its twin: every status, every shape of output, pictures inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from flux_studio.core.errors import (
    Reason,
    TaskForgotten,
    Unreachable,
)
from flux_studio.core.size import Size
from flux_studio.providers.contract import (
    Ended,
    Inline,
    Link,
    Working,
)
from tests.hosts.fixtures import hosting
from tests.hosts.runflow import RunflowHost
from tests.providers.runflow_asking import (
    FOX,
    check,
    done,
    fetched,
    inside,
    sent,
    submit,
)


@pytest.fixture
def host() -> Iterator[RunflowHost]:
    with hosting(RunflowHost) as twin:
        yield twin


# How a run stands


def test_a_run_waits_works_and_is_done(host: RunflowHost) -> None:
    now = [0.0]
    host.clock, host.duration = lambda: now[0], lambda: 10.0
    ticket = submit(host)
    seen = []
    for at in (0.0, 1.0, 3.0, 9.9):
        now[0] = at
        status = check(host, ticket)
        assert isinstance(status, Working)
        seen.append((status.words, status.running))
    assert seen == [
        ("queued", False), ("dispatching", False), ("running", True), ("running", True),
    ]  # fmt: skip
    now[0] = 10.0
    result = done(host, ticket)
    assert result.charged == Decimal("0.03")
    assert result.seed == 7
    data = fetched(host, result.results[0])
    with Image.open(BytesIO(data)) as picture:
        assert (picture.size, picture.format) == ((1024, 768), "JPEG")
    assert f"{host.files_url}/" in str(result.results[0])
    assert "signature=" not in result.reply
    assert len(host.ledger) == 1


@pytest.mark.parametrize("word", ["warming_up", "PAUSED", "completed"])
def test_an_unknown_status_is_work_and_never_success(host: RunflowHost, word: str) -> None:
    host.duration = lambda: 1000.0
    host.waiting_word = word
    now = [0.0]
    host.clock = lambda: now[0]
    ticket = submit(host)
    now[0] = 500.0
    assert check(host, ticket) == Working(running=True, words=word.lower())


@pytest.mark.parametrize("word", [None, 7, "", ["succeeded"]])
def test_a_status_without_sense_is_still_waiting(host: RunflowHost, word: object) -> None:
    host.ending("done", run={"status_code": word})
    assert check(host, submit(host)) == Working(running=False)


def test_a_retry_after_on_a_poll_is_handed_on(host: RunflowHost) -> None:
    ticket = submit(host)
    run = {"id": ticket.task, "status_code": "running"}
    host.fault("check", "other", json=run, headers={"retry-after": "7"})
    status = check(host, ticket)
    assert isinstance(status, Working)
    assert status.ask_again == 7.0


@pytest.mark.parametrize("shape", ["outputs", "images", "image_urls", "image", "url"])
@pytest.mark.parametrize("status", ["succeeded", "partial_succeeded", "SUCCEEDED"])
def test_the_picture_is_found_in_every_shape(host: RunflowHost, shape: str, status: str) -> None:
    host.shape = shape
    host.ending("done", status=status)
    result = done(host, submit(host))
    assert len(result.results) == 1
    assert fetched(host, result.results[0])[:2] == b"\xff\xd8"


@pytest.mark.parametrize("shape", ["outputs", "images", "image_urls"])
def test_several_pictures_keep_their_order(host: RunflowHost, shape: str) -> None:
    host.shape = shape
    host.ending("done", images=3)
    results = done(host, submit(host)).results
    names = [str(result).split("?")[0].rsplit("/", 1)[1] for result in results]
    assert names == ["0.jpeg", "1.jpeg", "2.jpeg"]


def test_the_same_picture_in_two_places_counts_once(host: RunflowHost) -> None:
    url = "https://files.example.test/a.jpeg"
    output = {"outputs": [{"url": url, "type": "image"}, {"url": url}], "url": f"{url}?again"}
    host.ending("done", output=output)
    assert done(host, submit(host)).results == (Link(url),)


def test_what_is_no_picture_is_not_taken_for_one(host: RunflowHost) -> None:
    outputs = [
        {"url": "https://files.example.test/log.txt", "type": "text"},
        {"url": "https://files.example.test/a.mp4", "content_type": "video/mp4"},
        {"url": "ftp://files.example.test/a.png", "type": "image"},
        {"url": "https://files.example.test/a.png", "type": "image/png"},
    ]
    host.ending("done", output={"outputs": outputs})
    assert done(host, submit(host)).results == (Link("https://files.example.test/a.png"),)


def test_a_finished_run_of_unknown_shape_is_asked_again_and_not_given_up(
    host: RunflowHost,
) -> None:
    host.ending("done", output={"outputs": [], "artifact": "s3://somewhere"})
    with pytest.raises(Unreachable) as caught:
        check(host, submit(host))
    assert caught.value.reason is Reason.BAD_REPLY


@pytest.mark.parametrize("output", [None, {}])
def test_a_finished_run_without_output_ended_without_a_picture(
    host: RunflowHost, output: object
) -> None:
    host.ending("done", run={"output": output})
    status = check(host, submit(host))
    assert isinstance(status, Ended)
    assert (status.refused, status.charged) == (False, Decimal("0.03"))


def test_a_withheld_picture_is_a_refusal(host: RunflowHost) -> None:
    host.ending("done", output={"outputs": [], "nsfw_detected": True})
    status = check(host, submit(host))
    assert isinstance(status, Ended)
    assert (status.refused, status.reason) == (True, Reason.MODERATED_OUTPUT)


@pytest.mark.parametrize("word", ["failed", "errored", "FAILED"])
def test_a_failed_run_is_free_and_says_why(host: RunflowHost, word: str) -> None:
    host.ending("failed", status=word, message="CUDA <b>out</b>\nof memory", code="MODEL_ERROR")
    status = check(host, submit(host))
    assert status == Ended(
        False, Reason.PROVIDER_FAILED, "CUDA <b>out</b> of memory", Decimal(0)
    )  # fmt: skip
    assert host.ledger == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("CONTENT_POLICY_VIOLATION", Reason.MODERATED_INPUT),
        ("content_moderated", Reason.MODERATED_INPUT),
        ("INPUT_IMAGE_MODERATED", Reason.MODERATED_INPUT),
        ("SAFETY_CHECK_FAILED", Reason.MODERATED_INPUT),
        ("OUTPUT_MODERATED", Reason.MODERATED_OUTPUT),
        ("NSFW_DETECTED", Reason.MODERATED_OUTPUT),
    ],
)
def test_moderation_is_a_refusal(host: RunflowHost, code: str, reason: Reason) -> None:
    host.ending("failed", code=code, message="Please rephrase.")
    status = check(host, submit(host))
    assert status == Ended(True, reason, "Please rephrase.", Decimal(0))


@pytest.mark.parametrize("code", ["INVALID_SAFETY_TOLERANCE", "TIMEOUT", None, 5])
def test_other_codes_are_failures(host: RunflowHost, code: object) -> None:
    host.ending("failed", code=code, message="no")
    status = check(host, submit(host))
    assert isinstance(status, Ended)
    assert (status.refused, status.reason) == (False, Reason.PROVIDER_FAILED)


def test_a_failed_run_that_was_billed_all_the_same_says_so(host: RunflowHost) -> None:
    host.ending("failed", run={"cost": "0.015"})
    status = check(host, submit(host))
    assert isinstance(status, Ended)
    assert status.charged == Decimal("0.015")


@pytest.mark.parametrize("word", ["canceled", "cancelled"])
def test_a_cancelled_run_may_have_been_billed(host: RunflowHost, word: str) -> None:
    host.ending(word, message="")
    status = check(host, submit(host))
    assert isinstance(status, Ended)
    assert (status.cancelled, status.reason, status.charged) == (True, Reason.CANCELLED, None)
    assert status.message


@pytest.mark.parametrize(
    ("cost", "charged"),
    [("0.045", "0.045"), (0.05, "0.05"), (None, None), ("free", None), (-1, None), ("1e9", None)],
)
def test_the_cost_is_believed_when_it_makes_sense(
    host: RunflowHost, cost: object, charged: str | None
) -> None:
    host.ending("done", run={"cost": cost})
    assert done(host, submit(host)).charged == (None if charged is None else Decimal(charged))


def test_a_seed_of_the_providers_choice_is_kept(host: RunflowHost) -> None:
    assert done(host, submit(host, replace(FOX, seed=None))).seed == 4711
    host.ending("done", output={"seed": "x", "outputs": [{"url": "https://a.test/1", "seed": 9}]})
    assert done(host, submit(host)).seed == 9
    host.ending("done", output={"seed": True}, run={"seed": 11})
    assert done(host, submit(host)).seed == 11


def test_what_the_run_tells_about_quality_is_kept(host: RunflowHost) -> None:
    host.ending(
        "done",
        run={
            "sentinel": {"verdict": "pass", "scores": {"fidelity": 0.93}},
            "metadata": {"score": 1},
        },
        output={"quality_score": 8, "nsfw_detected": False, "has_nsfw_concepts": [False]},
    )
    request = replace(FOX, prompt="quality score nsfw")
    assert dict(done(host, submit(host, request)).quality) == {
        "output.nsfw_detected": "false",
        "output.quality_score": "8",
        "output.has_nsfw_concepts.1": "false",
        "sentinel.verdict": "pass",
        "sentinel.scores.fidelity": "0.93",
    }


def test_quality_is_bounded(host: RunflowHost) -> None:
    deep: dict[str, Any] = {"score": 1}
    for _ in range(40):
        deep = {"quality": deep}
    many = {f"score{number}": "x" * 999 for number in range(500)}
    host.ending("done", run={"quality": deep}, output=many)
    quality = done(host, submit(host)).quality
    assert 0 < len(quality) <= 40
    assert all(len(value) <= 200 for _, value in quality)


# Inside the reply


def test_a_picture_can_come_inside_the_reply(host: RunflowHost) -> None:
    ticket = submit(host, inside(output_format="png", size=Size(2048, 2048)))
    assert sent(host)["sync_mode"] is True
    result = done(host, ticket)
    (picture,) = result.results
    assert isinstance(picture, Inline)
    with Image.open(BytesIO(picture.data)) as opened:
        assert (opened.size, opened.format) == ((2048, 2048), "PNG")
    assert len(result.reply) < 20_001
    assert host.asked("result") == []


def test_a_picture_that_the_provider_does_not_store_is_kept_in_the_ticket(
    host: RunflowHost,
) -> None:
    host.waits = True
    ticket = submit(host, inside())
    result = done(host, ticket)
    assert isinstance(result.results[0], Inline)
    assert (result.charged, result.seed) == (Decimal("0.03"), 7)
    assert host.asked("check") == []
    with pytest.raises(TaskForgotten):
        check(host, replace(ticket, notes=()))


def test_a_damaged_picture_inside_a_reply_is_unreachable(host: RunflowHost) -> None:
    host.ending("done", output={"outputs": [{"url": "data:image/png;base64,@@@"}]})
    with pytest.raises(Unreachable) as caught:
        check(host, submit(host, inside()))
    assert caught.value.reason is Reason.BAD_PICTURE


def test_a_picture_larger_than_a_usual_reply_comes_through(host: RunflowHost) -> None:
    noise = "A" * (3 * 2**20)
    host.ending("done", output={"outputs": [{"url": f"data:image/png;base64,{noise}"}]})
    ticket = submit(host, inside())
    assert isinstance(done(host, ticket).results[0], Inline)
    with pytest.raises(Unreachable):  # nobody asked for one inside
        check(host, replace(ticket, notes=()))
