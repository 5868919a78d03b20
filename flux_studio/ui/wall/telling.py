"""Tells the window which picture is chosen on the wall, once it is known what the picture is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from flux_studio.core.generation import Generation
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.ui.wall.gallery_model import GalleryModel
from flux_studio.ui.wall.selecting import SelectingView

MOST_AT_ONCE = 2_000  # pictures whose rows are read for one deed
Act = Callable[[Sequence[Generation]], None]


class Telling(QObject):
    """Signal: `told(Generation or None)`: the picture that has the keyboard and is selected."""

    told = Signal(object)

    def __init__(self, view: SelectingView, model: GalleryModel, library: LibraryDesk) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._library = library
        self._told = ""
        self._wanted = ""
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
            self._told = ""

    @Slot()
    def tell(self, *_: object) -> None:
        """Say what is chosen, if that was not said yet."""
        id_ = self.current_id()
        if id_ == self._told:
            return
        self._wanted = id_
        if not id_:
            self._told = ""
            self.told.emit(None)
            return
        self.with_pictures([id_], self._tell)

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
        if pictures and pictures[0].id == self._wanted:
            self._told = self._wanted
            self.told.emit(pictures[0])

    @Slot(object)
    def _on_model_pictures_read(self, ids: tuple[str, ...]) -> None:
        if self._told in ids:
            self._told = ""  # its marks may be others now
            self.tell()
