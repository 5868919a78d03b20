"""Files of pictures that are missing: noticed, looked for and put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from flux_studio.session.background import Background

if TYPE_CHECKING:
    from flux_studio.session.stores import Stores, Write


@dataclass(frozen=True, slots=True)
class Refound:
    """What looking for missing files gave: the pictures that have theirs again, and how many have
    not.
    """

    found: tuple[str, ...]
    missing: int


class MissingDesk(QObject):
    """Signal: `changed(tuple of ids)` of pictures that lost their file or have it again."""

    changed = Signal(object)

    def __init__(
        self,
        stores: Callable[[], Stores],
        root: Path,
        background: Background,
        write: Write,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stores = stores
        self._root = root
        self._background = background
        self._write = write

    def check(self) -> None:
        """Look which pictures lost their file or have it again."""
        root = self._root

        def look() -> tuple[str, ...]:
            from flux_studio.storage.presence import look_for_files

            return look_for_files(self._stores().database, root, lambda: False)[0]

        self._background.run(look, self._tell)

    def look_for(
        self, ids: Sequence[str], folder: Path | None, done: Callable[[Refound], None]
    ) -> None:
        """Look for the files of these pictures below a folder, or in the library's own, and put
        them back. `changed` comes before `done`.
        """
        root, write = self._root, self._write

        def look() -> Refound:
            from flux_studio.storage.refinding import look_for, lost_among, put_back

            stores = self._stores()
            lost, found = lost_among(stores.gallery(), root, ids), []
            for each in look_for(lost, folder or root):
                write(partial(put_back, stores.database, root, each)).result()
                found.append(each.lost.id)
            if found:
                write(stores.marks.catch_up).result()  # sidecars that stayed behind
            return Refound(tuple(found), len(lost) - len(found))

        def tell(refound: Refound) -> None:
            self._tell(refound.found)
            done(refound)

        self._background.run(look, tell, lambda _: done(Refound((), len(ids))))

    def _tell(self, ids: tuple[str, ...]) -> None:
        if ids:
            self.changed.emit(ids)
