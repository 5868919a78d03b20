"""Pure steps of the form: a draft and a wish give the next draft. No Qt, no disk."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from flux_studio.core.card import KnobValue, ModelCard
from flux_studio.core.draft import Draft, SeedMode
from flux_studio.core.generation import IMPORTED, Generation
from flux_studio.core.problem import QT_TRANSLATE_NOOP, Control, Problem
from flux_studio.core.prompt.names import after_move, after_removal
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.role_edits import without_role
from flux_studio.core.redraft import with_prompt_as_sent
from flux_studio.core.request import Reference, Request
from flux_studio.core.size import FreeSizes, Size, nearest_size
from flux_studio.storage.foreign.found import Found
from flux_studio.storage.key_status import KeyState, KeyStatus


class Recall(StrEnum):
    """How much of a picture's settings come back into the form."""

    ALL = "all"
    PROMPT = "prompt"
    SEED = "seed"
    SIZE = "size"


class Again(StrEnum):
    """How a picture's settings are ordered once more: with a new seed, the very same, or a few
    with the seeds that follow.
    """

    NEW = "new"
    EXACT = "exact"
    VARY = "vary"


VARIATIONS = 4  # pictures of one *Vary*


def with_card(draft: Draft, card: ModelCard) -> Draft:
    """The same draft for another model. What the card cannot take stays in the draft."""
    return replace(draft, provider=card.provider, model=card.model)


def with_reference(draft: Draft, reference: Reference) -> Draft:
    """One more reference in the next slot; the same picture twice stays one."""
    if any(r.sha256 == reference.sha256 for r in draft.references):
        return draft
    return replace(draft, references=(*draft.references, reference))


def without_reference(draft: Draft, index: int) -> Draft:
    """One reference less. The sentence of its role goes with it; its name elsewhere in the prompt
    becomes one that no reference has, and the names of those behind it move up.
    """
    count = len(draft.references)
    if not 0 <= index < count:
        return draft
    kept = tuple(r for i, r in enumerate(draft.references) if i != index)
    prompt = after_removal(without_role(draft.prompt, index + 1), index + 1, count)
    return replace(draft, references=kept, prompt=prompt)


def with_reference_moved(draft: Draft, old: int, new: int) -> Draft:
    """Reference `old` goes to place `new`; the numbers on the slots are the order they are sent
    in, and the names in the prompt follow them.
    """
    references = list(draft.references)
    if not 0 <= old < len(references):
        return draft
    new = max(0, min(new, len(references) - 1))
    references.insert(new, references.pop(old))
    prompt = after_move(draft.prompt, old + 1, new + 1)
    return replace(draft, references=tuple(references), prompt=prompt)


def with_reference_replaced(draft: Draft, index: int, reference: Reference) -> Draft:
    references = list(draft.references)
    if not 0 <= index < len(references):
        return with_reference(draft, reference)
    references[index] = reference
    return replace(draft, references=tuple(references))


def with_references_swapped(draft: Draft, made: Mapping[str, Reference]) -> Draft:
    """The references that are in `made`, by their sha256, replaced by what was made of them."""
    return replace(draft, references=tuple(made.get(r.sha256, r) for r in draft.references))


def with_knob(draft: Draft, name: str, value: KnobValue) -> Draft:
    return replace(draft, knobs=(*((n, v) for n, v in draft.knobs if n != name), (name, value)))


def with_size_of(draft: Draft, card: ModelCard, source: Size) -> Draft:
    """The size of a source picture, held inside what the card can make."""
    return replace(draft, size=nearest_size(card.sizes, source))


def after_sending(draft: Draft, sent: Sequence[Request]) -> Draft:
    """The form after Generate: a stepping seed goes on after the last one used, the next draw will
    be another one, all else stays.
    """
    last = sent[-1].seed if sent else None
    if draft.expansion is ExpansionMode.RANDOM:
        draft = replace(draft, draw=random_seed())
    if draft.seed_mode is SeedMode.STEP and last is not None:
        return replace(draft, seed=last + 1)
    return draft


def recalled(draft: Draft, generation: Generation, what: Recall) -> Draft:
    """The draft with a picture's settings, or a part of them, brought back."""
    request = generation.request
    match what:
        case Recall.PROMPT if not request.prompt and request.provider == IMPORTED:
            return draft  # its file says nothing: that is no reason to empty the box
        case Recall.PROMPT:
            return with_prompt_as_sent(draft, request.prompt)
        case Recall.SIZE:
            return replace(draft, size=request.size)
        case Recall.SEED:
            if generation.seed is None:
                return draft
            return replace(draft, seed_mode=SeedMode.FIXED, seed=generation.seed)
        case Recall.ALL if request.provider == IMPORTED:
            for part in (Recall.PROMPT, Recall.SIZE, Recall.SEED):
                draft = recalled(draft, generation, part)
            return draft
        case Recall.ALL:
            return _recalled_whole(draft, generation)


def _recalled_whole(draft: Draft, generation: Generation) -> Draft:
    request = generation.request
    whole = replace(
        draft,
        provider=request.provider,
        model=request.model,
        size=request.size,
        references=request.references,
        safety=request.safety,
        checker=request.checker,
        output_format=request.output_format,
        knobs=request.knobs,
        count=1,
    )
    return recalled(with_prompt_as_sent(whole, request.prompt), generation, Recall.SEED)


def with_found(draft: Draft, found: Found) -> Draft:
    """The draft with what another program's picture says and this form has a place for: prompt,
    size and seed. What is not said stays.
    """
    if found.prompt:
        draft = with_prompt_as_sent(draft, found.prompt)
    if found.size is not None:
        draft = replace(draft, size=found.size)
    if found.seed is not None:
        draft = replace(draft, seed_mode=SeedMode.FIXED, seed=found.seed)
    return draft


def remade(draft: Draft, generation: Generation, card: ModelCard, how: Again) -> Draft:
    """The draft that orders a picture's settings once more; `draft` lends what a picture does not
    say. Without a known seed every way means a new one.
    """
    whole = recalled(draft, generation, Recall.ALL)
    seed, count = generation.seed, 1 if how is not Again.VARY else min(VARIATIONS, card.count_most)
    if how is Again.NEW or seed is None or not card.seed:
        return replace(whole, seed_mode=SeedMode.RANDOM, count=count)
    step = 1 if how is Again.VARY else 0
    first = (seed + step) % (card.seed_most + 1)
    return replace(whole, seed_mode=SeedMode.FIXED, seed=first, count=count)


def largest_size(card: ModelCard, ratio: Size, megapixels: float) -> Size:
    """The valid size of a ratio nearest to an area in megapixels: the scale steps of the picker."""
    scale = (megapixels * 1_048_576 / ratio.pixels) ** 0.5
    wanted = Size(max(1, round(ratio.width * scale)), max(1, round(ratio.height * scale)))
    if isinstance(card.sizes, FreeSizes) and card.sizes.step == 1:
        # Multiples of 16 are what the models work in; an odd side gains nothing.
        wanted = Size(max(16, wanted.width // 16 * 16), max(16, wanted.height // 16 * 16))
    return nearest_size(card.sizes, wanted)


def random_seed() -> int:
    """A new seed, from 0 to 2^31 - 1."""
    return secrets.randbelow(2**31)


def key_problem(card: ModelCard, keys: Mapping[str, KeyStatus]) -> Problem | None:
    """Why an order cannot be sent for want of a key; `keys` by provider id."""
    status = keys.get(card.provider)
    if status is None or status.has_key or status.state is KeyState.WAITING:
        return None  # not asked yet, or a provider without keys: the engine knows for sure
    text = QT_TRANSLATE_NOOP("Problem", "There is no key for this provider yet. Add one in Keys.")
    return Problem(Control.KEY, text)


ON_ITS_WAY = Problem(
    Control.REFERENCES, QT_TRANSLATE_NOOP("Problem", "A reference is still being prepared.")
)
"""Why an order waits while a picture, or a copy of it, is on its way into the form."""


def no_seed() -> int:
    """The live check runs at each keystroke and only wants to know whether and for how much."""
    return 0
