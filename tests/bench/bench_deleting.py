"""Deletes a thousand pictures in a real window over a large library, and brings them back; beside
the bare moves of as many files to the same bin in the same run.

    python -m tests.bench.bench_deleting [PICTURES] [ROWS]

PICTURES have files (1,000), ROWS more are in the database only (99,000). The gap is the longest
time between two turns of the window's event loop, and of it what its own thread worked: the rest
was taken by others, on a machine that is busy.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtWidgets import QApplication

from flux_studio.ground import lay_ground
from flux_studio.session.system_bin import SystemBin
from flux_studio.storage.database import Database
from flux_studio.storage.generation_rows import insert_generation
from flux_studio.storage.sidecar import MarkSet, Sidecar, write_sidecar
from tests.ui.wall import stock
from tests.whole import Whole, whole_studio

TURN = 2  # ms between two looks at the clock
PATIENCE = 300.0  # s


class Gaps:
    """Notes how long the event loop was away."""

    def __init__(self) -> None:
        self._clock = QElapsedTimer()
        self._timer = QTimer(interval=TURN)
        self._timer.timeout.connect(self._look)
        self.all: list[float] = []
        self._work = 0.0
        self.worked = 0.0

    def start(self) -> None:
        self.all.clear()
        self.worked, self._work = 0.0, time.thread_time()
        self._clock.start()
        self._timer.start()

    def stop(self) -> str:
        self._timer.stop()
        ordered = sorted(self.all)
        return (
            f"longest gap {ordered[-1]:.0f} ms, longest work {self.worked:.0f} ms,"
            f" 99 % of gaps below {ordered[len(ordered) * 99 // 100]:.0f}"
        )

    def _look(self) -> None:
        self.all.append(self._clock.nsecsElapsed() / 1e6)
        self._clock.restart()
        now = time.thread_time()
        self.worked, self._work = max(self.worked, 1000 * (now - self._work)), now


def main() -> None:
    pictures = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 99_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = f"{folder}/share"
        home = Path(folder, "home")
        ids = fill(home, pictures, rows)
        bare = bare_moves(Path(folder), pictures)
        qt = QApplication(sys.argv[:1])
        with whole_studio(home) as whole:
            until(qt, lambda: len(whole.room.wall.order()) == pictures + rows)
            taken, gaps = timed(qt, whole, lambda: whole.studio.library.bin.delete(ids))
            print(f"{pictures:,} of {pictures + rows:,} pictures with sidecars to the bin")
            print(f"  bare moves {bare:.2f} s; deleted in {taken:.2f} s; {gaps}")
            until(qt, lambda: len(whole.room.wall.order()) == rows)
            taken, gaps = timed(qt, whole, whole.studio.library.history.undo)
            print(f"  brought back in {taken:.2f} s; {gaps}")
            until(qt, lambda: len(whole.room.wall.order()) == pictures + rows)


def timed(qt: QApplication, whole: Whole, deed: Callable[[], object]) -> tuple[float, str]:
    gaps = Gaps()
    gaps.start()
    start = time.perf_counter()
    deed()
    until(qt, lambda: not whole.studio.library.bin.is_busy)
    return time.perf_counter() - start, gaps.stop()


def until(qt: QApplication, is_so: Callable[[], bool]) -> None:
    """Let the window live until something is so; it is asked for now and then."""
    end = time.perf_counter() + PATIENCE
    while not is_so():
        assert time.perf_counter() < end, "it takes too long"
        pause = time.perf_counter() + 0.05
        while time.perf_counter() < pause:
            qt.processEvents()
            time.sleep(0.0005)


def fill(home: Path, pictures: int, rows: int) -> list[str]:
    paths = lay_ground({"FLUX_STUDIO_HOME": str(home)}).paths
    paths.ensure()
    database = Database(paths.library_db, paths.backups)
    now = datetime.now(UTC)
    every = [
        stock.generation(n, now - timedelta(minutes=7 * n), path=f"2026/day/{n:06}.png")
        for n in range(pictures + rows)
    ]
    with database.transaction() as connection:
        for each in every:
            insert_generation(connection, each, full_text=database.full_text)
    database.close()
    (paths.pictures / "2026/day").mkdir(parents=True)
    for each in every[:pictures]:
        file = paths.pictures / each.path
        file.write_bytes(b"\x89PNG" + bytes(1000))
        write_sidecar(file, Sidecar(each, MarkSet()))
    return [each.id for each in every[:pictures]]


def bare_moves(folder: Path, pictures: int) -> float:
    """Seconds that the moves alone take, two files for each picture."""
    plain = folder / "plain"
    plain.mkdir()
    files = [plain / f"{n}.{end}" for n in range(pictures) for end in ("png", "json")]
    for file in files:
        file.write_bytes(bytes(1000))
    bin_ = SystemBin()
    start = time.perf_counter()
    for file in files:
        bin_.put(file)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
