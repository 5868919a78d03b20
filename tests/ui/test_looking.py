"""From the wall to viewer, compare, lineage and the viewer's own window, and back; in a whole
studio.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from flux_studio.session.library_desk import LibraryChange
from tests.ui.wall import stock
from tests.whole import whole_studio

Key = Qt.Key
NOW = datetime.now(UTC)
WAIT = 20_000  # ms


class Shelf:
    """What `stock.keep` needs of a desk, around a whole studio."""

    def __init__(self, whole):
        self.studio, self.workshop = whole.studio, whole.workshop


@pytest.fixture
def whole(qtbot, tmp_path):
    with whole_studio(tmp_path) as made:
        source = stock.generation(0, NOW - timedelta(hours=1))
        edit = stock.generation(1, NOW, parent=source.id)
        stock.keep(Shelf(made), [source, edit])
        for each in (source, edit):
            made.studio.library.add(each)
        made.source, made.edit = source, edit
        qtbot.waitUntil(lambda: len(made.room.wall.order()) == 2, timeout=WAIT)
        yield made


def middle(whole):
    return whole.window.middle.currentWidget()


def test_compare_is_loaded_away_from_the_window_when_pictures_are_chosen(whole, qtbot, monkeypatch):
    loaded: list[tuple[str, threading.Thread]] = []
    monkeypatch.setattr(
        "flux_studio.ui.looking.import_module",
        lambda name: loaded.append((name, threading.current_thread())),
    )
    whole.room.looking._has_loaded = False  # the picture that has just come is chosen already
    for id_ in whole.room.wall.order():
        whole.room.wall.select(id_)
        qtbot.waitUntil(lambda id_=id_: whole.room.inspector.generation.id == id_, timeout=WAIT)
    qtbot.waitUntil(lambda: bool(loaded), timeout=WAIT)
    assert [name for name, _ in loaded] == ["flux_studio.ui.compare"]
    assert loaded[0][1] is not threading.main_thread()


def test_to_the_viewer_to_compare_and_back_the_way_one_came(whole, qtbot):
    room, looking = whole.room, whole.room.looking
    room.wall.view_requested.emit(whole.edit)
    assert middle(whole) is room.viewer
    assert looking.compare is None, "made when it is first wanted"
    qtbot.keyClick(room.viewer.canvas, Key.Key_C)
    qtbot.waitUntil(lambda: looking.compare is not None, timeout=WAIT)
    compare = looking.compare
    assert middle(whole) is compare
    assert [g.id for g in compare.pictures] == [whole.source.id, whole.edit.id]
    assert room.inspector.generation.id == whole.edit.id
    qtbot.waitUntil(lambda: bool(compare.canvas.levels(1)), timeout=WAIT)
    qtbot.keyClick(compare.canvas, Key.Key_Escape)
    assert middle(whole) is room.viewer
    assert compare.canvas.levels(1) == (), "its pixels are let go"
    qtbot.keyClick(room.viewer.canvas, Key.Key_Escape)
    assert middle(whole) is room.wall


def test_the_tree_opens_a_picture_and_is_come_back_to(whole, qtbot):
    room, looking = whole.room, whole.room.looking
    room.inspector.lineage_requested.emit(whole.source)
    lineage = looking.lineage
    qtbot.waitUntil(lambda: len(lineage._family.members) == 2, timeout=WAIT)
    qtbot.keyClick(lineage.tree, Key.Key_Right)
    qtbot.waitUntil(lambda: room.inspector.generation == whole.edit, timeout=WAIT)
    qtbot.keyClick(lineage.tree, Key.Key_Return)
    assert middle(whole) is room.viewer
    assert room.viewer.generation.id == whole.edit.id
    qtbot.keyClick(room.viewer.canvas, Key.Key_Escape)
    assert middle(whole) is lineage
    qtbot.keyClick(lineage.tree, Key.Key_Escape)
    assert middle(whole) is room.wall


def test_the_walls_picture_shows_its_tree_with_the_viewers_key(whole, qtbot):
    room, looking = whole.room, whole.room.looking
    room.wall.view.clearSelection()
    qtbot.keyClick(room.wall.view, Key.Key_Y)
    assert looking.lineage is None, "nothing is selected"
    room.wall.select(whole.source.id)
    qtbot.keyClick(room.wall.view, Key.Key_Y)
    qtbot.waitUntil(lambda: looking.lineage is not None, timeout=WAIT)
    assert middle(whole) is looking.lineage
    qtbot.waitUntil(lambda: len(looking.lineage._family.members) == 2, timeout=WAIT)
    qtbot.keyClick(looking.lineage.tree, Key.Key_Y)
    assert middle(whole) is room.wall


def test_the_walls_selection_is_compared(whole):
    whole.room.wall.compare_requested.emit([whole.edit, whole.source])
    assert middle(whole) is whole.room.looking.compare
    whole.room.wall.compare_requested.emit([whole.edit])
    assert len(whole.room.looking.compare.pictures) == 2


def test_the_own_window_follows_what_is_chosen_and_goes_with_the_studio(whole, qtbot):
    room, looking = whole.room, whole.room.looking
    room.wall.view_requested.emit(whole.edit)
    qtbot.keyClick(room.viewer.canvas, Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    own = looking.own_window
    assert own.isVisible()
    assert own.isWindow()
    assert own.panel.generation.id == whole.edit.id
    assert middle(whole) is room.wall
    room.wall.generation_selected.emit(whole.source)
    assert own.panel.generation.id == whole.source.id
    qtbot.keyClick(own.panel.canvas, Key.Key_PageUp)
    qtbot.waitUntil(lambda: own.panel.generation.id == whole.edit.id, timeout=WAIT)
    qtbot.waitUntil(lambda: room.inspector.generation.id == whole.edit.id, timeout=WAIT)
    whole.window.closing.emit()
    assert looking.own_window is None
    assert not [w for w in QApplication.topLevelWidgets() if w is own and w.isVisible()]


def test_the_own_window_is_closed_by_its_key(whole, qtbot):
    looking = whole.room.looking
    looking.toggle_own_window()
    qtbot.keyClick(looking.own_window.panel.canvas, Key.Key_Escape)
    assert looking.own_window is None


def test_only_one_window_keeps_pixels_and_none_of_a_closed_one_stay(whole, qtbot):
    room, looking = whole.room, whole.room.looking
    kept = room.viewer.stage.loader.kept
    room.wall.view_requested.emit(whole.edit)
    qtbot.waitUntil(lambda: kept(whole.edit.id) is not None, timeout=WAIT)
    qtbot.keyClick(room.viewer.canvas, Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert kept(whole.edit.id) is None
    panel = looking.own_window.panel
    loader = panel.stage.loader
    qtbot.waitUntil(lambda: loader.kept(whole.edit.id) is not None, timeout=WAIT)
    qtbot.keyClick(panel.canvas, Key.Key_Escape)
    assert loader.kept(whole.edit.id) is None
    room.wall.view_requested.emit(whole.edit)
    qtbot.waitUntil(lambda: kept(whole.edit.id) is not None, timeout=WAIT)


def test_a_viewer_that_one_comes_back_to_keeps_its_picture(whole, qtbot):
    room, looking = whole.room, whole.room.looking
    room.wall.view_requested.emit(whole.edit)
    qtbot.waitUntil(lambda: room.viewer.stage.loader.kept(whole.edit.id) is not None, timeout=WAIT)
    looking.open_compare([whole.source, whole.edit])
    looking.toggle_own_window()
    qtbot.keyClick(looking.compare.canvas, Key.Key_Escape)
    assert middle(whole) is room.viewer
    assert room.viewer.stage.loader.kept(whole.edit.id) is not None


def test_full_screen_leaves_the_picture_alone_and_escape_brings_all_back(whole, qtbot):
    room, looking = whole.room, whole.room.looking
    room.jobs.hide()  # what was hidden before stays hidden
    room.wall.view_requested.emit(whole.edit)
    looking.toggle_full_screen()
    assert whole.window.isFullScreen()
    for panel in (room.composer, room.inspector, room.top_bar, room.money):
        assert not panel.isVisible()
    leaving = room.viewer._leaving
    leaving._rest.setInterval(1)
    leaving._slide.setDuration(1)
    leaving.wake()
    qtbot.waitUntil(lambda: room.viewer.tools.y() < 0, timeout=WAIT)
    room.viewer.canvas.pointer_moved.emit()
    assert room.viewer.tools.y() == 0
    qtbot.keyClick(room.viewer.canvas, Key.Key_Escape)
    assert not whole.window.isFullScreen()
    assert middle(whole) is room.viewer
    assert room.composer.isVisible()
    assert not room.jobs.isVisible()
    assert room.viewer.tools.y() == 0


def test_edit_puts_the_picture_into_the_form_and_the_prompt_is_next(whole, qtbot):
    room = whole.room
    room.wall.view_requested.emit(whole.edit)
    qtbot.keyClick(room.viewer.canvas, Key.Key_E)
    qtbot.waitUntil(lambda: bool(whole.studio.state.draft.references), timeout=WAIT)
    focus = whole.window.focusWidget()
    assert focus is not None
    assert focus.accessibleName() == "Prompt"


def test_looking_never_changes_the_form(whole, qtbot):
    before = whole.studio.state.draft
    room = whole.room
    room.wall.view_requested.emit(whole.edit)
    qtbot.keyClick(room.viewer.canvas, Key.Key_PageDown)
    qtbot.waitUntil(lambda: room.viewer.generation.id == whole.source.id, timeout=WAIT)
    room.looking.open_compare([whole.source, whole.edit])
    room.looking.open_lineage(whole.edit)
    assert whole.studio.state.draft == before


def test_what_is_searched_for_is_shown_wherever_one_asked(whole, qtbot):
    room = whole.room
    room.wall.view_requested.emit(whole.edit)
    room.viewer._deeds.marks.search_wanted.emit(f"like:{whole.edit.id}")
    assert middle(whole) is room.wall
    assert room.top_bar.search.text().strip() == f"like:{whole.edit.id}"
    for open_it in (
        room.looking.open_lineage,
        lambda e: room.looking.open_compare([whole.source, e]),
    ):
        open_it(whole.edit)
        shown = middle(whole)
        assert shown is not room.wall
        shown._deeds.marks.search_wanted.emit("near:#808080")
        assert middle(whole) is room.wall
    room.wall.view_requested.emit(whole.edit)
    room.top_bar.search.setFocus()
    room.top_bar.search.setText("bottles")
    qtbot.waitUntil(lambda: middle(whole) is room.wall, timeout=WAIT)
    room.looking.back()
    assert middle(whole) is room.wall, "the way back is forgotten"


def test_the_way_back_passes_over_a_compare_whose_pictures_are_gone(whole, qtbot):
    room, looking = whole.room, whole.room.looking
    looking.open_compare([whole.source, whole.edit])
    looking.open_lineage(whole.edit)
    whole.studio.library.changed.emit(LibraryChange(removed=(whole.source.id,)))
    looking.back()
    assert middle(whole) is room.wall


def test_the_lineage_of_a_compared_picture_is_one_key_away(whole, qtbot):
    looking = whole.room.looking
    looking.open_compare([whole.source, whole.edit])
    qtbot.keyClick(looking.compare.canvas, Key.Key_Y)
    assert middle(whole) is looking.lineage
    assert looking.lineage.current.id == whole.edit.id
    looking.back()
    assert middle(whole) is looking.compare


def test_one_edit_of_the_wall_is_compared_with_its_source(whole, qtbot):
    room = whole.room
    room.wall.view.choose(room.wall.order().index(whole.edit.id))
    qtbot.keyClick(room.wall.view, Key.Key_C)
    qtbot.waitUntil(lambda: middle(whole) is whole.room.looking.compare, timeout=WAIT)
    shown = whole.room.looking.compare.pictures
    assert [g.id for g in shown] == [whole.source.id, whole.edit.id]


def test_what_the_own_window_asks_for_gets_the_keyboard_in_the_studio(whole, qtbot):
    looking = whole.room.looking
    whole.room.inspector.show_generation(whole.edit)
    looking.toggle_own_window()
    own = looking.own_window
    qtbot.waitUntil(lambda: own.panel.generation is not None, timeout=WAIT)
    own.activateWindow()
    qtbot.waitUntil(own.isActiveWindow, timeout=WAIT)
    qtbot.keyClick(own.panel.canvas, Key.Key_C)
    qtbot.waitUntil(lambda: middle(whole) is looking.compare, timeout=WAIT)
    qtbot.waitUntil(whole.window.isActiveWindow, timeout=WAIT)
    assert QApplication.focusWidget() is looking.compare.canvas
    looking.toggle_own_window()
