"""Marks: the row at once, the sidecar after it, and both again the same after a fault."""

import errno
from contextlib import closing

import pytest

from flux_studio.core.job import Planned, Saved
from flux_studio.storage import atomic, sidecar
from flux_studio.storage.database import Database
from flux_studio.storage.gallery import Filter, Gallery
from flux_studio.storage.library import PictureLibrary
from flux_studio.storage.marks import MarkChange, Marks
from flux_studio.storage.rebuild import rebuild
from flux_studio.storage.references import ReferenceStore
from flux_studio.storage.sidecar import MarkSet, read_sidecar, sidecar_path
from tests.storage.samples import (
    NOON,
    HeaderDecoder,
    Parcel,
    ThumbnailShelf,
    open_journal,
    png,
    ready_job,
)

FULL = MarkChange(5, True, True, "red", "Foxes", "note", ("b", "a"))
FULL_SET = MarkSet(5, True, True, "red", "Foxes", "note", ("a", "b"))


class Desk:
    def __init__(self, folder, pictures=2):
        self.root = folder / "pictures"
        self.database, self.journal = open_journal(folder)
        self.gallery = Gallery(self.database.path)
        self.marks = Marks(self.database, self.root)
        decoder = HeaderDecoder()
        references = ReferenceStore(folder / "references", decoder)
        library = PictureLibrary(self.root, decoder, ThumbnailShelf(), references)
        for number in range(pictures):
            job = ready_job(f"job-{number}")
            self.journal.record(Planned(job.id, NOON, job.request, job.price, job.order))
            self.journal.record(Saved(job.id, NOON, library.keep(Parcel(job, png(note=job.id)))))

    def path(self, name):
        generation = self.gallery.get(name)
        assert generation is not None
        return self.root / generation.path

    def in_sidecar(self, name):
        return read_sidecar(sidecar_path(self.path(name)), self.root).marks

    def behind(self):
        return [
            r["id"]
            for r in self.database.rows("SELECT id FROM generations WHERE sidecar_behind > 0")
        ]


@pytest.fixture
def desk(tmp_path):
    built = Desk(tmp_path)
    yield built
    built.gallery.close()
    built.journal.close()
    built.database.close()


def test_marks_are_in_row_and_sidecar(desk):
    assert desk.marks.set(["job-0", "nobody"], FULL) == 1
    assert desk.gallery.marks("job-0") == desk.in_sidecar("job-0") == FULL_SET
    assert desk.gallery.marks("job-1") == desk.in_sidecar("job-1") == MarkSet()
    assert desk.gallery.get("job-0").rating == 5
    assert desk.behind() == []


def test_only_what_changes_is_changed(desk):
    desk.marks.set(["job-0"], FULL)
    desk.marks.set(["job-0"], MarkChange(rating=0, tags=()))
    expected = MarkSet(0, True, True, "red", "Foxes", "note", ())
    assert desk.gallery.marks("job-0") == desk.in_sidecar("job-0") == expected
    desk.marks.set(["job-0"], MarkChange())
    assert desk.gallery.marks("job-0") == expected


def test_the_file_of_the_picture_is_never_touched(desk):
    before = desk.path("job-0").read_bytes(), desk.path("job-0").stat().st_mtime_ns
    desk.marks.set(["job-0"], FULL)
    assert (desk.path("job-0").read_bytes(), desk.path("job-0").stat().st_mtime_ns) == before


@pytest.mark.parametrize("rating", [-1, 6])
def test_a_rating_that_is_none_changes_nothing(desk, rating):
    with pytest.raises(ValueError, match="0 to 5"):
        desk.marks.set(["job-0"], MarkChange(rating=rating))
    assert desk.gallery.marks("job-0") == MarkSet()


def test_a_full_disk_leaves_the_row_and_catches_up_later(desk, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sidecar, "write_atomic", full)
    assert desk.marks.set(["job-0", "job-1"], FULL) == 2
    assert desk.gallery.marks("job-0") == FULL_SET
    assert desk.in_sidecar("job-0") == MarkSet()
    assert desk.behind() == ["job-0", "job-1"]
    monkeypatch.undo()
    assert desk.marks.catch_up() == 2
    assert desk.in_sidecar("job-0") == desk.in_sidecar("job-1") == FULL_SET
    assert desk.behind() == []
    assert desk.marks.catch_up() == 0


@pytest.mark.parametrize("damage", ["gone", "torn"])
def test_a_lost_sidecar_is_written_anew_from_the_row(desk, damage):
    beside = sidecar_path(desk.path("job-0"))
    if damage == "gone":
        beside.unlink()
    else:
        beside.write_text("{")
    desk.marks.set(["job-0"], FULL)
    found = read_sidecar(beside, desk.root)
    assert found.marks == FULL_SET
    assert found.generation == desk.gallery.get("job-0")


def test_a_picture_that_is_away_keeps_its_marks_for_later(desk):
    path, beside = desk.path("job-0"), sidecar_path(desk.path("job-0"))
    away = desk.root / "away"
    path.parent.rename(away)
    desk.marks.set(["job-0"], FULL)
    assert desk.behind() == ["job-0"]
    assert not beside.exists()
    away.rename(path.parent)
    assert desk.marks.catch_up() == 1
    assert desk.in_sidecar("job-0") == FULL_SET


def test_a_change_during_the_catching_up_is_not_forgotten(desk, monkeypatch):
    real = atomic.write_atomic

    def meanwhile(path, data):
        monkeypatch.setattr(sidecar, "write_atomic", real)
        real(path, data)
        with desk.database.transaction() as connection:
            connection.execute(
                "UPDATE generations SET rating = 1, sidecar_behind = sidecar_behind + 1"
                " WHERE id = 'job-0'"
            )

    monkeypatch.setattr(sidecar, "write_atomic", meanwhile)
    desk.marks.set(["job-0"], FULL)
    assert desk.behind() == ["job-0"]
    desk.marks.catch_up()
    assert desk.in_sidecar("job-0").rating == 1


def test_broken_unicode_in_a_tag_is_no_fault(desk):
    desk.marks.set(["job-0"], MarkChange(tags=("half \ud83d",), note="\ud83d"))
    assert desk.gallery.marks("job-0").tags == ("half ?",)


def test_every_mark_comes_back_from_the_sidecars_alone(desk, tmp_path):
    desk.marks.set(["job-0"], FULL)
    desk.marks.set(["job-0"], MarkChange(verdict="maybe", collections_added=("Best", "Covers")))
    before = desk.gallery.marks("job-0")
    assert before == MarkSet(
        5, True, False, "red", "Foxes", "note", ("a", "b"), "maybe", ("Best", "Covers")
    )
    new = Database(tmp_path / "new.sqlite", tmp_path / "backups")
    assert rebuild(new, desk.root).restored == 2
    with closing(Gallery(new.path)) as gallery:
        assert gallery.marks("job-0") == before
        found = gallery.ids(Filter(text="collection:covers is:maybe"))
        assert [cell[0] for cell in found] == ["job-0"]
    new.close()


def test_a_word_is_put_on_and_taken_off_without_touching_the_others(desk):
    desk.marks.set(["job-0", "job-1"], MarkChange(tags_added=("sky",)))
    before = desk.marks.change(["job-0"], MarkChange(tags_added=("fox", "sky")))
    assert before["job-0"].tags == ("sky",)
    desk.marks.set(["job-0", "job-1"], MarkChange(tags_removed=("sky", "never")))
    assert desk.gallery.marks("job-0").tags == desk.in_sidecar("job-0").tags == ("fox",)
    assert desk.gallery.marks("job-1").tags == ()
    desk.marks.restore(before)
    assert desk.in_sidecar("job-0").tags == ("sky",)


def test_a_verdict_that_is_none_changes_nothing(desk):
    with pytest.raises(ValueError, match="keep or maybe"):
        desk.marks.set(["job-0"], MarkChange(verdict="perhaps"))
    assert desk.gallery.marks("job-0") == MarkSet()
