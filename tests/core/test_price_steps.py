from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_studio.core.price_steps import MOST_CUT, Saving, saving
from flux_studio.core.pricing import PerMegapixel, Unknown
from flux_studio.core.size import FreeSizes, Size, nearest_size, size_problem
from tests.core.sample_cards import LISTED, free
from tests.core.test_size_snapping import FREE_CARDS

EIGHTS = free(
    sizes=FreeSizes(64, 4096, 8, 4_194_304),
    price=PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.015")),
)


def test_eight_pixels_narrower_save_a_step():
    assert saving(EIGHTS, Size(1032, 1024)) == Saving(
        Size(1024, 1024), 8, narrower=True, saved=Decimal("0.015")
    )
    assert saving(EIGHTS, Size(1024, 1032)) == Saving(
        Size(1024, 1024), 8, narrower=False, saved=Decimal("0.015")
    )


def test_there_is_no_saving_at_a_step_far_from_one_or_without_a_price():
    assert saving(EIGHTS, Size(1024, 1024)) is None
    assert saving(EIGHTS, Size(1400, 1024)) is None
    assert saving(replace(EIGHTS, price=Unknown()), Size(1032, 1024)) is None
    assert saving(LISTED, Size(1024, 1024)) is None
    assert saving(EIGHTS, Size(1033, 1024)) is None  # not valid: the offer says what would be


@settings(deadline=None)
@given(st.sampled_from(FREE_CARDS), st.integers(64, 4096), st.integers(64, 4096))
def test_a_saving_is_the_smallest_cut_that_costs_less(card, width: int, height: int):
    size = nearest_size(card.sizes, Size(width, height))
    found, price = saving(card, size), card.estimate(size).each
    cuts = [
        (cut, smaller)
        for side, other in ((size.width, Size(-1, 0)), (size.height, Size(0, -1)))
        for cut in range(card.sizes.step, int(side * MOST_CUT) + 1, card.sizes.step)
        if not size_problem(
            card.sizes,
            smaller := Size(size.width + other.width * cut, size.height + other.height * cut),
        )
        and (each := card.estimate(smaller).each) is not None
        and price is not None
        and each < price
    ]
    if found is None:
        assert not cuts
    else:
        assert found.cut == min(cut for cut, _ in cuts)
        assert (found.cut, found.size) in cuts
        each = card.estimate(found.size).each
        assert each is not None
        assert price is not None
        assert found.saved == price - each > 0


@pytest.mark.parametrize("card", FREE_CARDS, ids=lambda card: "/".join(card.id))
def test_a_saving_is_a_size_the_card_can_make(card):
    for side in range(1000, 1100, card.sizes.step):
        size = nearest_size(card.sizes, Size(side, 1024))
        found = saving(card, size)
        if found is not None:
            assert size_problem(card.sizes, found.size) is None
