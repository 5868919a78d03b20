"""What the desks of the library need: where things are kept, and a way to write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from concurrent.futures import Future

    from flux_studio.storage.database import Database
    from flux_studio.storage.decode import Decoder
    from flux_studio.storage.gallery import Gallery
    from flux_studio.storage.library import PictureLibrary
    from flux_studio.storage.marks import Marks
    from flux_studio.storage.owners import Owner
    from flux_studio.storage.references import ReferenceStore
    from flux_studio.storage.thumbnails import ThumbnailStore

# Runs work on the thread that owns all database writes, one after another.
Write = Callable[[Callable[[], Any]], "Future[Any]"]


class Stores(Protocol):
    """Where the desks find things; all of it thread-safe. Made when first used, off the main
    thread.
    """

    @property
    def thumbnails(self) -> ThumbnailStore: ...

    @property
    def decoder(self) -> Decoder: ...

    @property
    def references(self) -> ReferenceStore: ...

    @property
    def library(self) -> PictureLibrary: ...

    @property
    def marks(self) -> Marks: ...

    @property
    def database(self) -> Database: ...

    @property
    def owner(self) -> Owner: ...

    def gallery(self) -> Gallery:
        """The reading side of the database. Blocking at its first use."""
        ...
