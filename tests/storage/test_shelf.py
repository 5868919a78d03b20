"""The shelf: collections are links, saved searches are lines, and all of it can be taken back."""

from datetime import timedelta

import pytest

from flux_studio.storage.gallery import Filter
from flux_studio.storage.marks import MarkChange
from flux_studio.storage.shelf import Shelf, Shelved, shelves, vocabulary
from tests.storage.samples import NOON
from tests.storage.test_gallery import House


@pytest.fixture
def house(tmp_path):
    built = House(tmp_path)
    for number in range(3):
        built.add(f"job-{number}", number)
    yield built
    built.close()


def test_a_picture_can_be_in_several_collections_and_in_one_project(house):
    house.marks.set(["job-0", "job-1"], MarkChange(project="Fox", collections_added=("Best",)))
    house.marks.set(["job-1"], MarkChange(collections_added=("Covers", "Best")))
    found = shelves(house.gallery)
    assert found.projects == (Shelved("Fox", 'project:"Fox"', 2),)
    assert found.collections == (
        Shelved("Best", 'collection:"Best"', 2),
        Shelved("Covers", 'collection:"Covers"', 1),
    )
    assert house.found(text=found.collections[0].search) == ["job-1", "job-0"]
    house.marks.set(["job-1"], MarkChange(collections_removed=("Best",)))
    assert house.gallery.marks("job-1").collections == ("Covers",)


def test_an_empty_collection_stays_until_it_is_dropped(house):
    shelf = Shelf(house.database)
    shelf.make_collection('  For  the "cover" ')
    assert shelves(house.gallery).collections == (
        Shelved("For the cover", 'collection:"For the cover"', 0),
    )
    assert shelf.drop_collection("For the cover") == ()
    assert shelves(house.gallery).collections == ()


def test_dropping_a_collection_deletes_no_picture_and_says_which_were_in_it(house):
    house.marks.set(["job-0", "job-2"], MarkChange(collections_added=("Best",)))
    assert set(Shelf(house.database).drop_collection("Best")) == {"job-0", "job-2"}
    assert len(house.gallery.ids()) == 3
    assert house.gallery.marks("job-0").collections == ()
    behind = house.database.rows("SELECT id FROM generations WHERE sidecar_behind > 0")
    assert {row["id"] for row in behind} == {"job-0", "job-2"}


def test_a_new_name_that_is_taken_makes_one_of_two(house):
    house.marks.set(["job-0"], MarkChange(collections_added=("A",)))
    house.marks.set(["job-0", "job-1"], MarkChange(collections_added=("B",)))
    Shelf(house.database).rename_collection("A", "B")
    assert shelves(house.gallery).collections == (Shelved("B", 'collection:"B"', 2),)


def test_a_saved_search_is_replaced_and_forgotten(house):
    shelf = Shelf(house.database)
    shelf.save_search("Good foxes", "fox rating:>=4")
    shelf.save_search("Good foxes", "fox rating:5")
    assert shelves(house.gallery).searches == (Shelved("Good foxes", "fox rating:5"),)
    assert shelf.forget_search("Good foxes") == "fox rating:5"
    assert shelf.forget_search("Good foxes") == ""


def test_a_saved_search_gets_another_name(house):
    shelf = Shelf(house.database)
    shelf.save_search("Good foxes", "fox rating:>=4")
    assert shelf.rename_search("Good foxes", ' The "best" foxes ') == ("The best foxes", "")
    assert shelves(house.gallery).searches == (Shelved("The best foxes", "fox rating:>=4"),)
    assert shelf.rename_search("Good foxes", "Anything") == ("", "")
    assert shelf.rename_search("The best foxes", "The best foxes") == ("", "")
    shelf.save_search("Owls", "owl")
    assert shelf.rename_search("The best foxes", "Owls") == ("Owls", "owl")
    assert shelves(house.gallery).searches == (Shelved("Owls", "fox rating:>=4"),)
    with pytest.raises(ValueError, match="letters"):
        shelf.rename_search("Owls", " ")


@pytest.mark.parametrize("name", ["", '  " ', "x" * 81])
def test_a_name_that_is_none_is_refused(house, name):
    with pytest.raises(ValueError, match="letters"):
        Shelf(house.database).make_collection(name)


def test_the_vocabulary_has_the_most_used_first(house):
    house.marks.set(["job-0", "job-1"], MarkChange(tags_added=("often",)))
    house.marks.set(["job-2"], MarkChange(tags_added=("a rare one",)))
    Shelf(house.database).make_collection("Empty")
    words = vocabulary(house.gallery)
    assert words["tag"] == ["often", "a rare one"]
    assert words["model"] == ["flux-2-pro"]
    assert words["collection"] == ["Empty"]


def test_the_time_of_a_filter_and_of_a_search_are_the_same(house):
    since = NOON + timedelta(minutes=1)
    assert house.gallery.count(Filter(since=since)) == 2
