"""A form that makes one request again: to change a job before it is sent, or to have it made
elsewhere.
"""

from __future__ import annotations

from dataclasses import replace

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Draft, SeedMode, check
from flux_studio.core.request import Order, Origin, Request


def draft_of(request: Request, project: str = "") -> Draft:
    """The form as it would have to stand for exactly this request."""
    return Draft(
        provider=request.provider,
        model=request.model,
        prompt=request.prompt,
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


def order_elsewhere(request: Request, origin: Origin, card: ModelCard) -> Order | None:
    """The order that makes the same request on another card; None where that card cannot. The
    prompt goes as it was sent, whatever it means to a form.
    """
    draft = replace(draft_of(request, origin.project), provider=card.provider, model=card.model)
    found = check(replace(draft, prompt="x"), card, lambda: request.seed or 0)
    if found.order is None or not card.prompt_least <= len(request.prompt):
        return None
    if 0 < card.prompt_most < len(request.prompt):
        return None
    sent = replace(found.order.requests[0], prompt=request.prompt)
    return Order((sent,), found.order.estimate, (origin,))
