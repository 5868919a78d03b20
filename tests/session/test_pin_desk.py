"""The shelf of references over the life of a studio and the next one."""

import io

import pytest
from PIL import Image

from flux_studio.session.reference_desk import SHELF
from flux_studio.storage.pinned_references import PinnedReferences
from tests.session.desks import Desk


def picture(color=(200, 60, 60)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(file, "PNG")
    return file.getvalue()


def opened(home) -> Desk:
    made = Desk(home)
    made.studio.pins.open(lambda: PinnedReferences(made.ground.paths.pinned))
    return made


@pytest.fixture
def desk(qapp, tmp_path):
    made = opened(tmp_path / "home")
    yield made
    made.studio._saving.stop()
    made.close()


def names(desk) -> list[str]:
    return [pin.name for pin in desk.studio.pins.pins]


def test_a_slot_is_pinned_once_and_used_again(qtbot, desk, tmp_path):
    studio = desk.studio
    studio.references.take_bytes(picture(), "bottle.png")
    qtbot.waitUntil(lambda: len(studio.state.draft.references) == 1)
    (reference,) = studio.state.draft.references
    with qtbot.waitSignal(studio.pins.changed):
        studio.pins.pin(reference)
    studio.pins.pin(reference)
    assert names(desk) == ["bottle"]
    studio.remove_reference(0)
    studio.pins.use(studio.pins.pins[0])
    assert studio.state.draft.references == (reference,)
    later = opened(tmp_path / "home")
    qtbot.waitUntil(lambda: names(later) == ["bottle"])
    later.close()


def test_what_is_dropped_on_the_shelf_does_not_go_into_the_form(qtbot, desk):
    with qtbot.waitSignal(desk.studio.pins.changed):
        desk.studio.references.take_bytes(picture(), "sky.png", SHELF)
    assert names(desk) == ["sky"]
    assert desk.studio.state.draft.references == ()
    desk.studio.references.take_bytes(b"no picture", "notes.png", SHELF)
    qtbot.waitUntil(lambda: bool(desk.studio.state.reference_problems))
    assert names(desk) == ["sky"]


def test_names_change_and_a_pin_taken_away_comes_back(qtbot, desk):
    pins = desk.studio.pins
    with qtbot.waitSignal(pins.changed):
        desk.studio.references.take_bytes(picture(), "sky.png", SHELF)
    with qtbot.waitSignal(pins.changed):
        pins.rename(pins.pins[0], "Evening sky")
    assert [pin.name for pin in pins.find("EVENING")] == ["Evening sky"]
    pin = pins.pins[0]
    pins.rename(pin, "  ")
    with qtbot.waitSignal(pins.changed):
        pins.unpin(pin)
    assert names(desk) == []
    qtbot.waitUntil(lambda: desk.studio.state.notice is not None)
    with qtbot.waitSignal(pins.changed):
        desk.studio.acted.emit(desk.studio.state.notice)
    assert pins.pins == (pin,)


def test_a_shelf_that_cannot_be_written_is_said(qtbot, desk):
    desk.ground.paths.pinned.write_text("a file is in the way")
    desk.studio.references.take_bytes(picture(), "sky.png", SHELF)
    qtbot.waitUntil(lambda: desk.studio.state.notice is not None)
    assert "was not changed" in desk.studio.state.notice.text
