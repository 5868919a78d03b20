from dataclasses import replace
from decimal import Decimal

import pytest

from flux_studio.core.price_drift import corrected, drift
from flux_studio.core.pricing import Free, PerCall, PerMegapixel, Unknown
from flux_studio.core.request import Reference, Request
from flux_studio.core.size import Size
from tests.core.sample_cards import FREE, LISTED, free

SQUARE = Size(1024, 1024)


def request(size=SQUARE, references=0) -> Request:
    taken = tuple(Reference(f"{n:064x}", "image/png", SQUARE) for n in range(references))
    return Request("one", "m", "a fox", size, "png", taken)


@pytest.mark.parametrize("charged", ["0.03", "0.0315", "0.0285", "0", None])
def test_within_five_percent_or_not_known_is_no_drift(charged):
    assert drift(request(), FREE, None if charged is None else Decimal(charged)) is None


@pytest.mark.parametrize("charged", ["0.032", "0.028", "0.036", "3"])
def test_over_five_percent_is(charged):
    found = drift(request(), FREE, Decimal(charged))
    assert found is not None
    assert (found.charged, found.table) == (Decimal(charged), Decimal("0.03"))


@pytest.mark.parametrize("rule", [Unknown(), Free()])
def test_without_a_price_there_is_nothing_to_differ_from(rule):
    assert drift(request(), free(price=rule), Decimal("0.05")) is None


def test_one_megapixel_alone_corrects_the_first_megapixel_alone():
    found = drift(request(), FREE, Decimal("0.036"))
    assert found is not None
    assert corrected(found) == replace(FREE.price, first=Decimal("0.036"))


@pytest.mark.parametrize("charged", ["0.07", "0.123457", "0.01", "0.3"])
@pytest.mark.parametrize(("size", "references"), [(Size(1920, 1088), 0), (SQUARE, 2)])
def test_what_was_charged_is_then_the_price_to_the_last_digit(charged, size, references):
    asked = request(size, references)
    found = drift(asked, FREE, Decimal(charged))
    assert found is not None
    rule = corrected(found)
    assert isinstance(rule, PerMegapixel)
    again = free(price=rule).estimate(size, [r.size for r in asked.references])
    assert again.each == Decimal(charged)


def test_a_price_by_tier_changes_in_its_tier():
    found = drift(request(), LISTED, Decimal("0.06"))
    assert found is not None
    assert corrected(found) == PerCall((("1k", Decimal("0.06")), ("2k", Decimal("0.07"))))


def test_a_price_for_all_tiers_changes_whole():
    card = replace(LISTED, price=PerCall((("", Decimal("0.05")),)))
    found = drift(request(), card, Decimal("0.06"))
    assert found is not None
    assert corrected(found) == PerCall((("", Decimal("0.06")),))
