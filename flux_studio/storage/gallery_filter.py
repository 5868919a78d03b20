"""Which pictures the wall shows: a filter as a value, and as the WHERE of a query.

All plain conditions can be answered from the covering index `generations_wall`, so that no filter
reads the wide rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flux_studio.core.search import read_search
from flux_studio.storage.rows import micros
from flux_studio.storage.search_sql import Alike, Numbers, Test, part
from flux_studio.storage.search_text import Inside, TextQuery, text_query

COMMON = 2_000  # hits beyond this are found faster by walking the wall's index than one by one


@dataclass(frozen=True, slots=True)
class Filter:
    """Pictures for which all of it holds. `text` is a line of the search language
    (`core.search`); '' and None stand for any; times are half open, [since, until).
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


_ONE_LETTER = re.compile(r'"\w"\*')
_MARKS = frozenset({"rating", "is", "label", "tag", "project", "collection", "note"})


def asks_for_marks(chosen: Filter) -> bool:
    """Whether a change of marks can bring pictures under a filter or take them out."""
    of_marks = replace(chosen, text="", provider="", model="", edits=None, since=None, until=None)
    fields = {condition.field for condition in read_search(chosen.text).conditions}
    return of_marks != Filter() or bool(fields & _MARKS)


@dataclass(frozen=True, slots=True)
class Where:
    """The condition of a query with its values. `numbers` are questions of their own that still
    have to be joined in by `joined`.
    """

    sql: str
    values: tuple[object, ...]
    numbers: tuple[Numbers, ...] = ()


def where(chosen: Filter, *, inside: Inside | None, alike: Alike) -> Where:
    """A filter as SQL. Every value is bound, none is written into the text of the query. Without a
    text index `inside` is None.
    """
    full_text = inside is not None
    search = read_search(chosen.text)
    parts = [part(each, full_text=full_text, alike=alike) for each in search.conditions]
    parts += _tests(chosen)
    text = text_query(search.words, full_text=full_text, inside=inside)
    tests = [each for each in parts if isinstance(each, Test)] + _of_signs(text)
    numbers = [each for each in parts if isinstance(each, Numbers)] + _of_text(text)
    return Where(
        " AND ".join(test.sql for test in tests) or "1",
        tuple(value for test in tests for value in test.values),
        tuple(numbers),
    )


def joined(found: Where, are_few: Sequence[bool]) -> Where:
    """The whole condition. `are_few` says of each of `numbers` whether it gives at most `COMMON`:
    such pictures are looked up one by one, else the wall's index is walked (for which the plus).
    """
    sql, values = [found.sql], list(found.values)
    for each, is_few in zip(found.numbers, are_few, strict=True):
        column = "number" if is_few and each.wanted else "+number"
        sql.append(f"{column} {'IN' if each.wanted else 'NOT IN'} ({each.sql})")
        values += each.values
    return Where(" AND ".join(sql), tuple(values))


def _tests(chosen: Filter) -> list[Test | Numbers]:
    """Each condition with its value; None where the filter leaves it open."""
    tests: list[tuple[str, object]] = [
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
    ]
    found: list[Test | Numbers] = [Test(sql, (v,)) for sql, v in tests if v is not None]
    if chosen.tag:
        found.append(Numbers("SELECT number FROM tags WHERE tag = ?", (chosen.tag,)))
    return found


def _of_text(text: TextQuery) -> list[Numbers]:
    matching = "SELECT rowid FROM prompts WHERE prompts MATCH ?"
    # The index has the beginnings of words from two letters on; one letter is collected anew.
    one_letter = _ONE_LETTER.fullmatch(text.wanted) is not None
    if text.wanted and text.unwanted:
        found = [Numbers(matching, (f"({text.wanted}) NOT ({text.unwanted})",))]
    else:
        found = [
            Numbers(matching, (expression,), wanted, is_many=one_letter)
            for expression, wanted in ((text.wanted, True), (text.unwanted, False))
            if expression
        ]
    return found


def _of_signs(text: TextQuery) -> list[Test]:
    """What the index cannot see, letter by letter, and only as far down as a page needs it."""
    return [
        Test(
            f"(prompt || ' ' || note) {'LIKE' if wanted else 'NOT LIKE'} ? ESCAPE '\\'", (pattern,)
        )
        for wanted, pattern in text.patterns
    ]
