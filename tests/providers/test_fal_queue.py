"""The queue of fal against its twin: statuses, results, failures that look finished, cancels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from flux_studio.core.errors import Reason, Refused, TaskForgotten, Unreachable
from flux_studio.core.size import Size
from flux_studio.providers.contract import Ended, Inline, Link, Working
from tests.hosts.fal import FalHost
from tests.hosts.fixtures import hosting
from tests.providers.fal_asking import (
    DEV,
    FOX,
    asking,
    cancel,
    check,
    done,
    fetched,
    inside,
    request_for,
    sent,
    submit,
)

PICTURE = "https://files.example.test/a.png"


@pytest.fixture
def host() -> Iterator[FalHost]:
    with hosting(FalHost) as twin:
        yield twin


@pytest.fixture
def now(host: FalHost) -> list[float]:
    """A clock in seconds; a request takes 10."""
    clock = [0.0]
    host.clock, host.duration = lambda: clock[0], lambda: 10.0
    return clock


# How a request stands


def test_a_request_waits_works_and_is_done(host: FalHost, now: list[float]) -> None:
    ticket = submit(host)
    seen = []
    for now[0] in (0.0, 1.0, 2.0, 9.9):
        status = check(host, ticket)
        assert isinstance(status, Working)
        seen.append((status.words, status.running, status.position))
    assert seen == [
        ("in queue", False, 3), ("in queue", False, 2),  # two ahead is the third place
        ("in progress", True, None), ("in progress", True, None),
    ]  # fmt: skip
    now[0] = 10.0
    result = done(host, ticket)
    assert (result.charged, result.seed, result.quality) == (Decimal("0.03"), 7, ())
    with Image.open(BytesIO(fetched(host, result.results[0]))) as picture:
        assert (picture.size, picture.format) == ((1024, 768), "JPEG")
    assert "signature=" not in result.reply
    assert len(host.ledger) == 1


def test_logs_are_asked_for_cleaned_and_cut(host: FalHost, now: list[float]) -> None:
    lines = ["", *(f"step {n}" for n in range(1, 30)), "50%|\x1b[31m<b>half</b>\n"]
    host.ending("done", logs=lines)
    ticket = submit(host)
    now[0] = 5.0
    status = check(host, ticket)
    assert host.asked("check")[-1].query == {"logs": "1"}
    assert isinstance(status, Working)
    assert len(status.logs) == 20
    assert status.logs[-2:] == ("step 29", "50%| [31m<b>half</b>")


@pytest.mark.parametrize("word", ["WARMING_UP", "paused", "SUCCEEDED"])
def test_an_unknown_status_is_work_and_never_success(
    host: FalHost, now: list[float], word: str
) -> None:
    host.ending("done", waiting_word=word, logs=[])
    ticket = submit(host)
    now[0] = 5.0
    assert check(host, ticket) == Working(running=True, words=word.lower().replace("_", " "))


@pytest.mark.parametrize("status", [None, 7, "", ["COMPLETED"]])
def test_a_status_without_sense_is_still_waiting(host: FalHost, status: object) -> None:
    host.ending("done", state={"status": status, "logs": "none", "queue_position": "first"})
    assert check(host, submit(host)) == Working(running=False)


@pytest.mark.parametrize("position", [-1, True, 1.5, "2", None])
def test_a_place_in_the_queue_without_sense_is_left_out(host: FalHost, position: object) -> None:
    host.ending("done", state={"status": "IN_QUEUE", "queue_position": position, "logs": None})
    assert check(host, submit(host)) == Working(running=False, words="in queue")


def test_a_retry_after_on_a_poll_is_handed_on(host: FalHost) -> None:
    ticket = submit(host)
    state = {"status": "IN_PROGRESS", "logs": None}
    host.fault("check", "other", status=202, json=state, headers={"retry-after": "7"})
    status = check(host, ticket)
    assert isinstance(status, Working)
    assert status.ask_again == 7.0


# Results


def test_several_pictures_keep_their_order_and_count_once(host: FalHost) -> None:
    images = [{"url": f"{PICTURE}?{n}"} for n in (2, 1, 2)]
    host.ending("done", output={"images": images})
    assert done(host, submit(host)).results == (Link(f"{PICTURE}?2"), Link(f"{PICTURE}?1"))


@pytest.mark.parametrize(
    "output", [{"images": [PICTURE]}, {"images": None, "image": {"url": PICTURE}}]
)
def test_a_picture_is_found_where_other_models_put_it(host: FalHost, output: Any) -> None:
    host.ending("done", output=output)
    assert done(host, submit(host)).results == (Link(PICTURE),)


@pytest.mark.parametrize(
    "images", [None, {}, "nothing", [{"url": "ftp://a/b"}], [{"url": 5}], [{"path": "x"}], [None]]
)
def test_a_result_of_unknown_shape_is_asked_again_and_not_given_up(
    host: FalHost, images: object
) -> None:
    host.ending("done", output={"images": images})
    with pytest.raises(Unreachable) as caught:
        check(host, submit(host))
    assert caught.value.reason is Reason.BAD_REPLY


def test_a_result_without_pictures_ended_without_one(host: FalHost) -> None:
    host.ending("done", output={"images": []})
    status = check(host, submit(host))
    assert isinstance(status, Ended)
    assert (status.refused, status.reason, status.charged) == (
        False, Reason.PROVIDER_FAILED, None,
    )  # fmt: skip


def test_a_withheld_picture_is_a_refusal_of_the_output(host: FalHost) -> None:
    host.ending("done", output={"images": [], "has_nsfw_concepts": [True]})
    status = check(host, submit(host))
    assert isinstance(status, Ended)
    assert (status.refused, status.reason) == (True, Reason.MODERATED_OUTPUT)


def test_what_the_checker_says_of_a_picture_is_kept(host: FalHost) -> None:
    flags = {"has_nsfw_concepts": [False, True, "maybe"]}
    host.ending("done", output=flags)
    result = done(host, submit(host, request_for(DEV), DEV))
    assert len(result.results) == 1
    assert result.quality == (("has_nsfw_concepts.1", "false"), ("has_nsfw_concepts.2", "true"))


@pytest.mark.parametrize(("told", "seed"), [(11, 11), (True, None), ("x", None), (None, None)])
def test_a_seed_of_the_providers_choice_is_kept(host: FalHost, told: object, seed: object) -> None:
    host.ending("done", output={"seed": told})
    assert done(host, submit(host, replace(FOX, seed=None))).seed == seed


def test_a_picture_can_come_inside_the_reply(host: FalHost) -> None:
    ticket = submit(host, inside(output_format="png", size=Size(2048, 2048)))
    assert sent(host)["sync_mode"] is True
    result = done(host, ticket)
    (picture,) = result.results
    assert isinstance(picture, Inline)
    with Image.open(BytesIO(picture.data)) as opened:
        assert (opened.size, opened.format) == ((2048, 2048), "PNG")
    assert len(result.reply) < 20_001
    assert host.asked("result") == []


def test_a_large_reply_is_read_only_where_it_was_asked_for(host: FalHost) -> None:
    noise = f"data:image/png;base64,{'A' * (3 * 2**20)}"
    host.ending("done", output={"images": [{"url": noise}]})
    ticket = submit(host, inside())
    assert isinstance(done(host, ticket).results[0], Inline)
    with pytest.raises(Unreachable):
        check(host, replace(ticket, notes=()))


def test_a_damaged_picture_inside_a_reply_is_unreachable(host: FalHost) -> None:
    host.ending("done", output={"images": [{"url": "data:image/png;base64,@@@"}]})
    with pytest.raises(Unreachable) as caught:
        check(host, submit(host, inside()))
    assert caught.value.reason is Reason.BAD_PICTURE


# Addresses


def test_returned_addresses_are_used_and_not_built(host: FalHost) -> None:
    host.opaque = True
    ticket = submit(host)
    assert all("/q/" in url for _, url in ticket.urls)
    assert done(host, ticket).charged == Decimal("0.03")
    assert cancel(host, ticket) is False
    later = [a for a in host.requests if a.route in ("check", "answer", "cancel")]
    assert {asked.path.split("/")[1] for asked in later} == {"q"}


def test_a_foreign_address_is_not_followed_and_the_request_not_lost(host: FalHost) -> None:
    host.address_base = host.foreign_url
    ticket = submit(host)
    assert all(url.startswith(host.base_url) for _, url in ticket.urls)
    assert done(host, ticket).charged == Decimal("0.03")
    assert host.foreign == []


def test_a_foreign_address_on_disk_gets_no_key(host: FalHost) -> None:
    ticket = replace(submit(host), urls=(("status", f"{host.foreign_url}/q/1/status"),))
    with pytest.raises(Unreachable):
        check(host, ticket)
    assert host.foreign == []


@pytest.mark.parametrize(
    "returned", [{}, {"status_url": 5, "response_url": None, "cancel_url": []}]
)
def test_an_acceptance_without_addresses_is_not_lost(host: FalHost, returned: Any) -> None:
    task = submit(host).task
    host.fault("submit", "other", json={"request_id": task, **returned})
    assert done(host, submit(host)).charged == Decimal("0.03")


# Cancels


def test_a_cancel_in_the_queue_stops_a_request_for_free(host: FalHost, now: list[float]) -> None:
    ticket = submit(host)
    assert cancel(host, ticket) is True
    (asked,) = host.asked("cancel")
    assert (asked.method, asked.body) == ("PUT", b"")
    status = check(host, ticket)
    assert isinstance(status, Ended)
    assert (status.cancelled, status.reason, status.refused) == (True, Reason.CANCELLED, False)
    assert host.ledger == []


def test_a_cancel_may_be_repeated(host: FalHost, now: list[float]) -> None:
    ticket = submit(host)
    assert [cancel(host, ticket), cancel(host, ticket)] == [True, True]
    host.fault("cancel", "500", times=3)
    assert cancel(host, ticket) is True


def test_a_request_that_completed_first_is_too_late_to_cancel(
    host: FalHost, now: list[float]
) -> None:
    ticket = submit(host)
    now[0] = 10.0
    assert cancel(host, ticket) is False
    assert done(host, ticket).charged == Decimal("0.03")


def test_a_request_that_completes_in_spite_of_a_cancel_gives_its_picture(
    host: FalHost, now: list[float]
) -> None:
    host.stubborn = True
    ticket = submit(host)
    now[0] = 5.0
    assert cancel(host, ticket) is True
    assert isinstance(check(host, ticket), Working)
    now[0] = 10.0
    assert len(done(host, ticket).results) == 1
    assert len(host.ledger) == 1


def test_a_request_that_is_stopped_while_it_runs(host: FalHost, now: list[float]) -> None:
    ticket = submit(host)
    now[0] = 5.0
    assert cancel(host, ticket) is True
    status = check(host, ticket)
    assert isinstance(status, Ended)
    assert (status.cancelled, status.charged) == (True, None)  # part of the work may be charged


@pytest.mark.parametrize(
    ("status", "body", "stopped"),
    [
        (200, {"status": "ALREADY_COMPLETED"}, False),
        (400, {"detail": "not possible any more"}, False),
        (400, ["odd"], False),
        (200, {"status": "OK"}, True),
        (202, {}, True),
    ],
)
def test_other_words_to_a_cancel(host: FalHost, status: int, body: object, stopped: bool) -> None:
    ticket = submit(host)
    host.fault("cancel", "other", status=status, json=body)
    assert cancel(host, ticket) is stopped


def test_a_cancel_of_a_request_nobody_knows(host: FalHost) -> None:
    ticket = submit(host)
    host.tasks.clear()
    with pytest.raises(TaskForgotten):
        cancel(host, ticket)


def test_a_cancel_with_a_wrong_key_is_a_bad_key(host: FalHost) -> None:
    ticket = submit(host)
    with pytest.raises(Refused) as caught:
        asking(host, lambda p, key: p.cancel(ticket, key), key="wrong-key-77")
    assert caught.value.reason is Reason.BAD_KEY
