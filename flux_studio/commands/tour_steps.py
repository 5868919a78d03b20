"""The steps of the tour: what a person would do with the window, one after the other, each with a
screenshot.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from flux_studio.app import Application, make_qt
from flux_studio.core.generation import Generation
from flux_studio.core.pricing import PerMegapixel
from flux_studio.core.size import Size
from flux_studio.session.library_desk import LibraryChange
from flux_studio.ui.theme import Theme

WINDOW = (1440, 900)  # px, the size of the design
PATIENCE = 60.0  # seconds a step may take on a slow machine
SETTLE = 0.4  # seconds for thumbnails and layouts after a step
PROMPTS = (
    "Three glass bottles on a wet basalt ledge at dusk, rim light in #F2B84B",
    "Bold key art poster, a circle over a ridge, #E0A030 #1B3A4B",
    "A lighthouse in fog, long exposure, muted teal",
)
INSTRUCTION = "Turn it into night, moonlight in #7FA6D9"


class StepFailed(Exception):
    """A step did not come about in time."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One screenshot and what it shows."""

    path: Path
    shows: str


def drive(folder: Path, arguments: Sequence[str]) -> Iterator[Picture]:
    """Run all steps; gives each screenshot as it is saved. Raises StepFailed."""
    qt = make_qt(arguments)
    application = Application(qt)
    application.theme.choose(Theme.DARK)
    application.window.resize(*WINDOW)
    application.show()
    application.window.activateWindow()
    application.wait_until_ready()
    try:
        yield from Tour(application, folder).steps()
    finally:
        application.window.close()
        application.close()
        application.window.deleteLater()
        qt.processEvents()


class Tour:
    """Drives one window."""

    def __init__(self, application: Application, folder: Path) -> None:
        self._app = application
        self._studio = application.studio
        self._window = application.window
        assert application.window.room is not None, "the panels are there"
        self._room = application.window.room
        self._folder = folder
        self._number = 0
        self._saved: list[Generation] = []
        self._studio.library.changed.connect(self._on_library_changed)

    def steps(self) -> Iterator[Picture]:
        """The main job from the first look to the light theme."""
        yield self._shot("first look: Practice is chosen, a prompt is ready, nothing is asked")
        self._studio.set_prompt(PROMPTS[0])
        self._studio.set_size(Size(1344, 768))
        yield self._shot("a prompt with a colour, a wide size, the price on the button")
        yield from self._prices()
        self._studio.generate()
        self._wait(lambda: bool(self._studio.state.board.jobs), "the job is on the board")
        self._breathe(0.8)
        yield self._shot("the running card on the wall")
        self._wait(lambda: len(self._saved) >= 1, "the first picture is saved")
        yield self._shot("the finished picture on the wall")
        first = self._saved[0]
        self._room.wall.select(first.id)
        self._breathe(SETTLE)
        yield self._shot("selected: prompt, settings and cost in the inspector")
        self._room.wall.view_requested.emit(first)
        self._breathe(SETTLE)
        yield self._shot("the viewer")
        self._room.viewer.closed.emit()
        yield from self._edit(first)
        yield from self._more()
        self._app.theme.choose(Theme.LIGHT)
        yield self._shot("the same in the light theme")

    def _prices(self) -> Iterator[Picture]:
        """The same form at a model that is paid by the megapixel, for two sizes."""
        before = self._studio.state.card
        paid = next(
            (c for c in self._studio.state.cards if isinstance(c.price, PerMegapixel)), None
        )
        if paid is None:
            return
        self._studio.choose_model(*paid.id)
        self._studio.set_size(Size(1024, 1024))
        yield self._shot("what 1024 × 1024 would cost at a provider")
        self._studio.set_size(Size(1920, 1080))
        yield self._shot("what 1920 × 1080 would cost there")
        self._studio.choose_model(*before.id)
        self._studio.set_size(Size(1344, 768))

    def _edit(self, source: Generation) -> Iterator[Picture]:
        """Drop the picture's file on the composer, as from a file manager, and give an
        instruction.
        """
        self._drop(self._studio.library.file(source))
        self._wait(lambda: bool(self._studio.state.draft.references), "the reference is taken")
        self._studio.set_prompt(INSTRUCTION)
        yield self._shot("a dropped picture is a reference; the prompt is an instruction")
        self._studio.generate()
        self._wait(lambda: len(self._saved) >= 2, "the edit is saved")
        self._room.wall.select(self._saved[1].id)
        yield self._shot("the edit, with its source in the lineage")
        self._studio.remove_reference(0)

    def _more(self) -> Iterator[Picture]:
        for number, prompt in enumerate(PROMPTS[1:]):
            self._studio.set_prompt(prompt)
            self._studio.set_size(Size(768, 1024) if number else Size(1024, 1024))
            self._studio.generate()
        self._breathe(0.6)
        yield self._shot("several at once")
        self._wait(lambda: len(self._saved) >= 4, "all pictures are saved")
        yield self._shot("the wall")

    def _drop(self, file: Path) -> None:
        """What Qt delivers when a file is dropped from a file manager."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file))])
        target = self._room.composer
        middle = QPointF(target.rect().center())
        button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        copy = Qt.DropAction.CopyAction
        enter = QDragEnterEvent(middle.toPoint(), copy, mime, button, keys)
        QApplication.sendEvent(target, enter)
        drop = QDropEvent(middle, copy, mime, button, keys, QEvent.Type.Drop)
        QApplication.sendEvent(target, drop)

    def _shot(self, shows: str) -> Picture:
        self._breathe(SETTLE)
        self._number += 1
        path = self._folder / f"{self._number:02d}-{_slug(shows)}.png"
        if not self._window.grab().save(str(path), "PNG"):
            raise StepFailed(f"{path} could not be written")
        return Picture(path, shows)

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise StepFailed(f"waited {PATIENCE:.0f} s for this: {what}")
            self._breathe(0.05)

    def _breathe(self, seconds: float) -> None:
        """Let the window live for a while."""
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        loop.exec()

    def _on_library_changed(self, change: LibraryChange) -> None:
        self._saved.extend(change.added)


def _slug(words: str) -> str:
    kept = "".join(c if c.isalnum() else "-" for c in words.lower())
    return "-".join(part for part in kept.split("-") if part)[:48].rstrip("-")
