"""Where the wall stands when a search begins, and after it."""

from datetime import UTC, datetime, timedelta

import pytest

from flux_studio.core.look import Look
from flux_studio.ui.wall.grouping import Grouping
from tests.ui.wall import stock

NOW = datetime.now(UTC)
FOX = 3  # the prompt of every fourth picture is of a fox


def picture(number):
    return f"{number:032x}"


@pytest.fixture
def deep(desk, open_wall):
    """A wall of 600 pictures, scrolled down."""
    stock.fill(desk, 600, with_files=False)
    wall = open_wall()
    wall.view.verticalScrollBar().setValue(9_000)
    return wall


def search(desk, wall, text):
    wall.search(text)
    stock.settle(desk)
    stock.listed(wall)


def top_of(wall, id_):
    return wall.view.visualRect(wall.model.index(wall.model.catalogue.find(id_))).top()


def test_what_a_search_finds_is_seen_from_the_top(desk, deep):
    for text in ("f", "fox", "fox size:>0.1mp"):
        search(desk, deep, text)
        assert deep.view.verticalOffset() == 0
        deep.view.verticalScrollBar().setValue(700)


def test_after_a_search_the_wall_is_where_it_was_with_what_was_selected(desk, deep):
    at = next(place.index for place in deep.view.visible() if place.index % 4 != FOX)
    deep.view.choose(at)
    place, chosen = deep.view.place(), deep.view.selected_ids()
    search(desk, deep, "fo")
    search(desk, deep, "fox")
    assert deep.view.selected_ids() == []
    search(desk, deep, "")
    assert deep.view.place() == place
    assert deep.view.selected_ids() == chosen
    assert deep.view.currentIndex().row() == at


def test_after_a_search_from_the_top_the_wall_is_at_its_top(desk, deep):
    deep.view.verticalScrollBar().setValue(0)
    search(desk, deep, "fox")
    deep.view.verticalScrollBar().setValue(1_000)
    search(desk, deep, "")
    assert deep.view.verticalOffset() == 0


def test_what_was_chosen_in_a_search_is_seen_among_its_neighbours_after_it(desk, deep):
    search(desk, deep, "fox")
    deep.view.verticalScrollBar().setValue(2_000)
    row = next(place.index for place in deep.view.visible())
    deep.view.choose(row + 3)
    [chosen] = deep.view.selected_ids()
    top = top_of(deep, chosen)
    search(desk, deep, "")
    assert deep.view.selected_ids() == [chosen]
    assert top_of(deep, chosen) == top


def test_what_is_chosen_stays_where_it_is_when_it_passes_another_filter(desk, deep):
    row = next(place.index for place in deep.view.visible() if place.index % 4 == FOX)
    deep.view.choose(row)
    top = top_of(deep, picture(row))
    search(desk, deep, "fox")
    assert deep.view.selected_ids() == [picture(row)]
    assert top_of(deep, picture(row)) == top


# By likeness


@pytest.fixture
def alike(desk, open_wall):
    """Four pictures: the oldest, then one a little and one more unlike it, the newest another."""
    bits = (2**63 - 1, 0b111111, 0b11, 0)
    colors = (("#2040C0", 90),), (("#E8A838", 40),), (("#E0A838", 40),), (("#E0A030", 60),)
    made = [
        stock.generation(n, NOW - timedelta(days=n), look=Look(bits[n], colors[n]))
        for n in range(4)
    ]
    stock.keep(desk, made)
    return open_wall()


@pytest.mark.parametrize("text", [f"like:{3:032x}", "near:#E0A030"])
def test_what_is_searched_by_its_look_lies_in_the_order_of_likeness(desk, alike, text):
    search(desk, alike, text)
    assert alike.order() == [picture(n) for n in (3, 2, 1)]
    chip = alike.header.arrangement
    assert alike.model.catalogue.grouping is Grouping.LIKENESS
    assert (chip.text(), alike.header.count.text()) == ("Most alike", "3 pictures")
    search(desk, alike, "")
    assert alike.order() == [picture(n) for n in range(4)]
    assert (chip.text(), alike.model.catalogue.grouping) == ("By day", Grouping.DAY)


def test_the_usual_order_can_be_chosen_and_likeness_again(desk, alike):
    chip = alike.header.arrangement
    rows = {action.data(): action for action in chip._groupings.actions()}
    assert not rows[Grouping.LIKENESS].isVisible()
    search(desk, alike, "near:#E0A030")
    assert rows[Grouping.LIKENESS].isVisible()
    for grouping, order in ((Grouping.DAY, (1, 2, 3)), (Grouping.LIKENESS, (3, 2, 1))):
        rows[grouping].trigger()
        stock.settle(desk)
        stock.listed(alike)
        assert alike.order() == [picture(n) for n in order]
        assert rows[grouping].isChecked()
    rows[Grouping.DAY].trigger()
    search(desk, alike, "near:#E0A030 size:>0.1mp")
    assert alike.order() == [picture(n) for n in (1, 2, 3)], "as chosen, for the same colour"
    search(desk, alike, "near:#2040C0")
    assert alike.model.catalogue.grouping is Grouping.LIKENESS
    assert "likeness" not in alike.remembered()


def test_nothing_found_by_its_look_leads_back_to_the_usual_order(desk, alike):
    alike.search_wanted.connect(alike.search)  # as the window does through its search box
    search(desk, alike, "near:#00FF00")
    assert alike.order() == []
    alike.nothing_found.cleared.emit()
    stock.settle(desk)
    stock.listed(alike)
    assert alike.model.catalogue.grouping is Grouping.DAY
    assert len(alike.order()) == 4
