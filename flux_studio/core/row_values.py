"""Single values of a TOML table, each checked: `whole(row, "count")` is a whole number or raises
`Wrong`, which names the value and says what would be right. With a default a value may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

T = TypeVar("T")
Row = Mapping[str, object]


class Wrong(ValueError):
    """What is wrong with one value: the name it has in the file, the value as written, and why."""

    def __init__(self, name: str, words: str, written: object = None) -> None:
        super().__init__(f"{name} {words}")
        self.name = name
        self.written = written


def only_known(row: Row, *names: tuple[str, ...]) -> None:
    """Raises Wrong for a name that is in none of the groups: it would say nothing."""
    known = [name for group in names for name in group]
    for name in row:
        if name not in known:
            raise Wrong(name, f"is not a name of this table; it knows {', '.join(known)}")


def present(row: Row, name: str) -> object:
    """The value as it is written."""
    if name not in row:
        raise Wrong(name, "is missing")
    return row[name]


def decimal(row: Row, name: str) -> Decimal:
    """A number written as a whole one or as a string; a float has lost digits already."""
    value = present(row, name)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise Wrong(name, f"is {value!r}, which is not a number", value) from None
    if isinstance(value, bool | float) or not number.is_finite():
        raise Wrong(name, f'is {value}; write a whole number, or a string such as "3.5"', value)
    return number


def text(row: Row, name: str, default: str | None = None) -> str:
    """A text; without a default it must not be blank."""
    value = present(row, name) if default is None else row.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise Wrong(name, "must be a text")
    return value


def word(row: Row, name: str, default: str, known: Collection[str]) -> str:
    """One of the known words."""
    value = text(row, name, default)
    if value not in known:
        raise Wrong(name, f"is {value!r}; it can be {', '.join(known)}", value)
    return value


def texts(row: Row, name: str) -> tuple[str, ...]:
    """A list of texts, empty where it is missing."""
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Wrong(name, "must be a list of texts")
    return tuple(value)


def whole(row: Row, name: str, default: int | None = None, least: int = 0) -> int:
    """A whole number of at least `least`."""
    value = present(row, name) if default is None else row.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Wrong(name, "must be a whole number", value)
    if value < least:
        raise Wrong(name, f"is {value}; the least is {least}", value)
    return value


def flag(row: Row, name: str) -> bool:
    """True or false, false where it is missing."""
    value = row.get(name, False)
    if not isinstance(value, bool):
        raise Wrong(name, f"is {value!r}; it can be true or false")
    return value


def day(row: Row, name: str) -> str:
    """A day, as ISO 8601 writes it."""
    value = str(present(row, name))
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise Wrong(name, f"is {value!r}; write a day such as 2026-03-31", value) from None


def table(row: Row, name: str, default: Row | None = None) -> Row:
    """A table in the table."""
    value = present(row, name) if default is None else row.get(name, default)
    if not isinstance(value, Mapping):
        raise Wrong(name, "must be a table")
    return value


def tables(row: Row, name: str) -> list[Row]:
    """A list of tables, empty where it is missing."""
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise Wrong(name, "must be a list of tables")
    return value


def optional(row: Row, name: str, read: Callable[[object], T]) -> T | None:
    """What `read` makes of the value, None where it is missing."""
    return read(row[name]) if name in row else None
