"""The shelf as the window sees it: projects, collections, saved searches, and the words that a
search can be completed with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.background import Background
from flux_studio.session.library_history import LibraryHistory, Step

if TYPE_CHECKING:
    from flux_studio.session.stores import Write
    from flux_studio.storage.database import Database
    from flux_studio.storage.gallery import Gallery
    from flux_studio.storage.marks import Marks
    from flux_studio.storage.shelf import Shelf, Shelves

COLLECTION_BACK = QT_TRANSLATE_NOOP("Notice", "The collection {name} is back.")
COLLECTION_GONE = QT_TRANSLATE_NOOP("Notice", "The collection {name} is gone; no picture is.")
SEARCH_BACK = QT_TRANSLATE_NOOP("Notice", "The saved search {name} is back.")
SEARCH_RENAMED = QT_TRANSLATE_NOOP("Notice", "The saved search is called {name} again.")
SEARCH_RENAMED_AGAIN = QT_TRANSLATE_NOOP("Notice", "The saved search is called {new} again.")
SEARCH_GONE = QT_TRANSLATE_NOOP("Notice", "The saved search {name} is gone.")


class ShelfStores(Protocol):
    """The part of the workshop that the shelf needs."""

    @property
    def marks(self) -> Marks: ...

    @property
    def database(self) -> Database: ...

    def gallery(self) -> Gallery: ...


class ShelfDesk(QObject):
    """Signals: `changed(Shelves)` and `words_changed()` after they were read anew;
    `members_changed(tuple of ids)` when pictures joined or left a collection as a whole;
    `failed(Exception)`.
    """

    changed = Signal(object)
    words_changed = Signal()
    members_changed = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        stores: Callable[[], ShelfStores],
        background: Background,
        write: Write,
        history: LibraryHistory,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stores = stores
        self._background = background
        self._write = write
        self._history = history
        self.shelves: Shelves | None = None
        self.vocabulary: Mapping[str, Sequence[str]] = {}

    def refresh(self) -> None:
        """Read the shelf and the words anew; `changed` and `words_changed` follow."""

        def read() -> tuple[Shelves, Mapping[str, Sequence[str]]]:
            from flux_studio.storage.shelf import shelves, vocabulary

            gallery = self._stores().gallery()
            return shelves(gallery), vocabulary(gallery)

        self._background.run(read, self._on_read, self.failed.emit)

    def prepare_search(self) -> None:
        """A search is about to be typed: read what its first letter would have to wait for."""
        self.refresh()

        def read() -> None:
            self._stores().gallery().words.prepare()

        self._background.run(read, None, self.failed.emit)

    def save_search(self, name: str, search: str) -> None:
        self._change(lambda shelf: shelf.save_search(name, search))

    def forget_search(self, name: str) -> None:
        """Take a saved search away; it can be taken back."""

        def remember(search: str) -> None:
            self._history.push(
                Step(
                    undo=lambda: self.save_search(name, search),
                    redo=lambda: self._change(lambda shelf: shelf.forget_search(name)),
                    undone=SEARCH_BACK,
                    redone=SEARCH_GONE,
                    values=(("name", name),),
                )
            )

        self._change(lambda shelf: shelf.forget_search(name), remember)

    def rename_search(self, name: str, new: str) -> None:
        """Give a saved search another name; it can be taken back, with one that had the name."""

        def remember(renamed: tuple[str, str]) -> None:
            kept, replaced = renamed
            if kept:
                self._history.push(
                    Step(
                        undo=partial(self._rename_back, kept, name, replaced),
                        redo=lambda: self._change(lambda shelf: shelf.rename_search(name, kept)),
                        undone=SEARCH_RENAMED,
                        redone=SEARCH_RENAMED_AGAIN,
                        values=(("name", name), ("new", kept)),
                    )
                )

        self._change(lambda shelf: shelf.rename_search(name, new), remember)

    def make_collection(self, name: str) -> None:
        self._change(lambda shelf: shelf.make_collection(name))

    def rename_collection(self, name: str, new: str) -> None:
        self._change(lambda shelf: shelf.rename_collection(name, new))

    def drop_collection(self, name: str) -> None:
        """Take a collection away, never its pictures; it can be taken back."""

        def remember(members: tuple[str, ...]) -> None:
            self.members_changed.emit(members)
            self._history.push(
                Step(
                    undo=partial(self._bring_back, name, members),
                    redo=lambda: self._change(
                        lambda shelf: shelf.drop_collection(name), self.members_changed.emit
                    ),
                    undone=COLLECTION_BACK,
                    redone=COLLECTION_GONE,
                    values=(("name", name),),
                )
            )

        self._change(lambda shelf: shelf.drop_collection(name), remember)

    def _rename_back(self, name: str, old: str, replaced: str) -> None:
        def work(shelf: Shelf) -> None:
            shelf.rename_search(name, old)
            if replaced:
                shelf.save_search(name, replaced)

        self._change(work)

    def _bring_back(self, name: str, members: tuple[str, ...]) -> None:
        def work(shelf: Shelf) -> tuple[str, ...]:
            from flux_studio.storage.marks import MarkChange

            shelf.make_collection(name)
            self._stores().marks.set(members, MarkChange(collections_added=(name,)))
            return members

        self._change(work, self.members_changed.emit)

    def _change(
        self, work: Callable[[Shelf], Any], done: Callable[[Any], None] | None = None
    ) -> None:
        def write() -> Any:
            from flux_studio.storage.shelf import Shelf

            stores = self._stores()
            changed = work(Shelf(stores.database))
            stores.marks.catch_up()
            return changed

        future = self._write(write)

        def tell(changed: Any) -> None:
            if done is not None:
                done(changed)
            self.refresh()

        self._background.run(future.result, tell, self.failed.emit)

    def _on_read(self, found: tuple[Shelves, Mapping[str, Sequence[str]]]) -> None:
        shelves, self.vocabulary = found
        if shelves != self.shelves:
            self.shelves = shelves
            self.changed.emit(shelves)
        self.words_changed.emit()
