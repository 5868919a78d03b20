"""What lies on the wall, in order: ids, times and sizes of up to a hundred thousand pictures, in
sections.

Plain arrays and no Qt, so that a worker can make one. A job that has no picture yet takes a place
like a picture.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from flux_studio.ui.wall.grouping import Keys, Pile, Section, arrange, key_of

if TYPE_CHECKING:
    from flux_studio.storage.gallery import Cell

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NARROWEST, WIDEST = 0.3, 4.0  # width / height; what is beyond is cropped on the wall only


class Catalogue:
    """The places of the wall, newest first within each section. `created` is in µs since 1970 UTC,
    sizes in px; `piles` by the id of their front picture.
    """

    def __init__(self, cells: Sequence[Cell] = (), keys: Keys = Keys()) -> None:  # noqa: B008  # frozen
        arranged = arrange(cells, keys)
        cells = arranged.cells
        self.grouping = keys.grouping
        self.ids: list[str] = [cell[0] for cell in cells]
        self.created = array("q", [cell[1] for cell in cells])
        self.widths = array("i", [cell[2] for cell in cells])
        self.heights = array("i", [cell[3] for cell in cells])
        self.ratios = array("d", [_ratio(cell[2], cell[3]) for cell in cells])
        self.sections: list[Section] = arranged.sections
        self.piles: dict[str, Pile] = arranged.piles

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def pictures(self) -> int:
        """How many there are, those in closed piles too."""
        return len(self.ids) + sum(section.hidden for section in self.sections)

    def find(self, id_: str) -> int | None:
        """The place of an id, None when it is not here or inside a closed pile."""
        try:
            return self.ids.index(id_)
        except ValueError:
            return None

    def front_of(self, id_: str) -> str | None:
        """The front picture of the pile an id lies in, be it open or closed; None for no pile."""
        if id_ in self.piles:
            return id_
        inside = (
            front for front, pile in self.piles.items() if any(c[0] == id_ for c in pile.rest)
        )
        return next(inside, None)

    def everything(self) -> list[str]:
        """All ids in order, those in closed piles too."""
        if not self.piles:
            return list(self.ids)
        found: list[str] = []
        for id_ in self.ids:
            found.append(id_)
            pile = self.piles.get(id_)
            if pile is not None and not pile.is_open:
                found.extend(cell[0] for cell in pile.rest)
        return found

    def section_of(self, index: int) -> int:
        """The section a place lies in."""
        for number, section in enumerate(self.sections):
            index -= section.count
            if index < 0:
                return number
        raise IndexError("no such place")

    def put_first(self, cell: Cell, project: str = "", prompt: str = "") -> bool:
        """Put a new place at the top; True when that opened a section. What is new lies on top,
        whatever the sections are made of: it falls to its like when the wall is arranged anew.
        """
        above = self.sections[0] if self.sections else None
        key = key_of(self.grouping, cell[1], project, prompt, above)
        self._insert(0, (cell,))
        if above is not None and above.key == key:
            above.count += 1
            above.newest = max(above.newest, cell[1])
            return False
        self.sections.insert(0, Section(key, 1, cell[1], cell[1]))
        return True

    def change(self, index: int, id_: str, width: int, height: int) -> bool:
        """Another id and size in px at a place; True when its shape is another now."""
        ratio = _ratio(width, height)
        is_other = ratio != self.ratios[index]
        self.ids[index] = id_
        self.widths[index], self.heights[index] = width, height
        self.ratios[index] = ratio
        return is_other

    def take(self, index: int) -> bool:
        """Take a place away; True when its section went with it. Not for the front of a pile."""
        number = self.section_of(index)
        self._delete(index, index + 1)
        self.sections[number].count -= 1
        if self.sections[number].count:
            return False
        del self.sections[number]
        return True

    def open_pile(self, index: int) -> None:
        """Lay out what is under the front picture at a place, behind it."""
        pile = self.piles[self.ids[index]]
        section = self.sections[self.section_of(index)]
        self._insert(index + 1, pile.rest)
        section.count += len(pile.rest)
        section.hidden -= len(pile.rest)
        pile.is_open = True

    def close_pile(self, index: int) -> None:
        """Put what lies behind the front picture at a place under it again."""
        pile = self.piles[self.ids[index]]
        section = self.sections[self.section_of(index)]
        self._delete(index + 1, index + 1 + len(pile.rest))
        section.count -= len(pile.rest)
        section.hidden += len(pile.rest)
        pile.is_open = False

    def drop_hidden(self, id_: str) -> str | None:
        """Forget a picture inside a closed pile; gives its front, None for no pile."""
        front = self.front_of(id_)
        row = None if front is None or front == id_ else self.find(front)
        if front is None or row is None or self.piles[front].is_open:
            return None
        self.sections[self.section_of(row)].hidden -= 1
        self.leave_pile(front, id_)
        return front

    def leave_pile(self, front: str, id_: str) -> None:
        """A picture under the front one belongs to the pile no more."""
        pile = self.piles[front]
        pile.rest = [cell for cell in pile.rest if cell[0] != id_]
        if not pile.rest:
            del self.piles[front]

    def next_front(self, index: int) -> None:
        """The front picture of the closed pile at a place goes: the next one takes its place."""
        pile = self.piles.pop(self.ids[index])
        first, rest = pile.rest[0], pile.rest[1:]
        self.change(index, first[0], first[2], first[3])
        self.created[index] = first[1]
        self.sections[self.section_of(index)].hidden -= 1
        if rest:
            self.piles[first[0]] = Pile(rest)

    def _insert(self, at: int, cells: Sequence[Cell]) -> None:
        self.ids[at:at] = [cell[0] for cell in cells]
        self.created[at:at] = array("q", [cell[1] for cell in cells])
        self.widths[at:at] = array("i", [cell[2] for cell in cells])
        self.heights[at:at] = array("i", [cell[3] for cell in cells])
        self.ratios[at:at] = array("d", [_ratio(cell[2], cell[3]) for cell in cells])

    def _delete(self, start: int, end: int) -> None:
        for column in (self.ids, self.created, self.widths, self.heights, self.ratios):
            del column[start:end]


def micros(at: datetime) -> int:
    """A time as the library keeps it: whole µs since 1970 UTC."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(created: int) -> datetime:
    """The UTC time of `micros`."""
    return _EPOCH + timedelta(microseconds=created)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """From midnight to midnight of a local day, as aware times."""
    start = datetime(day.year, day.month, day.day)
    return start.astimezone(), (start + timedelta(days=1)).astimezone()


def _ratio(width: int, height: int) -> float:
    return min(WIDEST, max(NARROWEST, width / height if height else 1.0))
