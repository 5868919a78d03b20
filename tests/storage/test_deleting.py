"""Deleting and restoring: rows, files, crashes in between, bins that refuse."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flux_studio.core.look import Look
from flux_studio.storage import deleting as module
from flux_studio.storage.database import Database
from flux_studio.storage.deleted import Stage
from flux_studio.storage.deleting import OWN_BIN, BinRefused, Deleting, OwnBin
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.gallery_filter import Filter
from flux_studio.storage.generation_rows import insert_generation
from flux_studio.storage.marks import MarkChange, Marks
from flux_studio.storage.rebuild import rebuild
from flux_studio.storage.sidecar import (
    MarkSet,
    Sidecar,
    read_sidecar,
    sidecar_of,
    sidecar_path,
    write_sidecar,
)
from flux_studio.storage.verify import Trouble, Verification
from tests.storage.samples import generation, open_journal, planned, png, saved, sha, way_to_ready


class Tray:
    """A bin in a folder; it may refuse, or the program may end in the middle of a move."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refuses: set[str] = set()
        self.ends_after: int | None = None
        self.was_taken: list[Path] = []
        folder.mkdir()

    def put(self, path: Path) -> Path:
        if path.name in self.refuses:
            raise BinRefused("There is no bin here.", elsewhere=True)
        if self.ends_after == 0:
            raise KeyboardInterrupt
        if self.ends_after is not None:
            self.ends_after -= 1
        return path.rename(self.folder / path.name)

    def find(self, path: Path) -> Path | None:
        place = self.folder / path.name
        return place if place.exists() else None

    def taken(self, place: Path) -> None:
        self.was_taken.append(place)


class Shop:
    """A small library with files and marks."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "pictures"
        self.database = Database(folder / "library.sqlite", folder / "backups")
        self.tray = Tray(folder / "tray")
        self.deleting = Deleting(self.database, self.root, "me", lambda work: work())
        self.gallery = Gallery(folder / "library.sqlite")
        self.marks = Marks(self.database, self.root)

    def add(self, id_: str, *, with_file: bool = True) -> None:
        data = png(note=id_)
        made = generation(
            id_,
            path=f"2026/2026-11-20/{id_}.png",
            sha256=sha(data),
            bytes=len(data),
            look=Look(2**63 + 5, (("#C2536B", 700), ("#102030", 300))),
        )
        with self.database.transaction() as connection:
            insert_generation(connection, made, full_text=self.database.full_text)
        if with_file:
            picture = self.root / made.path
            picture.parent.mkdir(parents=True, exist_ok=True)
            picture.write_bytes(data)
            write_sidecar(picture, Sidecar(made, MarkSet()))

    def whole(self, id_: str) -> dict:
        """A row with all that belongs to it, without its number."""
        rows = self.database.rows("SELECT * FROM generations WHERE id = ?", (id_,))
        if not rows:
            return {}
        number = rows[0]["number"]
        found = {**dict(rows[0]), "number": 0}
        for table in ("tags", "members", "colors", "hashes"):
            asked = self.database.rows(f"SELECT * FROM {table} WHERE number = ?", (number,))
            found[table] = sorted(tuple({**dict(row), "number": 0}.values()) for row in asked)
        return found

    def found(self, text: str) -> list[str]:
        return [cell[0] for cell in self.gallery.ids(Filter(text=text))]

    def path(self, id_: str) -> Path:
        return self.root / f"2026/2026-11-20/{id_}.png"

    def troubles(self) -> list[Trouble]:
        return [f.trouble for f in Verification(self.database, self.root).findings()]


@pytest.fixture
def shop(tmp_path):
    made = Shop(tmp_path)
    for number in range(4):
        made.add(f"p{number}")
    change = MarkChange(
        rating=4, favourite=True, label="red", note="a quiet note", tags=("sky", "dusk"),
        verdict="keep", collections_added=("Best",),
    )  # fmt: skip
    made.marks.set(["p1"], change)
    yield made
    made.gallery.close()
    made.database.close()


def test_a_deleted_picture_comes_back_whole(shop):
    before, bytes_before = shop.whole("p1"), shop.path("p1").read_bytes()
    sidecar_before = sidecar_path(shop.path("p1")).read_bytes()
    done = shop.deleting.delete(["p1", "nobody", "p1"], "b1", shop.tray)
    assert (done.ids, done.left, done.held) == (("p1",), (), ())
    assert shop.whole("p1") == {}
    assert shop.found("quiet") == []
    assert sorted(path.name for path in shop.tray.folder.iterdir()) == ["p1.json", "p1.png"]
    assert not shop.path("p1").exists()
    assert shop.troubles() == []
    (record,) = shop.deleting.of_batch("b1")
    assert (record.stage, record.id, record.bytes) == (Stage.BINNED, "p1", len(bytes_before))

    back = shop.deleting.restore(["p1"], [shop.tray])
    assert back.ids == ("p1",)
    assert shop.whole("p1") == before
    assert shop.path("p1").read_bytes() == bytes_before
    assert sidecar_path(shop.path("p1")).read_bytes() == sidecar_before
    assert shop.found("quiet") == ["p1"]
    assert shop.gallery.marks("p1").collections == ("Best",)
    assert shop.deleting.every() == []
    assert len(shop.tray.was_taken) == 2
    assert shop.troubles() == []


def test_the_money_and_the_prompt_outlive_the_picture(tmp_path):
    database, journal = open_journal(tmp_path)
    for event in (*way_to_ready(), saved()):
        journal.record(event)
    gallery = Gallery(database.path)
    before = gallery.spent(datetime(2026, 1, 1, tzinfo=UTC))
    deleting = Deleting(database, tmp_path, "me", lambda work: work())
    assert deleting.delete(["job-1"], "b", Tray(tmp_path / "tray")).ids == ("job-1",)
    assert gallery.count() == 0
    assert gallery.spent(datetime(2026, 1, 1, tzinfo=UTC)) == before
    assert before.total > 0
    assert [row["text"] for row in gallery.ask("SELECT text FROM prompt_history")]
    gallery.close()
    journal.close()
    database.close()


def test_a_picture_of_a_job_that_goes_on_stays(shop, tmp_path):
    _, journal = open_journal(tmp_path)
    journal.record(planned("p2"))
    done = shop.deleting.delete(["p2", "p3"], "b", shop.tray)
    assert (done.ids, done.held) == (("p3",), ("p2",))
    assert shop.path("p2").exists()
    assert shop.whole("p2")


def test_what_a_bin_refuses_stays_with_its_row(shop):
    before = shop.whole("p1")
    shop.tray.refuses = {"p1.png"}
    done = shop.deleting.delete(["p0", "p1", "p2"], "b", shop.tray)
    assert (done.ids, done.left, done.elsewhere) == (("p0",), ("p1", "p2"), True)
    assert done.sentence == "There is no bin here."
    assert shop.whole("p1") == before
    assert shop.troubles() == []


def test_a_folder_that_may_not_be_written_is_said(shop, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    done = shop.deleting.delete(["p0"], "b", shop.tray)
    assert (done.ids, done.left, done.elsewhere) == ((), ("p0",), False)
    assert "Check its permissions" in done.sentence


def test_a_picture_without_its_file_is_deleted_and_comes_back_as_it_was(shop):
    shop.path("p0").unlink()
    before = shop.whole("p0")
    assert shop.deleting.delete(["p0"], "b", shop.tray).ids == ("p0",)
    assert [path.name for path in shop.tray.folder.iterdir()] == ["p0.json"]
    assert shop.deleting.restore(["p0"], [shop.tray]).ids == ("p0",)
    assert shop.whole("p0") == before


def test_a_bin_that_was_emptied_is_said(shop):
    shop.deleting.delete(["p0", "p1"], "b", shop.tray)
    (shop.tray.folder / "p0.png").unlink()
    back = shop.deleting.restore(["p0", "p1"], [shop.tray])
    assert (back.ids, back.lost) == (("p1",), ("p0",))
    assert [each.stage for each in shop.deleting.every()] == [Stage.BINNED]


def test_another_file_in_its_place_is_not_touched(shop):
    shop.deleting.delete(["p0"], "b", shop.tray)
    shop.path("p0").write_bytes(b"somebody else's")
    assert shop.deleting.restore(["p0"], [shop.tray]).ids == ("p0",)
    assert shop.path("p0").read_bytes() == b"somebody else's"
    now = shop.gallery.get("p0")
    assert now.path == "2026/2026-11-20/p0-2.png"
    assert sha((shop.root / now.path).read_bytes()) == now.sha256
    shop.marks.catch_up()
    assert read_sidecar(sidecar_path(shop.root / now.path), shop.root).generation.id == "p0"


@pytest.mark.parametrize("moves", [0, 1, 2, 3])
def test_an_end_of_the_program_loses_nothing(shop, moves):
    """Before, between and after the moves of two pictures with their sidecars."""
    before = {id_: shop.whole(id_) for id_ in ("p0", "p1")}
    shop.tray.ends_after = moves
    with pytest.raises(KeyboardInterrupt):
        shop.deleting.delete(["p0", "p1"], "b", shop.tray)
    shop.tray.ends_after = None
    assert Trouble.HALF_DELETED in shop.troubles() or moves == 3
    assert shop.deleting.settle([shop.tray], lambda owner: False) == ()  # its process lives
    back = shop.deleting.settle([shop.tray], lambda owner: True)
    assert back == (("p0", "p1"), ("p1",), ("p1",), ())[moves]
    assert shop.troubles() == []
    rest = [each.id for each in shop.deleting.every()]
    assert shop.deleting.restore(rest, [shop.tray]).ids == tuple(rest)
    assert {id_: shop.whole(id_) for id_ in ("p0", "p1")} == before
    assert shop.troubles() == []


def test_a_return_that_was_cut_off_is_completed(shop, monkeypatch):
    before = shop.whole("p1")
    shop.deleting.delete(["p1"], "b", shop.tray)

    def end(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "_end_returning", end)
        with pytest.raises(KeyboardInterrupt):
            shop.deleting.restore(["p1"], [shop.tray])
    assert shop.deleting.settle([shop.tray], lambda owner: True) == ("p1",)
    assert shop.whole("p1") == before


def test_what_a_file_manager_took_out_of_the_bin_comes_back(shop):
    before = shop.whole("p1")
    shop.deleting.delete(["p1"], "b", shop.tray)
    for ending in (".png", ".json"):
        place = shop.tray.folder / f"p1{ending}"
        place.rename(shop.path("p1").with_suffix(ending))
    assert shop.troubles() == [Trouble.HALF_DELETED]
    assert shop.deleting.settle([shop.tray], lambda owner: True) == ("p1",)
    assert shop.whole("p1") == before
    assert shop.troubles() == []


def test_a_picture_that_came_without_its_sidecar_gets_one(shop):
    shop.deleting.delete(["p1"], "b", shop.tray)
    (shop.tray.folder / "p1.png").rename(shop.path("p1"))
    shop.deleting.settle([shop.tray], lambda owner: True)
    assert shop.troubles() == [Trouble.NO_SIDECAR]
    shop.marks.catch_up()
    assert shop.troubles() == []
    assert read_sidecar(sidecar_path(shop.path("p1")), shop.root).marks.collections == ("Best",)


def test_a_rebuild_that_was_faster_is_no_trouble(shop):
    shop.deleting.delete(["p1"], "b", shop.tray)
    for ending in (".png", ".json"):
        (shop.tray.folder / f"p1{ending}").rename(shop.path("p1").with_suffix(ending))
    assert rebuild(shop.database, shop.root).restored == 1
    assert shop.deleting.settle([shop.tray], lambda owner: True) == ("p1",)
    assert shop.deleting.every() == []
    assert shop.gallery.marks("p1").collections == ("Best",)


def test_records_are_forgotten_when_no_bin_has_the_picture(shop):
    shop.deleting.delete(["p0", "p1"], "b", shop.tray)
    (shop.tray.folder / "p0.png").unlink()
    shop.deleting.settle([shop.tray], lambda owner: True)
    assert len(shop.deleting.every()) == 2
    long_ago = (datetime.now(UTC) - timedelta(days=31)).timestamp() * 1e6
    shop.database.write(lambda db: db.execute("UPDATE deleted SET at = ?", (int(long_ago),)))
    shop.deleting.settle([shop.tray], lambda owner: True)
    assert [each.id for each in shop.deleting.every()] == ["p1"]


def test_the_own_bin_is_no_part_of_the_library(shop):
    own = OwnBin(shop.root)
    assert shop.deleting.delete(["p0", "p1"], "b", own).ids == ("p0", "p1")
    assert (shop.root / OWN_BIN / "2026/2026-11-20/p0.png").is_file()
    assert shop.troubles() == []
    assert rebuild(shop.database, shop.root).restored == 0
    assert shop.deleting.restore(["p0", "p1"], [own]).ids == ("p0", "p1")
    assert shop.troubles() == []


def link(shop, folder: Path, id_: str = "link") -> Path:
    """A picture outside the library, with marks."""
    folder.mkdir(exist_ok=True)
    picture, data = folder / f"{id_}.png", png(note=id_)
    picture.write_bytes(data)
    made = generation(id_, path=str(picture), sha256=sha(data), bytes=len(data))
    with shop.database.transaction() as connection:
        insert_generation(connection, made, full_text=shop.database.full_text)
    shop.marks.set([id_], MarkChange(rating=3, tags=("far",)))
    return picture


def linked_sidecar(shop, id_: str = "link") -> Path:
    return sidecar_of(shop.root, "/", id_)


def test_the_sidecar_of_a_linked_picture_goes_with_it_and_comes_back(shop, tmp_path):
    picture = link(shop, tmp_path / "elsewhere")
    before, beside = shop.whole("link"), linked_sidecar(shop).read_bytes()
    assert shop.deleting.delete(["link"], "b", shop.tray).ids == ("link",)
    assert not linked_sidecar(shop).exists()
    assert {path.name for path in shop.tray.folder.iterdir()} == {"link.png", "link.json"}
    assert shop.troubles() == []
    assert shop.deleting.restore(["link"], [shop.tray]).ids == ("link",)
    assert shop.whole("link") == before
    assert linked_sidecar(shop).read_bytes() == beside
    assert picture.is_file()
    assert shop.troubles() == []


def test_a_bin_of_another_disk_leaves_no_sidecar_of_a_linked_picture(shop, tmp_path):
    link(shop, tmp_path / "elsewhere")
    before = shop.whole("link")
    shop.tray.refuses = {"link.json"}
    assert shop.deleting.delete(["link"], "b", shop.tray).ids == ("link",)
    assert not linked_sidecar(shop).exists()
    assert shop.troubles() == []
    assert rebuild(shop.database, shop.root).faults == ()
    assert shop.deleting.restore(["link"], [shop.tray]).ids == ("link",)
    assert shop.whole("link") == before
    assert read_sidecar(linked_sidecar(shop), shop.root).marks.tags == ("far",)


@pytest.mark.parametrize("moves", [1, 2])
def test_a_linked_picture_is_whole_when_the_program_ends_while_it_leaves(shop, tmp_path, moves):
    link(shop, tmp_path / "elsewhere")
    before, shop.tray.ends_after = shop.whole("link"), moves
    if moves == 1:
        with pytest.raises(KeyboardInterrupt):
            shop.deleting.delete(["link"], "b", shop.tray)
    else:
        shop.deleting.delete(["link"], "b", shop.tray)
    shop.tray.ends_after = None
    shop.deleting.settle([shop.tray], lambda owner: True)
    assert not linked_sidecar(shop).exists()
    assert shop.deleting.restore(["link"], [shop.tray]).ids == ("link",)
    assert shop.whole("link") == before
    assert shop.troubles() == []


def test_a_linked_picture_taken_out_of_the_bin_by_hand_gets_its_sidecar_again(shop, tmp_path):
    picture = link(shop, tmp_path / "elsewhere")
    shop.deleting.delete(["link"], "b", shop.tray)
    (shop.tray.folder / "link.png").rename(picture)
    assert shop.deleting.settle([shop.tray], lambda owner: True) == ("link",)
    shop.marks.catch_up()
    assert read_sidecar(linked_sidecar(shop), shop.root).marks.rating == 3


def test_a_sidecar_of_another_program_outside_the_library_stays(shop, tmp_path):
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    data = png(note="linked")
    (outside / "mine.png").write_bytes(data)
    (outside / "mine.json").write_text(json.dumps({"other": 1}))
    made = generation("link", path=str(outside / "mine.png"), sha256=sha(data), bytes=len(data))
    with shop.database.transaction() as connection:
        insert_generation(connection, made, full_text=shop.database.full_text)
    assert shop.deleting.delete(["link"], "b", shop.tray).ids == ("link",)
    assert [path.name for path in outside.iterdir()] == ["mine.json"]
    assert shop.deleting.restore(["link"], [shop.tray]).ids == ("link",)
    assert (outside / "mine.png").read_bytes() == data
    assert shop.gallery.get("link").path == str(outside / "mine.png")
