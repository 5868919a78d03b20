"""The reading side: order, pages, filters, search, lineage and money; and that filters read one
index only.
"""

import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from flux_studio.core.errors import NotKept
from flux_studio.core.job import JobState, Sending, Stopped, Waiting
from flux_studio.storage import database as database_module
from flux_studio.storage import gallery_filter
from flux_studio.storage.gallery import Filter, Gallery, Spending
from flux_studio.storage.marks import MarkChange, Marks
from flux_studio.storage.sidecar import MarkSet
from tests.storage.samples import (
    NOON,
    generation,
    open_journal,
    planned,
    request,
    saved,
    way_to_ready,
)

MINUTE = timedelta(minutes=1)


class House:
    """A library that is written and read."""

    def __init__(self, folder):
        self.folder = folder
        self.database, self.journal = open_journal(folder)
        self.gallery = Gallery(self.database.path)
        self.marks = Marks(self.database, folder / "pictures")

    def add(self, name, minutes=0, **changes):
        at = NOON + minutes * MINUTE
        self.journal.record(planned(name, at))
        self.journal.record(Sending(name, at))
        self.journal.record(saved(name, at, **changes))

    def found(self, **conditions):
        return [cell[0] for cell in self.gallery.ids(Filter(**conditions))]

    def close(self):
        self.gallery.close()
        self.journal.close()
        self.database.close()


@pytest.fixture
def house(tmp_path):
    built = House(tmp_path)
    yield built
    built.close()


def test_an_empty_library_has_answers(house):
    gallery = house.gallery
    assert gallery.ids() == []
    assert gallery.page() == []
    assert gallery.count() == 0
    assert gallery.get("job-1") is None
    assert gallery.rows([]) == []
    assert gallery.search("fox") == []
    assert gallery.oldest() is None
    assert gallery.typical_seconds("someone", "flux-2-pro") is None
    assert gallery.marks("job-1") == MarkSet()
    assert gallery.spent(NOON) == Spending(Decimal(0), Decimal(0), 0)


def test_newest_first_with_place_and_size(house):
    for number in (2, 0, 1):
        house.add(f"job-{number}", number)
    micros = int(NOON.timestamp()) * 1_000_000 + NOON.microsecond
    assert house.gallery.ids() == [
        (f"job-{n}", micros + n * 60_000_000, 1024, 768) for n in (2, 1, 0)
    ]
    assert house.gallery.oldest() == NOON


def test_a_generation_comes_back_whole(house):
    house.add("job-1", has_c2pa=True, rating=3, favourite=True, seed=2**64 - 1)
    expected = generation("job-1", NOON, has_c2pa=True, rating=3, favourite=True, seed=2**64 - 1)
    assert house.gallery.get("job-1") == expected


def test_a_commit_is_seen_at_the_next_question(house):
    assert house.gallery.count() == 0
    house.add("job-1")
    assert house.gallery.count() == 1


def test_pages_join_without_gap_or_repeat_at_equal_times(house):
    for number in range(25):
        house.add(f"job-{number:02}", number // 10)
    whole = house.gallery.ids()
    pages, before = [], None
    while page := house.gallery.page(before=before, limit=4):
        pages += page
        before = (page[-1][1], page[-1][0])
    assert pages == whole
    assert len(whole) == 25


def test_rows_come_in_the_order_of_their_ids(house):
    for number in range(5):
        house.add(f"job-{number}", number)
    wanted = ["job-3", "job-0", "nobody", "job-4"]
    assert [g.id for g in house.gallery.rows(wanted)] == ["job-3", "job-0", "job-4"]
    many = [f"nobody-{n}" for n in range(2000)] + ["job-1"]
    assert [g.id for g in house.gallery.rows(many)] == ["job-1"]
    assert [g.id for g in house.gallery.all()] == [f"job-{n}" for n in (4, 3, 2, 1, 0)]


def test_each_condition_of_a_filter_chooses(house):
    plain = request(references=())
    house.add("plain", 0, request=plain)
    house.add("edit", 1)
    house.add("other", 2, request=replace(plain, provider="another", model="flux-2-max"))
    house.add("loved", 3, request=plain, favourite=True, rating=5)
    house.marks.set(["plain"], MarkChange(rejected=True, label="red", project="P", tags=("t", "u")))
    assert house.found(provider="another") == ["other"]
    assert house.found(model="flux-2-max") == ["other"]
    assert house.found(favourite=True) == ["loved"]
    assert house.found(favourite=False) == ["other", "edit", "plain"]
    assert house.found(rejected=True) == ["plain"]
    assert house.found(rating_least=5) == ["loved"]
    assert house.found(label="red") == ["plain"]
    assert house.found(project="P") == ["plain"]
    assert house.found(project="") == ["loved", "other", "edit"]
    assert house.found(tag="u") == ["plain"]
    assert house.found(edits=True) == ["edit"]
    assert house.found(edits=False) == ["loved", "other", "plain"]
    assert house.found(since=NOON + MINUTE, until=NOON + 3 * MINUTE) == ["other", "edit"]
    assert house.found(provider="someone", edits=False, rating_least=1) == ["loved"]
    assert house.found(provider="nobody") == []
    assert house.gallery.count(Filter(edits=False)) == 3


@pytest.mark.parametrize("full_text", [True, False])
@pytest.mark.parametrize("common", [2000, 0], ids=["few hits", "many hits"])
def test_search_finds_what_is_meant(tmp_path, monkeypatch, full_text, common):
    monkeypatch.setattr(gallery_filter, "COMMON", common)
    if not full_text:
        monkeypatch.setattr(database_module, "has_full_text", lambda connection: False)
    house = House(tmp_path)
    prompts = {
        "fox": "A red fox in deep snow",
        "owl": "An owl at night, 100% calm (f/2.8)",
        "cn": "一只狐狸在雪地里",
        "odd": 'she said "hello" to O\'Neill',
        "none": "",
    }
    for minute, (name, prompt) in enumerate(prompts.items()):
        house.add(name, minute, request=request(prompt))

    def found(text):
        return [cell[0] for cell in house.gallery.search(text)]

    assert found("fox") == ["fox"]
    assert found("FOX sno") == ["fox"]
    assert found('"deep snow"') == ["fox"]
    assert found('"snow deep"') == []
    assert found("in -fox") == []
    assert found("100%") == ["owl"]
    assert found("(") == ["owl"]
    assert found("狐狸") == ["cn"]
    assert found("o'neill") == ["odd"]
    assert found("nothing") == []
    assert len(found("")) == len(found("   ")) == 5
    assert found("-fox -owl -hello") == ["none", "cn"]
    house.close()


def test_accents_do_not_matter_to_the_index(house):
    house.add("cafe", request=request("Un café crème"))
    assert house.found(text="cafe creme") == ["cafe"]


def test_notes_are_searched_and_forgotten_when_changed(house):
    house.add("job-1")
    house.marks.set(["job-1"], MarkChange(note="for the calendar"))
    assert house.found(text="calendar") == ["job-1"]
    assert house.found(text="fox calendar") == ["job-1"]
    house.marks.set(["job-1"], MarkChange(note="for the poster"))
    assert house.found(text="calendar") == []
    assert house.found(text="poster snow") == ["job-1"]
    check = "INSERT INTO prompts (prompts) VALUES ('integrity-check')"
    with house.database.transaction() as connection:
        connection.execute(check)


def test_lineage_goes_up_and_one_step_down(house):
    first = request(references=())
    house.add("first", 0, request=first, parent=None)
    house.add("second", 1, parent="first")
    house.add("third", 2, parent="second")
    house.add("child-b", 4, parent="third")
    house.add("child-a", 3, parent="third")
    house.add("grandchild", 5, parent="child-a")
    line = house.gallery.lineage("third")
    assert [g.id for g in line.ancestors] == ["first", "second"]
    assert [g.id for g in line.children] == ["child-a", "child-b"]
    assert house.gallery.lineage("nobody").ancestors == ()


def test_a_lineage_in_a_circle_ends(house):
    house.add("a", 0, parent="b")
    house.add("b", 1, parent="a")
    house.add("self", 2, parent="self")
    assert [g.id for g in house.gallery.lineage("a").ancestors] == ["b"]
    assert house.gallery.lineage("self").ancestors == ()
    house.add("after", 3, parent="a")
    assert {g.id for g in house.gallery.lineage("after").ancestors} == {"a", "b"}


def test_typical_seconds_is_a_median(house):
    for number, seconds in enumerate((9.0, 1.0, 4.0, None)):
        house.add(f"job-{number}", number, seconds=seconds)
    assert house.gallery.typical_seconds("someone", "flux-2-pro") == 4.0
    house.add("job-9", 9, seconds=2.0)
    assert house.gallery.typical_seconds("someone", "flux-2-pro") == 3.0
    assert house.gallery.typical_seconds("someone", "flux-2-max") is None


def _sent(house, name, minutes, price, ending=None, charged=None):
    at = NOON + minutes * MINUTE
    house.journal.record(replace(planned(name, at), price=price))
    house.journal.record(Sending(name, at))
    if ending:
        house.journal.record(Stopped(name, at, ending, "reason", "words", charged))


def test_money_is_exact_and_unknown_is_never_zero(house):
    _sent(house, "refused", 0, Decimal("0.1"), JobState.REFUSED, Decimal(0))
    _sent(house, "failed-unknown", 1, Decimal("0.2"), JobState.FAILED, None)
    _sent(house, "unknown", 2, Decimal("0.4"), JobState.UNKNOWN, None)
    _sent(house, "in-flight", 3, Decimal("0.8"))
    _sent(house, "no-price", 4, None)
    house.journal.record(replace(planned("never-sent", NOON + 5 * MINUTE), price=Decimal(50)))
    _sent(house, "busy", 6, Decimal(70))
    house.journal.record(Waiting("busy", NOON, NOON, "busy"))
    for event in way_to_ready("ready"):
        house.journal.record(event)
    assert house.gallery.spent(NOON) == Spending(Decimal("0.031"), Decimal("1.4"), 1)
    assert house.gallery.spent(NOON).total == Decimal("1.431")
    window = house.gallery.spent(NOON + 2 * MINUTE, NOON + 3 * MINUTE)
    assert window == Spending(Decimal(0), Decimal("0.4"), 0)
    assert house.gallery.spent(NOON, provider="another").total == 0
    assert house.gallery.spent(NOON, provider="someone").total == Decimal("1.431")


def test_three_tenths_are_three_tenths(house):
    for number in range(3):
        name = f"job-{number}"
        house.journal.record(planned(name, NOON))
        house.journal.record(Sending(name, NOON))
        house.journal.record(saved(name, NOON, charged=Decimal("0.1")))
    assert house.gallery.spent(NOON).charged == Decimal("0.3")


def test_a_row_that_cannot_be_read_does_not_hide_the_others(house):
    house.add("good", 0)
    house.add("bad", 1)
    with house.database.transaction() as connection:
        connection.execute("UPDATE generations SET request = '{' WHERE id = 'bad'")
    assert [g.id for g in house.gallery.rows(["bad", "good"])] == ["good"]
    assert len(house.gallery.ids()) == 2


def test_the_wall_reads_its_index_and_never_the_wide_rows(house):
    conditions = Filter(
        provider="p", model="m", favourite=True, rejected=False, rating_least=3, label="red",
        project="x", edits=True, since=NOON, until=NOON + MINUTE,
    )  # fmt: skip
    for chosen in (Filter(), conditions):
        found = house.gallery._where(chosen)
        plan = house.database.rows(
            "EXPLAIN QUERY PLAN SELECT id, created, width, height FROM generations"
            f" WHERE {found.sql} ORDER BY created DESC, id DESC",
            found.values,
        )
        steps = [row["detail"] for row in plan]
        assert len(steps) == 1, steps
        assert "USING COVERING INDEX generations_wall" in steps[0]


def test_one_gallery_serves_several_threads(house):
    for number in range(50):
        house.add(f"job-{number:02}", number)
    answers: list[int] = []

    def ask():
        answers.extend(len(house.gallery.rows([c[0] for c in house.gallery.page()])) for _ in "ab")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [50] * 8


def test_a_library_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(NotKept, match="cannot be opened"):
        Gallery(tmp_path / "nowhere.sqlite")


def test_a_newer_library_can_be_looked_at(house):
    house.add("job-1")
    with house.database.transaction() as connection:
        connection.execute("PRAGMA user_version = 999")
    with closing(Gallery(house.database.path)) as gallery:
        assert gallery.get("job-1") == generation("job-1", NOON)
