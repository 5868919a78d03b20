"""Deleting through the desk: portions, uses, undo and redo, a stop, the real bin of a desktop."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from flux_studio.core.job import Board, JobState
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.session import bin_desk
from flux_studio.session.bin_watch import BinWatch
from flux_studio.session.system_bin import NO_BIN, SystemBin
from flux_studio.storage.database import Database
from flux_studio.storage.deleting import OWN_BIN, BinRefused, Deleting
from flux_studio.storage.marks import MarkChange
from flux_studio.storage.sidecar import MarkSet, Sidecar, sidecar_path, write_sidecar
from flux_studio.storage.uses import Uses
from tests.ui.wall import stock


@pytest.fixture
def trash(tmp_path, monkeypatch):
    """The bin of a desktop of our own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path / "share" / "Trash"


@pytest.fixture
def pictures(desk, trash):
    now = datetime.now(UTC)
    made = [
        stock.generation(n, now - timedelta(minutes=n), bytes=1000, sha256=f"{n:064x}")
        for n in range(7)
    ]
    stock.keep(desk, made)
    for each in made:
        write_sidecar(desk.studio.library.file(each), Sidecar(each, MarkSet()))
    return made


class Heard:
    """What a desk told."""

    def __init__(self, library) -> None:
        self.changes, self.reports, self.steps = [], [], []
        library.changed.connect(self.changes.append)
        library.bin.ended.connect(self.reports.append)
        library.bin.progressed.connect(lambda done, count: self.steps.append((done, count)))


def settle(desk):
    while True:
        stock.settle(desk)
        if not desk.studio.library.bin.is_busy:
            return


def test_pictures_go_to_the_bin_of_the_desktop_and_come_back(desk, pictures, trash):
    library = desk.studio.library
    heard, ids = Heard(library), tuple(p.id for p in pictures[:3])
    library.bin.delete(ids)
    settle(desk)
    (report,) = heard.reports
    assert (report.ids, report.left, report.sentence) == (ids, (), "")
    assert [change.removed for change in heard.changes] == [ids]
    notes = sorted((trash / "info").iterdir())
    assert len(notes) == len(list((trash / "files").iterdir())) == 6
    assert any(
        unquote(note.read_text()).count(str(library.file(pictures[0]))) == 1 for note in notes
    )
    assert library.gallery.count() == 4
    assert library.thumbnail(ids[0], 256)  # kept for the way back

    assert library.history.undo()
    settle(desk)
    assert heard.changes[-1].returned == ids
    assert library.gallery.count() == 7
    assert all(library.file(p).is_file() for p in pictures)
    assert not list((trash / "files").iterdir())
    assert not list((trash / "info").iterdir())
    assert library.history.redo()
    settle(desk)
    assert library.gallery.count() == 4
    assert library.history.can_undo


def test_portions_let_a_person_stop(desk, pictures, monkeypatch):
    monkeypatch.setattr(bin_desk, "PORTION", 2)
    library = desk.studio.library
    heard, ids = Heard(library), tuple(p.id for p in pictures)
    library.bin.progressed.connect(lambda done, _: library.bin.stop() if done >= 4 else None)
    library.bin.delete(ids)
    settle(desk)
    assert heard.steps == [(2, 7), (4, 7)]
    (report,) = heard.reports
    assert report.stopped
    assert report.ids == ids[:4]
    assert library.gallery.count() == 3
    library.history.undo()
    settle(desk)
    assert library.gallery.count() == 7


def test_deeds_wait_for_each_other(desk, pictures):
    library = desk.studio.library
    heard = Heard(library)
    library.bin.delete([pictures[0].id])
    library.bin.delete([pictures[1].id])
    library.bin.restore([pictures[0].id])
    settle(desk)
    assert [(r.deletes, len(r.ids)) for r in heard.reports] == [(True, 1), (True, 1), (False, 1)]
    assert library.gallery.count() == 6


def test_uses_are_counted(desk, pictures):
    studio, library = desk.studio, desk.studio.library
    source, other = pictures[0], pictures[1]
    library.marks.change([source.id, other.id], MarkChange(collections_added=("Best",)))
    edit = stock.generation(50, datetime.now(UTC), parent=source.id)
    stock.keep(desk, [edit], with_files=False)
    form = Reference(source.sha256, "image/png", Size(8, 8), "a", source.id)
    waiting = stock.job("waiting", JobState.PLANNED)
    by_hash = replace(form, sha256=other.sha256, parent=None)
    waiting = replace(waiting, request=replace(waiting.request, references=(by_hash,)))
    over = replace(waiting, id="over", state=JobState.FAILED)
    state = replace(
        studio.state,
        draft=replace(studio.state.draft, references=(form,)),
        board=Board({"waiting": waiting, "over": over}),
    )
    found = []
    library.bin.ask_uses([source.id, other.id], state, found.append)
    library.bin.ask_uses([source.id, edit.id], state, found.append)
    library.bin.ask_uses([pictures[2].id], state, found.append)
    stock.settle(desk)
    assert found[0] == Uses(2, 2000, 1, 1, 1, 0, (("Best", 2),))
    assert found[1].edited == 0  # its edit goes with it
    assert not found[2].any


def test_rejected_ones_are_listed(desk, pictures):
    library, found = desk.studio.library, []
    library.marks.change([pictures[4].id, pictures[1].id], MarkChange(rejected=True))
    library.bin.ask_rejected(found.append)
    stock.settle(desk)
    assert found == [[pictures[1].id, pictures[4].id]]


def test_what_was_deleted_last_comes_back_without_its_step(desk, pictures):
    library = desk.studio.library
    library.bin.delete([pictures[0].id])
    library.bin.delete([p.id for p in pictures[1:3]])
    settle(desk)
    heard = Heard(library)
    for left in (6, 7, 7):
        library.bin.restore_last()
        stock.settle(desk)
        settle(desk)
        assert library.gallery.count() == left
    assert [len(report.ids) for report in heard.reports] == [2, 1, 0]
    library.history.undo()  # it is back already
    settle(desk)
    assert library.gallery.count() == 7


class NoBin(SystemBin):
    def put(self, path: Path) -> Path:
        raise BinRefused(NO_BIN, elsewhere=True)


def test_without_a_bin_the_library_has_one(desk, pictures):
    library = desk.studio.library
    heard, ids = Heard(library), tuple(p.id for p in pictures[:2])
    library.bin.system_bin = NoBin()
    library.bin.delete(ids)
    settle(desk)
    (report,) = heard.reports
    assert (report.ids, report.left, report.elsewhere) == ((), ids, True)
    assert report.sentence == NO_BIN
    assert not library.history.can_undo
    assert library.gallery.count() == 7
    library.bin.delete(ids, own=True)
    settle(desk)
    assert library.gallery.count() == 5
    assert len(list((library.root / OWN_BIN).rglob("*.png"))) == 2
    library.history.undo()
    settle(desk)
    assert library.gallery.count() == 7


def test_what_was_taken_out_by_hand_is_in_the_library_again(desk, pictures):
    library = desk.studio.library
    heard, picture = Heard(library), pictures[0]
    library.marks.change([picture.id], MarkChange(note="mine"))
    library.bin.delete([picture.id])
    settle(desk)
    home = library.file(picture)
    SystemBin().find(home).rename(home)
    library.bin.settle()
    settle(desk)
    assert heard.changes[-1].returned == (picture.id,)
    assert library.gallery.marks(picture.id).note == "mine"
    assert sidecar_path(home).is_file()


def test_what_another_process_deletes_is_told_here(desk, pictures, tmp_path):
    library = desk.studio.library
    watch = BinWatch(library)
    watch.look()
    settle(desk)
    heard, ids = Heard(library), tuple(p.id for p in pictures[:2])
    library.bin.delete([pictures[5].id])
    settle(desk)
    database = Database(desk.workshop.database.path, tmp_path / "backups")
    other = Deleting(database, library.root, "other", lambda work: work())
    other.delete(ids, "batch", SystemBin())
    watch.look()
    settle(desk)
    other.restore(ids[:1], [SystemBin()])
    watch.look()
    settle(desk)
    watch.look()
    settle(desk)
    own, gone, back = heard.changes
    assert own.removed == (pictures[5].id,)
    assert sorted(gone.removed) == sorted(ids)
    assert back.returned == ids[:1]
    database.close()


def test_the_bin_is_asked_for_what_the_record_does_not_know(desk, pictures, trash):
    """As after an end of the program between the move and its note."""
    library, picture = desk.studio.library, pictures[0]
    home = library.file(picture)
    SystemBin().put(home)
    home.write_bytes(b"another of this name")
    SystemBin().put(home)
    found = SystemBin().find(home)
    assert found is not None
    assert found.read_bytes() == b"another of this name"
    assert SystemBin().find(home.with_name("never.png")) is None
