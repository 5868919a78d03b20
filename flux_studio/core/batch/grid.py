"""Grids: rows of two parameters, every value of one with every value of the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flux_studio.core.batch.cells import card_words
from flux_studio.core.batch.checking import Ground
from flux_studio.core.batch.rows import Column, Row
from flux_studio.core.batch.text import split
from flux_studio.core.card import ModelCard
from flux_studio.core.draft import expansions
from flux_studio.core.prompt.parts import Expansion

VARIABLE = "variable:"  # before the label of a variable of the prompt
ONCE = (Column.MODEL, Column.SIZE, Column.SEED, Column.SAFETY, Column.FORMAT)


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of a grid: the column it fills, or a variable of the prompt, and its values."""

    column: str
    values: tuple[str, ...]

    @property
    def variable(self) -> str:
        """The label of the prompt's variable, '' for a column."""
        return self.column.removeprefix(VARIABLE) if self.column.startswith(VARIABLE) else ""

    @property
    def title(self) -> str:
        """What stands at the heading; a variable is named by itself."""
        return self.variable or self.column.capitalize()


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the prompt that can be one side of a grid."""

    label: str
    values: tuple[str, ...]


def axes_of(ground: Ground) -> tuple[str, ...]:
    """The columns that a grid can be made of: those of every model, and the knobs there are."""
    knobs = dict.fromkeys(knob.title.casefold() for card in ground.cards for knob in card.knobs)
    return (*map(str, ONCE), *knobs)


def variables_of(ground: Ground) -> tuple[Variable, ...]:
    """The variables of the form's prompt, those that stand twice under one label left out."""
    found: dict[str, dict[str, None]] = {}
    twice: set[str] = set()
    for expansion in expansions(ground.draft, ground.card, ground.lists):
        labels = [label for label, _ in expansion.choices]
        twice |= {label for label in labels if labels.count(label) > 1}
        for label, value in expansion.choices:
            found.setdefault(label, {})[value] = None
    return tuple(Variable(k, tuple(v)) for k, v in found.items() if k not in twice and len(v) > 1)


def read_values(text: str) -> tuple[str, ...]:
    """The values that were typed, with commas, semicolons or line breaks between them, each
    once. '1-4' and '28..30' are whole numbers from one to the other, at most 100.
    """
    found: list[str] = []
    separator = "," if "," in text else ";"
    for row in split(text.strip(), separator):
        for cell in row:
            found += _range(cell.strip())
    return tuple(dict.fromkeys(value for value in found if value))


def grid_rows(ground: Ground, down: Axis, across: Axis) -> tuple[Row, ...]:
    """A row for each pair of values, line by line of the grid. A variable of the prompt that is no
    side of it multiplies the pictures of each pair.
    """
    return tuple(
        row
        for first in down.values
        for second in across.values
        for row in _rows(ground, ((down, first), (across, second)))
    )


def compare_rows(ground: Ground, cards: Sequence[ModelCard]) -> tuple[Row, ...]:
    """The form's own prompt once on each card."""
    rows = []
    for card in cards:
        name = card_words(card)
        rows.append(Row({Column.PROMPT.value: ground.draft.prompt, Column.MODEL.value: name},
                        (("Model", name),)))  # fmt: skip
    return tuple(rows)


def sides_of(rows: Sequence[Row]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The headings down and across of rows that are a grid, each value once; None for others."""
    if not rows or any(len(row.axes) != 2 for row in rows):
        return None
    titles = {tuple(title for title, _ in row.axes) for row in rows}
    if len(titles) != 1:
        return None
    down, across = (tuple(dict.fromkeys(row.axes[side][1] for row in rows)) for side in (0, 1))
    return down, across


def _rows(ground: Ground, sides: tuple[tuple[Axis, str], ...]) -> Iterator[Row]:
    cells = {axis.column: value for axis, value in sides if not axis.variable}
    axes = tuple((axis.title, value) for axis, value in sides)
    wanted = {axis.variable: value for axis, value in sides if axis.variable}
    if not wanted:
        yield Row({Column.PROMPT.value: ground.draft.prompt, **cells}, axes)
        return
    for each in _matching(ground, wanted):
        prompt = {Column.PROMPT.value: each.prompt}
        yield Row({**prompt, **cells}, axes, ground.draft.prompt, each.choices)


def _matching(ground: Ground, wanted: dict[str, str]) -> Iterator[Expansion]:
    for each in expansions(ground.draft, ground.card, ground.lists):
        chosen = dict(each.choices)
        if all(chosen.get(label) == value for label, value in wanted.items()):
            yield each


def _range(cell: str) -> list[str]:
    first, dots, last = cell.partition("..")
    if not dots:
        first, dots, last = cell.partition("-")
    first, last = first.strip(), last.strip()
    if dots and first.isdecimal() and last.isdecimal() and len(last) < 20 and len(first) < 20:
        low, high = int(first), int(last)
        if low <= high < low + 100:
            return [str(number) for number in range(low, high + 1)]
    return [cell]
