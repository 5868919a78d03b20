"""How the wall is divided: by day, by session, by project, by prompt, or not at all; and what lies
on a pile.

Plain values and no Qt, so that a worker can do all of it for a hundred thousand pictures.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flux_studio.storage.gallery import Cell

FEW_A_DAY = 4  # about a row: with fewer, most of the wall would be headings and empty ends of rows
NEWEST = 200  # pictures by which it is seen whether days have few
SESSION_GAP = 3 * 3_600_000_000  # µs without a new picture that end a session
Key = date | str | int | None


class Grouping(StrEnum):
    """What neighbours on the wall have in common."""

    DAY = "day"
    SESSION = "session"
    PROJECT = "project"
    PROMPT = "prompt"
    NONE = "none"
    LIKENESS = "likeness"  # the most alike first; only while something is asked for by its look

    @property
    def keeps_order(self) -> bool:
        """Whether pictures stay in the order in which they came."""
        return self not in (Grouping.PROJECT, Grouping.PROMPT)


@dataclass(frozen=True, slots=True)
class Keys:
    """How cells are to be arranged, with what is needed of each beside its time: `projects` for
    grouping by project, `prompts` (equal numbers for equal prompts) for grouping by prompt and for
    piles. `opened` names the piles that lie open, each by its oldest picture. With `may_be_months`
    days that have few pictures are put together, as they are where little was found.
    """

    grouping: Grouping = Grouping.DAY
    projects: Sequence[str] = ()
    prompts: Sequence[int] = ()
    piles: bool = False
    opened: frozenset[str] = frozenset()
    may_be_months: bool = False


@dataclass(slots=True)
class Section:
    """Neighbours with one heading; the key of a month is its first day as '2026-11-01'. `count` are
    its places, `hidden` its pictures inside closed piles; `newest` and `oldest` are times in µs
    since 1970 UTC.
    """

    key: Key
    count: int
    newest: int = 0
    oldest: int = 0
    hidden: int = 0


@dataclass(slots=True)
class Pile:
    """A run of one prompt: `rest` are the cells that lie below its front one when it is closed."""

    rest: list[Cell]
    is_open: bool = False

    @property
    def name(self) -> str:
        """What it is remembered by: newer pictures may come on top, the oldest stays."""
        return self.rest[-1][0]

    def __len__(self) -> int:
        return len(self.rest) + 1


@dataclass(slots=True)
class Arranged:
    """Cells as they lie, their sections, and the piles by the id of their front picture."""

    cells: Sequence[Cell]
    sections: list[Section]
    piles: dict[str, Pile] = field(default_factory=dict)


def arrange(cells: Sequence[Cell], keys: Keys) -> Arranged:
    """Cells that come newest first (or most alike first), in the order and the sections that are
    wanted.
    """
    order: Sequence[int] = range(len(cells))
    if not keys.grouping.keeps_order:
        of: Sequence[str | int] = (
            keys.projects if keys.grouping is Grouping.PROJECT else keys.prompts
        )
        groups: dict[str | int, list[int]] = {}
        for at, key in enumerate(of):
            groups.setdefault(key, []).append(at)
        order = [at for group in groups.values() for at in group]
        cells = [cells[at] for at in order]
        sections = _of_groups(groups, cells)
    else:
        sections = list(_by_time(cells, keys))
    if not keys.piles:
        return Arranged(cells, sections)
    return _piled(cells, sections, [keys.prompts[at] for at in order], keys.opened)


def key_of(
    grouping: Grouping, created: int, project: str, prompt: str, above: Section | None
) -> Key:
    """The key of a new cell that is put before all others; `above` is the first section now."""
    match grouping:
        case Grouping.DAY:
            return local_day(created)
        case Grouping.SESSION:
            is_same = above is not None and created - above.newest <= SESSION_GAP
            return above.key if above is not None and is_same else created
        case Grouping.PROJECT:
            return project
        case Grouping.PROMPT:
            return prompt_key(prompt)
        case Grouping.NONE | Grouping.LIKENESS:
            return None


def prompt_key(prompt: str) -> int:
    """Equal for equal prompts, as long as this process runs."""
    return hash(prompt)


def local_day(created: int) -> date:
    """The day of a moment (µs since 1970 UTC) where this computer stands."""
    return datetime.fromtimestamp(created / 1_000_000).date()


def _by_time(cells: Sequence[Cell], keys: Keys) -> Iterator[Section]:
    match keys.grouping:
        case Grouping.DAY if keys.may_be_months and _has_few_a_day(cells):
            yield from _by_month(cells)
        case Grouping.DAY:
            yield from _by_day(cells)
        case Grouping.SESSION:
            yield from _by_session(cells)
        case _:
            if cells:
                yield Section(None, len(cells), cells[0][1], cells[-1][1])


def _by_day(cells: Sequence[Cell]) -> Iterator[Section]:
    """Days of moments that go from new to old: one search a day, not one date a picture."""
    start = 0
    while start < len(cells):
        day = local_day(cells[start][1])
        midnight = datetime(day.year, day.month, day.day)
        since = int(midnight.timestamp() * 1_000_000)
        end = bisect_right(cells, -since, lo=start, key=lambda cell: -cell[1])
        end = max(end, start + 1)  # a clock that jumps must not stop the walk
        yield Section(day, end - start, cells[start][1], cells[end - 1][1])
        start = end


def _has_few_a_day(cells: Sequence[Cell]) -> bool:
    """Judged by the newest, so that a first page and all pictures are divided alike."""
    newest = cells[:NEWEST]
    days = sum(1 for _ in _by_day(newest))
    return days > 1 and len(newest) < FEW_A_DAY * days


def _by_month(cells: Sequence[Cell]) -> Iterator[Section]:
    month: Section | None = None
    for day in _by_day(cells):
        key = day.key.replace(day=1).isoformat() if isinstance(day.key, date) else day.key
        if month is not None and month.key == key:
            month.count, month.oldest = month.count + day.count, day.oldest
            continue
        if month is not None:
            yield month
        month = Section(key, day.count, day.newest, day.oldest)
    if month is not None:
        yield month


def _by_session(cells: Sequence[Cell]) -> Iterator[Section]:
    start = 0
    for at in range(1, len(cells) + 1):
        if at == len(cells) or cells[at - 1][1] - cells[at][1] > SESSION_GAP:
            oldest = cells[at - 1][1]
            yield Section(oldest, at - start, cells[start][1], oldest)
            start = at


def _of_groups(groups: dict[str | int, list[int]], cells: Sequence[Cell]) -> list[Section]:
    sections, start = [], 0
    for key, group in groups.items():
        end = start + len(group)
        sections.append(Section(key, len(group), cells[start][1], cells[end - 1][1]))
        start = end
    return sections


def _piled(
    cells: Sequence[Cell], sections: list[Section], prompts: list[int], opened: frozenset[str]
) -> Arranged:
    """Runs of one prompt within a section become piles; closed ones take one place."""
    shown: list[Cell] = []
    piles: dict[str, Pile] = {}
    start = 0
    for section in sections:
        until, places = start + section.count, len(shown)
        while start < until:
            end = start + 1
            while end < until and prompts[end] == prompts[start]:
                end += 1
            shown.append(cells[start])
            if end - start > 1:
                pile = Pile(list(cells[start + 1 : end]))
                pile.is_open = pile.name in opened
                piles[cells[start][0]] = pile
                if pile.is_open:
                    shown.extend(pile.rest)
                else:
                    section.hidden += len(pile.rest)
            start = end
        section.count = len(shown) - places
    return Arranged(shown, sections, piles)
