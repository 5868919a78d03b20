"""RunAPI's price list against its twin: asked for without a key, taken only where it is clear."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from flux_studio.core.errors import Unreachable
from flux_studio.core.pricing import PerCall
from flux_studio.providers.runapi_prices import Schedule, Schedules, rule_in
from tests.hosts.fixtures import hosting
from tests.hosts.runapi import RunApiHost
from tests.providers.runapi_talk import FLEX, MAX, PRO, talk

NAME = "flux-2-pro-text-to-image"


@pytest.fixture
def twin():
    with hosting(RunApiHost) as host:
        yield host


@pytest.mark.parametrize(
    ("card", "prices"),
    [
        (PRO, (("1k", Decimal("0.05")), ("2k", Decimal("0.07")))),
        (FLEX, (("1k", Decimal("0.14")), ("2k", Decimal("0.24")))),
        (MAX, (("1k", Decimal("0.12")),)),
    ],
    ids=lambda value: getattr(value, "model", None),
)
def test_the_list_prices_each_model_by_its_resolutions(twin, card, prices):
    assert talk(twin, lambda provider: provider.list_price(card)) == PerCall(prices)
    [asked] = twin.asked("schedules")
    assert "authorization" not in asked.headers
    assert asked.query["service"] == "flux_2"


def test_a_provider_without_a_list_has_none_and_one_that_fails_says_so(twin):
    twin.fault("schedules", "404")
    assert talk(twin, lambda provider: provider.list_price(PRO)) is None
    twin.fault("schedules", "503", times=9)
    with pytest.raises(Unreachable):
        talk(twin, lambda provider: provider.list_price(PRO))


def listed(**changes: Any) -> PerCall | None:
    fields = {
        "model": NAME,
        "pricing_status": "priced",
        "currency": "USD",
        "unit_price_cents": 5,
        "billing_config": {"output_resolution": {"1k": 5, "2k": 7}},
        **changes,
    }
    return rule_in(Schedules([Schedule(**fields)]), PRO, NAME)


@pytest.mark.parametrize(
    "changes",
    [{"model": "another"}, {"pricing_status": "unpriced"}, {"currency": "EUR"},
     {"billing_config": None}, {"billing_config": {"output_resolution": {"1k": 5}}},
     {"billing_config": {"output_resolution": {"1k": 5, "2k": "seven"}}},
     {"billing_config": {"output_resolution": {"1k": 0, "2k": 0}}},
     {"billing_config": {"output_resolution": [5, 7]}}],
    ids=repr,
)  # fmt: skip
def test_what_is_not_clear_is_no_price(changes):
    assert listed(**changes) is None


def test_one_price_is_enough_for_a_model_of_one_resolution():
    row = Schedule(model="m", pricing_status="priced", currency="USD", unit_price_cents=12)
    assert rule_in(Schedules([row]), MAX, "m") == PerCall((("", Decimal("0.12")),))
    assert listed() == PerCall((("1k", Decimal("0.05")), ("2k", Decimal("0.07"))))
