"""Finishing a draft: the picture that was chosen goes as a reference to a better model, or to a
larger size.

Pure: a picture and the cards give the choices, each with the price it adds. Nothing is sent here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Check, Draft, SeedMode, check
from flux_studio.core.generation import Generation
from flux_studio.core.money import Money
from flux_studio.core.pricing import Free
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.request import Reference
from flux_studio.core.size import MEGAPIXEL, FreeSizes, Size, nearest_size

# Part of the prompt, and therefore in the language of the models. It is shown before it is sent.
INSTRUCTION = (
    "Redraw @image1 as a finished picture with more detail. "
    "Keep its composition, subject, colours and light."
)
LARGER = (1, 2, 4)  # megapixels that are offered where the picture is smaller
MOST_LARGER = 4  # billed megapixels; what is larger is chosen in the form


@dataclass(frozen=True, slots=True)
class FinishChoice:
    """One way to finish: `each` is what it costs more, USD, None when not known. `draft` is the
    whole order; its reference is the picture.
    """

    card: ModelCard
    size: Size
    draft: Draft
    checked: Check

    @property
    def each(self) -> Money | None:
        return None if self.checked.estimate is None else self.checked.estimate.each


def finish_prompt(generation: Generation) -> str:
    """What is asked for unless the person writes something else. The picture's own prompt follows
    only where no references were sent with it: their numbers would mean other pictures now.
    """
    if generation.request.references or not generation.request.prompt.strip():
        return INSTRUCTION
    return f"{INSTRUCTION}\n\n{generation.request.prompt}"


def finish_sizes(size: Size) -> tuple[Size, ...]:
    """The picture's own size (px), and larger ones of its ratio."""
    larger = [scaled(size, area) for area in LARGER if area * MEGAPIXEL > size.pixels * 1.3]
    return (size, *larger)


def scaled(size: Size, megapixels: float) -> Size:
    """A size of the same ratio with about so many megapixels, on a grid of 16 px."""
    factor = (megapixels * MEGAPIXEL / size.pixels) ** 0.5
    # Down, so that the picture is not billed as a megapixel more.
    width, height = (int(side * factor / 16) * 16 for side in (size.width, size.height))
    return Size(max(16, width), max(16, height))


def finish_choices(
    generation: Generation, cards: Sequence[ModelCard], wanted: Size, prompt: str
) -> tuple[FinishChoice, ...]:
    """Every model that can take the picture as a reference, near the size `wanted` (px); dearest
    last, unknown prices at the end. The very same model at the same size is no finishing.
    """
    found = []
    for card in cards:
        is_play = isinstance(card.price, Free) and card.provider != generation.request.provider
        if not card.edits or is_play:
            continue  # what calls no model finishes nothing but its own drafts
        choice = _choice(generation, card, wanted, prompt)
        is_same = card.id == (generation.request.provider, generation.request.model)
        if choice.checked.order is None or (is_same and choice.size == generation.size):
            continue
        found.append(choice)
    return tuple(sorted(found, key=lambda c: (c.each is None, c.each or 0, c.card.title)))


def suggested(generation: Generation, choices: Sequence[FinishChoice]) -> FinishChoice | None:
    """The choice that stands first: the next dearer model at the same provider, else the dearest
    there, else the first of all.
    """
    request = generation.request
    at_home = [c for c in choices if c.card.provider == request.provider and c.each is not None]
    paid = generation.price if generation.charged is None else generation.charged
    dearer = [c for c in at_home if c.card.model != request.model and (c.each or 0) > (paid or 0)]
    return next(iter((*dearer, *reversed(at_home), *choices)), None)


def with_kept_reference(draft: Draft, reference: Reference) -> Draft:
    """The draft with the reference as the library keeps it, in place of the one it was priced
    with.
    """
    return replace(draft, references=(reference,))


def _choice(generation: Generation, card: ModelCard, wanted: Size, prompt: str) -> FinishChoice:
    size = nearest_size(card.sizes, _on_sixteen(card, wanted))
    source = Reference(generation.sha256, generation.mime, generation.size, parent=generation.id)
    draft = Draft(
        provider=card.provider,
        model=card.model,
        prompt=prompt,
        size=size,
        references=(source,),
        seed_mode=SeedMode.FIXED if generation.seed is not None else SeedMode.RANDOM,
        seed=generation.seed or 0,
        safety=generation.request.safety,
        checker=generation.request.checker,
        output_format=generation.request.output_format,
        expansion=ExpansionMode.OFF,  # what stands there is sent as it is
        project=generation.origin.project,
    )
    return FinishChoice(card, size, draft, check(draft, card, lambda: 0))


def _on_sixteen(card: ModelCard, size: Size) -> Size:
    """What models work in; a side between two steps gains nothing."""
    if isinstance(card.sizes, FreeSizes) and card.sizes.step == 1:
        return Size(max(16, size.width // 16 * 16), max(16, size.height // 16 * 16))
    return size
