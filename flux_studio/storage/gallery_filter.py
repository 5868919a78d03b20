"""Which pictures the wall shows: a filter as a value, and as the WHERE of a query.

All plain conditions can be answered from the covering index `generations_wall`, so that no filter
reads the wide rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flux_studio.storage.rows import micros
from flux_studio.storage.search_text import TextQuery, parse_search

COMMON = 2_000  # text hits beyond this are found faster by walking the wall's index than one by one


@dataclass(frozen=True, slots=True)
class Filter:
    """Pictures for which all of it holds. '' and None stand for any; times are half open,
    [since, until).
    """

    text: str = ""
    provider: str = ""
    model: str = ""
    favourite: bool | None = None
    rejected: bool | None = None
    rating_least: int = 0
    label: str = ""
    project: str | None = None
    tag: str = ""
    edits: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """The condition of a query with its values; `text` still has to be joined in by `with_text`."""

    sql: str
    values: tuple[object, ...]
    text: TextQuery


def where(chosen: Filter, *, full_text: bool) -> Where:
    """A filter as SQL. Every value is bound, none is written into the text of the query."""
    tests = [(test, value) for test, value in _tests(chosen) if value is not None]
    sql = " AND ".join(test for test, _ in tests) or "1"
    text = parse_search(chosen.text, full_text=full_text)
    return Where(sql, tuple(value for _, value in tests), text)


def _tests(chosen: Filter) -> list[tuple[str, object]]:
    """Each condition with its value; None where the filter leaves it open."""
    return [
        ("provider = ?", chosen.provider or None),
        ("model = ?", chosen.model or None),
        ("label = ?", chosen.label or None),
        ("project = ?", chosen.project),
        ("favourite = ?", chosen.favourite),
        ("rejected = ?", chosen.rejected),
        ("rating >= ?", chosen.rating_least or None),
        ("(reference_count > 0) = ?", chosen.edits),
        ("created >= ?", None if chosen.since is None else micros(chosen.since)),
        ("created < ?", None if chosen.until is None else micros(chosen.until)),
        ("number IN (SELECT number FROM tags WHERE tag = ?)", chosen.tag or None),
    ]


def with_text(found: Where, hits: int) -> Where:
    """The condition with its text part. `hits` is how many rows the wanted words occur in."""
    sql, values, text = found.sql, list(found.values), found.text
    if text.wanted:
        # The plus keeps SQLite from looking up each hit in the wide table when there are many.
        number = "+number" if hits > COMMON else "number"
        sql += f" AND {number} IN (SELECT rowid FROM prompts WHERE prompts MATCH ?)"
        values.append(text.wanted)
    if text.unwanted:
        sql += " AND +number NOT IN (SELECT rowid FROM prompts WHERE prompts MATCH ?)"
        values.append(text.unwanted)
    for is_wanted, pattern in text.patterns:
        word = "LIKE" if is_wanted else "NOT LIKE"
        sql += f" AND (prompt || ' ' || note) {word} ? ESCAPE '\\'"
        values.append(pattern)
    return Where(sql, tuple(values), TextQuery())
