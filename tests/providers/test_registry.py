"""The contract, walked over the registry: what holds for every provider and every shipped card.

A new provider is covered by its row alone.
"""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from flux_studio.core.card import ModelCard
from flux_studio.core.card_rows import read_cards
from flux_studio.core.draft import Draft, check
from flux_studio.core.errors import Reason, Refused, StudioError
from flux_studio.core.pricing import PerCall, Unknown
from flux_studio.core.request import Reference
from flux_studio.core.secret import Secret
from flux_studio.core.size import ListedSizes, Size, presets_of, size_problem
from flux_studio.providers.contract import (
    Cancels,
    ChecksKey,
    FindsTasks,
    HasBalance,
    Provider,
    Quotes,
    Submission,
)
from flux_studio.providers.http import HttpSession
from flux_studio.providers.registry import PROVIDERS, ProviderRow, base_of, open_provider, row
from flux_studio.resources import resource_path
from tests.hosts.server import HostServer, Rejection, route
from tests.hosts.wire import Answer, Asked

PICTURE = Reference("ab" * 32, "image/png", Size(1024, 1024))


def cards_of(provider: ProviderRow) -> tuple[ModelCard, ...]:
    path = resource_path(f"models/{provider.id}.toml")
    return read_cards(path.read_text(encoding="utf-8"), path.name)


CARDS = [card for provider in PROVIDERS for card in cards_of(provider)]
KEYED = [provider for provider in PROVIDERS if provider.needs_key]
every_row = pytest.mark.parametrize("known", PROVIDERS, ids=lambda r: r.id)
every_keyed = pytest.mark.parametrize("known", KEYED, ids=lambda r: r.id)
every_card = pytest.mark.parametrize("card", CARDS, ids=lambda c: "/".join(c.id))


class NoNotes:
    def get(self, name: str) -> str | None:
        return None

    def set(self, name: str, value: str) -> None:
        raise AssertionError(f"{name} was learned from a refusal")


class DenyingHost(HostServer):
    """Answers everything with 401."""

    provider = "denying"

    @route("GET", "/{path*}", "any")
    @route("POST", "/{path*}", "any")
    @route("PUT", "/{path*}", "any")
    def any(self, asked: Asked, path: str) -> Answer:
        raise Rejection(401, "Who are you?", "unauthorized")


@pytest.fixture
def denying() -> Iterator[DenyingHost]:
    with DenyingHost() as host:
        yield host


def opened(known: ProviderRow, session: HttpSession, environ: dict[str, str]) -> Provider:
    return open_provider(known, session, NoNotes(), environ, read_reference=lambda _sha: b"")


def order_of(card: ModelCard, **more: object) -> Draft:
    draft = Draft(card.provider, card.model, prompt="a red fox", size=card.default_size)
    return replace(draft, **more)  # type: ignore[arg-type]  # names are checked by replace itself


# Rows


def test_practice_comes_first_and_ids_are_their_own() -> None:
    ids = [known.id for known in PROVIDERS]
    assert ids[0] == "practice"
    assert len(set(ids)) == len(ids)
    assert not PROVIDERS[0].needs_key
    assert all(known.needs_key for known in PROVIDERS[1:])
    assert len({known.key_variable for known in KEYED}) == len(KEYED)


@every_row
def test_a_row_is_found_by_its_id(known: ProviderRow) -> None:
    assert row(known.id) is known
    assert known.title


def test_an_unknown_id_is_no_row() -> None:
    with pytest.raises(KeyError):
        row("nobody")


@every_keyed
def test_addresses_of_a_row_are_https(known: ProviderRow) -> None:
    assert known.default_base.startswith("https://")
    assert not known.default_base.endswith("/")
    assert known.site.startswith("https://")


@every_keyed
def test_the_environment_replaces_the_address(known: ProviderRow) -> None:
    name = f"FLUX_STUDIO_{known.id.upper()}_URL"
    assert base_of(known, {}) == known.default_base
    assert base_of(known, {name: "http://127.0.0.1:8123/"}) == "http://127.0.0.1:8123"
    assert base_of(known, {name: "https://proxy.example.test/x"}) == "https://proxy.example.test/x"


@every_keyed
@pytest.mark.parametrize("address", ["http://example.test", "ftp://127.0.0.1", "nonsense", "a b"])
def test_a_base_address_that_would_leak_is_refused(known: ProviderRow, address: str) -> None:
    environ = {f"FLUX_STUDIO_{known.id.upper()}_URL": address}
    with pytest.raises(StudioError, match=f"FLUX_STUDIO_{known.id.upper()}_URL"):
        opened(known, HttpSession({}), environ)


# The protocol


@every_row
def test_a_provider_honours_the_protocol(known: ProviderRow) -> None:
    provider = opened(known, HttpSession({}), {})
    assert provider.id == known.id
    assert isinstance(provider.idempotent, bool)
    assert provider.at_once >= 1
    for name, arguments in (
        ("upload", ["picture", "key"]),
        ("submit", ["submission", "key"]),
        ("check", ["ticket", "key"]),
    ):
        method = getattr(provider, name)
        assert inspect.iscoroutinefunction(method), name
        assert list(inspect.signature(method).parameters) == arguments


@every_row
def test_what_a_provider_can_beyond_that_is_honest(known: ProviderRow) -> None:
    provider: object = opened(known, HttpSession({}), {})
    for kind, name in (
        (Cancels, "cancel"), (ChecksKey, "check_key"), (HasBalance, "balance"), (Quotes, "quote"),
    ):  # fmt: skip
        if isinstance(provider, kind):
            assert inspect.iscoroutinefunction(getattr(provider, name))
    if isinstance(provider, FindsTasks):
        card = cards_of(known)[0]
        result = check(order_of(card), card, lambda: 1)
        assert result.order is not None
        ticket = provider.ticket_for(" task-1 ", card, result.order.requests[0])
        assert ticket.task == "task-1"
        assert ticket.submitted.tzinfo is not None


CALLS: dict[str, Callable[[Any, Submission, Secret], Awaitable[object]]] = {
    "submit": lambda p, s, key: p.submit(s, key),
    "check": lambda p, s, key: p.check(p.ticket_for("task-1", s.card, s.request), key),
    "check_key": lambda p, _s, key: p.check_key(key),
    "balance": lambda p, _s, key: p.balance(key),
}
NEEDS: dict[str, Any] = {"check": FindsTasks, "check_key": ChecksKey, "balance": HasBalance}


@every_keyed
@pytest.mark.parametrize("what", CALLS)
def test_an_unauthorised_answer_is_a_bad_key(
    known: ProviderRow, denying: DenyingHost, what: str
) -> None:
    card = cards_of(known)[0]
    result = check(order_of(card), card, lambda: 1)
    assert result.order is not None
    submission = Submission(result.order.requests[0], card, (), "intent")
    key = Secret("a-key-nobody-knows-77")

    async def work() -> bool:
        session = HttpSession({})
        try:
            environ = {f"FLUX_STUDIO_{known.id.upper()}_URL": denying.base_url}
            provider: object = opened(known, session, environ)
            if what in NEEDS and not isinstance(provider, NEEDS[what]):
                return False  # the service has no such call
            with pytest.raises(Refused) as caught:
                await CALLS[what](provider, submission, key)
            assert caught.value.reason is Reason.BAD_KEY
            assert "nobody-knows" not in str(caught.value)
            return True
        finally:
            await session.aclose()

    was_asked = asyncio.run(work())
    assert len(denying.requests) == was_asked


# Cards


@every_row
def test_every_provider_has_cards_of_its_own(known: ProviderRow) -> None:
    cards = cards_of(known)
    assert cards
    assert {card.provider for card in cards} == {known.id}


@every_card
def test_a_card_is_complete(card: ModelCard) -> None:
    assert card.blurb.endswith(".")
    assert card.best_for
    assert card.licence
    assert card.retention
    assert date(2025, 11, 25) < date.fromisoformat(card.as_of)  # the models are no older
    keyed = row(card.provider).needs_key
    assert card.source.startswith("https://") == keyed
    paths = dict(card.paths)
    assert ("text" in paths) == keyed
    assert "edit" not in paths or card.edits
    assert all(path.startswith("/") for path in paths.values())
    assert len({knob.name for knob in card.knobs}) == len(card.knobs)


@every_card
def test_every_price_is_a_figure_or_unknown_and_never_by_accident(card: ModelCard) -> None:
    unknown = isinstance(card.price, Unknown)
    for preset in presets_of(card.sizes):
        for references in ((), (PICTURE.size,) * card.references):
            priced = card.estimate(preset.size, references, 3)
            assert (priced.each is None) == unknown, preset
            assert priced.working
            if priced.each is not None:
                assert priced.total == priced.each * 3
    if isinstance(card.price, PerCall) and isinstance(card.sizes, ListedSizes):
        assert {option.tier for option in card.sizes.options} == {t for t, _ in card.price.tiers}
    if row(card.provider).needs_key and not unknown:
        assert (card.estimate(card.default_size).each or 0) > 0


@every_card
def test_the_default_form_makes_an_order(card: ModelCard) -> None:
    assert size_problem(card.sizes, card.default_size) is None
    result = check(order_of(card), card, lambda: 2**63)
    assert (result.problems, result.notes) == ((), ())
    assert result.order is not None
    (request,) = result.order.requests
    assert (request.seed is not None) == card.seed


@every_card
def test_a_card_takes_just_as_many_references_as_it_says(card: ModelCard) -> None:
    full = check(order_of(card, references=(PICTURE,) * card.references), card, lambda: 1)
    assert full.problems == ()
    over = check(order_of(card, references=(PICTURE,) * (card.references + 1)), card, lambda: 1)
    assert len(over.problems) == 1


def card_of(provider: str, model: str) -> ModelCard:
    return next(card for card in CARDS if card.id == (provider, model))


@pytest.mark.parametrize(
    ("size", "price"),
    [("1024x1024", "0.030"), ("1920x1080", "0.045"), ("2048x2048", "0.075"),
     ("4096x4096", "0.255")],
)  # fmt: skip
def test_the_printed_table_by_megapixel_holds(size: str, price: str) -> None:
    width, _, height = size.partition("x")
    card = card_of("runflow", "flux-2-pro")
    assert card.estimate(Size(int(width), int(height))).each == Decimal(price)


@pytest.mark.parametrize(
    ("model", "tier", "price"),
    [("flux-2-pro", "1k", "0.050"), ("flux-2-flex", "1k", "0.140"), ("flux-2-pro", "2k", "0.07"),
     ("flux-2-flex", "2k", "0.24")],
)  # fmt: skip
def test_the_printed_table_by_call_holds(model: str, tier: str, price: str) -> None:
    card = card_of("runapi", model)
    assert isinstance(card.sizes, ListedSizes)
    for option in card.sizes.options:
        if option.tier == tier:
            for references in ((), (PICTURE.size,) * 8):
                assert card.estimate(option.size, references).each == Decimal(price)


def test_the_inferred_price_of_references_says_so() -> None:
    card = card_of("runflow", "flux-2-pro")
    priced = card.estimate(Size(1024, 1024), (Size(1024, 1024),))
    assert priced.each == Decimal("0.045")
    assert "inferred" in priced.working[-1]


def test_unknown_prices_are_unknown_where_nobody_publishes_them() -> None:
    unknown = {card.id for card in CARDS if isinstance(card.price, Unknown)}
    assert {("runflow", "flux-2-max"), ("runflow", "flux-2-turbo"), ("runapi", "flux-2-max")} <= (
        unknown
    )


# Weight


LIGHT = """
import sys
from flux_studio.core.card_rows import read_cards
from flux_studio.providers.registry import PROVIDERS, open_provider, row
from flux_studio.resources import resource_path
for known in PROVIDERS:
    path = resource_path(f"models/{known.id}.toml")
    assert read_cards(path.read_text(encoding="utf-8"), path.name)
open_provider(row("practice"), None, None, {}, read_reference=bytes)
heavy = {"httpx", "PIL", "msgspec", "keyring", "PySide6"} & set(sys.modules)
assert not heavy, heavy
"""


def test_cards_and_practice_load_without_heavy_libraries() -> None:
    run = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
