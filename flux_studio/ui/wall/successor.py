"""Which picture is chosen when those that were chosen leave the wall: the one behind them, so that
the next key finds it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flux_studio.ui.wall.panel import WallPanel


class Successor:
    """Is told before pictures leave, and when they may have left."""

    def __init__(self, wall: WallPanel) -> None:
        self._wall = wall
        self._next = ""

    def expect(self, leaving: Collection[str]) -> None:
        """These are about to leave: remember the picture behind the first of them that stays, else
        the one before.
        """
        ids, order = set(leaving), self._wall.order()
        first = next((at for at, id_ in enumerate(order) if id_ in ids), len(order))
        behind = (id_ for id_ in order[first:] if id_ not in ids)
        before = (id_ for id_ in reversed(order[:first]) if id_ not in ids)
        self._next = next(behind, next(before, ""))

    def choose(self) -> None:
        """Choose it, if those that were chosen are gone and someone chose no other meanwhile."""
        if self._next and not self._wall.view.selected_count() and self._wall.isVisible():
            following, self._next = self._next, ""
            self._wall.select(following)

    def forget(self) -> None:
        """They stay after all, or all that was to leave has left."""
        self._next = ""
