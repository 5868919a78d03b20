"""Picture sizes in pixels, the megapixel that is billed, and how a model restricts what may be
asked.

A size is always width × height. A billed megapixel is 1,048,576 pixels, rounded up to whole ones:
the only reading that reproduces every row of a provider's printed price table (1920 × 1080 is 2 MP,
4096 × 4096 is 16 MP).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log, sqrt

MEGAPIXEL = 1_048_576  # pixels in a billed megapixel: 1024 × 1024


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """Width × height in pixels."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def billed_megapixels(self) -> int:
        """Whole megapixels as providers bill them: rounded up, at least 1. Integers only."""
        return max(1, (self.pixels + MEGAPIXEL - 1) // MEGAPIXEL)

    @property
    def megapixels(self) -> float:
        """Megapixels for people to read, not for money."""
        return self.pixels / MEGAPIXEL

    @property
    def ratio(self) -> float:
        """Width divided by height."""
        return self.width / self.height

    def swapped(self) -> Size:
        return Size(self.height, self.width)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


def parse_size(text: str) -> Size | None:
    """Read '1344x768', '1344×768' or '1344*768'; None when the text is not a size.

    A side of more than six digits is no size either: nothing draws it, and floats would overflow.
    """
    for sign in "×*X":
        text = text.replace(sign, "x")
    left, cross, right = text.strip().partition("x")
    sides = left.strip(), right.strip()
    if not cross or not all(side.isdecimal() and len(side) <= 6 for side in sides):
        return None
    size = Size(*map(int, sides))
    return size if size.width and size.height else None


@dataclass(frozen=True, slots=True)
class Preset:
    """A named size. `wire` is the provider's own word for it, empty when it has none."""

    name: str
    size: Size
    wire: str = ""


@dataclass(frozen=True, slots=True)
class FreeSizes:
    """Any width × height within limits, on a grid of `step` px.

    `least` and `most` bound each side in px, `most_pixels` the area; 0 means no bound on the area.
    """

    least: int
    most: int
    step: int
    most_pixels: int
    presets: tuple[Preset, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedSize:
    """One size a model offers by ratio and tier. The size in px is nominal: such providers promise
    a ratio only.
    """

    ratio: str
    tier: str
    size: Size


@dataclass(frozen=True, slots=True)
class ListedSizes:
    """Only the sizes of a list: the provider takes a ratio and a tier, not pixels."""

    options: tuple[ListedSize, ...]


SizeRule = FreeSizes | ListedSizes


def presets_of(rule: SizeRule) -> tuple[Preset, ...]:
    """The named sizes a picker shows for a rule, in the order of the card."""
    match rule:
        case FreeSizes(presets=presets):
            return presets
        case ListedSizes(options=options):
            tiers = {option.tier for option in options}
            return tuple(
                Preset(f"{o.ratio} {o.tier}" if len(tiers) > 1 else o.ratio, o.size)
                for o in options
            )


def size_problem(rule: SizeRule, size: Size) -> str | None:
    """Which rule a size breaks: 'side', 'grid', 'area', 'listed', or None when it is valid."""
    match rule:
        case FreeSizes() as free:
            if (
                min(size.width, size.height) < free.least
                or max(size.width, size.height) > free.most
            ):
                return "side"
            if size.width % free.step or size.height % free.step:
                return "grid"
            return "area" if free.most_pixels and size.pixels > free.most_pixels else None
        case ListedSizes(options=options):
            return None if any(o.size == size for o in options) else "listed"


def nearest_size(rule: SizeRule, size: Size) -> Size:
    """The valid size nearest to what was asked, keeping the ratio where the limits force a
    change.
    """
    match rule:
        case FreeSizes() as free:
            return _nearest_free(free, size)
        case ListedSizes(options=options):
            return min((o.size for o in options), key=lambda s: _distance(s, size))


def nearest_within(rule: SizeRule, size: Size, pixels: int) -> Size | None:
    """The valid size nearest to `size` that has at most `pixels`, None when there is none."""
    match rule:
        case FreeSizes() if pixels > 0:
            bounded = replace(rule, most_pixels=min(pixels, rule.most_pixels or pixels))
            nearest = nearest_size(bounded, size)
            return nearest if size_problem(bounded, nearest) is None else None
        case ListedSizes(options=options):
            fitting = tuple(option for option in options if option.size.pixels <= pixels)
            return nearest_size(ListedSizes(fitting), size) if fitting else None
        case _:
            return None


def listed(rule: SizeRule, size: Size) -> ListedSize | None:
    """The ratio and tier that stand for a size, or None for a rule of free sizes."""
    match rule:
        case ListedSizes(options=options):
            return min(options, key=lambda o: _distance(o.size, size))
        case FreeSizes():
            return None


def _distance(one: Size, other: Size) -> float:
    """How unlike two sizes are: a wrong ratio weighs four times a wrong scale."""
    return 4 * abs(log(one.ratio / other.ratio)) + abs(log(one.pixels / other.pixels)) / 2


def _nearest_free(rule: FreeSizes, size: Size) -> Size:
    """The valid size nearest to the wanted one, or to the largest of its ratio that the limits
    leave.
    """
    wanted = Size(max(1, size.width), max(1, size.height))
    scale = min(1.0, rule.most / max(wanted.width, wanted.height))
    if rule.most_pixels:
        scale = min(scale, sqrt(rule.most_pixels / wanted.pixels))
    wide, high = wanted.width * scale, wanted.height * scale
    # Around the corner of the grid that it falls into; a side that is held by the least one leaves
    # the other what the area has left.
    found = [
        each
        for width in _around(wide, rule)
        for height in _around(high, rule)
        for each in (
            Size(width, height),
            Size(width, _within_area(width, height, rule)),
            Size(_within_area(height, width, rule), height),
        )
        if size_problem(rule, each) is None
    ]
    if not found:
        return Size(_around(wide, rule)[0], _around(high, rule)[0])
    return min(
        found,
        key=lambda s: ((s.width - wide) ** 2 + (s.height - high) ** 2, -s.pixels, -s.width),
    )


def _around(side: float, rule: FreeSizes) -> tuple[int, int]:
    """The grid line below and the one above, inside the limits of a side."""
    least = -(-rule.least // rule.step) * rule.step
    most = rule.most // rule.step * rule.step
    below = int(side / rule.step) * rule.step
    low, high = (min(most, max(least, each)) for each in (below, below + rule.step))
    return low, high


def _within_area(one: int, other: int, rule: FreeSizes) -> int:
    """`other`, made so small that the area beside the side `one` is not too large."""
    if not rule.most_pixels:
        return other
    return min(other, rule.most_pixels // one // rule.step * rule.step)
