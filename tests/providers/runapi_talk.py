"""Talking to RunAPI's twin through the provider, for its tests."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from flux_studio.core.card import ModelCard
from flux_studio.core.card_rows import read_cards
from flux_studio.core.job import Ticket
from flux_studio.core.request import Reference, Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import ListedSize, ListedSizes, Size
from flux_studio.providers.contract import (
    ReferencePicture,
    Submission,
)
from flux_studio.providers.http import HttpSession
from flux_studio.providers.runapi import RunApiProvider
from flux_studio.resources import resource_path
from tests.hosts.pictures import picture
from tests.hosts.runapi import RunApiHost
from tests.hosts.server import KEY
from tests.providers.plain_host import with_session

CARDS = read_cards(resource_path("models/runapi.toml").read_text("utf-8"), "runapi.toml")
PRO, FLEX, MAX = CARDS
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PICTURE = picture(64, 48)
SHA = hashlib.sha256(PICTURE).hexdigest()
REFERENCE = Reference(SHA, "image/png", Size(64, 48), "my private name.png")


class Noted(dict):
    """Notes that are kept in memory."""

    def set(self, name: str, value: str) -> None:
        self[name] = value


def request_for(
    card: ModelCard, size: Size | None = None, *, edit: bool = False, **more
) -> Request:
    references = (REFERENCE,) if edit else ()
    wanted = size or card.default_size
    return Request(
        "runapi", card.model, more.pop("prompt", "a fox"), wanted, "", references, **more
    )


def talk(twin: RunApiHost, work, notes: Noted | None = None):
    """Run `work(provider)` against the twin."""

    async def use(session: HttpSession):
        kept = Noted() if notes is None else notes
        return await work(RunApiProvider(session, twin.base_url, kept, now=lambda: NOW))

    return with_session(use)


async def send(
    provider: RunApiProvider, request: Request, card: ModelCard, intent="job-1"
) -> Ticket:
    """Upload and submit, as the runner does."""
    key = Secret(KEY)
    inputs = [
        await provider.upload(ReferencePicture(reference, PICTURE, "image/png"), key)
        for reference in request.references
    ]
    return await provider.submit(Submission(request, card, tuple(inputs), intent), key)


def submit(twin: RunApiHost, request: Request, card: ModelCard, notes=None, intent="job-1"):
    return talk(twin, lambda provider: send(provider, request, card, intent), notes)


def check(twin: RunApiHost, ticket: Ticket):
    return talk(twin, lambda provider: provider.check(ticket, Secret(KEY)))


def options_of(card: ModelCard) -> tuple[ListedSize, ...]:
    assert isinstance(card.sizes, ListedSizes)
    return card.sizes.options
