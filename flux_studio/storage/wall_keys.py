"""What the wall groups and piles pictures by: the project and the prompt of each, for many at once.

Few pictures are looked up by their ids; for many the library is walked once in the wall's own
order, a piece at a time, so that other questions come in between.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from flux_studio.storage.gallery import Gallery

_T = TypeVar("_T")
_FEW = 4_000  # pictures up to which they are looked up one by one
_AT_ONCE = 500
_PIECE = 5_000  # rows of one step of the walk


def project_keys(gallery: Gallery, ids: Sequence[str]) -> list[str]:
    """The project of each picture, '' for none and for what is not there. Raises NotKept."""
    return _each(gallery, ids, "project", str, "")


def prompt_keys(gallery: Gallery, ids: Sequence[str]) -> list[int]:
    """A number for each picture, equal where prompts are equal, in this process. Raises NotKept."""
    return _each(gallery, ids, "prompt", hash, 0)


def _each(
    gallery: Gallery, ids: Sequence[str], column: str, key: Callable[[str], _T], none: _T
) -> list[_T]:
    if len(ids) > _FEW:
        walked = _walk(gallery, ids, column, key)
        if walked is not None:
            return walked
    found: dict[str, _T] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = gallery.ask(f"SELECT id, {column} FROM generations WHERE id IN ({marks})", some)
        found.update((id_, key(value)) for id_, value in rows)
    return [found.get(id_, none) for id_ in ids]


def _walk(
    gallery: Gallery, ids: Sequence[str], column: str, key: Callable[[str], _T]
) -> list[_T] | None:
    """The keys in one pass, None when the pictures come in another order than the library's."""
    keys: list[_T] = []
    for id_, value in _rows(gallery, column):
        if ids[len(keys)] == id_:
            keys.append(key(value))
            if len(keys) == len(ids):
                return keys
    return None


def _rows(gallery: Gallery, column: str) -> Iterator[tuple[str, str]]:
    """(id, value) of every picture, newest first."""
    at: tuple[int, str] | None = None
    while True:
        older = "" if at is None else "WHERE (created, id) < (?, ?)"
        rows: list[sqlite3.Row] = gallery.ask(
            f"SELECT id, {column}, created FROM generations {older}"
            f" ORDER BY created DESC, id DESC LIMIT {_PIECE}",
            at or (),
        )
        for row in rows:
            yield row[0], row[1]
        if len(rows) < _PIECE:
            return
        at = (rows[-1][2], rows[-1][0])
