"""Which pictures have their file: a mark in the row, so that those without can be searched for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flux_studio.storage.database import Database

_AT_ONCE = 1_000  # rows between two looks at whether to stop


def look_for_files(
    database: Database, root: Path, stopped: Callable[[], bool]
) -> tuple[tuple[str, ...], int]:
    """Look for the file of every picture below `root`; gives the ids of those for which it came or
    went since the last look, and how many are away. Blocking, about a second for a hundred
    thousand. Raises NotKept.
    """
    changed: list[str] = []
    away, last = 0, -1
    if not root.is_dir():
        return (), 0  # a disk that is not plugged in says nothing about each picture
    while not stopped():
        rows = database.rows(
            "SELECT number, id, path, missing FROM generations WHERE number > ?"
            " ORDER BY number LIMIT ?",
            (last, _AT_ONCE),
        )
        if not rows:
            break
        last = rows[-1]["number"]
        looked = [(row, not (root / row["path"]).is_file()) for row in rows]
        away += sum(is_away for _, is_away in looked)
        news = [(row, is_away) for row, is_away in looked if is_away != bool(row["missing"])]
        if news:
            with database.transaction() as connection:
                connection.executemany(
                    "UPDATE generations SET missing = ? WHERE number = ?",
                    [(int(is_away), row["number"]) for row, is_away in news],
                )
            changed += [row["id"] for row, _ in news]
    return tuple(changed), away
