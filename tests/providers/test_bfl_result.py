"""Tasks of Black Forest Labs against its twin: every status, the expiry, addresses and regions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, cast

import pytest
from PIL import Image

from flux_studio.core.errors import Reason, ResultGone, TaskForgotten, Unreachable
from flux_studio.core.job import Ticket
from flux_studio.core.secret import Secret
from flux_studio.core.size import Size
from flux_studio.providers.calls import Call
from flux_studio.providers.contract import Done, Ended, Status, Submission, Working
from flux_studio.providers.http import HttpSession
from flux_studio.providers.replies import Reply, reply_from
from tests.hosts.bfl import BflHost
from tests.hosts.fixtures import hosting
from tests.providers.bfl_asking import (
    PLAIN,
    PRO,
    START,
    asking,
    done,
    fetched,
    look,
    provider_at,
    submit,
)
from tests.providers.plain_host import with_session

GLOBAL = "https://api.bfl.ai"


@pytest.fixture
def host() -> Iterator[BflHost]:
    with hosting(BflHost) as twin:
        yield twin


@pytest.fixture
def now(host: BflHost) -> list[float]:
    """One hand for both clocks of the twin, in seconds; its wall clock is a day ahead of ours."""
    hand = [0.0]
    ahead = (START + timedelta(days=1)).timestamp()
    host.clock, host.wall = lambda: hand[0], lambda: ahead + hand[0]
    return hand


# How a task stands


def test_a_task_waits_works_and_is_done(host: BflHost, now: list[float]) -> None:
    host.duration = lambda: 10.0
    ticket = submit(host, replace(PLAIN, size=Size(1024, 768), output_format="png"))
    seen = []
    for at in (0.0, 2.5, 9.9):
        now[0] = at
        status = look(host, ticket)
        assert isinstance(status, Working)
        seen.append((status.words, status.running, status.fraction))
    assert seen == [("Pending", False, 0.0), ("Pending", True, 0.25), ("Pending", True, 0.99)]
    now[0] = 10.0
    result = done(host, ticket)
    with Image.open(BytesIO(fetched(result.results[0]))) as picture:
        assert (picture.size, picture.format) == ((1024, 768), "PNG")
    assert (result.charged, ticket.charged) == (None, Decimal("0.03"))  # told at submit
    assert result.quality == (("input_mp", "0.0"), ("output_mp", "0.75"))
    assert "sig=" not in result.reply
    assert len(host.ledger) == 1


@pytest.mark.parametrize("progress", [None, 1.5, -0.1, "half"])
def test_progress_without_sense_is_left_out(host: BflHost, progress: object) -> None:
    ticket = submit(host)
    told = {"id": ticket.task, "status": "Pending", "progress": progress}
    host.fault("check", "other", json=told)
    assert look(host, ticket) == Working(running=False, words="Pending")


@pytest.mark.parametrize("word", ["Reasoning", "QUEUED", "Done", "Succeeded"])
def test_an_unknown_status_is_work_and_never_success(
    host: BflHost, now: list[float], word: str
) -> None:
    host.duration, host.waiting_word, host.tells_progress = lambda: 10.0, word, False
    assert look(host, submit(host)) == Working(running=True, words=word)


def test_a_retry_after_on_a_poll_is_handed_on(host: BflHost) -> None:
    ticket = submit(host)
    told = {"id": ticket.task, "status": "Pending"}
    host.fault("check", "other", json=told, headers={"retry-after": "7"})
    assert look(host, ticket) == Working(running=False, words="Pending", ask_again=7.0)


@pytest.mark.parametrize(
    ("word", "reason", "words"),
    [
        ("Request Moderated", Reason.MODERATED_INPUT, "before any work"),
        ("Content Moderated", Reason.MODERATED_OUTPUT, "was made"),
    ],
)
def test_the_two_moderations_are_refusals_and_told_apart(
    host: BflHost, word: str, reason: Reason, words: str
) -> None:
    host.ending(word)
    status = look(host, submit(host))
    assert isinstance(status, Ended)
    assert (status.refused, status.reason, status.cancelled) == (True, reason, False)
    assert words in status.message
    assert status.charged is None  # no refund is documented: the cost told at submit stands


def test_the_reasons_of_a_moderation_are_told_as_plain_text(host: BflHost) -> None:
    why = {"Moderation Reasons": ["Derivative Works", "<b>Violence</b>\n"], "code": 3, "more": [1]}
    host.ending("Request Moderated", why=why)
    status = look(host, submit(host))
    assert isinstance(status, Ended)
    assert status.message.endswith(": Derivative Works, <b>Violence</b>")


def test_reasons_are_bounded(host: BflHost) -> None:
    host.ending("Content Moderated", why={"reasons": ["x" * 5000] * 50})
    status = look(host, submit(host))
    assert isinstance(status, Ended)
    assert len(status.message) < 300


def test_a_preview_inside_an_answer_does_not_stop_the_poll(host: BflHost) -> None:
    ticket = submit(host)
    told = {"id": ticket.task, "status": "Pending", "preview": {"image": "A" * 3 * 2**20}}
    host.fault("check", "other", json=told)
    assert look(host, ticket) == Working(running=False, words="Pending")


@pytest.mark.parametrize("word", ["Error", "Failed"])
def test_an_error_is_a_failure_and_no_refusal(host: BflHost, word: str) -> None:
    host.ending(word, why={"error": "out of memory"}, status=word)
    status = look(host, submit(host))
    assert status == Ended(False, Reason.PROVIDER_FAILED, "out of memory", None)
    host.ending("Error")
    bare = look(host, submit(host))
    assert isinstance(bare, Ended)
    assert bare.message == "The provider could not make this picture."


@pytest.mark.parametrize("status", [200, 404])
def test_a_task_that_is_not_known_is_forgotten(host: BflHost, status: int) -> None:
    ticket = submit(host)
    told = {"id": ticket.task, "status": "Task not found"}
    host.fault("check", "other", status=status, json=told)
    with pytest.raises(TaskForgotten):
        look(host, ticket)


@pytest.mark.parametrize(
    "result", [None, {}, "https://x.example/a.png", {"sample": None}, {"sample": ""}, []]
)
def test_a_ready_task_without_a_picture_is_asked_again(host: BflHost, result: object) -> None:
    ticket = submit(host)
    host.fault("check", "other", json={"id": "x", "status": "Ready", "result": result})
    with pytest.raises(Unreachable) as caught:
        look(host, ticket)
    assert caught.value.reason is Reason.BAD_REPLY


@pytest.mark.parametrize("seed", [None, "7", True])
def test_a_seed_without_sense_is_left_out(host: BflHost, seed: object) -> None:
    host.ending("done", result={"seed": seed})
    assert done(host, submit(host)).seed is None


def test_a_seed_of_the_providers_choice_is_kept(host: BflHost) -> None:
    assert done(host, submit(host, replace(PLAIN, seed=None))).seed == 4711


# Ten minutes


def minutes(ticket_or_done: Ticket | Done, at: datetime) -> float | None:
    expires = ticket_or_done.expires
    return None if expires is None else (expires - at).total_seconds() / 60


def test_the_time_left_is_counted_from_the_end_by_the_providers_own_clock(
    host: BflHost, now: list[float]
) -> None:
    host.duration = lambda: 60.0
    ticket = submit(host)
    assert minutes(ticket, START) == 10
    now[0] = 60.0
    assert minutes(done(host, ticket, START), START) == 10
    now[0] = 300.0
    later = START + timedelta(minutes=4)
    assert minutes(done(host, ticket, later), later) == 6
    now[0] = 9000.0
    assert minutes(done(host, ticket, later), later) == 0


def test_without_an_end_the_earliest_expiry_of_the_ticket_stands(host: BflHost) -> None:
    host.told = ("seed",)
    ticket = submit(host)
    assert done(host, ticket).expires is None
    assert minutes(ticket, START) == 10


@pytest.mark.parametrize("end", [None, "2026-11-20", True, 0, -5.0, 1e12, [1]])
def test_an_end_without_sense_is_no_end(host: BflHost, end: object) -> None:
    host.ending("done", result={"end_time": end})
    assert done(host, submit(host)).expires is None


def test_an_end_to_come_gives_ten_minutes_and_no_more(host: BflHost, now: list[float]) -> None:
    host.ending("done", result={"end_time": host.wall() + 5000})
    assert minutes(done(host, submit(host)), START) == 10


@pytest.mark.parametrize("date", [{}, {"date": "yesterday"}])
def test_without_the_providers_date_our_clock_counts(host: BflHost, date: dict[str, str]) -> None:
    ticket = submit(host)
    ended = (START - timedelta(minutes=3)).timestamp()
    result = {"sample": "https://x.example/a.png", "end_time": ended}
    told = {"id": "x", "status": "Ready", "result": result}
    host.fault("check", "other", json=told, headers=date)
    assert minutes(done(host, ticket), START) == 7


def test_a_picture_is_gone_after_ten_minutes(host: BflHost, now: list[float]) -> None:
    link = done(host, submit(host)).results[0]
    now[0] = 599.0
    assert fetched(link)
    now[0] = 601.0
    with pytest.raises(ResultGone):
        fetched(link)


# Addresses and regions


def test_the_returned_address_is_polled_as_it_came(host: BflHost) -> None:
    host.everywhere = False
    ticket = submit(host)
    assert isinstance(look(host, ticket), Done)
    assert [asked.target for asked in host.asked("check")] == [
        f"/us1/v1/get_result?id={ticket.task}"
    ]
    assert host.asked("check_global") == []


def test_a_foreign_address_is_never_asked(host: BflHost) -> None:
    host.polling = lambda task: f"{host.foreign_url}/us1/v1/get_result?id={task.id}"
    ticket = submit(host)
    assert ticket.urls == ()
    assert isinstance(look(host, ticket), Done)
    assert len(host.asked("check_global")) == 1
    assert host.foreign == []
    held = replace(ticket, urls=(("status", host.polling(host.tasks[ticket.task])),))
    with pytest.raises(Unreachable):  # even where an older ticket names it
        look(host, held)
    assert host.foreign == []


@pytest.mark.parametrize("address", [None, 5, "", "https://api.eu.bfl.ai/v1/get_result?id=1"])
def test_with_a_base_on_loopback_only_its_own_origin_counts(host: BflHost, address: object) -> None:
    host.ending("done", reply={"polling_url": address})
    assert submit(host).urls == ()


class Far:
    """The provider far away: answers in the order given, and remembers what was asked."""

    def __init__(self, *answers: tuple[int, dict[str, Any]]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def submit(self, call: Call) -> Reply:
        return self._reply(call, paid=True)

    async def read(self, call: Call) -> Reply:
        reply = self._reply(call, paid=False)
        if reply.status == 404:
            raise TaskForgotten(Reason.FORGOTTEN, "no")
        return reply

    def _reply(self, call: Call, *, paid: bool) -> Reply:
        self.asked.append(call.service.address(call.url))
        status, body = self.answers.pop(0)
        return reply_from(status, {}, json.dumps(body).encode(), paid=paid)


def far_submit(polling_url: str) -> tuple[Far, Ticket]:
    far = Far((200, {"id": "task-1", "polling_url": polling_url}))
    submission = Submission(PLAIN, PRO, (), "intent")
    ticket = with_session(
        lambda _s: provider_at(cast(HttpSession, far), GLOBAL).submit(submission, Secret("k"))
    )
    return far, ticket


def far_look(far: Far, ticket: Ticket, base: str = GLOBAL) -> Status:
    return with_session(
        lambda _s: provider_at(cast(HttpSession, far), base).check(ticket, Secret("k"))
    )


@pytest.mark.parametrize(
    "address",
    ["https://api.eu.bfl.ai/v1/get_result?id=task-1", "https://api.us.bfl.ai/v1/get_result?id=x&a=b",
     "https://api.us1.bfl.ai/v1/get_result?id=task-1", "https://api.bfl.ai/v1/get_result?id=task-1"],
)  # fmt: skip
def test_the_global_host_may_name_another_region(address: str) -> None:
    far, ticket = far_submit(address)
    assert ticket.urls == (("status", address),)
    far.answers.append((200, {"id": "task-1", "status": "Pending"}))
    assert far_look(far, ticket) == Working(running=False, words="Pending")
    assert far.asked == [f"{GLOBAL}/v1/flux-2-pro", address]


@pytest.mark.parametrize(
    "address",
    ["https://api.bfl.ai.evil.example/v1", "http://api.eu.bfl.ai/v1", "https://evilbfl.ai/v1",
     "https://bfl.ai/v1", "https://api.eu.bfl.ai:8443/v1", "https://me@api.eu.bfl.ai/v1",
     "https://127.0.0.1/v1", "//api.eu.bfl.ai/v1", "https://evil.example/api.bfl.ai", "file:///x",
     "https://api.bfl.ai\\@evil.example/"],
)  # fmt: skip
def test_an_address_that_would_lead_the_key_away_is_not_kept(address: str) -> None:
    far, ticket = far_submit(address)
    assert (ticket.task, ticket.urls) == ("task-1", ())
    far.answers.append((200, {"id": "task-1", "status": "Pending"}))
    far_look(far, ticket)
    assert far.asked[1:] == [f"{GLOBAL}/v1/get_result?id=task-1"]


NOWHERE = (200, {"id": "task-1", "status": "Task not found"})


def test_a_task_known_by_its_id_alone_is_looked_for_in_every_region() -> None:
    far = Far(NOWHERE, (404, {}), (200, {"id": "task-1", "status": "Pending"}))
    assert far_look(far, Ticket("a/b c", START)) == Working(running=False, words="Pending")
    assert far.asked == [
        f"{host}/v1/get_result?id=a%2Fb%20c"
        for host in (GLOBAL, "https://api.eu.bfl.ai", "https://api.us.bfl.ai")
    ]


def test_a_task_that_no_region_knows_is_forgotten() -> None:
    far = Far(NOWHERE, NOWHERE, NOWHERE)
    with pytest.raises(TaskForgotten):
        far_look(far, Ticket("task-1", START))
    assert far.answers == []


def test_a_base_of_ones_own_choice_is_the_only_place() -> None:
    far = Far(NOWHERE)
    with pytest.raises(TaskForgotten):
        far_look(far, Ticket("task-1", START), "https://proxy.example.test/bfl")
    assert far.asked == ["https://proxy.example.test/bfl/v1/get_result?id=task-1"]


def test_an_id_that_a_person_entered_leads_to_the_picture(host: BflHost) -> None:
    task = submit(host).task

    async def find(provider: Any, _key: Secret) -> Ticket:
        found: Ticket = provider.ticket_for(f" {task}\n", PRO, PLAIN)
        return found

    ticket = asking(host, find)
    assert (ticket.task, ticket.expires, ticket.charged) == (task, None, None)
    assert fetched(done(host, ticket).results[0])
