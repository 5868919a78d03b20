"""Bringing settings back and ordering from a picture, by keys in the whole window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from flux_studio.core.draft import SeedMode
from flux_studio.core.size import Size
from tests.whole import whole_studio

Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier
LONG = 30_000  # ms


@pytest.fixture
def whole(qtbot, tmp_path):
    """A studio with one picture of Practice, chosen on the wall; the form says something else."""
    with whole_studio(tmp_path / "home") as made:
        made.studio.set_prompt("a lighthouse at dusk")
        made.studio.generate()
        qtbot.waitUntil(lambda: bool(made.saved), timeout=LONG)
        made.studio.set_prompt("something else")
        made.studio.set_size(Size(512, 512))
        made.window.activateWindow()
        qtbot.waitUntil(made.window.isActiveWindow, timeout=LONG)
        choose(made, qtbot, made.saved[0].id)
        yield made


def choose(whole, qtbot, id_):
    wall = whole.room.wall
    qtbot.waitUntil(lambda: id_ in wall.order(), timeout=LONG)
    wall.select(id_)
    wall.setFocus()
    qtbot.waitUntil(lambda: whole.room.inspector.generation is not None, timeout=LONG)
    qtbot.waitUntil(lambda: whole.room.inspector.generation.id == id_, timeout=LONG)


def test_what_was_brought_back_on_the_wall_is_taken_back_there(whole, qtbot):
    before = whole.studio.state.draft
    view = whole.room.wall.view
    for key in (Key.Key_A, Key.Key_P, Key.Key_S, Key.Key_D):
        qtbot.keyClick(view, key)
        qtbot.waitUntil(lambda: whole.studio.state.draft != before, timeout=LONG)
        QTest.keyClick(whole.window, Key.Key_Z, CONTROL)
        qtbot.waitUntil(lambda: whole.studio.state.draft == before, timeout=LONG)


def test_looking_about_leaves_the_form_as_it_is(whole, qtbot):
    before = whole.studio.state.draft
    looking = whole.room.looking
    for open_it in (looking.view, looking.open_lineage):
        open_it(whole.saved[0])
        qtbot.keyClick(whole.window.middle.currentWidget(), Key.Key_Escape)
    assert whole.studio.state.draft == before


def test_each_way_of_ordering_again_has_its_key(whole, qtbot):
    form = whole.studio.state.draft
    first, view = whole.saved[0], whole.room.wall.view
    qtbot.keyClick(view, Key.Key_R, CONTROL)
    qtbot.waitUntil(lambda: len(whole.saved) == 2, timeout=LONG)
    choose(whole, qtbot, first.id)
    qtbot.keyClick(view, Key.Key_G, CONTROL)
    qtbot.waitUntil(lambda: len(whole.saved) == 6, timeout=LONG)
    seeds = [picture.seed for picture in whole.saved]
    assert seeds[1] != seeds[0]
    assert sorted(seeds[2:]) == [seeds[0] + step for step in range(1, 5)]
    assert {picture.request.prompt for picture in whole.saved} == {first.request.prompt}
    assert whole.studio.state.draft == form, "the form is left alone"


def test_exactly_is_the_very_same_picture(whole, qtbot):
    first = whole.saved[0]
    qtbot.keyClick(whole.room.wall.view, Key.Key_D, CONTROL)
    qtbot.waitUntil(lambda: len(whole.saved) == 2, timeout=LONG)
    assert whole.saved[1].seed == first.seed
    assert whole.saved[1].sha256 == first.sha256


def test_a_seed_that_was_brought_back_is_held(whole, qtbot):
    qtbot.keyClick(whole.room.wall.view, Key.Key_S)
    qtbot.waitUntil(lambda: whole.studio.state.draft.seed == whole.saved[0].seed, timeout=LONG)
    assert whole.studio.state.draft.seed_mode is SeedMode.FIXED
