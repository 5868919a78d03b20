"""Marks through the desk: kept in row and sidecar, taken back and set again; the shelf beside."""

from datetime import UTC, datetime

import pytest

from flux_studio.core.errors import NotKept
from flux_studio.session.library_history import MOST_STEPS, LibraryHistory, Step
from flux_studio.storage.marks import MarkChange
from flux_studio.storage.sidecar import MarkSet, Sidecar, read_sidecar, sidecar_path, write_sidecar
from tests.session.desks import failing
from tests.ui.wall import stock


@pytest.fixture
def pictures(desk):
    now = datetime.now(UTC)
    made = [stock.generation(n, now, rating=0, favourite=False) for n in range(3)]
    stock.keep(desk, made)
    for each in made:
        write_sidecar(desk.studio.library.file(each), Sidecar(each, MarkSet()))
    return [each.id for each in made]


def in_sidecar(desk, id_):
    library = desk.studio.library
    path = library.file(library.gallery.get(id_))
    return read_sidecar(sidecar_path(path), library.root).marks


def test_a_mark_is_kept_taken_back_and_set_again(desk, pictures):
    library = desk.studio.library
    told = []
    library.changed.connect(lambda change: told.append(change.changed))
    library.marks.change([pictures[0]], MarkChange(note="first"))
    stock.settle(desk)
    change = MarkChange(verdict="keep", tags_added=("sky",), note="second")
    library.marks.change(pictures[:2], change)
    stock.settle(desk)
    kept = MarkSet(verdict="keep", tags=("sky",), note="second")
    assert library.gallery.marks(pictures[0]) == in_sidecar(desk, pictures[0]) == kept
    assert library.history.undo()
    stock.settle(desk)
    assert library.gallery.marks(pictures[0]) == MarkSet(note="first")
    assert in_sidecar(desk, pictures[0]) == MarkSet(note="first")
    assert in_sidecar(desk, pictures[1]) == MarkSet()
    assert library.history.redo()
    stock.settle(desk)
    assert in_sidecar(desk, pictures[1]) == kept
    assert told == [(pictures[0],), *[tuple(pictures[:2])] * 3]


def test_what_is_kept_is_not_rejected_and_the_other_way_round(desk, pictures):
    library = desk.studio.library
    for change, wanted in (
        (MarkChange(rejected=True), MarkSet(rejected=True)),
        (MarkChange(verdict="maybe"), MarkSet(verdict="maybe")),
        (MarkChange(rejected=True), MarkSet(rejected=True)),
    ):
        library.marks.change([pictures[0]], change)
        stock.settle(desk)
        assert library.gallery.marks(pictures[0]) == wanted


def test_marks_that_could_not_be_kept_are_said(desk, pictures, monkeypatch, caplog):
    library = desk.studio.library
    said = []
    library.not_kept.connect(said.append)

    monkeypatch.setattr(library.marks, "_write", lambda work: failing(NotKept("The disk is full.")))
    library.marks.change([pictures[0]], MarkChange(rating=5))
    stock.settle(desk)
    assert said == ["The disk is full."]
    assert not library.history.can_undo
    assert "marks were not kept" in caplog.text


def test_sums_of_few_and_of_many(desk, pictures, monkeypatch):
    found = []
    library = desk.studio.library
    library.ask_sums([*pictures, "nobody"], found.append)
    stock.settle(desk)
    monkeypatch.setattr("flux_studio.storage.gallery_figures._FEW", 1)
    library.ask_sums(pictures, found.append)
    stock.settle(desk)
    assert found[0] == found[1]
    assert (found[0].pictures, found[0].bytes, str(found[0].spent)) == (3, 4_200_000, "0.090")


def test_a_dropped_collection_comes_back_with_its_pictures(desk, pictures):
    library = desk.studio.library
    library.marks.change(pictures[:2], MarkChange(collections_added=("Best",)))
    stock.settle(desk)
    library.shelf.drop_collection("Best")
    stock.settle(desk)
    assert library.shelf.shelves.collections == ()
    assert in_sidecar(desk, pictures[0]).collections == ()
    library.history.undo()
    stock.settle(desk)
    assert [each.pictures for each in library.shelf.shelves.collections] == [2]
    assert in_sidecar(desk, pictures[1]).collections == ("Best",)


def test_a_saved_search_comes_back(desk):
    shelf = desk.studio.library.shelf
    shelf.save_search("Good", "rating:>=4")
    shelf.forget_search("Good")
    stock.settle(desk)
    assert shelf.shelves.searches == ()
    desk.studio.library.history.undo()
    stock.settle(desk)
    assert [each.search for each in shelf.shelves.searches] == ["rating:>=4"]


def test_a_renamed_search_gets_its_name_back_and_so_does_the_one_it_replaced(desk):
    library = desk.studio.library
    shelf = library.shelf
    shelf.save_search("Good", "rating:>=4")
    shelf.save_search("Best", "rating:5")
    shelf.rename_search("Good", "Best")
    stock.settle(desk)
    assert [(each.name, each.search) for each in shelf.shelves.searches] == [("Best", "rating:>=4")]
    library.history.undo()
    stock.settle(desk)
    assert {each.name: each.search for each in shelf.shelves.searches} == {
        "Good": "rating:>=4", "Best": "rating:5",
    }  # fmt: skip
    library.history.redo()
    stock.settle(desk)
    assert [(each.name, each.search) for each in shelf.shelves.searches] == [("Best", "rating:>=4")]


def test_the_history_forgets_the_oldest_and_what_was_taken_back(qapp):
    done = []
    history = LibraryHistory()

    def step(number):
        return Step(lambda: done.append(-number), lambda: done.append(number), "", "")

    assert not history.undo()
    for number in range(1, MOST_STEPS + 3):
        history.push(step(number))
    assert history.undo()
    assert history.redo()
    assert done == [-(MOST_STEPS + 2), MOST_STEPS + 2]
    history.undo()
    history.push(step(1))
    assert not history.can_redo
    while history.undo():
        pass
    assert len(done) == 3 + MOST_STEPS
