"""RunAPI against its twin: cards, every field on the wire, both generations of names, money."""

from __future__ import annotations

import base64
import hashlib
from decimal import Decimal

import pytest

from flux_studio.core.errors import (
    NotNow,
    NotSent,
    OutcomeUnknown,
    Reason,
    Refused,
    Unreachable,
)
from flux_studio.core.job import Ticket
from flux_studio.core.retry import AskThePerson, SendAgain, after_submit
from flux_studio.core.size import Size
from flux_studio.providers.contract import (
    ChecksKey,
    Done,
    FindsTasks,
    HasBalance,
    Provider,
    Quotes,
)
from flux_studio.providers.http import HttpSession
from flux_studio.providers.runapi import RunApiProvider
from tests.hosts.fixtures import hosting
from tests.hosts.runapi import RunApiHost
from tests.hosts.runapi_prices import pixels
from tests.hosts.server import KEY
from tests.providers.runapi_talk import (
    CARDS,
    FLEX,
    MAX,
    PICTURE,
    PRO,
    SHA,
    Noted,
    check,
    options_of,
    request_for,
    send,
    submit,
    talk,
)


@pytest.fixture
def host():
    with hosting(RunApiHost) as twin:
        yield twin


def test_it_answers_what_the_contract_asks():
    provider = RunApiProvider(HttpSession({}), "https://runapi.ai", Noted())
    checked: Provider = provider
    assert isinstance(checked, ChecksKey)
    assert isinstance(checked, HasBalance)
    assert isinstance(checked, Quotes)
    assert isinstance(checked, FindsTasks)
    assert (checked.id, checked.idempotent) == ("runapi", True)


# The cards


def test_the_cards_have_the_published_limits_and_prices():
    assert [card.model for card in CARDS] == ["flux-2-pro", "flux-2-flex", "flux-2-max"]
    assert [card.references for card in CARDS] == [8, 8, 1]
    assert [card.checker for card in CARDS] == [True, True, False]
    for card in CARDS:
        assert (card.prompt_least, card.prompt_most) == (3, 5000)
        assert not card.seed
        assert card.safety is None
        assert card.formats == ()


@pytest.mark.parametrize(
    ("card", "size", "usd"),
    [(PRO, "1024", "0.05"), (PRO, "2048", "0.07"), (FLEX, "1024", "0.14"), (FLEX, "2048", "0.24"),
     (MAX, "1024", None)],
)  # fmt: skip
def test_a_call_has_one_price_by_resolution_and_references_are_free(card, size, usd):
    square = Size(int(size), int(size))
    price = Decimal(usd) if usd else None
    assert card.estimate(square).each == price
    assert card.estimate(square, [Size(2000, 2000)]).each == price


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.model)
def test_sizes_stand_for_ratio_and_resolution_on_a_grid_of_16(card):
    tiers = ("1k",) if card is MAX else ("1k", "2k")
    assert {option.tier for option in options_of(card)} == set(tiers)
    assert len(options_of(card)) == 7 * len(tiers)
    for option in options_of(card):
        assert (option.size.width, option.size.height) == pixels(option.ratio, option.tier)


# On the wire


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.model)
@pytest.mark.parametrize("edit", [False, True], ids=["text", "edit"])
def test_every_field_on_the_wire(host, card, edit):
    request = request_for(card, edit=edit, checker=False if card.checker else None)
    submit(host, request, card, intent="job-7")
    (asked,) = host.asked("submit")
    action = "remix_image" if edit else "text_to_image"
    expected: dict[str, object] = {
        "model": f"{card.model}-{action.replace('_', '-')}",
        "prompt": "a fox",
        "aspect_ratio": "1:1",
        "output_resolution": "1k",
    }
    if card.checker:
        expected["enable_safety_checker"] = False
    else:
        expected["output_count"] = 1
    if edit:
        expected["source_image_urls"] = [f"{host.files_url}/files/signed-0001/{SHA[:16]}.png"]
    assert asked.path == f"/api/v1/flux_2/{action}"
    assert asked.json == expected
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["idempotency-key"] == "job-7"
    assert asked.headers["x-client-request-id"] == "job-7"
    assert len(host.charges_for("job-7")) == len(host.ledger) == 1


@pytest.mark.parametrize("option", options_of(PRO), ids=lambda o: f"{o.ratio}-{o.tier}")
def test_every_size_goes_as_ratio_and_resolution(host, option):
    submit(host, request_for(PRO, option.size), PRO)
    sent = host.asked("submit")[0].json
    assert (sent["aspect_ratio"], sent["output_resolution"]) == (option.ratio, option.tier)


def test_the_checker_is_left_to_the_provider_unless_it_was_set(host):
    submit(host, request_for(PRO), PRO)
    assert "enable_safety_checker" not in host.asked("submit")[0].json


def test_the_prompt_goes_letter_by_letter(host):
    prompt = 'Füchse 🦊 & "quotes" \\ <b>x</b>\n\tlast line  '
    submit(host, request_for(PRO, prompt=prompt), PRO)
    assert host.asked("submit")[0].json["prompt"] == prompt


def test_a_reference_is_prepared_put_without_a_key_and_confirmed(host):
    submit(host, request_for(PRO, edit=True), PRO)
    (prepare,) = host.asked("prepare")
    checksum = base64.b64encode(hashlib.md5(PICTURE).digest()).decode()
    assert prepare.json == {
        "filename": f"{SHA[:16]}.png",
        "byte_size": len(PICTURE),
        "checksum": checksum,
    }
    (put,) = host.asked("put")
    assert put.body == PICTURE
    assert put.headers["content-md5"] == checksum
    assert "authorization" not in put.headers
    assert len(host.asked("confirm")) == 1
    assert host.ledger[0].usd == Decimal("0.05")


@pytest.mark.parametrize("url", ["https://10.0.0.1/x", "file:///etc/passwd", "http://1.1.1.1/x"])
def test_an_upload_address_that_is_not_public_https_is_refused(host, url):
    answer = {"signed_id": "s", "upload_url": url, "headers": {}}
    host.fault("prepare", "other", json=answer)
    with pytest.raises(Unreachable) as caught:
        submit(host, request_for(PRO, edit=True), PRO)
    assert caught.value.reason is Reason.BAD_REPLY
    assert host.asked("submit") == []


# Names of two generations


@pytest.mark.parametrize("unknown_is", ["route", "model"])
def test_the_older_names_are_sent_when_the_newer_are_unknown_and_remembered(host, unknown_is):
    host.names, host.unknown_is = "older", unknown_is
    notes = Noted()
    submit(host, request_for(PRO, edit=True), PRO, notes, "job-1")
    submit(host, request_for(PRO, edit=True), PRO, notes, "job-2")
    asked = host.asked("submit")
    assert [a.path.rpartition("/")[2] for a in asked] == [
        "remix_image", "image_to_image", "image_to_image",
    ]  # fmt: skip
    assert asked[1].json["model"] == "flux-2-pro-image-to-image"
    assert len(host.charges_for("job-1")) == len(host.charges_for("job-2")) == 1
    assert len(host.ledger) == 2


def test_remembered_names_are_no_dead_end(host):
    notes = Noted()
    host.names = "older"
    submit(host, request_for(PRO, edit=True), PRO, notes)
    host.names = "newer"
    submit(host, request_for(PRO, edit=True), PRO, notes, "job-2")
    assert host.asked("submit")[-1].path.endswith("remix_image")
    assert len(host.ledger) == 2


def test_a_text_request_that_is_unknown_is_refused_once(host):
    host.fault("submit", "404", message="no such model")
    with pytest.raises(Refused, match="no such model") as caught:
        submit(host, request_for(PRO), PRO)
    assert caught.value.reason is Reason.NOT_FOUND
    assert len(host.asked("submit")) == 1


def test_an_edit_unknown_in_both_forms_is_refused_with_the_first_answer(host):
    host.fault("submit", "404", message="first")
    host.fault("submit", "404", message="second", html=True)
    with pytest.raises(Refused, match="first"):
        submit(host, request_for(PRO, edit=True), PRO)
    assert host.ledger == []


@pytest.mark.parametrize("status", [400, 401, 402, 413, 422])
def test_any_other_no_does_not_try_the_other_names(host, status):
    host.fault("submit", str(status))
    with pytest.raises(Refused):
        submit(host, request_for(PRO, edit=True), PRO)
    assert len(host.asked("submit")) == 1


def test_an_id_from_the_provider_cannot_leave_its_route(host):
    host.fault("submit", "other", json={"id": "../../me?x=1"})
    ticket = submit(host, request_for(PRO), PRO)
    assert ticket.url("status") == "/api/v1/flux_2/text_to_image/..%2F..%2Fme%3Fx%3D1"


def test_an_unclear_answer_does_not_try_the_other_names(host):
    host.fault("submit", "502", html=True, accepted=True)
    with pytest.raises(OutcomeUnknown):
        submit(host, request_for(PRO, edit=True), PRO)
    assert len(host.asked("submit")) == len(host.ledger) == 1


# Money: one charge


@pytest.mark.parametrize("fault", ["reset_after", "close_after", "badjson", "html", "504"])
def test_an_unclear_submit_sent_again_with_its_key_is_charged_once(host, fault):
    host.fault("submit", fault, **({"accepted": True} if fault == "504" else {}))

    async def twice(provider: RunApiProvider) -> Ticket:
        with pytest.raises(OutcomeUnknown) as caught:
            await send(provider, request_for(PRO), PRO)
        verdict = after_submit(caught.value, 1, idempotent=provider.idempotent)
        assert isinstance(verdict, SendAgain)
        return await send(provider, request_for(PRO), PRO)

    ticket = talk(host, twice)
    assert len(host.asked("submit")) == 2
    assert [charge.task for charge in host.charges_for("job-1")] == [ticket.task]


def test_409_that_names_its_task_is_collected(host):
    named = {"error": {"task_id": "t-9", "code": "conflict"}}
    host.fault("submit", "409", headers={"x-runapi-task-id": "t-8"})
    assert submit(host, request_for(PRO), PRO).task == "t-8"
    host.fault("submit", "other", status=409, json=named)
    assert submit(host, request_for(PRO), PRO).task == "t-9"


def test_409_with_a_wait_is_asked_again(host):
    host.fault("submit", "409", message="in progress", retry_after="3")
    with pytest.raises(NotNow, match="in progress") as caught:
        submit(host, request_for(PRO), PRO)
    assert caught.value.wait == 3.0


def test_409_without_anything_is_unknown_and_ends_with_the_person(host):
    submit(host, request_for(PRO), PRO)
    with pytest.raises(OutcomeUnknown, match="another input") as caught:
        submit(host, request_for(PRO, prompt="another fox"), PRO)
    assert isinstance(after_submit(caught.value, 4, idempotent=True), AskThePerson)
    assert len(host.ledger) == 1


@pytest.mark.parametrize("bare", ["location", "header"])
def test_a_task_without_an_id_in_its_body_is_found_by_the_headers(host, bare):
    host.bare_accept = bare
    ticket = submit(host, request_for(PRO), PRO)
    assert ticket.task == host.ledger[0].task
    status = check(host, ticket)
    assert isinstance(status, Done)
    assert status.charged == Decimal("0.05")
    assert len(host.asked("task")) == (1 if bare == "location" else 0)


@pytest.mark.parametrize(
    "location", ["https://elsewhere.example/api/v1/tasks/1", "//elsewhere.example/1", ""]
)
def test_a_location_that_leads_away_is_no_task(host, location):
    headers = {"location": location} if location else {}
    host.fault("submit", "other", status=202, json={"status": "pending"}, headers=headers)
    with pytest.raises(OutcomeUnknown):
        submit(host, request_for(PRO), PRO)


@pytest.mark.parametrize(
    ("status", "reason"), [(400, Reason.BAD_REQUEST), (401, Reason.BAD_KEY),
     (402, Reason.NO_CREDIT), (422, Reason.BAD_REQUEST)],
)  # fmt: skip
def test_a_final_no_costs_nothing(host, status, reason):
    host.fault("submit", str(status), message="because")
    with pytest.raises(Refused, match="because") as caught:
        submit(host, request_for(PRO), PRO)
    assert caught.value.reason is reason
    assert host.ledger == []


def test_a_moderation_code_is_a_moderated_input_and_words_alone_are_not(host):
    host.fault("submit", "422", message="no", code="content_policy_violation")
    with pytest.raises(Refused) as caught:
        submit(host, request_for(PRO), PRO)
    assert caught.value.reason is Reason.MODERATED_INPUT
    host.fault("submit", "422", message="moderation says no")
    with pytest.raises(Refused) as caught:
        submit(host, request_for(PRO), PRO)
    assert caught.value.reason is Reason.BAD_REQUEST


def test_an_empty_account_is_refused_by_the_twin_itself(host):
    host.balance = Decimal("0.01")
    with pytest.raises(Refused) as caught:
        submit(host, request_for(PRO), PRO)
    assert caught.value.reason is Reason.NO_CREDIT


def test_nobody_there_is_not_sent(host):
    host.stop()
    with pytest.raises(NotSent):
        submit(host, request_for(PRO), PRO)
