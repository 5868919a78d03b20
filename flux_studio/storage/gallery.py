"""The reading side of the library: what the wall, the inspector and the lists ask for.

A `Gallery` has a connection of its own that cannot write, and may be used from any thread;
questions on one gallery wait for each other, so a slow one belongs on a second gallery. What was
committed before a question is asked is in its answer.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flux_studio.core.generation import Generation
from flux_studio.core.job import JobState
from flux_studio.core.money import Money
from flux_studio.core.search import read_search, without
from flux_studio.storage import gallery_filter
from flux_studio.storage.database import reader
from flux_studio.storage.disk_errors import disk_words
from flux_studio.storage.gallery_filter import Filter as Filter
from flux_studio.storage.gallery_filter import Where, joined, where
from flux_studio.storage.generation_rows import generation_from
from flux_studio.storage.job_rows import money_from
from flux_studio.storage.json_fields import RowUnreadable
from flux_studio.storage.looks import Looks
from flux_studio.storage.rows import micros, moment
from flux_studio.storage.schema import has_current_index
from flux_studio.storage.search_sql import Numbers, ranked
from flux_studio.storage.search_words import LibraryWords
from flux_studio.storage.sidecar import MarkSet

Cell = tuple[str, int, int, int]
"""A place on the wall: id, created (µs since 1970 UTC, as in `rows.moment`), width, height (px)."""

EVERYTHING = Filter()
LONGEST_LINEAGE = 500  # steps: a parent chain that is longer goes round in circles
_AT_ONCE = 500  # ids in one query, well below SQLite's limit
_NEWEST = "ORDER BY created DESC, id DESC"


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a picture came from and what was made of it: ancestors oldest first, children newest
    last.
    """

    ancestors: tuple[Generation, ...]
    children: tuple[Generation, ...]


@dataclass(frozen=True, slots=True)
class Spending:
    """Money over a time, USD: `charged` as reported, `estimated` where nothing was reported but
    it may have been charged, and the number of jobs for which neither is known.
    """

    charged: Money
    estimated: Money
    unknown: int

    @property
    def total(self) -> Money:
        """What is known of it, at least."""
        return self.charged + self.estimated


class Gallery:
    """Questions about one library. Raises NotKept when the disk refuses, LibraryDamaged on
    opening.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = reader(path)
        self._full_text = has_current_index(self._connection)
        self.words = LibraryWords(self.ask)
        self.looks = Looks(self.ask)

    def ids(self, chosen: Filter = EVERYTHING) -> list[Cell]:
        """All pictures of a filter, newest first."""
        found = self._where(chosen)
        return self._cells(
            f"SELECT id, created, width, height FROM generations WHERE {found.sql} {_NEWEST}",
            found.values,
        )

    def page(
        self,
        chosen: Filter = EVERYTHING,
        before: tuple[int, str] | None = None,
        limit: int = 200,
    ) -> list[Cell]:
        """The next `limit` pictures older than `before` (created in µs, id), newest first."""
        found = self._where(chosen)
        older, values = ("1", found.values)
        if before is not None:
            older, values = "(created, id) < (?, ?)", (*before, *found.values)
        return self._cells(
            f"SELECT id, created, width, height FROM generations"
            f" WHERE {older} AND {found.sql} {_NEWEST} LIMIT ?",
            (*values, limit),
        )

    def alike(self, chosen: Filter, limit: int = -1) -> list[Cell]:
        """The pictures of a filter whose text asks for something that can be more or less alike
        (`Search.likeness`), the most alike first; at most `limit` of them, all for -1.
        """
        asked = read_search(chosen.text).likeness
        if asked is None:
            return self.page(chosen, limit=limit)
        rest = self._where(replace(chosen, text=without(chosen.text, asked)))
        ranks = ranked(asked, self.looks.alike)
        return self._cells(
            f"SELECT id, created, width, height FROM generations JOIN ({ranks.sql}) USING (number)"
            f" WHERE {rest.sql} ORDER BY apart, created DESC, id DESC LIMIT ?",
            (*ranks.values, *rest.values, limit),
        )

    def search(self, text: str, limit: int = 200) -> list[Cell]:
        """The newest pictures whose prompt or note has all these words, however they are typed."""
        return self.page(Filter(text=text), limit=limit)

    def count(self, chosen: Filter = EVERYTHING) -> int:
        """How many pictures a filter holds."""
        found = self._where(chosen)
        sql = f"SELECT COUNT(*) FROM generations WHERE {found.sql}"
        return int(self.ask(sql, found.values)[0][0])

    def get(self, generation: str) -> Generation | None:
        """One picture by its id, None when there is none."""
        found = self.rows([generation])
        return found[0] if found else None

    def id_of(self, sha256: str) -> str | None:
        """The picture with these bytes, the oldest where there are several; None for none."""
        sql = "SELECT id FROM generations WHERE sha256 = ? ORDER BY number LIMIT 1"
        found = self.ask(sql, (sha256,))
        return found[0]["id"] if found else None

    def rows(self, ids: Sequence[str]) -> list[Generation]:
        """Pictures in the order of their ids; ids that are not in the library are left out."""
        found: dict[str, Generation] = {}
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            rows = self.ask(f"SELECT * FROM generations WHERE id IN ({marks})", some)
            found.update((g.id, g) for g in _generations(rows))
        return [found[id_] for id_ in ids if id_ in found]

    def all(self, chosen: Filter = EVERYTHING) -> Iterator[Generation]:
        """Every picture of a filter, newest first, read as they are asked for."""
        cells = self.ids(chosen)
        for start in range(0, len(cells), _AT_ONCE):
            yield from self.rows([cell[0] for cell in cells[start : start + _AT_ONCE]])

    def marks(self, generation: str) -> MarkSet:
        """What a person said of a picture; no marks for one that is not there."""
        rows = self.ask("SELECT * FROM generations WHERE id = ?", (generation,))
        if not rows:
            return MarkSet()
        return marks_from(rows[0], *words_of(self.ask, rows[0]["number"]))

    def lineage(self, generation: str) -> Lineage:
        """Ancestors up to the first picture, and what was made directly of this one."""
        up = self.ask(
            "WITH RECURSIVE line (id, parent, step) AS ("
            " SELECT id, parent, 0 FROM generations WHERE id = ?1"
            " UNION SELECT g.id, g.parent, step + 1"
            " FROM generations g JOIN line ON g.id = line.parent WHERE step < ?2 AND g.id <> ?1)"
            " SELECT id FROM line WHERE step > 0 ORDER BY step DESC",
            (generation, LONGEST_LINEAGE),
        )
        down = self.ask(
            "SELECT id FROM generations WHERE parent = ? AND id <> ? ORDER BY created, id",
            (generation, generation),
        )
        ancestors = self.rows(list(dict.fromkeys(row["id"] for row in up)))
        return Lineage(tuple(ancestors), tuple(self.rows([row["id"] for row in down])))

    def typical_seconds(self, provider: str, model: str) -> float | None:
        """The median time from sending to ready of the last 60 pictures of a model, None when
        none is known.
        """
        rows = self.ask(
            "SELECT seconds FROM generations"
            f" WHERE provider = ? AND model = ? AND seconds IS NOT NULL {_NEWEST} LIMIT 60",
            (provider, model),
        )
        times = sorted(row["seconds"] for row in rows)
        middle = len(times) // 2
        if not times:
            return None
        return float(times[middle] if len(times) % 2 else (times[middle - 1] + times[middle]) / 2)

    def spent(self, since: datetime, until: datetime | None = None, provider: str = "") -> Spending:
        """What jobs sent in [since, until) cost, everywhere or at one provider. Exact: sums are
        decimal.
        """
        rows = self.ask(
            "SELECT price, charged FROM jobs WHERE sent >= ? AND sent < ? AND state <> ?"
            + (" AND provider = ?" if provider else ""),
            (
                micros(since),
                micros(until) if until else 2**63 - 1,
                JobState.PLANNED.value,  # waiting to be sent again: refused so far, nothing charged
                *([provider] if provider else []),
            ),
        )
        return _spending(rows)

    def oldest(self) -> datetime | None:
        """When the first picture was made, None for an empty library."""
        created = self.ask("SELECT MIN(created) AS first FROM generations")[0]["first"]
        return None if created is None else moment(created)

    def close(self) -> None:
        """Let go of the file. Safe to repeat."""
        with self._lock:
            self._connection.close()

    def _where(self, chosen: Filter) -> Where:
        inside = self.words.inside if self._full_text else None
        found = where(chosen, inside=inside, alike=self.looks.alike)
        few = [n.wanted and not n.is_many and self._are_few(n) for n in found.numbers]
        return joined(found, few)

    def _are_few(self, asked: Numbers) -> bool:
        sql = (
            f"SELECT COUNT(*) FROM (SELECT 1 FROM ({asked.sql}) LIMIT {gallery_filter.COMMON + 1})"
        )
        return int(self.ask(sql, asked.values)[0][0]) <= gallery_filter.COMMON

    def _cells(self, sql: str, values: Sequence[object]) -> list[Cell]:
        with self._lock, disk_words():
            cursor = self._connection.cursor()
            cursor.row_factory = None  # plain tuples: a hundred thousand of them are wanted at once
            return cursor.execute(sql, values).fetchall()

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """The rows of a question in SQL, for the files beside this one."""
        with self._lock, disk_words():
            return self._connection.execute(sql, values).fetchall()


def words_of(
    ask: Callable[[str, Sequence[object]], list[sqlite3.Row]], number: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags and the collections of a picture, each in the order of the alphabet."""
    tags = ask("SELECT tag FROM tags WHERE number = ? ORDER BY tag", (number,))
    sql = "SELECT collection FROM members WHERE number = ? ORDER BY collection"
    return tuple(row[0] for row in tags), tuple(row[0] for row in ask(sql, (number,)))


def marks_from(row: sqlite3.Row, tags: tuple[str, ...], collections: tuple[str, ...]) -> MarkSet:
    """The marks of a row of `generations` with its `words_of`."""
    return MarkSet(
        rating=row["rating"],
        favourite=bool(row["favourite"]),
        rejected=bool(row["rejected"]),
        label=row["label"],
        project=row["project"],
        note=row["note"],
        tags=tags,
        verdict=row["verdict"],
        collections=collections,
    )


def _generations(rows: Sequence[sqlite3.Row]) -> Iterator[Generation]:
    for row in rows:
        try:
            yield generation_from(row)
        except RowUnreadable:
            continue  # `verify` names it; the wall shows the others


def _spending(rows: Sequence[sqlite3.Row]) -> Spending:
    charged = estimated = Money(0)
    unknown = 0
    for row in rows:
        if row["charged"] is not None:
            charged += money_from(row["charged"]) or 0
        elif row["price"] is not None:
            estimated += money_from(row["price"]) or 0
        else:
            unknown += 1
    return Spending(charged, estimated, unknown)
