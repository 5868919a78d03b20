"""What is made of a picture that is there, through the studio and its engine."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flux_studio.core.draft import SeedMode, check
from flux_studio.core.finishing import finish_prompt
from flux_studio.core.request import Origin
from flux_studio.core.size import Size
from flux_studio.session import composing
from flux_studio.session.composing import Again
from flux_studio.storage.key_status import KeyState, KeyStatus
from tests.ui.wall import stock

PRO = ("runflow", "flux-2-pro")
REQUEST = stock.request(0, seed=99, safety=2, checker=True)


@pytest.fixture
def picture(desk):
    """A picture of the practice model, in the library with its file; seed 99."""
    made = stock.generation(3, datetime.now(UTC), seed=99, request=REQUEST)
    stock.keep(desk, [made])
    return made


def key(state):
    return KeyStatus(state, "", "")


def sent(desk):
    return [request for order, _ in desk.engine.orders for request in order.requests]


def seeds(desk):
    return [request.seed for request in sent(desk)]


def test_again_has_a_new_seed_and_leaves_the_form(desk, studio, picture):
    before = studio.state.draft
    studio.remakes.again(picture)
    assert seeds(desk) != [99]
    assert sent(desk)[0].prompt == picture.request.prompt
    assert studio.state.draft == before


def test_again_exactly_is_the_very_same_request(desk, studio, picture):
    studio.remakes.again(picture, Again.EXACT)
    assert sent(desk) == [picture.request]


def test_again_exactly_asks_before_the_same_picture_is_paid_twice(desk, studio, qtbot):
    request = stock.request(0, provider=PRO[0], model=PRO[1], seed=5, safety=2, checker=True)
    made = stock.generation(1, datetime.now(UTC), seed=5, request=request)
    draft = composing.remade(studio.state.draft, made, studio.card_of(request), Again.EXACT)
    order = check(draft, studio.card_of(request), composing.no_seed).order
    stock.keep(desk, [replace(made, request=order.requests[0])])
    studio.remakes.again(made, Again.EXACT)
    qtbot.waitUntil(lambda: studio.state.asked is not None)
    assert [g.id for g in studio.state.asked.have] == [made.id]
    assert not desk.engine.orders


@pytest.mark.parametrize("how", list(Again))
def test_what_led_to_a_picture_goes_with_it(desk, studio, picture, qtbot, how):
    way = Origin("Old project", "a {red|blue} fox", (("red|blue", "red"),), cell=(("Seed", "1"),))
    request = replace(picture.request, prompt="a red fox with a literal {brace|d} word")
    studio.projects.choose("New project")
    qtbot.waitUntil(lambda: studio.state.draft.project == "New project")
    studio.remakes.again(replace(picture, request=request, origin=way), how)
    qtbot.waitUntil(lambda: bool(desk.engine.orders))
    ((order, _),) = desk.engine.orders
    assert {each.prompt for each in order.requests} == {request.prompt}
    expected = Origin("New project", way.typed, way.choices)
    assert order.origins == (expected,) * len(order.requests)


def test_variations_take_the_seeds_that_follow(desk, studio, picture, qtbot):
    studio.remakes.again(picture, Again.VARY)
    qtbot.waitUntil(lambda: bool(desk.engine.orders))
    assert seeds(desk) == [100, 101, 102, 103]
    assert {request.prompt for request in sent(desk)} == {picture.request.prompt}


def test_without_a_seed_variations_are_four_new_ones(desk, studio, picture):
    studio.remakes.again(replace(picture, seed=None), Again.VARY)
    assert len(set(seeds(desk))) == 4


def test_the_price_of_each_way_is_known_before(desk, studio, picture):
    paid = replace(picture, request=replace(picture.request, provider=PRO[0], model=PRO[1]))
    once = studio.remakes.estimate(paid, Again.NEW)
    assert once.total == studio._cards[PRO].estimate(paid.request.size).total > 0
    assert studio.remakes.estimate(paid, Again.VARY).total == 4 * once.total
    gone = replace(paid, request=replace(paid.request, model="no-more"))
    assert studio.remakes.estimate(gone, Again.NEW) is None


def test_a_model_that_is_gone_is_said(desk, studio, picture):
    gone = replace(picture, request=replace(picture.request, model="no-more"))
    studio.remakes.again(gone, Again.EXACT)
    assert not desk.engine.orders
    assert "not offered" in studio.state.notice.text


def test_edit_takes_the_picture_and_asks_for_the_prompt(desk, studio, picture, qtbot):
    with qtbot.waitSignal(studio.remakes.prompt_wanted):
        studio.remakes.edit(picture)
    qtbot.waitUntil(lambda: bool(studio.state.draft.references))
    assert studio.state.draft.references[0].parent == picture.id


def test_finish_is_offered_for_models_with_a_key_only(desk, studio, picture):
    studio._set(keys={"runflow": key(KeyState.NONE), "fal": key(KeyState.SAVED)})
    found = studio.remakes.finish_choices(picture, Size(1440, 1440), finish_prompt(picture))
    providers = {choice.card.provider for choice in found}
    assert "fal" in providers
    assert "runflow" not in providers


def test_finish_orders_an_edit_of_the_picture_and_leaves_the_form(desk, studio, picture, qtbot):
    before = studio.state.draft
    choices = studio.remakes.finish_choices(picture, Size(1440, 1440), "finer")
    choice = next(c for c in choices if c.card.id == PRO)
    assert choice.each > Decimal(0)
    studio.remakes.finish(picture, choice)
    qtbot.waitUntil(lambda: bool(desk.engine.orders))
    (request,) = sent(desk)
    assert (request.model, request.prompt, request.parent) == ("flux-2-pro", "finer", picture.id)
    assert request.references[0].sha256 != picture.sha256, "the bytes that are on disk decide"
    assert desk.engine.orders[0][0].estimate.total == choice.each
    assert studio.state.draft == before
    assert studio.state.draft.seed_mode is SeedMode.RANDOM


def test_finishing_a_picture_whose_file_is_gone_says_so(desk, studio, picture, qtbot):
    choice = studio.remakes.finish_choices(picture, Size(1440, 1440), "finer")[0]
    studio.library.file(picture).unlink()
    studio.remakes.finish(picture, choice)
    qtbot.waitUntil(lambda: studio.state.notice is not None)
    assert "cannot be read" in studio.state.notice.text
    assert not desk.engine.orders
