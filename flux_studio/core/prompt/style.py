"""A style: a text with `{prompt}` in it that is put around what is typed while it is on."""

from __future__ import annotations

from dataclasses import dataclass

PLACE = "{prompt}"


@dataclass(frozen=True, slots=True)
class Style:
    """`text` holds `{prompt}` once, where the typed prompt goes; `name` is for people."""

    name: str
    text: str


def is_style(text: str) -> bool:
    """Whether a template goes around a prompt; one without the place for it is a prompt itself."""
    return text.count(PLACE) == 1
