"""How a picture looks, in a few numbers: 64 bits of its structure and its main colours.

Two pictures are alike when few of the bits differ. Colours are compared in OKLab (Ottosson, 2020:
https://bottosson.github.io/posts/oklab/), where equal distances look equally large.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

HASH_BITS = 64
_HEX = re.compile(r"#?([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")

Lab = tuple[float, float, float]
"""Lightness 0 to 1, green to red and blue to yellow, each about -0.4 to 0.4."""

_ALL_BITS = (1 << HASH_BITS) - 1


@dataclass(frozen=True, slots=True)
class Look:
    """`bits` are 64, without a sign; `colors` are `#RRGGBB` with their share of the picture in
    percent, the largest first.
    """

    bits: int
    colors: tuple[tuple[str, int], ...] = ()


def difference(one: int, other: int) -> int:
    """In how many bits two structures differ: 0 for the same, about 32 for pictures that have
    nothing to do with each other.
    """
    return ((one ^ other) & _ALL_BITS).bit_count()


def color_from(text: str) -> str | None:
    """`#RRGGBB` of a HEX colour with 3 or 6 digits, None for anything else."""
    found = _HEX.fullmatch(text)
    if found is None:
        return None
    digits = found.group(1).upper()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


@lru_cache(maxsize=256)  # the colours of one picture are compared with each other
def oklab(color: str) -> Lab:
    """`#RRGGBB` (sRGB) in OKLab."""
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def color_distance(one: str, other: str) -> float:
    """How different two `#RRGGBB` look: 0 for the same, 1 from black to white; about 0.02 is just
    seen.
    """
    return math.dist(oklab(one), oklab(other))


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
