from datetime import datetime, timedelta

from flux_studio.ui.wall.catalogue import Catalogue, micros, moment
from flux_studio.ui.wall.grouping import local_day

NOON = datetime(2026, 11, 20, 12).astimezone()


def cells(*hours_ago: float) -> list[tuple[str, int, int, int]]:
    return [
        (f"p{n}", micros(NOON - timedelta(hours=hours)), 1024, 512)
        for n, hours in enumerate(hours_ago)
    ]


def test_sections_are_local_days():
    catalogue = Catalogue(cells(0, 3, 11.9, 12.1, 30, 30.5, 70))
    assert [section.count for section in catalogue.sections] == [3, 3, 1]
    assert [s.key for s in catalogue.sections] == sorted(
        {local_day(at) for at in catalogue.created}, reverse=True
    )
    days = [s.key for s in catalogue.sections for _ in range(s.count)]
    assert days == [local_day(at) for at in catalogue.created]


def test_nothing_has_no_sections():
    assert Catalogue().sections == []
    assert len(Catalogue()) == 0


def test_put_first_joins_its_day_or_opens_one():
    catalogue = Catalogue(cells(24))
    assert catalogue.put_first(("new", micros(NOON), 10, 20)) is True
    assert catalogue.put_first(("newer", micros(NOON), 10, 20)) is False
    assert catalogue.ids == ["newer", "new", "p0"]
    assert [s.count for s in catalogue.sections] == [2, 1]
    assert list(catalogue.ratios[:2]) == [0.5, 0.5]


def test_take_closes_an_empty_section():
    catalogue = Catalogue(cells(0, 0.1, 24))
    assert catalogue.take(0) is False
    assert catalogue.take(1) is True
    assert catalogue.ids == ["p1"]
    assert [s.count for s in catalogue.sections] == [1]


def test_change_says_whether_the_shape_is_another():
    catalogue = Catalogue(cells(0))
    assert catalogue.change(0, "q", 2048, 1024) is False
    assert catalogue.change(0, "q", 1024, 1024) is True
    assert (catalogue.ids, catalogue.widths[0]) == (["q"], 1024)


def test_extreme_ratios_are_held():
    catalogue = Catalogue([("wide", 0, 9000, 10), ("high", 0, 10, 9000), ("none", 0, 5, 0)])
    assert list(catalogue.ratios) == [4.0, 0.3, 1.0]


def test_find():
    catalogue = Catalogue(cells(0, 1, 2))
    assert catalogue.find("p2") == 2
    assert catalogue.find("other") is None


def test_micros_and_moment_are_inverse():
    assert moment(micros(NOON)) == NOON
