"""Brings a picture into the viewer: thumbnail at once, then as sharp as the screen, then every
pixel.

Neighbours are prepared while one looks, and nothing that one has left behind is begun.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from flux_studio.core.errors import StudioError
from flux_studio.core.generation import Generation
from flux_studio.session.background import Background
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.ui.viewer.letting_go import let_go
from flux_studio.ui.viewer.levels import Levels, bytes_of, levels_of
from flux_studio.ui.viewer.screen_profile import profile_of
from flux_studio.ui.wall.banded import image_of
from flux_studio.ui.wall.small_jpeg import image_of_jpeg

if TYPE_CHECKING:
    from flux_studio.storage.decode import ViewPixels

THUMBNAIL = 512  # px, the larger one that is kept for every picture
MOST_BYTES = 160 * 1024 * 1024  # one picture of 4096 × 4096 with its halves, and a few previews
THREADS = 2


class Sharpness(IntEnum):
    """How much of a picture is there."""

    THUMBNAIL = 0
    PREVIEW = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class Loaded:
    """What has come of a picture so far."""

    id: str
    sharpness: Sharpness
    levels: Levels


@dataclass(eq=False, slots=True)
class _Wishes:
    """What was asked for since everything was last let go of."""

    under_way: set[tuple[str, Sharpness]] = field(default_factory=set)
    begun: set[tuple[str, Sharpness]] = field(default_factory=set)

    def leave_pending(self) -> None:
        """What was not begun is not wanted any more."""
        self.under_way &= self.begun

    def end(self, key: tuple[str, Sharpness]) -> None:
        self.begun.discard(key)
        self.under_way.discard(key)


class PictureLoader(QObject):
    """Signals: `came(Loaded)`; `failed(id, sentence for people)`."""

    came = Signal(object)
    failed = Signal(str, str)
    _sharpened = Signal(object, object)  # from a worker, in the middle of its work

    def __init__(
        self, library: LibraryDesk, parent: QObject | None = None, most_bytes: int = MOST_BYTES
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._most_bytes = most_bytes
        self._background = Background("viewer", threads=THREADS, newest_first=True)
        self._kept: OrderedDict[str, Loaded] = OrderedDict()
        self._wishes = _Wishes()
        self._screen = (0, "")
        self._profile: tuple[tuple[int, str], bytes] | None = None
        self._sharpened.connect(self._on_sharpened)

    def kept(self, id_: str) -> Loaded | None:
        """The best of a picture that is in memory."""
        found = self._kept.get(id_)
        if found is not None:
            self._kept.move_to_end(id_)
        return found

    def show_on(self, number: int, platform: str) -> None:
        """Which screen the pictures are for, and Qt's name of the window system. What was made for
        another one is forgotten.
        """
        if (number, platform) != self._screen:
            self._screen = (number, platform)
            self._wishes = _Wishes()
            self._kept.clear()

    def leave(self) -> None:
        """Nothing that was asked for and not begun is wanted any more."""
        self._background.drop_pending()
        self._wishes.leave_pending()

    def forget(self) -> None:
        """Let go of everything that is in memory, and of what is on its way."""
        self._background.drop_pending()
        self._wishes = _Wishes()
        pictures: list[object] = [*self._kept.values()]
        self._kept.clear()
        let_go(pictures)

    def load_thumbnail(self, id_: str) -> None:
        self._run(id_, Sharpness.THUMBNAIL, lambda: self._thumbnail(id_))

    def load_preview(self, generation: Generation, side: int) -> None:
        """At most `side` device pixels on the longer side; a smaller picture comes whole."""
        longest = max(generation.size.width, generation.size.height)
        sharpness = Sharpness.FULL if longest <= side else Sharpness.PREVIEW
        self._run(generation.id, sharpness, lambda: self._pixels(generation, min(side, longest)))

    def load_full(self, generation: Generation) -> None:
        self._run(generation.id, Sharpness.FULL, lambda: self._pixels(generation, 0))

    def load_both(self, generation: Generation, side: int) -> None:
        """One decoding: at most `side` device pixels as soon as they are there, then all."""
        wishes = self._wishes
        self._run(generation.id, Sharpness.FULL, lambda: self._both(generation, side, wishes))

    def close(self) -> None:
        self._background.close()

    def _run(self, id_: str, sharpness: Sharpness, make: Callable[[], Levels]) -> None:
        kept, wishes = self._kept.get(id_), self._wishes
        key = (id_, sharpness)
        if key in wishes.under_way or (kept is not None and kept.sharpness >= sharpness):
            return
        wishes.under_way.add(key)

        def begin() -> Levels:
            wishes.begun.add(key)
            return make()

        def on_made(levels: Levels) -> None:
            wishes.end(key)
            if levels and wishes is self._wishes:
                self._keep(Loaded(id_, sharpness, levels))

        def on_failed(error: Exception) -> None:
            wishes.end(key)
            if wishes is self._wishes:
                self.failed.emit(id_, self._sentence(error))

        self._background.run(begin, on_made, on_failed)

    @Slot(object, object)
    def _on_sharpened(self, wishes: _Wishes, loaded: Loaded) -> None:
        if wishes is self._wishes:
            self._keep(loaded)

    def _keep(self, loaded: Loaded) -> None:
        before = self._kept.get(loaded.id)
        if before is not None and before.sharpness >= loaded.sharpness:
            return
        self._kept[loaded.id] = loaded
        self._kept.move_to_end(loaded.id)
        while len(self._kept) > 1 and self._bytes() > self._most_bytes:
            self._kept.popitem(last=False)
        self.came.emit(loaded)

    def _bytes(self) -> int:
        return sum(bytes_of(loaded.levels) for loaded in self._kept.values())

    # On a worker

    def _thumbnail(self, id_: str) -> Levels:
        data = self._library.thumbnail(id_, THUMBNAIL)
        if data is None:
            return ()
        image = image_of_jpeg(data, screen=self._colours())
        return () if image is None else (image,)

    def _pixels(self, generation: Generation, side: int) -> Levels:
        return _levels(self._library.view(generation, side, self._colours()))

    def _both(self, generation: Generation, side: int, wishes: _Wishes) -> Levels:
        def on_small(small: ViewPixels) -> None:
            # Without its halves, which take as long again: all levels follow in a moment.
            loaded = Loaded(generation.id, Sharpness.PREVIEW, (_image(small),))
            self._sharpened.emit(wishes, loaded)

        return _levels(self._library.view(generation, side, self._colours(), on_small))

    def _colours(self) -> bytes:
        """The ICC profile of the screen; asked for once a screen."""
        screen = self._screen
        if self._profile is None or self._profile[0] != screen:
            self._profile = (screen, profile_of(*screen))
        return self._profile[1]

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, FileNotFoundError):
            return self.tr("The file is missing. It was moved or deleted outside the studio.")
        if isinstance(error, OSError):
            return self.tr("The file cannot be read.")
        sentence = getattr(error, "sentence", "")
        if sentence:
            return self.tr("The file is damaged: {reason}").format(reason=sentence)
        if isinstance(error, StudioError):
            return str(error)
        return self.tr("The picture cannot be shown at the moment.")


def _levels(view: ViewPixels) -> Levels:
    return levels_of(_image(view))


def _image(view: ViewPixels) -> QImage:
    return image_of(view.width, view.height, view.data, view.is_clear)
