"""What the journal knows of named keys: when each last sent a job, and their new names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from concurrent.futures import Future

    from flux_studio.storage.gallery import Gallery
    from flux_studio.storage.journal import JobJournal

Write = Callable[[Callable[[], Any]], "Future[Any]"]


class Stores(Protocol):
    """Where the book finds things, off the main thread."""

    @property
    def journal(self) -> JobJournal: ...

    def gallery(self) -> Gallery: ...


class JournalKeyBook:
    """Reads beside the gallery; writes by `write`, on the thread that owns database writes."""

    def __init__(self, stores: Callable[[], Stores], write: Write) -> None:
        self._stores = stores
        self._write = write

    def uses(self, provider: str) -> Mapping[str, datetime]:
        """When each key last sent a job (UTC), by its name. Blocking."""
        from flux_studio.storage.gallery_figures import key_uses

        return key_uses(self._stores().gallery(), provider)

    def rename(self, provider: str, old: str, new: str) -> Future[Any]:
        """The jobs that were sent with a key know it under its new name."""
        return self._write(lambda: self._stores().journal.rename_key(provider, old, new))
