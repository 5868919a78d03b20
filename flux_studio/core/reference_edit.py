"""What is sent of a reference instead of its whole picture: a part of it, turned, or smaller.

The picture itself is never touched. An edit names it and says what was done, so that it can be
changed or taken back years later; the reference that carries the edit is the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, sqrt

from flux_studio.core.crop import Box, whole
from flux_studio.core.size import MEGAPIXEL, Size

SMALLER = (4, 2, 1)  # megapixels that a reference can be held to


@dataclass(frozen=True, slots=True)
class ReferenceEdit:
    """Done to the picture `sha256` of `size` (px, upright): the part `crop` of it is turned by so
    many quarters clockwise and made to have at most `megapixels` of 1,048,576 px, 0 for no bound.
    """

    sha256: str
    mime: str
    size: Size
    crop: Box | None = None
    turns: int = 0
    megapixels: int = 0

    @property
    def changes(self) -> bool:
        """Whether anything is left of the picture that is not sent as it is."""
        cut = self.crop is not None and self.crop != whole(self.size)
        return cut or self.turns % 4 != 0 or self.made_smaller

    @property
    def made_smaller(self) -> bool:
        return bool(self.megapixels) and self.part.pixels > self.megapixels * MEGAPIXEL

    @property
    def part(self) -> Size:
        """Width × height of the part, px, before it is turned and made smaller."""
        return self.crop.size if self.crop else self.size

    @property
    def result(self) -> Size:
        """Width × height of what is sent, px."""
        wide, high = self.part.width, self.part.height
        if self.turns % 2:
            wide, high = high, wide
        return bounded(Size(wide, high), self.megapixels)


def bounded(size: Size, megapixels: int) -> Size:
    """The size with at most so many megapixels and the same ratio, rounded down; 0 for no bound."""
    if not megapixels or size.pixels <= megapixels * MEGAPIXEL:
        return size
    scale = sqrt(megapixels * MEGAPIXEL / size.pixels)
    return Size(max(1, floor(size.width * scale)), max(1, floor(size.height * scale)))
