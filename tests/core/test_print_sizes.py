import pytest

from flux_studio.core.print_sizes import DPI, PAPERS, print_pixels, print_plan
from flux_studio.core.size import MEGAPIXEL, FreeSizes, Size, size_problem
from tests.core.test_size_snapping import CARDS

BY_NAME = {paper.name: paper for paper in PAPERS}
FOUR = FreeSizes(64, 4096, 16, 4 * MEGAPIXEL)


@pytest.mark.parametrize(
    ("name", "dpi", "size"),
    [
        ("A4", 300, Size(2480, 3508)),  # the figures print shops publish
        ("A4", 150, Size(1240, 1754)),
        ("A3", 300, Size(3508, 4961)),
        ("US Letter", 300, Size(2550, 3300)),
        ("US Tabloid", 300, Size(3300, 5100)),
        ("Photo 10 × 15 cm", 300, Size(1181, 1772)),
        ("Square 20 cm", 300, Size(2362, 2362)),
    ],
)
def test_pixels_of_a_sheet(name: str, dpi: int, size: Size):
    assert print_pixels(BY_NAME[name], dpi) == size
    assert print_pixels(BY_NAME[name], dpi, lying=True) == size.swapped()


def test_a_sheet_that_is_too_large_is_made_smaller_in_its_ratio_and_enlarged():
    plan = print_plan(FOUR, BY_NAME["A4"], 300)
    assert plan.made == Size(1712, 2432)
    assert plan.enlarge == pytest.approx(3508 / 2432, rel=0.01)
    assert plan.cut < 0.01


def test_a_sheet_that_fits_needs_no_enlarging_to_speak_of():
    plan = print_plan(FOUR, BY_NAME["A6"], 200)
    assert plan.enlarge == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: "/".join(card.id))
def test_what_is_made_for_print_is_valid_and_covers_the_sheet(card):
    for paper in PAPERS:
        for dpi in DPI:
            for lying in (True, False):
                plan = print_plan(card.sizes, paper, dpi, lying=lying)
                assert size_problem(card.sizes, plan.made) is None
                assert plan.made.width * plan.enlarge >= plan.wanted.width * (1 - 1e-9)
                assert plan.made.height * plan.enlarge >= plan.wanted.height * (1 - 1e-9)
                assert 0 <= plan.cut < 1
