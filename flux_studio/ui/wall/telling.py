"""Tells the window which picture is chosen on the wall, once it is known what the picture is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from flux_studio.core.generation import Generation
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.ui.wall.gallery_model import GalleryModel
from flux_studio.ui.wall.selecting import SelectingView

MOST_AT_ONCE = 2_000  # pictures whose rows are read for one deed
PACE = 90  # ms from one telling to the next: a held arrow key passes pictures faster than that
Act = Callable[[Sequence[Generation]], None]


class Telling(QObject):
    """Signal: `told(Generation or None)`: the picture that has the keyboard and is selected. It is
    told a turn of the event loop later, when the wall has painted what was pressed: whoever listens
    has much to lay out. The last one is always told, those that were only passed by are not.
    """

    told = Signal(object)

    def __init__(self, view: SelectingView, model: GalleryModel, library: LibraryDesk) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._library = library
        self._told: str | None = ""  # None when that has to be said again
        self._last = 0.0  # when something was told, monotonic seconds
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._on_soon_timeout)
        view.selectionModel().selectionChanged.connect(self.tell)
        view.selectionModel().currentChanged.connect(self.tell)
        model.pictures_read.connect(self._on_model_pictures_read)

    def current_id(self) -> str:
        """The picture that the inspector shows: the current one if it is selected; '' for none."""
        index = self._view.currentIndex()
        if not index.isValid() or self._model.job(index.row()) is not None:
            return ""
        is_selected = self._view.selectionModel().isSelected(index)
        return self._model.id(index.row()) if is_selected else ""

    def selected_ids(self) -> list[str]:
        """The selected pictures, the current one first."""
        ids, current = self._view.selected_ids(), self.current_id()
        if current and ids and ids[0] != current:
            ids.remove(current)
            ids.insert(0, current)
        return ids

    def again(self, id_: str) -> None:
        """Tell of this picture even if it was told already: it is another one now."""
        if self._told == id_:
            self._told = None

    def lead(self, id_: str) -> bool:
        """Tell of this picture, told already or not, if it is the one that is chosen."""
        is_chosen = self.current_id() == id_
        if is_chosen:
            self.again(id_)
            self.tell()
        return is_chosen

    @Slot()
    def tell(self, *_: object) -> None:
        """Say what is chosen, soon, if that was not said yet."""
        if not self._soon.isActive():
            since = 1000 * (monotonic() - self._last)
            self._soon.start(max(0, round(PACE - since)))

    @Slot()
    def _on_soon_timeout(self) -> None:
        id_ = self.current_id()
        if id_ == self._told:
            return
        if id_:
            self.with_pictures([id_], self._tell)
        else:
            self._say("", None)

    def with_pictures(self, ids: Sequence[str], act: Act) -> None:
        """Act on pictures, at once when they are known, else when they have been read. At most
        `MOST_AT_ONCE` of them.
        """
        ids = ids[:MOST_AT_ONCE]
        known = [seen.generation for id_ in ids if (seen := self._model.known(id_)) is not None]
        if len(known) == len(ids):
            act(known)
        else:
            library = self._library
            library.background.run(lambda: library.gallery.rows(ids), act)

    def _tell(self, pictures: Sequence[Generation]) -> None:
        """Another one may have been chosen while this one was read."""
        if pictures and pictures[0].id == self.current_id() != self._told:
            self._say(pictures[0].id, pictures[0])

    def _say(self, id_: str, generation: Generation | None) -> None:
        self._told, self._last = id_, monotonic()
        self.told.emit(generation)

    @Slot(object)
    def _on_model_pictures_read(self, ids: tuple[str, ...]) -> None:
        if self._told in ids:
            self._told = None  # its marks may be others now
            self.tell()
