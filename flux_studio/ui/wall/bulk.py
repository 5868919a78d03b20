"""Deeds on everything that is selected, and the sums of it for the bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from flux_studio.core.generation import Generation
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.ui.wall.bulk_bar import BulkBar, BulkDeed
from flux_studio.ui.wall.picture_deeds import DELETING, MOST_COMPARED, PictureDeeds, Ways
from flux_studio.ui.wall.selecting import SelectingView
from flux_studio.ui.wall.telling import Telling

if TYPE_CHECKING:
    from flux_studio.storage.gallery_figures import Sums

REST = 80  # ms without a change of the selection before its sums are read


class Bulk(QObject):
    """Keeps a bar true to what is selected. Signals: `compare_requested(list of Generation)`,
    `lineage_requested(Generation)`.
    """

    compare_requested = Signal(object)
    lineage_requested = Signal(object)

    def __init__(
        self, view: SelectingView, telling: Telling, deeds: PictureDeeds, library: LibraryDesk
    ) -> None:
        super().__init__(view)
        self._view = view
        self._telling = telling
        self._deeds = deeds
        self._library = library
        self._question = 0
        self.bar = BulkBar(self._bulk_deeds())
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._on_rest_timeout)
        view.selectionModel().selectionChanged.connect(self.show_selection)

    @Slot()
    def show_selection(self, *_: object) -> None:
        """Say at once how many there are, and soon what they are together."""
        jobs = self._view.pictures.jobs
        count = self._view.selected_count()
        if jobs and count:
            rows = self._view.rows_of(list(jobs))
            model = self._view.selectionModel()
            count -= sum(model.isSelected(self._view.pictures.index(row)) for row in rows)
        self._question += 1
        self.bar.show_sums(None)
        self.bar.show_count(count)
        if count > 1:
            self._rest.start()

    def compare(self) -> None:
        """Ask for two to six of the selected pictures side by side, a single edit with its
        source.
        """
        ids = self._telling.selected_ids()[: MOST_COMPARED + 1]

        def ask(pictures: Sequence[Generation]) -> None:
            self._deeds.compare(pictures, self.compare_requested.emit)

        if ids:
            self._telling.with_pictures(ids, ask)

    def lineage(self) -> None:
        """Ask for the tree of the picture that has the keyboard."""
        ids = self._telling.selected_ids()[:1]
        if ids:
            self._telling.with_pictures(ids, self._request_lineage)

    def _request_lineage(self, pictures: Sequence[Generation]) -> None:
        if pictures:
            self.lineage_requested.emit(pictures[0])

    def ways(self, view: Callable[[], object]) -> Ways:
        """Where the menu of what is selected leads; `view` opens the viewer."""
        return Ways(view, self.compare, self.lineage)

    def delete(self) -> None:
        """Ask for everything that is selected to be deleted, however many there are."""
        self._library.bin.request(self._telling.selected_ids())

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether a key is one of those that mean the selection as a whole."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() == Qt.Key.Key_C:
            self.compare()
        elif event.key() == Qt.Key.Key_Y:
            self.lineage()
        elif event.key() in DELETING:
            self.delete()
        else:
            return False
        return True

    def _bulk_deeds(self) -> Sequence[BulkDeed]:
        deeds = self._deeds
        return (
            BulkDeed(self.tr("Favourite"), "heart", "F", self._doing(deeds.toggle_favourite)),
            BulkDeed(self.tr("Stars"), "star", menu=self._stars),
            BulkDeed(self.tr("Reject"), "ban", "X", self._doing(deeds.marks.toggle_rejected)),
            BulkDeed(self.tr("Tag"), "tag", "T", self._doing(deeds.marks.ask_tag)),
            BulkDeed(
                self.tr("Add to a collection"),
                "images",
                "L",
                run=self._doing(deeds.marks.ask_collection),
            ),
            BulkDeed(
                self.tr("Compare"), "columns-2", "C", self.compare, least=2, most=MOST_COMPARED
            ),
            BulkDeed(self.tr("Copy files"), "copy", "Ctrl+C", self._doing(deeds.out.copy)),
            BulkDeed(self.tr("Move to the bin"), "trash-2", "Delete", self.delete),
            BulkDeed(self.tr("Select nothing"), "x", "Esc", self._view.clearSelection),
        )

    def _doing(self, deed: Callable[[Sequence[Generation]], None]) -> Callable[[], None]:
        return lambda: self._telling.with_pictures(self._telling.selected_ids(), deed)

    def _stars(self, parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        for count in range(5, -1, -1):
            text = "★" * count or self.tr("None")
            action = menu.addAction(f"{text}\t{count}")
            action.triggered.connect(self._rating(count))
        return menu

    def _rating(self, stars: int) -> Callable[[], None]:
        return self._doing(lambda pictures: self._deeds.rate(pictures, stars))

    @Slot()
    def _on_rest_timeout(self) -> None:
        question = self._question

        def show(sums: Sums) -> None:
            if question == self._question:
                self.bar.show_sums(sums)

        self._library.ask_sums(self._view.selected_ids(), show)
