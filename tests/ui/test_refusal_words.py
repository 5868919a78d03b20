from dataclasses import replace

import pytest

from flux_studio.core.card import SafetyScale
from flux_studio.core.errors import Reason
from flux_studio.core.job import JobState
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.ui.refusal_words import told_words
from tests.core.sample_cards import FREE
from tests.ui.wall import stock

pytestmark = pytest.mark.usefixtures("qapp")
SCALE = ("strict", "balanced", "relaxed", "open", "permissive")
CARD = replace(FREE, safety=SafetyScale(1, 5, 2, SCALE))


def refused(reason: str, state=JobState.REFUSED, **request):
    asked = replace(stock.request(0), **request)
    return stock.job("f1", state, request=asked, reason=reason, message="They said no.")


def test_a_refused_prompt_names_words_and_the_next_safety_step():
    assert told_words(refused(Reason.MODERATED_INPUT, safety=2), CARD) == (
        "They said no. What may help: other words in the prompt. "
        "Safety was at balanced; relaxed lets more through."
    )


def test_with_references_another_one_may_help():
    reference = Reference("0" * 64, "image/png", Size(8, 8))
    job = refused(Reason.MODERATED_INPUT, references=(reference,), safety=5)
    assert told_words(job, CARD) == (
        "They said no. What may help: other words, or another reference."
    )


def test_a_picture_that_was_held_back_may_pass_with_another_seed():
    job = refused(Reason.MODERATED_OUTPUT, safety=None)
    assert told_words(job, CARD) == "They said no. What may help: another seed, or other words."
    assert told_words(job, None).endswith("or other words.")


def test_other_endings_say_what_was_said():
    assert told_words(refused(Reason.NOT_FOUND), CARD) == "They said no."
    assert told_words(refused(Reason.MODERATED_INPUT, JobState.FAILED), CARD) == "They said no."
