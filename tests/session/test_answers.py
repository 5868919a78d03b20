"""What a provider said of a control stands there until the control is edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flux_studio.core.draft import Draft, SeedMode, check
from flux_studio.core.job import Board, Job, JobState
from flux_studio.core.problem import Control
from flux_studio.core.request import Origin, Reference
from flux_studio.core.size import Size
from flux_studio.session.answers import answer_on, concerns
from tests.core.sample_cards import free

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CARD = free(prompt_most=200, references=4)
CAT = Reference("ab" * 32, "image/png", Size(64, 64), "cat.png")
DRAFT = Draft(
    CARD.provider,
    CARD.model,
    "a fox",
    Size(1024, 1024),
    references=(CAT,),
    seed_mode=SeedMode.FIXED,
    seed=7,
)


def checked(draft: Draft):
    return check(draft, CARD, lambda: 0)


def job(control: str, **changes) -> Job:
    order = checked(DRAFT).order
    assert order is not None
    made = Job(
        "j1", "o1", order.requests[0], Decimal("0.03"), JobState.REFUSED, NOW, NOW,
        message="Too bold. Nothing was charged.", control=control,
    )  # fmt: skip
    return replace(made, **changes)


def said(one: Job, draft: Draft = DRAFT) -> str:
    found = answer_on(Board({one.id: one}), draft, checked(draft))
    return found.sentence if found else ""


CONTROLS = {
    Control.PROMPT: {"prompt": "a wolf"},
    Control.SIZE: {"size": Size(512, 512)},
    Control.REFERENCES: {"references": ()},
    Control.SEED: {"seed": 8},
}


@pytest.mark.parametrize("control", CONTROLS)
def test_it_stands_until_the_control_is_edited(control):
    told = job(control)
    assert said(told) == "Last time: Too bold. Nothing was charged."
    assert said(told, replace(DRAFT, **CONTROLS[control])) == ""
    others = [edit for other, edit in CONTROLS.items() if other != control]
    for edit in others:
        assert said(told, replace(DRAFT, **edit)) != ""


def test_another_model_is_not_concerned():
    assert said(job("prompt"), replace(DRAFT, model="another")) == ""


def test_the_prompt_is_compared_as_it_was_typed():
    told = job("prompt", origin=Origin(typed="a {fox|wolf}"))
    assert said(told) == ""
    assert said(told, replace(DRAFT, prompt="a {fox|wolf}")) != ""


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.UNKNOWN, JobState.CANCELLED])
def test_only_an_ending_by_the_provider_says_something(state):
    assert said(job("prompt", state=state)) == ""


def test_a_control_of_no_form_says_nothing():
    assert said(job("")) == ""
    assert said(job("colour")) == ""


def test_the_newest_answer_counts():
    old, new = job("prompt"), job("prompt", id="j2", message="Still too bold.")
    board = Board({"j1": old, "j2": new})
    found = answer_on(board, DRAFT, checked(DRAFT))
    assert found is not None
    assert found.sentence == "Last time: Still too bold."


def test_a_server_text_is_no_template():
    assert said(job("prompt", message="{sentence} <b>{0}")) == "Last time: {sentence} <b>{0}"


def test_a_draft_that_cannot_be_sent_is_still_told_of_its_size():
    empty = replace(DRAFT, prompt="")
    assert concerns(job("size"), empty, checked(empty))
