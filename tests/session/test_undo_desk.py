from __future__ import annotations

from dataclasses import replace

import pytest

from flux_studio.core.draft import Draft, SeedMode
from flux_studio.core.draft_history import DraftStep, Part
from flux_studio.core.prompt.style import Style
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.session.composing import Recall
from flux_studio.session.studio import Studio
from flux_studio.session.undo_desk import UndoDesk
from tests.session.test_studio import GENERATION


@pytest.fixture
def undo(studio: Studio) -> UndoDesk:
    return studio.undo


def test_prompt_references_size_and_settings_are_one_history(studio: Studio, undo: UndoDesk):
    first = studio.state.draft
    passed = [first]
    other = next(card for card in studio.state.cards if card.id != studio.state.card.id)
    reference = Reference("0" * 64, "image/png", Size(8, 8))
    for change in (
        lambda: studio.set_prompt("a heron at dawn"),
        lambda: studio.set_size(Size(512, 768)),
        lambda: studio.choose_model(*other.id),
        lambda: studio.learn(draft=replace(studio.state.draft, references=(reference,))),
        lambda: studio.set_style(Style("Ink", "{prompt} in ink")),
        lambda: studio.set_seed_mode(SeedMode.FIXED),
        lambda: studio.set_safety(4),
        lambda: studio.set_format("png"),
        lambda: studio.set_count(3),
        lambda: studio.remove_reference(0),
    ):
        change()
        passed.append(studio.state.draft)
    assert len({*map(str, passed)}) == len(passed)
    for former in passed[-2::-1]:
        assert undo.undo()
        assert studio.state.draft == former
    assert not undo.undo()
    assert studio.state.card.id == (first.provider, first.model)
    for later in passed[1:]:
        assert undo.redo()
        assert studio.state.draft == later
    assert not undo.redo()
    assert studio.state.card.id == other.id


def test_recall_is_one_step(studio: Studio, undo: UndoDesk):
    before = studio.state.draft
    studio.recall(GENERATION, Recall.ALL)
    assert studio.state.draft != before
    assert undo.to_undo is not None
    assert undo.to_undo.part is Part.SETTINGS
    undo.undo()
    assert studio.state.draft == before


def test_a_stepping_seed_moves_on_without_a_step(studio: Studio, undo: UndoDesk):
    studio.set_seed_mode(SeedMode.STEP)
    studio.set_count(2)
    steps = undo.to_undo
    studio.generate()
    assert studio.state.draft.seed == 2
    assert undo.to_undo is steps


def test_a_gesture_is_one_step(studio: Studio, undo: UndoDesk):
    before = studio.state.draft
    undo.hold()
    for width in range(512, 1024, 16):
        studio.set_size(Size(width, width))
    undo.release()
    studio.set_size(Size(640, 640))
    undo.undo()
    assert studio.state.draft.size == Size(1008, 1008)
    undo.undo()
    assert studio.state.draft == before


def test_a_field_that_sets_two_things_makes_one_step(studio: Studio, undo: UndoDesk):
    before = studio.state.draft
    with undo.as_one("seed"):
        studio.set_seed(7)
        studio.set_seed_mode(SeedMode.FIXED)
    undo.undo()
    assert studio.state.draft == before


def test_signals_tell_of_steps_and_of_what_is_left(studio: Studio, undo: UndoDesk, qtbot):
    with qtbot.waitSignals([undo.changed, undo.recorded]):
        studio.set_size(Size(512, 512))
    steps: list[tuple[DraftStep, bool]] = []
    undo.stepped.connect(lambda step, undone: steps.append((step, undone)))
    undo.undo()
    undo.redo()
    assert [(step.part, undone) for step, undone in steps] == [
        (Part.SIZE, True),
        (Part.SIZE, False),
    ]


def test_the_form_of_an_edited_job_has_a_history_of_its_own(studio: Studio, undo: UndoDesk):
    studio.set_size(Size(512, 512))
    mine = studio.state.draft
    job = Draft(mine.provider, mine.model, prompt="of the job")
    studio.put_draft(job, editing="job-1")
    assert not undo.undo()  # the form that waits is none of the job's former ones
    studio.set_prompt("changed")
    assert undo.undo()
    assert studio.state.draft == job
    studio.put_draft(mine, editing="")
    assert undo.to_undo is not None
    assert undo.to_undo.part is Part.SIZE
    assert undo.undo()
    assert studio.state.draft.size != Size(512, 512)


def test_each_project_has_a_history_of_its_own(studio: Studio, undo: UndoDesk):
    studio.set_size(Size(512, 512))
    mine = studio.state.draft
    other = replace(mine, project="Poster", prompt="a poster", count=2)
    studio.put_draft(other)
    assert not undo.undo()
    studio.set_count(3)
    studio.put_draft(mine)
    assert undo.undo()
    assert studio.state.draft.project == ""
    assert undo.redo()
    studio.put_draft(replace(other, count=3))
    assert undo.undo()
    assert studio.state.draft == other


def test_a_new_project_goes_on_with_the_history_of_its_form(studio: Studio, undo: UndoDesk):
    first = studio.state.draft
    studio.set_size(Size(512, 512))
    studio.put_draft(replace(studio.state.draft, project="Poster"))
    assert undo.undo()
    assert studio.state.draft == replace(first, project="Poster")
