import pytest

from flux_studio.core.size import Preset, Size
from flux_studio.session.size_desk import favourites_of
from flux_studio.session.state import Notice


@pytest.fixture
def sizes(studio):
    return studio.sizes


def test_favourites_are_kept_in_their_order_with_the_preferences(desk, sizes):
    sizes.keep("  Poster\n wide ", Size(1344, 768))
    sizes.keep("Story", Size(768, 1344))
    sizes.keep("   ", Size(1, 1))
    assert sizes.favourites() == (
        Preset("Poster wide", Size(1344, 768)),
        Preset("Story", Size(768, 1344)),
    )
    assert desk.saved_preferences[-1].favourite_sizes == {
        "Poster wide": "1344x768",
        "Story": "768x1344",
    }


def test_a_name_that_is_there_gets_the_new_size(sizes):
    sizes.keep("Poster", Size(1344, 768))
    sizes.keep("Poster", Size(1024, 512))
    assert sizes.favourites() == (Preset("Poster", Size(1024, 512)),)


def test_a_favourite_is_renamed_at_its_place(sizes):
    for name in ("a", "b", "c"):
        sizes.keep(name, Size(512, 512))
    sizes.rename("b", "x")
    assert [each.name for each in sizes.favourites()] == ["a", "x", "c"]
    sizes.rename("x", "c")
    assert [each.name for each in sizes.favourites()] == ["a", "c"]
    sizes.rename("none", "y")
    sizes.rename("a", " ")
    assert [each.name for each in sizes.favourites()] == ["a", "c"]


def test_a_removed_favourite_comes_back_at_its_place(studio, sizes):
    for name in ("a", "b", "c"):
        sizes.keep(name, Size(512, 512))
    sizes.remove("b")
    assert [each.name for each in sizes.favourites()] == ["a", "c"]
    notice = studio.state.notice
    assert isinstance(notice, Notice)
    assert (notice.action, notice.values) == ("Undo", (("name", "b"),))
    sizes.keep("d", Size(64, 64))
    studio.acted.emit(notice)
    assert [each.name for each in sizes.favourites()] == ["a", "b", "c", "d"]


def test_what_is_no_size_is_left_out():
    assert favourites_of({"a": "12", "b": "64x64"}) == (Preset("b", Size(64, 64)),)
