"""What pictures of fal cost: worked examples of its price pages, and charges by billing units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from flux_studio.core.card import ModelCard
from flux_studio.core.secret import Secret
from flux_studio.core.size import Size
from flux_studio.providers.contract import Done, Status
from flux_studio.providers.fal import FalProvider
from tests.hosts.fal import FalHost
from tests.hosts.fixtures import hosting
from tests.providers.fal_asking import (
    DEV,
    FLASH,
    FLEX,
    FOX,
    MAX,
    PRO,
    TURBO,
    asking,
    done,
    submit,
)


@pytest.fixture
def host() -> Iterator[FalHost]:
    with hosting(FalHost) as twin:
        yield twin


@pytest.mark.parametrize(
    ("card", "size", "references", "price"),
    [
        (PRO, Size(1024, 1024), [], "0.030"),
        (PRO, Size(512, 512), [], "0.030"),
        (PRO, Size(1040, 1024), [], "0.045"),
        (PRO, Size(1920, 1080), [], "0.045"),
        (PRO, Size(2048, 1024), [], "0.045"),
        (PRO, Size(2048, 1536), [], "0.060"),
        (PRO, Size(2048, 2048), [], "0.075"),
        (PRO, Size(1024, 1024), [Size(1024, 1024)], "0.045"),
        (PRO, Size(1920, 1080), [Size(1024, 1024), Size(2048, 1536)], "0.105"),
        (PRO, Size(1024, 1024), [Size(4096, 3072)], "0.090"),  # 12 MP count as 4
        (PRO, Size(1024, 1024), [Size(64, 64), Size(64, 64)], "0.060"),  # each at least 1
        (MAX, Size(1024, 1024), [], "0.07"),
        (MAX, Size(2048, 2048), [], "0.16"),
        (MAX, Size(1024, 1024), [Size(1024, 1024)], "0.10"),
        (FLEX, Size(1024, 1024), [], "0.05"),
        (FLEX, Size(1920, 1080), [], "0.10"),
        (FLEX, Size(1920, 1080), [Size(1024, 1024)], "0.15"),
        (DEV, Size(1024, 1024), [], "0.012"),
        (DEV, Size(2048, 2048), [Size(1024, 1024)], "0.060"),
        (TURBO, Size(1024, 1024), [], "0.008"),
        (TURBO, Size(1920, 1080), [], "0.016"),
        (FLASH, Size(1024, 1024), [], "0.005"),
    ],
)
def test_worked_prices(card: ModelCard, size: Size, references: list[Size], price: str) -> None:
    assert card.estimate(size, references).each == Decimal(price)


@pytest.mark.parametrize("card", [DEV, TURBO, FLASH], ids=lambda c: c.model)
def test_an_inferred_price_of_references_says_so(card: ModelCard) -> None:
    assert "inferred" in card.estimate(Size(1024, 1024), (Size(1024, 1024),)).working[-1]
    assert "inferred" not in " ".join(card.estimate(Size(1024, 1024)).working)


def test_a_charge_is_units_times_the_accounts_own_unit_price(host: FalHost) -> None:
    row = {"endpoint_id": "fal-ai/flux-2-pro", "unit_price": 0.024, "currency": "USD"}
    host.fault("prices", "other", json={"prices": [row]})
    ticket = submit(host, replace(FOX, size=Size(1920, 1080)))
    assert done(host, ticket).charged == Decimal("0.036")  # 1.5 units
    assert [asked.query for asked in host.asked("prices")] == [{"endpoint_id": "fal-ai/flux-2-pro"}]


@pytest.mark.parametrize(
    "prices",
    [
        {"prices": []},
        {"prices": [{"endpoint_id": "fal-ai/other", "unit_price": 1, "currency": "USD"}]},
        {"prices": [{"endpoint_id": "fal-ai/flux-2-pro", "unit_price": 1, "currency": "EUR"}]},
        {"prices": [{"endpoint_id": "fal-ai/flux-2-pro", "unit_price": -1}]},
        {"prices": [{"endpoint_id": "fal-ai/flux-2-pro", "unit_price": None}]},
        {"prices": "free"},
        [],
    ],
    ids=str,
)
def test_a_unit_price_without_sense_leaves_the_charge_unknown(
    host: FalHost, prices: object
) -> None:
    ticket = submit(host)
    host.fault("prices", "other", json=prices)
    assert done(host, ticket).charged is None


@pytest.mark.parametrize("fault", ["500", "403", "badjson", "reset_after"])
def test_a_picture_does_not_fail_with_its_price(host: FalHost, fault: str) -> None:
    ticket = submit(host)
    host.fault("prices", fault, times=4)
    result = done(host, ticket)
    assert (result.charged, len(result.results)) == (None, 1)


def test_a_picture_does_not_wait_for_its_price(
    host: FalHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flux_studio.providers.fal.PRICE_WAIT", 0.05)
    ticket = submit(host)
    host.fault("prices", "stall")
    assert done(host, ticket).charged is None


@pytest.mark.parametrize("units", ["nan", "-1", "many", ""])
def test_units_without_sense_leave_the_charge_unknown(host: FalHost, units: str) -> None:
    ticket = submit(host)
    url = "https://files.example.test/a.png"
    host.fault(
        "answer", "other", json={"images": [{"url": url}]},
        headers={"x-fal-billable-units": units},
    )  # fmt: skip
    assert done(host, ticket).charged is None
    assert host.asked("prices") == []


def test_a_unit_price_is_asked_once(host: FalHost) -> None:
    tickets = [submit(host), submit(host)]

    async def both(provider: FalProvider, key: Secret) -> list[Status]:
        return [await provider.check(ticket, key) for ticket in tickets]

    results = asking(host, both)
    assert [r.charged for r in results if isinstance(r, Done)] == [Decimal("0.03")] * 2
    assert len(host.asked("prices")) == 1


def test_without_units_the_charge_is_not_known(host: FalHost) -> None:
    host.units = False
    assert done(host, submit(host)).charged is None
    assert host.asked("prices") == []
