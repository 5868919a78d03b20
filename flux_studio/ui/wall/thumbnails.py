"""Thumbnails for the wall: read and scaled by workers to the very size they are shown in, what is
in view first.

What has scrolled away before a worker came to it is dropped.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from flux_studio.large_blocks import give_back
from flux_studio.session.background import Background
from flux_studio.ui.wall.small_jpeg import image_of_jpeg

if TYPE_CHECKING:
    from flux_studio.ui.wall.catalogue import Catalogue
    from flux_studio.ui.wall.justified import Place

THREADS = 2
SIDES = (256, 512)  # px on the longest side, as the library keeps them
MOST_ENLARGED = 1.15  # a smaller thumbnail is good enough up to this
LEAST_BYTES = 24 * 1024 * 1024  # of pixmaps: six screens of 1100 × 800
ROOMY = 2  # times what is wanted at once is kept at least, so that nothing is made again and again
TURN = 0.0015  # seconds of one turn of the event loop that may go into pixmaps
QUIET = 1_000  # ms without a new pixmap before the memory of those that left is given back
FEW_CORES = (os.cpu_count() or 1) <= THREADS  # then one is left to the window while it scrolls

ReadThumbnail = Callable[[str, int], "bytes | None"]
DecodePicture = Callable[[str, int], "QImage | None"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A thumbnail that is in view: width × height in device pixels. `longest` is what the longer
    side of the whole picture is at that scale: more than both where the cell crops it.
    """

    id: str
    width: int
    height: int
    longest: int = 0

    @property
    def whole(self) -> int:
        """The longer side of the whole picture at this scale."""
        return max(self.width, self.height, self.longest)

    @property
    def side(self) -> int:
        return next((s for s in SIDES if s * MOST_ENLARGED >= self.whole), SIDES[-1])

    @property
    def is_large(self) -> bool:
        """Whether the largest thumbnail is too small for it."""
        return self.whole > SIDES[-1] * MOST_ENLARGED


def wanted(catalogue: Catalogue, place: Place, ratio: float) -> Wanted:
    """The thumbnail for a place on a screen with `ratio` device pixels a px."""
    wide, high = round(place.width * ratio), round(place.height * ratio)
    row = place.index
    width, height = max(1, catalogue.widths[row]), max(1, catalogue.heights[row])
    longest = ceil(max(wide / width, high / height) * max(width, height))
    return Wanted(catalogue.ids[row], wide, high, longest)


class PixmapCache:
    """Pixmaps by picture, the ones not painted for longest dropped first."""

    def __init__(self, most: int = LEAST_BYTES) -> None:
        self._least = self._most = most
        self._kept: OrderedDict[str, QPixmap] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def make_room(self, wanted: Sequence[Wanted]) -> None:
        """There is room for all of these, and as much again."""
        needed = sum(each.width * each.height * 4 for each in wanted)
        self._most = max(self._least, ROOMY * needed)

    def get(self, id_: str) -> QPixmap | None:
        found = self._kept.get(id_)
        if found is not None:
            self._kept.move_to_end(id_)
        return found

    def put(self, id_: str, pixmap: QPixmap) -> None:
        self.drop(id_)
        self._kept[id_] = pixmap
        self.bytes += _bytes(pixmap)
        while self.bytes > self._most and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self.bytes -= _bytes(oldest)

    def clear(self) -> None:
        self._kept.clear()
        self.bytes = 0

    def drop(self, id_: str) -> None:
        old = self._kept.pop(id_, None)
        if old is not None:
            self.bytes -= _bytes(old)


class ThumbnailLoader(QObject):
    """Keeps what is in view painted.

    `read(id, side)` blocks and gives JPEG data or None; `decode(id, side)` blocks longer and gives
    the picture itself at most `side` px on the longer side. Signal: `came(tuple of ids)`.
    """

    came = Signal(object)

    def __init__(
        self, read: ReadThumbnail, decode: DecodePicture, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._decode = decode
        self._sharp: dict[str, Wanted] = {}
        self._sharpening: Wanted | None = None
        self._to_sharpen: deque[Wanted] = deque()
        self.cache = PixmapCache()
        self.missing: set[str] = set()
        self._read = read
        self._background = Background("thumbnails", threads=THREADS, newest_first=True)
        self._waiting: deque[Wanted] = deque()
        self._under_way: dict[str, Wanted] = {}
        self._ready: deque[tuple[Wanted, QImage]] = deque()
        self._is_easy = False
        self._alone = threading.Lock()
        self.finish: Callable[[QPixmap], None] = lambda pixmap: None
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._on_turn_timeout)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET)
        self._quiet.timeout.connect(self._on_quiet_timeout)

    def want(self, wanted: Sequence[Wanted]) -> None:
        """What is in view now, most wanted first; earlier wishes that nobody began are dropped."""
        self.cache.make_room(wanted)
        self._waiting = deque(each for each in wanted if not self._is_served(each))
        self._give_out()

    def sharpen(self, wanted: Sequence[Wanted]) -> None:
        """The wall stands still: what is larger than any thumbnail is decoded, one after the
        other, so that a worker stays free for what comes into view.
        """
        large = (each for each in wanted if each.is_large and each.id not in self.missing)
        self._to_sharpen = deque(each for each in large if self._sharp.get(each.id) != each)
        self._sharpen_next()

    def go_easy(self, on: bool) -> None:
        """The wall is scrolling: where there are few cores, only one worker decodes meanwhile."""
        self._is_easy = on and FEW_CORES

    def forget_all(self) -> None:
        """Nothing that was made can be shown any more; what is on its way comes still."""
        self.cache.clear()
        self._sharp.clear()

    def forget(self, id_: str) -> None:
        """Read a picture again when it is next in view: its file came back or changed."""
        self._sharp.pop(id_, None)
        self.missing.discard(id_)
        self.cache.drop(id_)

    def is_idle(self) -> bool:
        """Whether everything that was wanted has come."""
        busy = self._waiting or self._under_way or self._ready or self._sharpening
        return not busy

    def close(self) -> None:
        self._background.close()

    def _is_served(self, wanted: Wanted) -> bool:
        if wanted.id in self.missing or self._under_way.get(wanted.id) == wanted:
            return True
        kept = self.cache.get(wanted.id)
        return kept is not None and kept.size() == QSize(wanted.width, wanted.height)

    def _give_out(self) -> None:
        # Two a thread: a worker never waits for the main thread, and little is done in vain.
        while self._waiting and len(self._under_way) < 2 * THREADS:
            wanted = self._waiting.popleft()
            if wanted.id in self._under_way:
                continue  # another size of it is on its way: the next wish asks again
            self._under_way[wanted.id] = wanted
            self._background.run(
                lambda wanted=wanted: (wanted, self._made(wanted)),  # type: ignore[misc]  # a lambda's default
                self._on_made,
                lambda error, wanted=wanted: self._on_failed(wanted),  # type: ignore[misc]  # likewise
            )

    def _made(self, wanted: Wanted) -> QImage | None:
        """On a worker."""
        if not self._is_easy:
            return _scaled(self._read, wanted)
        with self._alone:
            return _scaled(self._read, wanted)

    def _sharpen_next(self) -> None:
        if self._sharpening is not None or not self._to_sharpen:
            return
        wanted = self._sharpening = self._to_sharpen.popleft()
        self._background.run(
            lambda: _decoded(self._decode, wanted),
            lambda image: self._on_sharpened(wanted, image),
            lambda error: self._on_sharpened(wanted, None),
        )

    def _on_sharpened(self, wanted: Wanted, image: QImage | None) -> None:
        self._sharpening = None
        self._sharp[wanted.id] = wanted  # a picture that cannot be decoded is not tried again
        if image is not None:
            self._ready.append((wanted, image))
            self._turn.start()
        self._sharpen_next()

    def _on_made(self, made: tuple[Wanted, QImage | None]) -> None:
        wanted, image = made
        if image is None:
            self._on_failed(wanted)
            return
        self._ready.append((wanted, image))
        self._sharp.pop(wanted.id, None)
        self._turn.start()
        self._under_way.pop(wanted.id, None)
        self._give_out()

    def _on_failed(self, wanted: Wanted) -> None:
        self._under_way.pop(wanted.id, None)
        self.missing.add(wanted.id)
        self.came.emit((wanted.id,))
        self._give_out()

    @Slot()
    def _on_turn_timeout(self) -> None:
        until = perf_counter() + TURN
        came = []
        while self._ready and perf_counter() < until:
            wanted, image = self._ready.popleft()
            pixmap = QPixmap.fromImage(image)
            self.finish(pixmap)
            self.cache.put(wanted.id, pixmap)
            if len(self._sharp) > 4 * len(self.cache):
                self._sharp = {id_: w for id_, w in self._sharp.items() if self.cache.get(id_)}
            came.append(wanted.id)
        if self._ready:
            self._turn.start()
        self._quiet.start()
        self.came.emit(tuple(came))

    @Slot()
    def _on_quiet_timeout(self) -> None:
        self._background.run(give_back)


def _scaled(read: ReadThumbnail, wanted: Wanted) -> QImage | None:
    """On a worker: the thumbnail at its size on the screen, cropped where the ratio is extreme."""
    data = read(wanted.id, wanted.side)
    if data is None:  # the file is gone; another size of it may have been kept
        others = (side for side in SIDES if side != wanted.side)
        data = next((found for side in others if (found := read(wanted.id, side))), None)
    return None if data is None else image_of_jpeg(data, (wanted.width, wanted.height))


def _decoded(decode: DecodePicture, wanted: Wanted) -> QImage | None:
    """On a worker: the picture itself at its size on the screen."""
    image = decode(wanted.id, wanted.whole)
    return None if image is None else _fitted(image, wanted)


def _fitted(image: QImage, wanted: Wanted) -> QImage:
    """Scaled to the size that is wanted, cropped where the ratio is extreme."""
    size = QSize(wanted.width, wanted.height)
    if image.size() != size:
        image = image.scaled(
            size,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )
    if image.size() != size:
        left, top = (image.width() - wanted.width) // 2, (image.height() - wanted.height) // 2
        image = image.copy(left, top, wanted.width, wanted.height)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
