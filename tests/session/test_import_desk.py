"""Imports of the window: progress, pause, what goes on at the next start, and watched folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from flux_studio.core.generation import IMPORTED
from flux_studio.session.import_desk import ImportDesk, ImportEnd
from flux_studio.storage.import_runs import ImportRuns
from tests.session.desks import Desk
from tests.storage.foreign.pictures import A1111_TEXT, png

LONG_AGO = 1_700_000_000_000_000_000  # ns
WAIT = 30_000  # ms


class Room:
    """A studio and somebody's folder."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.desk = Desk(home)
        self.folder = folder
        self.imports: ImportDesk = self.desk.studio.library.imports
        self.ends: list[ImportEnd] = []
        self.closed = False
        self.imports.ended.connect(self.ends.append)

    def put(self, name: str, color: int) -> Path:
        path = self.folder / name
        path.write_bytes(png(color=color, parameters=A1111_TEXT))
        os.utime(path, ns=(LONG_AGO, LONG_AGO))
        return path

    @property
    def pictures(self) -> int:
        return self.desk.studio.library.gallery.count()

    def runs(self) -> list[str]:
        return [run.state.value for run, _ in ImportRuns(self.desk.workshop.database).open_runs()]

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.imports.close(30)
            self.desk.close()


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    made = Room(tmp_path / "home", folder)
    yield made
    made.close()


def test_a_folder_is_brought_in_and_its_end_is_told(room: Room, qtbot: QtBot) -> None:
    for number in range(4):
        room.put(f"{number}.png", number * 50)
    (room.folder / "bad.png").write_bytes(b"<svg/>")
    views = []
    room.imports.changed.connect(views.append)
    with qtbot.waitSignals([room.imports.ended, room.imports.brought], timeout=WAIT):
        room.imports.begin([room.folder], copies=False)
    (end,) = room.ends
    assert (end.added, end.progress.total, end.trouble) == (4, 5, "")
    assert [Path(f.path).name for f in end.failures] == ["bad.png"]
    assert room.pictures == 4
    assert room.desk.studio.library.gallery.ids()
    assert any(view.progress is not None and view.progress.total == 5 for view in views)
    assert room.imports.view.progress is None
    assert room.runs() == []


def test_a_pause_is_kept_and_another_import_waits_behind(room: Room, qtbot: QtBot) -> None:
    other = room.folder.with_name("other")
    other.mkdir()
    room.put("a.png", 1)
    (other / "b.png").write_bytes(png(color=200))
    with qtbot.waitSignal(room.imports.changed, timeout=WAIT):
        room.imports.begin([room.folder], copies=True)
    room.imports.pause()
    assert room.imports.view.paused
    room.imports.begin([other], copies=False)
    qtbot.waitUntil(lambda: room.imports.view.waiting == 1, timeout=WAIT)
    qtbot.waitUntil(lambda: room.runs() == ["paused", "running"], timeout=WAIT)
    room.imports.resume()
    qtbot.waitUntil(lambda: len(room.ends) == 2, timeout=WAIT)
    assert room.pictures == 2


def test_what_was_cut_off_goes_on_at_the_next_start(
    room: Room, qtbot: QtBot, tmp_path: Path
) -> None:
    for number in range(3):
        room.put(f"{number}.png", number * 50)
    with qtbot.waitSignal(room.imports.changed, timeout=WAIT):
        room.imports.begin([room.folder], copies=False)
    room.imports.pause()
    qtbot.waitUntil(lambda: room.runs() == ["paused"], timeout=WAIT)
    room.close()
    next_start = Room(tmp_path / "home", room.folder)
    try:
        next_start.imports.start(0)
        qtbot.waitUntil(lambda: next_start.imports.view.paused, timeout=WAIT)
        next_start.imports.resume()
        qtbot.waitUntil(lambda: len(next_start.ends) == 1, timeout=WAIT)
        assert next_start.pictures == 3
        assert next_start.runs() == []
    finally:
        next_start.close()


def test_an_import_that_is_ended_leaves_what_it_brought(room: Room, qtbot: QtBot) -> None:
    room.put("a.png", 1)
    with qtbot.waitSignal(room.imports.changed, timeout=WAIT):
        room.imports.begin([room.folder], copies=False)
    room.imports.pause()
    room.imports.cancel()
    qtbot.waitUntil(lambda: room.runs() == [], timeout=WAIT)
    qtbot.waitUntil(lambda: room.imports.view.progress is None, timeout=WAIT)
    assert room.ends == []


def test_a_watched_folder_brings_in_many_files_at_once_and_then_more(
    room: Room, qtbot: QtBot
) -> None:
    room.put("first.png", 1)
    with qtbot.waitSignal(room.imports.ended, timeout=WAIT):
        room.imports.begin([room.folder], copies=False, watches=True)
    assert len(room.imports.view.watched) == 1
    qtbot.waitUntil(lambda: room.imports._watcher is not None, timeout=WAIT)
    for number in range(12):
        room.put(f"burst-{number:02}.png", 20 + number * 15)
    qtbot.waitUntil(lambda: room.pictures == 13, timeout=WAIT)
    qtbot.waitUntil(lambda: sum(end.added for end in room.ends) == 13, timeout=WAIT)
    deeper = room.folder / "deeper"
    deeper.mkdir()
    room.put("deeper/late.png", 255)
    qtbot.waitUntil(lambda: room.pictures == 14, timeout=WAIT)
    found = room.desk.studio.library.gallery.get(room.desk.studio.library.gallery.ids()[0][0])
    assert found is not None
    assert found.request.provider == IMPORTED


def test_a_folder_that_is_watched_no_more_is_left_alone(room: Room, qtbot: QtBot) -> None:
    with qtbot.waitSignal(room.imports.ended, timeout=WAIT):
        room.imports.begin([room.folder], copies=False, watches=True)
    (run,) = room.imports.view.watched
    room.imports.unwatch(run.number)
    assert room.imports.view.watched == ()
    qtbot.waitUntil(lambda: room.runs() == [], timeout=WAIT)
    room.put("late.png", 3)
    room.imports.look_again()
    assert room.imports.view.progress is None
    assert room.pictures == 0


def test_watching_goes_on_at_the_next_start(room: Room, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(room.imports.ended, timeout=WAIT):
        room.imports.begin([room.folder], copies=False, watches=True)
    room.close()
    room.put("while-away.png", 3)
    next_start = Room(tmp_path / "home", room.folder)
    try:
        next_start.imports.start(0)
        qtbot.waitUntil(lambda: next_start.pictures == 1, timeout=WAIT)
        assert len(next_start.imports.view.watched) == 1
    finally:
        next_start.close()
