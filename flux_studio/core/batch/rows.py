"""The table of a batch: rows of cells as they were typed, and how pasted text becomes rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from flux_studio.core.batch.text import Table, read_table
from flux_studio.core.card import ModelCard

MOST_ROWS = 256  # as many pictures as one batch may make


class Column(StrEnum):
    """The columns that every batch has; the knobs of models are further ones, by their titles."""

    PROMPT = "prompt"
    MODEL = "model"
    SIZE = "size"
    SEED = "seed"
    COUNT = "count"
    REFERENCES = "references"
    SAFETY = "safety"
    FORMAT = "format"
    PROVIDER = "provider"


SHOWN = (Column.PROMPT, Column.MODEL, Column.SIZE, Column.SEED, Column.COUNT, Column.REFERENCES)
# What people write at the head of a column, in small letters without signs.
_NAMES: Mapping[str, str] = {
    **{column.value: column.value for column in Column},
    "prompts": "prompt", "text": "prompt", "description": "prompt", "positive": "prompt",
    "positiveprompt": "prompt", "modelid": "model", "models": "model", "service": "provider",
    "dimensions": "size", "resolution": "size", "sizepx": "size", "wxh": "size",
    "seeds": "seed", "images": "count", "number": "count", "numberofimages": "count", "n": "count",
    "pictures": "count", "copies": "count", "num": "count", "reference": "references",
    "refs": "references", "ref": "references", "image": "references",
    "safetytolerance": "safety", "outputformat": "format", "fileformat": "format",
    "filetype": "format", "width": "width", "w": "width", "height": "height", "h": "height",
    "negative": "negative prompt", "negativeprompt": "negative prompt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells that have text, by column. `axes` name its place in a grid; `typed` and
    `choices` are the prompt with variables that its prompt came from, and what they became.
    """

    cells: Mapping[str, str] = field(default_factory=dict)
    axes: tuple[tuple[str, str], ...] = ()
    typed: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    def __hash__(self) -> int:
        # Asked for at each paint: enough to tell most rows apart, whatever the order of the cells.
        return hash((self.cells.get("prompt"), self.cells.get("seed"), len(self.cells), self.axes))

    def cell(self, column: str) -> str:
        """The text of a cell, '' where it is as in the form."""
        return self.cells.get(column, "")

    def with_cell(self, column: str, text: str) -> Row:
        """The row with another text in one cell. A prompt that is changed came from no other, and
        a row that is changed has no place in a grid any more.
        """
        if text == self.cell(column):
            return self
        rest = {name: cell for name, cell in self.cells.items() if name != column}
        cells = {**rest, column: text} if text.strip() else rest
        if column == Column.PROMPT:
            return Row(cells)
        return replace(self, cells=cells, axes=())


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a text was read as. `left_out` are heads of columns that nothing here has, `cut` the
    rows behind the most there may be.
    """

    rows: tuple[Row, ...]
    left_out: tuple[str, ...] = ()
    cut: int = 0


def column_named(head: str, cards: Iterable[ModelCard]) -> str | None:
    """The column that a head means; None when it means none."""
    plain = _plain(head)
    known = _NAMES.get(plain)
    if known is not None:
        return known
    knobs = (knob for card in cards for knob in card.knobs)
    found = (k.title.casefold() for k in knobs if plain in (_plain(k.name), _plain(k.title)))
    return next(found, None) if plain else None


def read_rows(
    text: str, cards: Sequence[ModelCard], start: str = Column.PROMPT, shown: Sequence[str] = SHOWN
) -> Pasted:
    """The rows of pasted text. Without heads its columns go into those `shown`, from `start` on."""

    def is_header(cells: Sequence[str]) -> bool:
        return any(column_named(cell, cards) for cell in cells) and all(len(c) < 60 for c in cells)

    table = read_table(text, is_header)
    if not table:
        return Pasted(())
    heads = [column_named(cell, cards) for cell in table[0]]
    # One word alone may be a prompt, unless it is the very name of a column.
    is_named = all(heads) and (len(heads) > 1 or table[0][0].strip().casefold() in set(Column))
    if Column.PROMPT in heads or is_named:
        left_out = [cell for cell, head in zip(table[0], heads, strict=True)
                    if head is None and cell.strip()]  # fmt: skip
        return _pasted(table[1:], heads, tuple(left_out))
    first = list(shown).index(start) if start in shown else 0
    return _pasted(table, [*shown[first:]], ())


def columns_of(rows: Iterable[Row]) -> tuple[str, ...]:
    """The columns to show: those that are always there, then the others that have text."""
    used = dict.fromkeys(name for row in rows for name in row.cells)
    order = (*SHOWN, *(c for c in Column if c not in SHOWN and c in used))
    return (*map(str, order), *(name for name in used if name not in set(Column)))


def table_of(rows: Sequence[Row], columns: Sequence[str]) -> Table:
    """The cells of some rows under their heads: what can be copied and read again."""
    return [[*columns], *([row.cell(column) for column in columns] for row in rows)]


def _pasted(table: Table, heads: Sequence[str | None], left_out: tuple[str, ...]) -> Pasted:
    rows = tuple(_row(cells, heads) for cells in table[:MOST_ROWS])
    return Pasted(rows, left_out, max(0, len(table) - MOST_ROWS))


def _row(cells: Sequence[str], heads: Sequence[str | None]) -> Row:
    found = {
        head: cell.strip()
        for head, cell in zip(heads, cells, strict=False)
        if head is not None and cell.strip()
    }
    width, height = found.pop("width", ""), found.pop("height", "")
    if width or height:
        found.setdefault(Column.SIZE.value, f"{width or '?'}x{height or '?'}")
    return Row(found)


def _plain(head: str) -> str:
    return re.sub(r"[\W_]+", "", head.casefold())
