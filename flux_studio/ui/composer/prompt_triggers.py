"""What is being begun at the caret: a name, a colour, a list or a template. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple


class Begun(StrEnum):
    """What may be completed."""

    NAME = "name"
    COLOR = "color"
    LIST = "list"
    TEMPLATE = "template"


class Trigger(NamedTuple):
    """`typed` stands behind the sign so far; the text from `start` to the caret is replaced, both
    in characters of the line.
    """

    begun: Begun
    start: int
    typed: str


_TRIGGERS = (
    (Begun.LIST, re.compile(r"(?:\{@|__)([A-Za-z0-9][A-Za-z0-9_-]*)?$")),
    (Begun.NAME, re.compile(r"(?<![\w{])@([A-Za-z0-9]{0,20})$")),
    (Begun.COLOR, re.compile(r"(?<![\w#&])#([0-9A-Fa-f]{0,6})$")),
    (Begun.TEMPLATE, re.compile(r"(?<!\S)/([\w-][\w -]{0,30})?$")),
)
_REACH = 100  # characters


def trigger_in(before: str) -> Trigger | None:
    """What the text of a line before the caret begins; None where it begins nothing."""
    if before.lstrip().startswith("//"):
        return None
    near = max(0, len(before) - _REACH)  # a paragraph may be long
    for begun, pattern in _TRIGGERS:
        found = pattern.search(before[near:])
        if found:
            return Trigger(begun, near + found.start(), found[1] or "")
    return None
