"""Reads model cards from TOML rows: the shipped `resources/models/*.toml` and a user's own.

A file has a top-level `provider = "id"`, an optional `[defaults]` table, and one `[[model]]` table
a card whose values win over the defaults. A card of a user's own file that is known already may
give single values only; the others stay as they are. Money is written as strings, so that no price
ever passes through a float. A name that no card has is a fault too, since a misspelt limit would
else be no limit. `CardFault` names the file and the line of what is wrong.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from flux_studio.core.card import REPEATS, SAFETY_WORDS, Knob, KnobValue, ModelCard, SafetyScale
from flux_studio.core.card_lines import line_of
from flux_studio.core.draft import knob_accepts, knob_range
from flux_studio.core.pricing import Free, PerCall, PerMegapixel, PriceRule, Unknown
from flux_studio.core.size import (
    FreeSizes,
    ListedSize,
    ListedSizes,
    Preset,
    Size,
    SizeRule,
    nearest_size,
    parse_size,
    presets_of,
    size_problem,
)

T = TypeVar("T")
Row = Mapping[str, object]
Rows = Mapping[tuple[str, str], Row]

_PATH = re.compile(r"(/[\w.~%-]+)+/?", re.ASCII)
FORMATS = ("png", "jpeg", "webp")
_CARD_NAMES = (
    *("model", "title", "blurb", "best_for", "licence", "retention", "source", "as_of"),
    *("sizes", "default_size", "price", "price_note", "reference_price_note"),
    *("references", "formats"),
    *("prompt_least", "prompt_most", "seed", "seed_most", "safety", "safety_note", "checker"),
    *("repeats", "repeat_note"),
    *("count_most", "megapixels_most", "prior_seconds", "knobs", "paths"),
)
_NEEDED = ("model", "title", "blurb", "sizes", "price", "source", "as_of")
_PRICE_NAMES = {
    "free": (),
    "unknown": (),
    "per_call": ("tiers",),
    "per_megapixel": ("first", "further", "reference", "reference_cap"),
}


class CardFault(ValueError):
    """A row that cannot be read; the message gives file, line and what would be right."""


class _Wrong(ValueError):
    """What is wrong with one value: the name it has in the file, the value as written, and why."""

    def __init__(self, name: str, words: str, written: object = None) -> None:
        super().__init__(f"{name} {words}")
        self.name = name
        self.written = written


def read_rows(text: str, known: Rows) -> dict[tuple[str, str], Row]:
    """The rows of a file that `read_cards` has read, by provider and model, for later files."""
    data = tomllib.loads(text)
    provider, defaults = _text(data, "provider"), _table(data, "defaults", {})
    rows = ({**defaults, **model} for model in _tables(data, "model"))
    return {(provider, _text(row, "model")): _over_known(provider, row, known) for row in rows}


def read_cards(
    text: str, origin: str, known: Rows | None = None, providers: Collection[str] = ()
) -> tuple[ModelCard, ...]:
    """All cards of one file. `origin` is the file's name for messages. Raises CardFault.

    A row that lacks something and is among the `known` ones changes that one: what it does not say
    stays. A whole row stands for itself. `providers` are those there are, where that is known: a
    row for another one could never be sent.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CardFault(f"{origin}: {error}") from error
    cards: list[ModelCard] = []
    number = -1  # still above the first card
    try:
        _known(data, ("provider", "defaults", "model"))
        provider, defaults = _text(data, "provider"), _table(data, "defaults", {})
        if providers and provider not in providers:
            words = f"is {provider!r}; it can be {', '.join(providers)}"
            raise _Wrong("provider", words, provider)
        _known(defaults, _CARD_NAMES)
        for model in _tables(data, "model"):
            number += 1
            card = _card(provider, _over_known(provider, {**defaults, **model}, known or {}))
            if any(card.model == other.model for other in cards):
                raise _Wrong("model", f"{card.model!r} stands in this file twice")
            cards.append(card)
    except _Wrong as error:
        line = line_of(text, number, error.name, error.written)
        raise CardFault(f"{origin}: line {line}: {error}") from error
    return tuple(cards)


def _over_known(provider: str, row: Row, known: Rows) -> Row:
    before = known.get((provider, str(row.get("model"))), {})
    return row if all(name in row for name in _NEEDED) else {**before, **row}


def _card(provider: str, row: Row) -> ModelCard:
    _known(row, _CARD_NAMES)
    sizes = _sizes(_table(row, "sizes"))
    default = _size(row, "default_size") if "default_size" in row else _first_size(sizes)
    if broken := size_problem(sizes, default):
        raise _Wrong("default_size", f"{default} breaks the card's own size rule ({broken})")
    return ModelCard(
        provider=provider,
        model=_text(row, "model"),
        title=_text(row, "title"),
        blurb=_text(row, "blurb"),
        sizes=sizes,
        default_size=default,
        price=_price(_table(row, "price")),
        references=_whole(row, "references", 0),
        prompt_least=_whole(row, "prompt_least", 1, least=1),
        prompt_most=_whole(row, "prompt_most", 0),
        formats=_formats(row),
        seed=_flag(row, "seed"),
        safety=_optional(row, "safety", _safety),
        checker=_flag(row, "checker"),
        count_most=_whole(row, "count_most", 16, least=1),
        source=_text(row, "source"),
        as_of=_day(row, "as_of"),
        safety_note=_text(row, "safety_note", ""),
        repeats=_word(row, "repeats", "likely", REPEATS),
        repeat_note=_text(row, "repeat_note", ""),
        price_note=_text(row, "price_note", ""),
        reference_price_note=_text(row, "reference_price_note", ""),
        best_for=_texts(row, "best_for"),
        licence=_text(row, "licence", ""),
        retention=_text(row, "retention", ""),
        prior_seconds=_seconds(row, "prior_seconds"),
        seed_most=_whole(row, "seed_most", 2**31 - 1),
        megapixels_most=_whole(row, "megapixels_most", 0),
        knobs=tuple(_knob(k) for k in _tables(row, "knobs")),
        paths=_paths(row),
    )


def _sizes(row: Row) -> SizeRule:
    _known(row, ("listed",) if "listed" in row else ("least", "most", "step", "most_pixels"),
           ("presets",))  # fmt: skip
    return _listed_sizes(row) if "listed" in row else _free_sizes(row)


def _listed_sizes(row: Row) -> ListedSizes:
    options = []
    for option in _tables(row, "listed"):
        _known(option, ("ratio", "tier", "size"))
        options.append(
            ListedSize(_text(option, "ratio"), _text(option, "tier"), _size(option, "size"))
        )
    if not options:
        raise _Wrong("listed", "has no size in it")
    return ListedSizes(tuple(options))


def _free_sizes(row: Row) -> FreeSizes:
    presets: list[Preset] = []
    for preset in _tables(row, "presets"):
        _known(preset, ("name", "size", "wire"))
        presets.append(
            Preset(_text(preset, "name"), _size(preset, "size"), _text(preset, "wire", ""))
        )
    least = _whole(row, "least", least=1)
    rule = FreeSizes(
        least=least,
        most=_whole(row, "most", least=least),
        step=_whole(row, "step", 1, least=1),
        most_pixels=_whole(row, "most_pixels", 0),
        presets=tuple(presets),
    )
    if size_problem(rule, nearest_size(rule, Size(least, least))):
        raise _Wrong("sizes", "leave no size at all: look at least, most, step and most_pixels")
    for size in (named.size for named in presets):
        if broken := size_problem(rule, size):
            words = f"{size} breaks the card's own size rule ({broken})"
            raise _Wrong("size", words, str(size))
    return rule


def _price(row: Row) -> PriceRule:
    rule = row.get("rule")
    if not isinstance(rule, str) or rule not in _PRICE_NAMES:
        raise _Wrong("rule", f"is {rule!r}; it can be {', '.join(_PRICE_NAMES)}")
    _known(row, ("rule",), _PRICE_NAMES[rule])
    match rule:
        case "free":
            return Free()
        case "unknown":
            return Unknown()
        case "per_call":
            tiers = _table(row, "tiers")
            return PerCall(tuple((name, _money(tiers, name)) for name in tiers))
        case _:
            return PerMegapixel(
                first=_money(row, "first"),
                further=_money(row, "further"),
                reference=_money(row, "reference"),
                reference_cap=_whole(row, "reference_cap", 0),
            )


def _knob(row: Row) -> Knob:
    _known(row, ("name", "kind", "title", "note", "default", "least", "most", "step", "choices"))
    kind = _text(row, "kind")
    if kind not in ("int", "decimal", "bool", "choice"):
        raise _Wrong("kind", f"is {kind!r}; it can be int, decimal, bool, choice", kind)
    written = _present(row, "default")
    value: KnobValue = _decimal(row, "default") if kind == "decimal" else _plain(written)
    knob = Knob(
        name=_text(row, "name"),
        kind=kind,
        title=_text(row, "title"),
        note=_text(row, "note", ""),
        default=value,
        least=_decimal(row, "least") if "least" in row else None,
        most=_decimal(row, "most") if "most" in row else None,
        step=_decimal(row, "step") if "step" in row else None,
        choices=_texts(row, "choices"),
    )
    if not knob_accepts(knob, value):
        words = f"is {value} at {knob.title}; it can be {knob_range(knob)}"
        raise _Wrong("default", words, written)
    return knob


def _safety(value: object) -> SafetyScale:
    if not isinstance(value, Mapping):
        raise _Wrong("safety", "must be a table {least, most, default}")
    _known(value, ("least", "most", "default", "words"))
    least, most, default = (_whole(value, name) for name in ("least", "most", "default"))
    scale = SafetyScale(least, most, default, _texts(value, "words"))
    if scale.words and (len(scale.words) != most - least + 1 or {*scale.words} - {*SAFETY_WORDS}):
        raise _Wrong("words", f"need one for each number, of these: {', '.join(SAFETY_WORDS)}")
    if not scale.least <= scale.default <= scale.most:
        raise _Wrong("safety", f"default {scale.default} is not on its own scale")
    return scale


def _known(row: Row, *names: tuple[str, ...]) -> None:
    known = [name for group in names for name in group]
    for name in row:
        if name not in known:
            raise _Wrong(name, f"is not a name of this table; it knows {', '.join(known)}")


def _present(row: Row, name: str) -> object:
    if name not in row:
        raise _Wrong(name, "is missing")
    return row[name]


def _plain(value: object) -> int | bool | str:
    if isinstance(value, bool | int | str):
        return value
    raise _Wrong("default", f"is {value!r}; write decimals as a string with kind = 'decimal'")


def _money(row: Row, name: str) -> Decimal:
    written = _present(row, name)
    if not isinstance(written, str):
        raise _Wrong(name, 'must be a string such as "0.03", so that no price is rounded')
    amount = _decimal(row, name)
    if amount < 0:
        raise _Wrong(name, f"is {written}; a price is not negative", written)
    return amount


def _decimal(row: Row, name: str) -> Decimal:
    value = _present(row, name)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise _Wrong(name, f"is {value!r}, which is not a number", value) from None
    if isinstance(value, bool | float) or not number.is_finite():
        raise _Wrong(name, f'is {value}; write a whole number, or a string such as "3.5"', value)
    return number


def _text(row: Row, name: str, default: str | None = None) -> str:
    value = _present(row, name) if default is None else row.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise _Wrong(name, "must be a text")
    return value


def _word(row: Row, name: str, default: str, known: Collection[str]) -> str:
    value = _text(row, name, default)
    if value not in known:
        raise _Wrong(name, f"is {value!r}; it can be {', '.join(known)}", value)
    return value


def _texts(row: Row, name: str) -> tuple[str, ...]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _Wrong(name, "must be a list of texts")
    return tuple(value)


def _formats(row: Row) -> tuple[str, ...]:
    formats = _texts(row, "formats")
    for name in formats:
        if name not in FORMATS:
            raise _Wrong("formats", f"has {name!r}; it can have {', '.join(FORMATS)}")
    return formats


def _whole(row: Row, name: str, default: int | None = None, least: int = 0) -> int:
    value = _present(row, name) if default is None else row.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wrong(name, "must be a whole number", value)
    if value < least:
        raise _Wrong(name, f"is {value}; the least is {least}", value)
    return value


def _seconds(row: Row, name: str) -> float:
    value = row.get(name, 8)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 86_400:
        raise _Wrong(name, f"is {value!r}; it must be a number of seconds above 0")
    return float(value)


def _flag(row: Row, name: str) -> bool:
    value = row.get(name, False)
    if not isinstance(value, bool):
        raise _Wrong(name, f"is {value!r}; it can be true or false")
    return value


def _day(row: Row, name: str) -> str:
    value = str(_present(row, name))
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise _Wrong(name, f"is {value!r}; write a day such as 2026-03-31", value) from None


def _table(row: Row, name: str, default: Row | None = None) -> Row:
    value = _present(row, name) if default is None else row.get(name, default)
    if not isinstance(value, Mapping):
        raise _Wrong(name, "must be a table")
    return value


def _tables(row: Row, name: str) -> list[Row]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise _Wrong(name, "must be a list of tables")
    return value


def _paths(row: Row) -> tuple[tuple[str, str], ...]:
    """Addresses below the provider's own: a key never goes anywhere else."""
    table = _table(row, "paths", {})
    for name in table:
        path = _text(table, name)
        if not _PATH.fullmatch(path):
            words = f"is {path!r}; write an address below the provider's, such as /v1/flux-2-pro"
            raise _Wrong(name, words, path)
    return tuple((name, _text(table, name)) for name in table)


def _optional(row: Row, name: str, read: Callable[[object], T]) -> T | None:
    return read(row[name]) if name in row else None


def _size(row: Row, name: str) -> Size:
    written = _text(row, name)
    size = parse_size(written)
    if size is None:
        raise _Wrong(name, f"is {written!r}; write a size such as 1024x768", written)
    return size


def _first_size(rule: SizeRule) -> Size:
    """The size a form starts with where the card names none: its first preset, else 1024 × 1024."""
    return next((preset.size for preset in presets_of(rule)), Size(1024, 1024))
