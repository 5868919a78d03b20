"""The draft: the half-filled form, and what a press of Generate would make of it on one card.

Nothing typed is lost when the model changes: values that a card cannot take stay in the draft, are
left out of the request and named in a `Note`. `check` is pure and gives either problems or an
order, so the price on the button is the price of exactly what would be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import islice

from flux_studio.core.card import Knob, KnobValue, ModelCard
from flux_studio.core.pricing import Estimate
from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control, Problem
from flux_studio.core.prompt.checking import MOST_PICTURES, prompt_problems
from flux_studio.core.prompt.names import missing
from flux_studio.core.prompt.parts import Expansion
from flux_studio.core.prompt.planning import Planned, Seeds, pictures, planned
from flux_studio.core.prompt.reading import ExpansionMode, read_prompt
from flux_studio.core.prompt.style import Style
from flux_studio.core.prompt.template import NO_LISTS, Template, WordLists
from flux_studio.core.request import Order, Origin, Reference, Request
from flux_studio.core.size import ListedSizes, Size, nearest_size, size_problem
from flux_studio.core.size_problems import (
    reference_problems,
    size_problems,
    tier_words,
    together_problems,
)


class SeedMode(StrEnum):
    """How the seed of the next picture is chosen: a new one, the same one, or one more than the
    last.
    """

    RANDOM = "random"
    FIXED = "fixed"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Draft:
    """The half-filled form. `safety`, `checker` and `output_format` None or '' mean the model's own
    default. `count` pictures are made of each combination of the prompt's variables, or drawn;
    random draws come from `draw`. `style` stands around the prompt; `project` is what it is
    made for, '' for none.
    """

    provider: str
    model: str
    prompt: str = ""
    size: Size = Size(1024, 1024)
    references: tuple[Reference, ...] = ()
    seed_mode: SeedMode = SeedMode.RANDOM
    seed: int = 0
    safety: int | None = None
    checker: bool | None = None
    output_format: str = ""
    count: int = 1
    knobs: tuple[tuple[str, KnobValue], ...] = ()
    expansion: ExpansionMode = ExpansionMode.ORDERED
    draw: int = 0
    style: Style | None = None
    project: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something the card makes of the draft that is not what was set: said beside the control,
    never an obstacle.
    """

    control: Control
    text: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        return self.text.format(**dict(self.values))


@dataclass(frozen=True, slots=True)
class Check:
    """A draft on a card: the order when it can be sent, else the problems; the price either way
    where one is known.
    """

    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    order: Order | None
    estimate: Estimate | None


def check(
    draft: Draft,
    card: ModelCard,
    pick_seed: Callable[[], int],
    strict: frozenset[Control] = frozenset(),
    lists: WordLists = NO_LISTS,
    *,
    orders: bool = True,
) -> Check:
    """Make an order of a draft, or say what stands in the way.

    `pick_seed` gives a random seed where the mode asks for one. For the controls in `strict` a
    value that the card cannot take is a problem and not a note: the command line names what was
    asked for by hand. `lists` are the list files that the prompt may draw from. Without `orders`
    no order is made, which is quicker where only problems and price are wanted.
    """
    template = template_of(draft, lists)
    count = pictures(template, draft.expansion, draft.count)
    problems = prompt_problems(draft.prompt, template, count, card)
    problems += reference_problems(len(draft.references), card)
    problems += [*size_problems(draft.size, card), *_count_problems(draft, card)]
    problems += [*_seed_problems(draft, card), *_knob_problems(draft, card)]
    problems += together_problems(draft.size, draft.references, card)
    notes = notes_on(draft, card, template)
    problems += [Problem(n.control, n.text, n.values) for n in notes if n.control in strict]
    priced = price(draft, card, lists)
    if problems or not orders:
        return Check(tuple(problems), notes, None, priced)
    return Check((), notes, _order(draft, card, template, pick_seed, priced), priced)


def price(draft: Draft, card: ModelCard, lists: WordLists = NO_LISTS) -> Estimate:
    """The price of a draft on a card, at the nearest valid size, whatever else may be missing."""
    size = nearest_size(card.sizes, draft.size)
    references = [r.size for r in draft.references[: card.references]]
    count = pictures(template_of(draft, lists), draft.expansion, max(1, draft.count))
    return card.estimate(size, references, count)


def template_of(draft: Draft, lists: WordLists = NO_LISTS) -> Template:
    """The draft's prompt as it was read, with its style."""
    return read_prompt(draft.prompt, draft.style, draft.expansion, lists)


def expansions(
    draft: Draft, card: ModelCard, lists: WordLists = NO_LISTS, most: int = MOST_PICTURES
) -> tuple[Expansion, ...]:
    """The prompts that would be sent, one a picture, as a preview: at most the first `most`."""
    plan = _plan(draft, card, template_of(draft, lists), lambda: 0)
    return tuple(each.expansion for each in islice(plan, most))


def effective_format(draft: Draft, card: ModelCard) -> str:
    """The file format that will be sent: the chosen one where the card offers it, else the card's
    first, '' if none.
    """
    if draft.output_format in card.formats:
        return draft.output_format
    return card.formats[0] if card.formats else ""


def effective_safety(draft: Draft, card: ModelCard) -> int | None:
    """The strictness that will be sent, held inside the card's scale; None where the card has
    none.
    """
    if card.safety is None:
        return None
    wanted = card.safety.default if draft.safety is None else draft.safety
    return min(card.safety.most, max(card.safety.least, wanted))


def effective_knobs(draft: Draft, card: ModelCard) -> tuple[tuple[str, KnobValue], ...]:
    """Every knob of the card with its value: the draft's, else the card's default."""
    chosen = dict(draft.knobs)
    return tuple((knob.name, chosen.get(knob.name, knob.default)) for knob in card.knobs)


def _order(
    draft: Draft,
    card: ModelCard,
    template: Template,
    pick_seed: Callable[[], int],
    priced: Estimate,
) -> Order:
    """One request a picture. All but prompt and seed is the same in all of them."""
    first = Request(
        provider=card.provider,
        model=card.model,
        prompt="",
        size=nearest_size(card.sizes, draft.size),
        output_format=effective_format(draft, card),
        references=draft.references,
        safety=effective_safety(draft, card),
        checker=(True if draft.checker is None else draft.checker) if card.checker else None,
        knobs=effective_knobs(draft, card),
    )
    plan = list(_plan(draft, card, template, pick_seed))
    requests = tuple(
        replace(first, prompt=each.expansion.prompt, seed=each.seed if card.seed else None)
        for each in plan
    )
    return Order(requests, priced, _origins(draft, template, plan))


def _origins(draft: Draft, template: Template, plan: list[Planned]) -> tuple[Origin, ...]:
    """What was typed, where that is not what is sent, and what its variables became."""
    if all(each.expansion == Expansion(draft.prompt) for each in plan):
        return (Origin(draft.project),) * len(plan) if draft.project else ()
    styled = draft.style is not None and not template.is_json
    style = (("Style", draft.style.name),) if draft.style and styled else ()
    return tuple(
        Origin(draft.project, typed=draft.prompt, choices=(*style, *each.expansion.choices))
        for each in plan
    )


def _plan(
    draft: Draft, card: ModelCard, template: Template, pick_seed: Callable[[], int]
) -> Iterator[Planned]:
    random = draft.seed_mode is SeedMode.RANDOM
    first, step = None if random else draft.seed, draft.seed_mode is SeedMode.STEP
    pick = pick_seed if card.seed else lambda: 0  # a card without seeds needs none
    seeds = Seeds(first, step, draft.draw, card.seed_most, pick)
    return planned(template, draft.expansion, draft.count, seeds)


def _count_problems(draft: Draft, card: ModelCard) -> list[Problem]:
    if 1 <= draft.count <= card.count_most:
        return []
    text = QT_TRANSLATE_NOOP("Problem", "The number of images is {count}; it can be 1 to {most}.")
    values = (("count", str(draft.count)), ("most", str(card.count_most)))
    return [Problem(Control.COUNT, text, values)]


def _seed_problems(draft: Draft, card: ModelCard) -> list[Problem]:
    if not card.seed or draft.seed_mode is SeedMode.RANDOM or 0 <= draft.seed <= card.seed_most:
        return []
    text = QT_TRANSLATE_NOOP("Problem", "The seed is {seed}; it can be 0 to {most}.")
    return [Problem(Control.SEED, text, (("seed", str(draft.seed)), ("most", str(card.seed_most))))]


def _knob_problems(draft: Draft, card: ModelCard) -> list[Problem]:
    text = QT_TRANSLATE_NOOP("Problem", "{title} is {value}; it can be {range}.")
    wrong = [
        (knob, value)
        for name, value in effective_knobs(draft, card)
        if (knob := card.knob(name)) and not knob_accepts(knob, value)
    ]
    return [
        Problem(
            Control.KNOBS,
            text,
            (("title", knob.title), ("value", str(value)), ("range", knob_range(knob))),
        )
        for knob, value in wrong
    ]


def knob_accepts(knob: Knob, value: KnobValue) -> bool:
    """Whether a value is of the knob's kind and inside its bounds."""
    match knob.kind:
        case "bool":
            return isinstance(value, bool)
        case "choice":
            return value in knob.choices
        case "int" if isinstance(value, bool) or not isinstance(value, int):
            return False
        case _ if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return False
    number = Decimal(value)
    above = knob.least is None or number >= knob.least
    return above and (knob.most is None or number <= knob.most)


def knob_range(knob: Knob) -> str:
    """What a knob can be, in words: '1 to 50', 'on or off', 'low, high'."""
    match knob.kind:
        case "bool":
            return "on or off"
        case "choice":
            return ", ".join(knob.choices)
        case _:
            return f"{knob.least} to {knob.most}"


def notes_on(draft: Draft, card: ModelCard, template: Template | None = None) -> tuple[Note, ...]:
    """What a card makes of a draft otherwise than it was set."""
    notes = _prompt_notes(draft, template or template_of(draft))
    name = (("model", card.title),)
    if isinstance(card.sizes, ListedSizes) and size_problem(card.sizes, draft.size):
        text = QT_TRANSLATE_NOOP(
            "Note", "Sent as {ratio} at {tier}: {model} takes a ratio, not pixels."
        )
        notes.append(Note(Control.SIZE, text, (*name, *tier_words(card.sizes, draft.size))))
    if not card.seed and draft.seed_mode is not SeedMode.RANDOM:
        text = QT_TRANSLATE_NOOP(
            "Note", "{model} takes no seed here, so a result cannot be repeated."
        )
        notes.append(Note(Control.SEED, text, name))
    if draft.output_format and draft.output_format not in card.formats:
        text = QT_TRANSLATE_NOOP("Note", "{model} does not offer {format} here; it sends {sent}.")
        sent = effective_format(draft, card) or "a format of its own choice"
        values = (*name, ("format", draft.output_format), ("sent", sent))
        notes.append(Note(Control.FORMAT, text, values))
    if draft.safety is not None and draft.safety != effective_safety(draft, card):
        if card.safety is None:
            text = QT_TRANSLATE_NOOP("Note", "{model} has no safety scale here.")
            notes.append(Note(Control.SAFETY, text, name))
        else:
            text = QT_TRANSLATE_NOOP(
                "Note", "Safety {value} is outside the scale {least} to {most} of {model}."
            )
            scale = (("least", str(card.safety.least)), ("most", str(card.safety.most)))
            notes.append(Note(Control.SAFETY, text, (*name, ("value", str(draft.safety)), *scale)))
    if draft.checker is not None and not card.checker:
        text = QT_TRANSLATE_NOOP("Note", "{model} has no safety checker that can be set here.")
        notes.append(Note(Control.SAFETY, text, name))
    return tuple(notes)


def _prompt_notes(draft: Draft, template: Template) -> list[Note]:
    notes = []
    strangers = missing(draft.prompt, len(draft.references))
    if strangers:
        text = QT_TRANSLATE_NOOP("Note", "{names} in the prompt names no reference.")
        notes.append(Note(Control.PROMPT, text, (("names", ", ".join(strangers)),)))
    if draft.style and template.is_json:
        text = QT_TRANSLATE_NOOP(
            "Note", "The style {style} is left out: a JSON prompt stands by itself."
        )
        notes.append(Note(Control.PROMPT, text, (("style", draft.style.name),)))
    return notes
