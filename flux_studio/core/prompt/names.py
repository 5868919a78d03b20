"""The names of references in a prompt, kept right when their slots change places."""

from __future__ import annotations

from collections.abc import Mapping

from flux_studio.core.prompt.tokens import Kind, number_of, tokens

GONE = 0  # `@image0` is the name of a reference that was removed: it never means another picture


def renumbered(text: str, moved: Mapping[int, int]) -> str:
    """The text with each `@imageN` that is in `moved` under its new number; comments stay."""
    if "@image" not in text:
        return text
    parts, at = [], 0
    for token in tokens(text):
        if token.kind is Kind.NAME and number_of(token.text) in moved:
            parts += [text[at : token.start], f"@image{moved[number_of(token.text)]}"]
            at = token.end
    return "".join([*parts, text[at:]])


def after_removal(text: str, removed: int, count: int) -> str:
    """The text after reference `removed` of `count` is gone, all counted from 1."""
    later = {number: number - 1 for number in range(removed + 1, count + 1)}
    return renumbered(text, {removed: GONE, **later})


def after_move(text: str, old: int, new: int) -> str:
    """The text after reference `old` went to place `new`, counted from 1."""
    step = 1 if old < new else -1
    between = {number: number - step for number in range(old + step, new + step, step)}
    return renumbered(text, {**between, old: new})


def missing(text: str, count: int) -> tuple[str, ...]:
    """The names in a text that none of `count` references has, each once."""
    if "@image" not in text:
        return ()
    named = (token.text for token in tokens(text) if token.kind is Kind.NAME)
    return tuple(dict.fromkeys(name for name in named if not 1 <= number_of(name) <= count))
