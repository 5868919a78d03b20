"""The shelf: collections, saved searches and projects, by name.

Members of a collection are links: a picture can be in several, and leaving one deletes nothing.
Which collections a picture is in stands in its sidecar too; saved searches and empty collections
are in the database alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flux_studio.storage.database import Database
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.job_rows import storable
from flux_studio.storage.rows import micros

COLLECTION, SEARCH = "collection", "search"
LONGEST_NAME = 80  # characters
_BEHIND = (
    "UPDATE generations SET sidecar_behind = sidecar_behind + 1"
    " WHERE number IN (SELECT number FROM members WHERE collection = ?)"
)


@dataclass(frozen=True, slots=True)
class Shelved:
    """One thing on the shelf: the line that searches for it, and how many pictures it holds (None
    for a saved search: counting is asking).
    """

    name: str
    search: str
    pictures: int | None = None


@dataclass(frozen=True, slots=True)
class Shelves:
    """Everything on the shelf, each list in the order of the alphabet."""

    projects: tuple[Shelved, ...] = ()
    collections: tuple[Shelved, ...] = ()
    searches: tuple[Shelved, ...] = ()


class Shelf:
    """Writes the shelf, on the thread that owns database writes. Methods raise NotKept, and
    ValueError for a name that is none.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_search(self, name: str, search: str) -> None:
        """Keep a search under a name, instead of one that had it."""
        self._put(SEARCH, name, search)

    def forget_search(self, name: str) -> str:
        """Take a saved search away; gives what it was, '' where there was none."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "DELETE FROM shelf WHERE kind = ? AND name = ? RETURNING search", (SEARCH, name)
            ).fetchall()
        return str(rows[0][0]) if rows else ""

    def rename_search(self, name: str, new: str) -> tuple[str, str]:
        """Give a saved search another name, instead of one that had it. Gives the name as it is
        kept, and the search that had it, '' where none did; ('', '') when nothing was renamed.
        """
        new = _checked(new)
        with self._database.transaction() as connection:
            kept = dict(
                connection.execute(
                    "SELECT name, search FROM shelf WHERE kind = ?", (SEARCH,)
                ).fetchall()
            )
            if name not in kept or name == new:
                return "", ""
            connection.execute("DELETE FROM shelf WHERE kind = ? AND name = ?", (SEARCH, name))
            _insert(connection, SEARCH, new, kept[name])
        return new, kept.get(new, "")

    def make_collection(self, name: str) -> None:
        """A collection without members; one that is there stays as it is."""
        self._put(COLLECTION, name, "")

    def rename_collection(self, name: str, new: str) -> None:
        """Give a collection another name; where that is taken, both become one."""
        new = _checked(new)
        with self._database.transaction() as connection:
            connection.execute(_BEHIND, (name,))
            connection.execute(
                "UPDATE OR IGNORE members SET collection = ? WHERE collection = ?", (new, name)
            )
            _drop(connection, name)
            _insert(connection, COLLECTION, new, "")

    def drop_collection(self, name: str) -> tuple[str, ...]:
        """Take a collection away, never its pictures; gives their ids."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT id FROM generations WHERE number IN"
                " (SELECT number FROM members WHERE collection = ?)",
                (name,),
            ).fetchall()
            connection.execute(_BEHIND, (name,))
            _drop(connection, name)
        return tuple(row[0] for row in rows)

    def _put(self, kind: str, name: str, search: str) -> None:
        with self._database.transaction() as connection:
            _insert(connection, kind, _checked(name), storable(search))


def shelves(gallery: Gallery) -> Shelves:
    """What there is. Raises NotKept."""
    kept = gallery.ask("SELECT kind, name, search FROM shelf")
    counts = {row["name"]: 0 for row in kept if row["kind"] == COLLECTION}
    for row in gallery.ask("SELECT collection, COUNT(*) FROM members GROUP BY collection"):
        counts[row[0]] = row[1]
    projects = gallery.ask(
        "SELECT project, COUNT(*) FROM generations WHERE project <> '' GROUP BY project"
    )
    return Shelves(
        projects=_listed("project", projects),
        collections=_listed("collection", list(counts.items())),
        searches=_sorted(
            Shelved(row["name"], row["search"]) for row in kept if row["kind"] == SEARCH
        ),
    )


def vocabulary(gallery: Gallery) -> dict[str, list[str]]:
    """What the fields of a search can be completed with, the most used first. Raises NotKept."""
    columns = {"model": "generations", "provider": "generations", "project": "generations"}
    columns |= {"tag": "tags", "collection": "members"}
    found = {
        column: [
            row[0]
            for row in gallery.ask(
                f"SELECT {column}, COUNT(*) FROM {table} WHERE {column} <> ''"
                f" GROUP BY {column} ORDER BY 2 DESC, 1"
            )
        ]
        for column, table in columns.items()
    }
    kept = gallery.ask("SELECT name FROM shelf WHERE kind = ? ORDER BY name", (COLLECTION,))
    found["collection"] += [row[0] for row in kept if row[0] not in found["collection"]]
    return found


def _listed(field: str, rows: Sequence[Sequence[object]]) -> tuple[Shelved, ...]:
    return _sorted(
        Shelved(str(name), f"{field}:{exactly(str(name))}", int(str(count))) for name, count in rows
    )


def _sorted(found: Iterable[Shelved]) -> tuple[Shelved, ...]:
    return tuple(sorted(found, key=lambda each: each.name.casefold()))


def exactly(name: str) -> str:
    """A name in quotes, so that it is meant as a whole."""
    return '"{}"'.format(name.replace('"', " "))


def _checked(name: str) -> str:
    """A name as it is kept: without quotes, which the search could not say."""
    clean = " ".join(storable(name).replace('"', " ").split())
    if not clean or len(clean) > LONGEST_NAME:
        raise ValueError(f"a name has 1 to {LONGEST_NAME} letters")
    return clean


def _insert(connection: sqlite3.Connection, kind: str, name: str, search: str) -> None:
    connection.execute(
        "INSERT INTO shelf (kind, name, search, created) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (kind, name) DO UPDATE SET search = excluded.search",
        (kind, name, search, micros(datetime.now(UTC))),
    )


def _drop(connection: sqlite3.Connection, collection: str) -> None:
    connection.execute("DELETE FROM members WHERE collection = ?", (collection,))
    connection.execute("DELETE FROM shelf WHERE kind = ? AND name = ?", (COLLECTION, collection))
