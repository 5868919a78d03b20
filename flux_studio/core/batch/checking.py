"""Rows into drafts, checked by the same `check` as the form, with each problem at its cell; their
orders, and what all of them cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from flux_studio.core.batch import cells as reading
from flux_studio.core.batch.cells import CellProblem, Unread
from flux_studio.core.batch.rows import Column, Row
from flux_studio.core.budget import Rates
from flux_studio.core.card import KnobValue, ModelCard
from flux_studio.core.draft import Draft, SeedMode, check
from flux_studio.core.money import Money
from flux_studio.core.pricing import Estimate
from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control, Problem
from flux_studio.core.prompt.names import missing
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.template import NO_LISTS, WordLists
from flux_studio.core.request import Order
from flux_studio.core.size import nearest_size

MOST_PICTURES = 256  # of one batch, as of one press of Generate

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows stand on: the form as `draft`, whose values empty cells have, all cards, and the
    list files of prompts.
    """

    draft: Draft
    cards: tuple[ModelCard, ...]
    lists: WordLists = NO_LISTS

    @property
    def card(self) -> ModelCard:
        wanted = (self.draft.provider, self.draft.model)
        return next((card for card in self.cards if card.id == wanted), self.cards[0])


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A row as it would be sent. `estimate` is there also while something is wrong."""

    row: Row
    draft: Draft
    card: ModelCard
    problems: tuple[CellProblem, ...]
    estimate: Estimate
    order: Order | None = None

    def problem_at(self, column: str) -> CellProblem | None:
        return next((found for found in self.problems if found.column == column), None)


@dataclass(frozen=True, slots=True)
class BatchPrice:
    """What rows cost in USD: `total` is None while some price is unknown; `known` is the sum of
    the others, `unpriced` how many pictures that leaves, `worst` the sum when those count at the
    highest known rate; None where not even that is known.
    """

    pictures: int
    total: Money | None
    known: Money
    unpriced: int
    worst: Money | None


def check_row(
    row: Row, ground: Ground, pick_seed: Callable[[], int] | None = None, number: int = 0
) -> RowCheck:
    """Check one row; with `pick_seed` its order is made, where row `number` is its place."""
    draft, card, problems = row_draft(row, ground)
    strict = frozenset({Control.SEED, Control.SAFETY, Control.FORMAT})
    found = check(
        draft,
        card,
        pick_seed or (lambda: 0),
        frozenset(c for c in strict if row.cell(c.value)),
        ground.lists,
        orders=pick_seed is not None,
    )
    named = {each.column for each in problems}
    own = [_at_cell(problem, draft, card) for problem in found.problems]
    problems += [each for each in own if each.column not in named]
    problems += _lost_names(draft, ground)
    estimate = found.estimate or card.estimate(draft.size)
    order = None if problems or found.order is None else _placed(found.order, row, number)
    return RowCheck(row, draft, card, tuple(problems), estimate, order)


def order_to_send(found: RowCheck, number: int, pick_seed: Callable[[], int]) -> Order | None:
    """The order of a row that was checked with 0 for every random seed, with seeds of its own: so
    equal rows, and the same rows sent twice, make other pictures. `number` is its place.
    """
    order = found.order
    if order is None:
        return None
    # Seeds that variables were drawn from stand for their words and stay.
    picked = found.draft.seed_mode is SeedMode.RANDOM and not any(r.seed for r in order.requests)
    if picked and found.card.seed:
        most = found.card.seed_most + 1
        fresh = tuple(replace(each, seed=pick_seed() % most) for each in order.requests)
        order = replace(order, requests=fresh)
    return _placed(order, found.row, number)


def row_draft(row: Row, ground: Ground) -> tuple[Draft, ModelCard, list[CellProblem]]:
    """The draft of a row: the form with what the cells say; and the cells that cannot be read."""
    form, problems = ground.draft, list[CellProblem]()
    card, wrong = reading.read_card(
        row.cell(Column.MODEL), row.cell(Column.PROVIDER), ground.card, ground.cards
    )
    problems += [wrong] if wrong else []

    def read(column: str, value: Callable[[str], T], empty: T) -> T:
        text = row.cell(column)
        if not text:
            return empty
        try:
            return value(text)
        except Unread as unread:
            problems.append(unread.found)
            return empty

    own_size = form.size if card.id == ground.card.id else nearest_size(card.sizes, form.size)
    draft = replace(
        form,
        provider=card.provider,
        model=card.model,
        prompt=row.cell(Column.PROMPT) or form.prompt,
        size=read(Column.SIZE, lambda text: reading.read_size(text, card, own_size), own_size),
        references=read(
            Column.REFERENCES,
            lambda text: reading.read_references(text, form.references),
            form.references,
        ),
        safety=read(Column.SAFETY, lambda text: reading.read_safety(text, card), form.safety),
        output_format=read(Column.FORMAT, reading.read_format, form.output_format),
        count=read(Column.COUNT, reading.read_count, 1),
        knobs=_knobs(row, form, card, problems),
    )
    if row.typed:
        draft = replace(draft, expansion=ExpansionMode.OFF, style=None)
    return _with_seed(draft, row, read(Column.SEED, reading.read_seed, None)), card, problems


def price_of(checks: Iterable[RowCheck], rates: Rates) -> BatchPrice:
    """The price of some rows together, USD."""
    pictures = unpriced = 0
    known = worst = Money(0)
    is_bounded = True
    for each in checks:
        count, total = each.estimate.count, each.estimate.total
        pictures += count
        if total is not None:
            known, worst = known + total, worst + total
            continue
        unpriced += count
        rate = rates.of(each.card.provider)
        is_bounded = is_bounded and rate is not None
        worst += (rate or Money(0)) * count
    total = None if unpriced else known
    return BatchPrice(pictures, total, known, unpriced, worst if is_bounded else None)


def too_many(pictures: int) -> Problem | None:
    """The problem of a batch that makes more pictures than the queue takes at once."""
    if pictures <= MOST_PICTURES:
        return None
    text = QT_TRANSLATE_NOOP(
        "Problem", "This makes {count} pictures, and one batch makes at most {most}."
    )
    values = (("count", f"{pictures:,}"), ("most", str(MOST_PICTURES)))
    return Problem(Control.COUNT, text, values)


def _with_seed(draft: Draft, row: Row, seed: int | None) -> Draft:
    text = row.cell(Column.SEED)
    if seed is not None:
        return replace(draft, seed_mode=SeedMode.FIXED, seed=seed)
    return replace(draft, seed_mode=SeedMode.RANDOM) if text else draft


def _knobs(
    row: Row, form: Draft, card: ModelCard, problems: list[CellProblem]
) -> tuple[tuple[str, KnobValue], ...]:
    found = dict(form.knobs)
    for column, text in row.cells.items():
        if column in set(Column):
            continue
        try:
            name, value = reading.read_knob(column, text, card)
            found[name] = value
        except Unread as unread:
            problems.append(unread.found)
    return tuple(found.items())


def _lost_names(draft: Draft, ground: Ground) -> list[CellProblem]:
    """A prompt that names a reference which is not sent with it."""
    lost = missing(draft.prompt, len(draft.references))
    if not lost:
        return []
    text = QT_TRANSLATE_NOOP("Problem", "{names} in the prompt names no reference.")
    problem = Problem(Control.REFERENCES, text, (("names", ", ".join(lost)),))
    is_whole = draft.references == ground.draft.references
    return [CellProblem(Column.REFERENCES, problem, None if is_whole else "")]


def _at_cell(problem: Problem, draft: Draft, card: ModelCard) -> CellProblem:
    """Where a problem of the form stands in a row, with the nearest text that would do."""
    match problem.control:
        case Control.SIZE:
            near = problem.nearest or nearest_size(card.sizes, draft.size)
            return CellProblem(Column.SIZE, problem, str(near))
        case Control.SEED:
            near_seed = str(min(card.seed_most, max(0, draft.seed))) if card.seed else ""
            return CellProblem(Column.SEED, problem, near_seed)
        case Control.COUNT:
            near_count = min(card.count_most, max(1, draft.count))
            return CellProblem(Column.COUNT, problem, str(near_count))
        case Control.SAFETY:
            scale = card.safety
            within = scale and min(scale.most, max(scale.least, draft.safety or scale.default))
            return CellProblem(Column.SAFETY, problem, "" if within is None else str(within))
        case Control.FORMAT:
            return CellProblem(Column.FORMAT, problem, card.formats[0] if card.formats else "")
        case Control.REFERENCES:
            most = min(card.references, len(draft.references))
            return CellProblem(Column.REFERENCES, problem, reading.reference_words(most) or "none")
        case Control.KNOBS:
            return _at_knob(problem, draft, card)
        case _:
            column = Column.MODEL if problem.control is Control.MODEL else Column.PROMPT
            return CellProblem(column, problem)


def _at_knob(problem: Problem, draft: Draft, card: ModelCard) -> CellProblem:
    title = dict(problem.values).get("title", "")
    knob = next((knob for knob in card.knobs if knob.title == title), None)
    if knob is None:
        return CellProblem(title.casefold(), problem)
    value = dict(draft.knobs).get(knob.name, knob.default)
    return CellProblem(title.casefold(), problem, reading.nearest_knob(knob, value))


def _placed(order: Order, row: Row, number: int) -> Order:
    """The order with its place in the table, and the prompt with variables that it came from."""
    cell = row.axes or ((("Row", str(number)),) if number else ())
    if not cell and not row.typed:
        return order
    origins = [order.origin(at) for at in range(len(order.requests))]
    origins = [replace(origin, cell=cell) for origin in origins]
    if row.typed:
        origins = [replace(each, typed=row.typed, choices=row.choices) for each in origins]
    return replace(order, origins=tuple(origins))


def sum_of(orders: Sequence[Order]) -> Money | None:
    """USD for several orders, None when some price is not known."""
    totals = [order.estimate.total for order in orders]
    return None if None in totals else sum((t for t in totals if t is not None), Money(0))
