"""A form that makes one request again: to change a job before it is sent, or to have it made
elsewhere.
"""

from __future__ import annotations

from dataclasses import replace

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Draft, SeedMode, check
from flux_studio.core.prompt.reading import ExpansionMode, is_as_typed, read_prompt
from flux_studio.core.request import Order, Origin, Request


def draft_of(request: Request, project: str = "") -> Draft:
    """The form as it would have to stand for exactly this request."""
    draft = Draft(
        provider=request.provider,
        model=request.model,
        size=request.size,
        references=request.references,
        seed_mode=SeedMode.RANDOM if request.seed is None else SeedMode.FIXED,
        seed=request.seed or 0,
        safety=request.safety,
        checker=request.checker,
        output_format=request.output_format,
        knobs=request.knobs,
        project=project,
    )
    return with_prompt_as_sent(draft, request.prompt)


def with_prompt_as_sent(draft: Draft, prompt: str) -> Draft:
    """The draft that sends exactly this prompt: no style around it, and nothing in it read as a
    variable or a comment.
    """
    plain = is_as_typed(read_prompt(prompt), prompt)
    mode = ExpansionMode.ORDERED if plain else ExpansionMode.OFF
    if plain and draft.expansion is not ExpansionMode.OFF:
        mode = draft.expansion
    return replace(draft, prompt=prompt, style=None, expansion=mode)


def with_way_of(order: Order, origin: Origin) -> Order:
    """The order of what an `origin` led to once: each of its pictures says what was typed for it
    and what its variables became. Project and all else are the order's own.
    """
    if not origin.typed and not origin.choices:
        return order
    own = (order.origin(number) for number in range(len(order.requests)))
    ways = tuple(replace(each, typed=origin.typed, choices=origin.choices) for each in own)
    return replace(order, origins=ways)


def order_elsewhere(request: Request, origin: Origin, card: ModelCard) -> Order | None:
    """The order that makes the same request on another card; None where that card cannot. The
    prompt goes as it was sent, whatever it means to a form.
    """
    draft = replace(draft_of(request, origin.project), provider=card.provider, model=card.model)
    order = check(draft, card, lambda: request.seed or 0).order
    return order and replace(order, origins=(origin,))
