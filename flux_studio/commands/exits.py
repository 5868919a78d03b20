"""The exit codes, and how a worst one is chosen among several pictures."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FAULT = 1  # a fault of the program itself; the log has the details
    IMPOSSIBLE = 2  # wrong use, a setup that cannot work, or a request that cannot be made
    REFUSED = 3  # refused or failed, and not charged
    UNKNOWN = 4  # the outcome is not known, or a charge without a picture
    BUDGET = 5
    NO_KEY = 6
    INTERRUPTED = 130


# From the best to the worst: what may have cost money without a picture weighs most, and an
# interrupt leaves everything open.
_ORDER = (
    Exit.DONE,
    Exit.REFUSED,
    Exit.NO_KEY,
    Exit.IMPOSSIBLE,
    Exit.BUDGET,
    Exit.FAULT,
    Exit.UNKNOWN,
    Exit.INTERRUPTED,
)


def worst(codes: Iterable[Exit]) -> Exit:
    """The code that decides when several pictures ended differently."""
    return max(codes, key=_ORDER.index, default=Exit.DONE)
