"""Aligned columns for people who read a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence

GAP = "  "


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[str] = ()
) -> Iterator[str]:
    """Lines with aligned columns, the header first; nothing at all without rows.

    Columns named in `right` are aligned to the right, the last one is never padded.
    """
    if not rows:
        return
    lines = [header, *([_flat(cell) for cell in row] for row in rows)]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(header))]
    for line in lines:
        cells = [
            _padded(cell, width, to_right=name in right)
            for name, cell, width in zip(header, line, widths, strict=True)
        ]
        yield GAP.join(cells).rstrip()


def shortened(text: str, most: int) -> str:
    """One line of at most `most` characters."""
    text = _flat(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _padded(cell: str, width: int, *, to_right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if to_right else cell + space


def _width(text: str) -> int:
    """Columns of a terminal: wide signs take two, combining ones none."""
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
