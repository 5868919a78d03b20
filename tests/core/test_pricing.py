from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.pricing import (
    Estimate,
    Free,
    PerCall,
    PerMegapixel,
    PriceRule,
    Unknown,
    estimate,
    reference_cost,
)
from flux_studio.core.size import Size
from tests.core.sample_cards import FREE, LISTED, free

PRO = PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.015"))
FLEX = PerMegapixel(Decimal("0.05"), Decimal("0.05"), Decimal("0.05"))
MAX = PerMegapixel(Decimal("0.07"), Decimal("0.03"), Decimal("0.03"))
CALL_PRO = PerCall((("1k", Decimal("0.05")), ("2k", Decimal("0.07"))))
CALL_FLEX = PerCall((("1k", Decimal("0.14")), ("2k", Decimal("0.24"))))

MP_1, MP_2, MP_3 = Size(1024, 1024), Size(1920, 1080), Size(2048, 1536)
sizes = st.builds(Size, st.integers(64, 4096), st.integers(64, 4096))


@pytest.mark.parametrize(
    ("size", "price"),
    [
        # the provider's own table
        (Size(1024, 1024), "0.030"),
        (Size(1920, 1080), "0.045"),
        (Size(2048, 2048), "0.075"),
        (Size(4096, 4096), "0.255"),
        # edges between megapixels
        (Size(512, 512), "0.030"),
        (Size(1024, 768), "0.030"),
        (Size(1024, 576), "0.030"),
        (Size(1040, 1024), "0.045"),
        (Size(1920, 1088), "0.045"),
        (Size(2048, 1024), "0.045"),
        (Size(2048, 1536), "0.060"),
    ],
)
def test_price_by_megapixels_of_output(size: Size, price: str) -> None:
    assert estimate(PRO, size).each == Decimal(price)


@pytest.mark.parametrize(
    ("rule", "size", "references", "price"),
    [
        (PRO, MP_1, [MP_1], "0.045"),
        (PRO, MP_2, [MP_1, MP_3], "0.105"),
        (PRO, MP_1, [Size(64, 64)], "0.045"),
        (PRO, MP_1, [Size(64, 64)] * 8, "0.150"),
        (FLEX, MP_1, [], "0.05"),
        (FLEX, MP_2, [MP_1], "0.15"),
        (MAX, Size(2048, 2048), [], "0.16"),
    ],
)
def test_every_reference_is_rounded_up_by_itself(
    rule: PriceRule, size: Size, references: list[Size], price: str
) -> None:
    assert estimate(rule, size, references=references).each == Decimal(price)


def test_a_large_reference_counts_to_its_cap() -> None:
    capped = PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.015"), reference_cap=4)
    assert reference_cost(capped, Size(4096, 4096)) == Decimal("0.060")
    assert reference_cost(PRO, Size(4096, 4096)) == Decimal("0.240")
    assert estimate(capped, MP_1, references=[Size(4096, 4096)]).each == Decimal("0.090")


@pytest.mark.parametrize(
    ("rule", "tier", "price"),
    [
        (CALL_PRO, "1k", "0.050"),
        (CALL_PRO, "2k", "0.07"),
        (CALL_FLEX, "1k", "0.140"),
        (CALL_FLEX, "2k", "0.24"),
        (PerCall((("", Decimal("0.03")),)), "1k", "0.03"),
    ],
)
def test_price_by_the_call(rule: PerCall, tier: str, price: str) -> None:
    assert estimate(rule, MP_1, tier=tier).each == Decimal(price)
    with_references = estimate(rule, MP_1, tier=tier, references=[MP_3] * 8)
    assert with_references.each == Decimal(price)
    assert reference_cost(rule, MP_3) == 0


def test_a_tier_without_a_price_is_unknown_not_free() -> None:
    priced = estimate(CALL_PRO, MP_1, tier="4k", count=3)
    assert priced.each is None
    assert priced.total is None
    assert priced.working == ("No price is published at 4k",)


def test_an_unknown_price_stays_unknown() -> None:
    priced = estimate(Unknown(), MP_1, references=[MP_1], count=4)
    assert (priced.each, priced.total) == (None, None)
    assert priced.working == ("No published price is known for this model",)
    assert reference_cost(Unknown(), MP_1) is None


def test_free_is_nothing_at_all() -> None:
    priced = estimate(Free(), Size(4096, 4096), references=[MP_3], count=16)
    assert (priced.each, priced.total) == (Decimal(0), Decimal(0))
    assert reference_cost(Free(), MP_3) == 0


def test_the_working_can_be_followed_line_by_line() -> None:
    priced = estimate(PRO, MP_2, references=[MP_1, MP_3], count=2)
    assert priced.working == (
        "1920x1080 is 1.98 MP, billed as 2 MP",
        "first megapixel $0.030",
        "1 further × $0.015 = $0.015",
        "references 4 MP × $0.015 = $0.060",
        "2 pictures × $0.105 = $0.21",
    )
    assert priced.total == Decimal("0.210")
    assert estimate(CALL_PRO, MP_1, tier="1k").working == (
        "$0.050 a picture at 1k, references included",
    )


@given(sizes, st.lists(sizes, max_size=8), st.integers(1, 16))
def test_one_more_reference_adds_what_it_is_said_to_add(
    size: Size, references: list[Size], count: int
) -> None:
    priced = estimate(PRO, size, references=references, count=count)
    alone = estimate(PRO, size).each
    assert alone is not None
    added = [reference_cost(PRO, reference) or Decimal(0) for reference in references]
    assert priced.each == alone + sum(added)
    assert priced.total == (alone + sum(added)) * count


@given(sizes)
def test_the_price_does_not_know_which_side_is_which(size: Size) -> None:
    assert estimate(PRO, size).each == estimate(PRO, size.swapped()).each


def test_a_card_prices_by_the_tier_of_the_nearest_listed_size() -> None:
    assert LISTED.estimate(Size(1024, 1024)).each == Decimal("0.05")
    assert LISTED.estimate(Size(2048, 2048)).each == Decimal("0.07")
    assert LISTED.tier(Size(1344, 768)) == "1k"
    assert FREE.tier(Size(1344, 768)) == ""


def test_a_card_says_that_its_price_of_references_is_inferred() -> None:
    assert FREE.estimate(MP_1).working[-1] == "first megapixel $0.030"
    assert FREE.estimate(MP_1, [MP_1]).working[-1] == "The price of references is inferred."
    silent = free(reference_price_note="")
    assert silent.estimate(MP_1, [MP_1]).working[-1].startswith("references 1 MP")


def test_a_total_is_each_times_count() -> None:
    assert Estimate(Decimal("0.015"), 3, ()).total == Decimal("0.045")
