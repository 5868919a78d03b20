"""Where the wall stands when its filter changes: what a search finds begins at the top, and when it
ends the wall is as it was before.
"""

from __future__ import annotations

from flux_studio.core.search import read_search
from flux_studio.storage.gallery_filter import Filter
from flux_studio.ui.wall.selecting import Held, SelectingView


class SearchPlace:
    """Is told each change of the filter before the pictures are asked for."""

    def __init__(self, view: SelectingView) -> None:
        self._view = view
        self._before: tuple[Held, tuple[str, int] | tuple[()]] | None = None

    def change(self, old: Filter, new: Filter) -> None:
        """A picture that is chosen stays where it is if it is among the new ones, so that it is
        seen among its neighbours when a search ends; but what is most alike is looked at from the
        top.
        """
        view = self._view
        if old == Filter():
            self._before = view.held(), view.place()
        if new == Filter() and self._before is not None and not view.selected_count():
            held, place = self._before
            view.hold(held)
            view.begin_at_top()
            view.hold_place(place)
        else:
            is_by_likeness = read_search(new.text).likeness is not None
            view.begin_at_top(unless_chosen=not is_by_likeness)
