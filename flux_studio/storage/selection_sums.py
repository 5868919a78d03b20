"""What many chosen pictures are together: how many, how large on disk, what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flux_studio.core.money import Money
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.job_rows import money_from

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Sums:
    """`bytes` on disk without sidecars; `cost` USD, as charged and else as estimated; `unknown`
    counts pictures of which neither is known.
    """

    pictures: int
    bytes: int
    cost: Money
    unknown: int


def sums_of(gallery: Gallery, ids: Sequence[str]) -> Sums:
    """Of those that are in the library. Blocking. Raises NotKept when the disk refuses."""
    pictures = size = unknown = 0
    cost = Money(0)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = gallery.ask(
            "SELECT COUNT(*), SUM(bytes), COALESCE(charged, price) AS money FROM generations"
            f" WHERE id IN ({marks}) GROUP BY money",
            some,
        )
        for count, bytes_, text in rows:
            pictures += count
            size += bytes_
            money = None if text is None else money_from(text)
            if money is None:
                unknown += count
            else:
                cost += money * count
    return Sums(pictures, size, cost, unknown)
