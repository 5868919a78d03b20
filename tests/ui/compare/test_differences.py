"""Words and settings that differ."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.size import Size
from flux_studio.ui.compare.differences import (
    Change,
    Piece,
    setting_rows,
    shortened,
    word_pieces,
)
from tests.ui.wall import stock


def marks(old, new):
    return [(p.change.value, p.text) for p in word_pieces(old, new)]


def test_a_word_that_was_changed():
    assert marks("a red fox in snow", "a grey fox in snow") == [
        ("same", "a "),
        ("gone", "red"),
        ("new", "grey"),
        ("same", " fox in snow"),
    ]


WORDS = " ".join(f"word{n}" for n in range(200))


def test_a_change_in_a_long_prompt_is_seen_with_words_around_it():
    shown = shortened(word_pieces(f"{WORDS} red {WORDS}", f"{WORDS} grey {WORDS}"))
    assert [p.change for p in shown] == [Change.SAME, Change.GONE, Change.NEW, Change.SAME]
    assert [p.text for p in shown[1:3]] == ["red", "grey"]
    assert shown[0].text.startswith("word0 ")
    assert shown[0].text.endswith(" word198 word199 ")
    assert " … " in shown[0].text
    assert shown[-1].text.startswith(" word0 word1")
    assert shown[-1].text.endswith(" … ")
    assert sum(len(p.text) for p in shown) < 300


def test_a_long_prompt_without_a_change_is_cut_and_a_short_one_is_not():
    (cut,) = shortened([Piece(Change.SAME, WORDS)])
    assert len(cut.text) < 320
    assert cut.text.rstrip(" …").split()[-1] in WORDS.split(), "at the end of a word"
    (one,) = shortened([Piece(Change.SAME, "x" * 5_000)])
    assert len(one.text) < 320
    whole = [Piece(Change.SAME, "a red fox in snow")]
    assert shortened(whole) == tuple(whole)
    assert shortened([]) == ()


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("", "a fox", [("new", "a fox")]),
        ("a fox", "", [("gone", "a fox")]),
        ("same", "same", [("same", "same")]),
        ("", "", []),
        ("sky #C2536B", "sky #E0A030", [("same", "sky "), ("gone", "#C2536B"), ("new", "#E0A030")]),
    ],
)
def test_ends_and_colours(old, new, wanted):
    assert marks(old, new) == wanted


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_is_lost_in_either_direction(old, new):
    pieces = word_pieces(old, new)
    assert "".join(p.text for p in pieces if p.change is not Change.GONE) == new
    assert "".join(p.text for p in pieces if p.change is not Change.NEW) == old


def test_prompts_that_are_too_long_to_compare_stand_as_a_whole():
    old, new = ("a " * 3000).strip(), ("b " * 3000).strip()
    assert marks(old, new) == [("gone", old), ("new", new)]


def test_only_what_differs_and_always_price_and_time(qapp):
    now = datetime.now(UTC)
    one = stock.generation(0, now, seed=5, request=stock.request(0, seed=5))
    other = replace(one, seed=6, size=Size(512, 512), charged=Decimal("0.06"), seconds=9.0)
    rows = {row.label: row.values for row in setting_rows((one, other), ())}
    assert set(rows) == {"Size", "Seed", "Cost", "Took"}
    assert rows["Seed"] == ("5", "6")
    assert rows["Cost"][0].startswith("$0.030")
    same = {row.label for row in setting_rows((one, one), ())}
    assert same == {"Cost", "Took"}


def test_a_knob_that_only_one_has(qapp):
    now = datetime.now(UTC)
    one = stock.generation(0, now)
    knobs = (("steps", 40), ("quiet", True))
    other = replace(one, request=replace(one.request, knobs=knobs))
    rows = {row.label: row.values for row in setting_rows((one, other), ())}
    assert (rows["steps"], rows["quiet"]) == (("", "40"), ("", "on"))
