"""Pasted text into rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.batch.rows import (
    MOST_ROWS,
    SHOWN,
    Column,
    Row,
    column_named,
    columns_of,
    read_rows,
    table_of,
)
from flux_studio.core.batch.text import write_table
from tests.core.sample_cards import FREE, LISTED

CARDS = (FREE, LISTED)
WORDS = st.text(st.characters(codec="utf-8"), max_size=20).map(str.strip)
ROWS = st.lists(
    st.dictionaries(st.sampled_from([*map(str, Column), "steps", "mood"]), WORDS, max_size=5).map(
        lambda cells: Row({name: cell for name, cell in cells.items() if cell})
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    ("head", "column"),
    [
        ("Prompt", "prompt"), ("POSITIVE PROMPT", "prompt"), ("Output format", "format"),
        ("# images", "count"), ("Seed ", "seed"), ("model_id", "model"), ("steps", "steps"),
        ("Steps", "steps"), ("Negative prompt", "negative prompt"), ("client", None), ("", None),
    ],
)  # fmt: skip
def test_heads_are_read_kindly(head: str, column: str | None) -> None:
    assert column_named(head, CARDS) == column


def test_columns_come_in_any_order_and_strangers_are_named() -> None:
    pasted = read_rows("Seed,Client,Prompt\n7,Acme,a fox\n,,\n8,,a dog\n", CARDS)
    assert pasted.rows == (
        Row({"seed": "7", "prompt": "a fox"}),
        Row({"seed": "8", "prompt": "a dog"}),
    )
    assert pasted.left_out == ("Client",)


def test_width_and_height_are_one_size() -> None:
    pasted = read_rows("prompt\twidth\theight\na fox\t640\t480\na dog\t640\t\n", CARDS)
    assert [row.cell("size") for row in pasted.rows] == ["640x480", "640x?"]


def test_without_heads_columns_begin_at_the_current_one() -> None:
    pasted = read_rows("free-sizes\t512x512\nlisted-sizes\t1024x1024", CARDS, Column.MODEL)
    assert pasted.rows[1] == Row({"model": "listed-sizes", "size": "1024x1024"})


def test_a_list_of_prompts_is_a_row_each() -> None:
    assert len(read_rows("one, two\nthree\n\nfour", CARDS).rows) == 3


def test_more_rows_than_there_may_be_are_counted() -> None:
    pasted = read_rows("\n".join(["a fox"] * (MOST_ROWS + 3)), CARDS)
    assert (len(pasted.rows), pasted.cut) == (MOST_ROWS, 3)


@given(rows=ROWS)
def test_a_copied_table_is_pasted_as_it_was(rows: list[Row]) -> None:
    columns = columns_of(rows)
    rows = [row for row in rows if row.cells]  # an empty row has no text
    for separator in ("\t", ","):
        text = write_table(table_of(rows, columns), separator)
        assert list(read_rows(text, CARDS).rows) == rows


def test_the_columns_that_are_always_there_come_first() -> None:
    rows = [Row({"mood": "wild", "format": "png"})]
    assert columns_of(rows) == (*SHOWN, "format", "mood")


def test_a_changed_prompt_came_from_no_other() -> None:
    row = Row(
        {"prompt": "red fox"}, (("Hue", "red"), ("Seed", "7")), "{red|blue} fox", (("x", "y"),)
    )
    assert row.with_cell("prompt", "red fox") == row
    assert row.with_cell("prompt", "a dog") == Row({"prompt": "a dog"})
    assert row.with_cell("seed", "8").typed == "{red|blue} fox"
    assert row.with_cell("seed", "8").axes == ()
    assert hash(row) == hash(Row(dict(row.cells), row.axes, row.typed, row.choices))
