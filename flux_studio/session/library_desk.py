"""The library as the window sees it: pages of pictures, their pixels, totals; all reading in the
background. What is done to it is done by desks of its own.

Reads go to a read-only connection; writes are made on the engine's thread, which owns them all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from flux_studio.core.card import ModelCard
from flux_studio.core.generation import Generation
from flux_studio.core.money import Money
from flux_studio.core.request import Reference, Request
from flux_studio.session.background import Background
from flux_studio.session.bin_desk import BinDesk
from flux_studio.session.import_desk import ImportDesk
from flux_studio.session.library_history import LibraryHistory
from flux_studio.session.mark_desk import MarkDesk
from flux_studio.session.missing_desk import MissingDesk
from flux_studio.session.shelf_desk import ShelfDesk
from flux_studio.session.state import Totals

if TYPE_CHECKING:
    from flux_studio.session.stores import Stores, Write
    from flux_studio.storage.decode import ViewPixels
    from flux_studio.storage.family import Family
    from flux_studio.storage.gallery import Gallery, Lineage
    from flux_studio.storage.gallery_figures import Sums
    from flux_studio.storage.sent_copies import SentCopy

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LibraryChange:
    """What changed, so that each view can decide whether to look again."""

    added: tuple[Generation, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()


class LibraryDesk(QObject):
    """Pages and pictures of the library.

    Signals: `changed(LibraryChange)`, `not_kept(str)` with a sentence when marks could not be
    written. `marks` sets them and `history` takes them back, `shelf` has the collections,
    `imports` takes files in, `missing` looks for lost ones, `bin` deletes. Methods that return
    values are thread-safe and block: call them through `background`, never on the main thread.
    Those that begin with `ask` come back to the main thread by themselves.
    """

    changed = Signal(object)
    not_kept = Signal(str)

    def __init__(
        self, stores: Callable[[], Stores], root: Path, background: Background, write: Write
    ) -> None:
        super().__init__()
        self.background = background
        self._open_stores = stores
        self._root = root
        self.history = LibraryHistory(self)
        self.marks = MarkDesk(stores, background, write, self.history, self)
        self.marks.changed.connect(self._on_pictures_changed)
        self.marks.failed.connect(self._on_not_kept)
        self.missing = MissingDesk(stores, root, background, write, self)
        self.missing.changed.connect(self._on_pictures_changed)
        self.shelf = ShelfDesk(stores, background, write, self.history, self)
        self.imports = ImportDesk(stores, root, background, write, self)
        self.imports.refound.connect(self._on_pictures_changed)
        self.shelf.members_changed.connect(self._on_pictures_changed)
        self.shelf.failed.connect(self._on_not_kept)
        self.bin = BinDesk(stores, root, background, write, self.history, self)
        self.bin.removed.connect(lambda ids: self.changed.emit(LibraryChange(removed=ids)))
        self.bin.returned.connect(lambda ids: self.changed.emit(LibraryChange(returned=ids)))

    @property
    def gallery(self) -> Gallery:
        """The reading side of the database. Blocking at its first use."""
        return self._stores.gallery()

    @property
    def _stores(self) -> Stores:
        return self._open_stores()

    @property
    def root(self) -> Path:
        """The folder of the originals."""
        return self._root

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
        """Our own JPEG of a picture at 256 or 512 px, remade when the cache lost it. Blocking."""
        stored = self._stores.thumbnails.get(generation_id, side)
        if stored is not None:
            return stored
        generation = self.gallery.get(generation_id)
        if generation is None:
            return None
        return self._make_thumbnail(generation_id, side, lambda: self.original(generation))

    def reference_thumbnail(self, reference: Reference, side: int = 256) -> bytes | None:
        """Our own JPEG of a reference. Blocking."""
        stored = self._stores.thumbnails.get(reference.sha256, side)
        if stored is not None:
            return stored
        read = self._stores.references.read
        return self._make_thumbnail(reference.sha256, side, lambda: read(reference))

    def reference_pixels(self, reference: Reference, side: int) -> tuple[int, int, bytes]:
        """Width, height and RGBX pixels of a reference, upright, at most `side` px on the longer
        side. Blocking. Raises PictureUnreadable or PictureRefused.
        """
        stores = self._stores
        return stores.decoder.preview(stores.references.read(reference), side)

    def sent_copy(self, reference: Reference, side: int) -> SentCopy:
        """What would leave of a reference, with a preview of at most `side` px. Blocking. Raises
        PictureUnreadable, NotKept or PictureRefused.
        """
        from flux_studio.storage.sent_copies import sent_copy

        stores = self._stores
        return sent_copy(stores.decoder, stores.references, stores.library, reference, side)

    def pixels(self, generation: Generation, side: int = 0) -> tuple[int, int, bytes]:
        """Width, height and RGBX pixels, at most `side` px on the longer side (0: all of it).
        Blocking. Raises OSError or PictureRefused.
        """
        return self._stores.decoder.preview(self.original(generation), side)

    def view(
        self,
        generation: Generation,
        side: int = 0,
        screen: bytes = b"",
        on_small: Callable[[ViewPixels], None] | None = None,
    ) -> ViewPixels:
        """Pixels for looking at, at most `side` px on the longer side (0: all of it), in sRGB or in
        the colours of `screen`, an ICC profile. With `on_small` the smaller one goes there first,
        on this thread, and the answer is all of it. Blocking. Raises OSError or PictureRefused.
        """
        return self._stores.decoder.view(self.original(generation), side, screen, on_small)

    def lineage(self, generation_id: str) -> Lineage:
        """Ancestors and children of a picture. Blocking."""
        return self.gallery.lineage(generation_id)

    def family(self, generation_id: str) -> Family:
        """The whole tree that a picture belongs to. Blocking."""
        from flux_studio.storage.family import family_of

        return family_of(self.gallery, generation_id)

    def ask_totals(self, done: Callable[[Totals], None]) -> None:
        """Sum the ledger in the background."""
        self.background.run(self._totals, done)

    def ask_expected(self, card: ModelCard, done: Callable[[float | None], None]) -> None:
        """Seconds a picture of this model usually takes, from past jobs; None when there are
        none.
        """
        self.background.run(lambda: self.gallery.typical_seconds(card.provider, card.model), done)

    def ask_same(
        self,
        requests: Sequence[Request],
        done: Callable[[tuple[Generation, ...]], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """The saved pictures of these very requests, whose files are there."""

        def look() -> tuple[Generation, ...]:
            from flux_studio.storage.same_request import same_pictures

            return same_pictures(self.gallery, requests, self._root)

        self.background.run(look, done, failed)

    def write_evidence(
        self,
        job: str,
        path: Path,
        balance: Money | None,
        done: Callable[[object], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Write what is known of a job to a JSON file, without key and prompt; `balance` USD."""

        def work() -> None:
            from flux_studio.providers.redaction import redact
            from flux_studio.storage.evidence import evidence, write_evidence

            said = evidence(self.gallery.ask, job, self._root, redact, balance=balance)
            if said is not None:
                write_evidence(said, path)

        self.background.run(work, done, failed)

    def ask_sums(self, ids: Sequence[str], done: Callable[[Sums], None]) -> None:
        """Bytes on disk and cost of some pictures."""

        def look() -> Sums:
            from flux_studio.storage.gallery_figures import sums

            return sums(self.gallery, ids)

        self.background.run(look, done)

    def _on_pictures_changed(self, ids: tuple[str, ...]) -> None:
        self.changed.emit(LibraryChange(changed=ids))

    def _on_not_kept(self, error: Exception) -> None:
        log.error("marks were not kept", exc_info=error)
        self.not_kept.emit(str(error))

    def _totals(self) -> Totals:
        now = datetime.now().astimezone()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        gallery = self.gallery
        today, month = gallery.spent(midnight), gallery.spent(midnight.replace(day=1))
        from flux_studio.storage.ledger import account_of  # off the main thread, when first wanted

        account = account_of(gallery.ask, now)
        return Totals(today.total, month.total, gallery.count(), month.unknown, account)

    def _make_thumbnail(self, name: str, side: int, read: Callable[[], bytes]) -> bytes | None:
        try:
            made = self._stores.decoder.thumbnails(read(), (side,))[0]
        except Exception:  # noqa: BLE001  # a missing or damaged file is shown as such by the view
            return None
        self._stores.thumbnails.put(name, side, made)
        return made
