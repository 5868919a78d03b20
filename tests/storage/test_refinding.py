"""Missing originals are found by their bytes, whatever they are called, and nothing is
overwritten.
"""

import os
from pathlib import Path

import pytest

from flux_studio.storage.gallery import Gallery
from flux_studio.storage.generation_rows import insert_generation
from flux_studio.storage.marks import Marks
from flux_studio.storage.refinding import Found, Lost, look_for, lost_among, put_back
from flux_studio.storage.sidecar import (
    MarkSet,
    Sidecar,
    read_sidecar,
    sidecar_path,
    write_sidecar,
)
from tests.storage.samples import generation, open_journal, png, sha


class Shelf:
    def __init__(self, home: Path) -> None:
        self.root = home / "pictures"
        self.root.mkdir()
        self.database, self.journal = open_journal(home)
        self.gallery = Gallery(self.database.path)
        self.marks = Marks(self.database, self.root)

    def add(self, name: str, data: bytes, *, sidecar: bool = True):
        path = f"2026/2026-11-20/{name}.png"
        made = generation(name, path=path, sha256=sha(data), bytes=len(data))
        with self.database.transaction() as connection:
            insert_generation(
                connection,
                made,
                full_text=self.database.full_text,
                project="",
                note="",
                tags=("kept",),
            )
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(data)
        if sidecar:
            write_sidecar(self.root / path, Sidecar(made, MarkSet(rating=3), reply="said"))
        return made

    def look(self, *names: str, folder: Path | None = None) -> list[Found]:
        lost = lost_among(self.gallery, self.root, names)
        return list(look_for(lost, folder or self.root))


@pytest.fixture
def shelf(tmp_path):
    made = Shelf(tmp_path)
    yield made
    made.gallery.close()
    made.journal.close()
    made.database.close()


def test_only_what_is_gone_is_lost(shelf):
    here, gone = shelf.add("here", png(3)), shelf.add("gone", png(4))
    (shelf.root / gone.path).unlink()
    lost = lost_among(shelf.gallery, shelf.root, ["here", "gone", "unknown"])
    assert lost == [Lost("gone", gone.path, gone.sha256, gone.bytes)]
    assert (shelf.root / here.path).is_file()


def test_a_file_moved_within_the_library_keeps_its_new_place_and_its_sidecar_follows(shelf):
    made = shelf.add("a", png(3))
    moved = shelf.root / "Best of" / "fox.png"
    moved.parent.mkdir()
    (shelf.root / made.path).rename(moved)
    [found] = shelf.look("a")
    assert found.file == moved
    assert put_back(shelf.database, shelf.root, found) == "Best of/fox.png"
    assert shelf.gallery.get("a").path == "Best of/fox.png"
    sidecar = read_sidecar(sidecar_path(moved), shelf.root)
    assert (sidecar.generation.id, sidecar.generation.path) == ("a", "Best of/fox.png")
    assert sidecar.reply == "said"
    assert not sidecar_path(shelf.root / made.path).exists()
    shelf.marks.catch_up()
    assert read_sidecar(sidecar_path(moved), shelf.root).marks.tags == ("kept",)


def test_a_sidecar_that_is_gone_is_written_from_the_row(shelf):
    made = shelf.add("a", png(3), sidecar=False)
    moved = shelf.root / "fox.png"
    (shelf.root / made.path).rename(moved)
    put_back(shelf.database, shelf.root, shelf.look("a")[0])
    shelf.marks.catch_up()
    assert read_sidecar(sidecar_path(moved), shelf.root).generation.id == "a"


def test_a_file_from_elsewhere_is_copied_home(shelf, tmp_path):
    data = png(5)
    made = shelf.add("a", data)
    elsewhere = tmp_path / "Downloads" / "deep"
    elsewhere.mkdir(parents=True)
    (elsewhere / "copy.bin").write_bytes(data)
    (shelf.root / made.path).unlink()
    assert shelf.look("a") == []
    [found] = shelf.look("a", folder=tmp_path / "Downloads")
    assert put_back(shelf.database, shelf.root, found) == made.path
    assert (shelf.root / made.path).read_bytes() == data
    assert (elsewhere / "copy.bin").is_file()


def test_two_rows_with_the_same_bytes_do_not_share_a_file(shelf):
    data = png(6)
    shelf.add("a", data)
    other = shelf.add("b", data)
    (shelf.root / other.path).unlink()
    [found] = shelf.look("b")
    assert put_back(shelf.database, shelf.root, found) == other.path
    assert (shelf.root / other.path).read_bytes() == data
    assert shelf.gallery.get("a").path != shelf.gallery.get("b").path


def test_other_bytes_of_the_same_size_are_another_picture(shelf):
    data = png(7)
    made = shelf.add("a", data)
    (shelf.root / made.path).write_bytes(data[:-1] + b"x")
    (shelf.root / made.path).rename(shelf.root / "impostor.png")
    assert shelf.look("a") == []


def test_what_stands_at_the_old_place_is_never_touched(shelf, tmp_path):
    data = png(8)
    made = shelf.add("a", data)
    (tmp_path / "copy.png").write_bytes(data)
    lost = Lost("a", made.path, made.sha256, made.bytes)
    (shelf.root / made.path).write_bytes(b"something else")
    put_back(shelf.database, shelf.root, Found(lost, tmp_path / "copy.png"))
    assert (shelf.root / made.path).read_bytes() == b"something else"


def test_a_row_that_points_out_of_the_library_writes_nothing(shelf, tmp_path):
    (tmp_path / "copy.png").write_bytes(b"data")
    lost = Lost("a", "../outside.png", sha(b"data"), 4)
    with pytest.raises(FileExistsError):
        put_back(shelf.database, shelf.root, Found(lost, tmp_path / "copy.png"))
    assert not (tmp_path / "outside.png").exists()


def test_links_and_pipes_are_passed_over_and_stop_ends_it(shelf, tmp_path):
    data = png(9)
    made = shelf.add("a", data)
    (shelf.root / made.path).rename(tmp_path / "away.png")
    (shelf.root / "link.png").symlink_to(tmp_path / "away.png")
    os.mkfifo(shelf.root / "pipe.png")
    assert shelf.look("a") == []
    lost = lost_among(shelf.gallery, shelf.root, ["a"])
    assert list(look_for(lost, tmp_path, stop=lambda: True)) == []
    assert [f.file for f in look_for(lost, tmp_path)] == [tmp_path / "away.png"]
