"""Tables as text: what spreadsheets copy, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.batch.text import read_table, split, write_table

CELLS = st.text(st.characters(codec="utf-8"), max_size=12)
SHARP = st.text(st.sampled_from('"\t,;\r\n ab'), max_size=8)


def is_header(cells: list[str]) -> bool:
    return "prompt" in cells


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
@given(rows=st.lists(st.lists(CELLS | SHARP, min_size=1, max_size=4), max_size=5))
def test_what_is_written_is_read_back(separator: str, rows: list[list[str]]) -> None:
    # A row of one empty cell has no text at all, which no table can tell from an empty line.
    rows = [row if row != [""] else ["x"] for row in rows]
    assert split(write_table(rows, separator), separator) == rows


@given(text=SHARP)
def test_any_text_is_read_to_its_end(text: str) -> None:
    for separator in ("\t", ",", ""):
        cells = [cell for row in split(text, separator) for cell in row]
        kept = "".join(cells)
        for sign in "ab":
            assert kept.count(sign) == text.count(sign)


def test_excel_quotes_cells_with_line_breaks_and_quotes() -> None:
    text = 'prompt\tseed\r\n"a sign that says ""OPEN""\nat night"\t7\r\n'
    assert split(text, "\t") == [["prompt", "seed"], ['a sign that says "OPEN"\nat night', "7"]]


def test_sheets_copies_quotes_as_they_stand() -> None:
    assert split('"OPEN" in neon\t7\n"A" and "B"\t8', "\t") == [
        ['"OPEN" in neon', "7"],
        ['"A" and "B"', "8"],
    ]


def test_a_quote_without_end_swallows_nothing() -> None:
    assert split('"a fox\na dog', "\t") == [['"a fox'], ["a dog"]]


def test_lines_of_prompts_keep_their_commas() -> None:
    text = "a fox, in snow\n\na dog; asleep, by the fire\n"
    assert read_table(text, is_header) == [["a fox, in snow"], ["a dog; asleep, by the fire"]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_head_tells_the_separator(separator: str) -> None:
    text = "\ufeff" + separator.join(["prompt", "size"]) + "\n" + separator.join(["x", "1x1"])
    assert read_table(text, is_header) == [["prompt", "size"], ["x", "1x1"]]
