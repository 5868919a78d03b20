"""What a draft's prompt comes to: the typed text, read, with its style around it."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.prompt import parts as parts_of
from flux_studio.core.prompt.parts import Expansion, Part, Parts, Variable
from flux_studio.core.prompt.style import PLACE, Style
from flux_studio.core.prompt.template import (
    NO_LISTS,
    Fault,
    Template,
    WordLists,
    literal,
    read_template,
)

_HOLE = "\ue000"  # a private character: stands for the prompt while a style is read


class ExpansionMode(StrEnum):
    """What becomes of variables: all combinations in their order, one draw for each picture, or
    nothing: the prompt is sent as it is typed.
    """

    ORDERED = "ordered"
    RANDOM = "random"
    OFF = "off"


@lru_cache(maxsize=8)
def read_prompt(
    typed: str,
    style: Style | None = None,
    mode: ExpansionMode = ExpansionMode.ORDERED,
    lists: WordLists = NO_LISTS,
) -> Template:
    """The typed prompt with its style around it. JSON has no style: it says all by itself."""
    if mode is ExpansionMode.OFF:
        return literal(typed if style is None else style.text.replace(PLACE, typed.strip()))
    own = read_template(typed, lists)
    if style is None or own.is_json:
        return own
    around = read_template(style.text.replace(PLACE, _HOLE), lists)
    parts = _filled(around.parts, _stripped(own.parts))
    faults = (*own.faults, *_style_faults(style, around.faults, parts is None))
    return Template(parts or own.parts, faults)


def has_variables(template: Template) -> bool:
    return any(isinstance(part, Variable) for part in template.parts)


def count(template: Template) -> int:
    """How many expansions a template has, without making one."""
    return parts_of.count(template.parts)


def ordered(template: Template, number: int) -> Expansion:
    """Expansion `number`, from 0 to before `count`: the last variable changes first."""
    return parts_of.nth(template.parts, number)


def drawn(template: Template, seed: int) -> Expansion:
    """The expansion that a seed draws: the same for ever, on every machine."""
    return parts_of.drawn(template.parts, seed)


@lru_cache(maxsize=8)
def longest(template: Template) -> str:
    """The longest expansion, which a model's limit is held against."""
    return parts_of.extreme(template.parts, longest=True)


@lru_cache(maxsize=8)
def shortest(template: Template) -> str:
    """The shortest expansion: when that says enough, all do."""
    return parts_of.extreme(template.parts, longest=False)


def is_as_typed(template: Template, typed: str) -> bool:
    """Whether exactly the typed text is sent."""
    return template.parts in ((typed,), ()) and (bool(template.parts) or not typed)


def _filled(around: Parts, own: Parts) -> Parts | None:
    """A style with the prompt in its place; None where that place is inside braces."""
    found: list[Part] = []
    filled = False
    for part in around:
        if isinstance(part, str) and _HOLE in part:
            before, _, after = part.partition(_HOLE)
            found += [before, *own, after]
            filled = True
        else:
            found.append(part)
    return tuple(part for part in found if part != "") if filled else None


def _stripped(parts: Parts) -> Parts:
    found = list(parts)
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip()
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return tuple(part for part in found if part != "")


def _style_faults(style: Style, faults: tuple[Fault, ...], lost: bool) -> tuple[Fault, ...]:
    name = ("style", style.name)
    if faults:
        text = QT_TRANSLATE_NOOP("Problem", "The style {style} cannot be read. {why}")
        why = faults[0].text.format(**dict(faults[0].values))
        return (Fault(0, text, (name, ("why", why))),)
    if lost:
        text = QT_TRANSLATE_NOOP(
            "Problem", "The style {style} has its place for the prompt inside braces."
        )
        return (Fault(0, text, (name,)),)
    return ()
