"""A monkey at the window: random keys, clicks, wheel, rubber bands and arrangements over wall,
viewer and compare, in a library of real pictures; nothing it can press costs money.

    python -m tests.bench.monkey [MINUTES] [--pictures N] [--seed N]

Says each warning of Python or Qt, the longest the event loop was away after each kind of deed
(limit 50 ms, without what this thread waited for a processor that others had) and how memory grew
after the first third: both times with the wall in front and at rest, without the pictures that
viewers keep.
Ends with 1 when a limit was passed.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QDrag, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QDialog, QMenu, QWidget

from flux_studio.ui.wall.grouping import Grouping
from flux_studio.ui.wall.options import LARGEST, SMALLEST, WallOptions
from tests.whole import Whole, whole_studio

STALL = 50.0  # ms
GROWTH = 30.0  # MB between the first third and the end
QUIET = 2.5  # s at rest, in which the wall gives back what it left free
WARM = 3.0  # s after which stalls count: panels are built meanwhile
IGNORED = ("propagateSizeHints", "does not support raise", "grabbing the keyboard")
Key = Qt.Key
KEYS = (
    *(Key.Key_Right, Key.Key_Left, Key.Key_Down, Key.Key_Up, Key.Key_PageDown, Key.Key_PageUp),
    *(Key.Key_Home, Key.Key_End, Key.Key_Return, Key.Key_Escape, Key.Key_Space),
    *(Key.Key_F, Key.Key_X, Key.Key_G, Key.Key_C, Key.Key_P, Key.Key_S, Key.Key_D, Key.Key_I),
    *(Key.Key_1, Key.Key_3, Key.Key_5, Key.Key_0, Key.Key_Plus, Key.Key_Minus, Key.Key_W),
    *(Key.Key_Z, Key.Key_B, Key.Key_Tab),
)


class Monkey:
    """Presses what is in the middle of one window."""

    def __init__(self, whole: Whole, rng: random.Random) -> None:
        self.whole = whole
        self.rng = rng
        self.done: Counter[str] = Counter()
        self.last = ""
        self.closing = QTimer(interval=40)  # a menu of a button has an event loop of its own
        self.closing.timeout.connect(self.close_popup)
        self.closing.start()
        self.deeds: list[tuple[int, Callable[[], None]]] = [
            (10, self.press_key),
            (6, self.click),
            (5, self.wheel),
            (2, self.double_click),
            (2, self.rubber_band),
            (2, self.arrange),
            (1, self.select_some),
            (1, self.resize),
            (1, self.search),
            (2, self.back),
        ]

    def step(self) -> None:
        """One deed, on whatever is in front."""
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog | QMenu) and widget.isVisible():
                widget.close()
        deed = self.rng.choices([d for _, d in self.deeds], [w for w, _ in self.deeds])[0]
        self.last = deed.__name__
        self.done[self.last] += 1
        deed()

    def close_popup(self) -> None:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()

    @property
    def front(self) -> QWidget:
        """The widget that takes what is pressed in the middle."""
        shown = self.whole.window.middle.currentWidget()
        if shown is self.whole.room.wall:
            return self.whole.room.wall.view
        inside: list[QWidget | None] = [shown.focusWidget(), shown.focusProxy(), shown]
        return next(widget for widget in inside if widget is not None)

    @property
    def surface(self) -> QWidget:
        front = self.front
        return front.viewport() if isinstance(front, QAbstractScrollArea) else front

    def point(self) -> QPoint:
        size = self.surface.size()
        return QPoint(
            self.rng.randrange(max(1, size.width())), self.rng.randrange(max(1, size.height()))
        )

    def press_key(self) -> None:
        held = self.rng.choice(
            (*3 * (Qt.KeyboardModifier.NoModifier,), Qt.KeyboardModifier.ShiftModifier)
        )
        key = self.rng.choice(KEYS)
        self.last = f"key {key.name}"
        QTest.keyClick(self.front, key, held)

    def click(self) -> None:
        held = self.rng.choice(
            (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ControlModifier,
                Qt.KeyboardModifier.ShiftModifier,
            )
        )
        QTest.mouseClick(self.surface, Qt.MouseButton.LeftButton, held, self.point())

    def double_click(self) -> None:
        held = Qt.KeyboardModifier.NoModifier
        QTest.mouseDClick(self.surface, Qt.MouseButton.LeftButton, held, self.point())

    def rubber_band(self) -> None:
        held = Qt.KeyboardModifier.NoModifier
        left, end = Qt.MouseButton.LeftButton, self.point()
        start = QPoint(3, end.y() // 2)  # beside the pictures: on one of them it would be a drag
        QTest.mousePress(self.surface, left, held, start)
        for at in (start + QPoint(12, 12), end):
            there = QPointF(self.surface.mapToGlobal(at))
            move = QEvent.Type.MouseMove
            event = QMouseEvent(move, QPointF(at), there, Qt.MouseButton.NoButton, left, held)
            QApplication.sendEvent(self.surface, event)
        QTest.mouseRelease(self.surface, left, held, end)

    def wheel(self) -> None:
        control = self.rng.random() < 0.2
        at, turn = QPointF(self.point()), self.rng.choice((-120, 120, -480, 480, -2400))
        event = QWheelEvent(
            at,
            QPointF(self.surface.mapToGlobal(at.toPoint())),
            QPoint(),
            QPoint(0, turn),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.surface, event)

    def arrange(self) -> None:
        rng = self.rng
        self.whole.room.wall.arranging.arrange(
            WallOptions(
                rng.choice((SMALLEST, 120, 168, 300, 600, LARGEST)),
                rng.random() < 0.4,
                rng.choice(list(Grouping)),
                rng.random() < 0.5,
            )
        )

    def select_some(self) -> None:
        wall = self.whole.room.wall
        count = len(wall.model.catalogue)
        if count > 8:
            first = self.rng.randrange(count - 6)
            wall.view.choose(first)
            for _ in range(self.rng.randrange(1, 6)):
                QTest.keyClick(wall.view, Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
                QApplication.processEvents()  # keys come one by one

    def resize(self) -> None:
        self.whole.window.resize(self.rng.randrange(960, 1700), self.rng.randrange(600, 1050))

    def search(self) -> None:
        words = self.rng.choice(("", "", "fox", "bottle snow", "is:favourite", "size:>1mp"))
        self.whole.room.top_bar.show_search(words)
        self.whole.room.wall.search(words)

    def back(self) -> None:
        QTest.keyClick(self.front, Key.Key_Escape)


class Heartbeat:
    """How long the event loop is away, without waiting for a processor."""

    def __init__(self, name_of: Callable[[], str]) -> None:
        self._name_of = name_of
        self._last = (time.perf_counter(), _waited())
        self.longest: dict[str, float] = {}  # ms by deed
        self.stalls = 0
        self.timer = QTimer(interval=4)
        self.timer.timeout.connect(self.beat)
        self.start()

    def start(self) -> None:
        self._last = (time.perf_counter(), _waited())
        self.timer.start()

    def stop(self) -> None:
        self.timer.stop()

    def beat(self) -> None:
        now = (time.perf_counter(), _waited())
        away = 1000 * ((now[0] - self._last[0]) - (now[1] - self._last[1]))
        self._last = now
        name = self._name_of()
        self.longest[name] = max(self.longest.get(name, 0.0), away)
        self.stalls += away > STALL


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("minutes", nargs="?", type=float, default=2.0)
    asked.add_argument("--pictures", type=int, default=300)
    asked.add_argument("--seed", type=int, default=int(time.time()))
    chosen = asked.parse_args()
    QApplication(["monkey"])
    said: list[str] = []
    qInstallMessageHandler(lambda kind, _, text: _note(said, kind, text))
    QDrag.exec = _drop_at_once  # type: ignore[assignment,method-assign]  # no drop would ever come
    sys.excepthook = lambda *error: said.append("".join(traceback.format_exception(*error)))
    with tempfile.TemporaryDirectory() as home:
        # In a process of its own: its threads would leave their heaps here.
        making = [sys.executable, "-m", "tests.bench.make_library", home, str(chosen.pictures)]
        subprocess.run(making, check=True)
        with whole_studio(Path(home)) as whole:
            passed = run(whole, chosen.minutes, chosen.seed, said)
    sys.exit(0 if passed else 1)


def run(whole: Whole, minutes: float, seed: int, said: list[str]) -> bool:
    """Press for so long; prints what was found and says whether all limits were kept."""
    monkey = Monkey(whole, random.Random(seed))
    turn(WARM)
    heart = Heartbeat(lambda: monkey.last)
    start = time.monotonic()
    end, third, before = start + 60 * minutes, start + 20 * minutes, Memory()
    while time.monotonic() < end:
        monkey.step()
        turn(monkey.rng.choice((0.0, 0.01, 0.02, 0.1)))
        if not before.resident and time.monotonic() > third:
            heart.stop()
            before = resting(whole)
            heart.start()
    heart.stop()
    monkey.closing.stop()
    after = resting(whole)
    grown = after.resident - before.resident
    print(f"seed {seed}, {sum(monkey.done.values())} deeds in {minutes} min: {dict(monkey.done)}")
    for text, count in Counter(said).items():
        print(f"  {count} × {text}")
    print(f"  warnings: {len(said)} [none]")
    longest = sorted(((away, name) for name, away in heart.longest.items()), reverse=True)
    print(f"  longest away: {longest[0][0]:.0f} ms, {heart.stalls} over {STALL:.0f} [none]")
    print("    " + ", ".join(f"{away:.0f} {name}" for away, name in longest[:12]))
    print(f"  memory grew {grown:.0f} MB after the first third [at most {GROWTH:.0f}]")
    print(f"    from {before}, to {after}")
    return not said and not heart.stalls and grown <= GROWTH


@dataclass(frozen=True, slots=True)
class Memory:
    """MB: all of this process, and what its code and Qt's have in use of the C library's blocks."""

    resident: float = 0.0
    used: float = 0.0

    def __str__(self) -> str:
        return f"{self.resident:.0f} MB, {self.used:.0f} of them blocks in use"


def resting(whole: Whole) -> Memory:
    """With the wall in front, as at the start, and no picture kept for viewer or compare: what
    those keep has bounds of its own (160 MB a viewer; on the wall twice what is in view, 24 MB at
    least), and is full at one time and empty at another.
    """
    looking, wall = whole.room.looking, whole.room.wall
    if looking.own_window is not None:
        looking.toggle_own_window()
    for _ in range(9):
        looking.back()
    looking.viewer.let_go()
    whole.window.resize(1440, 900)
    wall.search("")
    wall.arranging.arrange(WallOptions())
    wall.loader.forget_all()
    wall.view.viewport().update()
    turn(QUIET)
    gc.collect()
    turn(0.5)
    return Memory(_resident(), _blocks())


def turn(seconds: float) -> None:
    """Let the event loop turn for so long, at least once. What is to be deleted later is deleted
    here: without a loop that runs, Qt would keep it.
    """
    end = time.monotonic() + seconds
    while True:
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if time.monotonic() >= end:
            return
        time.sleep(0.001)


def _drop_at_once(drag: QDrag, *_: object) -> Qt.DropAction:
    drag.deleteLater()  # as Qt does when a drag has ended
    return Qt.DropAction.IgnoreAction


def _note(said: list[str], kind: QtMsgType, text: str) -> None:
    if kind != QtMsgType.QtDebugMsg and not any(word in text for word in IGNORED):
        said.append(text)


def _waited() -> float:
    """Seconds that this thread was ready to run while others ran; 0 where nobody counts them."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def _resident() -> float:
    """MB of this process."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


_MALLINFO2 = (
    *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
    *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
)


class _Mallinfo(ctypes.Structure):
    """struct mallinfo2 of malloc.h."""

    _fields_ = [(name, ctypes.c_size_t) for name in _MALLINFO2]


def _blocks() -> float:
    """MB of the C library's blocks that are in use; 0 where it is another one."""
    try:
        mallinfo = ctypes.CDLL(None).mallinfo2
    except (AttributeError, TypeError):  # no such name on macOS, no such library on Windows
        return 0.0
    mallinfo.restype = _Mallinfo
    found = mallinfo()
    return float(found.uordblks + found.hblkhd) / 1e6


if __name__ == "__main__":
    main()
