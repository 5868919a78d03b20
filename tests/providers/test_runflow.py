"""Runflow against its twin: every parameter on the wire, references, the account, the rescue."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import (
    Reason,
    Refused,
    Unreachable,
)
from flux_studio.core.request import Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import Size, presets_of
from flux_studio.providers.contract import (
    Cancels,
    ChecksKey,
    FindsTasks,
    HasBalance,
    Inline,
    Submission,
)
from flux_studio.providers.runflow import wire_input
from tests.hosts.fixtures import hosting
from tests.hosts.runflow import PRESETS, RunflowHost
from tests.providers.runflow_asking import (
    FLEX,
    FOX,
    MAX,
    PRO,
    START,
    TURBO,
    asking,
    done,
    inside,
    reference,
    sent,
    submit,
    upload,
)


@pytest.fixture
def host() -> Iterator[RunflowHost]:
    with hosting(RunflowHost) as twin:
        yield twin


# The wire


def test_every_parameter_of_pro_is_on_the_wire(host: RunflowHost) -> None:
    request = replace(
        FOX, size=Size(1920, 1080), output_format="png", safety=5, checker=False, seed=123
    )
    ticket = submit(host, request)
    asked = host.asked("submit")[0]
    assert asked.path == "/v1/models/black-forest-labs/flux-2-pro/runs"
    assert asked.headers["authorization"] == f"Bearer {host.key}"
    assert asked.json == {
        "input": {
            "prompt": "a red fox",
            "image_size": {"width": 1920, "height": 1080},
            "output_format": "png",
            "safety_tolerance": "5",
            "enable_safety_checker": False,
            "seed": 123,
            "sync_mode": False,
        },
        "client_ref": "intent-1",
    }
    assert (ticket.submitted, ticket.notes, ticket.charged) == (START, (), None)
    assert ticket.task == host.ledger[0].task


def test_a_preset_goes_by_its_name(host: RunflowHost) -> None:
    presets = presets_of(PRO.sizes)
    assert {p.wire: (p.size.width, p.size.height) for p in presets} == PRESETS
    for preset in presets:
        submit(host, replace(FOX, size=preset.size))
        assert sent(host)["image_size"] == preset.wire


@pytest.mark.parametrize("size", [Size(64, 64), Size(4096, 4096), Size(1025, 1024), Size(768, 577)])
def test_any_other_size_goes_in_pixels(host: RunflowHost, size: Size) -> None:
    submit(host, replace(FOX, size=size))
    assert sent(host)["image_size"] == {"width": size.width, "height": size.height}


@pytest.mark.parametrize("safety", [1, 2, 3, 4, 5])
def test_safety_is_a_text_on_the_wire(host: RunflowHost, safety: int) -> None:
    submit(host, replace(FOX, safety=safety))
    assert sent(host)["safety_tolerance"] == str(safety)


def test_flex_sends_steps_and_guidance_as_numbers(host: RunflowHost) -> None:
    knobs = (
        ("guidance_scale", Decimal("4.5")), ("num_inference_steps", 40), ("sync_mode", False),
    )  # fmt: skip
    submit(host, replace(FOX, model="flux-2-flex", knobs=knobs), FLEX)
    assert sent(host)["guidance_scale"] == 4.5
    assert sent(host)["num_inference_steps"] == 40


@pytest.mark.parametrize("card", [MAX, TURBO], ids=["max", "turbo"])
def test_models_of_unknown_price_send_what_their_card_has(
    host: RunflowHost, card: ModelCard
) -> None:
    safety = card.safety.default if card.safety else None
    request = replace(FOX, model=card.model, safety=safety, knobs=())
    ticket = submit(host, request, card)
    assert host.asked("submit")[0].path == f"/v1/models/black-forest-labs/{card.model}/runs"
    assert ("safety_tolerance" in sent(host)) == (card is MAX)
    assert card.estimate(request.size).each is None
    assert done(host, ticket).charged == host.ledger[0].usd


def test_what_a_card_does_not_have_is_left_out() -> None:
    bare = Request("runflow", "m", "x", Size(1000, 1000), "")
    assert wire_input(Submission(bare, TURBO, (), "k")) == {
        "prompt": "x",
        "image_size": {"width": 1000, "height": 1000},
    }


@pytest.mark.parametrize(
    ("size", "price"),
    [(Size(1024, 1024), "0.030"), (Size(1920, 1080), "0.045"), (Size(2048, 2048), "0.075"),
     (Size(4096, 4096), "0.255")],
)  # fmt: skip
def test_the_estimate_is_what_the_twin_charges(host: RunflowHost, size: Size, price: str) -> None:
    ticket = submit(host, replace(FOX, size=size))
    assert done(host, ticket).charged == PRO.estimate(size).each == Decimal(price)
    assert [charge.usd for charge in host.ledger] == [Decimal(price)]


# References


@pytest.mark.parametrize(("card", "price"), [(PRO, "0.075"), (FLEX, "0.20")])
def test_references_are_uploaded_and_named_in_the_edit(
    host: RunflowHost, card: ModelCard, price: str
) -> None:
    pictures = (reference(), reference(1920, 1080))
    urls = tuple(upload(host, picture) for picture in pictures)
    references = tuple(r.reference for r in pictures)
    request = replace(FOX, model=card.model, references=references)
    ticket = submit(host, request, card, urls)
    assert host.asked("edit")[0].path.endswith(f"/{card.model}/edit/runs")
    assert sent(host, "edit")["image_urls"] == list(urls)
    assert [upload.data for upload in host.uploads.values()] == [r.data for r in pictures]
    estimate = card.estimate(request.size, [r.size for r in references]).each
    assert done(host, ticket).charged == estimate == Decimal(price)


def test_an_upload_tells_no_name_of_the_person_and_carries_no_key(host: RunflowHost) -> None:
    upload(host, reference())
    announced = host.asked("upload")[0].json
    assert announced == {
        "filename": f"{'ab' * 8}.png",
        "mime_type": "image/png",
        "size_bytes": len(reference().data),
    }
    (put,) = host.asked("put")
    assert put.headers["content-type"] == "image/png"
    assert "authorization" not in put.headers
    assert len(host.asked("confirm")) == 1


@pytest.mark.parametrize("size", [0, 52_428_801])
def test_an_upload_over_the_limit_is_refused_before_anything_leaves(
    host: RunflowHost, size: int
) -> None:
    picture = replace(reference(), data=bytes(size))
    with pytest.raises(Refused) as caught:
        upload(host, picture)
    assert caught.value.control == "references"
    assert host.requests == []


def test_an_upload_that_is_not_taken_is_unreachable(host: RunflowHost) -> None:
    host.fault("put", "500")
    with pytest.raises(Unreachable):
        upload(host, reference())


def test_an_upload_answer_without_an_address_is_unreachable(host: RunflowHost) -> None:
    host.fault("upload", "other", json={"asset_id": "a"}, times=4)
    with pytest.raises(Unreachable) as caught:
        upload(host, reference())
    assert caught.value.reason is Reason.BAD_REPLY


def test_an_unknown_edit_route_says_that_it_was_a_guess(host: RunflowHost) -> None:
    host.edits = False
    request = replace(FOX, references=(reference().reference,))
    with pytest.raises(Refused) as caught:
        submit(host, request, PRO, ("https://example.test/fox.png",))
    assert caught.value.reason is Reason.NOT_FOUND
    assert caught.value.control == "references"
    assert "guess" in str(caught.value)
    assert host.ledger == []


def test_a_card_without_a_route_is_refused_before_anything_leaves(host: RunflowHost) -> None:
    request = replace(FOX, references=(reference().reference,))
    with pytest.raises(Refused, match="has no address"):
        submit(host, request, MAX, ("https://example.test/fox.png",))
    assert host.requests == []


# The account, and the rescue


def test_a_good_key_tells_the_balance(host: RunflowHost) -> None:
    host.balance = Decimal("4.20")
    assert asking(host, lambda p, key: p.check_key(key)) == "balance $4.20"
    host.fault("balance", "403")
    assert asking(host, lambda p, key: p.check_key(key)) == ""


@pytest.mark.parametrize("cents", [True, False])
@pytest.mark.parametrize("left", ["4.20", "0", "-0.15", "250000"])
def test_the_balance_in_both_forms(host: RunflowHost, cents: bool, left: str) -> None:
    host.balance, host.cents = Decimal(left), cents
    assert asking(host, lambda p, key: p.balance(key)) == Decimal(left)


@pytest.mark.parametrize(
    "body", [{}, {"balance": "lots"}, {"balance": True}, {"balance_cents": 5, "currency": "EUR"}]
)
def test_a_balance_without_sense_is_unreachable(host: RunflowHost, body: object) -> None:
    host.fault("balance", "other", json=body)
    with pytest.raises(Unreachable):
        asking(host, lambda p, key: p.balance(key))


def test_an_id_that_a_person_entered_leads_to_the_picture(host: RunflowHost) -> None:
    task = submit(host, inside()).task
    ticket = asking(
        host, lambda p, _key: asyncio.to_thread(p.ticket_for, f" {task}\n", PRO, inside())
    )
    assert ticket.task == task
    assert isinstance(done(host, ticket).results[0], Inline)


def test_what_it_can_and_cannot(host: RunflowHost) -> None:
    async def see(provider: object, _key: Secret) -> tuple[bool, ...]:
        kinds = (ChecksKey, HasBalance, FindsTasks, Cancels)
        return tuple(isinstance(provider, kind) for kind in kinds)

    assert asking(host, see) == (True, True, True, False)
