"""Roles, parts and smaller copies of references, on real storage."""

import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from PIL import Image

from flux_studio.core.batch.rows import Row
from flux_studio.core.budget import Limits
from flux_studio.core.crop import Box
from flux_studio.core.pricing import PerMegapixel
from flux_studio.core.problem import Control
from flux_studio.core.prompt.roles import Role
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.session.composing import ON_ITS_WAY
from flux_studio.session.reference_desk import SHELF
from flux_studio.session.state import Preferences
from tests.core.sample_cards import free
from tests.session.desks import Desk

BY_AREA = PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.015"))


@pytest.fixture
def desk(qapp, tmp_path):
    made = Desk(tmp_path / "home")
    card = free(references=4, price=BY_AREA)
    made.studio._cards[card.id] = card
    made.studio._set(
        card=card, draft=replace(made.studio.state.draft, provider=card.provider, model=card.model)
    )
    made.studio.set_prompt("a fox")
    yield made
    made.studio._saving.stop()
    made.close()


def picture(size=(64, 48), color=(200, 60, 60)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    return file.getvalue()


def take(qtbot, desk, *pictures) -> None:
    for number, data in enumerate(pictures, start=1):
        desk.studio.references.take_bytes(data, f"ref-{number}.png")
        qtbot.waitUntil(lambda n=number: len(desk.studio.state.draft.references) == n)


def references(desk) -> tuple[Reference, ...]:
    return desk.studio.state.draft.references


def test_a_role_is_put_into_the_prompt_and_taken_out(qtbot, desk):
    take(qtbot, desk, picture(), picture(color=(1, 2, 3)))
    slots = desk.studio.slots
    slots.set_role(1, Role.STYLE)
    assert desk.studio.state.draft.prompt == "a fox\nUse @image2 for the style."
    assert slots.roles == {2: Role.STYLE}
    desk.studio.move_reference(1, 0)
    assert slots.roles == {1: Role.STYLE}
    slots.set_role(0, None)
    assert desk.studio.state.draft.prompt == "a fox"


def test_a_removed_reference_takes_its_role_along_and_undo_brings_both_back(qtbot, desk):
    take(qtbot, desk, picture(), picture(color=(1, 2, 3)))
    studio = desk.studio
    studio.slots.set_role(0, Role.POSE)
    studio.slots.set_role(1, Role.STYLE)
    before = studio.state.draft
    studio.remove_reference(0)
    assert studio.state.draft.prompt == "a fox\nUse @image1 for the style."
    assert studio.undo.undo()
    assert studio.state.draft == before
    assert studio.undo.undo()
    assert studio.slots.roles == {1: Role.POSE}


def test_json_has_a_field_for_it_and_broken_json_takes_nothing(qtbot, desk):
    take(qtbot, desk, picture())
    desk.studio.set_prompt('{"scene": "a fox"}')
    desk.studio.slots.set_role(0, Role.STYLE)
    assert json.loads(desk.studio.state.draft.prompt) == {
        "scene": "a fox", "references": "Use @image1 for the style.",
    }  # fmt: skip
    desk.studio.remove_reference(0)
    assert json.loads(desk.studio.state.draft.prompt) == {"scene": "a fox"}
    take(qtbot, desk, picture())
    desk.studio.set_prompt('{"scene": "a fox"')
    assert not desk.studio.slots.takes_roles
    desk.studio.slots.set_role(0, Role.STYLE)
    assert desk.studio.state.draft.prompt == '{"scene": "a fox"'


def test_a_part_is_sent_and_the_whole_picture_comes_back(qtbot, desk):
    take(qtbot, desk, picture())
    (whole,) = references(desk)
    done: list[bool] = []
    edit = replace(whole.as_edit, crop=Box(0, 0, 32, 24))
    desk.studio.slots.edit(whole, edit, lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
    (part,) = references(desk)
    assert (part.size, part.edit) == (Size(32, 24), edit)
    desk.studio.undo.undo()
    assert references(desk) == (whole,)
    desk.studio.undo.redo()
    desk.studio.slots.edit(part, replace(part.as_edit, crop=None))
    qtbot.waitUntil(lambda: references(desk) == (whole,))


def test_an_edit_finds_its_picture_where_it_is_by_then(qtbot, desk):
    take(qtbot, desk, picture(), picture(color=(1, 2, 3)))
    first, second = references(desk)
    desk.studio.slots.edit(first, replace(first.as_edit, turns=1))
    desk.studio.move_reference(0, 1)
    qtbot.waitUntil(lambda: references(desk)[1].edit is not None)
    assert references(desk)[0] == second


def test_smaller_copies_save_what_was_offered(qtbot, desk):
    take(qtbot, desk, picture((2048, 1536)), picture((800, 600)))
    studio = desk.studio
    before = studio.state.check.estimate.each
    offer = studio.slots.offer
    assert (offer.places, offer.megapixels, offer.saves) == ((0,), 1, Decimal("0.030"))
    studio.slots.take_offer()
    qtbot.waitUntil(lambda: references(desk)[0].edit is not None)
    assert before - studio.state.check.estimate.each == offer.saves
    assert studio.slots.offer is None
    studio.slots.send_at_most(0, 0)
    qtbot.waitUntil(lambda: studio.state.check.estimate.each == before)
    assert references(desk)[0].edit is None


def test_a_picture_that_is_gone_is_said_in_the_tray_or_to_who_asked(qtbot, desk):
    lost = Reference("f" * 64, "image/png", Size(2048, 2048), "lost.png")
    desk.studio._set(draft=replace(desk.studio.state.draft, references=(lost,)))
    desk.studio.slots.send_at_most(0, 1)
    qtbot.waitUntil(lambda: bool(desk.studio.state.reference_problems))
    assert "no longer in the library" in desk.studio.state.reference_problems[0]
    told: list[str] = []
    desk.studio.slots.edit(lost, replace(lost.as_edit, turns=1), None, told.append)
    qtbot.waitUntil(lambda: bool(told))


def test_generate_waits_for_the_copy_that_was_asked_for(qtbot, desk):
    take(qtbot, desk, picture((2048, 1536)))
    studio, engine, looked_at = desk.studio, desk.engine, []
    studio.attention.connect(looked_at.append)
    studio.slots.take_offer()
    studio.generate()
    assert engine.orders == []
    assert looked_at == [Control.REFERENCES]
    assert studio.state.blocker == ON_ITS_WAY
    qtbot.waitUntil(lambda: references(desk)[0].edit is not None)
    assert studio.state.blocker is None
    studio.generate()
    [(order, _)] = engine.orders
    assert order.requests[0].references == references(desk)


def test_each_of_several_copies_is_waited_for(qtbot, desk):
    take(qtbot, desk, picture((2048, 1536)), picture((1800, 1200)))
    slots, waiting = desk.studio.slots, []
    desk.studio.changed.connect(lambda state: waiting.append(state.coming))
    slots.send_at_most(0, 1)
    slots.send_at_most(1, 1)
    assert desk.studio.state.coming == 2
    qtbot.waitUntil(lambda: desk.studio.state.coming == 0)
    assert all(each.edit is not None for each in references(desk))
    assert waiting == [1, 2, 1, 0]


def test_a_copy_that_fails_gives_the_button_back(qtbot, desk):
    lost = Reference("f" * 64, "image/png", Size(2048, 2048), "lost.png")
    desk.studio._set(draft=replace(desk.studio.state.draft, references=(lost,)))
    desk.studio.slots.send_at_most(0, 1)
    assert desk.studio.state.blocker == ON_ITS_WAY
    qtbot.waitUntil(lambda: bool(desk.studio.state.reference_problems))
    assert desk.studio.state.blocker is None
    desk.studio.slots.edit(lost, replace(lost.as_edit, turns=1), None, lambda _: None)
    assert desk.studio.state.blocker == ON_ITS_WAY
    qtbot.waitUntil(lambda: desk.studio.state.blocker is None)


def test_a_question_about_the_old_picture_is_taken_back(qtbot, desk):
    take(qtbot, desk, picture((2048, 1536)))
    studio = desk.studio
    limits = Limits(confirm_above=Decimal("0.01"))
    studio.set_preferences(Preferences(budget=limits))
    studio.generate()
    assert studio.state.asked is not None
    studio.slots.take_offer()
    assert studio.state.asked is None


def test_generate_waits_for_a_picture_that_was_dropped(qtbot, desk):
    desk.studio.references.take_bytes(picture(), "ref-1.png")
    desk.studio.generate()
    assert desk.engine.orders == []
    qtbot.waitUntil(lambda: len(references(desk)) == 1)
    assert desk.studio.state.blocker is None
    desk.studio.generate()
    assert desk.engine.orders[0][0].requests[0].references == references(desk)


def test_a_picture_for_the_shelf_alone_holds_nothing_up(qtbot, desk):
    desk.studio.references.take_bytes(picture(), "ref-1.png", SHELF)
    assert len(desk.studio.state.reading) == 1
    assert desk.studio.state.blocker is None
    desk.studio.generate()
    assert len(desk.engine.orders) == 1
    qtbot.waitUntil(lambda: not desk.studio.state.reading)


def test_a_batch_waits_for_the_copy_too(qtbot, desk):
    take(qtbot, desk, picture((2048, 1536)))
    batch = desk.studio.batch
    batch.put([Row({"prompt": "a dog"})])
    batch.show()
    qtbot.waitUntil(lambda: batch.is_checked and batch.obstacle() is None)
    desk.studio.slots.take_offer()
    assert batch.obstacle().problem == ON_ITS_WAY
    qtbot.waitUntil(lambda: batch.obstacle() is None and batch.is_checked)
    batch.hide()


def test_an_edit_survives_a_restart(qtbot, desk):
    take(qtbot, desk, picture())
    (whole,) = references(desk)
    desk.studio.slots.edit(whole, replace(whole.as_edit, turns=1))
    qtbot.waitUntil(lambda: references(desk)[0].edit is not None)
    desk.ground.draft_file.save(desk.studio.state.draft)
    assert desk.ground.draft_file.load() == desk.studio.state.draft
