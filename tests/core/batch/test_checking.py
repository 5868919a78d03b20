"""Rows checked as the form is: problems at their cells, orders, prices."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.batch.checking import (
    MOST_PICTURES,
    Ground,
    check_row,
    order_to_send,
    price_of,
    sum_of,
    too_many,
)
from flux_studio.core.batch.rows import Column, Row
from flux_studio.core.budget import Rates, rates_of
from flux_studio.core.draft import Draft, SeedMode, check
from flux_studio.core.pricing import Unknown
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from tests.core.sample_cards import FREE, LISTED

REFERENCES = tuple(
    Reference(f"{number:064x}", "image/png", Size(800, 600), f"ref{number}.png")
    for number in range(1, 4)
)
FORM = Draft("one", "free-sizes", "a fox in snow", Size(1024, 768), seed=3, count=4)
SECRET = replace(FREE, provider="dark", price=Unknown())
GROUND = Ground(FORM, (FREE, LISTED, SECRET))
RATES = rates_of(GROUND.cards)


def row(**cells: str) -> Row:
    return Row({name.replace("_", " "): cell for name, cell in cells.items()})


def seven() -> int:
    return 7


def test_empty_cells_are_as_in_the_form_and_make_one_picture() -> None:
    found = check_row(row(prompt="a dog"), GROUND, seven)
    assert found.order is not None
    [request] = found.order.requests
    assert (request.prompt, request.size, request.seed) == ("a dog", FORM.size, 7)


def test_a_row_is_the_draft_of_the_form_that_says_the_same() -> None:
    cells = row(prompt="a dog", size="640x480", seed="9", count="2", safety="3", format="PNG",
                steps="12", mood="wild")  # fmt: skip
    found = check_row(cells, GROUND, seven)
    draft = Draft("one", "free-sizes", "a dog", Size(640, 480), seed_mode=SeedMode.FIXED, seed=9,
                  count=2, safety=3, output_format="png",
                  knobs=(("steps", 12), ("mood", "wild")))  # fmt: skip
    assert found.order is not None
    same = check(draft, FREE, seven).order
    assert same is not None
    assert found.order.requests == same.requests
    assert found.order.estimate == same.estimate


@pytest.mark.parametrize(
    ("column", "text", "offer"),
    [
        ("size", "1000x600", "1008x608"), ("size", "9000x9000", "2048x2048"),
        ("size", "big", "1024x768"), ("seed", "1000", "999"), ("seed", "seven", "random"),
        ("count", "9", "8"), ("count", "0", "1"), ("count", "two", "1"), ("safety", "9", "5"),
        ("safety", "strict", "2"), ("format", "gif", "jpeg"),
        ("model", "fre-size", "one/free-sizes"),
        ("provider", "two2", "two"), ("steps", "99", "50"), ("steps", "many", "28"),
        ("guidance", "0.1", "1.5"), ("mood", "wilder", "wild"), ("quiet", "perhaps", "off"),
        ("negative prompt", "blur", ""), ("references", "@image1", "none"),
    ],
)  # fmt: skip
def test_a_wrong_cell_offers_what_would_do(column: str, text: str, offer: str) -> None:
    bad = row(prompt="a dog").with_cell(column, text)
    found = check_row(bad, GROUND, seven)
    problem = found.problem_at(column)
    assert problem is not None
    assert problem.offer == offer
    assert problem.problem.sentence
    assert found.order is None
    better = check_row(bad.with_cell(column, offer), GROUND, seven)
    assert better.problem_at(column) is None
    assert better.order is not None


def test_what_a_model_cannot_take_is_said_at_the_cell() -> None:
    found = check_row(row(prompt="a", model="listed-sizes", seed="4", safety="2"), GROUND, seven)
    assert {each.column for each in found.problems} == {"seed", "safety"}
    assert [each.offer for each in found.problems] == ["", ""]


@pytest.mark.parametrize(
    ("cells", "card"),
    [
        ({"model": "Listed sizes"}, LISTED), ({"provider": "TWO"}, LISTED),
        ({"model": "dark/free-sizes"}, SECRET), ({"model": "free-sizes"}, FREE),
        ({"model": "free-sizes", "provider": "dark"}, SECRET), ({}, FREE),
    ],
)  # fmt: skip
def test_models_are_found_by_id_title_and_provider(cells: dict[str, str], card: object) -> None:
    assert check_row(Row({"prompt": "a dog", **cells}), GROUND).card is card


def test_references_by_name_number_and_file() -> None:
    ground = replace(GROUND, draft=replace(FORM, references=REFERENCES))

    def sent(text: str) -> tuple[Reference, ...]:
        return check_row(row(prompt="a dog", references=text), ground).draft.references

    first, second, third = REFERENCES
    assert sent("@image3, @image1") == (third, first)
    assert sent("2") == (second,)
    assert sent("ref3.png ref1.png") == (third, first)
    assert sent("none") == ()
    too_many_of_them = check_row(row(prompt="a dog"), ground).problem_at("references")
    assert too_many_of_them is not None
    assert too_many_of_them.offer == "@image1 @image2"  # the card takes two


def test_a_prompt_that_names_no_reference_is_told() -> None:
    ground = replace(GROUND, draft=replace(FORM, references=REFERENCES[:2]))
    found = check_row(row(prompt="put @image2 here", references="@image1"), ground)
    problem = found.problem_at("references")
    assert problem is not None
    assert problem.offer == ""


def test_variables_of_a_row_multiply_its_pictures() -> None:
    found = check_row(row(prompt="a {red|blue} dog", count="2"), GROUND, seven)
    assert found.order is not None
    assert [r.prompt for r in found.order.requests] == ["a red dog"] * 2 + ["a blue dog"] * 2
    assert found.estimate.count == 4


def test_a_row_knows_its_place() -> None:
    found = check_row(row(prompt="a dog"), GROUND, seven, number=3)
    assert found.order is not None
    assert found.order.origin(0).cell == (("Row", "3"),)


ANY_ROW = st.builds(
    lambda prompt, model, size, count: Row(
        {"prompt": prompt, "model": model, "size": size, "count": count}
    ),
    st.sampled_from(["a dog", "{a|b} dog", "{1-3} {x|y}"]),
    st.sampled_from(["one/free-sizes", "two/listed-sizes", "dark/free-sizes"]),
    st.sampled_from(["1024x1024", "512x512", "2048x2048"]),
    st.sampled_from(["1", "2", "5"]),
)


@given(rows=st.lists(ANY_ROW, max_size=8))
def test_the_total_is_the_sum_and_the_count_that_of_the_orders(rows: list[Row]) -> None:
    checks = [check_row(each, GROUND, seven) for each in rows]
    price = price_of(checks, RATES)
    orders = [each.order for each in checks if each.order]
    assert price.pictures == sum(each.estimate.count for each in checks)
    if len(orders) == len(checks):
        assert price.pictures == sum(len(order.requests) for order in orders)
        assert price.total == sum_of(orders)
    known = [each.estimate.total for each in checks if each.estimate.total is not None]
    assert price.known == sum(known, Decimal(0))
    assert (price.total is None) == bool(price.unpriced)
    assert price.worst is not None
    assert price.worst >= price.known


def test_an_unknown_price_is_never_nothing() -> None:
    price = price_of([check_row(row(prompt="a dog", model="dark/free-sizes"), GROUND)], RATES)
    assert (price.total, price.unpriced, price.known) == (None, 1, Decimal(0))
    assert price.worst == max(RATES.highest.values())
    assert price_of([check_row(row(model="dark/free-sizes"), GROUND)], Rates()).worst is None


def test_more_than_the_queue_takes_is_a_problem() -> None:
    assert too_many(MOST_PICTURES) is None
    found = too_many(MOST_PICTURES + 1)
    assert found is not None
    assert str(MOST_PICTURES) in found.sentence


def test_every_control_has_its_cell() -> None:
    assert set(Column) >= {"prompt", "model", "size", "seed", "count", "references", "safety"}


def test_equal_rows_get_seeds_of_their_own_and_chosen_ones_stay() -> None:
    seeds = iter(range(100, 200))
    random = check_row(row(prompt="a {red|blue} dog"), GROUND, lambda: 0)
    first, second = (order_to_send(random, n, lambda: next(seeds)) for n in (1, 2))
    assert first is not None
    assert second is not None
    assert [r.seed for r in (*first.requests, *second.requests)] == [100, 101, 102, 103]
    assert second.origin(0).cell == (("Row", "2"),)
    chosen = check_row(row(prompt="a dog", seed="7", count="2"), GROUND, lambda: 0)
    fixed = order_to_send(chosen, 1, lambda: next(seeds))
    assert fixed is not None
    assert [r.seed for r in fixed.requests] == [7, 8]
    none = check_row(row(prompt="a dog", model="listed-sizes"), GROUND, lambda: 0)
    seedless = order_to_send(none, 1, lambda: next(seeds))
    assert seedless is not None
    assert seedless.requests[0].seed is None


def test_words_that_were_drawn_stay_with_their_seed() -> None:
    drawn = replace(FORM, expansion=ExpansionMode.RANDOM, draw=5)
    found = check_row(row(prompt="a {red|blue} dog"), replace(GROUND, draft=drawn), lambda: 0)
    sent = order_to_send(found, 1, seven)
    assert found.order is not None
    assert sent is not None
    assert sent.requests == found.order.requests
