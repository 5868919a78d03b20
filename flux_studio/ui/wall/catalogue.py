"""What lies on the wall, in order: ids, times and sizes of up to a hundred thousand pictures, by
day.

Plain arrays and no Qt, so that a worker can make one. A job that has no picture yet takes a place
like a picture.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flux_studio.storage.gallery import Cell

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NARROWEST, WIDEST = 0.3, 4.0  # width / height; what is beyond is cropped on the wall only


@dataclass(slots=True)
class Section:
    """Neighbours on the wall that were made on one local day."""

    day: date
    count: int


class Catalogue:
    """The places of the wall, newest first. `created` is in µs since 1970 UTC, sizes in px."""

    def __init__(self, cells: Sequence[Cell] = ()) -> None:
        self.ids: list[str] = [cell[0] for cell in cells]
        self.created = array("q", [cell[1] for cell in cells])
        self.widths = array("i", [cell[2] for cell in cells])
        self.heights = array("i", [cell[3] for cell in cells])
        self.ratios = array("d", [_ratio(cell[2], cell[3]) for cell in cells])
        self.sections = list(_by_day(self.created))

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, id_: str) -> int | None:
        """The place of an id, None when it is not here."""
        try:
            return self.ids.index(id_)
        except ValueError:
            return None

    def section_of(self, index: int) -> int:
        """The section a place lies in."""
        for number, section in enumerate(self.sections):
            index -= section.count
            if index < 0:
                return number
        raise IndexError("no such place")

    def put_first(self, cell: Cell) -> bool:
        """Put a new place at the top; True when that opened a section."""
        id_, created, width, height = cell
        self.ids.insert(0, id_)
        self.created.insert(0, created)
        self.widths.insert(0, width)
        self.heights.insert(0, height)
        self.ratios.insert(0, _ratio(width, height))
        day = local_day(created)
        if self.sections and self.sections[0].day == day:
            self.sections[0].count += 1
            return False
        self.sections.insert(0, Section(day, 1))
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
        """Take a place away; True when its section went with it."""
        number = self.section_of(index)
        for column in (self.ids, self.created, self.widths, self.heights, self.ratios):
            del column[index]
        self.sections[number].count -= 1
        if self.sections[number].count:
            return False
        del self.sections[number]
        return True


def local_day(created: int) -> date:
    """The day of a moment (µs since 1970 UTC) where this computer stands."""
    return datetime.fromtimestamp(created / 1_000_000).date()


def _by_day(created: Sequence[int]) -> Iterator[Section]:
    """Days of moments that go from new to old: one search a day, not one date a picture."""
    start = 0
    while start < len(created):
        day = local_day(created[start])
        midnight = datetime(day.year, day.month, day.day)
        since = int(midnight.timestamp() * 1_000_000)
        end = bisect_right(created, -since, lo=start, key=lambda moment: -moment)
        end = max(end, start + 1)  # a clock that jumps must not stop the walk
        yield Section(day, end - start)
        start = end


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
