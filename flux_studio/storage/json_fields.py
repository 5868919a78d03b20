"""Reads typed values out of JSON that came from a disk: nothing in it is taken on trust.

Money is a decimal string or null, a time is ISO 8601 in UTC with a `Z`, pairs are lists of two
texts. Whatever does not fit raises `RowUnreadable`, which names the field.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from flux_studio.core.card import KnobValue
from flux_studio.core.money import Money
from flux_studio.core.size import Size

MOST_SECONDS = 1e9
MOST_DIGITS = 60
LARGEST_WHOLE = 2**63 - 1  # what an INTEGER column of SQLite holds


class RowUnreadable(ValueError):
    """A stored value is missing or not of its kind; the message names the field."""


def canonical(data: object) -> str:
    """One text for equal data: sorted names, no spaces. Readable UTF-8 unless a text is broken
    Unicode.
    """
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text if _is_unicode(text) else json.dumps(data, sort_keys=True, separators=(",", ":"))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone half of a surrogate pair
        return False
    return True


def parse_json(text: str | bytes) -> Mapping[str, object]:
    """A JSON object of any origin. Raises RowUnreadable for everything else, endless nesting
    included.
    """
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise RowUnreadable(f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise RowUnreadable("not a JSON object")
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def time_text(at: datetime) -> str:
    """'2026-11-20T10:11:12.345678Z'. Raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def exact(amount: Money | None) -> str | None:
    """A sum as it is, digit for digit: '0.030'. None for unknown."""
    return None if amount is None else format(amount, "f")


def knobs_data(knobs: Iterable[tuple[str, KnobValue]]) -> list[list[object]]:
    """Knob values in order; a Decimal is told from a text by its wrapping."""
    return [[n, {"decimal": format(v, "f")} if isinstance(v, Decimal) else v] for n, v in knobs]


class Fields:
    """Typed access to one JSON object. Every method raises RowUnreadable."""

    def __init__(self, data: Mapping[str, object], where: str = "") -> None:
        self._data = data
        self._where = where

    @classmethod
    def of(cls, value: object, where: str) -> Fields:
        if not isinstance(value, Mapping):
            raise RowUnreadable(f"{where} is not an object")
        return cls(value, where)

    def table(self, name: str) -> Fields:
        return Fields.of(self._data.get(name), self._path(name))

    def table_or_none(self, name: str) -> Fields | None:
        return None if self._data.get(name) is None else self.table(name)

    def tables(self, name: str) -> list[Fields]:
        return [Fields.of(item, self._path(name)) for item in self._list(name)]

    def text(self, name: str, default: str | None = None) -> str:
        value = self._data.get(name, default)
        if not isinstance(value, str):
            self._wrong(name, "a text")
        return value

    def text_or_none(self, name: str) -> str | None:
        return None if self._data.get(name) is None else self.text(name)

    def whole(self, name: str, least: int = 0, most: int = LARGEST_WHOLE) -> int:
        value = self._data.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._wrong(name, f"a whole number from {least} to {most}")
        return value

    def seed(self, name: str) -> int | None:
        """Seeds are kept as they are: some services use the whole range of 64 bits without a
        sign.
        """
        return None if self._data.get(name) is None else self.whole(name, -(2**63), 2**64 - 1)

    def flag(self, name: str, default: bool | None = None) -> bool:
        value = self._data.get(name, default)
        if not isinstance(value, bool):
            self._wrong(name, "true or false")
        return value

    def flag_or_none(self, name: str) -> bool | None:
        return None if self._data.get(name) is None else self.flag(name)

    def whole_or_none(self, name: str, least: int = -(2**63)) -> int | None:
        return None if self._data.get(name) is None else self.whole(name, least)

    def seconds(self, name: str) -> float | None:
        value = self._data.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_sane(value):
            self._wrong(name, "a number of seconds")
        return float(value)

    def money(self, name: str) -> Money | None:
        if self._data.get(name) is None:
            return None
        amount = _decimal(self.text(name))
        if amount is None:
            self._wrong(name, 'a sum such as "0.03"')
        return amount

    def time(self, name: str) -> datetime:
        text = self.text(name)
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            self._wrong(name, "a time such as 2026-11-20T10:00:00Z")
        if at.tzinfo is None:
            self._wrong(name, "a time with its zone")
        try:
            return at.astimezone(UTC)
        except (OverflowError, OSError):
            self._wrong(name, "a time between the years 1 and 9999")

    def time_or_none(self, name: str) -> datetime | None:
        return None if self._data.get(name) is None else self.time(name)

    def size(self, name: str) -> Size:
        inner = self.table(name)
        return Size(inner.whole("width", 1), inner.whole("height", 1))

    def texts(self, name: str) -> tuple[str, ...]:
        found = self._list(name)
        if not all(isinstance(item, str) for item in found):
            self._wrong(name, "a list of texts")
        return tuple(str(item) for item in found)

    def wholes(self, name: str) -> tuple[int, ...]:
        """Whole numbers from 0; none where there is no such list."""
        found = self._list(name)
        if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in found):
            self._wrong(name, "a list of whole numbers")
        return tuple(int(n) for n in found if isinstance(n, int))

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        found = self._pairs(name)
        if not all(isinstance(second, str) for _, second in found):
            self._wrong(name, "a list of pairs of texts")
        return tuple((first, str(second)) for first, second in found)

    def knobs(self, name: str) -> tuple[tuple[str, KnobValue], ...]:
        return tuple((knob, self._knob(name, value)) for knob, value in self._pairs(name))

    def _knob(self, name: str, value: object) -> KnobValue:
        if isinstance(value, bool | int | str):
            return value
        amount = _decimal(value.get("decimal")) if isinstance(value, Mapping) else None
        if amount is None:
            self._wrong(name, "a list of knobs")
        return amount

    def _pairs(self, name: str) -> list[tuple[str, object]]:
        pairs: list[tuple[str, object]] = []
        for item in self._list(name):
            if not isinstance(item, list) or len(item) != 2 or not isinstance(item[0], str):
                self._wrong(name, "a list of pairs")
            pairs.append((item[0], item[1]))
        return pairs

    def _list(self, name: str) -> list[object]:
        value = self._data.get(name, [])
        if not isinstance(value, list):
            self._wrong(name, "a list")
        return value

    def _path(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name

    def _wrong(self, name: str, right: str) -> NoReturn:
        raise RowUnreadable(f"{self._path(name)} is not {right}")


def _is_sane(number: int | float) -> bool:
    return -MOST_SECONDS <= number <= MOST_SECONDS  # false for "not a number" too


def _decimal(value: object) -> Decimal | None:
    if not isinstance(value, str) or len(value) > MOST_DIGITS:
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    # "1e999999999" is a short text and a number of a billion digits.
    return amount if amount.is_finite() and abs(amount.adjusted()) < MOST_DIGITS else None
