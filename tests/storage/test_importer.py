"""The import: what is taken, what is skipped and said, and that it goes on where it was."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from flux_studio.core.errors import NotKept
from flux_studio.core.generation import IMPORTED, Generation
from flux_studio.core.size import Size
from flux_studio.storage import importer
from flux_studio.storage.decode import Decoder
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.gallery_filter import Filter
from flux_studio.storage.import_runs import ImportRun, ImportRuns, Outcome, RunState
from flux_studio.storage.importer import Control, Importer, ImportProgress, finish
from flux_studio.storage.marks import MarkChange, Marks
from flux_studio.storage.rebuild import rebuild
from flux_studio.storage.sidecar import MarkSet, Sidecar, read_sidecar, sidecar_path, write_sidecar
from flux_studio.storage.taking_in import Taker
from flux_studio.storage.thumbnails import ThumbnailStore
from flux_studio.storage.verify import Verification
from tests.storage.foreign.pictures import A1111_TEXT, PROMPT, SEED, png
from tests.storage.samples import generation, open_journal, sha


class Bench:
    """A library, a folder of somebody's pictures, and a decoder."""

    def __init__(self, home: Path, decoder: Decoder) -> None:
        self.root = home / "pictures"
        self.root.mkdir()
        self.folder = home / "elsewhere"
        (self.folder / "deep").mkdir(parents=True)
        self.database, self.journal = open_journal(home)
        self.runs = ImportRuns(self.database)
        self.thumbnails = ThumbnailStore(home / "thumbs.sqlite")
        self.decoder = decoder
        self.told: list[ImportProgress] = []
        self.control = Control()
        self.write: Callable[[Callable[[], None]], None] = lambda work: work()

    def begin(self, *, copies: bool = False, watches: bool = False) -> ImportRun:
        return self.runs.begin((self.folder,), copies=copies, watches=watches, owner="me")

    def run(self, run: ImportRun | None = None, *, settle: bool = False) -> ImportProgress:
        run = run or self.begin()
        taker = Taker(self.root, self.database, self.decoder, self.thumbnails, copies=run.copies)
        one = Importer(self.database, taker, self.write, self.told.append, self.control)
        return one.run(run, settle=settle)

    def put(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def all(self) -> list[Generation]:
        with closing(Gallery(self.database.path)) as gallery:
            return list(gallery.all(Filter()))

    def troubles(self) -> list[str]:
        return [f.trouble.value for f in Verification(self.database, self.root).findings()]


@pytest.fixture
def bench(tmp_path: Path, decoder: Decoder) -> Iterator[Bench]:
    made = Bench(tmp_path, decoder)
    yield made
    made.thumbnails.close()
    made.journal.close()
    made.database.close()


def test_a_linked_picture_stays_where_it_is_and_is_found_by_what_it_says(bench: Bench) -> None:
    file = bench.put("fox.png", png(parameters=A1111_TEXT))
    before = file.read_bytes()
    progress = bench.run()
    (found,) = bench.all()
    assert (progress.added, progress.failed) == (1, 0)
    assert found.path == str(file)
    assert (found.request.provider, found.request.model) == (IMPORTED, "dreamy_v2")
    assert (found.request.prompt, found.seed) == (PROMPT, SEED)
    assert (found.size, found.request.size) == (Size(64, 48), Size(640, 384))
    assert found.charged == 0
    assert found.look is not None
    assert dict(found.quality)["program"] == "A1111"
    assert bench.thumbnails.get(found.id, 256) is not None
    assert not list(bench.folder.rglob("*.json"))  # nothing of ours beside it
    assert file.read_bytes() == before
    assert bench.troubles() == []
    with closing(Gallery(bench.database.path)) as gallery:
        assert gallery.count(Filter(text="provider:imported fox")) == 1


def test_a_copy_has_its_sidecar_and_survives_without_the_database(
    bench: Bench, tmp_path: Path
) -> None:
    file = bench.put("fox.png", png(parameters=A1111_TEXT))
    bench.run(bench.begin(copies=True))
    (found,) = bench.all()
    kept = bench.root / found.path
    assert kept.read_bytes() == file.read_bytes()
    assert read_sidecar(sidecar_path(kept), bench.root).generation == found
    assert bench.troubles() == []
    bench.database.write(lambda db: db.execute("DELETE FROM generations"))
    assert rebuild(bench.database, bench.root).restored == 1
    assert bench.all() == [found]


def test_the_same_bytes_are_taken_once_and_that_is_said(bench: Bench) -> None:
    data = png(parameters=A1111_TEXT)
    for name in ("one.png", "two.png", "deep/three.png"):
        bench.put(name, data)
    progress = bench.run()
    assert (progress.added, progress.known) == (1, 2)
    again = bench.run(bench.begin(copies=True))
    assert (again.added, again.known) == (0, 3)
    assert len(bench.all()) == 1


def test_what_is_no_picture_is_named_at_the_end_and_stops_nothing(bench: Bench) -> None:
    bench.put("ok.png", png())
    bench.put("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    bench.put("cut.png", png((300, 300))[:300])
    bench.put("notes.txt", b"not looked at")
    (bench.folder / "loop").symlink_to(bench.folder)
    (bench.folder / "link.png").symlink_to(bench.folder / "ok.png")
    run = bench.begin()
    progress = bench.run(run)
    assert (progress.total, progress.added, progress.failed) == (3, 1, 2)
    failures = {Path(f.path).name: f.sentence for f in bench.runs.failures(run.number)}
    assert "SVG" in failures["drawing.png"]
    assert "cut short" in failures["cut.png"]
    assert finish(bench.runs, progress) is RunState.DONE
    assert bench.runs.open_runs() == []
    assert len(bench.runs.failures(run.number)) == 2


def test_a_run_that_was_stopped_goes_on_without_doing_anything_twice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        bench.put(f"{number:02}.png", png(color=number * 12))
    monkeypatch.setattr(importer, "BATCH", 1)
    run = bench.begin()

    def write(work: Callable[[], None]) -> None:
        bench.control.stop()
        work()

    bench.write = write
    stopped = bench.run(run)
    assert 0 < stopped.done < 20
    assert stopped.total == 20
    assert len(bench.runs.seen(run.number)) == stopped.done == len(bench.all())
    ((open_run, owner),) = bench.runs.open_runs()
    assert (open_run.number, owner) == (run.number, "me")
    bench.write, bench.control = (lambda work: work()), Control()
    done = bench.run(bench.runs.take(run.number, RunState.RUNNING, "other"))
    assert (done.added, done.known, done.total) == (20, 0, 20)
    assert len(bench.all()) == 20


def test_a_commit_that_fails_leaves_the_files_for_the_next_time(bench: Bench) -> None:
    bench.put("a.png", png())

    def refuse(_: Callable[[], None]) -> None:
        raise NotKept("The disk is full.")

    run = bench.begin()
    bench.write = refuse
    with pytest.raises(NotKept):
        bench.run(run)
    assert bench.runs.seen(run.number) == {}
    bench.write, bench.control = (lambda work: work()), Control()
    assert bench.run(run).added == 1


def test_pausing_holds_the_files_and_resuming_lets_them_go(bench: Bench) -> None:
    for number in range(6):
        bench.put(f"{number}.png", png(color=number * 30))
    bench.control.pause()
    run, ended = bench.begin(), threading.Event()

    def work() -> None:
        bench.run(run)
        ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert not ended.wait(0.5)
        assert bench.runs.seen(run.number) == {}
        bench.control.resume()
        assert ended.wait(30)
    finally:
        bench.control.stop()
        thread.join(30)
    assert len(bench.all()) == 6


def test_a_watched_folder_leaves_what_is_still_being_written(bench: Bench) -> None:
    run = bench.begin(watches=True)
    file = bench.put("new.png", png())
    progress = bench.run(run, settle=True)
    assert (progress.added, progress.unsettled) == (0, 1)
    os.utime(file, ns=(1_700_000_000_000_000_000,) * 2)
    progress = bench.run(run, settle=True)
    assert (progress.added, progress.unsettled) == (1, 0)
    assert finish(bench.runs, progress) is RunState.WATCHING


def test_a_file_that_was_half_there_is_taken_when_it_is_whole(bench: Bench) -> None:
    whole = png((300, 300))
    run = bench.begin(watches=True)
    file = bench.put("slow.png", whole[:300])
    assert bench.run(run).failed == 1
    file.write_bytes(whole)
    os.utime(file, ns=(1_700_000_000_000_000_000,) * 2)
    progress = bench.run(run)
    assert (progress.added, progress.failed) == (1, 0)


def test_a_missing_picture_gets_its_file_back(bench: Bench) -> None:
    file = bench.put("fox.png", png())
    bench.run()
    moved = file.rename(bench.folder / "deep" / "moved.png")
    progress = bench.run(bench.runs.begin((bench.folder / "deep",), copies=False, watches=False,
                                          owner="me"))  # fmt: skip
    assert (progress.found, progress.added) == (1, 0)
    assert bench.all()[0].path == str(moved)
    assert [p.refound for p in bench.told if p.refound] == [(bench.all()[0].id,)]


def test_marks_of_a_linked_picture_lie_in_the_library_and_come_back(bench: Bench) -> None:
    bench.put("fox.png", png())
    bench.run()
    (found,) = bench.all()
    Marks(bench.database, bench.root).set([found.id], MarkChange(rating=4, note="good"))
    assert not list(bench.folder.rglob("*.json"))
    assert bench.troubles() == []
    bench.database.write(lambda db: db.execute("DELETE FROM generations"))
    assert rebuild(bench.database, bench.root).restored == 1
    (again,) = bench.all()
    assert (again.path, again.rating) == (found.path, 4)


def test_a_picture_of_ours_comes_with_all_that_its_sidecar_says(bench: Bench) -> None:
    data = png()
    file = bench.put("ours.png", data)
    ours = generation("job-77", path="ours.png", sha256=sha(data), bytes=len(data))
    write_sidecar(file, Sidecar(ours, MarkSet(rating=5, tags=("kept",))))
    bench.run(bench.begin(copies=True))
    (found,) = bench.all()
    assert found.id == "job-77"
    assert found.request == ours.request
    assert found.rating == 5
    assert read_sidecar(sidecar_path(bench.root / found.path), bench.root).marks.tags == ("kept",)
    assert bench.database.rows("SELECT COUNT(*) FROM jobs")[0][0] == 0  # it costs nothing here


def test_a_sidecar_of_another_picture_is_not_believed(bench: Bench) -> None:
    file = bench.put("mine.png", png(color=1))
    write_sidecar(file, Sidecar(generation("job-1", path="mine.png", sha256="00" * 32), MarkSet()))
    bench.run()
    assert bench.all()[0].request.provider == IMPORTED


def test_the_very_same_import_is_the_open_run(bench: Bench) -> None:
    one = bench.begin()
    assert bench.begin().number == one.number
    assert bench.begin(copies=True).number != one.number
    bench.runs.stand(one.number, RunState.DONE)
    assert bench.begin().number != one.number


def test_a_name_that_is_no_text_is_refused_for_a_link_and_taken_as_a_copy(bench: Bench) -> None:
    name = os.fsencode(bench.folder) + b"/caf\xe9.png"
    try:
        Path(os.fsdecode(name)).write_bytes(png())
    except OSError:
        pytest.skip("this file system keeps text only")
    assert bench.run().failed == 1
    progress = bench.run(bench.begin(copies=True))
    assert (progress.added, progress.failed) == (1, 0)
    assert bench.runs.counts(progress.run.number) == {Outcome.ADDED: 1}
    assert replace(bench.all()[0]).mime == "image/png"
