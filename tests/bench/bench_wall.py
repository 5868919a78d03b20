"""What the wall costs with 2,000 and 100,000 pictures, beside bare painting of our own.

    python -m tests.bench.bench_wall [--frames N] [--pictures FOLDER] [--rows N …]

QT_QPA_PLATFORM=xcb works too.

Prints milliseconds and megabytes; the limits in brackets are the project's bars. Real rows in a
real library, real JPEG thumbnails (40 of them, in turn); the window is 1600 × 1000. Frames are
given as they were, and without the time for which others had the processors ("own"). With a
folder of pictures also how quickly thumbnails are made and saved, beside two bare decoders.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QImageReader,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from flux_studio.core.size import Size
from flux_studio.storage.decode import Decoder
from flux_studio.storage.thumbnails import ThumbnailStore
from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.wall import WallPanel
from flux_studio.ui.wall.catalogue import Catalogue
from flux_studio.ui.wall.justified import Shape, WallLayout
from tests.session.desks import Desk
from tests.ui.wall import stock

FEW, MANY = 2_000, 100_000
CELL, SIDE = 264, 256  # px, of the bare grid and its pictures
ROOM = (1600, 1000)  # px
ROW = 240  # px: as tall as the bare grid's cells, nearly
SAMPLE = 160  # pictures of a folder
FRAME = 1 / 60  # seconds
DISTINCT = 40  # different thumbnails, given to the rows in turn


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--frames", type=int, default=400)
    asked.add_argument("--pictures", type=Path)
    asked.add_argument("--rows", type=int, nargs="*", default=[FEW, MANY])
    chosen = asked.parse_args()
    frames = chosen.frames
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme = ThemeSource(app, Theme.DARK)
    measure_layout()
    if chosen.pictures is not None:
        measure_thumbnails(chosen.pictures)
    bare = walks("bare painting", Bare(MANY), app, frames, settle=lambda: None)
    memory = {}
    for rows in chosen.rows:
        with tempfile.TemporaryDirectory() as home:
            desk = Desk(Path(home))
            fill(desk, rows)
            before = resident()
            panel = open_wall(desk, theme, app, rows)
            whole = walks(f"wall, {rows:,}", panel.view, app, frames, partial(rest, app, panel))
            to_the_end(app, panel)
            memory[rows] = resident() - before
            ratio = whole / bare
            print(f"  own frame p99 / bare own p99: {ratio:.2f} [at most 3.0]")
            panel.loader.close()
            panel.deleteLater()
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            desk.close()
    for rows, used in memory.items():
        print(f"memory: wall with {rows:,} {used:.0f} MB")
    print("growth from 2,000 to 100,000 [at most 40]: by two runs with --rows, one each")


def measure_layout() -> None:
    """First layout and changes of the room at both sizes, without a window."""
    for rows in (FEW, MANY):
        cells = [
            (f"{n:032x}", 1_790_000_000_000_000 - n * 300_000_000, *_size(n)) for n in range(rows)
        ]
        for height in (72, 168, 480):
            measure_one_layout(Catalogue(cells), height)


def measure_one_layout(catalogue: Catalogue, height: int) -> None:
    counts = [section.count for section in catalogue.sections]
    layout = WallLayout(Shape(1100, height))

    def arrange() -> None:
        layout.arrange(counts, catalogue.ratios)
        list(layout.places(0, 1600))

    def narrow() -> None:
        layout.reshape(Shape(layout.shape.width - 1, height))
        list(layout.places(0, 1600))

    def enlarge() -> None:
        layout.reshape(Shape(layout.shape.width, layout.shape.row + 1))
        list(layout.places(0, 1600))

    def every_row() -> None:
        layout.arrange(counts, catalogue.ratios)
        layout.make_more_rows(0, 60)

    first, width, size, whole = map(median_ms, (arrange, narrow, enlarge, every_row))
    print(
        f"layout {len(catalogue):>7,} rows of {height:>3} px: first {first:.1f} ms,"
        f" width {width:.1f} ms, size {size:.1f} ms [at most 30];"
        f" every row at once {whole:.1f} ms"
    )


def open_wall(desk: Desk, theme: ThemeSource, app: QApplication, rows: int) -> WallPanel:
    start = time.perf_counter()
    panel = WallPanel(desk.studio, theme)
    panel.resize(*ROOM)
    panel.header.sizes.show_size(ROW)
    panel.show()
    panel.show_state(desk.studio.state)
    while not len(panel.model.catalogue):
        breathe(app)
    rest(app, panel)
    first = time.perf_counter()
    gap = 0.0
    while len(panel.model.catalogue) < rows:
        before, waited = time.perf_counter(), waited_ms()
        breathe(app)
        gap = max(gap, 1000 * (time.perf_counter() - before) - (waited_ms() - waited))
    everything = time.perf_counter()
    print(f"wall, {rows:,}: first screen painted {1000 * (first - start):.0f} ms,"
          f" all ids {1000 * (everything - start):.0f} ms, longest turn meanwhile {gap:.0f} ms"
          f" [at most 50]")  # fmt: skip
    return panel


def walks(
    name: str,
    view: QAbstractScrollArea,
    app: QApplication,
    frames: int,
    settle: Callable[[], None],
) -> float:
    """Scroll by wheel, by page and by jumps; gives the worst of the three own p99 in ms."""
    view.window().resize(*ROOM)
    view.window().show()
    app.processEvents()
    rng = random.Random(1)
    bar = view.verticalScrollBar()
    worst = 0.0
    for walk in ("wheel 40 px", "page", "jump"):
        bar.setValue(0)
        app.processEvents()
        settle()
        times, own, turn = [], [], 0.0
        for _ in range(frames):
            step = {"wheel 40 px": 40, "page": view.viewport().height()}.get(walk, 0)
            goal = bar.value() + step if step else rng.randrange(max(1, bar.maximum()))
            start, waited = time.perf_counter(), waited_ms()
            bar.setValue(goal % max(1, bar.maximum()))
            view.viewport().repaint()
            app.processEvents()
            times.append(1000 * (time.perf_counter() - start))
            own.append(times[-1] - (waited_ms() - waited))
            while time.perf_counter() < start + FRAME:
                before, waited = time.perf_counter(), waited_ms()
                app.processEvents()
                taken = 1000 * (time.perf_counter() - before) - (waited_ms() - waited)
                turn = max(turn, taken)
                time.sleep(0.001)
        times.sort()
        own.sort()
        at = int(frames * 0.99)
        worst = max(worst, own[at])
        print(f"{name}, {walk}: p50 {statistics.median(times):.1f} ms, p99 {times[at]:.1f} ms,"
              f" worst {times[-1]:.1f} ms [at most 33]; own p99 {own[at]:.1f} ms,"
              f" worst {own[-1]:.1f} ms; longest turn between frames {turn:.1f} ms")  # fmt: skip
    return worst


def measure_thumbnails(folder: Path) -> None:
    """Both sides of every picture made and saved by two workers, beside QImageReader at 512 px."""
    files = sorted(folder.iterdir())[:SAMPLE]
    data = [file.read_bytes() for file in files]
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(2) as pool:
        decoder, store = Decoder(2), ThumbnailStore(Path(home) / "thumbs.sqlite")

        def ours(number: int) -> None:
            for side, jpeg in zip((256, 512), decoder.thumbnails(data[number]), strict=True):
                store.put(f"{number}", side, jpeg)

        def bare(number: int) -> None:
            reader = QImageReader(str(files[number]))  # our own corpus
            size = reader.size()
            size.scale(512, 512, Qt.AspectRatioMode.KeepAspectRatio)
            reader.setScaledSize(size)
            reader.read()

        list(pool.map(ours, range(4)))  # the children are there
        rates, spent = [], []
        for work in (ours, bare, ours, bare):
            start, before = time.perf_counter(), processor_seconds()
            list(pool.map(work, range(len(data))))
            rates.append(len(data) / (time.perf_counter() - start))
            spent.append(1000 * (processor_seconds() - before) / len(data))
        decoder.close()
        store.close()
    made, limit = max(rates[0::2]), max(rates[1::2])
    cost, least = min(spent[0::2]), min(spent[1::2])
    print(f"thumbnails made and saved: {made:.0f} a second, bare decoding {limit:.0f}:"
          f" {made / limit:.2f} [at least 0.75]; processor ms each {cost:.1f} and {least:.1f}:"
          f" {least / cost:.2f}")  # fmt: skip


def to_the_end(app: QApplication, panel: WallPanel) -> None:
    """A race to the end: how long until what is in view there is painted."""
    bar = panel.view.verticalScrollBar()
    for part in range(1, 41):
        bar.setValue(bar.maximum() * part // 40)
        app.processEvents()
    start = time.perf_counter()
    rest(app, panel)
    print(f"  after a race to the end everything in view: "
          f"{1000 * (time.perf_counter() - start):.0f} ms [at most 500]")  # fmt: skip


def rest(app: QApplication, panel: WallPanel) -> None:
    """Until everything in view is painted."""
    view = panel.view

    def is_painted() -> bool:
        return all(panel.loader.cache.get(panel.model.id(p.index)) for p in view.visible())

    app.processEvents()
    until = time.perf_counter() + 20
    while not is_painted() and time.perf_counter() < until:
        breathe(app)


def breathe(app: QApplication) -> None:
    """One turn of the event loop that leaves Python to the workers in between, as waiting does."""
    app.processEvents()
    time.sleep(0.0005)


class Bare(QAbstractScrollArea):
    """The least that can be done: a grid of pixmaps in memory, painted where they show."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = rows
        self._pixmaps = []
        noise = random.Random(1)
        for _ in range(300):
            data = noise.randbytes(SIDE * SIDE * 4)
            image = QImage(data, SIDE, SIDE, QImage.Format.Format_RGB32).copy()
            self._pixmaps.append(QPixmap.fromImage(image))

    def resizeEvent(self, event: QResizeEvent) -> None:
        across = max(1, self.viewport().width() // CELL)
        high = -(-self._rows // across) * CELL
        self.verticalScrollBar().setRange(0, high - self.viewport().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        top, area = self.verticalScrollBar().value(), event.rect()
        painter.fillRect(area, QColor(22, 22, 22))
        across = max(1, self.viewport().width() // CELL)
        for row in range((top + area.top()) // CELL, (top + area.bottom()) // CELL + 1):
            for column in range(across):
                at = row * across + column
                if at < self._rows:
                    painter.drawPixmap(
                        column * CELL + 4, row * CELL - top + 4, self._pixmaps[at % 300]
                    )
        painter.end()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()


def fill(desk: Desk, rows: int) -> None:
    """Rows for all, real thumbnails for all, originals for none."""
    ids = stock.fill(desk, rows, with_files=False, spread_hours=0.08)
    store = desk.workshop.thumbnails
    for number in range(DISTINCT):
        for side in (256, 512):
            store.put(ids[number], side, stock.drawn(number, Size(*_size(number)), side, "JPEG"))
    library = desk.studio.library

    def thumbnail(id_: str, side: int) -> bytes | None:
        return store.get(ids[int(id_, 16) % DISTINCT], side)

    picture = library._root / "one.png"
    picture.write_bytes(b"stands for every original")
    library.thumbnail = thumbnail  # type: ignore[assignment,method-assign]  # else 2 GB of cache
    library.file = lambda generation: picture  # type: ignore[method-assign]  # likewise


def _size(number: int) -> tuple[int, int]:
    size = stock.SIZES[number % len(stock.SIZES)]
    return size.width, size.height


def median_ms(work: Callable[[], None]) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def processor_seconds() -> float:
    """What this process and its living children have used of the processors."""
    total = time.process_time()
    for listed in Path("/proc/self/task").glob("*/children"):
        for child in listed.read_text().split():
            ran = Path(f"/proc/{child}/schedstat")
            total += int(ran.read_text().split()[0]) / 1e9 if ran.exists() else 0.0
    return total


def waited_ms() -> float:
    """How long this thread was ready to run while others had the processors; 0 where not known."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e6
    except (OSError, ValueError, IndexError):
        return 0.0


def resident() -> float:
    """Resident memory in MB; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


if __name__ == "__main__":
    main()
