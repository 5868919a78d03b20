"""Sums that may be typed where a number is wanted: `1920/2`, `1024*1.5`, `(800+40)*2`.

Only numbers, + - * / × ÷ and brackets: nothing is ever run. The result is exact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

SIGNS = "+-*/×÷().,"  # what may stand in a sum besides digits and spaces
_LONGEST = 60  # characters
_DEEPEST = 20  # brackets within brackets
_TOKEN = re.compile(r"\s*(?:(\d+(?:[.,]\d*)?|[.,]\d+)|([-+*/()]))", re.ASCII)


def evaluate(text: str) -> Fraction | None:
    """The value of a sum; None when it is none, is not finished yet, or divides by zero."""
    tokens = _tokens(text)
    if not tokens:
        return None
    try:
        value, rest = _sum(tokens, 0)
    except (_NoSum, ZeroDivisionError):
        return None
    return None if rest else value


class _NoSum(Exception):  # noqa: N818 - never leaves this module
    """The tokens are no sum."""


def _tokens(text: str) -> list[str]:
    text = text.replace("×", "*").replace("÷", "/").strip()
    if len(text) > _LONGEST:
        return []
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return []
        found.append((match[1] or match[2]).replace(",", "."))
        at = match.end()
    return found


def _sum(tokens: Sequence[str], depth: int) -> tuple[Fraction, Sequence[str]]:
    value, tokens = _product(tokens, depth)
    while tokens and tokens[0] in "+-":
        sign = 1 if tokens[0] == "+" else -1
        other, tokens = _product(tokens[1:], depth)
        value += sign * other
    return value, tokens


def _product(tokens: Sequence[str], depth: int) -> tuple[Fraction, Sequence[str]]:
    value, tokens = _factor(tokens, depth)
    while tokens and tokens[0] in "*/":
        sign = tokens[0]
        other, tokens = _factor(tokens[1:], depth)
        value = value * other if sign == "*" else value / other
    return value, tokens


def _factor(tokens: Sequence[str], depth: int) -> tuple[Fraction, Sequence[str]]:
    if not tokens or depth > _DEEPEST:
        raise _NoSum
    first, rest = tokens[0], tokens[1:]
    match first:
        case "-":
            value, rest = _factor(rest, depth + 1)
            return -value, rest
        case "(":
            value, rest = _sum(rest, depth + 1)
            if not rest or rest[0] != ")":
                raise _NoSum
            return value, rest[1:]
        case "+" | "*" | "/" | ")":
            raise _NoSum
        case _:
            return Fraction(first if first[-1] != "." else f"{first}0"), rest
