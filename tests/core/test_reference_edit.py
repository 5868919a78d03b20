from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.crop import Box
from flux_studio.core.reference_edit import SMALLER, ReferenceEdit, bounded
from flux_studio.core.request import Reference
from flux_studio.core.size import Size

PICTURE = ReferenceEdit("a" * 64, "image/png", Size(4000, 3000))
WHOLE = Reference("a" * 64, "image/png", Size(4000, 3000), "bottle.png", "gen-1")


def test_nothing_done_changes_nothing():
    assert not PICTURE.changes
    assert not replace(PICTURE, crop=Box(0, 0, 4000, 3000), turns=4).changes
    assert not replace(PICTURE, size=Size(1000, 1000), megapixels=1).changes
    assert PICTURE.result == Size(4000, 3000)


def test_each_thing_done_changes_it():
    assert replace(PICTURE, crop=Box(0, 0, 4000, 2999)).changes
    assert replace(PICTURE, turns=1).changes
    assert replace(PICTURE, megapixels=4).changes


def test_what_is_sent_is_cut_then_turned_then_made_smaller():
    edit = replace(PICTURE, crop=Box(100, 100, 2000, 1000), turns=1, megapixels=1)
    assert edit.part == Size(2000, 1000)
    assert edit.result == Size(724, 1448)


@given(st.integers(1, 9000), st.integers(1, 9000), st.sampled_from(SMALLER))
def test_a_smaller_copy_is_billed_as_no_more_than_was_asked(width, height, most):
    small = bounded(Size(width, height), most)
    assert small.billed_megapixels <= most
    assert small.width <= width
    assert small.height <= height


def test_the_whole_picture_of_an_edited_reference():
    edited = replace(WHOLE, sha256="b" * 64, edit=replace(PICTURE, turns=1))
    assert edited.whole == WHOLE
    assert WHOLE.whole is WHOLE
    assert WHOLE.as_edit == PICTURE
