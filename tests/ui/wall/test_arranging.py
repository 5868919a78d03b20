"""Groups, squares, piles, sizes, and a wall that comes back as it was left."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt

from flux_studio.core.request import Origin
from flux_studio.session.state import Preferences
from flux_studio.storage.gallery_filter import Filter
from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.wall import WallPanel
from flux_studio.ui.wall.cell_painting import pile_box
from flux_studio.ui.wall.grouping import Grouping
from flux_studio.ui.wall.options import LARGEST, SMALLEST, USUAL, WallOptions
from flux_studio.ui.wall.section_words import section_title
from tests.ui.wall import stock

Key = Qt.Key
NOW = datetime.now(UTC)


def press(qtbot, wall, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(wall.view, key, modifier)


def choose(desk, wall, **changes):
    """Choose options as the chip does, and wait for the pictures."""
    wall.arranging.arrange(replace(wall.arranging.options, **changes))
    stock.settle(desk)
    stock.listed(wall)


def runs(desk, *lengths):
    """Pictures an hour apart in runs of one prompt each, the newest now; ids, newest first."""
    made, at = [], 0
    for run, length in enumerate(lengths):
        for _ in range(length):
            asked = stock.request(prompt=f"prompt {run}")
            made.append(stock.generation(at, NOW - timedelta(minutes=at), request=asked))
            at += 1
    stock.keep(desk, made)
    return [each.id for each in made]


@pytest.fixture
def piled(desk, open_wall):
    """A wall with a run of three, one picture and a run of two; piled up, in no groups."""
    runs(desk, 3, 1, 2)
    wall = open_wall()
    choose(desk, wall, piles=True, grouping=Grouping.NONE)
    return wall


def picture(number):
    return f"{number:032x}"


# Groups


def test_no_groups_is_one_section_without_a_heading(desk, wall):
    choose(desk, wall, grouping=Grouping.NONE)
    assert [s.count for s in wall.model.catalogue.sections] == [12]
    assert wall.view.places.shape.header < 20
    choose(desk, wall, grouping=Grouping.DAY)
    assert len(wall.model.catalogue.sections) >= 2
    assert wall.view.places.shape.header > 30


def test_grouped_by_prompt_equal_prompts_stand_together_under_their_words(desk, wall):
    choose(desk, wall, grouping=Grouping.PROMPT)
    assert [s.count for s in wall.model.catalogue.sections] == [3, 3, 3, 3]
    assert wall.order()[:3] == [picture(0), picture(4), picture(8)]
    section, first = wall.model.catalogue.sections[0], stock.generation(0, NOW)
    title = section_title(Grouping.PROMPT, section, first, datetime.now())
    assert title.startswith("Layered hills")


def test_grouped_by_project(desk, open_wall):
    named = [
        stock.generation(n, NOW - timedelta(hours=n), origin=Origin(project=project))
        for n, project in enumerate(("Solstice", "", "Solstice"))
    ]
    for each in named:
        database = desk.workshop.database
        with database.transaction() as connection:
            stock.insert_generation(
                connection, each, full_text=database.full_text,
                project=each.origin.project, note="", tags=(),
            )  # fmt: skip
    wall = open_wall()
    choose(desk, wall, grouping=Grouping.PROJECT)
    titles = [
        section_title(Grouping.PROJECT, section, None, datetime.now())
        for section in wall.model.catalogue.sections
    ]
    assert titles == ["Solstice", "No project"]
    assert wall.order() == [picture(0), picture(2), picture(1)]


def test_a_session_says_when_it_was(desk, wall):
    choose(desk, wall, grouping=Grouping.SESSION)
    section = wall.model.catalogue.sections[0]
    title = section_title(Grouping.SESSION, section, None, datetime.now())
    assert "–" in title
    single = replace(section, oldest=section.newest)
    assert "–" not in section_title(Grouping.SESSION, single, None, datetime.now())


def test_what_little_a_filter_leaves_is_put_together_by_months(desk, open_wall):
    noon = NOW.replace(month=11, day=20, hour=12)
    made = [stock.generation(n, noon - timedelta(days=2 * n)) for n in range(12)]
    stock.keep(desk, made)
    wall = open_wall()

    def titles():
        sections = wall.model.catalogue.sections
        return [section_title(Grouping.DAY, each, None, datetime.now()) for each in sections]

    assert len(titles()) == 12
    wall.search("size:>0.1mp")
    stock.settle(desk)
    assert titles() == [f"November {NOW.year}", f"October {NOW.year}"]
    wall.search("")
    stock.settle(desk)
    assert len(titles()) == 12


def test_place_and_selection_survive_another_grouping(desk, open_wall):
    stock.fill(desk, 300, with_files=False)
    wall = open_wall()
    wall.select(picture(33))
    before = wall.view.visualRect(wall.view.currentIndex()).top()
    for grouping in (Grouping.PROMPT, Grouping.NONE, Grouping.SESSION, Grouping.DAY):
        choose(desk, wall, grouping=grouping)
        assert wall.view.selected_ids() == [picture(33)]
        assert wall.view.visualRect(wall.view.currentIndex()).top() == before


def test_without_a_selection_what_is_at_the_top_stays_there(desk, open_wall):
    stock.fill(desk, 300, with_files=False)
    wall = open_wall()
    wall.view.verticalScrollBar().setValue(1000)
    id_, offset = wall.view.place()
    choose(desk, wall, grouping=Grouping.PROMPT)
    row = wall.model.catalogue.find(id_)
    assert wall.view.visualRect(wall.model.index(row)).top() == offset


# Shapes and sizes


def test_square_cells_are_square_and_in_line(desk, wall):
    choose(desk, wall, squares=True, grouping=Grouping.NONE)
    places = list(wall.view.places.places(0, 10**6))
    across = sum(p.top == places[0].top for p in places)
    assert across > 2
    for place in places:
        assert abs(place.width - place.height) <= 1
        assert place.left == pytest.approx(places[place.index % across].left, abs=1)
    assert places[across - 1].left + places[across - 1].width <= wall.view.viewport().width()


@pytest.mark.parametrize("squares", [False, True])
@pytest.mark.parametrize("size", [SMALLEST, USUAL, 512, LARGEST])
def test_any_size_can_be_shown_and_comes_sharp(desk, wall, qtbot, size, squares):
    choose(desk, wall, size=size, squares=squares)
    assert wall.view.row_height == size
    qtbot.waitUntil(lambda: all(wall.loader.cache.get(_id(wall, p)) for p in wall.view.visible()))
    wall.view.in_view.look_around()
    qtbot.waitUntil(lambda: all(_is_sharp(wall, p) for p in wall.view.visible()))


def _id(wall, place):
    return wall.model.id(place.index)


def _is_sharp(wall, place):
    pixmap = wall.loader.cache.get(_id(wall, place))
    return (pixmap.width(), pixmap.height()) == (place.width, place.height)


def test_the_slider_meets_its_ends_and_the_usual_size(wall):
    sizes = wall.header.sizes
    sizes.slider.setValue(0)
    assert wall.view.row_height == SMALLEST
    sizes.slider.setValue(sizes.slider.maximum())
    assert wall.view.row_height == LARGEST
    sizes.show_size(USUAL)
    assert wall.view.row_height == USUAL
    sizes.step(1)
    sizes.step(-1)
    assert wall.view.row_height == USUAL


# Piles


def test_runs_of_one_prompt_lie_on_piles(piled):
    assert piled.model.catalogue.ids == [picture(0), picture(3), picture(4)]
    assert piled.order() == [picture(n) for n in range(6)]
    assert [len(p) for p in piled.model.catalogue.piles.values()] == [3, 2]


def test_g_opens_and_closes_the_pile_one_stands_on(piled, qtbot):
    piled.select(picture(0))
    press(qtbot, piled, Key.Key_G)
    assert piled.model.catalogue.ids[:4] == [picture(n) for n in range(4)]
    piled.select(picture(2))
    press(qtbot, piled, Key.Key_G)
    assert piled.model.catalogue.ids == [picture(0), picture(3), picture(4)]
    assert piled.view.selected_ids() == [picture(0)]  # one stands on the front of it


def test_a_click_on_the_number_opens_the_pile_and_opens_no_viewer(piled, qtbot):
    rect = piled.view.visualRect(piled.model.index(0))
    spot = pile_box(rect, 3).center()
    qtbot.mouseClick(piled.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert piled.model.pile(0).is_open
    assert piled.view._button_at(spot) == (0, "pile")


def test_an_open_pile_stays_open_when_the_wall_is_listed_anew(desk, piled, qtbot):
    piled.model.toggle_pile(0)
    piled.refresh()
    stock.settle(desk)
    assert piled.model.catalogue.ids[:4] == [picture(n) for n in range(4)]
    assert piled.model.pile(0).is_open


def test_everything_means_what_lies_on_piles_too(piled, qtbot):
    press(qtbot, piled, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert piled.view.selected_ids() == [picture(n) for n in range(6)]


def test_what_lies_inside_a_pile_is_found_at_its_front(piled):
    piled.select(picture(2))
    assert piled.view.selected_ids() == [picture(0)]


def test_pictures_leave_piles(piled):
    piled.model.remove_picture(picture(1))  # inside a closed one
    assert len(piled.model.pile(0)) == 2
    piled.model.remove_picture(picture(0))  # the front of a closed one
    assert piled.model.catalogue.ids[0] == picture(2)
    assert piled.model.pile(0) is None
    piled.model.toggle_pile(2)
    piled.model.remove_picture(picture(4))  # the front of an open one
    assert piled.order() == [picture(2), picture(3), picture(5)]


def test_a_new_picture_lies_on_top_and_joins_its_pile_later(desk, piled):
    asked = stock.request(prompt="prompt 0")
    new = stock.generation(70, NOW + timedelta(seconds=5), request=asked)
    stock.keep(desk, [new])
    desk.studio.library.add(new)
    assert piled.model.catalogue.ids[:2] == [new.id, picture(0)]
    piled.refresh()
    stock.settle(desk)
    assert piled.model.catalogue.ids[0] == new.id
    assert len(piled.model.pile(0)) == 4


# What is remembered


def test_a_wall_comes_back_as_it_was_left(desk, open_wall, qtbot):
    stock.fill(desk, 400, with_files=False)
    wall = open_wall()
    choose(desk, wall, size=99, squares=True, grouping=Grouping.SESSION, piles=True)
    wall.select(picture(310))
    wall.view.verticalScrollBar().setValue(wall.view.verticalScrollBar().value() + 33)
    text, place = wall.remembered(), wall.view.place()
    wall.hide()

    other = open_wall()
    other.restore(text)
    stock.settle(desk)
    stock.listed(other)
    assert other.arranging.options == WallOptions(99, True, Grouping.SESSION, True)
    assert other.view.selected_ids() == [picture(310)]
    assert other.view.place() == place
    assert other.view.verticalScrollBar().value() > 0
    assert other.remembered() == text


def test_a_wall_that_was_left_further_down_does_not_begin_at_the_top(desk, qapp, open_wall):
    stock.fill(desk, 400, with_files=False)
    wall = open_wall()
    wall.select(picture(310))
    text = wall.remembered()
    other = WallPanel(desk.studio, ThemeSource(qapp, Theme.DARK))
    shown = []
    other.model.modelReset.connect(lambda: shown.append(len(other.model.catalogue)))
    other.restore(text)
    stock.settle(desk)
    stock.listed(other)
    assert shown
    assert 0 < other.model.catalogue.find(picture(310)) < min(shown)
    other.loader.close()
    other.deleteLater()


def test_what_was_left_is_not_lost_before_the_pictures_come(desk, open_wall):
    stock.fill(desk, 30)
    wall = open_wall()
    wall.select(picture(20))
    text = wall.remembered()
    other = open_wall()
    other.restore(text)
    assert other.remembered() == text


def test_scrolling_before_the_pictures_come_wins(desk, open_wall):
    stock.fill(desk, 400, with_files=False)
    wall = open_wall()
    wall.view.hold_place(("nobody", 5))
    wall.view.verticalScrollBar().setValue(40)
    assert wall.view.place()[0] != "nobody"


def test_changing_an_option_tells_the_window(wall, qtbot):
    with qtbot.waitSignal(wall.left_otherwise):
        wall.header.arrangement._on_grouping_triggered(
            wall.header.arrangement._groupings.actions()[3]
        )
    assert wall.arranging.options.grouping is Grouping.PROJECT


# Selection


def test_selection_survives_a_filter_where_it_is_still_shown(desk, wall, qtbot):
    ids = [picture(n) for n in (1, 2, 8)]  # 2 and 8 are favourites
    for id_ in ids:
        index = wall.model.index(wall.model.catalogue.find(id_))
        wall.view.selectionModel().select(index, wall.view.selectionModel().SelectionFlag.Select)
    wall._set_filter(Filter(favourite=True))
    stock.settle(desk)
    assert wall.view.selected_ids() == [picture(2), picture(8)]


def test_selection_beyond_the_first_page_survives_another_grouping(desk, open_wall):
    stock.fill(desk, 400, with_files=False)
    wall = open_wall()
    wall.select(picture(350))
    choose(desk, wall, grouping=Grouping.NONE)
    assert wall.view.selected_ids() == [picture(350)]


def test_selecting_while_pictures_come_wins_over_what_was_held(desk, wall):
    wall.select(picture(3))
    wall.view.hold()
    wall.select(picture(5))
    assert wall.view.held().ids == [picture(5)]


def test_a_rubber_band_with_control_adds_and_takes_away(wall, qtbot):
    from tests.ui.wall.test_wall_panel import drag_to

    viewport = wall.view.viewport()
    rects = [wall.view.visualRect(wall.model.index(row)) for row in range(3)]
    wall.select(picture(2))
    start = QPoint(2, rects[0].top() + 5)
    end = QPoint(rects[1].left() + 4, rects[0].top() + 40)
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, control, start)
    for at in (QPoint(12, rects[0].top() + 20), end):
        drag_to(viewport, at, control)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, control, end)
    assert wall.view.selected_rows() == [0, 1, 2]


def test_escape_selects_nothing(wall, qtbot):
    wall.select(picture(3))
    press(qtbot, wall, Key.Key_Escape)
    assert wall.view.selected_count() == 0


# New pictures


def test_auto_show_is_a_choice_in_the_menu(desk, wall):
    action = wall.header.arrangement._auto_show
    assert action.isChecked()
    action.trigger()
    assert desk.saved_preferences == [Preferences(auto_show=False)]
    desk.studio._set(preferences=Preferences(auto_show=True))
    assert action.isChecked()
