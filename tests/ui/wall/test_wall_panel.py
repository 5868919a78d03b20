"""What the wall shows for a library and a state, and what it asks for when pressed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from flux_studio.core.job import Board, JobState, Stopped
from flux_studio.engine.facts import PreviewSeen
from flux_studio.session.library_desk import LibraryChange
from flux_studio.session.state import Preferences
from flux_studio.storage.gallery_filter import Filter
from flux_studio.ui.search.note_popover import NotePopover
from flux_studio.ui.search.word_popover import WordPopover
from flux_studio.ui.wall.card_painting import card_buttons
from flux_studio.ui.wall.catalogue import Catalogue
from flux_studio.ui.wall.cell_painting import heart_box
from tests.ui.wall import stock

Key = Qt.Key


def rect_of(wall, row):
    return wall.view.visualRect(wall.model.index(row))


def click(qtbot, wall, row, modifier=Qt.KeyboardModifier.NoModifier):
    where = rect_of(wall, row).center()
    qtbot.mouseClick(wall.view.viewport(), Qt.MouseButton.LeftButton, modifier, where)


def press(qtbot, wall, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(wall.view, key, modifier)


def selected(wall):
    return sorted(index.row() for index in wall.view.selectedIndexes())


def show_jobs(desk, *jobs):
    desk.studio._set(board=Board({job.id: job for job in jobs}))


def seen_all(qtbot, wall):
    """Wait until rows and thumbnails of what is in view have come."""
    rows = [p.index for p in wall.view.visible() if wall.model.job(p.index) is None]
    wall.model.look_at(rows)
    qtbot.waitUntil(lambda: all(wall.model.seen(row) for row in rows))


def save(desk, generation, job=None):
    """What the studio does when a job's picture is on disk."""
    stock.keep(desk, [generation])
    if job is not None:
        board = desk.studio.state.board
        saved = replace(board.jobs[job], state=JobState.SAVED, generation=generation.id)
        desk.studio._set(board=Board({**board.jobs, job: saved}))
        desk.studio._set(board=desk.studio.state.board.without(job))
    desk.studio.library.add(generation)


# What is shown


def test_pictures_newest_first(wall):
    assert wall.order() == [f"{n:032x}" for n in range(12)]
    assert wall.view.accessibleName() == "Gallery"


def test_an_empty_library_teaches_the_first_step(desk, open_wall):
    wall = open_wall()
    assert wall.first_steps.isVisible()
    words = wall.first_steps._sentence.text()
    assert "Press Generate" in words
    assert "free" in words
    assert not wall.view.isVisible()


def test_the_first_step_names_the_price(desk, open_wall):
    wall = open_wall()
    card = next(c for c in desk.studio.state.cards if c.model == "flux-2-pro" and not _free(c))
    desk.studio.choose_model(card.provider, card.model)
    assert "$" in wall.first_steps._sentence.text()
    assert "free" not in wall.first_steps._sentence.text()


def _free(card):
    return card.estimate(card.default_size).total == 0


def test_search_shows_what_matches_and_can_be_taken_back(desk, wall, qtbot):
    wall.search("fox")
    qtbot.waitUntil(lambda: wall.order() == [f"{n:032x}" for n in (3, 7, 11)])
    wall.search("")
    qtbot.waitUntil(lambda: len(wall.order()) == 12)


def test_nothing_found_offers_everything_again(desk, wall, qtbot):
    wall.search("zebra")
    qtbot.waitUntil(wall.nothing_found.isVisible)
    assert "zebra" in wall.nothing_found._words._title.text()
    wall.nothing_found.cleared.emit()
    qtbot.waitUntil(lambda: wall.view.isVisible() and len(wall.order()) == 12)


def test_filters_are_asked_of_the_database(desk, wall, qtbot):
    wall.header.favourites.click()
    qtbot.waitUntil(lambda: wall.order() == [f"{n:032x}" for n in (2, 8)])
    assert wall.header.count.text() == "2 pictures"
    wall.header.favourites.click()
    qtbot.waitUntil(lambda: len(wall.order()) == 12)
    wall.header.rating.menu().actions()[5].trigger()
    qtbot.waitUntil(lambda: wall.order() == [f"{7:032x}"])
    wall.header.clear.click()
    qtbot.waitUntil(lambda: len(wall.order()) == 12)
    assert not wall.header.clear.isVisible()


def test_one_models_pictures(desk, wall, qtbot):
    other = stock.generation(50, datetime.now(UTC), request=stock.request(model="flux-2-max"))
    save(desk, other)
    actions = wall.header.model.menu().actions()
    wanted = next(a for a in actions if a.data() == ("practice", "practice"))
    wanted.trigger()
    qtbot.waitUntil(lambda: len(wall.order()) == 12)
    assert other.id not in wall.order()


def test_typing_quickly_shows_the_last_search(desk, wall, qtbot):
    for text in ("f", "fo", "fox", "bottle", "hills"):
        wall.search(text)
    qtbot.waitUntil(lambda: wall.order() == [f"{n:032x}" for n in (0, 4, 8)])
    stock.settle(desk)
    assert wall.order() == [f"{n:032x}" for n in (0, 4, 8)]


def test_thumbnails_come_for_what_is_in_view(wall, qtbot):
    visible = [wall.model.id(place.index) for place in wall.view.visible()]
    qtbot.waitUntil(lambda: all(wall.loader.cache.get(id_) for id_ in visible))


def test_a_missing_file_is_shown_as_such(desk, open_wall, qtbot):
    stock.fill(desk, 2)
    picture = desk.workshop.gallery().get(f"{1:032x}")
    desk.studio.library.file(picture).unlink()
    wall = open_wall()
    seen_all(qtbot, wall)
    assert wall.model.seen(0).has_file
    assert not wall.model.seen(1).has_file
    wall.grab()


def test_more_than_one_page_comes_in_two_steps_with_the_same_top(desk, open_wall, qtbot):
    ids = stock.fill(desk, 450, with_files=False)
    wall = open_wall()
    qtbot.waitUntil(lambda: len(wall.order()) == 450)
    assert wall.order() == ids


# Selecting


def test_a_click_selects_and_tells(wall, qtbot):
    with qtbot.waitSignal(wall.generation_selected) as told:
        click(qtbot, wall, 1)
    assert told.args[0].id == f"{1:032x}"
    assert selected(wall) == [1]


def test_deselecting_tells_nothing_is_selected(wall, qtbot):
    with qtbot.waitSignal(wall.generation_selected):
        click(qtbot, wall, 1)
    with qtbot.waitSignal(wall.generation_selected) as told:
        wall.view.clearSelection()
    assert told.args == [None]


def test_shift_takes_all_between_and_control_one_more(wall, qtbot):
    click(qtbot, wall, 1)
    click(qtbot, wall, 4, Qt.KeyboardModifier.ShiftModifier)
    assert selected(wall) == [1, 2, 3, 4]
    click(qtbot, wall, 6, Qt.KeyboardModifier.ControlModifier)
    assert selected(wall) == [1, 2, 3, 4, 6]


def test_a_rubber_band_takes_what_it_touches(wall, qtbot):
    viewport = wall.view.viewport()
    first, second = rect_of(wall, 0), rect_of(wall, 1)
    start = QPoint(2, first.top() + 5)
    end = QPoint(second.left() + 4, first.top() + 40)
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for at in (QPoint(12, first.top() + 20), end):
        qtbot.mouseMove(viewport, at)
        drag_to(viewport, at)
    assert selected(wall) == [0, 1]
    wall.grab()
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def drag_to(widget, at, modifier=Qt.KeyboardModifier.NoModifier):
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        QPointF(widget.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        modifier,
    )
    QApplication.sendEvent(widget, event)


def test_arrows_move_in_two_dimensions(wall, qtbot):
    click(qtbot, wall, 0)
    press(qtbot, wall, Key.Key_Right)
    assert selected(wall) == [1]
    press(qtbot, wall, Key.Key_Down)
    below = selected(wall)[0]
    assert rect_of(wall, below).top() > rect_of(wall, 1).top()
    press(qtbot, wall, Key.Key_Up)
    assert selected(wall) == [1]  # back on the line on which it went down
    press(qtbot, wall, Key.Key_End)
    assert selected(wall) == [11]
    press(qtbot, wall, Key.Key_Home)
    assert selected(wall) == [0]
    assert wall.view.verticalScrollBar().value() == 0


def test_select_brings_a_picture_into_view(wall, qtbot):
    with qtbot.waitSignal(wall.generation_selected) as told:
        wall.select(f"{11:032x}")
    assert told.args[0].id == f"{11:032x}"
    assert wall.view.viewport().rect().contains(rect_of(wall, 11))
    wall.select("nobody")
    assert selected(wall) == [11]


def test_select_all(wall, qtbot):
    press(qtbot, wall, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(selected(wall)) == 12


def test_selection_and_place_survive_a_refresh(wall, qtbot):
    wall.select(f"{11:032x}")
    before = rect_of(wall, 11)
    assert wall.view.verticalScrollBar().value() > 0
    with qtbot.waitSignal(wall.model.modelReset):
        wall.refresh()
    assert selected(wall) == [11]
    assert rect_of(wall, 11) == before


def test_what_is_in_view_stays_there_when_a_picture_comes(desk, open_wall, qtbot):
    stock.fill(desk, 60)
    wall = open_wall()
    bar = wall.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    first = next(p for p in wall.view.visible() if p.top >= bar.value())
    id_, before = wall.model.id(first.index), wall.view.rect_of(first)
    save(desk, stock.generation(500, datetime.now(UTC)))
    row = wall.model.catalogue.find(id_)
    assert row == first.index + 1
    assert rect_of(wall, row) == before


def test_what_is_in_view_stays_there_when_the_size_changes(desk, open_wall):
    stock.fill(desk, 60)
    wall = open_wall()
    bar = wall.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    first = next(wall.view.visible())
    offset = wall.view.rect_of(first).top()
    wall.header.sizes.show_size(100)
    assert rect_of(wall, first.index).top() == pytest.approx(offset, abs=1)
    assert wall.view.row_height == 100


def test_control_and_the_wheel_change_the_size(wall, qtbot):
    before = wall.view.row_height
    wall.view.zoomed.emit(1)
    assert wall.view.row_height > before
    press(qtbot, wall, Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert wall.view.row_height == before


# Opening and deeds


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Space])
def test_keys_open_the_viewer(wall, qtbot, key):
    wall.select(f"{2:032x}")
    with qtbot.waitSignal(wall.view_requested) as told:
        press(qtbot, wall, key)
    assert told.args[0].id == f"{2:032x}"


def test_a_double_click_opens_the_viewer(wall, qtbot):
    where = rect_of(wall, 1).center()
    with qtbot.waitSignal(wall.view_requested) as told:
        qtbot.mouseDClick(wall.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert told.args[0].id == f"{1:032x}"


def marks(desk, number):
    return desk.workshop.gallery().marks(f"{number:032x}")


def test_f_makes_all_selected_favourites_and_the_wall_shows_it(desk, wall, qtbot):
    click(qtbot, wall, 0)
    click(qtbot, wall, 1, Qt.KeyboardModifier.ShiftModifier)
    press(qtbot, wall, Key.Key_F)
    qtbot.waitUntil(lambda: marks(desk, 0).favourite and marks(desk, 1).favourite)
    qtbot.waitUntil(lambda: bool(wall.model.seen(1) and wall.model.seen(1).generation.favourite))


def test_digits_give_stars_and_nought_takes_them(desk, wall, qtbot):
    told: list = []
    desk.studio.set_preferences(replace(desk.studio.state.preferences, move_on=False))
    wall.generation_selected.connect(told.append)
    click(qtbot, wall, 1)
    press(qtbot, wall, Key.Key_4)
    qtbot.waitUntil(lambda: marks(desk, 1).rating == 4)
    qtbot.waitUntil(lambda: bool(told) and told[-1].rating == 4)  # the inspector hears of it
    press(qtbot, wall, Key.Key_0)
    qtbot.waitUntil(lambda: marks(desk, 1).rating == 0)


def test_after_a_mark_of_a_culling_the_next_picture_is_selected(desk, wall, qtbot):
    click(qtbot, wall, 1)
    press(qtbot, wall, Key.Key_X)
    qtbot.waitUntil(lambda: marks(desk, 1).rejected)
    assert selected(wall) == [2]
    press(qtbot, wall, Key.Key_F)
    qtbot.waitUntil(lambda: not marks(desk, 2).favourite)  # it was one
    assert selected(wall) == [2], "a favourite is no culling"
    press(qtbot, wall, Key.Key_K)
    qtbot.waitUntil(lambda: marks(desk, 2).verdict == "keep")
    press(qtbot, wall, Key.Key_6)
    qtbot.waitUntil(lambda: marks(desk, 3).label == "red")
    assert selected(wall) == [4]
    desk.studio.library.history.undo()
    qtbot.waitUntil(lambda: marks(desk, 3).label == "")


def test_a_tag_is_asked_for_with_completion_and_put_on_all(desk, wall, qtbot):
    click(qtbot, wall, 0)
    click(qtbot, wall, 2, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, wall, Key.Key_T)
    qtbot.waitUntil(lambda: bool(wall.findChildren(WordPopover)))
    (popover,) = wall.findChildren(WordPopover)
    qtbot.keyClicks(popover.entry, "sky")
    qtbot.keyClick(popover.entry, Key.Key_Return)
    qtbot.waitUntil(lambda: marks(desk, 0).tags == ("sky",) == marks(desk, 2).tags)
    with qtbot.waitSignal(wall.search_wanted) as wanted:
        wall.header.search_wanted.emit("tag:sky")
    assert wanted.args == ["tag:sky"]
    wall.search("tag:sky")
    qtbot.waitUntil(lambda: wall.order() == [f"{n:032x}" for n in (0, 2)])
    assert [chip.condition.typed for chip in wall.header.chips.chips] == ["tag:sky"]
    wall._deeds.marks._on_word_chosen((f"{0:032x}",), "tag", "sky", True)
    qtbot.waitUntil(lambda: wall.order() == [f"{2:032x}"])


def test_project_and_note_have_a_key_each(desk, wall, qtbot):
    click(qtbot, wall, 1)
    press(qtbot, wall, Key.Key_O)
    qtbot.waitUntil(lambda: bool(wall.findChildren(WordPopover)))
    (popover,) = wall.findChildren(WordPopover)
    qtbot.keyClicks(popover.entry, "Tea tins")
    qtbot.keyClick(popover.entry, Key.Key_Return)
    qtbot.waitUntil(lambda: marks(desk, 1).project == "Tea tins")
    for note in ("for the lid", ""):
        press(qtbot, wall, Key.Key_N)
        qtbot.waitUntil(lambda: bool(wall.findChildren(NotePopover)))
        (sheet,) = wall.findChildren(NotePopover)
        sheet.entry.clear()
        qtbot.keyClicks(sheet.entry, note)
        qtbot.keyClick(sheet.entry, Key.Key_Return)
        qtbot.waitUntil(lambda note=note: marks(desk, 1).note == note)
        qtbot.waitUntil(lambda: not wall.findChildren(NotePopover))


def test_the_heart_is_pressed_without_selecting(desk, wall, qtbot):
    seen_all(qtbot, wall)
    where = heart_box(rect_of(wall, 1)).center()
    qtbot.mouseClick(wall.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: marks(desk, 1).favourite)
    assert selected(wall) == []


def test_letters_recall_parts_of_a_picture(desk, wall, qtbot):
    desk.studio.set_prompt("something else")
    with qtbot.waitSignal(wall.generation_selected):
        click(qtbot, wall, 3)
    press(qtbot, wall, Key.Key_S)
    qtbot.waitUntil(lambda: desk.studio.state.draft.seed == 482113910)
    assert desk.studio.state.draft.prompt == "something else"
    press(qtbot, wall, Key.Key_P)
    qtbot.waitUntil(lambda: desk.studio.state.draft.prompt.startswith("A fox"))
    press(qtbot, wall, Key.Key_D)
    qtbot.waitUntil(lambda: desk.studio.state.draft.size == stock.SIZES[3])
    desk.studio.set_prompt("")
    press(qtbot, wall, Key.Key_A)
    qtbot.waitUntil(lambda: desk.studio.state.draft.prompt != "")
    assert desk.studio.state.draft.prompt.startswith("A fox")


def test_e_takes_the_picture_as_a_reference(desk, wall, qtbot):
    with qtbot.waitSignal(wall.generation_selected):
        click(qtbot, wall, 0)
    press(qtbot, wall, Key.Key_E)
    qtbot.waitUntil(lambda: len(desk.studio.state.draft.references) == 1)
    assert desk.studio.state.draft.references[0].parent == f"{0:032x}"


def test_copy_gives_the_file_first_and_its_bytes(desk, wall, qtbot):
    with qtbot.waitSignal(wall.generation_selected) as told:
        click(qtbot, wall, 0)
    clipboard = QApplication.clipboard()
    clipboard.setText("before")
    press(qtbot, wall, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: clipboard.mimeData().hasUrls())
    mime = clipboard.mimeData()
    file = desk.studio.library.file(told.args[0])
    assert [url.toLocalFile() for url in mime.urls()] == [str(file)]
    assert bytes(mime.data("image/png").data()) == file.read_bytes()
    assert mime.formats()[0] == "text/uri-list"


def test_copying_a_missing_file_says_so(desk, wall, qtbot):
    with qtbot.waitSignal(wall.generation_selected) as told:
        click(qtbot, wall, 0)
    desk.studio.library.file(told.args[0]).unlink()
    press(qtbot, wall, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: desk.studio.state.notice is not None)
    assert "missing" in desk.studio.state.notice.text


def test_a_drag_carries_the_file_first(desk, wall, qtbot, monkeypatch):
    carried = []
    monkeypatch.setattr(
        "flux_studio.ui.wall.panel.drag_out", lambda _, mime, pixmap: carried.append((mime, pixmap))
    )
    seen_all(qtbot, wall)
    qtbot.waitUntil(lambda: wall.loader.cache.get(f"{0:032x}") is not None)
    click(qtbot, wall, 0)
    wall.view.startDrag(Qt.DropAction.CopyAction)
    mime, pixmap = carried[0]
    assert mime.formats()[0] == "text/uri-list"
    assert mime.urls()[0].toLocalFile().endswith("000000.png")
    assert bytes(mime.data("application/x-flux-generation").data()).decode() == f"{0:032x}"
    assert pixmap is not None


def popped_up(wall):
    menus = [m for m in wall.findChildren(QMenu) if m.isVisible()]
    return menus[0] if menus else None


def ask_menu(wall, row):
    where = rect_of(wall, row).center()
    viewport = wall.view.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, viewport.mapToGlobal(where))
    QApplication.sendEvent(viewport, event)


def test_the_menu_of_a_picture(wall, qtbot):
    click(qtbot, wall, 0)
    ask_menu(wall, 0)
    qtbot.waitUntil(lambda: popped_up(wall) is not None)
    menu = popped_up(wall)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "View",
        "Compare with its source",
        "Lineage",
        "Edit: use as reference",
        "Again",
        "Finish…",
        "Bring back",
        "Favourite",
        "Stars",
        "Label",
        "Keep",
        "Maybe",
        "Reject",
        "Tag…",
        "Collection…",
        "Project…",
        "Note…",
        "More like this",
        "Copy file",
        "Copy the picture itself",
        "Show in the file manager",
        "Open with",
        "Move to the bin",
    ]
    with qtbot.waitSignal(wall.view_requested):
        menu.actions()[0].trigger()
    menu.close()


# Jobs as cards


def test_jobs_are_cards_on_top_newest_first(desk, wall):
    show_jobs(desk, stock.job("old", JobState.RUNNING), stock.job("new", JobState.PLANNED))
    assert wall.model.catalogue.ids[:2] == ["new", "old"]
    assert wall.order()[0] == f"{0:032x}"
    wall.grab()


def test_cards_make_a_wall_of_an_empty_library(desk, open_wall):
    wall = open_wall()
    show_jobs(desk, stock.job("a", JobState.RUNNING))
    assert wall.view.isVisible()
    show_jobs(desk)
    assert wall.first_steps.isVisible()


def test_the_cross_of_a_running_card_cancels(desk, wall, qtbot):
    job = stock.job("a", JobState.RUNNING)
    show_jobs(desk, job)
    where = card_buttons(rect_of(wall, 0), job).close.center()
    qtbot.mouseClick(wall.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert desk.engine.asked == [("cancel", "a")]


@pytest.mark.parametrize("key", [Key.Key_Delete, Key.Key_Backspace])
def test_delete_cancels_the_card_under_the_keyboard(desk, wall, qtbot, key):
    show_jobs(desk, stock.job("a", JobState.ACCEPTED))
    click(qtbot, wall, 0)
    press(qtbot, wall, key)
    assert desk.engine.asked == [("cancel", "a")]


def test_an_ended_card_is_dismissed(desk, wall, qtbot):
    show_jobs(desk, stock.job("a", JobState.REFUSED, message="No.", charged=Decimal(0)))
    click(qtbot, wall, 0)
    press(qtbot, wall, Key.Key_Delete)
    assert desk.studio.state.board.jobs == {}
    assert "a" not in wall.model.catalogue.ids
    assert desk.engine.asked == []


def test_an_unknown_card_asks_for_a_decision_and_is_never_sent_or_dropped(desk, wall, qtbot):
    job = stock.job("a", JobState.UNKNOWN, message="The line broke.")
    show_jobs(desk, job)
    button = card_buttons(rect_of(wall, 0), job).resolve
    assert button is not None
    where = button.center()
    with qtbot.waitSignal(wall.job_attention) as told:
        qtbot.mouseClick(wall.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert told.args == ["a"]
    click(qtbot, wall, 0)
    for key in (Key.Key_Return, Key.Key_Delete):
        with qtbot.waitSignal(wall.job_attention):
            press(qtbot, wall, key)
    assert "a" in desk.studio.state.board.jobs
    assert desk.engine.asked == []


def test_a_card_becomes_its_picture_and_nothing_jumps(desk, wall):
    show_jobs(desk, stock.job("old", JobState.RUNNING, 2), stock.job("new", JobState.RUNNING, 1))
    before = [rect_of(wall, row) for row in range(6)]
    made = stock.generation(62, datetime.now(UTC), job="old", size=stock.SIZES[2])
    made = replace(made, request=stock.request(2))
    save(desk, made, job="old")
    assert wall.model.catalogue.ids[:2] == ["new", made.id]
    after = [rect_of(wall, row) for row in range(6)]
    assert [r.top() for r in after] == [r.top() for r in before]
    assert len(wall.model.catalogue) == 14


def test_only_a_running_job_makes_the_clock_tick(desk, wall):
    assert not wall.cards.clock.isActive()
    show_jobs(desk, stock.job("a", JobState.RUNNING))
    assert wall.cards.clock.isActive()
    show_jobs(desk, stock.job("a", JobState.FAILED, message="No."))
    assert not wall.cards.clock.isActive()


def test_cards_stay_out_of_a_search(desk, wall, qtbot):
    show_jobs(desk, stock.job("a", JobState.RUNNING))
    wall.search("fox")
    qtbot.waitUntil(lambda: len(wall.model.catalogue) == 3)
    wall.search("")
    qtbot.waitUntil(lambda: wall.model.catalogue.ids[0] == "a")


def test_the_menu_of_a_card(desk, wall, qtbot):
    show_jobs(desk, stock.job("a", JobState.RUNNING))
    click(qtbot, wall, 0)
    ask_menu(wall, 0)
    menu = popped_up(wall)
    assert [a.text() for a in menu.actions()] == ["Cancel"]
    menu.actions()[0].trigger()
    assert desk.engine.asked == [("cancel", "a")]
    menu.close()


# New pictures


def test_a_new_picture_is_selected_when_nothing_else_is(desk, wall, qtbot):
    made = stock.generation(70, datetime.now(UTC))
    with qtbot.waitSignal(wall.generation_selected) as told:
        save(desk, made)
    assert told.args[0] == made
    again = stock.generation(71, datetime.now(UTC))
    save(desk, again)
    assert selected(wall) == [0]
    assert wall.model.id(0) == again.id


def test_a_new_picture_never_takes_the_view_from_someone_who_looks(desk, wall, qtbot):
    click(qtbot, wall, 4)
    save(desk, stock.generation(70, datetime.now(UTC)))
    assert [wall.model.id(row) for row in selected(wall)] == [f"{4:032x}"]


def test_auto_show_can_be_off(desk, wall):
    desk.studio._set(preferences=Preferences(auto_show=False))
    save(desk, stock.generation(70, datetime.now(UTC)))
    assert selected(wall) == []


def test_a_picture_saved_while_the_library_is_asked_is_not_lost(desk, wall, qtbot):
    wall.refresh()
    made = stock.generation(70, datetime.now(UTC))
    save(desk, made)
    stock.settle(desk)
    assert wall.order().count(made.id) == 1
    assert len(wall.order()) == 13


def test_a_removed_picture_goes(desk, wall):
    desk.studio.library.changed.emit(LibraryChange(removed=(f"{0:032x}",)))
    assert wall.order()[0] == f"{1:032x}"


def test_losing_the_heart_leaves_the_favourites(desk, wall, qtbot):
    wall.header.favourites.click()
    qtbot.waitUntil(lambda: len(wall.order()) == 2)
    click(qtbot, wall, 0)
    press(qtbot, wall, Key.Key_F)
    qtbot.waitUntil(lambda: wall.order() == [f"{8:032x}"])


# Days


def test_a_day_says_its_pictures_and_what_it_cost(desk, open_wall, qtbot):
    now = datetime.now(UTC)
    stock.keep(desk, [stock.generation(n, now - timedelta(seconds=n)) for n in range(3)])
    with desk.workshop.database.transaction() as connection:
        for n in range(3):
            connection.execute(
                "INSERT INTO jobs (id, batch, provider, model, request, price, state, created,"
                " updated, sent, charged, owner, checksum)"
                " VALUES (?, '', 'p', 'm', '{}', '0.03', 'saved', 0, 0, ?, '0.030', '', '')",
                (f"job{n}", int(now.timestamp() * 1e6) - n),
            )
    wall = open_wall()
    day = now.astimezone().date()
    wall.view.grab()
    qtbot.waitUntil(lambda: wall._money.spent(day)[0] is not None)
    assert wall._summary(day, 3) == "3 pictures · $0.090"
    wall._filter = Filter(favourite=True)
    assert wall._summary(day, 3) == "3 pictures"  # the sum is of the whole day


# For those who listen


def test_screen_readers_meet_a_list_of_pictures(wall, qtbot):
    seen_all(qtbot, wall)
    found = QAccessible.queryAccessibleInterface(wall.view)
    assert found.role() == QAccessible.Role.List
    assert found.text(QAccessible.Text.Name) == "Gallery"
    assert found.childCount() == 12
    item = found.child(0)
    name = item.text(QAccessible.Text.Name)
    assert "Layered hills" in name
    assert "1024 × 1024" in name
    assert item.rect().size() == rect_of(wall, 0).size()


def test_every_control_has_a_name_and_a_tip(wall):
    header = wall.header
    for control in (
        header.favourites,
        header.rating,
        header.model,
        header.clear,
        header.sizes.slider,
        header.sizes.smaller,
        header.sizes.larger,
        header.arrangement,
    ):
        assert control.accessibleName()
        assert control.toolTip()


def test_the_selection_model_agrees_with_what_is_told(wall, qtbot):
    index = wall.model.index(3)
    flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
    with qtbot.waitSignal(wall.generation_selected) as told:
        wall.view.selectionModel().setCurrentIndex(index, flag)
    assert told.args[0].id == f"{3:032x}"


# What is handed out


def test_a_dragged_picture_is_a_bitmap_too_read_when_it_is_asked_for(desk, wall, qtbot):
    seen_all(qtbot, wall)
    mime = wall._deeds.out.mime([wall.model.seen(0).generation])
    assert mime.formats()[0] == "text/uri-list"
    assert mime.formats()[-1] == "image/png"
    assert mime.hasFormat("image/png")
    file = desk.studio.library.file(wall.model.seen(0).generation)
    file.write_bytes(b"changed since")
    assert bytes(mime.data("image/png").data()) == b"changed since"
    file.unlink()
    assert bytes(mime.data("image/png").data()) == b"changed since"
    assert bytes(mime.data("x-special/gnome-copied-files").data()).startswith(b"copy\nfile://")


def test_several_dragged_pictures_are_files_only(desk, wall, qtbot):
    seen_all(qtbot, wall)
    mime = wall._deeds.out.mime([wall.model.seen(row).generation for row in (0, 1)])
    assert [url.fileName() for url in mime.urls()] == ["000000.png", "000001.png"]
    assert not mime.hasFormat("image/png")


def test_the_picture_itself_is_copied_without_its_file(desk, wall, qtbot):
    seen_all(qtbot, wall)
    wall.select(f"{0:032x}")
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    with qtbot.waitSignal(QApplication.clipboard().dataChanged):
        press(qtbot, wall, Key.Key_C, both)
    mime = QApplication.clipboard().mimeData()
    assert not mime.hasUrls()
    file = desk.studio.library.root / wall.model.known(f"{0:032x}").generation.path
    assert bytes(mime.data("image/png").data()) == file.read_bytes()


def test_a_jpeg_is_copied_as_png_pixels(desk, open_wall, qtbot):
    made = stock.generation(7, datetime.now(UTC), mime="image/jpeg", path="seven.jpg")
    stock.keep(desk, [made], with_files=False)
    data = stock.drawn(7, made.size, 640, "JPEG")
    desk.studio.library.file(made).write_bytes(data)
    wall = open_wall()
    with qtbot.waitSignal(QApplication.clipboard().dataChanged):
        wall._deeds.out.copy_bitmap([made])
    data = bytes(QApplication.clipboard().mimeData().data("image/png").data())
    assert data.startswith(b"\x89PNG")


def test_a_picture_opens_in_another_program(desk, wall, qtbot, monkeypatch):
    seen_all(qtbot, wall)
    opened = []
    monkeypatch.setattr(
        "flux_studio.ui.wall.out_deeds.open_file", lambda file: opened.append(file) or False
    )
    wall._deeds.out.open_outside([wall.model.seen(0).generation])
    assert [file.name for file in opened] == ["000000.png"]
    assert "No program" in desk.studio.state.notice.text


# Missing files


def test_a_file_moved_within_the_library_is_found_by_itself(desk, open_wall, qtbot):
    made = _kept(desk, 4)
    old = desk.studio.library.file(made)
    new = desk.studio.library.root / "Best of" / "hill.png"
    new.parent.mkdir()
    old.rename(new)
    wall = open_wall()
    with qtbot.waitSignal(wall.missing.looked) as told:
        wall.view.in_view.look_around()
    assert told.args[0].found == (made.id,)
    wall.view.in_view.look_around()
    qtbot.waitUntil(lambda: wall.model.known(made.id) is not None)
    assert wall.model.known(made.id).has_file
    assert wall.model.known(made.id).generation.path == "Best of/hill.png"


def test_a_missing_file_can_be_looked_for_elsewhere(desk, open_wall, qtbot, tmp_path):
    made = _kept(desk, 4)
    old = desk.studio.library.file(made)
    away = tmp_path / "away"
    away.mkdir()
    old.rename(away / "x.png")
    wall = open_wall()
    with qtbot.waitSignal(wall.missing.looked) as told:
        wall.view.in_view.look_around()
    assert (told.args[0].found, told.args[0].missing) == ((), 1)
    wall.select(made.id)
    ask_menu(wall, 0)
    qtbot.waitUntil(lambda: popped_up(wall) is not None)
    offered = [a.text() for a in popped_up(wall).actions()]
    assert "Look for the missing file…" in offered
    popped_up(wall).close()
    with qtbot.waitSignal(wall.missing.looked):
        wall.missing.look([made.id], tmp_path)
    assert old.is_file()
    assert desk.studio.state.notice.values[0] == ("found", "1")


def _kept(desk, number):
    """A picture whose row tells the truth of its file."""
    from hashlib import sha256

    made = stock.generation(number, datetime.now(UTC))
    data = stock.drawn(number, made.size, 640, "PNG")
    made = replace(made, sha256=sha256(data).hexdigest(), bytes=len(data))
    stock.keep(desk, [made])
    return made


# Several at once


def test_the_bar_says_what_several_pictures_are_together(wall, qtbot):
    assert not wall.bulk.bar.isVisible()
    wall.select(f"{0:032x}")
    assert not wall.bulk.bar.isVisible()
    click(qtbot, wall, 3, Qt.KeyboardModifier.ShiftModifier)
    assert wall.bulk.bar.isVisible()
    assert wall.bulk.bar.count.text() == "4 selected"
    qtbot.waitUntil(lambda: bool(wall.bulk.bar.sums.text()))
    assert wall.bulk.bar.sums.text() == "5.6 MB · $0.12"
    press(qtbot, wall, Key.Key_Escape)
    assert not wall.bulk.bar.isVisible()


def test_the_bars_deeds_reach_everything_selected(desk, wall, qtbot):
    press(qtbot, wall, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    heart = next(b for b in wall.bulk.bar.buttons if b.accessibleName() == "Favourite")
    with qtbot.waitSignal(desk.studio.library.changed) as told:
        qtbot.mouseClick(heart, Qt.MouseButton.LeftButton)
    assert len(told.args[0].changed) == 12


def test_two_to_six_can_be_compared(wall, qtbot):
    compare = next(b for b in wall.bulk.bar.buttons if b.accessibleName() == "Compare")
    click(qtbot, wall, 0)
    click(qtbot, wall, 6, Qt.KeyboardModifier.ShiftModifier)
    assert not compare.isEnabled()
    click(qtbot, wall, 0)
    click(qtbot, wall, 2, Qt.KeyboardModifier.ShiftModifier)
    assert compare.isEnabled()
    with qtbot.waitSignal(wall.compare_requested) as told:
        press(qtbot, wall, Key.Key_C)
    assert {g.id for g in told.args[0]} == {f"{n:032x}" for n in range(3)}


def test_a_card_of_a_job_is_not_counted(desk, wall, qtbot):
    show_jobs(desk, stock.job("a", JobState.RUNNING))
    press(qtbot, wall, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert wall.bulk.bar.count.text() == "12 selected"


def test_a_library_that_cannot_be_read_says_so_and_can_be_asked_again(desk, wall, qtbot):
    def broken(*_, **__):
        raise OSError("no")

    wall.model.show_pictures(Catalogue(), [])
    gallery = desk.studio.library.gallery
    gallery.page, asked = broken, gallery.page
    with qtbot.waitSignal(wall._listing.failed):
        wall.refresh()
    assert wall._pages.currentWidget() is wall.unreadable
    gallery.page = asked
    with qtbot.waitSignal(wall._listing.found):
        wall.unreadable.again.emit()
    assert wall._pages.currentWidget() is wall.view


# What a running card shows of its provider


def test_a_preview_is_shown_on_the_card_until_the_job_ends(desk, open_wall):
    wall = open_wall()
    running = stock.job("a", JobState.RUNNING, 0, left=3.0)
    desk.studio._set(board=Board({"a": running}))
    wall.show_state(desk.studio.state)
    small = stock.drawn(0, stock.SIZES[0], 256, "JPEG")
    desk.engine.happened.emit(PreviewSeen("a", small))
    stock.settle(desk)
    assert wall.model.previews["a"].width() == 256
    wall.view.grab()  # it is painted without a complaint of Qt
    desk.engine.happened.emit(PreviewSeen("b", b"no picture at all"))
    stock.settle(desk)
    assert "b" not in wall.model.previews
    end = Stopped("a", datetime.now(UTC), JobState.FAILED, "bug", "No.", None)
    desk.engine.happened.emit(end)
    stock.settle(desk)
    assert wall.model.previews == {}


def test_the_tip_of_a_card_has_the_providers_log_as_plain_text(desk, open_wall):
    wall = open_wall()
    running = stock.job("a", JobState.RUNNING, 0, logs=("<img src=x>", "28/28 steps"))
    desk.studio._set(board=Board({"a": running}))
    wall.show_state(desk.studio.state)
    tip = wall.model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img src=x&gt;<br>28/28 steps" in tip


def test_enter_on_the_card_of_a_refusal_leads_to_the_control(desk, open_wall, qtbot):
    wall = open_wall()
    form = desk.studio.state.draft
    asked = stock.request(
        0, provider=form.provider, model=form.model, prompt=form.prompt, size=form.size
    )
    show_jobs(desk, stock.job("a", JobState.REFUSED, request=asked, control="prompt"))
    wall.show_state(desk.studio.state)
    looked: list[str] = []
    desk.studio.attention.connect(looked.append)
    wall.view.opened.emit(0)
    assert looked == ["prompt"]
    desk.studio.set_prompt("something else")
    wall.view.opened.emit(0)
    assert looked == ["prompt"]
