"""How long each model usually takes, from the library: read at the start and after each picture."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Slot

from flux_studio.session.library_desk import LibraryChange
from flux_studio.session.studio import Studio

Id = tuple[str, str]


class UsualTimes(QObject):
    """Keeps `usual` of the state, in seconds by card id. No signals."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        studio.library.changed.connect(self._on_library_changed)

    def start(self) -> None:
        """Read all models there are, in the background."""
        self._read([card.id for card in self._studio.state.cards])

    @Slot(object)
    def _on_library_changed(self, change: LibraryChange) -> None:
        made = {(g.request.provider, g.request.model) for g in change.added}
        if made:
            self._read(sorted(made))

    def _read(self, cards: Iterable[Id]) -> None:
        library, wanted = self._studio.library, list(cards)

        def read() -> dict[Id, float]:
            found = ((card, library.gallery.typical_seconds(*card)) for card in wanted)
            return {card: seconds for card, seconds in found if seconds is not None}

        library.background.run(read, self._on_read)

    def _on_read(self, found: dict[Id, float]) -> None:
        self._studio.learn(usual={**self._studio.state.usual, **found})
