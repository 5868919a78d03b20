"""The library as the window sees it: pages of pictures, marks, totals; all reading in the
background.

Reads go to a read-only connection. Marks are written on the engine's thread, which owns all
database writes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from flux_studio.core.card import ModelCard
from flux_studio.core.generation import Generation
from flux_studio.session.background import Background
from flux_studio.session.state import Totals
from flux_studio.storage.decode import Decoder
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.thumbnails import ThumbnailStore


@dataclass(frozen=True, slots=True)
class LibraryChange:
    """What changed, so that each view can decide whether to look again."""

    added: tuple[Generation, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class LibraryDesk(QObject):
    """Pages, pictures and marks of the library.

    Signal: `changed(LibraryChange)`. The reading methods that return values are thread-safe and
    blocking: call them through `background`, never on the main thread.
    """

    changed = Signal(object)

    def __init__(
        self,
        gallery: Gallery,
        thumbnails: ThumbnailStore,
        decoder: Decoder,
        root: Path,
        background: Background,
        write: Callable[[Callable[[], Any]], Any],
        set_marks: Callable[..., Generation],
    ) -> None:
        super().__init__()
        self.gallery = gallery
        self.background = background
        self._thumbnails = thumbnails
        self._decoder = decoder
        self._root = root
        self._write = write
        self._set_marks = set_marks

    def add(self, generation: Generation) -> None:
        """A job was saved: tell the views."""
        self.changed.emit(LibraryChange(added=(generation,)))

    def file(self, generation: Generation) -> Path:
        """The original on disk."""
        return self._root / generation.path

    def original(self, generation: Generation) -> bytes:
        """The bytes as they came. Blocking. Raises OSError when the file is gone."""
        return self.file(generation).read_bytes()

    def thumbnail(self, generation_id: str, side: int) -> bytes | None:
        """Our own JPEG of a picture at 256 or 512 px, remade from the original when the cache lost
        it. Blocking.
        """
        stored = self._thumbnails.get(generation_id, side)
        if stored is not None:
            return stored
        generation = self.gallery.get(generation_id)
        if generation is None:
            return None
        try:
            made = self._decoder.thumbnails(self.original(generation), (side,))[0]
        except Exception:  # noqa: BLE001  # a missing or damaged file is shown as such by the wall
            return None
        self._thumbnails.put(generation_id, side, made)
        return made

    def pixels(self, generation: Generation, side: int = 0) -> tuple[int, int, bytes]:
        """Width, height and RGB pixels for the viewer, at most `side` px on the longer side (0:
        all). Blocking.
        """
        return self._decoder.preview(self.original(generation), side)

    def ask_totals(self, done: Callable[[Totals], None]) -> None:
        """Sum the ledger in the background."""
        self.background.run(self._totals, done)

    def ask_expected(self, card: ModelCard, done: Callable[[float | None], None]) -> None:
        """Seconds a picture of this model usually takes, from past jobs; None when there are
        none.
        """
        self.background.run(lambda: self.gallery.median_seconds(card.provider, card.model), done)

    def _totals(self) -> Totals:
        sums = self.gallery.totals()
        return Totals(sums.today, sums.month, sums.pictures, sums.unknown)

    def mark(
        self, generation_id: str, *, rating: int | None = None, favourite: bool | None = None
    ) -> None:
        """Set stars (0–5) or the favourite mark; row and sidecar. `changed` follows."""
        future = self._write(
            lambda: self._set_marks(generation_id, rating=rating, favourite=favourite)
        )
        self.background.run(
            future.result, lambda _: self.changed.emit(LibraryChange(changed=(generation_id,)))
        )
