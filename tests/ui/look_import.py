"""Draw the import to PNG files, for looking at: the dialog, the bar, an imported picture in the
inspector, the list of failures, and the offer of a dropped picture's settings.

    python -m tests.ui.look_import OUT

Twice as fine: QT_SCALE_FACTOR=2. Not collected as a test.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from flux_studio.storage.import_runs import FileRecord, Outcome
from flux_studio.ui.importing.dialog import ImportDialog
from flux_studio.ui.importing.failures import FailuresDialog
from flux_studio.ui.theme import Theme
from tests.storage.foreign.pictures import A1111_TEXT, png
from tests.ui.looking_frame import Frame
from tests.ui.wall.stock import HUES, SIZES
from tests.whole import Whole, whole_studio

FAILURES = [
    FileRecord("/home/anna/pictures/2024/a very long name of a picture that was cut.png", 1, 1,
               Outcome.FAILED, "The picture is cut short: the end of the file is missing. Get it"
               " again."),
    FileRecord("/home/anna/pictures/logo.png", 1, 1, Outcome.FAILED,
               "The file is an SVG drawing, whatever its name says. Use a PNG, JPEG or WebP file."),
]  # fmt: skip


def fill(folder: Path, count: int) -> None:
    """Pictures with settings, in several ratios."""
    info = PngInfo()
    info.add_text("parameters", A1111_TEXT)
    for number in range(count):
        size = SIZES[number % len(SIZES)]
        image = Image.new("RGB", (size.width // 4, size.height // 4), HUES[number % len(HUES)])
        ImageDraw.Draw(image).ellipse((20, 20, 60 + number * 4, 90), fill=(240, 230, 210))
        out = io.BytesIO()
        image.save(out, "PNG", pnginfo=info)
        path = folder / f"{number:03}.png"
        path.write_bytes(out.getvalue())
        os.utime(path, (1_763_600_000 - number * 9_000,) * 2)


def until(condition: Callable[[], bool], at_most_ms: int = 20_000) -> None:
    """Let the window work until something is so."""
    loop, last = QEventLoop(), QTimer(singleShot=True, interval=at_most_ms)
    look = QTimer(interval=20)
    look.timeout.connect(lambda: loop.quit() if condition() else None)
    last.timeout.connect(loop.quit)
    look.start()
    last.start()
    loop.exec()


def rest(ms: int = 700) -> None:
    until(lambda: False, ms)


class Scenes:
    """One studio through all scenes, in one theme."""

    def __init__(self, whole: Whole, frame: Frame, theme: Theme, home: Path) -> None:
        self.whole, self.frame, self.theme, self.home = whole, frame, theme, home
        self.imports = whole.studio.library.imports

    def save(self, name: str, widget: QWidget) -> None:
        rest()
        self.frame.save(widget, f"{name}-{self.theme}")

    def play(self) -> None:
        window, folder = self.whole.window, self.home / "pictures from elsewhere"
        folder.mkdir()
        fill(folder, 24)
        self.save("empty", window)
        self.imports.begin([folder], copies=False, watches=True)
        until(lambda: bool(self.imports.view.watched))
        until(lambda: len(self.whole.room.wall.order()) == 24)
        self.whole.room.wall.select(self.whole.room.wall.order()[2])
        more = self.home / "more of them"
        more.mkdir()
        fill(more, 3)
        (more / "new.png").write_bytes(png((300, 200), 250))
        self.imports.begin([more], copies=True)
        until(lambda: bool(self.imports._passes))
        self.imports.pause()
        until(lambda: self.imports.view.progress is not None)
        fox = self.home / "a fox in the snow.png"
        fox.write_bytes(png((640, 384), 30, parameters=A1111_TEXT))
        self.whole.studio.references.take_files([fox])
        until(lambda: self.whole.studio.carried.offer is not None)
        self.save("window", window)
        window.resize(1000, 640)
        self.save("small", window)
        window.resize(1440, 900)
        dialog = ImportDialog(self.imports, [folder], window)
        dialog.show()
        self.save("dialog", dialog)
        dialog.close()
        failures = FailuresDialog(FAILURES, window)
        failures.show()
        self.save("failures", failures)
        failures.close()
        self.imports.resume()
        until(lambda: self.imports.view.progress is None)


def main() -> None:
    frame = Frame()
    for theme in (Theme.DARK, Theme.LIGHT):
        with tempfile.TemporaryDirectory() as home, whole_studio(Path(home) / "home") as whole:
            whole.window.resize(1440, 900)
            whole.window.theme.choose(theme)
            Scenes(whole, frame, theme, Path(home)).play()


if __name__ == "__main__":
    main()
