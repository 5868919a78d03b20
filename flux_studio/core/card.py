"""The model card: what one model at one provider accepts, and its price rule. Data, no code.

Cards are rows of `resources/models/*.toml`, read by `core.card_rows`. A card says everything the
form, the checks and the price need, so no other place has to know which provider it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flux_studio.core.pricing import Estimate, PriceRule, estimate
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.size import Size, SizeRule, listed

KnobValue = int | bool | str | Decimal

SAFETY_WORDS = (
    QT_TRANSLATE_NOOP("Safety", "strictest"),
    QT_TRANSLATE_NOOP("Safety", "strict"),
    QT_TRANSLATE_NOOP("Safety", "balanced"),
    QT_TRANSLATE_NOOP("Safety", "relaxed"),
    QT_TRANSLATE_NOOP("Safety", "open"),
    QT_TRANSLATE_NOOP("Safety", "permissive"),
)
REPEATS = ("exactly", "likely", "loosely")


@dataclass(frozen=True, slots=True)
class SafetyScale:
    """Moderation strictness in the provider's own numbers: `least` is the strictest, `most` the
    most permissive. `words` has a word for each number, the same word at every provider for the
    same strictness.
    """

    least: int
    most: int
    default: int
    words: tuple[str, ...] = ()

    def word(self, number: int) -> str:
        """What a number of the scale means, marked for translation in the context "Safety"."""
        if self.words:
            return self.words[number - self.least]
        span = self.most - self.least
        share = (number - self.least) / span if span else 0.25
        return SAFETY_WORDS[1:][round(share * (len(SAFETY_WORDS) - 2))]


@dataclass(frozen=True, slots=True)
class Knob:
    """One further parameter of a model. `name` is the provider's own field name.

    `kind` is 'int', 'decimal', 'bool' or 'choice'; bounds and `step` are for the first two.
    """

    name: str
    kind: str
    title: str
    note: str
    default: KnobValue
    least: Decimal | None = None
    most: Decimal | None = None
    step: Decimal | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What one model at one provider accepts. `paths` holds the provider's routes, e.g. 'text' and
    'edit'. `megapixels_most` bounds references and picture of one request together; 0 is no bound.
    `repeats` is how far the same seed and settings give the same picture again, one of `REPEATS`;
    `repeat_note` says why.
    """

    provider: str
    model: str
    title: str
    blurb: str
    sizes: SizeRule
    default_size: Size
    price: PriceRule
    references: int
    prompt_least: int
    prompt_most: int
    formats: tuple[str, ...]
    seed: bool
    safety: SafetyScale | None
    checker: bool
    count_most: int
    source: str
    as_of: str
    reference_price_note: str = ""
    price_note: str = ""
    safety_note: str = ""
    repeats: str = "likely"
    repeat_note: str = ""
    best_for: tuple[str, ...] = ()
    licence: str = ""
    retention: str = ""
    prior_seconds: float = 8.0
    seed_most: int = 2**31 - 1
    megapixels_most: int = 0
    knobs: tuple[Knob, ...] = ()
    paths: tuple[tuple[str, str], ...] = field(default=())

    @property
    def id(self) -> tuple[str, str]:
        """The pair that names a card everywhere: provider id and the service's own model id."""
        return (self.provider, self.model)

    @property
    def edits(self) -> bool:
        return self.references > 0

    def path(self, name: str) -> str:
        """A route of the provider for this model. Raises KeyError for a route the card does not
        have.
        """
        return dict(self.paths)[name]

    def knob(self, name: str) -> Knob | None:
        return next((knob for knob in self.knobs if knob.name == name), None)

    def tier(self, size: Size) -> str:
        """The provider's size tier for a size, '' where sizes are free."""
        option = listed(self.sizes, size)
        return option.tier if option else ""

    def estimate(self, size: Size, references: Sequence[Size] = (), count: int = 1) -> Estimate:
        """Price an order on this card in USD, with its working."""
        priced = estimate(
            self.price, size, tier=self.tier(size), references=references, count=count
        )
        notes = (self.price_note, self.reference_price_note if references else "")
        if not any(notes):
            return priced
        return Estimate(priced.each, count, (*priced.working, *(note for note in notes if note)))
