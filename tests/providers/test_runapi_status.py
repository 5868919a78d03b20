"""RunAPI against its twin: how tasks stand and end, the account, quotes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from flux_studio.core.errors import (
    Reason,
    Refused,
    ResultGone,
    TaskForgotten,
    Unreachable,
)
from flux_studio.core.job import Ticket
from flux_studio.core.request import Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import Size
from flux_studio.providers.contract import (
    Done,
    Ended,
    Link,
    Working,
)
from flux_studio.providers.runapi import RunApiProvider
from tests.hosts.fixtures import hosting
from tests.hosts.pictures import picture
from tests.hosts.runapi import RunApiHost
from tests.hosts.server import KEY
from tests.providers.plain_host import with_session
from tests.providers.runapi_talk import (
    FLEX,
    MAX,
    NOW,
    PRO,
    check,
    request_for,
    send,
    submit,
    talk,
)


@pytest.fixture
def host():
    with hosting(RunApiHost) as twin:
        yield twin


# How a task stands


def test_from_waiting_to_the_picture(host):
    clock = [0.0]
    host.clock = lambda: clock[0]
    host.duration = lambda: 10.0
    ticket = submit(host, request_for(PRO, Size(2048, 2048)), PRO)
    assert ticket.submitted == NOW
    assert ticket.expires == NOW + timedelta(days=7)
    assert check(host, ticket) == Working(running=False, words="pending")
    clock[0] = 5.0
    assert check(host, ticket) == Working(running=True, words="processing")
    clock[0] = 10.0
    done = check(host, ticket)
    assert isinstance(done, Done)
    assert done.charged == Decimal("0.07")
    assert len(done.results) == 1
    assert ticket.task in done.reply
    assert "signature" not in done.reply


def test_the_picture_is_fetched_without_a_key(host):
    done = check(host, submit(host, request_for(PRO), PRO))
    data = with_session(lambda s: s.download(done.results[0].url, base_is_loopback=True))
    assert data == picture(1024, 1024, "png", host.ledger[0].task)
    assert host.asked("result")[0].origin == "files"


def test_an_expired_address_is_gone_and_a_new_one_is_given(host):
    host.link_seconds = -1
    ticket = submit(host, request_for(PRO), PRO)
    done = check(host, ticket)
    with pytest.raises(ResultGone):
        with_session(lambda s: s.download(done.results[0].url, base_is_loopback=True))
    host.link_seconds = 60
    fresh = check(host, ticket)
    assert with_session(lambda s: s.download(fresh.results[0].url, base_is_loopback=True))


def test_several_pictures_are_all_there(host):
    host.ending("done", images=3)
    done = check(host, submit(host, request_for(PRO), PRO))
    assert len({link.url for link in done.results if isinstance(link, Link)}) == 3


def test_an_unknown_word_is_no_ending(host):
    host.duration, host.waiting_word = (lambda: 1e6), "meditating"
    host.clock = iter(range(0, 10**9, 400_000)).__next__
    ticket = submit(host, request_for(PRO), PRO)
    assert check(host, ticket) == Working(running=True, words="meditating")


def test_a_failed_task_is_free_and_says_why(host):
    host.ending("failed", message="The <i>model</i> tripped.")
    ended = check(host, submit(host, request_for(PRO), PRO))
    assert ended == Ended(
        refused=False,
        reason=Reason.PROVIDER_FAILED,
        message="The <i>model</i> tripped.",
        charged=Decimal(0),
    )
    assert host.ledger == []


@pytest.mark.parametrize(
    ("error", "refused", "reason"),
    [("content moderated", False, Reason.PROVIDER_FAILED),
     ({"code": "moderation_blocked", "message": "no"}, True, Reason.MODERATED_OUTPUT),
     ({"code": "server", "message": "no"}, False, Reason.PROVIDER_FAILED)],
)  # fmt: skip
def test_only_a_code_tells_moderation(host, error, refused, reason):
    ticket = submit(host, request_for(PRO), PRO)
    host.fault("check", "other", json={"id": "1", "status": "FAILED", "error": error})
    ended = check(host, ticket)
    assert isinstance(ended, Ended)
    assert (ended.refused, ended.reason) == (refused, reason)
    assert ended.charged == 0


def test_a_failed_generic_task_gives_its_stored_words(host):
    host.bare_accept = "location"
    host.ending("failed", message="inner words")
    ended = check(host, submit(host, request_for(PRO), PRO))
    assert isinstance(ended, Ended)
    assert ended.message == "inner words"


@pytest.mark.parametrize("cost", ["NaN", -1, 1e12, "lots", True, None, {}])
def test_a_cost_without_sense_is_unknown_not_zero(host, cost):
    ticket = submit(host, request_for(PRO), PRO)
    body = {
        "status": "completed",
        "images": [{"url": "https://x.example/1"}],
        "usage": {"cost": cost},
    }
    host.fault("check", "other", json=body)
    done = check(host, ticket)
    assert isinstance(done, Done)
    assert done.charged is None


@pytest.mark.parametrize(
    "body", [{"status": "completed"}, {"status": "completed", "images": []}, {"status": 5}, [1],
             {"status": "completed", "images": [{"url": 5}]},
             {"status": "completed", "response": {"body": {"images": 7}}}],
)  # fmt: skip
def test_an_answer_without_sense_is_asked_again(host, body):
    ticket = submit(host, request_for(PRO), PRO)
    host.fault("check", "other", json=body)
    with pytest.raises(Unreachable) as caught:
        check(host, ticket)
    assert caught.value.reason is Reason.BAD_REPLY


def test_a_wait_in_a_poll_is_handed_on(host):
    host.duration = lambda: 1e6
    ticket = submit(host, request_for(PRO), PRO)
    host.fault("check", "other", json={"status": "processing"}, headers={"retry-after": "4"})
    assert check(host, ticket) == Working(running=True, words="processing", ask_again=4.0)


def test_a_task_that_is_not_known_is_forgotten(host):
    with pytest.raises(TaskForgotten):
        check(host, Ticket("nowhere", NOW))


def test_a_task_is_found_by_its_id_alone(host):
    for edit in (False, True):
        request = request_for(PRO, edit=edit)
        task = submit(host, request, PRO, intent=f"job-{edit}").task
        found = talk(host, lambda p, r=request, t=task: _found(p, r, f"  {t}\n"))
        assert isinstance(found, Done)
        assert found.charged == Decimal("0.05")


async def _found(provider: RunApiProvider, request: Request, task: str):
    return await provider.check(provider.ticket_for(task, PRO, request), Secret(KEY))


def test_an_entered_id_cannot_leave_its_route(host):
    ticket = talk(host, lambda p: _ticket(p, "../../me?x=1#y"))
    assert ticket.url("status") == "/api/v1/flux_2/text_to_image/..%2F..%2Fme%3Fx%3D1%23y"


async def _ticket(provider: RunApiProvider, task: str) -> Ticket:
    return provider.ticket_for(task, PRO, request_for(PRO))


# Account and prices


def test_balance_and_key(host):
    host.balance = Decimal("4.20")
    assert talk(host, lambda p: p.balance(Secret(KEY))) == Decimal("4.20")
    assert talk(host, lambda p: p.check_key(Secret(KEY))) == "balance $4.20"
    with pytest.raises(Refused) as caught:
        talk(host, lambda p: p.check_key(Secret("wrong-key-123")))
    assert caught.value.reason is Reason.BAD_KEY
    assert "wrong-key-123" not in str(caught.value)


@pytest.mark.parametrize("balance", [{"balance_cents": "1"}, {"balance_cents": None}, {}])
def test_a_balance_without_sense_is_not_shown(host, balance):
    host.fault("balance", "other", json=balance)
    with pytest.raises(Unreachable):
        talk(host, lambda p: p.balance(Secret(KEY)))


@pytest.mark.parametrize(
    ("card", "edit", "usd"),
    [(PRO, False, "0.05"), (FLEX, True, "0.14"), (MAX, False, "0.12"), (MAX, True, "0.12")],
)
def test_a_quote_prices_what_the_card_cannot_and_makes_no_task(host, card, edit, usd):
    price = talk(host, lambda p: p.quote(request_for(card, edit=edit), card, Secret(KEY)))
    assert price == Decimal(usd)
    assert host.tasks == {}


def test_a_quote_asks_by_the_older_names_too(host):
    host.fault("quote", "422")
    host.names = "older"
    request = request_for(FLEX, edit=True)
    assert talk(host, lambda p: p.quote(request, FLEX, Secret(KEY))) == Decimal("0.14")


def test_no_quote_is_none(host):
    host.fault("quote", "404")
    assert talk(host, lambda p: p.quote(request_for(MAX), MAX, None)) is None
    quote = {"price_quote": {"currency": "EUR", "reservation_amount_cents": 5}}
    host.fault("quote", "other", json=quote)
    assert talk(host, lambda p: p.quote(request_for(MAX), MAX, None)) is None


def test_eight_jobs_at_once_are_eight_tasks_with_one_charge_each(host):
    async def all_of_them(provider: RunApiProvider):
        jobs = [send(provider, request_for(PRO), PRO, f"job-{n}") for n in range(8)]
        return await asyncio.gather(*jobs)

    tickets = talk(host, all_of_them)
    assert len({ticket.task for ticket in tickets}) == 8
    assert sorted(charge.intent for charge in host.ledger) == [f"job-{n}" for n in range(8)]
