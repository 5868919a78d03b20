from dataclasses import replace
from datetime import date
from decimal import Decimal
from time import perf_counter

import pytest

from flux_studio.core.draft import Draft, SeedMode
from flux_studio.core.price_table import Circumstances, PriceRow, price_table
from flux_studio.core.pricing import Estimate, Free, Unknown
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.storage.model_files import read_model_files
from tests.core.sample_cards import LISTED, free

DAY = date(2026, 3, 20)
SQUARE = Size(1024, 1024)
DEAR = free(provider="three", price=replace(free().price, first=Decimal("0.09")))
FREE = free()
GIFT = free(provider="practice", price=Free())
SECRET = free(provider="four", price=Unknown())
CARDS = (GIFT, SECRET, LISTED, DEAR, FREE)


def draft(**changes) -> Draft:
    return replace(Draft("one", "free-sizes", prompt="a fox in snow", size=SQUARE), **changes)


def reference(number: int) -> Reference:
    return Reference(f"{number:064x}", "image/png", SQUARE)


def table(cards=CARDS, circumstances=None, **changes):
    return price_table(draft(**changes), cards, circumstances or Circumstances(DAY))


def row(card, circumstances=None, **changes) -> PriceRow:
    found = table((card,), circumstances, **changes)
    return found.all[0]


def words(notes) -> list[str]:
    return [note.sentence for note in notes]


def test_rows_go_by_price_then_unknown_then_what_calls_no_model():
    assert [r.card.id for r in table().rows] == [c.id for c in (FREE, LISTED, DEAR, SECRET, GIFT)]
    assert table().others == ()


def test_the_cheapest_offer_is_marked_and_the_chosen_one_too():
    found = table()
    assert [r.card for r in found.rows if r.cheapest] == [FREE]
    assert [r.card for r in found.rows if r.chosen] == [FREE]


def test_of_equal_prices_the_chosen_one_is_the_cheapest_and_stays_in_its_place():
    twin = free(provider="five")
    found = table((twin, FREE))
    assert [r.card for r in found.rows] == [twin, FREE]
    assert [r.card for r in found.rows if r.cheapest] == [FREE]


def test_of_equal_prices_one_with_a_key_stands_first():
    twin = free(provider="five")
    known = Circumstances(DAY, keys={"one": True, "five": False})
    assert [r.card for r in table((twin, FREE), known).rows] == [FREE, twin]


def test_free_and_unknown_are_never_the_cheapest():
    assert not any(r.cheapest for r in table((GIFT, SECRET)).rows)


def test_who_cannot_is_apart_and_says_why_in_few_words():
    found = table(references=(reference(1), reference(2), reference(3)), count=12)
    assert found.rows == ()
    short = {r.card.id: words(r.obstacles) for r in found.others}
    assert short[LISTED.id] == ["no references"]
    assert short[FREE.id] == ["references: at most 2", "at most 8 at once"]
    assert all(len(r.obstacles) == len(r.problems) for r in found.others)


@pytest.mark.parametrize(
    ("card", "changes", "expected"),
    [
        (FREE, {"size": Size(1000, 777)}, "only 1008 × 784"),
        (LISTED, {"size": Size(2000, 500)}, "only 16:9 at 1k"),
        (FREE, {"prompt": "ab"}, "prompt too short"),
        (FREE, {"prompt": "a" * 60}, "prompt at most 40 characters"),
        (FREE, {"seed_mode": SeedMode.FIXED, "seed": 5000}, "seed at most 999"),
        (FREE, {"knobs": (("steps", 99),)}, "a setting out of range"),
        (
            free(megapixels_most=2),
            {"references": (reference(1), reference(2))},
            "at most 2 MP with references",
        ),
    ],
)
def test_every_obstacle_has_its_few_words(card, changes, expected):
    assert words(row(card, **changes).obstacles) == [expected]


def test_a_missing_prompt_is_no_obstacle_since_it_decides_no_price():
    assert row(FREE, prompt=" ").able


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["no seed"]),
        ({"size": Size(1360, 768)}, ["16:9 at 1k", "no seed"]),
        ({"output_format": "png"}, ["no seed", "its own format"]),
        ({"safety": 3, "checker": False}, ["no seed", "no safety scale", "no checker"]),
        ({"knobs": (("steps", 20),)}, ["no seed", "fewer settings"]),
    ],
)
def test_what_a_card_would_change_is_told(changes, expected):
    assert words(row(LISTED, **changes).changes) == expected


def test_what_is_taken_as_it_is_changes_nothing():
    changes = {"safety": 3, "output_format": "png", "knobs": (("steps", 20),)}
    assert row(FREE, **changes).changes == ()
    assert words(row(FREE, safety=9).changes) == ["safety 5"]
    assert words(row(FREE, output_format="webp").changes) == ["jpeg only"]


def test_the_price_is_the_whole_orders():
    found = row(FREE, count=4, references=(reference(1),))
    assert (found.estimate.each, found.estimate.total) == (Decimal("0.045"), Decimal("0.18"))


def test_key_wait_and_what_is_left():
    known = Circumstances(
        DAY,
        keys={"one": False},
        usual={FREE.id: 7.5},
        balances={"one": Decimal("4.20"), "practice": Decimal(3)},
    )
    found = row(FREE, known)
    assert (found.has_key, found.wait, found.left) == (False, 7.5, 140)
    other = row(LISTED, known)
    assert (other.has_key, other.wait, other.left) == (None, None, None)
    assert row(GIFT, known).left is None
    assert row(FREE, Circumstances(DAY, balances={"one": Decimal("-0.5")})).left == 0


@pytest.mark.parametrize(("as_of", "age"), [("2025-12-20", None), ("2025-12-19", 91)])
def test_a_price_of_more_than_ninety_days_has_its_age(as_of, age):
    assert row(free(as_of=as_of)).age == age
    assert row(free(as_of=as_of, price=Free())).age is None


def test_a_quote_stands_for_the_chosen_card_only():
    quote = Estimate(Decimal("0.2"), 1, ("quoted",))
    known = Circumstances(DAY, balances={"one": Decimal(1)}, quote=quote)
    found = table(circumstances=known)
    [chosen] = [r for r in found.rows if r.quoted]
    assert (chosen.card, chosen.estimate, chosen.left) == (FREE, quote, 5)
    assert [r.card for r in found.rows if r.cheapest] == [LISTED]


def test_the_short_list_has_the_cheapest_the_chosen_and_the_same_model_elsewhere():
    same = free(provider="six", price=DEAR.price)
    other = free(provider="seven", title="Else", price=replace(FREE.price, first=Decimal("0.08")))
    found = table((*CARDS, same, other), provider="three")
    assert [r.card for r in found.shortlist(4)] == [FREE, DEAR, same, SECRET]
    assert [r.card for r in found.shortlist(1)] == [FREE]
    assert [r.card for r in found.shortlist(2)] == [FREE, DEAR]


def test_the_short_list_keeps_a_chosen_one_that_cannot():
    found = table(size=Size(1000, 1000), provider="one")
    assert FREE in [r.card for r in found.shortlist(3)]


def test_all_shipped_cards_are_priced_while_one_types(tmp_path):
    """Five milliseconds on the machine of the day, told by how fast it counts: a yardstick of plain
    arithmetic that takes some 5 ms there runs beside it.
    """
    cards = read_model_files(tmp_path).cards
    typed = draft(provider=cards[1].provider, model=cards[1].model, count=4, references=(
        reference(1), reference(2)))  # fmt: skip
    known = Circumstances(DAY)

    def best(work) -> float:
        times = []
        for _ in range(15):
            start = perf_counter()
            work()
            times.append(perf_counter() - start)
        return min(times)

    priced = best(lambda: price_table(typed, cards, known))
    yardstick = best(lambda: sum(n * n % 7 for n in range(50_000)))
    assert len(cards) > 20
    assert priced < max(0.005, yardstick)
