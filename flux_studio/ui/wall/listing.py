"""Asks the library which pictures a filter leaves, arranged as the wall wants them: the first page
at once, then all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from flux_studio.session.library_desk import LibraryDesk
from flux_studio.storage.gallery_filter import Filter
from flux_studio.ui.wall.catalogue import Catalogue
from flux_studio.ui.wall.grouping import Grouping, Keys
from flux_studio.ui.wall.options import WallOptions

if TYPE_CHECKING:
    from flux_studio.storage.gallery import Cell

FIRST_PAGE = 200  # pictures that are shown before all the others are known
FIRST_SCREEN = 250  # ms that the first screen may take before everything else is asked for


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
        self._options = WallOptions()
        self._opened: frozenset[str] = frozenset()
        self._rest = QTimer(self, singleShot=True, interval=FIRST_SCREEN)
        self._rest.timeout.connect(self._ask_everything)
        self.chosen = Filter()
        self.is_asking = False
        self.has_failed = False

    def ask(self, chosen: Filter, options: WallOptions, opened: frozenset[str]) -> None:
        """Which pictures are there under a filter? `opened` names the piles that lie open."""
        self.chosen, self._options, self._opened = chosen, options, opened
        self._rest.stop()
        self._number += 1
        number = self._number
        self.is_asking, self._is_stale = True, False
        self._library.background.run(
            lambda: self._first_page(number, chosen),
            lambda page: self._on_page(number, page),
            lambda error: self._on_failed(number),
        )

    def note_change(self) -> None:
        """Something was saved or removed: an answer that is under way does not know of it."""
        self._is_stale = True

    def _first_page(self, number: int, chosen: Filter) -> Catalogue:
        """On a worker; a question that was followed by another is not asked any more."""
        if number != self._number:
            return Catalogue()
        gallery = self._library.gallery
        if self._options.grouping is Grouping.LIKENESS:
            return self._arranged(gallery.alike(chosen, FIRST_PAGE))
        return self._arranged(gallery.page(chosen, limit=FIRST_PAGE))

    def _everything(self, chosen: Filter) -> Catalogue:
        """On a worker."""
        gallery = self._library.gallery
        is_by_likeness = self._options.grouping is Grouping.LIKENESS
        return self._arranged(gallery.alike(chosen) if is_by_likeness else gallery.ids(chosen))

    def _arranged(self, cells: Sequence[Cell]) -> Catalogue:
        """On a worker: cells in their groups and piles."""
        from flux_studio.storage.wall_keys import project_keys, prompt_keys

        options, gallery = self._options, self._library.gallery
        by_project = options.grouping is Grouping.PROJECT
        by_prompt = options.grouping is Grouping.PROMPT or options.piles
        ids = [cell[0] for cell in cells] if by_project or by_prompt else []
        keys = Keys(
            grouping=options.grouping,
            projects=project_keys(gallery, ids) if by_project else (),
            prompts=prompt_keys(gallery, ids) if by_prompt else (),
            piles=options.piles and options.grouping is not Grouping.PROMPT,
            opened=self._opened,
            may_be_months=self.chosen != Filter(),
        )
        return Catalogue(cells, keys)

    def _on_page(self, number: int, page: Catalogue) -> None:
        if number != self._number:
            return
        if page.pictures < FIRST_PAGE:
            self._finish(page)
            return
        self._rest.start()
        self.began.emit(page)

    def go_on(self) -> None:
        """The first page is in view, or nobody waits for it: ask for everything."""
        if self._rest.isActive():
            self._rest.stop()
            self._ask_everything()

    @Slot()
    def _ask_everything(self) -> None:
        number, chosen, library = self._number, self.chosen, self._library
        library.background.run(
            lambda: self._everything(chosen),
            lambda found: self._finish(found) if number == self._number else None,
            lambda error: self._on_failed(number),
        )

    def _finish(self, found: Catalogue) -> None:
        if self._is_stale:
            self.ask(self.chosen, self._options, self._opened)
            return
        self.is_asking = self.has_failed = False
        self.found.emit(found)

    def _on_failed(self, number: int) -> None:
        if number == self._number:
            self.is_asking, self.has_failed = False, True
            self.failed.emit()
