"""The parts a prompt is made of once it has been read, and how they are written out again.

A text of parts has as many expansions as the product of its variables. `nth` gives one of them
without making the others; `drawn` draws one from a seed, the same on every machine and version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Union


@dataclass(frozen=True, slots=True)
class Again:
    """Repeats what the variable `name` became."""

    name: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of a variable's texts; `weight` counts when it is drawn."""

    parts: Parts
    weight: float
    count: int


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice of texts, with the longest and the shortest one. `label` is for people, and `Again`
    calls it by its `name`.
    """

    label: str
    alternatives: tuple[Alternative, ...]
    count: int
    longest: str
    shortest: str
    name: str = ""


Part = Union[str, Variable, Again]  # noqa: UP007 - a forward name in `|` fails when it is read
Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Expansion:
    """One text to be sent, and what each variable became in it: label and text."""

    prompt: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Writing:
    """An expansion while it is written. Escapes were resolved by who made the parts."""

    texts: list[str] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    drawn: int = 0

    def expansion(self) -> Expansion:
        return Expansion("".join(self.texts), tuple(self.choices))

    def chose(self, variable: Variable, place: int, start: int) -> None:
        """The variable's text is written: what stands from `start` on is what it became."""
        text = "".join(self.texts[start:])
        self.choices.insert(place, (variable.label, text.strip()))
        if variable.name:
            self.names[variable.name] = text


def alternative(parts: Parts, weight: float = 1) -> Alternative:
    return Alternative(parts, weight, count(parts))


def variable(label: str, alternatives: Sequence[Alternative], name: str = "") -> Variable:
    longest = [extreme(each.parts, longest=True) for each in alternatives]
    shortest = [extreme(each.parts, longest=False) for each in alternatives]
    return Variable(
        label,
        tuple(alternatives),
        sum(each.count for each in alternatives),
        max(longest, key=len),
        min(shortest, key=len),
        name,
    )


def count(parts: Parts) -> int:
    """How many expansions there are, without making one."""
    return prod(part.count for part in parts if isinstance(part, Variable))


def nth(parts: Parts, number: int) -> Expansion:
    """Expansion `number`, from 0 to before `count`: the last variable changes first."""
    writing = Writing()
    _write_nth(parts, number, writing)
    return writing.expansion()


def drawn(parts: Parts, seed: int) -> Expansion:
    """The expansion that `seed` draws."""
    writing = Writing()
    _write_drawn(parts, seed, writing)
    return writing.expansion()


def extreme(parts: Parts, *, longest: bool) -> str:
    """The longest or the shortest expansion there is."""
    writing = Writing()
    for part in parts:
        if isinstance(part, Variable):
            text = part.longest if longest else part.shortest
            writing.texts.append(text)
            writing.names[part.name] = text
        else:
            _write_plain(part, writing)
    return "".join(writing.texts)


def fraction(seed: int, number: int) -> float:
    """From 0 to before 1, the same for ever: SHA-256 of seed and number."""
    digest = hashlib.sha256(f"{seed}/{number}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _write_nth(parts: Parts, number: int, writing: Writing) -> None:
    rest = count(parts)
    for part in parts:
        if isinstance(part, Variable):
            rest //= part.count
            inside, number = divmod(number, rest)
            _write_chosen(part, inside, writing)
        else:
            _write_plain(part, writing)


def _write_chosen(part: Variable, inside: int, writing: Writing) -> None:
    for each in part.alternatives:
        if inside < each.count:
            place, start = len(writing.choices), len(writing.texts)
            _write_nth(each.parts, inside, writing)
            writing.chose(part, place, start)
            return
        inside -= each.count


def _write_drawn(parts: Parts, seed: int, writing: Writing) -> None:
    for part in parts:
        if isinstance(part, Variable):
            at = fraction(seed, writing.drawn)
            writing.drawn += 1
            place, start = len(writing.choices), len(writing.texts)
            _write_drawn(_weighed(part.alternatives, at).parts, seed, writing)
            writing.chose(part, place, start)
        else:
            _write_plain(part, writing)


def _weighed(alternatives: Sequence[Alternative], at: float) -> Alternative:
    """The alternative at the fraction `at` of all weights; when none weighs anything all do."""
    total = sum(each.weight for each in alternatives)
    if not total:
        return alternatives[int(at * len(alternatives))]
    reached = 0.0
    heavy = [each for each in alternatives if each.weight]
    for each in heavy:
        reached += each.weight / total
        if at < reached:
            return each
    return heavy[-1]


def _write_plain(part: str | Again, writing: Writing) -> None:
    writing.texts.append(writing.names.get(part.name, "") if isinstance(part, Again) else part)
