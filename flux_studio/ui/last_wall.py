"""The wall as the window was left, shown again until the wall itself is there.

To read the library and to build the wall takes a few tenths of a second, to show how it looked a
few milliseconds. The look is kept once: it is removed as it is read, so that after a crash nothing
old is shown. It is not shown where the library has changed since, or the window looks otherwise.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from flux_studio import __version__
from flux_studio.ui import first_screen
from flux_studio.ui.style import current_colors

if TYPE_CHECKING:
    from flux_studio.storage.paths import Paths
    from flux_studio.ui.wall.panel import WallPanel

MOST_BYTES = 40 * 1024 * 1024  # a wall of 3840 × 2560 device pixels
LONGEST = 3_000  # ms that it stays at most once the wall is built
_MOST_HEADER = 1000  # bytes of the line before the pixels


class Look(NamedTuple):
    """How a wall looked: its pixels, and what must still be true for them to be shown."""

    image: QImage
    colors: str


class LastWall(QWidget):
    """Lies over `middle` until `leave`; what is pressed goes through it. Signal: `left()`."""

    left = Signal()

    def __init__(self, middle: QStackedWidget, look: Look) -> None:
        super().__init__(middle)
        self._middle = middle
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        middle.installEventFilter(self)
        middle.currentChanged.connect(self.raise_)
        self._wall: WallPanel | None = None
        self._looking = QTimer(self, interval=first_screen.PAUSE)
        self._looking.timeout.connect(self._on_looking_timeout)
        self.setGeometry(middle.rect())
        self.show()

    def wait_for(self, wall: WallPanel) -> None:
        """Leave when the wall has its pictures, or is scrolled, or after a while in any case."""
        self._wall = wall
        self._looking.start()
        wall.view.verticalScrollBar().valueChanged.connect(self.leave)
        QTimer.singleShot(LONGEST, self, self.leave)

    @Slot()
    def leave(self) -> None:
        """The wall itself is there."""
        if self.isHidden():
            return
        self._looking.stop()
        self._middle.removeEventFilter(self)
        self.hide()
        self.left.emit()
        self.deleteLater()

    @Slot()
    def _on_looking_timeout(self) -> None:
        if self._wall is not None and first_screen.is_there(self._wall):
            self.leave()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._middle.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Nothing where the wall has another size or other colours now."""
        image = self._look.image
        ratio = self.devicePixelRatio()
        fits = image.devicePixelRatio() == ratio and image.size() == self.size() * ratio
        if fits and self._look.colors == current_colors().name:
            QPainter(self).drawImage(0, 0, image)


def look_of(wall: WallPanel) -> Look | None:
    """How a wall looks now; None when it is not in view or its pictures are not all there."""
    if not wall.isVisible() or not wall.view.isVisibleTo(wall) or not first_screen.is_there(wall):
        return None
    image = wall.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return Look(image, current_colors().name) if image.sizeInBytes() <= MOST_BYTES else None


def keep_look(look: Look, paths: Paths) -> None:
    """Write it down, once nothing writes to the library any more. A disk that refuses it is no
    loss.
    """
    image = look.image
    header = {
        "version": __version__,
        "library": _stamps(paths),
        "width": image.width(),
        "height": image.height(),
        "ratio": image.devicePixelRatio(),
        "colors": look.colors,
    }
    with contextlib.suppress(OSError), _file(paths).open("wb") as file:
        file.write(json.dumps(header).encode() + b"\n")
        file.write(image.constBits())


def take_look(paths: Paths) -> Look | None:
    """What `keep_look` wrote, which is gone then; None when there is none that still holds."""
    try:
        with _file(paths).open("rb") as file:
            header = json.loads(file.readline(_MOST_HEADER))
            pixels = file.read(MOST_BYTES)
        _file(paths).unlink()
    except (OSError, ValueError):
        return None
    match header:
        case {
            "version": version,
            "library": stamps,
            "width": int(width),
            "height": int(height),
            "ratio": float(ratio),
            "colors": str(colors),
        } if (
            (version, stamps) == (__version__, _stamps(paths))
            and width > 0
            and len(pixels) == 4 * width * height
        ):
            image = QImage(pixels, width, height, 4 * width, QImage.Format.Format_RGB32)
            image.setDevicePixelRatio(ratio)
            return Look(image.copy(), colors)
    return None


def _file(paths: Paths) -> Path:
    return paths.cache / "last.wall"


def _stamps(paths: Paths) -> list[list[int]]:
    """Time of change (ns) and size (bytes) of the library's files; zeros for one that is absent."""
    found = []
    for path in (str(paths.library_db), f"{paths.library_db}-wal"):
        try:
            about = os.stat(path)  # noqa: PTH116  # pathlib is slow
        except OSError:
            found.append([0, 0])
        else:
            found.append([about.st_mtime_ns, about.st_size])
    return found
