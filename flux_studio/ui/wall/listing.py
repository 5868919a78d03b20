"""Asks the library which pictures a filter leaves: the first page at once, then all of them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from flux_studio.session.library_desk import LibraryDesk
from flux_studio.storage.gallery_filter import Filter
from flux_studio.ui.wall.catalogue import Catalogue

FIRST_PAGE = 200  # pictures that are shown before all the others are known


class Listing(QObject):
    """One question at a time; an answer to an older question is dropped.

    Signals: `began(Catalogue)` with the first page where there is more; `found(Catalogue)` with
    everything; `failed()`.
    """

    began = Signal(object)
    found = Signal(object)
    failed = Signal()

    def __init__(self, library: LibraryDesk) -> None:
        super().__init__()
        self._library = library
        self._number = 0
        self._is_stale = False
        self.chosen = Filter()
        self.is_asking = False

    def ask(self, chosen: Filter) -> None:
        """Which pictures are there under a filter?"""
        self.chosen = chosen
        self._number += 1
        number, library = self._number, self._library
        self.is_asking, self._is_stale = True, False
        library.background.run(
            lambda: Catalogue(library.gallery.page(chosen, limit=FIRST_PAGE)),
            lambda page: self._on_page(number, page),
            lambda error: self._on_failed(number),
        )

    def note_change(self) -> None:
        """Something was saved or removed: an answer that is under way does not know of it."""
        self._is_stale = True

    def _on_page(self, number: int, page: Catalogue) -> None:
        if number != self._number:
            return
        if len(page) < FIRST_PAGE:
            self._finish(page)
            return
        self.began.emit(page)
        chosen, library = self.chosen, self._library
        library.background.run(
            lambda: Catalogue(library.gallery.ids(chosen)),
            lambda found: self._finish(found) if number == self._number else None,
            lambda error: self._on_failed(number),
        )

    def _finish(self, found: Catalogue) -> None:
        if self._is_stale:
            self.ask(self.chosen)
            return
        self.is_asking = False
        self.found.emit(found)

    def _on_failed(self, number: int) -> None:
        if number == self._number:
            self.is_asking = False
            self.failed.emit()
