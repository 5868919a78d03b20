"""One cell into a value: what was typed, read kindly; what cannot be read, with what would do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

from flux_studio.core.card import Knob, KnobValue, ModelCard
from flux_studio.core.draft import knob_range
from flux_studio.core.money import parse_money
from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control, Problem
from flux_studio.core.request import Reference
from flux_studio.core.size import Size, parse_size, presets_of

_WHOLE = re.compile(r"\d{1,20}(?:\.0+)?")
_NAME = re.compile(r"@?image\s?(\d{1,3})|@?(\d{1,3})", re.IGNORECASE)
_NOTHING = ("none", "no", "-", "0")
_ON, _OFF = ("on", "true", "yes", "1"), ("off", "false", "no", "0")


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong at a cell, and the nearest text that would do: '' empties the cell, None where
    nobody can know.
    """

    column: str
    problem: Problem
    offer: str | None = None


class Unread(Exception):  # noqa: N818 - a fact about a cell, not an error of the program
    """A cell cannot be read; `found` says why."""

    def __init__(self, found: CellProblem) -> None:
        super().__init__(found.problem.sentence)
        self.found = found


def card_words(card: ModelCard) -> str:
    """How a model is written in a cell: 'provider/model'."""
    return f"{card.provider}/{card.model}"


def read_card(
    model: str, provider: str, own: ModelCard, cards: Sequence[ModelCard]
) -> tuple[ModelCard, CellProblem | None]:
    """The card that two cells name, by ids or titles; `own` is the form's and counts where a cell
    is empty or several providers have the model. With a problem the form's card is given.
    """
    places = [c for c in cards if _same(c.provider, provider)] if provider else list(cards)
    if not places:
        ids = dict.fromkeys(card.provider for card in cards)
        offer = _nearest(provider, list(ids)) or own.provider
        text = QT_TRANSLATE_NOOP("Problem", "There is no provider {name}.")
        return own, CellProblem("provider", _problem(Control.MODEL, text, name=provider), offer)
    wanted = model or own.model
    found = [c for c in places if _same(wanted, c.model, c.title, card_words(c))]
    if not found and not model:
        found = places[:1]
    if found:
        return next((c for c in found if c.id == own.id), _first_like(own, found)), None
    near = _nearest(model, [card_words(c) for c in places], [c.model for c in places])
    text = QT_TRANSLATE_NOOP("Problem", "There is no model {name}.")
    return own, CellProblem("model", _problem(Control.MODEL, text, name=model), near)


def read_size(text: str, card: ModelCard, own: Size) -> Size:
    """'1344x768', or a preset of the model by its name. Raises Unread."""
    for preset in presets_of(card.sizes):
        if _same(text, preset.name, preset.wire):
            return preset.size
    size = parse_size(re.sub(r"\s*(px|pixels?)\s*$", "", text.replace(" ", ""), flags=re.I))
    if size is not None:
        return size
    words = QT_TRANSLATE_NOOP("Problem", "{text} is no size. Write it as 1024x768.")
    raise Unread(CellProblem("size", _problem(Control.SIZE, words, text=text), str(own)))


def read_seed(text: str) -> int | None:
    """A whole number; 'random' is None. Raises Unread."""
    if text.casefold() in ("random", "new", "?", "-1"):
        return None
    return _read_whole(text, "seed", Control.SEED, "random")


def read_count(text: str) -> int:
    """How many pictures. Raises Unread."""
    return _read_whole(text, "count", Control.COUNT, "1")


def read_safety(text: str, card: ModelCard) -> int:
    """A number on the model's scale. Raises Unread."""
    offer = "" if card.safety is None else str(card.safety.default)
    return _read_whole(text, "safety", Control.SAFETY, offer)


def read_format(text: str) -> str:
    """'jpg' is JPEG."""
    word = text.casefold().removeprefix(".")
    return "jpeg" if word == "jpg" else word


def reference_words(count: int) -> str:
    """The names of the first references, as a cell has them."""
    return " ".join(f"@image{number}" for number in range(1, count + 1))


def read_references(text: str, own: Sequence[Reference]) -> tuple[Reference, ...]:
    """References of the form by their names or numbers, in the order in which they are written;
    'none' for none. Raises Unread.
    """
    if text.casefold() in _NOTHING:
        return ()
    named = {r.name.casefold(): r for r in own if r.name}
    found = []
    for word in re.split(r"[,;\s]+", text.strip()):
        match = _NAME.fullmatch(word)
        number = int(match[1] or match[2]) if match else 0
        if 1 <= number <= len(own):
            found.append(own[number - 1])
        elif word.casefold() in named:
            found.append(named[word.casefold()])
        else:
            words = QT_TRANSLATE_NOOP("Problem", "The form has no reference {name}.")
            problem = _problem(Control.REFERENCES, words, name=word)
            raise Unread(CellProblem("references", problem, reference_words(len(own)) or "none"))
    return tuple(dict.fromkeys(found))


def read_knob(column: str, text: str, card: ModelCard) -> tuple[str, KnobValue]:
    """The name of the card's knob under a column, and its value. Raises Unread."""
    knob = knob_of(column, card)
    if knob is None:
        words = QT_TRANSLATE_NOOP("Problem", "{model} has no {name}.")
        problem = _problem(Control.KNOBS, words, model=card.title, name=column)
        raise Unread(CellProblem(column, problem, ""))
    value = _knob_value(knob, text)
    if value is None:
        words = QT_TRANSLATE_NOOP("Problem", "{title} is {value}; it can be {range}.")
        values = {"title": knob.title, "value": text, "range": knob_range(knob)}
        problem = _problem(Control.KNOBS, words, **values)
        raise Unread(CellProblem(column, problem, knob_words(knob.default)))
    return knob.name, value


def knob_of(column: str, card: ModelCard) -> Knob | None:
    """The card's knob whose title is the name of a column."""
    return next((knob for knob in card.knobs if knob.title.casefold() == column), None)


def knob_words(value: KnobValue) -> str:
    """A knob's value as a cell has it."""
    match value:
        case bool():
            return "on" if value else "off"
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)


def nearest_knob(knob: Knob, value: KnobValue) -> str:
    """The nearest value that a knob takes, as a cell has it."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        near = get_close_matches(str(value), knob.choices, 1, 0.0)
        return near[0] if near else knob_words(knob.default)
    number = Decimal(value)
    number = number if knob.least is None else max(knob.least, number)
    number = number if knob.most is None else min(knob.most, number)
    return format(number.normalize(), "f")


def _knob_value(knob: Knob, text: str) -> KnobValue | None:
    word = text.casefold()
    match knob.kind:
        case "bool":
            return True if word in _ON else False if word in _OFF else None
        case "choice":
            return next((choice for choice in knob.choices if _same(word, choice)), text)
        case "int":
            return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None
        case _:
            return parse_money(text.replace(",", "."))


def _read_whole(text: str, column: str, control: Control, offer: str) -> int:
    if _WHOLE.fullmatch(text):
        return int(text.partition(".")[0])
    words = QT_TRANSLATE_NOOP("Problem", "{text} is no whole number.")
    raise Unread(CellProblem(column, _problem(control, words, text=text), offer))


def _problem(control: Control, template: str, **values: str) -> Problem:
    return Problem(control, template, tuple(values.items()))


def _first_like(own: ModelCard, found: Sequence[ModelCard]) -> ModelCard:
    """The one at the form's provider, else the first."""
    return next((card for card in found if card.provider == own.provider), found[0])


def _same(text: str, *names: str) -> bool:
    return any(name and text.strip().casefold() == name.casefold() for name in names)


def _nearest(text: str, *names: Sequence[str]) -> str | None:
    """The name most like a text; one of a later group is told by the first group's at its place."""
    for group in names:
        small = [name.casefold() for name in group]
        near = get_close_matches(text.casefold(), small, 1, 0.5)
        if near:
            return names[0][small.index(near[0])]
    return next(iter(names[0]), None)
