"""Brings compared pictures onto the canvas: thumbnails at once, then as sharp as they are shown;
and the difference of two, made anew when something sharper has come.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from flux_studio.core.generation import Generation
from flux_studio.session.background import Background
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.ui.compare.canvas import CompareCanvas, CompareMode
from flux_studio.ui.compare.difference import difference_of
from flux_studio.ui.compare.geometry import Lengths
from flux_studio.ui.viewer.levels import Levels
from flux_studio.ui.viewer.picture_loader import Loaded, PictureLoader, Sharpness
from flux_studio.ui.viewer.screen_profile import screen_number

PIXEL_BYTES = 16 / 3  # of a pixel with its halves
MOST_FULL_BYTES = 360 * 1024 * 1024  # of pictures with every pixel; the others stay as the screen


class Pixels(QObject):
    """Signal: `failed(str)` with a sentence about a picture that cannot be shown."""

    failed = Signal(str)

    def __init__(
        self, library: LibraryDesk, canvas: CompareCanvas, worker: Background, parent: QObject
    ) -> None:
        """`worker` makes the differences."""
        super().__init__(parent)
        self._canvas, self._worker = canvas, worker
        self._pictures: list[Generation] = []
        self._apart_of: tuple[object, ...] = ()
        self.sharpness: dict[int, Sharpness] = {}
        self.loader = PictureLoader(library, self, most_bytes=1)  # the canvas keeps them
        self.loader.came.connect(self._on_loader_came)
        self.loader.failed.connect(self._on_loader_failed)
        canvas.pose_changed.connect(self._on_canvas_pose)

    def show_pictures(self, pictures: Sequence[Generation]) -> None:
        """Other pictures: what is there of them at once, then sharper."""
        self._pictures = list(pictures)
        self.sharpness, self._apart_of = {}, ()
        self.loader.forget()
        screen = screen_number(self._canvas.screen())
        self.loader.show_on(screen, QGuiApplication.platformName())
        self._canvas.show_sizes([(g.size.width, g.size.height) for g in pictures])
        for number in reversed(range(len(pictures))):  # newest wish first
            side = max(256, self._canvas.shown_side(number))
            self.loader.load_preview(pictures[number], side)
        for picture in reversed(pictures):
            self.loader.load_thumbnail(picture.id)

    def leave_out(self, number: int) -> None:
        """A picture, from 0, is no more."""
        del self._pictures[number]
        self.sharpness.pop(number, None)
        self.sharpness = {n - (n > number): each for n, each in self.sharpness.items()}
        self._apart_of = ()
        self._canvas.leave_out(number)

    def forget(self) -> None:
        """Let go of everything that is in memory."""
        self.loader.forget()
        self._canvas.forget()
        self.sharpness, self._apart_of = {}, ()

    def close(self) -> None:
        self.loader.close()

    def ask_difference(self) -> None:
        """Have the difference made of what has come of the two, where that is looked at."""
        canvas = self._canvas
        base, active, pose = canvas.base, canvas.active, canvas.pose
        if canvas.mode is not CompareMode.DIFFERENCE or active == base or pose is None:
            return
        one, other = canvas.levels(base), canvas.levels(active)
        if not one or not other:
            return
        sharp = self.sharpness.get
        wanted = (base, active, sharp(base), sharp(active), pose.picture)
        if wanted != self._apart_of:
            self._apart_of = wanted
            made = partial(self._on_difference, wanted, pose.picture)
            self._worker.run(partial(difference_of, one, other, pose.picture), made)

    def _on_difference(self, wanted: tuple[object, ...], frame: Lengths, levels: Levels) -> None:
        if wanted == self._apart_of:
            self._canvas.show_difference(levels, frame)

    @Slot(object)
    def _on_loader_came(self, loaded: Loaded) -> None:
        for number, picture in enumerate(self._pictures):
            if picture.id == loaded.id and self.sharpness.get(number, -1) < loaded.sharpness:
                self.sharpness[number] = loaded.sharpness
                self._canvas.show_levels(number, loaded.levels)
                self.ask_difference()
        self._sharpen_if_wanted()

    @Slot(str, str)
    def _on_loader_failed(self, id_: str, sentence: str) -> None:
        if any(picture.id == id_ for picture in self._pictures):
            self.failed.emit(sentence)

    @Slot(object)
    def _on_canvas_pose(self, _: object) -> None:
        self._sharpen_if_wanted()
        self.ask_difference()  # the frame may be another one

    def _sharpen_if_wanted(self) -> None:
        """Every pixel of what is shown larger than it came, as far as memory should be used for
        it; first what is in view.
        """
        spent, seen = 0.0, (self._canvas.base, self._canvas.active)
        for number in sorted(range(len(self._pictures)), key=lambda n: n not in seen):
            is_blurred = self._is_blurred(number)
            if is_blurred or self.sharpness.get(number) is Sharpness.FULL:
                spent += self._pictures[number].size.pixels * PIXEL_BYTES
            if spent > MOST_FULL_BYTES:
                return
            if is_blurred:
                self.loader.load_full(self._pictures[number])

    def _is_blurred(self, number: int) -> bool:
        """Whether fewer pixels are there than are shown, and the file has more."""
        if self.sharpness.get(number) is not Sharpness.PREVIEW:
            return False
        largest, size = self._canvas.levels(number)[0], self._pictures[number].size
        shown = min(self._canvas.shown_side(number), max(size.width, size.height))
        return max(largest.width(), largest.height()) < shown - 1
