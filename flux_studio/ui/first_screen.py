"""The wall's first screen at the start of the window: nothing else is built until it is painted.

Workers read and decode its pictures, and they share Python's lock with the main thread: a window
that builds its other panels meanwhile shows its pictures a quarter of a second later.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flux_studio.ui.wall.panel import WallPanel

LONGEST = 0.4  # seconds that the other panels wait at most
PAUSE = 4  # ms between two looks


def first_screen(wall: WallPanel) -> Iterator[int]:
    """Waits for it: gives the ms after which to go on."""
    until = perf_counter() + LONGEST
    while not is_there(wall) and perf_counter() < until:
        yield PAUSE


def is_there(wall: WallPanel) -> bool:
    """Whether everything in view has its picture, or there is nothing to wait for."""
    if not wall.view.isVisibleTo(wall):
        return True  # an empty library says so instead
    loader, model = wall.loader, wall.model
    ids = [model.id(place.index) for place in wall.view.visible()]
    return bool(ids) and all(
        id_ in model.jobs or id_ in loader.missing or loader.cache.get(id_) for id_ in ids
    )
