"""The ways to finish a draft: models, sizes, prices, and what is asked for."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flux_studio.core.draft import SeedMode
from flux_studio.core.finishing import (
    INSTRUCTION,
    finish_choices,
    finish_prompt,
    finish_sizes,
    suggested,
    with_kept_reference,
)
from flux_studio.core.generation import Generation
from flux_studio.core.pricing import Free, Unknown
from flux_studio.core.request import Origin, Reference, Request
from flux_studio.core.size import Size
from tests.core.sample_cards import FREE, LISTED

PROMPT = "a fox in snow"
DRAFT = replace(
    FREE, model="draft", title="Draft", price=replace(FREE.price, first=Decimal("0.01"))
)
BEST = replace(FREE, model="best", title="Best", price=replace(FREE.price, first=Decimal("0.07")))
AWAY = replace(BEST, provider="three", title="Away")
DARK = replace(FREE, model="dark", title="Dark", price=Unknown())


def picture(**changes):
    request = Request("one", "draft", PROMPT, Size(1024, 768), "png", seed=7)
    made = Generation(
        id="g1", job="j1", request=request, path="a.png", sha256="0" * 64, mime="image/png",
        size=Size(1024, 768), bytes=9, created=datetime(2026, 11, 20, tzinfo=UTC),
        price=Decimal("0.01"), charged=Decimal("0.01"), seed=7,
    )  # fmt: skip
    return replace(made, **changes)


def ids(choices):
    return [(choice.card.provider, choice.card.model) for choice in choices]


def test_every_model_that_can_edit_but_not_the_same_again():
    found = finish_choices(picture(), (DRAFT, LISTED, DARK, BEST, AWAY), Size(1024, 768), PROMPT)
    assert ids(found) == [("three", "best"), ("one", "best"), ("one", "dark")]
    assert found[-1].each is None


def test_a_larger_size_makes_the_same_model_a_choice():
    found = finish_choices(picture(), (DRAFT,), Size(1600, 1200), PROMPT)
    assert ids(found) == [("one", "draft")]
    assert found[0].size == Size(1600, 1200)
    # 2 billed MP: 0.01 + 0.015, and the picture itself as a reference of 1 MP: 0.015
    assert found[0].each == Decimal("0.040")


def test_the_picture_is_the_reference_and_names_its_parent():
    (choice,) = finish_choices(picture(), (BEST,), Size(1024, 768), PROMPT)
    (source,) = choice.draft.references
    assert (source.parent, source.sha256, source.size) == ("g1", "0" * 64, Size(1024, 768))
    assert (choice.draft.seed_mode, choice.draft.seed) == (SeedMode.FIXED, 7)
    assert choice.checked.order.requests[0].parent == "g1"


def test_a_prompt_that_is_too_long_leaves_nothing_to_choose():
    assert finish_choices(picture(), (BEST,), Size(1024, 768), "x" * 41) == ()


@pytest.mark.parametrize(
    ("request_changes", "wanted"),
    [
        ({}, f"{INSTRUCTION}\n\n{PROMPT}"),
        ({"references": (Reference("1" * 64, "image/png", Size(9, 9)),)}, INSTRUCTION),
        ({"prompt": " "}, INSTRUCTION),
    ],
)
def test_what_is_asked_for(request_changes, wanted):
    made = picture()
    assert finish_prompt(replace(made, request=replace(made.request, **request_changes))) == wanted


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        (Size(512, 512), [(512, 512), (1024, 1024), (1440, 1440), (2048, 2048)]),
        (Size(1024, 1024), [(1024, 1024), (1440, 1440), (2048, 2048)]),
        (Size(2048, 2048), [(2048, 2048)]),
    ],
)
def test_sizes_keep_the_ratio_and_stay_below_the_next_megapixel(size, wanted):
    found = finish_sizes(size)
    assert [(s.width, s.height) for s in found] == wanted
    for each, area in zip(found[1:], (1, 2, 4)[-len(found[1:]) :], strict=False):
        assert each.billed_megapixels <= area


def test_the_next_dearer_model_of_the_same_provider_is_suggested():
    made = picture()
    dearest = replace(BEST, model="top", price=replace(FREE.price, first=Decimal("0.2")))
    found = finish_choices(made, (AWAY, dearest, BEST), Size(1024, 768), PROMPT)
    assert suggested(made, found).card is BEST
    assert suggested(made, finish_choices(made, (AWAY,), Size(1024, 768), PROMPT)).card is AWAY
    assert suggested(made, ()) is None


def test_the_kept_reference_takes_the_place_of_the_first_guess():
    (choice,) = finish_choices(picture(), (BEST,), Size(1024, 768), PROMPT)
    kept = Reference("5" * 64, "image/png", Size(1024, 768), "a.png", "g1")
    assert with_kept_reference(choice.draft, kept).references == (kept,)


def test_what_calls_no_model_finishes_only_its_own_drafts():
    play = replace(FREE, provider="play", price=Free())
    assert finish_choices(picture(), (play,), Size(1024, 768), PROMPT) == ()
    made = picture()
    own = replace(made, request=replace(made.request, provider="play", model="other"))
    assert len(finish_choices(own, (play,), Size(1024, 768), PROMPT)) == 1


def test_the_instruction_is_sent_as_it_stands_and_the_project_stays():
    made = picture(origin=Origin(project="Solstice"))
    (choice,) = finish_choices(made, (BEST,), Size(1024, 768), "a {red|blue} // fox")
    assert [r.prompt for r in choice.checked.order.requests] == ["a {red|blue} // fox"]
    assert choice.checked.order.origin(0).project == "Solstice"
