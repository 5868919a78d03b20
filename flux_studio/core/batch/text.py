"""Tables as text: what Excel, Sheets and Numbers copy and save, read cell by cell, and written.

A quote opens a quoted cell only where its other end stands before a separator, a line break or the
end of the text. Some spreadsheets copy quotes as they stand, and a prompt may begin with words in
quotes that are to be drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

TAB = "\t"
SEPARATORS = (TAB, ",", ";")
MOST_CHARACTERS = 1_000_000  # of one paste or file
_HEAD_CHARACTERS = 100_000  # in which the first line ends

Table = list[list[str]]


def read_table(text: str, is_header: Callable[[Sequence[str]], bool]) -> Table:
    """The cells of a text, line by line; lines without any text are left out.

    Tabs separate where the first line has one. Commas and semicolons do only where they make a
    first line that `is_header`: a list of prompts has commas too, and each line is one cell.
    """
    text = text.removeprefix("\ufeff")
    separator = next((s for s in SEPARATORS if _separates(text, s, is_header)), "")
    rows = split(text, separator)
    return [row for row in rows if any(cell.strip() for cell in row)]


def write_table(rows: Iterable[Sequence[str]], separator: str = TAB) -> str:
    """The text that `split` reads back: CSV as spreadsheets read it, or TSV as they paste it."""
    return "".join(separator.join(_written(cell, separator) for cell in row) + "\r\n"
                   for row in rows)  # fmt: skip


def split(text: str, separator: str) -> Table:
    """All cells, line by line; without a separator each line is one cell."""
    rows: Table = []
    row: list[str] = []
    at = 0
    while at < len(text):
        cell, at = _cell(text, at, separator)
        row.append(cell)
        if at < len(text) and separator and text[at] == separator:
            at += 1
            if at == len(text):
                row.append("")
            continue
        at += 2 if text.startswith("\r\n", at) else 1
        rows.append(row)
        row = []
    return [*rows, row] if row else rows


def _separates(text: str, separator: str, is_header: Callable[[Sequence[str]], bool]) -> bool:
    first = split(text[:_HEAD_CHARACTERS].lstrip("\r\n"), separator)[:1]
    if not first or len(first[0]) < 2:
        return False
    return separator == TAB or is_header(first[0])


def _cell(text: str, at: int, separator: str) -> tuple[str, int]:
    """One cell that begins at `at`, and where it ends."""
    if text.startswith('"', at):
        end = _closing(text, at + 1)
        if end is not None and (end + 1 == len(text) or text[end + 1] in (separator, "\r", "\n")):
            return text[at + 1 : end].replace('""', '"'), end + 1
    found = re.compile(f"[{re.escape(separator)}\r\n]").search(text, at)
    end = found.start() if found else len(text)
    return text[at:end], end


def _closing(text: str, at: int) -> int | None:
    """Where the quote stands that ends a quoted cell; doubled ones belong to it."""
    while (at := text.find('"', at)) >= 0:
        if not text.startswith('""', at):
            return at
        at += 2
    return None


def _written(cell: str, separator: str) -> str:
    plain = not any(sign in cell for sign in (separator, '"', "\r", "\n"))
    return cell if plain else '"' + cell.replace('"', '""') + '"'
