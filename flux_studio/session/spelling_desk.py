"""Spell check for the window: words are looked up in the background, a moment after they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from flux_studio.session.state import StudioState

if TYPE_CHECKING:
    from flux_studio.session.studio import Studio
    from flux_studio.storage.spelling import Speller

REST_MS = 400  # a word that stands this long is looked up
_MOST_REMEMBERED = 20_000


class SpellingDesk(QObject):
    """Signals: `changed()` when more is known of words; `opened()` when it is known what can be
    chosen. Which language is checked is a preference; '' is none.
    """

    changed = Signal()
    opened = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._own_words: Path | None = None
        self._language = ""
        self._speller: Speller | None = None
        self._known: dict[str, bool] = {}
        self._waiting: set[str] = set()
        self.languages: tuple[str, ...] = ()
        self.why_not = ""
        self._resting = QTimer(self, singleShot=True, interval=REST_MS)
        self._resting.timeout.connect(self._on_rested)
        studio.changed.connect(self._on_studio_changed)

    def open(self, own_words: Path) -> None:
        """Look what can be checked. `own_words` is the file of one's own words."""
        self._own_words = own_words

        def look() -> tuple[tuple[str, ...], str]:
            from flux_studio.storage.spelling import languages, why_not

            return languages(), why_not()

        self._studio.library.background.run(look, self._on_looked)

    def choose(self, language: str) -> None:
        """Check in another language, '' for none."""
        preferences = self._studio.state.preferences
        self._studio.set_preferences(replace(preferences, spelling=language))

    @property
    def checks(self) -> bool:
        """Whether words are looked up at all."""
        return self._speller is not None

    def is_wrong(self, word: str) -> bool:
        """Whether a word is known to be in no list; what is not known yet is looked up."""
        if self._speller is None:
            return False
        found = self._known.get(word)
        if found is None and word not in self._waiting:
            self._waiting.add(word)
            self._resting.start()
        return bool(found)

    def ask_suggestions(self, word: str, done: Callable[[tuple[str, ...]], None]) -> None:
        """What may have been meant; comes to `done`."""
        speller = self._speller
        if speller is not None:
            self._studio.library.background.run(lambda: speller.suggestions(word), done)

    def keep(self, word: str) -> None:
        """Add a word to one's own."""
        speller = self._speller
        if speller is not None:
            self._known[word] = False
            self._studio.library.background.run(lambda: speller.keep(word))
            self.changed.emit()

    @Slot(object)
    def _on_studio_changed(self, state: StudioState) -> None:
        if state.preferences.spelling != self._language and self.languages:
            self._language = state.preferences.spelling
            self._load()

    def _on_looked(self, looked: tuple[tuple[str, ...], str]) -> None:
        self.languages, self.why_not = looked
        self.opened.emit()
        self._on_studio_changed(self._studio.state)

    def _load(self) -> None:
        language, own_words = self._language, self._own_words
        self._speller = None
        self._known.clear()
        self._waiting.clear()
        self.changed.emit()
        if not language or own_words is None:
            return

        def make() -> Speller:
            from flux_studio.storage.spelling import Speller

            return Speller(language, own_words)

        self._studio.library.background.run(
            make, lambda made: self._on_loaded(language, made), lambda _: None
        )

    def _on_loaded(self, language: str, speller: Speller) -> None:
        if language == self._language:
            self._speller = speller
            self.changed.emit()

    @Slot()
    def _on_rested(self) -> None:
        speller, asked = self._speller, frozenset(self._waiting)
        self._waiting.clear()
        if speller is not None and asked:
            self._studio.library.background.run(
                lambda: (asked, speller.unknown(asked)), self._on_looked_up
            )

    def _on_looked_up(self, found: tuple[frozenset[str], set[str]]) -> None:
        asked, unknown = found
        if len(self._known) > _MOST_REMEMBERED:
            self._known.clear()
        self._known.update({word: word in unknown for word in asked})
        if unknown:
            self.changed.emit()
