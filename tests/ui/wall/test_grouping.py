"""Sections and piles of cells, without a window."""

import random
from datetime import datetime, timedelta

import pytest

from flux_studio.ui.wall.catalogue import Catalogue, micros
from flux_studio.ui.wall.grouping import NEWEST, Grouping, Keys, arrange, local_day

NOON = datetime(2026, 11, 20, 12).astimezone()


def cells(*hours_ago: float):
    return [
        (f"p{n}", micros(NOON - timedelta(hours=hours)), 1024, 512)
        for n, hours in enumerate(hours_ago)
    ]


def shown(arranged):
    """The ids of each section."""
    ids, found, at = [c[0] for c in arranged.cells], [], 0
    for section in arranged.sections:
        found.append(ids[at : at + section.count])
        at += section.count
    assert at == len(ids)
    return found


def test_days_and_sessions_and_none():
    made = cells(0, 1, 3.9, 7.2, 30)
    assert shown(arrange(made, Keys(Grouping.DAY)))[0] == ["p0", "p1", "p2", "p3"]
    assert shown(arrange(made, Keys(Grouping.SESSION))) == [["p0", "p1", "p2"], ["p3"], ["p4"]]
    assert shown(arrange(made, Keys(Grouping.NONE))) == [["p0", "p1", "p2", "p3", "p4"]]
    session = arrange(made, Keys(Grouping.SESSION)).sections[0]
    assert (session.newest, session.oldest) == (made[0][1], made[2][1])


def test_days_with_few_pictures_become_months_where_little_was_found():
    made = cells(0, 24, 48, 24 * 19, 24 * 20, 24 * 60)  # from 20 November down to 21 September
    found = arrange(made, Keys(may_be_months=True))
    assert shown(found) == [["p0", "p1", "p2", "p3"], ["p4"], ["p5"]]
    assert [s.key for s in found.sections] == ["2026-11-01", "2026-10-01", "2026-09-01"]
    assert (found.sections[0].newest, found.sections[0].oldest) == (made[0][1], made[3][1])
    assert len(arrange(made, Keys()).sections) == 6
    many = cells(*(day * 24 + hour for day in range(3) for hour in range(5)))
    assert len(arrange(many, Keys(may_be_months=True)).sections) == 3
    assert arrange(cells(0, 1), Keys(may_be_months=True)).sections[0].key == local_day(made[0][1])
    assert arrange([], Keys(may_be_months=True)).sections == []


def test_a_first_page_is_divided_as_all_of_it_is():
    made = cells(*(9 * n for n in range(NEWEST)), *(9 * NEWEST + n / 60 for n in range(5_000)))
    pages = [arrange(made[:count], Keys(may_be_months=True)) for count in (NEWEST, len(made))]
    assert pages[0].sections[0] == pages[1].sections[0]


def test_projects_and_prompts_gather_what_is_apart_newest_group_first():
    made = cells(0, 1, 2, 3, 4)
    by_project = arrange(made, Keys(Grouping.PROJECT, projects=["", "A", "", "B", "A"]))
    assert shown(by_project) == [["p0", "p2"], ["p1", "p4"], ["p3"]]
    assert [s.key for s in by_project.sections] == ["", "A", "B"]
    by_prompt = arrange(made, Keys(Grouping.PROMPT, prompts=[7, 8, 8, 7, 9]))
    assert shown(by_prompt) == [["p0", "p3"], ["p1", "p2"], ["p4"]]


def test_runs_of_one_prompt_lie_on_a_pile_within_their_section():
    made = cells(0, 1, 2, 3, 30)
    keys = Keys(prompts=[1, 1, 2, 2, 2], piles=True)
    arranged = arrange(made, keys)
    assert shown(arranged) == [["p0", "p2"], ["p4"]]
    assert {f: [c[0] for c in p.rest] for f, p in arranged.piles.items()} == {
        "p0": ["p1"],
        "p2": ["p3"],
    }
    assert [s.hidden for s in arranged.sections] == [2, 0]


def test_a_pile_that_lay_open_is_open_again():
    keys = Keys(prompts=[1, 1, 1], piles=True, opened=frozenset({"p2"}))
    arranged = arrange(cells(0, 1, 2), keys)
    assert shown(arranged) == [["p0", "p1", "p2"]]
    assert arranged.piles["p0"].is_open
    assert arranged.sections[0].hidden == 0


def test_new_ones_lie_on_top_whatever_the_sections_are_made_of():
    catalogue = Catalogue(cells(0, 1), Keys(Grouping.PROJECT, projects=["A", "B"]))
    new = micros(NOON + timedelta(minutes=1))
    assert catalogue.put_first(("n", new, 10, 10), project="B") is True
    assert [s.key for s in catalogue.sections] == ["B", "A", "B"]
    assert catalogue.put_first(("m", new, 10, 10), project="B") is False
    assert catalogue.sections[0].count == 2


def test_a_session_goes_on_until_the_gap():
    catalogue = Catalogue(cells(2), Keys(Grouping.SESSION))
    assert catalogue.put_first(("n", micros(NOON), 10, 10)) is False
    late = NOON + timedelta(hours=5)
    assert catalogue.put_first(("m", micros(late), 10, 10)) is True


def test_opening_and_closing_piles_and_losing_pictures_keeps_the_books():
    rng = random.Random(3)
    for _round in range(40):
        count = rng.randrange(1, 30)
        prompts = [rng.randrange(3) for _ in range(count)]
        made = cells(*sorted(rng.uniform(0, 60) for _ in range(count)))
        catalogue = Catalogue(made, Keys(prompts=prompts, piles=True))
        everything = [c[0] for c in made]
        for _ in range(30):
            fronts = [i for i, id_ in enumerate(catalogue.ids) if id_ in catalogue.piles]
            if fronts:
                at = rng.choice(fronts)
                is_open = catalogue.piles[catalogue.ids[at]].is_open
                (catalogue.close_pile if is_open else catalogue.open_pile)(at)
            hidden = [c[0] for p in catalogue.piles.values() if not p.is_open for c in p.rest]
            if hidden and rng.random() < 0.2:
                gone = rng.choice(hidden)
                assert catalogue.drop_hidden(gone) in catalogue.ids
                everything.remove(gone)
            assert catalogue.everything() == everything
            assert catalogue.pictures == len(everything)
            assert sum(s.count for s in catalogue.sections) == len(catalogue)
            assert all(s.count > 0 and s.hidden >= 0 for s in catalogue.sections)


def test_the_next_picture_comes_to_the_front():
    catalogue = Catalogue(cells(0, 1, 2), Keys(prompts=[1, 1, 1], piles=True))
    catalogue.next_front(0)
    assert (catalogue.ids, len(catalogue.piles["p1"])) == (["p1"], 2)
    catalogue.next_front(0)
    assert (catalogue.ids, catalogue.piles) == (["p2"], {})
    assert catalogue.sections[0].hidden == 0


def test_who_lies_where():
    catalogue = Catalogue(cells(0, 1, 2), Keys(prompts=[1, 1, 2], piles=True))
    assert catalogue.front_of("p1") == catalogue.front_of("p0") == "p0"
    assert catalogue.front_of("p2") is None
    assert catalogue.find("p1") is None


@pytest.mark.parametrize("grouping", list(Grouping))
def test_nothing_has_no_sections(grouping):
    assert arrange([], Keys(grouping, piles=True)).sections == []


def test_local_day_is_the_days_name_here():
    assert local_day(micros(NOON)) == NOON.date()
