"""Where each picture stands: rows that fill the width, each picture in its own ratio, in blocks of
a day.

Pure arithmetic without Qt, for a hundred thousand pictures: a block that comes near the view gets
running sums of ratios, so that a row is one search and a picture's place is found only when it is
asked for. All lengths are px.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import ceil
from time import perf_counter

MOST_IN_ROW = 128
TALLEST = 1.6  # a row is at most so many times as tall as was asked for
NEARLY_FULL = 0.8  # a last row this full is stretched as the others are
AHEAD = 400  # rows that are made at a time at least: about a millisecond
ALL = 2**62  # further than any picture or height


@dataclass(frozen=True, slots=True)
class Shape:
    """The room: its width, how tall a row should be, and the spaces between. The last row of a
    section that is nearly full `stretches` to the full width.
    """

    width: int
    row: int
    gap: int = 8
    row_gap: int = 12
    header: int = 38
    margin: int = 16
    stretches: bool = True

    @property
    def inner(self) -> int:
        return max(32, self.width - 2 * self.margin)

    @property
    def share(self) -> float:
        """A gap as a ratio: what it takes of the width in a row of the height asked for."""
        return self.gap / self.row

    @property
    def nearly_full(self) -> float:
        """The share of the width from which a last row is made as wide as the others."""
        return NEARLY_FULL if self.stretches else 1.0

    @classmethod
    def of_squares(cls, width: int, side: int, header: int = 38) -> Shape:
        """A room whose cells are all square, as nearly `side` px wide as fills the width."""
        room = cls(width, side, header=header, stretches=False)
        across = max(1, round((room.inner + room.gap) / (side + room.gap)))
        fitting = (room.inner - (across - 1) * room.gap) // across
        return cls(width, max(1, fitting), header=header, stretches=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A picture's rectangle; `top` is from the top of the whole wall."""

    index: int
    left: int
    top: int
    width: int
    height: int

    @property
    def middle(self) -> float:
        return self.left + self.width / 2

    @property
    def bottom(self) -> int:
        return self.top + self.height


@dataclass(slots=True)
class Block:
    """One section: the `ratios` of its pictures and their `total`. As far as it has rows, `starts`
    are the first picture of each and `tops` its distance from the top of the block, both with one
    more at the end; the rest of its `height` is an estimate. `sums` are running sums of ratio +
    share, with one more at the end, from the first row on.
    """

    ratios: Sequence[float]
    total: float
    height: int
    sums: array[float] = field(default_factory=lambda: array("d"))
    starts: array[int] = field(default_factory=lambda: array("i"))
    tops: array[int] = field(default_factory=lambda: array("i"))

    @property
    def has_rows(self) -> bool:
        return bool(self.starts)

    @property
    def is_exact(self) -> bool:
        """Whether all its pictures stand in rows."""
        return bool(self.starts) and self.starts[-1] == len(self)

    def __len__(self) -> int:
        return len(self.ratios)


def block_of(ratios: Sequence[float], shape: Shape) -> Block:
    """A block of pictures with these ratios (width / height), its rows not made yet."""
    total = sum(ratios)
    return Block(ratios, total, _estimate(total, len(ratios), shape))


def _estimate(total: float, count: int, shape: Shape) -> int:
    """About how tall a block is, px."""
    rows = ceil((total + count * shape.share) * shape.row / (shape.inner + shape.gap))
    return shape.header + rows * (shape.row + shape.row_gap)


def _in_another_room(block: Block, shape: Shape, *, same_share: bool) -> Block:
    """The block without its rows; the sums stay where they are the same."""
    height = _estimate(block.total, len(block), shape)
    sums = block.sums if same_share else array("d")
    return Block(block.ratios, block.total, height, sums)


def make_rows(block: Block, shape: Shape, picture: int = ALL, depth: int = ALL) -> None:
    """More rows of a block, at least up to a picture or to so many px from its top: each ends at
    the picture that brings it nearest to the full width.
    """
    if not block.sums:
        block.sums.append(0.0)
        block.sums.extend(accumulate([ratio + shape.share for ratio in block.ratios]))
    sums = block.sums
    count, inner, gap, share = len(block), shape.inner, shape.gap, shape.share
    wanted, step, most = shape.row, shape.row_gap, int(shape.row * TALLEST)
    need, full = (inner + gap) / wanted, inner + gap
    starts, tops = block.starts or array("i", [0]), block.tops or array("i", [shape.header])
    start, top = starts[-1], tops[-1]
    enough = len(starts) + AHEAD
    while start < count and (start <= picture and top < depth or len(starts) < enough):
        base = sums[start]
        goal = base + need
        end = bisect_left(sums, goal, start + 1, min(count, start + MOST_IN_ROW))
        over = sums[end] - goal
        if over > 0 and end - start > 1 and goal - sums[end - 1] < over:
            end -= 1
        total = sums[end] - base
        if end == count and total < need * shape.nearly_full:
            height = wanted
        else:
            in_row = end - start
            height = min(most, int((full - in_row * gap) / (total - in_row * share)))
        top += max(1, height) + step
        start = end
        starts.append(start)
        tops.append(top)
    rest = ceil((sums[-1] - sums[start]) / need) * (wanted + step)
    block.starts, block.tops, block.height = starts, tops, top + rest


class WallLayout:
    """All blocks below each other.

    Rows are made as far as is asked about; what is further down has an estimated height until
    `make_more_rows` reached it. Making rows moves only what is further down.
    """

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.blocks: list[Block] = []
        self._firsts: list[int] = [0]
        self._tops: list[int] = [0]

    @property
    def height(self) -> int:
        """Of the whole wall."""
        return self._tops[-1] + self.shape.margin

    @property
    def is_exact(self) -> bool:
        """Whether every picture stands in a row."""
        return all(block.is_exact for block in self.blocks)

    def arrange(self, counts: Sequence[int], ratios: Sequence[float]) -> None:
        """Lay everything out anew: `counts` pictures in each section, `ratios` of all pictures."""
        self.blocks = []
        start = 0
        for count in counts:
            self.blocks.append(block_of(ratios[start : start + count], self.shape))
            start += count
        self._stack()

    def reshape(self, shape: Shape) -> None:
        """The same pictures in another room."""
        same = shape.share == self.shape.share
        self.shape = shape
        self.blocks = [_in_another_room(block, shape, same_share=same) for block in self.blocks]
        self._stack()

    def change_section(self, number: int, ratios: Sequence[float]) -> None:
        """One section has other pictures now; the rest only moves."""
        self.blocks[number] = block_of(ratios, self.shape)
        self._ready(number, picture=0)
        self._stack()

    def open_section(self, number: int, ratios: Sequence[float]) -> None:
        self.blocks.insert(number, block_of(ratios, self.shape))
        self._ready(number, picture=0)
        self._stack()

    def close_section(self, number: int) -> None:
        del self.blocks[number]
        self._stack()

    def has_rows_for(self, index: int) -> bool:
        """Whether asking for this place would move nothing. Raises IndexError."""
        number = self.section_of(index)
        block = self.blocks[number]
        return block.has_rows and index - self._firsts[number] < block.starts[-1]

    def make_more_rows(self, top: int, seconds: float) -> None:
        """Make rows for that long, nearest to a height first."""
        until = perf_counter() + seconds
        middle = bisect_right(self._tops, top)
        waiting = [n for n, block in enumerate(self.blocks) if not block.is_exact]
        for number in sorted(waiting, key=lambda n: abs(n - middle)):
            block = self.blocks[number]
            while not block.is_exact and perf_counter() <= until:
                make_rows(block, self.shape, picture=0)
            if perf_counter() > until:
                break
        self._stack()

    def section_of(self, index: int) -> int:
        """The section a picture lies in. Raises IndexError."""
        if not 0 <= index < self._firsts[-1]:
            raise IndexError("no such place")
        return bisect_right(self._firsts, index) - 1

    def pictures_of(self, number: int) -> tuple[int, int]:
        """The first picture of a section and the first after it."""
        return self._firsts[number], self._firsts[number + 1]

    def ratio(self, index: int) -> float:
        """What a picture is laid out with."""
        number = self.section_of(index)
        return self.blocks[number].ratios[index - self._firsts[number]]

    def headers(self, top: int, bottom: int) -> Iterator[tuple[int, int]]:
        """Sections whose header line is between two heights, each with the top of the line."""
        self.make_rows_between(top, bottom)
        first = max(0, bisect_right(self._tops, top - self.shape.header) - 1)
        for number in range(first, len(self.blocks)):
            if self._tops[number] >= bottom:
                return
            if self._tops[number] + self.shape.header > top:
                yield number, self._tops[number]

    def places(self, top: int, bottom: int) -> Iterator[Place]:
        """The pictures between two heights, from the top."""
        self.make_rows_between(top, bottom)
        number = max(0, bisect_right(self._tops, top) - 1)
        for number_ in range(number, len(self.blocks)):
            start = self._tops[number_]
            if start >= bottom:
                return
            block = self.blocks[number_]
            row = max(0, bisect_right(block.tops, top - start) - 1)
            while row < len(block.starts) - 1 and start + block.tops[row] < bottom:
                if start + block.tops[row + 1] - self.shape.row_gap > top:
                    yield from self._row(number_, row)
                row += 1

    def place(self, index: int) -> Place:
        """Where a picture stands. Raises IndexError."""
        number, row = self._row_of(index)
        places = list(self._row(number, row))
        return places[index - places[0].index]

    def at(self, x: int, y: int) -> int | None:
        """The picture at a point of the wall, None between them."""
        for place in self.places(y, y + 1):
            if place.left <= x < place.left + place.width and place.top <= y < place.bottom:
                return place.index
        return None

    def beside(self, index: int, rows: int, middle: float | None = None) -> int:
        """The picture `rows` rows further down (up when negative) that stands most nearly in line
        with `middle` px from the left, its own middle by default.
        """
        number, row = self._row_of(index)
        middle = self.place(index).middle if middle is None else middle
        step = 1 if rows > 0 else -1
        for _ in range(abs(rows)):
            moved = self._next_row(number, row, step)
            if moved is None:
                break
            number, row = moved
        return min(self._row(number, row), key=lambda p: abs(p.middle - middle)).index

    def near(self, index: int, distance: int) -> int:
        """The picture about `distance` px further down that stands most nearly in line."""
        here = self.place(index)
        wanted = min(max(0, here.top + distance), self._tops[-1] - 1)
        rows = list(self.places(wanted, wanted + self.shape.header + self.shape.row * 2))
        if not rows:
            return index
        first = [p for p in rows if p.top == rows[0].top]
        return min(first, key=lambda p: abs(p.middle - here.middle)).index

    def _row(self, number: int, row: int) -> Iterator[Place]:
        block, shape = self.blocks[number], self.shape
        sums, gap, share = block.sums, shape.gap, shape.share
        start, end = block.starts[row], block.starts[row + 1]
        height = block.tops[row + 1] - block.tops[row] - shape.row_gap
        base, in_row = sums[start], end - start
        exact = (shape.inner - (in_row - 1) * gap) / (sums[end] - base - in_row * share)
        if int(exact) != height:  # not stretched to the full width
            exact = height
        top, first = self._tops[number] + block.tops[row], self._firsts[number]
        left = 0
        for at in range(start, end):
            right = round((sums[at + 1] - base - (at + 1 - start) * share) * exact)
            width = min(right - left, shape.inner)
            yield Place(first + at, shape.margin + left + (at - start) * gap, top, width, height)
            left = right

    def _row_of(self, index: int) -> tuple[int, int]:
        number = self.section_of(index)
        inside = index - self._firsts[number]
        block = self._ready(number, picture=inside)
        return number, bisect_right(block.starts, inside) - 1

    def _next_row(self, number: int, row: int, step: int) -> tuple[int, int] | None:
        """The row before or behind one that is made."""
        after = self.blocks[number].starts[row + 1]
        if step > 0 and after < len(self.blocks[number]):
            self._ready(number, picture=after)
            return number, row + 1
        if step < 0 < row:
            return number, row - 1
        number += step
        if not 0 <= number < len(self.blocks):
            return None
        if step > 0:
            self._ready(number, picture=0)
            return number, 0
        return number, len(self._ready(number).starts) - 2

    def make_rows_between(self, top: int, bottom: int) -> None:
        """Make the rows of every section between two heights."""
        number = max(0, bisect_right(self._tops, top) - 1)
        while number < len(self.blocks) and self._tops[number] < bottom:
            self._ready(number, depth=bottom - self._tops[number])
            number += 1

    def _ready(self, number: int, picture: int = ALL, depth: int = ALL) -> Block:
        """A block with rows up to a picture of it, or to so many px from its top."""
        block = self.blocks[number]
        is_there = block.has_rows and (block.starts[-1] > picture or block.tops[-1] >= depth)
        if not is_there and not block.is_exact:
            make_rows(block, self.shape, picture, depth)
            self._stack()
        return block

    def _stack(self) -> None:
        self._firsts = list(accumulate((len(block) for block in self.blocks), initial=0))
        self._tops = list(accumulate((block.height for block in self.blocks), initial=0))
