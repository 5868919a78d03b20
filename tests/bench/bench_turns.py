"""How long the main thread is kept by each window and each change of the whole window.

    python -m tests.bench.bench_turns [RUNS [NAME…]]

A whole studio with six pictures on Practice. Of each surface: the longest turn of the event loop
from the key to rest, at its first opening (its modules are loaded, its first widgets made), at the
later ones, and while it closes. By the clock, and beside it what the main thread itself worked in
the same turn, which a busy machine does not lengthen. Milliseconds; the best of RUNS studios.
On a screen: QT_QPA_PLATFORM=xcb xvfb-run -a python -m tests.bench.bench_turns
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from flux_studio.core.size import Size
from flux_studio.ui.theme import Theme
from tests.whole import Whole, whole_studio

BUDGET_MS = 8.0
PICTURES = 6
LATER = 4  # openings after the first
REST_MS = 350  # without a longer turn: by then everything that was asked for has come


class Turn(NamedTuple):
    """One turn of the event loop, in milliseconds: by the clock, and what the thread worked."""

    clock: float
    own: float


class TurnWatch:
    """Looks at every turn: the longest one from `begin` to `end`."""

    def __init__(self) -> None:
        self._timer = QTimer(interval=0)
        self._timer.timeout.connect(self._on_timer_timeout)
        self.longest = Turn(0, 0)

    def begin(self) -> None:
        self.longest = Turn(0, 0)
        self._look()
        self._timer.start()

    def end(self) -> Turn:
        self._timer.stop()
        return self.longest

    def _look(self) -> None:
        self._clock, self._own = time.perf_counter(), time.thread_time()

    def _on_timer_timeout(self) -> None:
        found = Turn(
            (time.perf_counter() - self._clock) * 1000, (time.thread_time() - self._own) * 1000
        )
        self.longest = max(self.longest, found)
        self._look()


def live(milliseconds: int = REST_MS) -> None:
    """Let the studio live for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def watched(deed: Callable[[], object]) -> Turn:
    """The longest turn of what a deed sets going; the deed is in a turn of its own."""
    live(120)
    watch = TurnWatch()
    watch.begin()
    QTimer.singleShot(0, deed)
    live()
    return watch.end()


def close_all(main: QWidget) -> None:
    """Close what was opened above the main window."""
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    for widget in QApplication.topLevelWidgets():
        if widget is not main and widget.isVisible() and isinstance(widget, QDialog | QMenu):
            widget.close()


def surfaces(whole: Whole) -> dict[str, Callable[[], object]]:
    """What is opened, each by what its key calls."""
    room, pictures = whole.room, whole.saved
    deeds = room.inspector._deeds
    return {
        "settings": room.dialogs.open_settings,
        "keys": room.dialogs.open_keys,
        "shortcut sheet": room.dialogs.open_shortcuts,
        "what will be sent": room.dialogs.open_call,
        "model page": room.dialogs.open_model_page,
        "command palette": room.dialogs.open_palette,
        "batch": room.dialogs.open_batch,
        "prompt history": room.dialogs.open_history,
        "templates": room.dialogs.open_templates,
        "form beside JSON": room.dialogs.open_structured,
        "rescue": room.dialogs.open_rescue,
        "jobs": room.jobs.open_list,
        "import": room.hall.open_dialog,
        "projects": room.top_bar.project.open,
        "models": room.composer.model.click,
        "finish": lambda: deeds.remakes.finish([pictures[-1]]),
        "references to send": room.composer.tray.open_sent,
        "delete": lambda: deeds.delete([pictures[0]]),
        "section More": lambda: room.composer.more.open(not room.composer.more.is_open()),
        "price table": room.composer.footer.prices.toggle.click,
        "shelf": room.composer.tray.toggle_shelf,
    }


def prepared(whole: Whole) -> None:
    """Six small pictures, none of them chosen yet."""
    studio = whole.studio
    studio.set_preferences(type(studio.state.preferences)(auto_show=False))
    studio.set_size(Size(256, 256))
    for number in range(PICTURES):
        studio.set_prompt(f"layered hills number {number} #C2536B")
        studio.generate()
        while len(whole.saved) <= number:
            live(20)
    live(1500)


def changes(whole: Whole) -> dict[str, list[Turn]]:
    """What is no window: the theme, the inspector, many orders in one turn."""
    room, studio, pictures = whole.room, whole.studio, whole.saved

    def theme() -> None:
        dark = whole.application.theme.colors.is_dark
        whole.application.theme.go_over_to(Theme.LIGHT if dark else Theme.DARK)

    def generate() -> None:
        for _ in range(8):
            studio.generate()

    found: dict[str, list[Turn]] = {}
    for name, deeds in {
        "a picture in the inspector": [
            lambda each=each: room.inspector.show_generation(each) for each in pictures[:5]
        ],
        "eight Generates in one turn": [generate] * 4,
        "theme": [theme] * 4,
    }.items():
        found[name] = [watched(deed) for deed in deeds]
        live(1200)
    return found


def run(wanted: list[str]) -> dict[str, list[Turn]]:
    """Everything once in a studio of its own: the turns of the first opening and of the later."""
    found: dict[str, list[Turn]] = {}
    with tempfile.TemporaryDirectory() as home, whole_studio(Path(home)) as whole:
        prepared(whole)
        if not wanted:
            found |= changes(whole)
        for name, deed in surfaces(whole).items():
            if wanted and name not in wanted:
                continue
            found[name] = []
            closing = []
            for _ in range(1 + LATER):
                found[name].append(watched(deed))
                closing.append(watched(lambda: close_all(whole.window)))
            found[name].append(min(closing))
    return found


def main() -> None:
    """Print a line a surface."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    app = QApplication.instance() or QApplication([])
    app.setQuitOnLastWindowClosed(False)
    found = [run(sys.argv[2:]) for _ in range(runs)]
    print(f"{'':30} {'first':>13} {'later':>13} {'closing':>13}   ms by the clock (own)")
    for name, turns in found[0].items():
        first = turns[0]  # only the first studio of a process loads modules
        later = min(t for each in found for t in each[name][1 : 1 + LATER])
        closing = [each[name][-1] for each in found if len(each[name]) > 1 + LATER]
        cells = [f"{t.clock:6.1f} ({t.own:4.1f})" for t in (first, later, *closing[:1])]
        print(f"{name:30} {' '.join(cells)}{'  !' if first.clock > BUDGET_MS else ''}")
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


if __name__ == "__main__":
    main()
