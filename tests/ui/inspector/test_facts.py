"""The words of a picture's facts."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flux_studio.core.request import Origin
from flux_studio.core.size import Size
from flux_studio.ui.inspector import facts
from tests.core.sample_cards import STEPS, free
from tests.ui.wall import stock

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PICTURE = stock.generation(1, NOW, request=stock.request(1, model="some-model"))
CARD = free(provider="practice", model="some-model", title="FLUX.2 pro", knobs=(STEPS,))


def rows(picture, card=CARD):
    return {row.label: row.value for row in facts.rows(picture, card)}


def test_model_and_provider_by_their_names():
    assert rows(PICTURE)["Model"] == "FLUX.2 pro · Practice"
    assert rows(PICTURE, replace(CARD, title="Practice"))["Model"] == "Practice"
    assert rows(PICTURE, None)["Model"] == "some-model · Practice"


def test_size_format_and_bytes_with_the_size_asked_for_only_where_it_differs():
    assert rows(PICTURE)["Size"] == "1344 × 768 · PNG · 1.4 MB"
    other = replace(PICTURE, size=Size(1024, 1024))
    assert rows(other)["Size"].endswith("asked for 1344 × 768")


def test_a_missing_seed_is_said():
    assert rows(PICTURE)["Seed"] == "482113908"
    assert rows(replace(PICTURE, seed=None))["Seed"] == "not given by this provider"


def test_safety_stands_on_the_scale_of_the_card():
    asked = replace(PICTURE.request, safety=2, checker=False)
    assert rows(replace(PICTURE, request=asked))["Safety"] == "2 of 5, checker off"
    assert rows(replace(PICTURE, request=asked), None)["Safety"] == "2, checker off"
    assert "Safety" not in rows(PICTURE)


def test_knobs_have_the_title_of_the_card():
    asked = replace(PICTURE.request, knobs=((STEPS.name, 28), ("strength", Decimal("0.50"))))
    shown = rows(replace(PICTURE, request=asked))
    assert shown[STEPS.title] == "28"
    assert shown["strength"] == "0.5"


def test_cost_time_quality_and_credentials():
    picture = replace(PICTURE, quality=(("sharpness", "0.91"),), has_c2pa=True)
    shown = rows(picture)
    assert shown["Cost"] == "$0.030 charged, as estimated"
    assert shown["Took"] == "7.2 s"
    assert shown["sharpness"] == "0.91"
    assert shown["Credentials"] == "content credentials present"
    assert "Credentials" not in rows(PICTURE)
    assert "Took" not in rows(replace(PICTURE, seconds=None))


@pytest.mark.parametrize(
    ("changes", "card", "words"),
    [
        ({}, CARD, "likely, same model and seed"),
        ({}, replace(CARD, repeats="exactly"), "yes, exactly: same settings and seed"),
        ({}, replace(CARD, repeats="loosely"), "loosely: the provider may rewrite the prompt"),
        ({"seed": None}, CARD, "no: the provider gives no seed"),
        ({}, None, "no: the model is not offered here any more"),
    ],
)
def test_repeatable_in_honest_words(changes, card, words):
    assert facts.repeatable_words(replace(PICTURE, **changes), card) == words


def test_an_edit_is_repeatable_with_its_references():
    edit = stock.generation(3, NOW)
    assert edit.request.references
    assert facts.repeatable_words(edit, CARD) == "likely, same model, seed and references"


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ((("0.03", "0.045"), ("0.03", None)), "$0.075"),
        ((("0.03", "0.03"), (None, None)), "at least $0.030"),
        (((None, None),), ""),
        ((("0", "0"),), ""),
    ],
)
def test_a_branch_costs_what_was_charged_else_estimated(costs, words):
    def money(text):
        return None if text is None else Decimal(text)

    branch = [
        replace(PICTURE, price=money(price), charged=money(charged)) for price, charged in costs
    ]
    assert facts.branch_words(branch) == words


def test_each_picture_tells_its_own_choices_and_what_was_typed():
    choices = (("Style", "Ink"), ("red|blue", "red"), ("hue", ""))
    shown = rows(replace(PICTURE, origin=Origin(typed="a {red|blue}\n fox", choices=choices)))
    assert shown["Style"] == "Ink"
    assert shown["red|blue"] == "red"
    assert shown["hue"] == "nothing"
    assert shown["Typed"] == "a {red|blue} fox"
    assert "Typed" not in rows(PICTURE)
