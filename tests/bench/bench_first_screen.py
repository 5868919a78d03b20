"""How long after the start of the program the pictures of the wall are on screen: as the wall was
left, and without that, beside a bare PySide6 main window in the same run.

    python -m tests.bench.bench_first_screen [--pictures N | --home HOME] [--rounds N]

Whole processes, in turns, counted from their creation; prints medians. QT_QPA_PLATFORM=xcb for a
real screen.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from flux_studio.storage.paths import Paths
from tests.bench.bench_start import BARE, OURS, WATCH, first_paint
from tests.bench.make_library import make_library

ROUNDS = 7
PICTURES = 400

# What ends the run: the pictures are painted, by the look of last time or by the wall itself.
PAINTED = """
from flux_studio.ui import first_screen
studio = None
def look():
    window = studio.window
    if {there}:
        print("PAINTED", time.monotonic(), flush=True)
        clock.stop()
        {end}
clock = QTimer()
clock.setInterval(2)
clock.timeout.connect(look)
def show(self):
    global studio
    studio = self
    shown(self)
    clock.start()
app.Application.show = show
launch.main()
"""
LEFT = "window.last_wall is not None and (window.last_wall.repaint() or True)"
LIVE = "hasattr(window.room, 'wall') and first_screen.is_there(window.room.wall)"
AT_ONCE = "os._exit(0)"
POLITELY = "studio.ready.connect(lambda: QTimer.singleShot(1000, window.close))"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pictures", type=int, default=PICTURES)
    asked.add_argument("--home", type=Path)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = asked.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        home = chosen.home or Path(folder)
        if chosen.home is None:
            make_library(home, chosen.pictures)
        measure(home, chosen.rounds)


def measure(home: Path, rounds: int) -> None:
    """Each round closes the window once, which leaves a look for the next start."""
    begin = OURS + "from PySide6.QtCore import QTimer\n"
    bare = BARE + WATCH.format(show="central.installEventFilter(watch)\nwindow.show()\napp.exec()")
    live = begin + PAINTED.format(there=LIVE, end=POLITELY)
    left = begin + PAINTED.format(there=LEFT, end=AT_ONCE)
    names = "a bare window", "the wall itself", "as it was left"
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds + 1):
        (Paths.under(home).cache / "last.wall").unlink(missing_ok=True)
        taken = first_paint(bare, home), first_paint(live, home), first_paint(left, home)
        if number:  # the first round only warms caches
            for name, value in zip(names, taken, strict=True):
                times[name].append(value)
    for name, values in times.items():
        print(f"{name}: median {statistics.median(values):.0f} ms"
              f" ({min(values):.0f} to {max(values):.0f})")  # fmt: skip


if __name__ == "__main__":
    main()
