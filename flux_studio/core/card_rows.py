"""Reads model cards from TOML rows: the shipped `resources/models/*.toml` and a user's own.

A file has a top-level `provider = "id"`, an optional `[defaults]` table, and one `[[model]]` table
a card whose values win over the defaults. Money is written as strings, so that no price ever passes
through a float. `CardFault` names the file and the line of what is wrong.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from flux_studio.core.card import Knob, KnobValue, ModelCard, SafetyScale
from flux_studio.core.pricing import Free, PerCall, PerMegapixel, PriceRule, Unknown
from flux_studio.core.size import FreeSizes, ListedSize, ListedSizes, Preset, Size, parse_size

T = TypeVar("T")
Row = Mapping[str, object]


class CardFault(ValueError):
    """A row that cannot be read; the message gives file, line and what would be right."""


def read_cards(text: str, origin: str) -> tuple[ModelCard, ...]:
    """All cards of one file. `origin` is the file's name for messages. Raises CardFault."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CardFault(f"{origin}: {error}") from error
    provider = data.get("provider")
    if not isinstance(provider, str):
        raise CardFault(f'{origin}: line 1: the file has no provider = "…" at its top')
    defaults, models = data.get("defaults", {}), data.get("model", [])
    cards = []
    for number, model in enumerate(models):
        row = {**defaults, **model}
        try:
            cards.append(_card(provider, row))
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            line = _line_of(text, number, error)
            raise CardFault(f"{origin}: line {line}: {_words(error)}") from error
    return tuple(cards)


def _card(provider: str, row: Row) -> ModelCard:
    sizes = _sizes(_table(row, "sizes"))
    default = row.get("default_size")
    return ModelCard(
        provider=provider,
        model=_text(row, "model"),
        title=_text(row, "title"),
        blurb=_text(row, "blurb"),
        sizes=sizes,
        default_size=_size(str(default)) if default else _first_size(sizes),
        price=_price(_table(row, "price")),
        references=_whole(row, "references", 0),
        prompt_least=_whole(row, "prompt_least", 1),
        prompt_most=_whole(row, "prompt_most", 0),
        formats=_texts(row, "formats"),
        seed=bool(row.get("seed", False)),
        safety=_optional(row, "safety", _safety),
        checker=bool(row.get("checker", False)),
        count_most=_whole(row, "count_most", 16),
        source=_text(row, "source"),
        as_of=str(row["as_of"]),
        reference_price_note=str(row.get("reference_price_note", "")),
        best_for=_texts(row, "best_for"),
        licence=str(row.get("licence", "")),
        retention=str(row.get("retention", "")),
        prior_seconds=float(str(row.get("prior_seconds", 8))),
        seed_most=_whole(row, "seed_most", 2**31 - 1),
        knobs=tuple(_knob(k) for k in _tables(row, "knobs")),
        paths=tuple((str(k), str(v)) for k, v in _table(row, "paths", {}).items()),
    )


def _sizes(row: Row) -> FreeSizes | ListedSizes:
    if "listed" in row:
        return ListedSizes(
            tuple(
                ListedSize(_text(o, "ratio"), _text(o, "tier"), _size(_text(o, "size")))
                for o in _tables(row, "listed")
            )
        )
    presets = tuple(
        Preset(_text(p, "name"), _size(_text(p, "size")), str(p.get("wire", "")))
        for p in _tables(row, "presets")
    )
    return FreeSizes(
        least=_whole(row, "least"),
        most=_whole(row, "most"),
        step=_whole(row, "step", 1),
        most_pixels=_whole(row, "most_pixels", 0),
        presets=presets,
    )


def _price(row: Row) -> PriceRule:
    match row.get("rule"):
        case "free":
            return Free()
        case "unknown":
            return Unknown()
        case "per_call":
            tiers = _table(row, "tiers")
            return PerCall(tuple((str(k), _money(tiers, str(k))) for k in tiers))
        case "per_megapixel":
            return PerMegapixel(
                first=_money(row, "first"),
                further=_money(row, "further"),
                reference=_money(row, "reference"),
                reference_cap=_whole(row, "reference_cap", 0),
            )
        case other:
            raise ValueError(
                f"price.rule is {other!r}; it can be free, unknown, per_call, per_megapixel"
            )


def _knob(row: Row) -> Knob:
    kind = _text(row, "kind")
    if kind not in ("int", "decimal", "bool", "choice"):
        raise ValueError(f"knobs.kind is {kind!r}; it can be int, decimal, bool, choice")
    default = row["default"]
    value: KnobValue = Decimal(str(default)) if kind == "decimal" else _plain(default)
    return Knob(
        name=_text(row, "name"),
        kind=kind,
        title=_text(row, "title"),
        note=str(row.get("note", "")),
        default=value,
        least=_optional(row, "least", _decimal),
        most=_optional(row, "most", _decimal),
        step=_optional(row, "step", _decimal),
        choices=_texts(row, "choices"),
    )


def _safety(value: object) -> SafetyScale:
    if not isinstance(value, Mapping):
        raise TypeError("safety must be a table {least, most, default}")
    return SafetyScale(_whole(value, "least"), _whole(value, "most"), _whole(value, "default"))


def _plain(value: object) -> int | bool | str:
    if isinstance(value, bool | int | str):
        return value
    raise TypeError(f"default is {value!r}; write decimals as a string with kind = 'decimal'")


def _money(row: Row, name: str) -> Decimal:
    value = row[name]
    if not isinstance(value, str):
        raise TypeError(f'{name} must be a string such as "0.03", so that no price is rounded')
    amount = Decimal(value)
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"{name} is {value}; a price is not negative")
    return amount


def _decimal(value: object) -> Decimal:
    return Decimal(str(value))


def _text(row: Row, name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value:
        raise TypeError(f"{name} must be a text")
    return value


def _texts(row: Row, name: str) -> tuple[str, ...]:
    value = row.get(name, [])
    if not isinstance(value, list):
        raise TypeError(f"{name} must be a list of texts")
    return tuple(str(item) for item in value)


def _whole(row: Row, name: str, default: int | None = None) -> int:
    value = row[name] if default is None else row.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number")
    return value


def _table(row: Row, name: str, default: Row | None = None) -> Row:
    value = row[name] if default is None else row.get(name, default)
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a table")
    return value


def _tables(row: Row, name: str) -> list[Row]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise TypeError(f"{name} must be a list of tables")
    return value


def _optional(row: Row, name: str, read: Callable[[object], T]) -> T | None:
    return read(row[name]) if name in row else None


def _size(text: str) -> Size:
    size = parse_size(text)
    if size is None:
        raise ValueError(f"{text!r} is not a size; write it as 1024x768")
    return size


def _first_size(rule: FreeSizes | ListedSizes) -> Size:
    match rule:
        case ListedSizes(options=options):
            return options[0].size
        case FreeSizes(presets=presets) if presets:
            return presets[0].size
        case _:
            return Size(1024, 1024)


def _words(error: Exception) -> str:
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)


def _line_of(text: str, number: int, error: Exception) -> int:
    """The line a fault is on: that of the named key inside the model's table, else of the table's
    head.
    """
    heads = [m.start() for m in re.finditer(r"^\s*\[\[model\]\]", text, re.MULTILINE)]
    start = heads[number] if number < len(heads) else 0
    end = heads[number + 1] if number + 1 < len(heads) else len(text)
    word = re.match(r"[\w.]+", str(error.args[0]) if error.args else "")
    key = word.group().split(".")[-1] if word else ""
    found = re.compile(rf"\b{re.escape(key)}\b").search(text, start, end) if key else None
    return text.count("\n", 0, found.start() if found else start) + 1
