"""Black Forest Labs against its twin: every field on the wire, references, prices, the account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Draft, check
from flux_studio.core.errors import Reason, Refused, Unreachable
from flux_studio.core.problem import Control
from flux_studio.core.secret import Secret
from flux_studio.core.size import FreeSizes, Size, presets_of
from flux_studio.providers.bfl import BflProvider, wire_body
from flux_studio.providers.contract import Cancels, ChecksKey, FindsTasks, HasBalance, Quotes
from flux_studio.providers.replies import parse_json
from tests.hosts.bfl import GRID, MOST_OUT, PRICES, REQUESTS, BflHost, images
from tests.hosts.fixtures import hosting
from tests.providers.bfl_asking import (
    CARDS,
    FLEX,
    KLEIN_4B,
    KLEIN_9B,
    MAX,
    PLAIN,
    PRO,
    START,
    asking,
    done,
    fetched,
    in_base64,
    order,
    reference,
    sent,
    submit,
    upload,
)

every_card = pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
KNOBS: dict[str, dict[str, object]] = {
    "flux-2-flex": {"guidance": 5.0, "steps": 50, "prompt_upsampling": True}
}


def sized(text: str) -> Size:
    width, height = map(int, text.split("x"))
    return Size(width, height)


@pytest.fixture
def host() -> Iterator[BflHost]:
    with hosting(BflHost) as twin:
        yield twin


# The wire


@every_card
@pytest.mark.parametrize("edit", [False, True], ids=["text", "edit"])
@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
def test_every_card_makes_every_format_with_and_without_references(
    host: BflHost, card: ModelCard, edit: bool, form: str
) -> None:
    assert form in card.formats
    pictures = [reference(96, 64), reference(64, 96, "#204060")] if edit else []
    inputs = tuple(upload(host, picture) for picture in pictures)
    request = order(
        card, output_format=form, references=tuple(p.reference for p in pictures),
        size=Size(512, 256),
    )  # fmt: skip
    ticket = submit(host, request, card, inputs)
    (asked,) = host.asked("submit")
    assert asked.path == f"/v1/{card.model}"
    assert asked.headers["x-key"] == host.key
    assert "authorization" not in asked.headers
    named = dict(zip(("input_image", "input_image_2"), inputs, strict=False))
    assert asked.json == {
        "prompt": "a red fox",
        "width": 512,
        "height": 256,
        "output_format": form,
        "safety_tolerance": 2,
        "seed": 7,
        **KNOBS.get(card.model, {}),
        **named,
    }
    finished = done(host, ticket)
    with Image.open(BytesIO(fetched(finished.results[0]))) as picture:
        assert (picture.size, picture.format) == ((512, 256), form.upper())
    estimate = card.estimate(request.size, [p.reference.size for p in pictures])
    assert [charge.usd for charge in host.ledger] == [estimate.each]
    assert (ticket.charged, finished.seed) == (estimate.each, 7)


def test_a_ticket_has_the_address_as_returned_the_cost_and_the_earliest_expiry(
    host: BflHost,
) -> None:
    ticket = submit(host, replace(PLAIN, size=Size(1920, 1088)))
    (task,) = host.tasks
    assert ticket.task == task
    assert ticket.urls == (("status", host.regional(host.tasks[task])),)
    assert ticket.charged == Decimal("0.045")
    assert ticket.notes == (("input_mp", "0.0"), ("output_mp", "1.99"))
    assert (ticket.submitted, ticket.expires) == (START, START + timedelta(minutes=10))


@pytest.mark.parametrize("safety", range(6))
def test_safety_is_a_number_from_nought_to_five(host: BflHost, safety: int) -> None:
    submit(host, order(PRO, safety=safety))
    value = sent(host)["safety_tolerance"]
    assert (type(value), value) == (int, safety)


def test_flex_sends_steps_guidance_and_upsampling(host: BflHost) -> None:
    chosen = (("guidance", Decimal("1.5")), ("steps", 1), ("prompt_upsampling", False))
    submit(host, order(FLEX, knobs=chosen), FLEX)
    body = sent(host)
    assert (body["guidance"], body["steps"], body["prompt_upsampling"]) == (1.5, 1, False)


@pytest.mark.parametrize("card", [PRO, MAX], ids=["pro", "max"])
def test_the_prompt_can_be_kept_as_written(host: BflHost, card: ModelCard) -> None:
    submit(host, order(card), card)
    assert "disable_pup" not in sent(host)
    submit(host, order(card, knobs=(("disable_pup", True),)), card)
    assert sent(host)["disable_pup"] is True


@every_card
def test_a_card_offers_no_field_that_its_model_does_not_have(card: ModelCard) -> None:
    fields = REQUESTS[card.model]
    assert {knob.name for knob in card.knobs} <= set(fields)
    assert card.references == sum(name in fields for name in images(8))
    for knob in card.knobs:
        rule = fields[knob.name]
        assert (knob.least, knob.most) == (rule.least, rule.most)


@every_card
def test_sizes_keep_to_the_grid_and_to_four_megapixels(card: ModelCard) -> None:
    rule = card.sizes
    assert isinstance(rule, FreeSizes)
    assert (rule.least, rule.step, rule.most_pixels) == (64, GRID, MOST_OUT)
    assert Size(1920, 1088) in [preset.size for preset in presets_of(rule)]


@pytest.mark.parametrize("size", [Size(64, 64), Size(2048, 2048), Size(8192, 512), Size(80, 4096)])
def test_sizes_at_the_edges_are_taken(host: BflHost, size: Size) -> None:
    submit(host, order(PRO, size=size))
    assert (sent(host)["width"], sent(host)["height"]) == (size.width, size.height)


@pytest.mark.parametrize(
    ("size", "nearest"),
    [("1920x1080", "1920x1088"), ("4096x4096", "2048x2048"), ("32x64", "64x64"),
     ("2064x2048", "2048x2048")],
)  # fmt: skip
def test_a_size_it_does_not_take_is_answered_with_the_nearest(size: str, nearest: str) -> None:
    result = check(Draft("bfl", PRO.model, "a fox", sized(size)), PRO, lambda: 1)
    (problem,) = result.problems
    assert (problem.control, str(problem.nearest)) == (Control.SIZE, nearest)


# References


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_references_go_inline_in_their_order_up_to_the_limit(
    host: BflHost, card: ModelCard
) -> None:
    pictures = [reference(64, 64 + number) for number in range(card.references)]
    inputs = tuple(upload(host, picture) for picture in pictures)
    request = order(card, references=tuple(picture.reference for picture in pictures))
    ticket = submit(host, request, card, inputs)
    body = sent(host)
    names = [name for name in body if name.startswith("input_image")]
    assert names == list(images(card.references))
    assert [body[name] for name in names] == [in_base64(picture) for picture in pictures]
    assert ticket.charged == card.estimate(request.size, [r.size for r in request.references]).each


def test_an_upload_sends_nothing(host: BflHost) -> None:
    picture = reference()
    assert upload(host, picture) == in_base64(picture)
    assert host.requests == []


def test_the_name_of_a_reference_stays_at_home(host: BflHost) -> None:
    picture = reference(64, 64)
    submit(host, order(PRO, references=(picture.reference,)), PRO, (upload(host, picture),))
    assert b"my fox" not in host.asked("submit")[0].body


def test_a_body_is_json_whatever_the_prompt_holds() -> None:
    prompt = 'a "fox" \\ é 🦊\n\u2028 <b>'
    pictures = {"input_image": "QUJD", "input_image_2": "+/=="}
    body = wire_body({"prompt": prompt, "steps": 3, **pictures})
    assert parse_json(body) == {
        "prompt": prompt, "steps": 3, "input_image": "QUJD", "input_image_2": "+/==",
    }  # fmt: skip
    assert parse_json(wire_body({"prompt": ""})) == {"prompt": ""}


def test_pro_takes_nine_megapixels_of_references_and_picture(host: BflHost) -> None:
    pictures = [reference() for _ in range(8)]
    references = tuple(picture.reference for picture in pictures)
    inputs = tuple(upload(host, picture) for picture in pictures)
    ticket = submit(host, order(PRO, references=references), PRO, inputs)  # just nine
    assert ticket.charged == Decimal("0.03") + 8 * Decimal("0.015")
    larger = Draft("bfl", PRO.model, "a fox", Size(1040, 1024), references)
    (problem,) = check(larger, PRO, lambda: 1).problems
    assert (problem.control, problem.nearest) == (Control.SIZE, Size(1024, 1024))
    assert check(replace(larger, model=MAX.model), MAX, lambda: 1).problems == ()


def test_a_card_without_an_address_is_refused_before_anything_leaves(host: BflHost) -> None:
    with pytest.raises(Refused, match="has no address") as caught:
        submit(host, PLAIN, replace(PRO, paths=()))
    assert caught.value.control == Control.MODEL
    assert host.requests == []


# Prices


@every_card
def test_the_prices_of_a_card_are_the_published_ones(card: ModelCard) -> None:
    first, further, each = (Decimal(cents) / 100 for cents in PRICES[card.model])
    price: Any = card.price
    assert (price.first, price.further, price.reference) == (first, further, each)
    assert card.reference_price_note in card.estimate(Size(1024, 1024), [Size(64, 64)]).working


@pytest.mark.parametrize(
    ("card", "size", "references", "price"),
    [
        (PRO, "1024x1024", [], "0.03"),
        (PRO, "512x512", [], "0.03"),
        (PRO, "1920x1088", [], "0.045"),
        (PRO, "2048x1024", [], "0.045"),
        (PRO, "2048x1536", [], "0.060"),
        (PRO, "2048x2048", [], "0.075"),
        (PRO, "1024x1024", ["1024x1024"], "0.045"),
        (MAX, "1024x1024", [], "0.07"),
        (MAX, "2048x2048", [], "0.16"),
        (MAX, "1024x1024", ["1024x1024"], "0.10"),
        (FLEX, "1024x1024", [], "0.05"),
        (FLEX, "1024x1024", ["1024x1024"], "0.10"),
        (KLEIN_4B, "1024x1024", [], "0.014"),
        (KLEIN_4B, "1024x1024", ["1024x1024"], "0.015"),
        (KLEIN_4B, "2048x2048", [], "0.017"),
        (KLEIN_9B, "1024x1024", [], "0.015"),
        (KLEIN_9B, "1024x1024", ["1024x1024"], "0.017"),
    ],
)
def test_the_worked_prices_hold_and_are_what_the_twin_charges(
    host: BflHost, card: ModelCard, size: str, references: list[str], price: str
) -> None:
    picture = sized(size)
    pictures = [reference(sized(text).width, sized(text).height) for text in references]
    inputs = tuple(upload(host, one) for one in pictures)
    request = order(card, size=picture, references=tuple(one.reference for one in pictures))
    ticket = submit(host, request, card, inputs)
    estimate = card.estimate(picture, [one.reference.size for one in pictures]).each
    assert estimate == ticket.charged == host.ledger[0].usd == Decimal(price)


# The account, and what it can


@pytest.mark.parametrize("left", ["4.20", "0", "-0.15", "250000", "0.015"])
def test_a_credit_is_a_cent(host: BflHost, left: str) -> None:
    host.balance = Decimal(left)
    assert asking(host, lambda p, key: p.balance(key)) == Decimal(left)


def test_a_good_key_tells_the_balance(host: BflHost) -> None:
    host.balance = Decimal("4.20")
    assert asking(host, lambda p, key: p.check_key(key)) == "balance $4.20"
    (asked,) = host.asked("credits")
    assert asked.headers["x-key"] == host.key


@pytest.mark.parametrize("body", [{}, {"credits": None}, {"credits": True}, {"credits": "lots"}])
def test_a_balance_without_sense_is_unreachable(host: BflHost, body: object) -> None:
    host.fault("credits", "other", json=body)
    with pytest.raises(Unreachable) as caught:
        asking(host, lambda p, key: p.balance(key))
    assert caught.value.reason is Reason.BAD_REPLY


def test_what_it_can_and_cannot(host: BflHost) -> None:
    async def see(provider: object, _key: Secret) -> tuple[bool, ...]:
        kinds = (ChecksKey, HasBalance, FindsTasks, Cancels, Quotes)
        return tuple(isinstance(provider, kind) for kind in kinds)

    assert asking(host, see) == (True, True, True, False, False)
    assert (BflProvider.at_once, BflProvider.idempotent) == (24, False)
