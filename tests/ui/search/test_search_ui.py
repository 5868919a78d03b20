"""The search by keyboard: completion, chips, the shelf, and what is marked in a prompt."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidgetAction

from flux_studio.core.job import Board, JobState
from flux_studio.core.search import FIELDS, matched_words
from flux_studio.storage.gallery_filter import Filter
from flux_studio.storage.marks import MarkChange
from flux_studio.ui.inspector import Inspector
from flux_studio.ui.search.flow import FlowLayout
from flux_studio.ui.search.search_chips import SearchChips
from flux_studio.ui.search.shelf_chip import ShelfChip
from flux_studio.ui.search.word_popover import WordPopover
from flux_studio.ui.top_bar import TopBar
from flux_studio.ui.wall.board_cards import cards_for
from tests.ui.panels import a_desk, opened
from tests.ui.wall import stock

Key = Qt.Key


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        stock.fill(made, 4, with_files=False)
        ids = [f"{n:032x}" for n in (0, 1)]
        made.studio.library.marks.change(ids, MarkChange(tags_added=("sky",)))
        stock.settle(made)
        yield made


@pytest.fixture
def bar(desk):
    with opened(desk, lambda theme: TopBar(desk.studio, theme)) as made:
        made.search.setFocus()
        desk.studio.library.shelf.refresh()
        stock.settle(desk)
        yield made


def texts(chips):
    return [chip.condition.typed for chip in chips.chips]


def test_a_field_and_its_value_are_completed_by_tab(bar, qtbot):
    qtbot.keyClicks(bar.search, "snow ta")
    assert bar.search.offers() == ["tag:"]
    qtbot.keyClick(bar.search, Key.Key_Tab)
    assert bar.search.text() == "snow tag:"
    assert "tag:sky" in bar.search.offers()
    with qtbot.waitSignal(bar.search_changed) as told:
        qtbot.keyClick(bar.search, Key.Key_Down)
        qtbot.keyClick(bar.search, Key.Key_Return)
    assert told.args == ["snow tag:sky"]
    assert bar.search.offers() == []
    assert bar.search.hasFocus()


def test_what_is_wrong_with_a_field_is_said_below_the_box(bar, qtbot):
    for typed in ("rating:banana", "rating:banana ", "seed:12a"):
        bar.search.clear()
        qtbot.keyClicks(bar.search, typed)
        wrong = bar.search._list.wrong
        assert wrong.isVisible()
        assert typed.strip() in wrong.text()
        assert bar.search.accessibleDescription() == wrong.text()
        assert wrong.height() >= wrong.heightForWidth(wrong.width())
    qtbot.keyClick(bar.search, Key.Key_Escape)
    assert not bar.search._list.isVisible()
    assert bar.search.text() == "seed:12a"
    qtbot.keyClicks(bar.search, " fox")
    assert not bar.search._list.isVisible(), "what is typed now is right"
    bar.search.clear()
    qtbot.keyClicks(bar.search, "rating:")
    assert not bar.search._list.wrong.isVisible(), "it is still being typed"
    assert bar.search.accessibleDescription() == ""


def test_a_slip_in_a_name_is_mended_by_tab(bar, qtbot):
    qtbot.keyClicks(bar.search, "modle:flex")
    assert bar.search.offers() == ["model:flex"]
    qtbot.keyClick(bar.search, Key.Key_Tab)
    assert bar.search.text() == "model:flex"


def test_down_shows_all_fields_and_what_was_kept(bar, desk, qtbot):
    desk.studio.library.shelf.save_search("Good skies", "sky rating:>=4")
    stock.settle(desk)
    qtbot.keyClick(bar.search, Key.Key_Down)
    offers = bar.search.offers()
    assert offers[0] == "sky rating:>=4"
    assert offers[1:] == [f"{field.name}:" for field in FIELDS]
    with qtbot.waitSignal(bar.search_changed) as told:
        qtbot.keyClick(bar.search, Key.Key_Tab)
    assert told.args == ["sky rating:>=4"]
    assert not bar.search.offers()


def test_escape_closes_the_list_and_then_clears_the_field(bar, qtbot):
    qtbot.keyClicks(bar.search, "is:f")
    assert bar.search.offers()
    qtbot.keyClick(bar.search, Key.Key_Escape)
    assert bar.search.text() == "is:f"
    assert bar.search.offers() == []
    qtbot.keyClick(bar.search, Key.Key_Escape)
    assert bar.search.text() == ""


def test_enter_without_a_choice_searches_what_was_typed(bar, qtbot):
    qtbot.keyClicks(bar.search, "ra")
    assert bar.search.offers()
    qtbot.keyClick(bar.search, Key.Key_Return)
    assert bar.search.text() == "ra"
    assert bar.search.offers() == []


def test_chips_are_taken_away_by_keyboard_and_say_what_could_not_be_read(qtbot):
    chips = SearchChips()
    qtbot.addWidget(chips)
    chips.show_search("snow")
    assert chips.isVisibleTo(None)
    assert texts(chips) == []
    chips.show_search("snow tag:sky -is:rejected rating:")
    assert texts(chips) == ["tag:sky", "-is:rejected"]
    assert chips.hint.text() == "rating: needs a value: stars, as in rating:>=4"
    assert chips.chips[0].accessibleName() == "Take tag:sky away"
    with qtbot.waitSignal(chips.search_changed) as told:
        qtbot.keyClick(chips.chips[0], Key.Key_Space)
    assert told.args == ["snow -is:rejected rating:"]
    chips.show_search("")
    assert not chips.isVisibleTo(None)


def test_the_picture_that_others_are_to_be_like_stands_on_its_chip(desk, qtbot):
    id_ = f"{1:032x}"
    desk.workshop.thumbnails.put(id_, 256, stock.drawn(1, stock.SIZES[1], 256, "JPEG"))
    chips = SearchChips(desk.studio.library)
    qtbot.addWidget(chips)
    chips.show_search(f"like:{id_}")
    (chip,) = chips.chips
    bare = chip.grab().toImage()
    stock.settle(desk)
    assert chip.grab().toImage() != bare
    assert chip.text() == "like this picture"
    assert chip.accessibleName() == "Take like this picture away"
    with qtbot.waitSignal(chips.search_changed) as told:
        chip.click()
    assert told.args == [""]
    chips.show_search("like:nobody")
    stock.settle(desk)
    assert chips.chips[0].text() == "like this picture"


def test_the_shelf_lists_what_there_is_and_says_which_is_shown(desk, qtbot):
    library = desk.studio.library
    change = MarkChange(collections_added=("Best",), project="Sol & Luna")
    library.marks.change([f"{0:032x}"], change)
    library.shelf.save_search("Good", "rating:>=4")
    chip = ShelfChip(library.shelf)
    qtbot.addWidget(chip)
    stock.settle(desk)
    chip._on_menu_about_to_show()
    stock.settle(desk)
    chip._fill()
    entries = chip.menu().actions()
    actions = {action.text(): action for action in entries}
    titles = [each.defaultWidget() for each in entries if isinstance(each, QWidgetAction)]
    assert [t.text() for t in titles if isinstance(t, QLabel)] == [
        "Projects", "Collections", "Saved searches",
    ]  # fmt: skip
    assert "Sol && Luna\t1" in actions
    with qtbot.waitSignal(chip.search_wanted) as told:
        actions["Best\t1"].trigger()
    assert told.args == ['collection:"Best"']
    chip.show_search("rating:>=4")
    assert chip.text() == "Good"
    assert chip.is_active()
    chip._fill()
    (good,) = [action for action in chip.menu().actions() if action.text() == "Good"]
    with qtbot.waitSignal(chip.search_wanted) as told:
        good.trigger()
    assert told.args == [""], "chosen once more it is left"
    chip.menu().clear()


def test_a_saved_search_is_renamed_by_keyboard(desk, qtbot):
    shelf = desk.studio.library.shelf
    shelf.save_search("Good", "rating:>=4")
    chip = ShelfChip(shelf)
    qtbot.addWidget(chip)
    stock.settle(desk)
    chip._fill()
    (menu,) = [a.menu() for a in chip.menu().actions() if a.text() == "Rename"]
    (good,) = menu.actions()
    assert good.text() == "Good"
    good.trigger()
    (popover,) = chip.findChildren(WordPopover)
    assert popover.entry.text() == "Good"
    qtbot.keyClicks(popover.entry, "Great")
    qtbot.keyClick(popover.entry, Key.Key_Return)
    stock.settle(desk)
    assert [each.name for each in shelf.shelves.searches] == ["Great"]
    chip.menu().clear()


def test_what_is_typed_is_cleared_by_a_click_too(bar, qtbot):
    clear = bar.search.clear_it
    assert clear.isHidden()
    qtbot.keyClicks(bar.search, "fox")
    assert clear.isVisible()
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert bar.search.text() == ""
    assert bar.search.hasFocus()
    assert clear.isHidden()


def test_the_list_stands_below_the_field_and_says_its_hints_whole(bar, qtbot, desk):
    bar.resize(1200, bar.height())
    stock.settle(desk)
    qtbot.keyClicks(bar.search, "ra")
    place = bar.search._list
    assert place.x() == bar.search.mapTo(bar.window(), bar.search.rect().topLeft()).x()
    view, metrics = place.view, place.view.fontMetrics()
    for row in view.rows():
        whole = metrics.horizontalAdvance(row.text) + metrics.horizontalAdvance(row.note)
        assert whole < view.viewport().width() - 24


def test_a_word_is_chosen_new_or_taken_off(qtbot):
    popover = WordPopover("Tag", None)
    told = []
    popover.word_chosen.connect(lambda word, there: told.append((word, there)))
    popover.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(popover)
    popover.show_words(["snow", "sky", "skyline"], ["night"])
    qtbot.keyClicks(popover.entry, "sk")
    assert [row.text for row in popover.view.rows()] == ["sky", "skyline", "sk"]
    qtbot.keyClick(popover.entry, Key.Key_Return)
    popover.entry.setText("a new one ")
    qtbot.keyClick(popover.entry, Key.Key_Return)
    popover.entry.clear()
    qtbot.keyClick(popover.entry, Key.Key_Return)  # nothing is chosen
    qtbot.keyClick(popover.entry, Key.Key_Down)
    qtbot.keyClick(popover.entry, Key.Key_Return)
    assert told == [("sky", False), ("a new one", False), ("night", True)]


def test_the_inspector_marks_what_was_found_and_writes_marks(desk, qtbot):
    with opened(desk, lambda theme: Inspector(desk.studio, theme)) as panel:
        library = desk.studio.library
        first = library.gallery.get(f"{0:032x}")
        panel.show_search("hill -fox")
        panel.show_generation(first)
        stock.settle(desk)
        assert panel.prompt.matches() == ["hill"]
        panel.prompt.show_matches(matched_words('"last light"'))
        assert panel.prompt.matches() == ["last light"]
        panel.more_marks.keep.click()
        stock.settle(desk)
        panel.more_marks.labels["blue"].click()
        stock.settle(desk)
        qtbot.keyClicks(panel.more_marks.note, "for Ana")
        qtbot.keyClick(panel.more_marks.note, Key.Key_Return)
        stock.settle(desk)
        marks = library.gallery.marks(first.id)
        assert (marks.verdict, marks.label, marks.note) == ("keep", "blue", "for Ana")
        panel.more_marks.reject.click()
        stock.settle(desk)
        stock.settle(desk)
        assert not panel.more_marks.keep.isChecked()
        (tag,) = [w for w in panel.more_marks.words.children() if hasattr(w, "removed")]
        with qtbot.waitSignal(panel.search_wanted) as told:
            tag.click()
        assert told.args == ['tag:"sky"']
        qtbot.keyClick(tag, Key.Key_Delete)
        stock.settle(desk)
        assert library.gallery.marks(first.id).tags == ()


def test_a_search_for_a_state_shows_jobs_and_no_other_search_does():
    jobs = [stock.job("u", JobState.UNKNOWN), stock.job("r", JobState.RUNNING)]
    board = Board({job.id: job for job in jobs})
    assert [job.id for job in cards_for(board, Filter())] == ["u", "r"]
    assert [job.id for job in cards_for(board, Filter(text="state:unknown"))] == ["u"]
    assert cards_for(board, Filter(text="fox state:unknown")) == []
    assert cards_for(board, Filter(text="fox")) == []


def test_a_flow_begins_another_row_where_there_is_no_room(qtbot):
    from PySide6.QtWidgets import QPushButton, QWidget

    room = QWidget()
    qtbot.addWidget(room)
    flow = FlowLayout(room)
    buttons = [QPushButton("a word") for _ in range(4)]
    for button in buttons:
        flow.addWidget(button)
    wide = buttons[0].sizeHint().width()
    assert flow.heightForWidth(4 * wide + 40) < flow.heightForWidth(2 * wide + 10)
    room.resize(2 * wide + 10, 200)
    room.show()
    assert buttons[1].y() == buttons[0].y() < buttons[2].y()
    assert buttons[2].x() == buttons[0].x()
