"""The draft: the half-filled form, and what a press of Generate would make of it on one card.

Nothing typed is lost when the model changes: values that a card cannot take stay in the draft, are
left out of the request and named in a `Note`. `check` is pure and gives either problems or an
order, so the price on the button is the price of exactly what would be sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from flux_studio.core.card import Knob, KnobValue, ModelCard
from flux_studio.core.pricing import Estimate
from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control, Problem
from flux_studio.core.request import Order, Reference, Request
from flux_studio.core.size import (
    MEGAPIXEL,
    FreeSizes,
    ListedSizes,
    Size,
    listed,
    nearest_size,
    nearest_within,
    size_problem,
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
    default.
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
) -> Check:
    """Make an order of a draft, or say what stands in the way.

    `pick_seed` gives a random seed where the mode asks for one. For the controls in `strict` a
    value that the card cannot take is a problem and not a note: the command line names what was
    asked for by hand.
    """
    problems = [*_prompt_problems(draft, card), *_reference_problems(draft, card)]
    problems += [*_size_problems(draft, card), *_count_problems(draft, card)]
    problems += [*_seed_problems(draft, card), *_knob_problems(draft, card)]
    problems += _together_problems(draft, card)
    notes = notes_on(draft, card)
    problems += [Problem(n.control, n.text, n.values) for n in notes if n.control in strict]
    priced = price(draft, card)
    if problems:
        return Check(tuple(problems), notes, None, priced)
    seeds = _seeds(draft, card, pick_seed)
    return Check((), notes, Order(tuple(_request(draft, card, s) for s in seeds), priced), priced)


def price(draft: Draft, card: ModelCard) -> Estimate:
    """The price of a draft on a card, at the nearest valid size, whatever else may be missing."""
    size = nearest_size(card.sizes, draft.size)
    references = [r.size for r in draft.references[: card.references]]
    return card.estimate(size, references, max(1, draft.count))


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


def _request(draft: Draft, card: ModelCard, seed: int | None) -> Request:
    return Request(
        provider=card.provider,
        model=card.model,
        prompt=draft.prompt,
        size=nearest_size(card.sizes, draft.size),
        output_format=effective_format(draft, card),
        references=draft.references,
        seed=seed,
        safety=effective_safety(draft, card),
        checker=(True if draft.checker is None else draft.checker) if card.checker else None,
        knobs=effective_knobs(draft, card),
    )


def _seeds(draft: Draft, card: ModelCard, pick_seed: Callable[[], int]) -> list[int | None]:
    """One seed a picture. A fixed seed counts up inside one order: equal requests would only be
    paid twice.
    """
    if not card.seed:
        return [None] * draft.count
    if draft.seed_mode is SeedMode.RANDOM:
        return [pick_seed() % (card.seed_most + 1) for _ in range(draft.count)]
    return [(draft.seed + i) % (card.seed_most + 1) for i in range(draft.count)]


def _prompt_problems(draft: Draft, card: ModelCard) -> list[Problem]:
    length = len(draft.prompt.strip())
    if not length:
        text = QT_TRANSLATE_NOOP(
            "Problem", "The prompt is empty. Say what the picture should show."
        )
        return [Problem(Control.PROMPT, text)]
    if length < card.prompt_least:
        text = QT_TRANSLATE_NOOP(
            "Problem", "The prompt is too short for {model}: it takes at least {least} characters."
        )
        least = (("model", card.title), ("least", str(card.prompt_least)))
        return [Problem(Control.PROMPT, text, least)]
    if card.prompt_most and len(draft.prompt) > card.prompt_most:
        text = QT_TRANSLATE_NOOP(
            "Problem",
            "The prompt has {length} characters and {model} takes at most {most}. "
            "Shorten it by {over}.",
        )
        over = len(draft.prompt) - card.prompt_most
        counts = (("length", len(draft.prompt)), ("most", card.prompt_most), ("over", over))
        values = (("model", card.title), *((name, str(number)) for name, number in counts))
        return [Problem(Control.PROMPT, text, values)]
    return []


def _reference_problems(draft: Draft, card: ModelCard) -> list[Problem]:
    if len(draft.references) <= card.references:
        return []
    if not card.references:
        text = QT_TRANSLATE_NOOP(
            "Problem",
            "{model} takes no references. Remove them, or choose a model that can edit.",
        )
        return [Problem(Control.REFERENCES, text, (("model", card.title),))]
    text = QT_TRANSLATE_NOOP(
        "Problem", "{model} takes at most {most} references and there are {count}. Remove {over}."
    )
    over = len(draft.references) - card.references
    counts = (("most", card.references), ("count", len(draft.references)), ("over", over))
    values = (("model", card.title), *((name, str(number)) for name, number in counts))
    return [Problem(Control.REFERENCES, text, values)]


def _size_problems(draft: Draft, card: ModelCard) -> list[Problem]:
    rule = card.sizes
    broken = size_problem(rule, draft.size)
    nearest = nearest_size(rule, draft.size)
    values: list[tuple[str, str]] = [
        ("size", str(draft.size)),
        ("nearest", str(nearest)),
        ("model", card.title),
    ]
    match rule, broken:
        case _, None:
            return []
        case FreeSizes() as free, "side":
            text = QT_TRANSLATE_NOOP(
                "Problem",
                "{size} is outside the limits: each side of {model} is {least} to {most} px. "
                "Nearest: {nearest}.",
            )
            values += [("least", str(free.least)), ("most", str(free.most))]
        case FreeSizes() as free, "grid":
            text = QT_TRANSLATE_NOOP(
                "Problem",
                "{size} is off the grid: sides of {model} go in steps of {step} px. "
                "Nearest: {nearest}.",
            )
            values += [("step", str(free.step))]
        case FreeSizes() as free, _:
            text = QT_TRANSLATE_NOOP(
                "Problem",
                "{size} is too large: {model} makes at most {area} megapixels. Nearest: {nearest}.",
            )
            values += [("area", f"{free.most_pixels / 1_048_576:g}")]
        case _:
            if _same_ratio(nearest, draft.size):
                return []  # a ratio and a tier stand for it: a note says so
            text = QT_TRANSLATE_NOOP(
                "Problem",
                "{model} takes a ratio, not pixels, and has none near {size}. "
                "Nearest: {ratio} {tier}, {nearest}.",
            )
            values += _tier_words(rule, draft.size)
    return [Problem(Control.SIZE, text, tuple(values), nearest)]


def _together_problems(draft: Draft, card: ModelCard) -> list[Problem]:
    """References and picture share one bound on some models. A smaller picture is offered where one
    fits beside the references.
    """
    room = card.megapixels_most * MEGAPIXEL
    taken = sum(reference.size.pixels for reference in draft.references)
    size = nearest_size(card.sizes, draft.size)
    if not room or len(draft.references) > card.references or taken + size.pixels <= room:
        return []
    values = (
        ("area", f"{(taken + size.pixels) / MEGAPIXEL:.2f}"),
        ("model", card.title),
        ("most", str(card.megapixels_most)),
    )
    smaller = nearest_within(card.sizes, size, room - taken)
    if smaller is None:
        text = QT_TRANSLATE_NOOP(
            "Problem",
            "References and picture come to {area} megapixels together; {model} takes at most "
            "{most}. Remove a reference or use smaller ones.",
        )
        return [Problem(Control.REFERENCES, text, values)]
    text = QT_TRANSLATE_NOOP(
        "Problem",
        "References and picture come to {area} megapixels together; {model} takes at most {most}. "
        "Beside these references: {nearest}.",
    )
    return [Problem(Control.SIZE, text, (*values, ("nearest", str(smaller))), smaller)]


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


def notes_on(draft: Draft, card: ModelCard) -> tuple[Note, ...]:
    """What a card makes of a draft otherwise than it was set."""
    notes: list[Note] = []
    name = (("model", card.title),)
    if isinstance(card.sizes, ListedSizes) and size_problem(card.sizes, draft.size):
        text = QT_TRANSLATE_NOOP(
            "Note", "Sent as {ratio} at {tier}: {model} takes a ratio, not pixels."
        )
        notes.append(Note(Control.SIZE, text, (*name, *_tier_words(card.sizes, draft.size))))
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


def _same_ratio(one: Size, other: Size) -> bool:
    """Within 4 %: 1344 × 768 is the 16:9 of a grid of 64, and 1920 × 1088 that of a grid of 16."""
    return abs(one.ratio / other.ratio - 1) <= 0.04


def _tier_words(rule: FreeSizes | ListedSizes, size: Size) -> list[tuple[str, str]]:
    option = listed(rule, size)
    return [("ratio", option.ratio), ("tier", option.tier)] if option else []
