"""Searches on a real library: each field finds what it names, and what it rules out."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from flux_studio.core.look import Look, difference
from flux_studio.core.size import Size
from flux_studio.storage.gallery_filter import Filter, asks_for_marks
from flux_studio.storage.looks import ALIKE_BITS, measure_missing
from flux_studio.storage.marks import MarkChange
from flux_studio.storage.presence import look_for_files
from tests.storage.samples import NOON, request
from tests.storage.test_gallery import House

AMBER = Look(0b1011, (("#E0A030", 60), ("#101010", 30)))
NEARLY_AMBER = Look(0b1000, (("#202040", 80), ("#E8A838", 10)))
BLUE = Look(2**64 - 1, (("#2040C0", 90),))


@pytest.fixture
def house(tmp_path):
    built = House(tmp_path)
    plain = request("a firefox in snow", references=())
    built.add("amber", 0, request=plain, look=AMBER, seed=42, sha256="ab" * 32)
    built.add(
        "blue", 1, look=BLUE, seed=43, size=Size(2048, 1024), sha256="cd" * 32,
        request=replace(plain, prompt="blue night 100% (calm)", model="flux-2-flex"),
        charged=Decimal("0.080"), price=None,
    )  # fmt: skip
    built.add(
        "edit", 2, look=NEARLY_AMBER, seed=None, charged=None, price=None, size=Size(1344, 768),
        request=request("一只狐狸在雪地里"),
    )  # fmt: skip
    marks = built.marks
    marks.set(["amber"], MarkChange(rating=5, tags=("sky", "fox den"), label="red", note="poster"))
    marks.set(["blue"], MarkChange(verdict="maybe", tags=("skyline",), collections=("Best",)))
    marks.set(["edit"], MarkChange(rejected=True, project="Fox den", favourite=True))
    yield built
    built.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "amber blue edit"),
        ("fox", "amber"),
        ("firef", "amber"),
        ("refo", "amber"),
        ("-snow", "blue edit"),
        ("night -fox", "blue"),
        ("狐狸", "edit"),
        ("狐狸 -雪", ""),
        ("100%", "blue"),
        ("(", "blue"),
        ("poster", "amber"),
        ("note:post", "amber"),
        ("prompt:poster", ""),
        ('prompt:"in snow"', "amber"),
        ("note:狐", ""),
        ("model:flex", "blue"),
        ("model:PRO", "amber edit"),
        ('model:"pro"', ""),
        ("-model:flex", "amber edit"),
        ("provider:some", "amber blue edit"),
        ("provider:one", ""),
        ("size:2048x1024", "blue"),
        ("size:>=2mp", "blue"),
        ("size:1mp", "amber edit"),
        ("size:>2000", "blue"),
        ("ratio:2:1", "blue"),
        ("ratio:16:9", "edit"),
        ("ratio:wide", "amber blue edit"),
        ("rating:>=4", "amber"),
        ("rating:0", "blue edit"),
        ("-rating:5", "blue edit"),
        ("cost:>0.05", "blue"),
        ("cost:0.031", "amber"),
        ("cost:unknown", "edit"),
        ("-cost:>0.05", "amber edit"),
        ("seed:42", "amber"),
        ("seed:42..43", "amber blue"),
        ("-seed:42", "blue edit"),
        ("date:2026-11-20", "amber blue edit"),
        ("date:2020", ""),
        ("ref:yes", "edit"),
        ("ref:no", "amber blue"),
        ("tag:sky", "amber"),
        ("tag:sk", "amber blue"),
        ('tag:"sk"', ""),
        ("tag:SKYL", "blue"),
        ('tag:"fox den"', "amber"),
        ("tag:none", "edit"),
        ("-tag:none", "amber blue"),
        ("tag:none,skyline", "blue edit"),
        ("-tag:sky", "blue edit"),
        ("project:fox", "edit"),
        ("project:none", "amber blue"),
        ("collection:best", "blue"),
        ("collection:none", "amber edit"),
        ("label:red", "amber"),
        ("label:none", "blue edit"),
        ("is:favourite", "edit"),
        ("is:rejected", "edit"),
        ("is:maybe", "blue"),
        ("is:keep", ""),
        ("is:keep,maybe", "blue"),
        ("is:noted", "amber"),
        ("is:tagged,rejected", "amber blue edit"),
        ("is:edit", "edit"),
        ("-is:rated", "blue edit"),
        ("near:#E0A030", "amber edit"),
        ("near:#2244C4", "blue"),
        ("-near:#E0A030", "blue"),
        ("like:amber", "amber edit"),
        ("like:nobody", ""),
        ("sha:ABab", "amber edit"),
        ("id:bl", "blue"),
        ("state:unknown", ""),
        ("state:saved", "amber blue edit"),
        ("fox rating:5 near:#E0A030 -tag:skyline", "amber"),
        ("rating:", "amber blue edit"),
        ("rating:banana", ""),
        ("tag:%", ""),
        ("note:_", ""),
    ],
)
def test_each_field_finds_what_it_names(house, text, expected):
    assert sorted(house.found(text=text)) == expected.split()
    assert house.gallery.count(Filter(text=text)) == len(expected.split())
    assert len(house.gallery.page(Filter(text=text))) == len(expected.split())


def test_what_changes_under_a_search_is_known():
    assert not asks_for_marks(Filter(text="fox model:flex", provider="someone"))
    for chosen in (Filter(text="is:keep"), Filter(text="-tag:x"), Filter(favourite=True)):
        assert asks_for_marks(chosen)


def test_new_pictures_are_found_by_parts_of_their_words_and_by_their_look(house):
    assert house.found(text="ebra") == []
    assert house.found(text="like:amber") == ["edit", "amber"]
    near = Look(AMBER.bits ^ (2**ALIKE_BITS - 1))
    far = Look(AMBER.bits ^ (2 ** (ALIKE_BITS + 1) - 1))
    assert difference(near.bits, AMBER.bits) == ALIKE_BITS
    house.add("zebra", 5, request=request("a zebra"), look=near)
    house.add("far", 6, look=far)
    assert house.found(text="ebra") == ["zebra"]
    assert house.found(text="like:amber") == ["zebra", "edit", "amber"]


def test_older_pictures_are_measured_once_and_those_that_cannot_be_are_left(house):
    house.add("old", 7, look=None)
    house.add("broken", 8, look=None)
    asked = []

    def measure(id_, path):
        asked.append(id_)
        if id_ == "broken":
            raise OSError
        return AMBER

    assert house.found(text="near:#E0A030") == ["edit", "amber"]
    assert measure_missing(house.database, measure, lambda: False) == 2
    assert measure_missing(house.database, measure, lambda: False) == 0
    assert asked == ["old", "broken"]
    assert house.found(text="near:#E0A030") == ["old", "edit", "amber"]
    assert house.found(text="like:old") == ["old", "edit", "amber"]
    assert house.gallery.get("old").look == AMBER
    assert house.gallery.get("broken").look is None


def test_a_picture_without_its_file_is_marked_and_unmarked(house, tmp_path):
    root = tmp_path / "pictures"
    assert look_for_files(house.database, root, lambda: False) == ((), 0), "no folder says nothing"
    file = root / house.gallery.get("blue").path
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")
    changed, away = look_for_files(house.database, root, lambda: False)
    assert (set(changed), away) == ({"amber", "edit"}, 2)
    assert house.found(text="is:missing") == ["edit", "amber"]
    (root / house.gallery.get("edit").path).write_bytes(b"")
    assert look_for_files(house.database, root, lambda: False) == (("edit",), 1)
    assert house.found(text="is:missing") == ["amber"]


def test_a_deleted_picture_leaves_nothing_behind(house):
    with house.database.transaction() as connection:
        connection.execute("DELETE FROM tags")
        connection.execute("DELETE FROM generations WHERE id = 'amber'")
    for table in ("colors", "hashes", "members"):
        rows = house.database.rows(
            f"SELECT 1 FROM {table} WHERE number NOT IN (SELECT number FROM generations)"
        )
        assert rows == []
    assert house.found(text="like:edit") == ["edit"]


def test_dates_of_a_search_are_local_days(house):
    house.add("later", 3 * 24 * 60)
    day = (NOON + timedelta(days=3)).astimezone().date()
    assert house.found(text=f"date:{day}") == ["later"]
