"""The conditions of a search as SQL. Every value is bound, none is written into the query.

What the wall's covering index holds becomes a plain test. Everything else (tags, words, colours,
seeds) becomes a question of its own that gives the numbers of its pictures.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flux_studio.core.search import NONE, Condition
from flux_studio.core.search_values import (
    Area,
    Between,
    Exactly,
    Near,
    OneOf,
    Side,
    Times,
)
from flux_studio.storage.generation_rows import thousandths
from flux_studio.storage.rows import micros
from flux_studio.storage.search_text import like, prefix_terms

NEAR = 85  # thousandths of OKLab: about four times what is just seen as different
NEAR_NAME = 120  # "blue" is said of more than of one HEX
_COST = "CAST(COALESCE(charged, price) AS REAL)"
_FLAGS = {
    "favourite": "favourite = 1",
    "rejected": "rejected = 1",
    "keep": "verdict = 'keep'",
    "maybe": "verdict = 'maybe'",
    "missing": "missing = 1",
    "edit": "reference_count > 0",
    "rated": "rating > 0",
    "labelled": "label <> ''",
}
Alike = Callable[[str], Sequence[int]]
"""The numbers of the pictures that look like the one of an id, itself among them."""
# Each name once, by jumping from one to the next in the index.
_NAMES = (
    "WITH RECURSIVE names (name) AS (SELECT MIN({column}) FROM {table} UNION ALL"
    " SELECT (SELECT MIN({column}) FROM {table} WHERE {column} > name) FROM names"
    " WHERE name IS NOT NULL) SELECT number FROM {table} WHERE {column} IN"
    " (SELECT name FROM names WHERE {test})"
)


@dataclass(frozen=True, slots=True)
class Test:
    """A condition on a row of the covering index."""

    sql: str
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbers:
    """A question that gives numbers of pictures, which must or (`wanted` False) must not be.
    `is_many` says that counting them would only cost time: there are many.
    """

    sql: str
    values: tuple[object, ...] = ()
    wanted: bool = True
    is_many: bool = False


def part(condition: Condition, *, full_text: bool, alike: Alike) -> Test | Numbers:
    """One condition as SQL."""
    found = _part(condition, full_text, alike)
    if condition.wanted:
        return found
    if isinstance(found, Numbers):
        return Numbers(found.sql, found.values, wanted=not found.wanted)
    return Test(f"NOT IFNULL(({found.sql}), 0)", found.values)


def _part(condition: Condition, full_text: bool, alike: Alike) -> Test | Numbers:
    test = condition.test
    match test:
        case OneOf(values=values):
            return _of_words(condition.field, test, values, full_text, alike)
        case Between():
            return _of_numbers(condition.field, test)
        case Times(since=since, until=until):
            return _between("created", Between(_moment(since), _moment(until), open_high=True))
        case Exactly(width=width, height=height):
            return Test("width = ? AND height = ?", (width, height))
        case Area(px=px):
            return _between("width * height", px)
        case Side(px=px):
            return _between("MAX(width, height)", px)
        case Near():
            return Numbers(f"SELECT number FROM colors WHERE {_ball(test)[0]}")


def _of_words(
    field: str, test: OneOf, values: tuple[str, ...], full_text: bool, alike: Alike
) -> Test | Numbers:
    match field:
        case "model":
            return _containing(field, test, "%")
        case "provider":
            return _containing(field, test, "")
        case "project":
            return _named("project", "generations", test)
        case "tag":
            return _listed("tags", "tag", test)
        case "collection":
            return _listed("members", "collection", test)
        case "note" | "prompt":
            return _in_column(field, test, full_text)
        case "like":
            return Numbers("SELECT value FROM json_each(?)", (_numbers_of(values, alike),))
        case "sha" | "id":
            return _prefixed("sha256" if field == "sha" else "id", values)
        case _:
            return _of_fixed_words(field, values)


def _of_fixed_words(field: str, values: tuple[str, ...]) -> Test | Numbers:
    """Fields whose values are words of a list."""
    match field:
        case "label":
            return _any("label = ?", ["" if value == NONE else value for value in values])
        case "is":
            return _flags(values)
        case "cost":
            return Test("charged IS NULL AND price IS NULL")
        case _:  # state: a job that is saved is a picture, any other is none
            return Test("1" if "saved" in values else "0")


def _of_numbers(field: str, test: Between) -> Test | Numbers:
    match field:
        case "rating":
            return _between("rating", test)
        case "ref":
            return _between("reference_count", test)
        case "cost":
            return _between(_COST, test)
        case "ratio":
            return _between("width * 1.0 / height", test)
        case _:
            return _seeds(test)


def _seeds(test: Between) -> Numbers:
    if test.low is not None and test.low == test.high:
        wanted = str(int(test.low))
        return Numbers("SELECT number FROM generations WHERE seed = ?", (wanted,))
    found = _between("CAST(seed AS REAL)", test)
    sql = f"SELECT number FROM generations WHERE seed IS NOT NULL AND {found.sql}"
    return Numbers(sql, found.values)


def _between(expression: str, test: Between) -> Test:
    parts: list[str] = ["1"]
    values: list[object] = []
    if test.low is not None:
        parts.append(f"{expression} {'>' if test.open_low else '>='} ?")
        values.append(_plain(test.low))
    if test.high is not None:
        parts.append(f"{expression} {'<' if test.open_high else '<='} ?")
        values.append(_plain(test.high))
    return Test(" AND ".join(parts), tuple(values))


def ranked(condition: Condition, alike: Alike) -> Numbers:
    """What a condition of likeness finds (`Search.likeness`), as rows of `number` and of `apart`,
    which is smaller for what is more alike.
    """
    match condition.test:
        case Near() as near:
            inside, square = _ball(near)
            sql = f"SELECT number, MIN({square}) AS apart FROM colors WHERE {inside}"
            return Numbers(f"{sql} GROUP BY number")
        case OneOf(values=values):
            sql = "SELECT value AS number, MIN(key) AS apart FROM json_each(?) GROUP BY value"
            return Numbers(sql, (_numbers_of(values, alike),))
        case _:
            raise ValueError(f"{condition.field} has no order")


def _ball(near: Near) -> tuple[str, str]:
    """A ball in OKLab as a test, and the square of the distance from its middle: the index gives a
    slice of lightness, the sum decides.
    """
    far = NEAR_NAME if near.is_named else NEAR
    axes = list(zip(("light", "green_red", "blue_yellow"), thousandths(near.color), strict=True))
    square = " + ".join(f"({axis} - ({at})) * ({axis} - ({at}))" for axis, at in axes)
    box = " AND ".join(f"{axis} BETWEEN {at - far} AND {at + far}" for axis, at in axes)
    return f"{box} AND {square} <= {far * far}", square


def _numbers_of(ids: Sequence[str], alike: Alike) -> str:
    """The numbers of the pictures that look like these, the most alike first, as JSON."""
    return json.dumps([number for id_ in ids for number in alike(id_)])


def _named(column: str, table: str, test: OneOf) -> Test:
    """By its name; by the beginning of its name where nothing has just that name."""
    parts: list[str] = []
    values: list[object] = []
    for value in test.values:
        if value == NONE and not test.exact:
            parts.append(f"{column} = ''")
            continue
        whole = like(value, "", "")
        parts.append(f"{column} LIKE ? ESCAPE '\\'")
        values.append(whole)
        if not test.exact:
            parts.append(
                f"({column} LIKE ? ESCAPE '\\' AND NOT EXISTS"
                f" (SELECT 1 FROM {table} WHERE {column} LIKE ? ESCAPE '\\'))"
            )
            values += [like(value, ""), whole]
    return Test(f"({' OR '.join(parts)})", tuple(values))


def _listed(table: str, column: str, test: OneOf) -> Numbers:
    """By words of which a picture can have several."""
    named = tuple(value for value in test.values if value != NONE or test.exact)
    if not named:
        return Numbers(f"SELECT number FROM {table}", wanted=False)
    found = _named("name", "names", OneOf(named, test.exact))
    sql = _NAMES.format(table=table, column=column, test=found.sql)
    if len(named) < len(test.values):
        without = f"SELECT number FROM generations WHERE number NOT IN (SELECT number FROM {table})"
        sql = f"{sql} UNION {without}"
    return Numbers(sql, found.values)


def _flags(values: Sequence[str]) -> Test | Numbers:
    tables = {
        "tagged": "SELECT number FROM tags",
        "noted": "SELECT number FROM generations WHERE note <> ''",
    }
    if all(value in _FLAGS for value in values):
        return Test(f"({' OR '.join(_FLAGS[value] for value in values)})")
    questions = [
        tables.get(value) or f"SELECT number FROM generations WHERE {_FLAGS[value]}"
        for value in values
    ]
    return Numbers(" UNION ".join(questions))


def _in_column(column: str, test: OneOf, full_text: bool) -> Test | Numbers:
    """Words of the note or of the prompt alone."""
    terms = [prefix_terms(value, exact=test.exact) for value in test.values]
    if not full_text or not all(terms):
        found = _any(f"{column} LIKE ? ESCAPE '\\'", [like(value) for value in test.values])
        return Numbers(f"SELECT number FROM generations WHERE {found.sql}", found.values)
    wanted = f"{column} : ({' OR '.join(f'({term})' for term in terms)})"
    return Numbers("SELECT rowid FROM prompts WHERE prompts MATCH ?", (wanted,))


def _prefixed(column: str, values: Sequence[str]) -> Numbers:
    """By the beginning of a name in hexadecimal digits, which their index finds."""
    tests = " OR ".join(f"({column} >= ? AND {column} < ?)" for _ in values)
    ends = [end for value in values for end in (value.lower(), value.lower() + "\U0010ffff")]
    return Numbers(f"SELECT number FROM generations WHERE {tests}", tuple(ends))


def _containing(column: str, test: OneOf, before: str) -> Test:
    patterns = [like(v, "", "") if test.exact else like(v, before) for v in test.values]
    return _any(f"{column} LIKE ? ESCAPE '\\'", patterns)


def _any(test: str, values: Sequence[str]) -> Test:
    return Test(f"({' OR '.join([test] * len(values))})", tuple(values))


def _moment(at: datetime | None) -> Decimal | None:
    return None if at is None else Decimal(micros(at))


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
