"""fal against its twin: every parameter on the wire, prices, references, account, the rescue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from itertools import product

import pytest
from PIL import Image

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import Reason, Refused, TaskForgotten, Unreachable
from flux_studio.core.job import Ticket
from flux_studio.core.request import Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import Size, presets_of
from flux_studio.providers import registry
from flux_studio.providers.contract import (
    Cancels,
    ChecksKey,
    FindsTasks,
    HasBalance,
    Submission,
)
from flux_studio.providers.fal import LARGEST_UPLOAD, QUEUE, FalProvider, wire_input
from tests.hosts.fal import FalHost
from tests.hosts.fal_fields import PRESETS
from tests.hosts.fixtures import hosting
from tests.providers.fal_asking import (
    CARDS,
    DEV,
    FLASH,
    FOX,
    PRO,
    START,
    TURBO,
    asking,
    check,
    done,
    fetched,
    inside,
    reference,
    request_for,
    sent,
    submit,
    upload,
)

ENDPOINTS = {
    "flux-2-pro": "flux-2-pro",
    "flux-2-max": "flux-2-max",
    "flux-2-flex": "flux-2-flex",
    "flux-2": "flux-2",
    "flux-2-turbo": "flux-2/turbo",
    "flux-2-flash": "flux-2/flash",
}
# What a form that was not touched sends, beyond prompt, size, seed, checker and sync mode.
SETTINGS: dict[str, dict[str, object]] = {
    "flux-2-pro": {"safety_tolerance": "2"},
    "flux-2-max": {"safety_tolerance": "2"},
    "flux-2-flex": {"safety_tolerance": "2", "guidance_scale": 3.5, "num_inference_steps": 28},
    "flux-2": {
        "guidance_scale": 2.5, "num_inference_steps": 28, "acceleration": "regular",
        "enable_prompt_expansion": False,
    },
    "flux-2-turbo": {"guidance_scale": 2.5, "enable_prompt_expansion": False},
    "flux-2-flash": {"guidance_scale": 2.5, "enable_prompt_expansion": False},
}  # fmt: skip
EVERY = [
    pytest.param(card, edit, form, id=f"{card.model}-{'edit' if edit else 'text'}-{form}")
    for card in CARDS.values()
    for edit, form in product((False, True), card.formats)
]


@pytest.fixture
def host() -> Iterator[FalHost]:
    with hosting(FalHost) as twin:
        yield twin


# The wire


@pytest.mark.parametrize(("card", "edit", "form"), EVERY)
def test_every_card_makes_every_kind_of_picture(
    host: FalHost, card: ModelCard, edit: bool, form: str
) -> None:
    pictures = (reference(), reference(1920, 1080)) if edit else ()
    urls = tuple(upload(host, picture) for picture in pictures)
    references = tuple(picture.reference for picture in pictures)
    request = request_for(card, references, output_format=form)
    ticket = submit(host, request, card, urls)
    (asked,) = host.asked("submit")
    assert asked.path == f"/fal-ai/{ENDPOINTS[card.model]}{'/edit' if edit else ''}"
    assert asked.headers["authorization"] == f"Key {host.key}"
    assert asked.json == {
        "prompt": "a red fox",
        "image_size": "landscape_4_3",
        "output_format": form,
        "enable_safety_checker": True,
        "seed": 7,
        "sync_mode": False,
        **SETTINGS[card.model],
        **({"image_urls": list(urls)} if edit else {}),
    }
    result = done(host, ticket)
    with Image.open(BytesIO(fetched(host, result.results[0]))) as opened:
        assert (opened.size, opened.format) == ((1024, 768), form.upper())
    estimate = card.estimate(request.size, [r.size for r in references]).each
    assert result.charged == estimate == host.ledger[0].usd
    assert (result.seed, len(host.ledger)) == (7, 1)


def test_a_preset_goes_by_its_name(host: FalHost) -> None:
    presets = presets_of(PRO.sizes)
    assert {p.wire: (p.size.width, p.size.height) for p in presets} == PRESETS
    for preset in presets:
        submit(host, replace(FOX, size=preset.size))
        assert sent(host)["image_size"] == preset.wire


@pytest.mark.parametrize("size", [Size(64, 64), Size(2048, 2048), Size(1920, 1080), Size(768, 577)])
def test_any_other_size_goes_in_pixels(host: FalHost, size: Size) -> None:
    submit(host, replace(FOX, size=size))
    assert sent(host)["image_size"] == {"width": size.width, "height": size.height}


@pytest.mark.parametrize("safety", [1, 2, 3, 4, 5])
def test_safety_is_a_text_on_the_wire(host: FalHost, safety: int) -> None:
    submit(host, replace(FOX, safety=safety, checker=False))
    assert sent(host)["safety_tolerance"] == str(safety)
    assert sent(host)["enable_safety_checker"] is False


def test_knobs_are_numbers_words_and_switches_on_the_wire(host: FalHost) -> None:
    knobs = (
        ("guidance_scale", Decimal("7.5")), ("num_inference_steps", 40), ("acceleration", "high"),
        ("enable_prompt_expansion", True), ("sync_mode", True),
    )  # fmt: skip
    submit(host, request_for(DEV, knobs=knobs), DEV)
    assert {name: sent(host)[name] for name, _ in knobs} == {
        "guidance_scale": 7.5,
        "num_inference_steps": 40,
        "acceleration": "high",
        "enable_prompt_expansion": True,
        "sync_mode": True,
    }


def test_what_a_card_does_not_have_is_left_out() -> None:
    bare = Request("fal", "m", "x", Size(1000, 1000), "")
    assert wire_input(Submission(bare, FLASH, (), "k")) == {
        "prompt": "x",
        "image_size": {"width": 1000, "height": 1000},
    }


def test_the_ticket_has_the_returned_addresses_and_when_it_is_forgotten(host: FalHost) -> None:
    ticket = submit(host)
    root = f"{host.base_url}/fal-ai/flux-2-pro/requests/{host.ledger[0].task}"
    assert (ticket.task, ticket.submitted, ticket.charged) == (host.ledger[0].task, START, None)
    assert ticket.urls == (
        ("status", f"{root}/status"), ("result", root), ("cancel", f"{root}/cancel"),
    )  # fmt: skip
    assert ticket.expires == START + timedelta(days=30)
    assert ticket.notes == (("endpoint", "fal-ai/flux-2-pro"),)
    stored_nowhere = submit(host, inside())
    assert stored_nowhere.expires is None
    assert dict(stored_nowhere.notes)["sync_mode"] == "true"
    assert host.key not in repr(ticket)


# References


def test_an_upload_tells_no_name_of_the_person_and_carries_no_key(host: FalHost) -> None:
    url = upload(host, reference())
    (initiated,), (put,) = host.asked("upload"), host.asked("put")
    assert initiated.query == {"storage_type": "fal-cdn-v3"}
    assert initiated.json == {"content_type": "image/png", "file_name": f"{'ab' * 8}.png"}
    assert initiated.headers["authorization"] == f"Key {host.key}"
    assert (put.origin, put.headers["content-type"]) == ("files", "image/png")
    assert "authorization" not in put.headers
    assert put.body == reference().data
    assert url == f"{host.files_url}/stored/file-0001/{'ab' * 8}.png"


@pytest.mark.parametrize("size", [0, LARGEST_UPLOAD + 1])
def test_an_upload_over_the_limit_is_refused_before_anything_leaves(
    host: FalHost, size: int
) -> None:
    with pytest.raises(Refused) as caught:
        upload(host, replace(reference(), data=bytes(size)))
    assert caught.value.control == "references"
    assert host.requests == []


@pytest.mark.parametrize(
    ("route", "fault"), [("put", "500"), ("upload", "500"), ("put", "reset_after")]
)
def test_an_upload_that_is_not_taken_is_unreachable(host: FalHost, route: str, fault: str) -> None:
    host.fault(route, fault, times=4)
    with pytest.raises(Unreachable):
        upload(host, reference())


def test_an_upload_answer_without_an_address_is_unreachable(host: FalHost) -> None:
    host.fault("upload", "other", json={"file_url": "https://v3.example.test/a"})
    with pytest.raises(Unreachable) as caught:
        upload(host, reference())
    assert caught.value.reason is Reason.BAD_REPLY


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "https://10.0.0.1/x", "http://example.test/x", "nonsense"]
)
def test_bytes_go_to_no_odd_upload_address(host: FalHost, place: str) -> None:
    answer = {"upload_url": place, "file_url": "https://v3.example.test/a"}
    host.fault("upload", "other", json=answer)
    with pytest.raises(Unreachable):
        upload(host, reference())
    assert host.asked("put") == []


def test_a_card_without_a_route_is_refused_before_anything_leaves(host: FalHost) -> None:
    request = replace(FOX, references=(reference().reference,))
    bare = replace(PRO, paths=(("text", "/fal-ai/flux-2-pro"),))
    with pytest.raises(Refused, match="has no address"):
        submit(host, request, bare, ("https://example.test/fox.png",))
    assert host.requests == []


# The account, and the rescue


def test_a_good_key_tells_the_balance_where_it_may(host: FalHost) -> None:
    host.balance = Decimal("4.20")
    assert asking(host, lambda p, key: p.check_key(key)) == "balance $4.20"
    host.admin = False
    assert asking(host, lambda p, key: p.check_key(key)) == ""


def test_a_key_without_admin_scope_is_not_called_bad(host: FalHost) -> None:
    host.admin = False
    with pytest.raises(Unreachable, match="admin scope"):
        asking(host, lambda p, key: p.balance(key))
    assert len(host.asked("billing")) == 1


@pytest.mark.parametrize("left", ["4.20", "0", "-0.18", "250000"])
def test_the_balance(host: FalHost, left: str) -> None:
    host.balance = Decimal(left)
    assert asking(host, lambda p, key: p.balance(key)) == Decimal(left)


@pytest.mark.parametrize(
    "credits_",
    [None, {}, {"current_balance": "much"}, {"current_balance": True},
     {"current_balance": 4.2, "currency": "EUR"}],
)  # fmt: skip
def test_a_balance_without_sense_is_unreachable(host: FalHost, credits_: object) -> None:
    host.fault("billing", "other", json={"username": "twin", "credits": credits_})
    with pytest.raises(Unreachable) as caught:
        asking(host, lambda p, key: p.balance(key))
    assert caught.value.reason is Reason.BAD_REPLY


def test_a_request_is_found_by_its_id_alone(host: FalHost) -> None:
    for card, edit in product((PRO, TURBO), (False, True)):
        references = (reference().reference,) if edit else ()
        request = request_for(card, references)
        task = submit(host, request, card, ("https://example.test/a.png",) * edit).task

        async def found(
            p: FalProvider, _key: Secret, task=task, card=card, request=request
        ) -> Ticket:
            return p.ticket_for(f" {task} ", card, request)

        ticket = asking(host, found)
        assert done(host, ticket).charged == host.ledger[-1].usd


def test_an_id_is_quoted_into_its_address(host: FalHost) -> None:
    async def made(provider: FalProvider, key: Secret) -> None:
        await provider.check(provider.ticket_for("a/../b?x=1", PRO, FOX), key)

    with pytest.raises(TaskForgotten):
        asking(host, made)
    target = "/fal-ai/flux-2-pro/requests/a%2F..%2Fb%3Fx%3D1/status?logs=1"
    assert host.requests[-1].target == target
    assert [v for v in host.violations if "no route" in v]
    host.violations.clear()


def test_a_ticket_without_addresses_is_forgotten(host: FalHost) -> None:
    with pytest.raises(TaskForgotten):
        check(host, replace(submit(host), urls=()))


def test_what_it_can_and_what_it_promises(host: FalHost) -> None:
    async def itself(provider: FalProvider, _key: Secret) -> object:
        return provider

    provider = asking(host, itself)
    for kind in (Cancels, ChecksKey, FindsTasks, HasBalance):
        assert isinstance(provider, kind)
    assert FalProvider.idempotent is False
    assert registry.row("fal").default_base == QUEUE
    assert registry.row("fal").key_variable == "FAL_KEY"
