"""Notices what another process, the command line or a second window, deleted or brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from flux_studio.session.library_desk import LibraryDesk

EVERY = 2000  # ms


class BinWatch(QObject):
    """Tells through the signals of the library's bin desk. Asking whether the file has changed at
    all costs some microseconds on a worker; only then the records are read.
    """

    def __init__(self, library: LibraryDesk) -> None:
        super().__init__(library)
        self._library = library
        self._version = -1
        self._known: frozenset[str] | None = None
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        library.bin.removed.connect(self._on_removed)
        library.bin.returned.connect(self._on_returned)

    def start(self) -> None:
        """Begin with what is deleted now."""
        self.look()
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Ask now."""
        version, library = self._version, self._library

        def read() -> tuple[int, frozenset[str] | None]:
            ask = library.gallery.ask
            now = int(ask("PRAGMA data_version")[0][0])
            if now == version:
                return now, None
            return now, frozenset(row["id"] for row in ask("SELECT id FROM deleted"))

        self._library.background.run(read, self._on_read)

    def _on_read(self, found: tuple[int, frozenset[str] | None]) -> None:
        version, ids = found
        if ids is None or self._library.bin.is_busy:
            return  # what this process does is told by the desk; it is compared afterwards
        known, self._version, self._known = self._known, version, ids
        if known is None:
            return
        if ids - known:
            self._library.bin.removed.emit(tuple(ids - known))
        if known - ids:
            self._library.bin.returned.emit(tuple(known - ids))

    @Slot(object)
    def _on_removed(self, ids: tuple[str, ...]) -> None:
        if self._known is not None:
            self._known = self._known.union(ids)

    @Slot(object)
    def _on_returned(self, ids: tuple[str, ...]) -> None:
        if self._known is not None:
            self._known = self._known.difference(ids)
