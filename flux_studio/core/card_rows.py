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
from collections.abc import Collection, Mapping
from decimal import Decimal

from flux_studio.core import row_values as read
from flux_studio.core.card import REPEATS, SAFETY_WORDS, Knob, KnobValue, ModelCard, SafetyScale
from flux_studio.core.card_lines import line_of
from flux_studio.core.draft import knob_accepts, knob_range
from flux_studio.core.pricing import Free, PerCall, PerMegapixel, PriceRule, Unknown
from flux_studio.core.row_values import Row, Wrong
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


def read_rows(text: str, known: Rows) -> dict[tuple[str, str], Row]:
    """The rows of a file that `read_cards` has read, by provider and model, for later files."""
    data = tomllib.loads(text)
    provider, defaults = read.text(data, "provider"), read.table(data, "defaults", {})
    rows = ({**defaults, **model} for model in read.tables(data, "model"))
    return {(provider, read.text(row, "model")): _over_known(provider, row, known) for row in rows}


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
        read.only_known(data, ("provider", "defaults", "model"))
        provider, defaults = read.text(data, "provider"), read.table(data, "defaults", {})
        if providers and provider not in providers:
            words = f"is {provider!r}; it can be {', '.join(providers)}"
            raise Wrong("provider", words, provider)
        read.only_known(defaults, _CARD_NAMES)
        for model in read.tables(data, "model"):
            number += 1
            card = _card(provider, _over_known(provider, {**defaults, **model}, known or {}))
            if any(card.model == other.model for other in cards):
                raise Wrong("model", f"{card.model!r} stands in this file twice")
            cards.append(card)
    except Wrong as error:
        line = line_of(text, number, error.name, error.written)
        raise CardFault(f"{origin}: line {line}: {error}") from error
    return tuple(cards)


def _over_known(provider: str, row: Row, known: Rows) -> Row:
    before = known.get((provider, str(row.get("model"))), {})
    return row if all(name in row for name in _NEEDED) else {**before, **row}


def _card(provider: str, row: Row) -> ModelCard:
    read.only_known(row, _CARD_NAMES)
    sizes = _sizes(read.table(row, "sizes"))
    default = _size(row, "default_size") if "default_size" in row else _first_size(sizes)
    if broken := size_problem(sizes, default):
        raise Wrong("default_size", f"{default} breaks the card's own size rule ({broken})")
    return ModelCard(
        provider=provider,
        model=read.text(row, "model"),
        title=read.text(row, "title"),
        blurb=read.text(row, "blurb"),
        sizes=sizes,
        default_size=default,
        price=_price(read.table(row, "price")),
        references=read.whole(row, "references", 0),
        prompt_least=read.whole(row, "prompt_least", 1, least=1),
        prompt_most=read.whole(row, "prompt_most", 0),
        formats=_formats(row),
        seed=read.flag(row, "seed"),
        safety=read.optional(row, "safety", _safety),
        checker=read.flag(row, "checker"),
        count_most=read.whole(row, "count_most", 16, least=1),
        source=read.text(row, "source"),
        as_of=read.day(row, "as_of"),
        safety_note=read.text(row, "safety_note", ""),
        repeats=read.word(row, "repeats", "likely", REPEATS),
        repeat_note=read.text(row, "repeat_note", ""),
        price_note=read.text(row, "price_note", ""),
        reference_price_note=read.text(row, "reference_price_note", ""),
        best_for=read.texts(row, "best_for"),
        licence=read.text(row, "licence", ""),
        retention=read.text(row, "retention", ""),
        prior_seconds=_seconds(row, "prior_seconds"),
        seed_most=read.whole(row, "seed_most", 2**31 - 1),
        megapixels_most=read.whole(row, "megapixels_most", 0),
        knobs=tuple(_knob(k) for k in read.tables(row, "knobs")),
        paths=_paths(row),
    )


def _sizes(row: Row) -> SizeRule:
    is_listed = "listed" in row
    names = ("listed",) if is_listed else ("least", "most", "step", "most_pixels")
    read.only_known(row, names, ("presets",))
    return _listed_sizes(row) if is_listed else _free_sizes(row)


def _listed_sizes(row: Row) -> ListedSizes:
    options = []
    for option in read.tables(row, "listed"):
        read.only_known(option, ("ratio", "tier", "size"))
        options.append(
            ListedSize(read.text(option, "ratio"), read.text(option, "tier"), _size(option, "size"))
        )
    if not options:
        raise Wrong("listed", "has no size in it")
    return ListedSizes(tuple(options))


def _free_sizes(row: Row) -> FreeSizes:
    presets: list[Preset] = []
    for preset in read.tables(row, "presets"):
        read.only_known(preset, ("name", "size", "wire"))
        presets.append(
            Preset(read.text(preset, "name"), _size(preset, "size"), read.text(preset, "wire", ""))
        )
    least = read.whole(row, "least", least=1)
    rule = FreeSizes(
        least=least,
        most=read.whole(row, "most", least=least),
        step=read.whole(row, "step", 1, least=1),
        most_pixels=read.whole(row, "most_pixels", 0),
        presets=tuple(presets),
    )
    if size_problem(rule, nearest_size(rule, Size(least, least))):
        raise Wrong("sizes", "leave no size at all: look at least, most, step and most_pixels")
    for size in (named.size for named in presets):
        if broken := size_problem(rule, size):
            words = f"{size} breaks the card's own size rule ({broken})"
            raise Wrong("size", words, str(size))
    return rule


def _price(row: Row) -> PriceRule:
    rule = row.get("rule")
    if not isinstance(rule, str) or rule not in _PRICE_NAMES:
        raise Wrong("rule", f"is {rule!r}; it can be {', '.join(_PRICE_NAMES)}")
    read.only_known(row, ("rule",), _PRICE_NAMES[rule])
    match rule:
        case "free":
            return Free()
        case "unknown":
            return Unknown()
        case "per_call":
            tiers = read.table(row, "tiers")
            return PerCall(tuple((name, _money(tiers, name)) for name in tiers))
        case _:
            return PerMegapixel(
                first=_money(row, "first"),
                further=_money(row, "further"),
                reference=_money(row, "reference"),
                reference_cap=read.whole(row, "reference_cap", 0),
            )


def _knob(row: Row) -> Knob:
    read.only_known(
        row, ("name", "kind", "title", "note", "default", "least", "most", "step", "choices")
    )
    kind = read.text(row, "kind")
    if kind not in ("int", "decimal", "bool", "choice"):
        raise Wrong("kind", f"is {kind!r}; it can be int, decimal, bool, choice", kind)
    written = read.present(row, "default")
    value: KnobValue = read.decimal(row, "default") if kind == "decimal" else _plain(written)
    knob = Knob(
        name=read.text(row, "name"),
        kind=kind,
        title=read.text(row, "title"),
        note=read.text(row, "note", ""),
        default=value,
        least=read.decimal(row, "least") if "least" in row else None,
        most=read.decimal(row, "most") if "most" in row else None,
        step=read.decimal(row, "step") if "step" in row else None,
        choices=read.texts(row, "choices"),
    )
    if not knob_accepts(knob, value):
        words = f"is {value} at {knob.title}; it can be {knob_range(knob)}"
        raise Wrong("default", words, written)
    return knob


def _safety(value: object) -> SafetyScale:
    if not isinstance(value, Mapping):
        raise Wrong("safety", "must be a table {least, most, default}")
    read.only_known(value, ("least", "most", "default", "words"))
    least, most, default = (read.whole(value, name) for name in ("least", "most", "default"))
    scale = SafetyScale(least, most, default, read.texts(value, "words"))
    if scale.words and (len(scale.words) != most - least + 1 or {*scale.words} - {*SAFETY_WORDS}):
        raise Wrong("words", f"need one for each number, of these: {', '.join(SAFETY_WORDS)}")
    if not scale.least <= scale.default <= scale.most:
        raise Wrong("safety", f"default {scale.default} is not on its own scale")
    return scale


def _formats(row: Row) -> tuple[str, ...]:
    formats = read.texts(row, "formats")
    for name in formats:
        if name not in FORMATS:
            raise Wrong("formats", f"has {name!r}; it can have {', '.join(FORMATS)}")
    return formats


def _paths(row: Row) -> tuple[tuple[str, str], ...]:
    """Addresses below the provider's own: a key never goes anywhere else."""
    table = read.table(row, "paths", {})
    for name in table:
        path = read.text(table, name)
        if not _PATH.fullmatch(path):
            words = f"is {path!r}; write an address below the provider's, such as /v1/flux-2-pro"
            raise Wrong(name, words, path)
    return tuple((name, read.text(table, name)) for name in table)


def _size(row: Row, name: str) -> Size:
    written = read.text(row, name)
    size = parse_size(written)
    if size is None:
        raise Wrong(name, f"is {written!r}; write a size such as 1024x768", written)
    return size


def _first_size(rule: SizeRule) -> Size:
    """The size a form starts with where the card names none: its first preset, else 1024 × 1024."""
    return next((preset.size for preset in presets_of(rule)), Size(1024, 1024))


def _plain(value: object) -> int | bool | str:
    if isinstance(value, bool | int | str):
        return value
    raise Wrong("default", f"is {value!r}; write decimals as a string with kind = 'decimal'")


def _seconds(row: Row, name: str) -> float:
    value = row.get(name, 8)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 86_400:
        raise Wrong(name, f"is {value!r}; it must be a number of seconds above 0")
    return float(value)


def _money(row: Row, name: str) -> Decimal:
    written = read.present(row, name)
    if not isinstance(written, str):
        raise Wrong(name, 'must be a string such as "0.03", so that no price is rounded')
    amount = read.decimal(row, name)
    if amount < 0:
        raise Wrong(name, f"is {written}; a price is not negative", written)
    return amount
