"""Strict checks of request bodies: every field known, of the right type, inside its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Field:
    """What one field may be. For texts `least` and `most` bound the length, for lists the number of
    items.
    """

    kind: type | tuple[type, ...]
    required: bool = False
    choices: tuple[Any, ...] = ()
    least: float | None = None
    most: float | None = None
    item: Field | None = None


def problems(body: Any, fields: Mapping[str, Field]) -> list[str]:
    """All that is wrong with a JSON body, in words; empty when nothing is."""
    if not isinstance(body, dict):
        return ["the body is not an object"]
    found = [f"unknown field {name}" for name in body if name not in fields]
    found += [f"{n} is required" for n, f in fields.items() if f.required and n not in body]
    for name, value in body.items():
        if name in fields:
            found += [f"{name} {words}" for words in _wrong(value, fields[name])]
    return found


def _wrong(value: Any, rule: Field) -> list[str]:
    kinds = rule.kind if isinstance(rule.kind, tuple) else (rule.kind,)
    if type(value) not in kinds:  # exact: a bool is not an int here
        return [f"is a {type(value).__name__}"]
    found = []
    if rule.choices and value not in rule.choices:
        found.append(f"is {value!r}, not one of {rule.choices}")
    measure = len(value) if isinstance(value, str | list | dict) else value
    if rule.least is not None and measure < rule.least:
        found.append(f"is below {rule.least}")
    if rule.most is not None and measure > rule.most:
        found.append(f"is above {rule.most}")
    if rule.item and isinstance(value, list):
        found += [f"item {words}" for item in value for words in _wrong(item, rule.item)]
    return found
