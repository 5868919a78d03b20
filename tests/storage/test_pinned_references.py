"""The shelf of references: kept over restarts, found by name, and never more than a name."""

from dataclasses import replace

import pytest

from flux_studio.core.errors import NotKept
from flux_studio.core.reference_edit import ReferenceEdit
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.storage.pinned_references import PinnedReferences, matching, new_pin


def reference(number: int) -> Reference:
    return Reference(f"{number:064x}", "image/png", Size(640, 480), f"bottle-{number}.png")


@pytest.fixture
def shelf(tmp_path):
    return PinnedReferences(tmp_path / "pinned")


def test_pins_are_there_again_the_newest_first(shelf, tmp_path):
    edited = replace(reference(2), edit=ReferenceEdit("a" * 64, "image/png", Size(9, 9), None, 1))
    first, second = new_pin(reference(1)), new_pin(edited, "Anna  in\nred")
    for pin in (second, first):
        shelf.put(pin)
    again = PinnedReferences(tmp_path / "pinned").all()
    assert [pin.name for pin in again] == ["Anna in red", "bottle-1"]
    assert again[0].reference == edited
    assert again == (second, first)


def test_the_same_picture_is_one_pin_and_can_have_another_name(shelf):
    pin = shelf.put(new_pin(reference(1)))
    shelf.put(replace(pin, name="Bottle"))
    assert [pin.name for pin in shelf.all()] == ["Bottle"]


def test_a_pin_goes_without_its_picture(shelf):
    shelf.put(new_pin(reference(1)))
    shelf.remove(reference(1))
    shelf.remove(reference(1))
    assert shelf.all() == ()


def test_names_are_short_lines_and_folders_stay_inside(shelf):
    assert len(shelf.put(new_pin(reference(1), "x" * 500)).name) == 80
    with pytest.raises(ValueError, match="not a reference"):
        shelf.put(new_pin(replace(reference(1), sha256="../../etc/passwd")))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"name": 5}', '{"name":"a","at":"now","reference":{}}']
)
def test_a_file_that_is_no_pin_is_passed_over(shelf, tmp_path, text):
    shelf.put(new_pin(reference(1)))
    (tmp_path / "pinned" / "x.json").write_text(text)
    assert len(shelf.all()) == 1


def test_a_disk_that_refuses_is_said(tmp_path):
    (tmp_path / "pinned").write_text("a file is in the way")
    with pytest.raises(NotKept):
        PinnedReferences(tmp_path / "pinned").put(new_pin(reference(1)))


def test_search_finds_every_word_in_either_name():
    pins = [new_pin(reference(1), "Anna in red"), new_pin(reference(2), "Sky")]
    assert matching(pins, "") == tuple(pins)
    assert [p.name for p in matching(pins, "RED bottle")] == ["Anna in red"]
    assert matching(pins, "green") == ()
