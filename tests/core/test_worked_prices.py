"""The worked examples of a model's page: each price is the card's own estimate."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from flux_studio.core.pricing import Free, PerMegapixel, Unknown
from flux_studio.core.size import FreeSizes, Size
from flux_studio.core.worked_prices import REFERENCE, SIZES, days_old, worked_prices
from tests.core.sample_cards import LISTED, free

BY_AREA = PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.015"))


def test_every_size_is_priced_as_the_card_prices_it():
    card = free(price=BY_AREA, references=8, sizes=FreeSizes(64, 4096, 1, 0))
    found = worked_prices(card)
    assert [worked.wanted for worked in found] == list(SIZES)
    for worked in found:
        assert worked.made == worked.wanted
        assert worked.alone == card.estimate(worked.wanted)
        assert worked.edited == card.estimate(worked.wanted, [REFERENCE])
    alone = [Decimal(each) for each in ("0.03", "0.045", "0.075", "0.255")]
    assert [worked.alone.each for worked in found] == alone
    assert [worked.edited.each for worked in found] == [each + BY_AREA.reference for each in alone]


def test_a_size_off_the_grid_is_the_nearest_and_one_out_of_reach_is_not_made():
    card = free(price=BY_AREA, sizes=FreeSizes(64, 8192, 16, 4 * 1_048_576))
    _, wide, _, large = worked_prices(card)
    assert wide.made == Size(1920, 1088)
    assert (large.made, large.alone, large.edited) == (None, None, None)


def test_without_references_there_is_no_second_price():
    assert worked_prices(free(references=0))[0].edited is None


def test_the_bound_on_picture_and_references_together_is_kept():
    card = free(price=BY_AREA, references=8, megapixels_most=4, sizes=FreeSizes(64, 4096, 1, 0))
    small, _, square, _ = worked_prices(card)
    assert small.edited is not None
    assert square.edited is None


def test_unknown_stays_unknown_and_free_is_free():
    assert worked_prices(free(price=Unknown()))[0].alone.each is None
    assert worked_prices(free(price=Free()))[0].alone.each == 0


def test_sizes_of_a_list():
    for worked in worked_prices(LISTED):
        assert worked.made is None or LISTED.estimate(worked.made) == worked.alone


def test_the_age_of_a_card():
    card = replace(free(), as_of="2026-08-21")
    assert days_old(card, date(2026, 11, 20)) == 91
    assert days_old(card, date(2026, 8, 1)) == 0
