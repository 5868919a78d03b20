"""The frame of the scripts that draw parts of the window for looking at: an application without a
screen, both themes, and a file for each picture.

    python -m tests.ui.look_… OUT [SCENE…]

Twice as fine: QT_SCALE_FACTOR=2. None of it is collected as a test.
"""

import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from flux_studio.ui.theme import Theme, ThemeSource
from tests.session.desks import Desk

FONT = "Inter"
SCREEN = (2880, 1800)  # device px: the platform's own 800 x 600 would squeeze dialogs
Scene = TypeVar("Scene")


class Frame:
    """One run of a script, by its command line."""

    def __init__(self) -> None:
        out, *self._wanted = sys.argv[1:]
        self.out = Path(out)
        self.out.mkdir(parents=True, exist_ok=True)
        self._ratio = os.environ.get("QT_SCALE_FACTOR", "1")
        os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={self._screen()}")
        self.app = QApplication(sys.argv[:1])
        self.app.setFont(QFont(FONT))
        self.theme = ThemeSource(self.app, Theme.DARK)

    def scenes(self, table: Mapping[str, Scene]) -> Iterator[tuple[str, Scene]]:
        """Those that were asked for by name, else all."""
        return ((name, scene) for name, scene in table.items() if self.wants(name))

    def wants(self, name: str) -> bool:
        return not self._wanted or name in self._wanted

    def themes(self) -> Iterator[Theme]:
        """Dark and light, each chosen when it comes."""
        for chosen in (Theme.DARK, Theme.LIGHT):
            self.theme.choose(chosen)
            yield chosen

    @contextmanager
    def desk(self, make: Callable[[Path], Desk] = Desk) -> Iterator[Desk]:
        """A studio in a folder of its own; what was to be deleted is gone before it closes."""
        with tempfile.TemporaryDirectory() as home:
            desk = make(Path(home))
            yield desk
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            desk.studio._saving.stop()
            desk.close()
            gc.collect()  # here and not on a worker thread, where a timer may not be stopped

    def save(self, shown: QWidget | QPixmap, name: str) -> None:
        """Write a picture of a widget, or one that was taken already."""
        picture = shown.grab() if isinstance(shown, QWidget) else shown
        picture.save(str(self.out / f"{name}-{self._ratio}x.png"))

    def _screen(self) -> Path:
        wide, high = SCREEN
        about = {"name": "looking", "x": 0, "y": 0, "width": wide, "height": high, "dpr": 1,
                 "logicalDpi": 96, "logicalBaseDpi": 96}  # fmt: skip
        file = Path(tempfile.gettempdir()) / "flux-studio-looking-screen.json"
        file.write_text(json.dumps({"screens": [about]}))
        return file
