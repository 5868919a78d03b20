from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.pricing import PerMegapixel, Unknown
from flux_studio.core.reference_diet import choices, diet
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from tests.core.sample_cards import free

BY_AREA = PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.015"))
CARD = free(references=4, price=BY_AREA)
PICTURE = Size(1024, 1024)
SIZES = st.builds(Size, st.integers(16, 5000), st.integers(16, 5000))


def reference(size: Size, number: int = 1) -> Reference:
    return Reference(f"{number:064x}", "image/png", size)


def test_a_reference_can_be_sent_in_the_sizes_that_make_a_difference():
    found = choices(reference(Size(2048, 1536)), CARD)
    assert [(c.megapixels, c.cost) for c in found] == [
        (0, Decimal("0.045")), (2, Decimal("0.030")), (1, Decimal("0.015")),
    ]  # fmt: skip
    assert [c.megapixels for c in choices(reference(Size(800, 800)), CARD)] == [0]


def test_the_sizes_of_a_smaller_copy_are_those_of_its_whole_picture():
    small = replace(
        reference(Size(1024, 768)), edit=replace(reference(Size(4096, 3072)).as_edit, megapixels=1)
    )
    assert [c.megapixels for c in choices(small, CARD)] == [0, 4, 2, 1]


def test_the_offer_names_the_references_that_save_and_how_much():
    found = diet([reference(Size(2048, 1536)), reference(Size(900, 900), 2)], CARD, PICTURE)
    assert found is not None
    assert (found.places, found.megapixels, found.saves) == ((0,), 1, Decimal("0.030"))


def test_nothing_is_offered_where_nothing_is_saved():
    large = [reference(Size(3000, 3000))]
    for price in (Unknown(), replace(BY_AREA, reference=Decimal(0))):
        assert diet(large, replace(CARD, price=price), PICTURE) is None
    assert diet(large, replace(CARD, price=replace(BY_AREA, reference_cap=1)), PICTURE) is None
    assert diet([reference(Size(1024, 1024))], CARD, PICTURE) is None
    assert diet([], CARD, PICTURE) is None
    assert diet(large, replace(CARD, references=0), PICTURE) is None


def test_copies_that_fit_are_offered_as_large_as_they_can_be():
    card = replace(CARD, price=Unknown(), megapixels_most=6)
    found = diet([reference(Size(3000, 3000)), reference(Size(512, 512), 2)], card, PICTURE)
    assert found is not None
    assert (found.places, found.megapixels, found.fits) == ((0,), 4, True)


@given(st.lists(SIZES, max_size=4))
def test_the_saving_is_what_the_price_function_says(sizes):
    references = [reference(size, number) for number, size in enumerate(sizes)]
    found = diet(references, CARD, PICTURE)
    if found is None:
        return
    smaller = [
        replace(r.as_edit, megapixels=found.megapixels).result if n in found.places else r.size
        for n, r in enumerate(references)
    ]
    before = CARD.estimate(PICTURE, sizes).each
    assert before - CARD.estimate(PICTURE, smaller).each == found.saves > 0
