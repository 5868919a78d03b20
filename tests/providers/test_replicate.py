"""Replicate against its twin: every field on the wire, sizes, references, prices, the rescue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import Reason, Refused, TaskForgotten, Unreachable
from flux_studio.core.pricing import Unknown
from flux_studio.core.request import Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import FreeSizes, ListedSizes, Size, presets_of
from flux_studio.providers import registry
from flux_studio.providers.contract import (
    Cancels,
    ChecksKey,
    FindsTasks,
    HasBalance,
    Quotes,
    Submission,
)
from flux_studio.providers.replicate import LARGEST_UPLOAD, ReplicateProvider, wire_input
from tests.hosts.fixtures import hosting
from tests.hosts.replicate import ReplicateHost
from tests.hosts.replicate_fields import FIELDS, GRID, RATIOS, REFERENCES, RESOLUTIONS, TIERS
from tests.providers.replicate_asking import (
    CARDS,
    DEV,
    FLEX,
    KLEIN,
    MAX,
    PRO,
    START,
    asking,
    check,
    done,
    fetched,
    order,
    reference,
    sent,
    submit,
    upload,
)

WORDS = {"jpeg": "jpg"}  # the provider's, where they differ from ours
# What a form that was not touched sends, beyond prompt, format and seed.
SETTINGS: dict[str, dict[str, object]] = {
    "flux-2-pro": {
        "aspect_ratio": "1:1", "resolution": "1 MP", "safety_tolerance": 2, "output_quality": 80,
    },
    "flux-2-max": {
        "aspect_ratio": "1:1", "resolution": "1 MP", "safety_tolerance": 2, "output_quality": 80,
    },
    "flux-2-flex": {
        "aspect_ratio": "1:1", "resolution": "1 MP", "safety_tolerance": 2, "output_quality": 80,
        "guidance": 4.5, "steps": 30, "prompt_upsampling": True,
    },
    "flux-2-dev": {
        "aspect_ratio": "1:1", "disable_safety_checker": False, "go_fast": True,
        "output_quality": 80,
    },
    "flux-2-klein-4b": {
        "aspect_ratio": "1:1", "output_megapixels": "1", "disable_safety_checker": False,
        "go_fast": False, "output_quality": 95,
    },
}  # fmt: skip
EVERY = [
    pytest.param(card, edit, form, id=f"{card.model}-{'edit' if edit else 'text'}-{form}")
    for card in CARDS.values()
    for edit, form in product((False, True), card.formats)
]
every_card = pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)


@pytest.fixture
def host() -> Iterator[ReplicateHost]:
    with hosting(ReplicateHost) as twin:
        yield twin


# The wire


@pytest.mark.parametrize(("card", "edit", "form"), EVERY)
def test_every_card_makes_every_kind_of_picture(
    host: ReplicateHost, card: ModelCard, edit: bool, form: str
) -> None:
    pictures = (reference(), reference(1920, 1080, "cd")) if edit else ()
    urls = tuple(upload(host, picture) for picture in pictures)
    references = tuple(picture.reference for picture in pictures)
    request = order(card, references, output_format=form)
    ticket = submit(host, request, card, urls)
    (asked,) = host.asked("submit")
    assert asked.path == f"/v1/models/black-forest-labs/{card.model}/predictions"
    assert asked.headers["authorization"] == f"Bearer {host.key}"
    assert asked.headers["prefer"] == "wait=5"
    assert "cancel-after" not in asked.headers
    assert asked.json == {
        "input": {
            "prompt": "a red fox",
            "output_format": WORDS.get(form, form),
            "seed": 7,
            **SETTINGS[card.model],
            **({REFERENCES[card.model][0]: list(urls)} if edit else {}),
        }
    }
    result = done(host, ticket)
    image = fetched(result.results[0])
    assert (image.size, image.format) == ((1024, 1024), form.upper())
    assert (result.charged, ticket.charged, result.seed) == (None, None, 7)  # only times are told
    (charge,) = host.ledger
    estimate = card.estimate(request.size, [r.size for r in references]).each
    assert estimate is None if isinstance(card.price, Unknown) else estimate == charge.usd


@every_card
def test_a_card_says_what_the_model_takes(card: ModelCard) -> None:
    fields = FIELDS[card.model]
    assert card.references == REFERENCES[card.model][1]
    assert {WORDS.get(form, form) for form in card.formats} == set(fields["output_format"].choices)
    assert (card.safety is None) == ("safety_tolerance" not in fields)
    assert card.checker == ("disable_safety_checker" in fields)
    for knob in card.knobs:
        limits = fields[knob.name]
        least, most = (None if b is None else float(b) for b in (knob.least, knob.most))
        assert (least, most) == (limits.least, limits.most)
    if isinstance(card.sizes, FreeSizes):
        sizes = card.sizes
        assert (sizes.least, sizes.most) == (fields["width"].least, fields["width"].most)
        assert sizes.step == GRID.get(card.model, 16)


def test_the_makers_models_take_five_steps_of_safety() -> None:
    for card in (PRO, MAX, FLEX):
        assert card.safety is not None
        assert (card.safety.least, card.safety.most, card.safety.default) == (1, 5, 2)


@pytest.mark.parametrize("safety", [1, 2, 3, 4, 5])
def test_safety_is_a_number_on_the_wire(host: ReplicateHost, safety: int) -> None:
    submit(host, order(safety=safety))
    assert sent(host)["safety_tolerance"] == safety
    assert type(sent(host)["safety_tolerance"]) is int


@pytest.mark.parametrize("card", [DEV, KLEIN], ids=lambda c: c.model)
@pytest.mark.parametrize("checker", [True, False])
def test_the_checker_goes_the_other_way_round(
    host: ReplicateHost, card: ModelCard, checker: bool
) -> None:
    submit(host, order(card, checker=checker), card)
    assert sent(host)["disable_safety_checker"] is not checker


def test_knobs_are_numbers_and_switches_on_the_wire(host: ReplicateHost) -> None:
    knobs = (
        ("guidance", Decimal("7.5")), ("steps", 50), ("prompt_upsampling", False),
        ("output_quality", 100),
    )  # fmt: skip
    submit(host, order(FLEX, knobs=knobs), FLEX)
    assert {name: sent(host)[name] for name, _ in knobs} == {
        "guidance": 7.5, "steps": 50, "prompt_upsampling": False, "output_quality": 100,
    }  # fmt: skip


def test_what_a_card_does_not_have_is_left_out() -> None:
    bare = Request("replicate", "m", "x", Size(1040, 1024), "")
    assert wire_input(Submission(bare, PRO, (), "k")) == {
        "prompt": "x", "aspect_ratio": "custom", "width": 1040, "height": 1024,
    }  # fmt: skip


# Sizes


@pytest.mark.parametrize("card", [PRO, MAX, FLEX, DEV], ids=lambda c: c.model)
def test_every_preset_goes_by_its_words_and_comes_in_its_size(
    host: ReplicateHost, card: ModelCard
) -> None:
    for preset in presets_of(card.sizes):
        ticket = submit(host, order(card, size=preset.size), card)
        words = sent(host)
        assert not {"width", "height"} & set(words), preset
        assert f"{words['aspect_ratio']} {words.get('resolution', '')}".strip() == preset.wire
        image = fetched(done(host, ticket).results[0])
        assert image.size == (preset.size.width, preset.size.height)


@pytest.mark.parametrize("card", [PRO, DEV], ids=lambda c: c.model)
def test_presets_have_every_ratio_and_every_resolution(card: ModelCard) -> None:
    wires = [preset.wire.partition(" ") for preset in presets_of(card.sizes)]
    assert {ratio for ratio, _, _ in wires} == set(RATIOS)
    resolutions = {resolution for _, _, resolution in wires}
    assert resolutions == ({""} if card is DEV else set(RESOLUTIONS))


@pytest.mark.parametrize(
    ("card", "size"),
    [(PRO, Size(256, 256)), (PRO, Size(2048, 1152)), (PRO, Size(1920, 1088)),
     (MAX, Size(2048, 256)), (FLEX, Size(1040, 1024)), (DEV, Size(1440, 1440)),
     (DEV, Size(256, 1440))],
)  # fmt: skip
def test_any_other_size_is_custom_and_comes_pixel_by_pixel(
    host: ReplicateHost, card: ModelCard, size: Size
) -> None:
    ticket = submit(host, order(card, size=size), card)
    words = sent(host)
    assert words["aspect_ratio"] == "custom"
    assert (words["width"], words["height"]) == (size.width, size.height)
    assert "resolution" not in words
    assert fetched(done(host, ticket).results[0]).size == (size.width, size.height)


def test_listed_sizes_go_by_ratio_and_megapixels(host: ReplicateHost) -> None:
    assert isinstance(KLEIN.sizes, ListedSizes)
    options = KLEIN.sizes.options
    assert {(o.ratio, o.tier) for o in options} == {(r, f"{t} MP") for r in RATIOS for t in TIERS}
    assert len(options) == len({option.size for option in options}) == 45
    for option in options:
        submit(host, order(KLEIN, size=option.size), KLEIN)
        assert sent(host)["aspect_ratio"] == option.ratio
        assert sent(host)["output_megapixels"] == option.tier.removesuffix(" MP")
        task = list(host.tasks.values())[-1]
        assert task.details["width"] / task.details["height"] == pytest.approx(
            option.size.ratio, rel=0.03
        )
        assert option.size.pixels <= float(option.tier.removesuffix(" MP")) * 2**20


# Prices


@pytest.mark.parametrize(
    ("card", "size", "references", "price"),
    [
        (PRO, Size(1024, 1024), [], "0.030"),
        (PRO, Size(720, 720), [], "0.030"),
        (PRO, Size(1040, 1024), [], "0.045"),
        (PRO, Size(1920, 1088), [], "0.045"),
        (PRO, Size(2048, 1024), [], "0.045"),
        (PRO, Size(2048, 1536), [], "0.060"),
        (PRO, Size(2048, 2048), [], "0.075"),
        (PRO, Size(1024, 1024), [Size(1024, 1024)], "0.045"),
        (PRO, Size(1920, 1088), [Size(1024, 1024), Size(2048, 1536)], "0.105"),
        (PRO, Size(1024, 1024), [Size(4096, 3072)], "0.090"),  # 12 MP count as 4
        (PRO, Size(1024, 1024), [Size(64, 64), Size(64, 64)], "0.060"),  # each at least 1
        (MAX, Size(1024, 1024), [], "0.07"),
        (MAX, Size(2048, 2048), [], "0.16"),
        (MAX, Size(1024, 1024), [Size(1024, 1024)], "0.10"),
        (FLEX, Size(1024, 1024), [], "0.06"),
        (FLEX, Size(1920, 1088), [], "0.12"),
        (FLEX, Size(1920, 1088), [Size(1024, 1024)], "0.18"),
    ],
)  # fmt: skip
def test_worked_prices(card: ModelCard, size: Size, references: list[Size], price: str) -> None:
    assert card.estimate(size, references).each == Decimal(price)


@pytest.mark.parametrize("card", [DEV, KLEIN], ids=lambda c: c.model)
def test_a_price_that_is_not_known_is_unknown(card: ModelCard) -> None:
    assert card.estimate(card.default_size, (Size(1024, 1024),)).each is None


@pytest.mark.parametrize(
    ("size", "references"),
    [(Size(2048, 1536), [(1024, 1024), (1920, 1080)]), (Size(1360, 768), [(2600, 2600)])],
)
@pytest.mark.parametrize("card", [PRO, MAX, FLEX], ids=lambda c: c.model)
def test_the_estimate_is_what_the_twin_charges(
    host: ReplicateHost, card: ModelCard, size: Size, references: list[tuple[int, int]]
) -> None:
    pictures = [reference(*sides) for sides in references]
    urls = tuple(upload(host, picture) for picture in pictures)
    known = tuple(picture.reference for picture in pictures)
    submit(host, order(card, known, size=size), card, urls)
    assert [c.usd for c in host.ledger] == [card.estimate(size, [r.size for r in known]).each]


# References


def test_an_upload_tells_no_name_of_the_person(host: ReplicateHost) -> None:
    url = upload(host, reference())
    (asked,) = host.asked("upload")
    assert asked.headers["authorization"] == f"Bearer {host.key}"
    (part,) = asked.form.values()
    assert part.get_param("name", header="content-disposition") == "content"
    assert part.get_filename() == f"{'ab' * 8}.png"
    stored = host.files["file-0001"]
    assert (stored.mime, stored.data) == ("image/png", reference().data)
    assert url == f"{host.base_url}/v1/files/file-0001"


@pytest.mark.parametrize("card", [PRO, FLEX], ids=lambda c: c.model)
def test_a_model_gets_as_many_references_as_its_card_says(
    host: ReplicateHost, card: ModelCard
) -> None:
    pictures = [reference(64, 64, f"{n:02x}") for n in range(card.references)]
    urls = tuple(upload(host, picture) for picture in pictures)
    submit(host, order(card, tuple(p.reference for p in pictures)), card, urls)
    assert sent(host)["input_images"] == list(urls)
    assert len(urls) == {"flux-2-pro": 8, "flux-2-flex": 10}[card.model]


@pytest.mark.parametrize("size", [0, LARGEST_UPLOAD])
def test_an_upload_over_the_limit_is_refused_before_anything_leaves(
    host: ReplicateHost, size: int
) -> None:
    with pytest.raises(Refused) as caught:
        upload(host, replace(reference(), data=bytes(size)))
    assert caught.value.control == "references"
    assert host.requests == []


def test_an_upload_that_is_too_large_for_the_provider_is_refused(host: ReplicateHost) -> None:
    host.fault("upload", "413", message="Files must be less than 100MB in size")
    with pytest.raises(Refused, match="less than 100MB"):
        upload(host, reference())


@pytest.mark.parametrize("fault", ["500", "reset_after"])
def test_an_upload_that_is_not_taken_is_asked_again_and_then_unreachable(
    host: ReplicateHost, fault: str
) -> None:
    host.fault("upload", fault, times=3)
    assert upload(host, reference())
    host.fault("upload", fault, times=4)
    with pytest.raises(Unreachable):
        upload(host, reference())


@pytest.mark.parametrize("answer", [{}, {"urls": {}}, {"urls": {"get": 5}}, {"urls": None}])
def test_an_upload_answer_without_an_address_is_unreachable(
    host: ReplicateHost, answer: object
) -> None:
    host.fault("upload", "other", status=201, json=answer)
    with pytest.raises(Unreachable) as caught:
        upload(host, reference())
    assert caught.value.reason is Reason.BAD_REPLY


def test_a_card_without_a_route_is_refused_before_anything_leaves(host: ReplicateHost) -> None:
    with pytest.raises(Refused, match="has no address") as caught:
        submit(host, order(), replace(PRO, paths=()))
    assert caught.value.control == "model"
    assert host.requests == []


# The ticket, the account, the rescue


def test_the_ticket_has_the_returned_addresses_and_when_it_is_forgotten(
    host: ReplicateHost,
) -> None:
    host.duration = lambda: 60.0
    ticket = submit(host)
    (task,) = host.tasks
    root = f"{host.base_url}/v1/predictions/{task}"
    assert (ticket.task, ticket.submitted, ticket.charged) == (task, START, None)
    assert ticket.urls == (("status", root), ("cancel", f"{root}/cancel"))
    assert ticket.expires == START + timedelta(hours=1)
    assert ticket.notes == ()
    assert host.key not in repr(ticket)


def test_a_good_key_tells_the_account(host: ReplicateHost) -> None:
    assert asking(host, lambda p, key: p.check_key(key)) == "account twin"


@pytest.mark.parametrize("told", [{}, {"username": None}, {"username": ["twin"]}])
def test_an_account_without_a_name_is_still_a_good_key(host: ReplicateHost, told: object) -> None:
    host.fault("account", "other", json=told)
    assert asking(host, lambda p, key: p.check_key(key)) == ""


def test_a_wrong_key_is_a_bad_key(host: ReplicateHost) -> None:
    with pytest.raises(Refused) as caught:
        asking(host, lambda p, key: p.check_key(key), key="wrong-key-77")
    assert caught.value.reason is Reason.BAD_KEY


def test_a_prediction_is_found_by_its_id_alone(host: ReplicateHost) -> None:
    task = submit(host).task

    async def found(provider: ReplicateProvider, _key: Secret) -> object:
        return provider.ticket_for(f" {task} ", PRO, order())

    ticket = asking(host, found)
    assert len(done(host, ticket).results) == 1
    assert len(host.asked("check")) == 1


def test_an_id_is_quoted_into_its_address(host: ReplicateHost) -> None:
    async def made(provider: ReplicateProvider, key: Secret) -> None:
        await provider.check(provider.ticket_for("a/../b?x=1", PRO, order()), key)

    with pytest.raises(TaskForgotten):
        asking(host, made)
    assert host.requests[-1].target == "/v1/predictions/a%2F..%2Fb%3Fx%3D1"
    host.violations.clear()  # the twin has no route for it


def test_a_ticket_without_addresses_is_forgotten(host: ReplicateHost) -> None:
    host.duration = lambda: 60.0
    with pytest.raises(TaskForgotten):
        check(host, replace(submit(host), urls=()))


def test_what_it_can_and_what_it_promises(host: ReplicateHost) -> None:
    async def itself(provider: ReplicateProvider, _key: Secret) -> object:
        return provider

    provider = asking(host, itself)
    for kind in (Cancels, ChecksKey, FindsTasks):
        assert isinstance(provider, kind)
    for kind in (HasBalance, Quotes):
        assert not isinstance(provider, kind)
    assert ReplicateProvider.idempotent is False
    row = registry.row("replicate")
    assert (row.default_base, row.key_variable) == (
        "https://api.replicate.com", "REPLICATE_API_TOKEN",
    )  # fmt: skip
