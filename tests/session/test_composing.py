from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.draft import Draft, SeedMode, template_of
from flux_studio.core.generation import Generation
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.style import Style
from flux_studio.core.request import Reference, Request
from flux_studio.core.size import Size, size_problem
from flux_studio.ground import lay_ground
from flux_studio.session import composing
from flux_studio.session.composing import Recall


def reference(name):
    return Reference(sha256=name * 64, mime="image/png", size=Size(800, 600), name=name)


def generation(**fields):
    request = Request(
        "practice", "practice", "a cat", Size(512, 768), "png", safety=3, checker=None
    )
    values = {
        "id": "g1", "job": "g1", "request": request, "path": "a.png", "sha256": "0" * 64,
        "mime": "image/png", "size": Size(512, 768), "bytes": 9, "created": datetime.now(UTC),
        "price": Decimal(0), "charged": Decimal(0), "seed": 77,
    }  # fmt: skip
    return Generation(**{**values, **fields})


A, B, C = reference("a"), reference("b"), reference("c")
DRAFT = Draft("practice", "practice", prompt="a fox", references=(A, B))


def test_the_same_picture_twice_stays_one():
    assert composing.with_reference(DRAFT, A).references == (A, B)
    assert composing.with_reference(DRAFT, C).references == (A, B, C)


@pytest.mark.parametrize(
    ("old", "new", "order"),
    [
        (0, 2, (B, C, A)),
        (2, 0, (C, A, B)),
        (1, 1, (A, B, C)),
        (0, 99, (B, C, A)),
        (9, 0, (A, B, C)),
    ],
)
def test_moving_a_reference_renumbers_the_rest(order, old, new):
    draft = replace(DRAFT, references=(A, B, C))
    assert composing.with_reference_moved(draft, old, new).references == order


def test_a_drop_on_a_slot_replaces_it_and_beyond_the_last_appends():
    assert composing.with_reference_replaced(DRAFT, 0, C).references == (C, B)
    assert composing.with_reference_replaced(DRAFT, 5, C).references == (A, B, C)


def test_recall_of_a_part_leaves_the_rest():
    prompt = composing.recalled(DRAFT, generation(), Recall.PROMPT)
    assert prompt == replace(DRAFT, prompt="a cat")
    size = composing.recalled(DRAFT, generation(), Recall.SIZE)
    assert size == replace(DRAFT, size=Size(512, 768))
    seed = composing.recalled(DRAFT, generation(), Recall.SEED)
    assert (seed.seed_mode, seed.seed, seed.prompt) == (SeedMode.FIXED, 77, "a fox")


def test_recall_of_an_unreported_seed_changes_nothing():
    assert composing.recalled(DRAFT, generation(seed=None), Recall.SEED) == DRAFT


def test_recall_of_all_brings_everything_that_decides_the_picture():
    whole = composing.recalled(replace(DRAFT, count=4), generation(), Recall.ALL)
    assert (whole.prompt, whole.size, whole.references) == ("a cat", Size(512, 768), ())
    assert (whole.safety, whole.output_format, whole.seed, whole.count) == (3, "png", 77, 1)


def test_a_stepping_seed_goes_on_after_the_last_one_used():
    sent = [replace(generation().request, seed=s) for s in (5, 6)]
    stepping = replace(DRAFT, seed_mode=SeedMode.STEP, seed=5)
    assert composing.after_sending(stepping, sent).seed == 7
    assert composing.after_sending(DRAFT, sent) == DRAFT


@given(
    st.sampled_from([c.id for c in lay_ground({"FLUX_STUDIO_HOME": "/tmp/fs-cards"}).cards]),
    st.integers(64, 4096), st.integers(64, 4096), st.sampled_from([0.5, 1, 2, 4]),
)  # fmt: skip
def test_every_scale_step_is_a_valid_size(card_id, width, height, megapixels):
    ground = lay_ground({"FLUX_STUDIO_HOME": "/tmp/fs-cards"})
    card = ground.card(*card_id)
    size = composing.largest_size(card, Size(width, height), megapixels)
    assert size_problem(card.sizes, size) is None


def test_names_in_the_prompt_follow_their_references():
    draft = replace(DRAFT, references=(A, B, C), prompt="@image1 on @image2 by @image3")
    moved = composing.with_reference_moved(draft, 2, 0)
    assert moved.prompt == "@image2 on @image3 by @image1"
    assert moved.references == (C, A, B)
    assert composing.without_reference(draft, 0).prompt == "@image0 on @image1 by @image2"
    assert composing.without_reference(draft, 7) == draft


def test_a_prompt_that_was_sent_is_brought_back_as_it_was_sent():
    styled = replace(DRAFT, style=Style("Ink", "{prompt}, in ink"))
    plain = composing.with_prompt_as_sent(styled, "a fox {word}")
    assert (plain.prompt, plain.style, plain.expansion) == (
        "a fox {word}",
        None,
        ExpansionMode.ORDERED,
    )
    braces = composing.with_prompt_as_sent(styled, "// {a|b}")
    assert braces.expansion is ExpansionMode.OFF
    assert template_of(braces).parts == ("// {a|b}",)
    random = replace(styled, expansion=ExpansionMode.RANDOM)
    assert composing.with_prompt_as_sent(random, "a fox").expansion is ExpansionMode.RANDOM
