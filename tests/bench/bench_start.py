"""How long the window takes to be on screen and usable, against a bare PySide6 main window in the
same run.

Both are whole processes, counted from their creation to the end of the first paint, taken in turns
so that a noisy machine disturbs both alike. `python -m tests.bench.bench_start [--rounds 15]`;
prints both medians and the ratio.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOST = 1.6  # times the bare window

BARE = """
import os, sys, time
from PySide6 import QtCore, QtGui, QtWidgets
app = QtWidgets.QApplication([])
window = QtWidgets.QMainWindow()
central = QtWidgets.QWidget()
window.setCentralWidget(central)
window.resize(1440, 900)
"""

# The program as it is started by its command, with a watch put on the window it shows.
OURS = """
import os, sys, time
sys.argv = ["flux-studio"]
from flux_studio import app, launch
shown = app.Application.show
def show(self):
    global central
    central = self.window.centralWidget()
    central.installEventFilter(watch)
    shown(self)
app.Application.show = show
"""

WATCH = """
from PySide6.QtCore import QEvent, QObject, QTimer
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            central.removeEventFilter(self)
            QTimer.singleShot(0, done)
        return False
def done():
    print("PAINTED", time.monotonic(), flush=True)
    os._exit(0)
watch = Watch()
{show}
"""


def first_paint(code: str, home: Path) -> float:
    """Milliseconds from the creation of the process to the end of the first paint."""
    env = {**os.environ, "FLUX_STUDIO_HOME": str(home)}
    started = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60
    )
    for line in run.stdout.splitlines():
        if line.startswith("PAINTED"):
            return (float(line.split()[1]) - started) * 1000
    raise SystemExit(f"no window was painted:\n{run.stderr[-2000:]}")


def main() -> int:
    """Print medians and ratio; 1 when the ratio is over the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    bare = BARE + WATCH.format(show="central.installEventFilter(watch)\nwindow.show()\napp.exec()")
    ours = OURS + WATCH.format(show="launch.main()")
    times: dict[str, list[float]] = {"bare": [], "ours": []}
    with tempfile.TemporaryDirectory() as home:
        for number in range(rounds + 1):
            for name, code in (("bare", bare), ("ours", ours)):
                taken = first_paint(code, Path(home))
                if number:  # the first round only warms caches
                    times[name].append(taken)
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratio = statistics.median(o / b for o, b in zip(times["ours"], times["bare"], strict=True))
    for name, values in times.items():
        print(f"{name}: median {medians[name]:.0f} ms ({min(values):.0f} to {max(values):.0f})")
    verdict = "PASS" if ratio <= MOST else "FAIL"
    print(f"ratio, pair by pair: {ratio:.2f}  bar {MOST}  {verdict}")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    raise SystemExit(main())
