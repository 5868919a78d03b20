"""Grids over two parameters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.batch.checking import Ground, check_row
from flux_studio.core.batch.grid import (
    VARIABLE,
    Axis,
    axes_of,
    compare_rows,
    grid_rows,
    read_values,
    sides_of,
    variables_of,
)
from flux_studio.core.batch.rows import Row
from flux_studio.core.draft import Draft
from flux_studio.core.size import Size
from tests.core.sample_cards import FREE, LISTED

FORM = Draft("one", "free-sizes", "a fox in snow", Size(1024, 768))
GROUND = Ground(FORM, (FREE, LISTED))


@given(down=st.integers(1, 6), across=st.integers(1, 6))
def test_each_value_meets_each_other(down: int, across: int) -> None:
    rows = grid_rows(
        GROUND,
        Axis("seed", tuple(map(str, range(down)))),
        Axis("steps", tuple(str(10 + number) for number in range(across))),
    )
    assert len(rows) == len(set(rows)) == down * across
    for row in rows:
        found = check_row(row, GROUND, lambda: 1)
        assert found.order is not None
        assert found.order.origin(0).cell == row.axes
    sides = sides_of(rows)
    assert sides is not None
    assert tuple(map(len, sides)) == (down, across)


def test_a_variable_of_the_prompt_is_a_side() -> None:
    ground = replace(GROUND, draft=replace(FORM, prompt="a {hue:=red|blue} fox, {day|night}"))
    variables = variables_of(ground)
    assert [each.values for each in variables] == [("red", "blue"), ("day", "night")]
    hue = variables[0].label
    rows = grid_rows(ground, Axis(VARIABLE + hue, ("red", "blue")), Axis("seed", ("1", "2")))
    # The other variable multiplies the pictures of each pair.
    assert len(rows) == 8
    assert rows[0].cell("prompt") == "a red fox, day"
    assert rows[0].axes == ((hue, "red"), ("Seed", "1"))
    found = check_row(rows[0], ground, lambda: 1)
    assert found.order is not None
    origin = found.order.origin(0)
    assert origin.typed == ground.draft.prompt
    assert dict(origin.choices)[hue] == "red"


def test_two_variables_of_the_prompt_are_a_grid() -> None:
    ground = replace(GROUND, draft=replace(FORM, prompt="{red|blue} {fox|dog}"))
    one, two = variables_of(ground)
    down, across = (Axis(VARIABLE + each.label, each.values) for each in (one, two))
    assert [row.cell("prompt") for row in grid_rows(ground, down, across)] == [
        "red fox", "red dog", "blue fox", "blue dog",
    ]  # fmt: skip


def test_a_variable_that_stands_twice_under_one_label_is_no_side() -> None:
    ground = replace(GROUND, draft=replace(FORM, prompt="{a|b} and {a|b}"))
    assert variables_of(ground) == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1, 2,3", ("1", "2", "3")), ("1-4", ("1", "2", "3", "4")), ("7..9", ("7", "8", "9")),
        ("512x512; 1024x768", ("512x512", "1024x768")), ("flux-2-pro, flux-2-max",
        ("flux-2-pro", "flux-2-max")), ("3.5\n3.5", ("3.5",)), ("", ()),
        ("1-999999", ("1-999999",)),
    ],
)  # fmt: skip
def test_values_are_typed_freely(text: str, values: tuple[str, ...]) -> None:
    assert read_values(text) == values


def test_the_same_prompt_on_several_models() -> None:
    rows = compare_rows(GROUND, GROUND.cards)
    assert [check_row(row, GROUND).card for row in rows] == [FREE, LISTED]
    assert {row.cell("prompt") for row in rows} == {FORM.prompt}


def test_only_a_grid_has_sides() -> None:
    assert sides_of((Row({"prompt": "a"}),)) is None
    assert sides_of(()) is None
    assert sides_of(compare_rows(GROUND, GROUND.cards)) is None


def test_every_parameter_can_be_a_side() -> None:
    assert {"model", "size", "seed", "safety", "steps", "guidance"} <= set(axes_of(GROUND))
