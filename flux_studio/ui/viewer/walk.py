"""The way along the wall: which picture is in view, and which come before and after it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from flux_studio.core.generation import Generation
from flux_studio.session.library_desk import LibraryDesk


class Walk(QObject):
    """Signals: `arrived(Generation)` at the next picture; `neighbours_read(tuple of Generation)`,
    the likeliest next first.
    """

    arrived = Signal(object)
    neighbours_read = Signal(object)

    def __init__(self, library: LibraryDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self.order: list[str] = []
        self.at = -1
        self._forward = 1
        self._near: dict[str, Generation] = {}

    def begin(self, generation: Generation, order: Sequence[str]) -> None:
        """Stand at a picture; it need not be one of the ids of the way."""
        self.order = list(order)
        self.at = self.order.index(generation.id) if generation.id in self.order else -1

    def step(self, steps: int) -> None:
        """Go on by so many pictures, backwards when negative; beyond the ends nothing happens."""
        self.go(self.at + steps)

    def go(self, place: int) -> None:
        if self.at < 0 or place == self.at or not 0 <= place < len(self.order):
            return
        self._forward = 1 if place > self.at else -1
        self.at = place
        known = self._near.get(self.order[place])
        if known is not None:
            self.arrived.emit(known)
            return
        library, id_ = self._library, self.order[place]
        library.background.run(lambda: library.gallery.get(id_), self._on_row_read)

    def ask_neighbours(self) -> None:
        """Two ahead in the direction one walks, and the one behind."""
        if self.at < 0:
            return
        ahead = self._forward
        wanted = [self.at + ahead, self.at - ahead, self.at + 2 * ahead]
        ids = [self.order[at] for at in wanted if 0 <= at < len(self.order)]
        library = self._library
        library.background.run(lambda: library.gallery.rows(ids), self._on_neighbours_read)

    def leave_out(self, ids: Sequence[str]) -> bool:
        """Pictures that are no more leave the way. One that stood where one stands gives way to the
        next, else to the one before; False when there is none.
        """
        gone, here = set(ids), self.at
        is_here = here >= 0 and self.order[here] in gone
        before = sum(id_ in gone for id_ in self.order[: max(0, here)])
        self.order = [id_ for id_ in self.order if id_ not in gone]
        self.forget(ids)
        if here < 0:
            return True
        self.at = here - before
        if not is_here:
            return True
        place, self.at = min(self.at, len(self.order) - 1), len(self.order)
        self.go(place)
        return bool(self.order)

    def forget(self, ids: Sequence[str]) -> None:
        """Their marks have changed, so they are read again."""
        for id_ in ids:
            self._near.pop(id_, None)

    def _on_row_read(self, generation: Generation | None) -> None:
        if (
            isValid(self)
            and generation is not None
            and self.order[self.at : self.at + 1] == [generation.id]
        ):
            self.arrived.emit(generation)

    def _on_neighbours_read(self, found: Sequence[Generation]) -> None:
        if not isValid(self):  # the window closed while they were read
            return
        self._near = {each.id: each for each in found}
        self.neighbours_read.emit(tuple(found))
