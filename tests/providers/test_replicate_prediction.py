"""Predictions of Replicate against their twin: waiting, results, endings, expiry, cancels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from flux_studio.core.errors import Reason, Refused, ResultGone, TaskForgotten, Unreachable
from flux_studio.core.job import Ticket
from flux_studio.core.size import Size
from flux_studio.providers.contract import Done, Ended, Inline, Link, Working
from tests.hosts.fixtures import hosting
from tests.hosts.replicate import ReplicateHost
from tests.providers.replicate_asking import (
    KLEIN,
    PRO,
    START,
    asking,
    cancel,
    check,
    done,
    fetched,
    order,
    submit,
)

PICTURE = "https://files.example.test/a.png"


@pytest.fixture
def host() -> Iterator[ReplicateHost]:
    with hosting(ReplicateHost) as twin:
        yield twin


@pytest.fixture
def now(host: ReplicateHost) -> list[float]:
    """A clock in seconds. A prediction takes 100, of which a submit waits for the first 5."""
    clock = [0.0]
    host.clock, host.duration = lambda: clock[0], lambda: 100.0
    return clock


def ended(host: ReplicateHost, ticket: Ticket) -> Ended:
    status = check(host, ticket)
    assert isinstance(status, Ended), status
    return status


# Waiting


def test_a_prediction_starts_works_and_is_done(host: ReplicateHost, now: list[float]) -> None:
    ticket = submit(host)
    seen = []
    for now[0] in (0.0, 14.0, 15.0, 94.0):
        status = check(host, ticket)
        assert isinstance(status, Working)
        seen.append((status.words, status.running, status.fraction))
    assert seen == [
        ("starting", False, None), ("starting", False, None),
        ("processing", True, 0.2), ("processing", True, 0.99),
    ]  # fmt: skip
    now[0] = 95.0
    result = done(host, ticket)
    assert (result.charged, result.seed, result.quality) == (None, 7, ())
    assert fetched(result.results[0]).size == (1024, 1024)
    assert len(host.ledger) == 1


def test_what_was_finished_while_the_submit_waited_is_not_asked_for(
    host: ReplicateHost, now: list[float]
) -> None:
    host.duration = lambda: 5.0
    ticket = submit(host)
    result = done(host, ticket)
    assert fetched(result.results[0]).size == (1024, 1024)
    assert (result.seed, host.asked("check")) == (7, [])
    assert cancel(host, ticket) is False
    assert host.asked("cancel") == []
    assert len(host.ledger) == 1


def test_a_finished_output_with_the_word_processing_is_finished(
    host: ReplicateHost, now: list[float]
) -> None:
    host.duration, host.hasty = (lambda: 1.0), True
    result = done(host, submit(host, order(KLEIN), KLEIN))
    assert fetched(result.results[0]).size == (1024, 1024)
    assert (result.expires, host.asked("check")) == (None, [])


def test_a_failure_while_the_submit_waited_is_an_ending(host: ReplicateHost) -> None:
    host.ending("failed", error="it tripped")
    assert ended(host, submit(host)).message == "it tripped"
    assert host.asked("check") == []


def test_a_finished_answer_that_cannot_be_read_is_asked_for(host: ReplicateHost) -> None:
    address = {"output": "ftp://files.example.test/a.png"}
    host.ending("done", prediction=address)
    ticket = submit(host)
    host.tasks[ticket.task].details["prediction"] = {}
    assert len(done(host, ticket).results) == 1
    assert len(host.asked("check")) == 1


def test_logs_are_cleaned_and_cut_and_tell_the_share(host: ReplicateHost, now: list[float]) -> None:
    lines = ["Using seed: 7", *(f"step {n}" for n in range(30)), "  7%|▋ | 2/28\r 32%|███▏| 9/28"]
    host.ending("done", logs="\n".join([*lines, "\x1b[31m<b>half</b>"]))
    ticket = submit(host)
    now[0] = 50.0
    status = check(host, ticket)
    assert isinstance(status, Working)
    assert len(status.logs) == 20
    assert status.logs[-3:] == ("7%|▋ | 2/28", "32%|███▏| 9/28", "[31m<b>half</b>")
    assert status.fraction == 0.32


@pytest.mark.parametrize("logs", [None, 7, ["a"], "", "999%|", "no bar here"])
def test_logs_without_sense_are_left_out(
    host: ReplicateHost, now: list[float], logs: object
) -> None:
    host.ending("done", prediction={"status": "processing", "logs": logs})
    status = check(host, submit(host))
    assert isinstance(status, Working)
    assert status.fraction is None


@pytest.mark.parametrize("word", ["queued", "paused", "SUCCEEDING", "finalizing"])
def test_an_unknown_status_is_work_and_never_success(
    host: ReplicateHost, now: list[float], word: str
) -> None:
    host.ending("done", prediction={"status": word, "output": PICTURE})
    status = check(host, submit(host))
    assert isinstance(status, Working)
    assert (status.running, status.words) == (True, word.lower())


@pytest.mark.parametrize("status", [None, 7, "", ["succeeded"]])
def test_a_status_without_sense_is_still_waiting(
    host: ReplicateHost, now: list[float], status: object
) -> None:
    host.ending("done", prediction={"status": status})
    assert check(host, submit(host)) == Working(running=False)


def test_a_retry_after_on_a_poll_is_handed_on(host: ReplicateHost, now: list[float]) -> None:
    ticket = submit(host)
    host.fault("check", "other", json={"status": "starting"}, headers={"retry-after": "7"})
    status = check(host, ticket)
    assert isinstance(status, Working)
    assert status.ask_again == 7.0


# Results


@pytest.mark.parametrize(
    ("output", "links"),
    [(PICTURE, [PICTURE]), ([PICTURE], [PICTURE]), ([f"{PICTURE}?1", f"{PICTURE}?2"] * 2,
     [f"{PICTURE}?1", f"{PICTURE}?2"]), ({"url": PICTURE}, [PICTURE]),
     ([{"url": PICTURE}], [PICTURE])],
)  # fmt: skip
def test_pictures_are_found_alone_and_in_lists_once_each(
    host: ReplicateHost, output: object, links: list[str]
) -> None:
    host.ending("done", prediction={"output": output})
    assert done(host, submit(host)).results == tuple(Link(link) for link in links)


@pytest.mark.parametrize("output", [None, {}, "nothing", ["ftp://a/b"], 5, [5], [None], True])
def test_a_result_of_unknown_shape_is_asked_again_and_not_given_up(
    host: ReplicateHost, output: object
) -> None:
    host.ending("done", prediction={"output": output})
    with pytest.raises(Unreachable) as caught:
        check(host, submit(host))
    assert caught.value.reason is Reason.BAD_REPLY


def test_a_result_without_pictures_ended_without_one(host: ReplicateHost) -> None:
    host.ending("done", prediction={"output": []})
    status = ended(host, submit(host, order(KLEIN), KLEIN))
    assert (status.refused, status.reason, status.charged) == (
        False, Reason.PROVIDER_FAILED, None,
    )  # fmt: skip


@pytest.mark.parametrize(("told", "seed"), [(11, 11), (True, None), ("x", None), (None, None)])
def test_the_seed_is_the_one_the_input_names(
    host: ReplicateHost, told: object, seed: object
) -> None:
    host.ending("done", prediction={"input": {"seed": told}})
    assert done(host, submit(host)).seed == seed


def test_a_picture_can_come_inside_the_reply(host: ReplicateHost, now: list[float]) -> None:
    host.inline = True
    for host.duration in (lambda: 1.0), (lambda: 100.0):
        ticket = submit(host, order(size=Size(2048, 2048)))
        now[0] += 100.0
        result = done(host, ticket)
        (picture,) = result.results
        assert isinstance(picture, Inline)
        with Image.open(BytesIO(picture.data)) as opened:
            assert (opened.size, opened.format) == ((2048, 2048), "PNG")
        assert len(result.reply) < 20_001
    assert len(host.asked("check")) == 1
    assert host.asked("result") == []


@pytest.mark.parametrize(("seconds", "polls"), [(1.0, 0), (100.0, 1)])
def test_a_large_picture_inside_a_reply_is_read(
    host: ReplicateHost, now: list[float], seconds: float, polls: int
) -> None:
    host.duration = lambda: seconds
    host.ending("done", prediction={"output": f"data:image/png;base64,{'A' * (3 * 2**20)}"})
    ticket = submit(host)
    now[0] = 95.0
    (picture,) = done(host, ticket).results
    assert isinstance(picture, Inline)
    assert len(picture.data) == 3 * 2**20 // 4 * 3
    assert len(host.asked("check")) == polls


def test_a_damaged_picture_inside_a_reply_is_unreachable(host: ReplicateHost) -> None:
    host.ending("done", prediction={"output": "data:image/png;base64,@@@"})
    with pytest.raises(Unreachable) as caught:
        check(host, submit(host))
    assert caught.value.reason is Reason.BAD_PICTURE


def test_what_is_kept_of_a_reply_has_no_signature_and_no_key(host: ReplicateHost) -> None:
    host.ending("done", prediction={"output": f"{PICTURE}?signature=secret", "logs": host.key})
    result = done(host, submit(host))
    assert "signature=" not in result.reply
    assert host.key not in result.reply


# Expiry


def test_a_result_expires_an_hour_after_it_was_completed(
    host: ReplicateHost, now: list[float]
) -> None:
    ticket = submit(host)
    now[0] = 600.0
    status = check(host, ticket, START + timedelta(seconds=600))
    assert isinstance(status, Done)
    assert status.expires == START + timedelta(seconds=95) + timedelta(hours=1)


@pytest.mark.parametrize(
    ("date", "minutes"),
    [("Fri, 20 Nov 2026 12:11:35 GMT", 50), ("Fri, 20 Nov 2026 15:00:00 GMT", 0),
     ("Fri, 20 Nov 2026 11:00:00 GMT", 60)],
)  # fmt: skip
def test_a_wrong_clock_here_does_not_move_the_expiry(
    host: ReplicateHost, now: list[float], date: str, minutes: int
) -> None:
    ticket = submit(host)
    now[0] = 600.0
    body = {"id": "x", "status": "succeeded", "output": PICTURE}
    body["completed_at"] = "2026-11-20T12:01:35.123456789Z"
    host.fault("check", "other", json=body, headers={"date": date})
    late = START + timedelta(days=400)
    status = check(host, ticket, late)
    assert isinstance(status, Done)
    assert status.expires is not None
    left = status.expires - late
    assert abs(left - timedelta(minutes=minutes)) < timedelta(seconds=1)


@pytest.mark.parametrize("told", [None, 5, "yesterday", "", ["x"]])
def test_an_expiry_that_is_not_told_is_not_made_up(host: ReplicateHost, told: object) -> None:
    host.ending("done", prediction={"completed_at": told})
    assert done(host, submit(host)).expires is None


def test_a_picture_that_was_deleted_is_forgotten(host: ReplicateHost, now: list[float]) -> None:
    ticket = submit(host)
    now[0] = 95.0
    link = done(host, ticket).results[0]
    now[0] = 95.0 + 3600.0
    with pytest.raises(ResultGone):
        fetched(link)
    with pytest.raises(TaskForgotten, match="deleted") as caught:
        check(host, ticket)
    assert caught.value.reason is Reason.RESULT_GONE


def test_a_prediction_that_nobody_knows_is_forgotten(host: ReplicateHost, now: list[float]) -> None:
    ticket = submit(host)
    host.tasks.clear()
    with pytest.raises(TaskForgotten):
        check(host, ticket)


# Endings


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("The input or output was flagged as sensitive. Please try again with different inputs. "
         "(E005)", Reason.MODERATED_INPUT),
        ("Something new about this. (E005)", Reason.MODERATED_INPUT),
        ("Request Moderated", Reason.MODERATED_INPUT),
        ("Error generating image: Content Moderated", Reason.MODERATED_OUTPUT),
        ("NSFW content detected. Try running it again, or try a different prompt.",
         Reason.MODERATED_OUTPUT),
    ],
)  # fmt: skip
def test_moderation_is_a_refusal_and_input_told_from_output(
    host: ReplicateHost, error: str, reason: Reason
) -> None:
    host.ending("failed", error=error)
    status = ended(host, submit(host))
    assert (status.refused, status.reason, status.message) == (True, reason, error)
    assert (status.cancelled, status.charged) == (False, None)
    assert host.ledger == []


@pytest.mark.parametrize(
    ("error", "words"),
    [("CUDA out of memory (E1001)", "CUDA out of memory (E1001)"), ("a <b>x</b>\x1b[31m\ny",
     "a <b>x</b> [31m y"), ("'sample'", "'sample'"), (None, "could not make this picture"),
     ({"message": "tripped"}, "tripped"), (5, "could not make this picture")],
)  # fmt: skip
def test_a_failure_is_no_refusal_and_its_words_are_plain(
    host: ReplicateHost, error: object, words: str
) -> None:
    host.ending("failed", error=error)
    status = ended(host, submit(host))
    assert (status.refused, status.reason, status.charged) == (
        False, Reason.PROVIDER_FAILED, None,
    )  # fmt: skip
    assert words in status.message


def test_an_aborted_prediction_never_started_and_is_free(host: ReplicateHost) -> None:
    host.ending("aborted")
    status = ended(host, submit(host))
    assert (status.cancelled, status.reason, status.charged) == (
        True, Reason.CANCELLED, Decimal(0),
    )  # fmt: skip
    assert status.message == "It was stopped before it started."


# Addresses


def test_a_foreign_address_is_not_followed_and_the_prediction_not_lost(
    host: ReplicateHost, now: list[float]
) -> None:
    host.address_base = host.foreign_url
    ticket = submit(host)
    assert all(url.startswith(host.base_url) for _, url in ticket.urls)
    now[0] = 95.0
    assert len(done(host, ticket).results) == 1
    assert host.foreign == []


def test_a_foreign_address_on_disk_gets_no_key(host: ReplicateHost, now: list[float]) -> None:
    place = f"{host.foreign_url}/v1/predictions/1"
    ticket = replace(submit(host), urls=(("status", place), ("cancel", f"{place}/cancel")))
    with pytest.raises(Unreachable):
        check(host, ticket)
    with pytest.raises(Unreachable):
        cancel(host, ticket)
    assert host.foreign == []


@pytest.mark.parametrize("urls", [None, {}, [], {"get": 5, "cancel": None}, {"get": "file:///x"}])
def test_an_acceptance_without_addresses_is_not_lost(
    host: ReplicateHost, now: list[float], urls: Any
) -> None:
    task = submit(host).task
    host.fault("submit", "other", status=201, json={"id": task, "status": "starting", "urls": urls})
    ticket = submit(host)
    now[0] = 95.0
    assert len(done(host, ticket).results) == 1
    assert cancel(host, ticket) is False


# Cancels


def test_a_cancel_before_it_runs_is_free(host: ReplicateHost, now: list[float]) -> None:
    ticket = submit(host)
    assert cancel(host, ticket) is True
    (asked,) = host.asked("cancel")
    assert (asked.method, asked.body) == ("POST", b"")
    status = ended(host, ticket)
    assert (status.cancelled, status.reason, status.refused) == (True, Reason.CANCELLED, False)
    assert status.charged == Decimal(0)
    assert host.ledger == []


def test_a_prediction_that_is_stopped_while_it_runs(host: ReplicateHost, now: list[float]) -> None:
    ticket = submit(host)
    now[0] = 50.0
    assert cancel(host, ticket) is True
    status = ended(host, ticket)
    assert (status.cancelled, status.charged) == (True, None)  # nobody says what part of it costs


def test_a_cancel_may_be_repeated(host: ReplicateHost, now: list[float]) -> None:
    ticket = submit(host)
    assert [cancel(host, ticket), cancel(host, ticket)] == [True, True]
    host.fault("cancel", "500", times=3)
    assert cancel(host, ticket) is True


def test_a_prediction_that_ended_first_is_too_late_to_cancel(
    host: ReplicateHost, now: list[float]
) -> None:
    ticket = submit(host)
    now[0] = 95.0
    assert cancel(host, ticket) is False
    assert len(done(host, ticket).results) == 1
    assert len(host.ledger) == 1


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_cancel_that_is_turned_down_is_too_late(
    host: ReplicateHost, now: list[float], status: int
) -> None:
    ticket = submit(host)
    host.fault("cancel", str(status), message="It has already finished.")
    assert cancel(host, ticket) is False


def test_a_prediction_that_ends_well_in_spite_of_a_cancel_gives_its_picture(
    host: ReplicateHost, now: list[float]
) -> None:
    host.stubborn = True
    ticket = submit(host)
    now[0] = 50.0
    assert cancel(host, ticket) is True
    assert isinstance(check(host, ticket), Working)
    now[0] = 95.0
    assert len(done(host, ticket).results) == 1
    assert len(host.ledger) == 1


def test_a_cancel_of_a_prediction_nobody_knows(host: ReplicateHost, now: list[float]) -> None:
    ticket = submit(host)
    host.tasks.clear()
    with pytest.raises(TaskForgotten):
        cancel(host, ticket)


def test_a_cancel_with_a_wrong_key_is_a_bad_key(host: ReplicateHost, now: list[float]) -> None:
    ticket = submit(host, order(PRO))
    with pytest.raises(Refused) as caught:
        asking(host, lambda p, key: p.cancel(ticket, key), key="wrong-key-77")
    assert caught.value.reason is Reason.BAD_KEY
