"""Writes a corrected price into the user's own model file, and leaves the rest of it as it is.

The row gives the price alone, laid over the card we ship. The new text is parsed before it is
kept: unless it says exactly the old thing with the new price, nothing is written.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from flux_studio.core.card import ModelCard
from flux_studio.core.card_rows import CardFault
from flux_studio.core.errors import StudioError
from flux_studio.core.money import Money, plain
from flux_studio.core.pricing import Free, PerCall, PerMegapixel, PriceRule, Unknown
from flux_studio.storage.atomic import write_atomic
from flux_studio.storage.model_files import own_files, read_model_files, read_text

_HEAD = re.compile(r"^[ \t]*\[\[ *model *\]\][^\n]*\n?", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_PRICE_TABLE = r"^[ \t]*\[model\.price(?:\.\w+)?\][^\n]*\n(?:(?![ \t]*\[)[^\n]*\n?)*"
_WRITTEN = ("price", "price_note", "as_of")


class PriceNotKept(StudioError):
    """The user's file cannot take the price; the message says why, and which file it is."""


def keep_price(folder: Path, card: ModelCard, rule: PriceRule, note: str, day: date) -> Path:
    """Write `rule` as the user's own price of `card`, with a note and its day; gives the file.

    Raises PriceNotKept when the file there cannot be read or changed, OSError when the disk
    refuses.
    """
    values = {"price": _table(rule), "price_note": note, "as_of": day}
    try:
        path, old = _file_for(folder, card)
        new = _with_values(old, card.model, values)
        if _parsed(new, path) != _expected(_parsed(old, path), card.model, values):
            raise CardFault(f"{path.name}: the row of {card.model} is written in an unusual way")
    except CardFault as fault:
        raise PriceNotKept(f"{fault}. Set the price there by hand.") from fault
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(path, new.encode())
    if any(line.startswith(f"{path.name}:") for line in read_model_files(folder).faults):
        write_atomic(path, old.encode()) if old else path.unlink()
        raise PriceNotKept(f"{path.name} cannot be read with the new price. It is as it was.")
    return path


def _file_for(folder: Path, card: ModelCard) -> tuple[Path, str]:
    """The user's file that has the model, the last one since it wins; else the provider's own."""
    texts = {path: read_text(path) for path in own_files(folder)}
    parsed = {path: _parsed(text, path) for path, text in texts.items()}
    mine = [path for path, data in parsed.items() if data.get("provider") == card.provider]
    having = [path for path in mine if _row(parsed[path], card.model) is not None]
    if having or mine:
        path = (having or mine)[-1]
        return path, texts[path]
    names = (f"{card.provider}{ending}.toml" for ending in ("", "-prices", "-own-prices"))
    free = next(path for name in names if (path := folder / name) not in texts)
    return free, _opening(card.provider)


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CardFault(f"{path.name}: {error}") from error


def _opening(provider: str) -> str:
    return (
        f"# Your own rows lie over those that come with the studio.\nprovider = {_text(provider)}\n"
    )


def _row(data: Mapping[str, Any], model: str) -> dict[str, Any] | None:
    rows = data.get("model", [])
    return next((row for row in rows if row.get("model") == model), None)


def _expected(data: dict[str, Any], model: str, values: Mapping[str, Any]) -> dict[str, Any]:
    row = _row(data, model)
    if row is None:
        row = {"model": model}
        data.setdefault("model", []).append(row)
    row.update(values)
    return data


def _with_values(text: str, model: str, values: Mapping[str, Any]) -> str:
    """The text with the values in the model's row; a new row at the end where there is none."""
    lines = "".join(f"{name} = {_value(value)}\n" for name, value in values.items())
    if text and not text.endswith("\n"):
        text += "\n"
    for start, end in _sections(text):
        section = _without_values(text[start:end])
        named = re.search(rf"^[ \t]*model[ \t]*=[ \t]*{_either(model)}[^\n]*\n", section, re.M)
        if named:
            place = named.end()
            return text[:start] + section[:place] + lines + section[place:] + text[end:]
    return f"{text}\n[[model]]\nmodel = {_text(model)}\n{lines}"


def _sections(text: str) -> list[tuple[int, int]]:
    starts = [match.start() for match in _HEAD.finditer(text)]
    return list(pairwise([*starts, len(text)]))


def _without_values(section: str) -> str:
    """A row's text without what is about to be written: keys of the row itself, and its price
    table.
    """
    section = re.sub(_PRICE_TABLE, "", section, flags=re.MULTILINE)
    head = _HEAD.match(section)
    table = _TABLE.search(section, head.end() if head else 0)
    end = table.start() if table else len(section)
    names = "|".join(_WRITTEN)
    own = re.sub(rf"^[ \t]*(?:{names})(?:\.[\w.]+)?[ \t]*=[^\n]*\n?", "", section[:end], flags=re.M)
    return own + section[end:]


def _either(model: str) -> str:
    """A pattern for the model's id in either kind of quotes."""
    return f"(?:{re.escape(_text(model))}|'{re.escape(model)}')"


def _table(rule: PriceRule) -> dict[str, Any]:
    match rule:
        case Free():
            return {"rule": "free"}
        case Unknown():
            return {"rule": "unknown"}
        case PerCall(tiers=tiers):
            return {"rule": "per_call", "tiers": {name: _sum(price) for name, price in tiers}}
        case PerMegapixel():
            table: dict[str, Any] = {"rule": "per_megapixel", "first": _sum(rule.first)}
            table |= {"further": _sum(rule.further), "reference": _sum(rule.reference)}
            return table | ({"reference_cap": rule.reference_cap} if rule.reference_cap else {})


def _sum(amount: Money) -> str:
    written = plain(amount)
    assert written is not None, "a sum of a rule is known"
    return written


def _value(value: object) -> str:
    match value:
        case dict():
            return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
        case str():
            return _text(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(text: str) -> str:
    """A TOML basic string; JSON's is one."""
    return json.dumps(text, ensure_ascii=False)
