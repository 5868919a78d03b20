"""What one press of Generate makes of a prompt with variables: prompts, seeds, origins, price."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.draft import Draft, SeedMode, check, expansions, price
from flux_studio.core.problem import Control
from flux_studio.core.prompt.checking import MOST_PICTURES
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.style import Style
from flux_studio.core.prompt.template import WordLists
from flux_studio.core.size import Size
from tests.core.sample_cards import FREE, LISTED

SQUARE = Size(1024, 1024)
COLOURS = Draft("one", "free-sizes", prompt="{red|blue} {cat|dog}", size=Size(1024, 768))
RANDOM = replace(COLOURS, expansion=ExpansionMode.RANDOM, prompt="{a|b|c|d} {1-1000} fox")


def order(draft: Draft, card=FREE):
    found = check(draft, card, iter(range(500)).__next__)
    assert found.order is not None, found.problems
    return found.order


def seeds(draft: Draft) -> list[int | None]:
    return [request.seed for request in order(draft).requests]


def prompts(draft: Draft, card=FREE) -> list[str]:
    return [request.prompt for request in order(draft, card).requests]


def test_all_combinations_are_made_each_so_many_times_and_priced_together():
    draft = replace(COLOURS, count=2)
    made = order(draft)
    assert [request.prompt for request in made.requests[::2]] == [
        "red cat",
        "red dog",
        "blue cat",
        "blue dog",
    ]
    assert made.requests[0].prompt == made.requests[1].prompt
    assert made.estimate.count == len(made.requests) == 8
    assert made.estimate.total == 8 * Decimal("0.03")
    assert price(draft, FREE).total == made.estimate.total


def test_each_picture_remembers_what_was_typed_and_its_own_choices():
    made = order(COLOURS)
    assert [origin.typed for origin in made.origins] == [COLOURS.prompt] * 4
    assert made.origin(1).choices == (("red|blue", "red"), ("cat|dog", "dog"))


def test_a_prompt_that_is_sent_as_typed_has_no_origin():
    assert order(replace(COLOURS, prompt="a fox", count=2)).origins == ()
    typed = replace(COLOURS, expansion=ExpansionMode.OFF)
    assert prompts(typed) == [COLOURS.prompt]
    assert order(typed).origins == ()


def test_comments_and_styles_are_kept_as_the_origin():
    noted = order(replace(COLOURS, prompt="a fox\n// later: a hat"))
    assert noted.requests[0].prompt == "a fox"
    assert noted.origin(0).typed == "a fox\n// later: a hat"
    styled = order(replace(COLOURS, prompt="a fox", style=Style("Ink", "{prompt}, in ink")))
    assert styled.requests[0].prompt == "a fox, in ink"
    assert styled.origin(0).choices == (("Style", "Ink"),)


def test_random_seeds_are_picked_for_each_picture():
    assert seeds(COLOURS) == [0, 1, 2, 3]


def test_a_fixed_seed_is_shared_by_all_combinations_and_counts_up_in_each():
    draft = replace(COLOURS, seed_mode=SeedMode.FIXED, seed=7)
    assert seeds(draft) == [7, 7, 7, 7]
    assert seeds(replace(draft, count=2)) == [7, 8] * 4
    assert seeds(replace(draft, seed_mode=SeedMode.STEP, count=2)) == list(range(7, 15))


def test_a_draw_follows_its_seed():
    draft = replace(RANDOM, seed_mode=SeedMode.FIXED, seed=10, count=3)
    assert seeds(draft) == [10, 11, 12]
    alone = replace(draft, seed=11, count=1)
    assert prompts(alone) == [prompts(draft)[1]]


def test_draws_with_random_seeds_are_shown_before_they_are_sent_and_can_be_repeated():
    draft = replace(RANDOM, count=4, draw=5)
    made = order(draft)
    shown = [expansion.prompt for expansion in expansions(draft, FREE)]
    assert [request.prompt for request in made.requests] == shown
    assert prompts(replace(draft, draw=6)) != shown
    third = made.requests[2]
    again = replace(draft, seed_mode=SeedMode.FIXED, seed=third.seed, count=1)
    assert prompts(again) == [third.prompt]


def test_a_card_without_seeds_draws_too():
    draft = replace(RANDOM, count=3, provider="two", model="listed-sizes", size=SQUARE)
    made = order(draft, LISTED)
    assert {request.seed for request in made.requests} == {None}
    assert len({request.prompt for request in made.requests}) == 3


def test_the_list_files_are_used():
    lists = WordLists({"metals": ("gold", "tin")})
    draft = replace(COLOURS, prompt="a {@metals} cup")
    found = check(draft, FREE, lambda: 0, lists=lists)
    assert [request.prompt for request in found.order.requests] == ["a gold cup", "a tin cup"]
    assert check(draft, FREE, lambda: 0).problems[0].control is Control.PROMPT


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prompt": "{1-20}{1-20} fox"}, "This makes 400 pictures"),
        ({"prompt": "{1-200} fox", "count": 2}, "This makes 400 pictures"),
        ({"prompt": "{a fox|}"}, "One of the prompts would be empty"),
        ({"prompt": "{a fox|b}"}, "too short"),
        ({"prompt": "a fox {b|" + "x" * 60 + "}"}, "The prompt has 66 characters"),
        ({"prompt": "// nothing else"}, "only comments"),
        ({"prompt": "a {red|blue"}, "not closed"),
    ],
)
def test_what_cannot_be_sent_is_said_at_the_prompt(changes, words):
    found = check(replace(COLOURS, **changes), FREE, lambda: 0)
    assert found.order is None
    assert found.estimate is not None
    assert words in found.problems[0].sentence
    assert found.problems[0].control is Control.PROMPT


def test_names_without_a_reference_are_noted():
    found = check(replace(COLOURS, prompt="put @image2 there"), FREE, lambda: 0)
    assert [note.sentence for note in found.notes] == ["@image2 in the prompt names no reference."]


@given(
    st.integers(1, 8),
    st.lists(st.integers(1, 5), max_size=3),
    st.sampled_from(SeedMode),
    st.sampled_from(ExpansionMode),
)
def test_the_price_is_for_exactly_the_pictures_that_are_made(each, sides, seed_mode, mode):
    prompt = "fox " + "".join("{" + "|".join("abcde"[: n + 1]) + "}" for n in sides)
    draft = replace(COLOURS, prompt=prompt, count=each, seed_mode=seed_mode, expansion=mode)
    found = check(draft, FREE, lambda: 3)
    if found.order is None:
        assert found.estimate.count > MOST_PICTURES
        return
    assert found.estimate.count == len(found.order.requests)
    assert len(found.order.origins) in (0, len(found.order.requests))
    assert [r.prompt for r in found.order.requests] == [e.prompt for e in expansions(draft, FREE)]
