"""The same request at every provider and model: price, what each would change, wait, key, and what
is left.

Pure and quick: it is made anew at each keystroke. Few words stand in a row ("16:9 at 1k"); like
problems and notes they are English templates with values, translated by the window in the context
"PriceTable".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import (
    Check,
    Draft,
    Note,
    check,
    effective_format,
    effective_safety,
    template_of,
)
from flux_studio.core.money import Money
from flux_studio.core.pricing import Estimate, Free, Unknown
from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control, Problem
from flux_studio.core.prompt.planning import pictures
from flux_studio.core.prompt.reading import longest, shortest
from flux_studio.core.prompt.template import NO_LISTS, WordLists
from flux_studio.core.size import FreeSizes, ListedSizes, Size, listed, size_problem

OLD_DAYS = 90  # a card that was read longer ago than this is shown with its age


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known beside draft and cards.

    `keys` says by provider id whether a key is there; a provider that is missing needs none or has
    not been asked. `usual` seconds of own past jobs by card id, `balances` USD by provider id,
    `today` for the age of a price. `quote` is the provider's own price for the chosen card, `lists`
    are the list files that a prompt may draw from.
    """

    today: date
    keys: Mapping[str, bool] = field(default_factory=dict)
    usual: Mapping[tuple[str, str], float] = field(default_factory=dict)
    balances: Mapping[str, Money] = field(default_factory=dict)
    quote: Estimate | None = None
    lists: WordLists = NO_LISTS


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One model at one provider.

    `obstacles` keep it from doing the request, each in few words, `problems` are the same as
    sentences; `changes` are what it would make of the request. `wait` seconds of own past jobs,
    `has_key` None where none is needed or nobody knows, `left` pictures that the balance pays for,
    `age` days since the price was read, where that is long ago.
    """

    card: ModelCard
    estimate: Estimate
    problems: tuple[Problem, ...] = ()
    obstacles: tuple[Note, ...] = ()
    changes: tuple[Note, ...] = ()
    wait: float | None = None
    has_key: bool | None = None
    left: int | None = None
    age: int | None = None
    chosen: bool = False
    cheapest: bool = False
    quoted: bool = False

    @property
    def able(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True)
class PriceTable:
    """`rows` can do the request, the cheapest first; `others` cannot, and say why."""

    rows: tuple[PriceRow, ...]
    others: tuple[PriceRow, ...]

    @property
    def all(self) -> tuple[PriceRow, ...]:
        return (*self.rows, *self.others)

    def shortlist(self, most: int) -> tuple[PriceRow, ...]:
        """At most `most` rows in their order: the cheapest and the chosen one, then the chosen
        model at other providers, then what costs least.
        """
        title = next((row.card.title for row in self.all if row.chosen), "")

        def rank(row: PriceRow) -> int:
            if row.cheapest:
                return 0
            return 1 if row.chosen else 2 if row.able and row.card.title == title else 3

        candidates = [row for row in self.all if row.able or row.chosen]
        kept = sorted(candidates, key=rank)[:most]
        return tuple(row for row in candidates if row in kept)


def price_table(
    draft: Draft, cards: Sequence[ModelCard], circumstances: Circumstances
) -> PriceTable:
    """Price a draft on every card. The card that the draft names is the chosen one."""
    chosen = (draft.provider, draft.model)
    rows = []
    for card in cards:
        checked = check(draft, card, _any_seed, lists=circumstances.lists, orders=False)
        row = price_row(draft, card, checked, circumstances)
        if card.id == chosen:
            row = replace(_with_quote(row, circumstances), chosen=True)
        rows.append(row)
    return ranked(rows)


def prompt_marks(
    draft: Draft, cards: Sequence[ModelCard], lists: WordLists = NO_LISTS
) -> tuple[object, ...]:
    """All that a prompt decides of a table: whether it is there and can be read, how many pictures
    it makes, and for whom it is too short or too long. While this and the rest of the draft stay,
    so does the table.
    """
    template = template_of(draft, lists)
    whole, bare = len(longest(template)), len(shortest(template).strip())
    return (
        not draft.prompt.strip(),
        not bare,
        template.faults,
        pictures(template, draft.expansion, draft.count),
        *(bare < card.prompt_least or whole > card.prompt_most > 0 for card in cards),
    )


def price_row(
    draft: Draft, card: ModelCard, checked: Check, circumstances: Circumstances
) -> PriceRow:
    """One card's row. A prompt that is still missing is no obstacle: it decides no price."""
    missing = not draft.prompt.strip()
    problems = tuple(
        problem
        for problem in checked.problems
        if not (missing and problem.control is Control.PROMPT)
    )
    assert checked.estimate is not None, "check always prices"
    row = PriceRow(
        card=card,
        estimate=checked.estimate,
        problems=problems,
        obstacles=tuple(_obstacle(problem, draft, card) for problem in problems),
        changes=_changes(draft, card),
        wait=circumstances.usual.get(card.id),
        has_key=circumstances.keys.get(card.provider),
        age=_age(card, circumstances.today),
    )
    return _with_left(row, circumstances)


def ranked(rows: Iterable[PriceRow]) -> PriceTable:
    """Put rows in order and mark the cheapest, one of them. Known prices come first, then unknown
    ones; what calls no model is free and last, since it is no offer. Equal prices stand as the
    cards do, those without a key behind, and the chosen one of them is the cheapest.
    """
    ordered = sorted(rows, key=_place)
    able = [row for row in ordered if row.able]
    offers = [row for row in able if row.estimate.each is not None and not _is_free(row)]
    if offers:
        least = [row for row in offers if row.estimate.each == offers[0].estimate.each]
        cheapest = next((row for row in least if row.chosen), least[0])
        able = [replace(row, cheapest=row is cheapest) for row in able]
    return PriceTable(tuple(able), tuple(row for row in ordered if not row.able))


def _place(row: PriceRow) -> tuple[bool, bool, Money, bool]:
    each = row.estimate.each
    return _is_free(row), each is None, each or Money(0), row.has_key is False


def _is_free(row: PriceRow) -> bool:
    return isinstance(row.card.price, Free)


def _with_quote(row: PriceRow, circumstances: Circumstances) -> PriceRow:
    if circumstances.quote is None:
        return row
    return _with_left(replace(row, estimate=circumstances.quote, quoted=True), circumstances)


def _with_left(row: PriceRow, circumstances: Circumstances) -> PriceRow:
    balance, each = circumstances.balances.get(row.card.provider), row.estimate.each
    if balance is None or not each:
        return row
    return replace(row, left=max(0, int(balance // each)))


def _age(card: ModelCard, today: date) -> int | None:
    if isinstance(card.price, Free | Unknown):
        return None
    days = (today - date.fromisoformat(card.as_of)).days
    return days if days > OLD_DAYS else None


def _any_seed() -> int:
    """Which seed it will be decides no price."""
    return 0


# What a card would make of the draft, in few words


def _changes(draft: Draft, card: ModelCard) -> tuple[Note, ...]:
    changes: list[Note] = []
    if isinstance(card.sizes, ListedSizes) and size_problem(card.sizes, draft.size):
        option = listed(card.sizes, draft.size)
        assert option is not None, "a list has sizes"
        text = QT_TRANSLATE_NOOP("PriceTable", "{ratio} at {tier}")
        changes.append(_note(Control.SIZE, text, ratio=option.ratio, tier=option.tier))
    if not card.seed:
        changes.append(_note(Control.SEED, QT_TRANSLATE_NOOP("PriceTable", "no seed")))
    changes += _format_change(draft, card) + _safety_changes(draft, card)
    names = {knob.name for knob in card.knobs}
    if any(name not in names for name, _ in draft.knobs):
        text = QT_TRANSLATE_NOOP("PriceTable", "fewer settings")
        changes.append(_note(Control.KNOBS, text))
    return tuple(changes)


def _format_change(draft: Draft, card: ModelCard) -> list[Note]:
    if not draft.output_format or draft.output_format in card.formats:
        return []
    sent = effective_format(draft, card)
    if sent:
        text = QT_TRANSLATE_NOOP("PriceTable", "{format} only")
        return [_note(Control.FORMAT, text, format=sent)]
    return [_note(Control.FORMAT, QT_TRANSLATE_NOOP("PriceTable", "its own format"))]


def _safety_changes(draft: Draft, card: ModelCard) -> list[Note]:
    changes = []
    safety = effective_safety(draft, card)
    if draft.safety is not None and safety is None:
        text = QT_TRANSLATE_NOOP("PriceTable", "no safety scale")
        changes.append(_note(Control.SAFETY, text))
    elif draft.safety is not None and draft.safety != safety:
        text = QT_TRANSLATE_NOOP("PriceTable", "safety {value}")
        changes.append(_note(Control.SAFETY, text, value=str(safety)))
    if draft.checker is not None and not card.checker:
        text = QT_TRANSLATE_NOOP("PriceTable", "no checker")
        changes.append(_note(Control.SAFETY, text))
    return changes


# Why a card cannot do the draft, in few words


def _obstacle(problem: Problem, draft: Draft, card: ModelCard) -> Note:
    match problem.control:
        case Control.PROMPT if "least" in dict(problem.values):
            text = QT_TRANSLATE_NOOP("PriceTable", "prompt too short")
            return _note(Control.PROMPT, text)
        case Control.PROMPT if "over" in dict(problem.values):
            text = QT_TRANSLATE_NOOP("PriceTable", "prompt at most {most} characters")
            return _note(Control.PROMPT, text, most=str(card.prompt_most))
        case Control.REFERENCES:
            return _reference_obstacle(draft, card)
        case Control.SIZE if problem.nearest is not None:
            return _size_obstacle(problem.nearest, card)
        case Control.COUNT:
            text = QT_TRANSLATE_NOOP("PriceTable", "at most {most} at once")
            return _note(Control.COUNT, text, most=str(card.count_most))
        case Control.SEED if card.seed:
            text = QT_TRANSLATE_NOOP("PriceTable", "seed at most {most}")
            return _note(Control.SEED, text, most=str(card.seed_most))
        case Control.SEED:
            return _note(Control.SEED, QT_TRANSLATE_NOOP("PriceTable", "no seed"))
        case Control.KNOBS:
            text = QT_TRANSLATE_NOOP("PriceTable", "a setting out of range")
            return _note(Control.KNOBS, text)
        case _:
            return Note(problem.control, problem.text, problem.values)


def _reference_obstacle(draft: Draft, card: ModelCard) -> Note:
    if not card.references:
        text = QT_TRANSLATE_NOOP("PriceTable", "no references")
        return _note(Control.REFERENCES, text)
    if len(draft.references) > card.references:
        text = QT_TRANSLATE_NOOP("PriceTable", "references: at most {most}")
        return _note(Control.REFERENCES, text, most=str(card.references))
    text = QT_TRANSLATE_NOOP("PriceTable", "at most {most} MP with references")
    return _note(Control.REFERENCES, text, most=str(card.megapixels_most))


def _size_obstacle(nearest: Size, card: ModelCard) -> Note:
    if isinstance(card.sizes, FreeSizes):
        text = QT_TRANSLATE_NOOP("PriceTable", "only {width} × {height}")
        sides = {"width": str(nearest.width), "height": str(nearest.height)}
        return _note(Control.SIZE, text, **sides)
    option = listed(card.sizes, nearest)
    assert option is not None, "a list has sizes"
    text = QT_TRANSLATE_NOOP("PriceTable", "only {ratio} at {tier}")
    return _note(Control.SIZE, text, ratio=option.ratio, tier=option.tier)


def _note(control: Control, text: str, **values: str) -> Note:
    return Note(control, text, tuple(values.items()))
