"""Where else a request could be made, when its provider is down and did not take it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import Reason
from flux_studio.core.job import Job, JobState
from flux_studio.core.money import Money
from flux_studio.core.pricing import Free
from flux_studio.core.redraft import order_elsewhere
from flux_studio.core.request import Order
from flux_studio.session import composing
from flux_studio.session.state import StudioState

MOST = 3
_DOWN = frozenset({Reason.NETWORK, Reason.PROVIDER_DOWN})


@dataclass(frozen=True, slots=True)
class Offer:
    """Another provider that makes the same request: its card, and the order with its price."""

    card: ModelCard
    order: Order

    @property
    def price(self) -> Money | None:
        """USD, None for unknown."""
        return self.order.estimate.total


def is_turned_away(job: Job) -> bool:
    """Whether a job's provider is down and surely did not take it."""
    if job.reason not in _DOWN or job.ticket is not None:
        return False
    ended = job.state in (JobState.FAILED, JobState.REFUSED) and job.charged == 0
    return ended or job.state is JobState.PLANNED


def offers(job: Job, state: StudioState) -> tuple[Offer, ...]:
    """The same model at other providers whose key is there, the cheapest first, at most three."""
    own = next((c for c in state.cards if c.id == (job.request.provider, job.request.model)), None)
    if own is None or not is_turned_away(job):
        return ()
    found = [
        Offer(card, order)
        for card in state.cards
        if _is_same(card, own) and composing.key_problem(card, state.keys) is None
        if (order := order_elsewhere(job.request, job.origin, card)) is not None
        and order.requests[0].size == job.request.size
    ]
    return tuple(sorted(found, key=_by_price))[:MOST]


def _is_same(card: ModelCard, own: ModelCard) -> bool:
    elsewhere = card.provider != own.provider and not isinstance(card.price, Free)
    return elsewhere and card.title == own.title


def _by_price(offer: Offer) -> tuple[bool, Money]:
    return offer.price is None, offer.price or Decimal(0)
