"""Favourite sizes: sizes with names of one's own, kept with the preferences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.size import Preset, Size, parse_size
from flux_studio.session.state import Notice, Tone

if TYPE_CHECKING:
    from flux_studio.session.studio import Studio

MOST_CHARACTERS = 40  # of a name
_UNDO = QT_TRANSLATE_NOOP("Notice", "Undo")
_REMOVED = QT_TRANSLATE_NOOP("Notice", "The favourite size {name} is removed.")


class SizeDesk(QObject):
    """Keeps, renames and removes favourite sizes. No signals; they are in the preferences."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        studio.acted.connect(self._on_acted)

    def favourites(self) -> tuple[Preset, ...]:
        """The favourite sizes in px, in the order they were kept in."""
        return favourites_of(self._studio.state.preferences.favourite_sizes)

    def keep(self, name: str, size: Size) -> None:
        """Keep a size in px under a name; a name that is there already gets this size."""
        name = clean(name)
        if name:
            self._put({**self._studio.state.preferences.favourite_sizes, name: str(size)})

    def rename(self, old: str, new: str) -> None:
        """Give a favourite another name, at its place; one that had the name goes."""
        new, kept = clean(new), self._studio.state.preferences.favourite_sizes
        if new and old in kept and new != old:
            self._put({new if n == old else n: s for n, s in kept.items() if n != new})

    def remove(self, name: str) -> None:
        """Take a favourite away; the notice brings it back, at its place."""
        kept = self._studio.state.preferences.favourite_sizes
        if name in kept:
            self._put({each: size for each, size in kept.items() if each != name})
            self._studio.say(Tone.INFO, _REMOVED, (("name", name),), _UNDO, _Removed(kept))

    def _put(self, favourites: Mapping[str, str]) -> None:
        preferences = replace(self._studio.state.preferences, favourite_sizes=dict(favourites))
        self._studio.set_preferences(preferences)

    @Slot(object)
    def _on_acted(self, notice: Notice) -> None:
        if isinstance(notice.about, _Removed):
            now = self._studio.state.preferences.favourite_sizes
            self._put({**notice.about.before, **now})


class _Removed:
    """What a notice of a removal is about: the favourites as they were."""

    def __init__(self, before: Mapping[str, str]) -> None:
        self.before = before


def favourites_of(kept: Mapping[str, str]) -> tuple[Preset, ...]:
    """Favourites as the preferences have them; what is no size is left out."""
    read = ((name, parse_size(text)) for name, text in kept.items())
    return tuple(Preset(name, size) for name, size in read if size is not None)


def clean(name: str) -> str:
    """A name as it is kept: one line of at most 40 characters."""
    return " ".join(name.split())[:MOST_CHARACTERS].strip()
