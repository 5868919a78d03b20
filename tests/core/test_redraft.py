"""A request back into a form: the form sends that very request again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flux_studio.core.draft import Draft, check
from flux_studio.core.redraft import draft_of, order_elsewhere, with_way_of
from flux_studio.core.request import Origin
from tests.core.sample_cards import FREE

PROMPTS = (
    "a red chair",
    "a {red|blue} chair",
    "# no comment\na chair",
    '{"scene": "a {red|blue} room"}',
    "__metals__ on a shelf",
)


def sent(prompt: str):
    order = check(Draft(*FREE.id, "a chair"), FREE, lambda: 7).order
    return replace(order.requests[0], prompt=prompt)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_what_was_sent_is_sent_again_whatever_it_means_to_a_form(prompt):
    request = sent(prompt)
    order = check(draft_of(request), FREE, lambda: 0).order
    assert order.requests == (request,)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_elsewhere_it_is_the_same_request_of_another_provider(prompt):
    request, other = sent(prompt), replace(FREE, provider="other")
    origin = Origin(again_of="job-1")
    order = order_elsewhere(request, origin, other)
    assert order.requests == (replace(request, provider="other"),)
    assert order.origins == (origin,)


def test_a_card_that_cannot_makes_no_order():
    request = sent("a long prompt")
    assert order_elsewhere(request, Origin(), replace(FREE, prompt_most=3)) is None


def test_the_way_to_a_picture_is_not_made_up_where_there_was_none():
    order = check(Draft(*FREE.id, "a chair", project="House"), FREE, lambda: 7).order
    assert with_way_of(order, Origin("Old", again_of="job-1", cell=(("Seed", "1"),))) is order
    way = Origin("Old", "a {red|blue} chair", (("red|blue", "red"),), again_of="job-1")
    (origin,) = with_way_of(order, way).origins
    assert origin == Origin("House", way.typed, way.choices)
