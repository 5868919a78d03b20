"""What the viewer costs: the next picture, 4096 × 4096 pixels, and how long the window is held up.

    python -m tests.bench.bench_viewer [--rounds N]      (QT_QPA_PLATFORM=xcb for a real screen)

Each figure is milliseconds, median (worst); the limits in brackets are the project's bars. "Sharp"
is painted as sharp as the screen can show it, "whole" is every pixel there for zooming in. The bare
decode is Pillow's alone, of the same file in the same round, in a process as nice as the decoder's.
What holds up the window is shown beside an event loop that does nothing: on a busy machine the
system itself holds it up.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image, ImageChops
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from flux_studio.core.generation import Generation
from flux_studio.core.size import Size
from flux_studio.providers.practice_drawing.art import draw
from flux_studio.ui.compare import ComparePanel
from flux_studio.ui.compare.canvas import CompareMode
from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.viewer import ViewerPanel
from flux_studio.ui.viewer.picture_loader import Sharpness
from tests.session.desks import Desk
from tests.ui.wall import stock

ROOM = (1600, 1000)  # px
LARGE = 4096  # px
NEXT_MOST, PREVIEW_MOST, SHARP_MOST, HELD_MOST = 50.0, 50.0, 1.3, 8.0


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=7)
    rounds = asked.parse_args().rounds
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme = ThemeSource(app, Theme.DARK)
    with tempfile.TemporaryDirectory() as home:
        desk = Desk(Path(home))
        ids = stock.fill(desk, 12)
        for id_ in ids:
            found = desk.workshop.gallery().get(id_)
            assert found is not None
            data = draw(found.request.prompt, found.size.width, found.size.height, 1).data
            desk.studio.library.file(found).write_bytes(data)
        measure_next(app, desk, theme, ids, rounds)
        measure_large(app, desk, theme, ids, rounds)
        measure_compare(app, desk, theme, ids)
        desk.close()


def opened(app: QApplication, desk: Desk, theme: ThemeSource) -> ViewerPanel:
    panel = ViewerPanel(desk.studio, theme)
    panel.resize(*ROOM)
    panel.show()
    app.processEvents()
    return panel


def measure_next(
    app: QApplication, desk: Desk, theme: ThemeSource, ids: list[str], rounds: int
) -> None:
    """From the key to the painted next picture, which was prepared."""
    panel = opened(app, desk, theme)
    first = desk.workshop.gallery().get(ids[0])
    assert first is not None
    panel.show_generation(first, ids)
    times: list[float] = []
    for at in range(1, min(len(ids), 3 + rounds)):
        come(app, panel, ids[at], Sharpness.PREVIEW)
        start = time.perf_counter()
        panel.walk.step(1)
        panel.canvas.repaint()
        times.append(1000 * (time.perf_counter() - start))
    told("next picture, prefetched", times, f"[at most {NEXT_MOST:.0f}]")
    end(app, panel)


def measure_large(
    app: QApplication, desk: Desk, theme: ThemeSource, ids: list[str], rounds: int
) -> None:
    """A PNG of 4096 × 4096 px: first paint, sharp, whole; and what holds up the window."""
    made = large_picture(desk, ids[0], 0)
    data = desk.studio.library.file(made).read_bytes()
    print(f"a PNG of {LARGE} × {LARGE} px, {len(data) / 1e6:.0f} MB")
    first, sharp, whole, bare, held, idle, own = [], [], [], [], [], [], []
    for _ in range(rounds):
        bare.append(bare_decode(desk.studio.library.file(made)))
        idle.append(idle_beat(app)[0])
        panel = opened(app, desk, theme)
        panel.stage.dwell.setInterval(10**6)
        start = time.perf_counter()
        panel.show_generation(made, [made.id])
        for least, into in (
            (Sharpness.THUMBNAIL, first),
            (Sharpness.PREVIEW, sharp),
            (Sharpness.FULL, whole),
        ):
            come(app, panel, made.id, least)
            panel.canvas.repaint()
            into.append(1000 * (time.perf_counter() - start))
        end(app, panel)
        panel = opened(app, desk, theme)
        beat = Heartbeat()
        panel.show_generation(made, [made.id])
        come(app, panel, made.id, Sharpness.FULL)
        look_around(app, panel)
        longest, used = beat.stop()
        held.append(longest)
        own.append(used)
        end(app, panel)
    told("  visible", first, f"[at most {PREVIEW_MOST:.0f}]")
    ratio = statistics.median(sharp) / statistics.median(bare)
    told("  bare decode", bare, "")
    told("  sharp", sharp, f"= {ratio:.2f} × bare [at most {SHARP_MOST}]")
    ratio = statistics.median(whole) / statistics.median(bare)
    told("  whole", whole, f"= {ratio:.2f} × bare")
    told("  an idle event loop held up", idle, "")
    told("  window held up while opening, zooming, panning", held, "")
    told("  of that by the main thread's own work", own, f"[at most {HELD_MOST:.0f}]")


def bare_decode(path: Path) -> float:
    """Milliseconds that Pillow needs for a file, in a process as nice as the decoder's."""
    code = (
        "import io, os, sys, time; from PIL import Image; os.nice(5);"
        "data = open(sys.argv[1], 'rb').read(); Image.init(); start = time.perf_counter();"
        "Image.open(io.BytesIO(data)).load(); print(1000 * (time.perf_counter() - start))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def idle_beat(app: QApplication) -> tuple[float, float]:
    """What the machine alone does to an event loop in as long a time."""
    beat, end_at = Heartbeat(), time.perf_counter() + 1.5
    while time.perf_counter() < end_at:
        turn(app)
    return beat.stop()


def measure_compare(app: QApplication, desk: Desk, theme: ThemeSource, ids: list[str]) -> None:
    """Two pictures of 4096 × 4096 px in all ways of comparing."""
    pair = [large_picture(desk, ids[n], n) for n in (0, 1)]
    panel = ComparePanel(desk.studio, theme)
    panel.resize(*ROOM)
    panel.show()
    app.processEvents()
    beat = Heartbeat()
    panel.show_pictures(pair)
    wait(app, lambda: all(panel.pixels.sharpness.get(n, -1) >= Sharpness.PREVIEW for n in (0, 1)))
    for mode in CompareMode:
        panel.show_mode(mode)
        for step in range(20):
            panel.canvas.move_split(0.3 + step / 50)
            turn(app)
    wait(app, lambda: bool(panel.canvas._apart))
    longest, used = beat.stop()
    print(f"compare, two of {LARGE} × {LARGE} px: window held up {longest:.1f} ms,"
          f" by the main thread's own work {used:.1f} ms [at most {HELD_MOST:.0f}]")  # fmt: skip
    panel.close_workers()
    panel.deleteLater()
    turn(app)


def look_around(app: QApplication, panel: ViewerPanel) -> None:
    """Zoom in and out by the wheel, and pan."""
    canvas = panel.canvas
    at = QPoint(700, 400)
    for step in (1,) * 12 + (-1,) * 12:
        event = QWheelEvent(
            QPointF(at), QPointF(canvas.mapToGlobal(at)), QPoint(), QPoint(0, 120 * step),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)
        turn(app)
    panel.stage.show_actual()
    for _ in range(10):
        panel.stage.pan(1, 1)
        turn(app)
    end_at = time.perf_counter() + 0.3  # what rests is painted smoothly
    while time.perf_counter() < end_at:
        turn(app)


class Heartbeat:
    """The longest time between two turns of the event loop, and the most processor time that the
    main thread itself used in one.
    """

    def __init__(self) -> None:
        self._last, self._used = time.perf_counter(), time.thread_time()
        self._worst = self._most = 0.0
        self._timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start()

    def _on_timeout(self) -> None:
        now, used = time.perf_counter(), time.thread_time()
        self._worst = max(self._worst, now - self._last)
        self._most = max(self._most, used - self._used)
        self._last, self._used = now, used

    def stop(self) -> tuple[float, float]:
        """Both in ms; a beat itself takes about one."""
        self._timer.stop()
        return 1000 * self._worst, 1000 * self._most


def large_picture(desk: Desk, id_: str, number: int) -> Generation:
    """A drawn picture with a little grain, as a photograph has."""
    found = desk.workshop.gallery().get(id_)
    assert found is not None
    made = replace(found, size=Size(LARGE, LARGE))
    path = desk.studio.library.file(made)
    if path.stat().st_size < 10_000_000:
        drawn = Image.open(io.BytesIO(draw(found.request.prompt, 1024, 1024, number).data))
        whole = drawn.convert("RGB").resize((LARGE, LARGE), Image.Resampling.BICUBIC)
        grain = Image.effect_noise((LARGE, LARGE), 6).convert("RGB")
        ImageChops.add(whole, grain, 1, -128).save(path, "PNG")
    return made


def come(app: QApplication, panel: ViewerPanel, id_: str, least: Sharpness) -> None:
    """Wait until a picture is there so sharp."""

    def is_there() -> bool:
        found = panel.stage.loader.kept(id_)
        return found is not None and found.sharpness >= least

    wait(app, is_there)


def turn(app: QApplication) -> None:
    app.processEvents()
    time.sleep(0.0005)  # let the workers have their turn, as a waiting event loop does


def wait(app: QApplication, is_so: Callable[[], bool]) -> None:
    end_at = time.perf_counter() + 60
    app.processEvents()
    while not is_so():
        if time.perf_counter() > end_at:
            raise TimeoutError("it did not come")
        time.sleep(0.003)  # an event loop that waits leaves the processors to the workers
        app.processEvents()


def end(app: QApplication, panel: ViewerPanel) -> None:
    panel.close_workers()
    panel.hide()
    panel.deleteLater()
    turn(app)


def told(name: str, times: list[float], note: str) -> None:
    print(f"{name}: {statistics.median(times):.1f} ({max(times):.1f}) ms {note}".rstrip())


if __name__ == "__main__":
    main()
