"""What the tests of Black Forest Labs share: the shipped cards, a request, single questions."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image

from flux_studio.core.card import ModelCard
from flux_studio.core.card_rows import read_cards
from flux_studio.core.draft import Draft, check
from flux_studio.core.job import Ticket
from flux_studio.core.request import Reference, Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import Size
from flux_studio.providers.bfl import BflProvider
from flux_studio.providers.calls import Patience
from flux_studio.providers.contract import Done, Link, ReferencePicture, Status, Submission
from flux_studio.providers.http import HttpSession
from flux_studio.resources import resource_path
from tests.hosts.bfl import BflHost
from tests.providers.plain_host import with_session

T = TypeVar("T")
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CARDS = {
    card.model: card
    for card in read_cards(
        Path(resource_path("models/bfl.toml")).read_text(encoding="utf-8"), "bfl.toml"
    )
}
PRO, MAX, FLEX = (CARDS[f"flux-2-{tier}"] for tier in ("pro", "max", "flex"))
KLEIN_4B, KLEIN_9B = CARDS["flux-2-klein-4b"], CARDS["flux-2-klein-9b"]
PLAIN = Request("bfl", "flux-2-pro", "a red fox", Size(1024, 1024), "jpeg", seed=7, safety=2)


class NoNotes:
    def get(self, name: str) -> str | None:
        raise AssertionError(name)

    def set(self, name: str, value: str) -> None:
        raise AssertionError(name)


def provider_at(session: HttpSession, base: str, now: datetime = START) -> BflProvider:
    return BflProvider(session, base, NoNotes(), now=lambda: now)


def asking(
    host: BflHost,
    act: Callable[[BflProvider, Secret], Awaitable[T]],
    key: str = "",
    now: datetime = START,
) -> T:
    """One piece of work by a provider of its own: nothing is remembered from one to the next."""
    return with_session(
        lambda session: act(provider_at(session, host.base_url, now), Secret(key or host.key)),
        patience=Patience(),  # nothing here is about slowness, and the machine may be busy
    )


def order(card: ModelCard, **changes: Any) -> Request:
    """What the form makes of a draft on a card, at the card's defaults unless told."""
    fields = {"prompt": "a red fox", "size": card.default_size, **changes}
    result = check(Draft(card.provider, card.model, **fields), card, lambda: 7)
    assert result.order is not None, result.problems
    return result.order.requests[0]


def submit(
    host: BflHost, request: Request = PLAIN, card: ModelCard = PRO, inputs: tuple[str, ...] = ()
) -> Ticket:
    submission = Submission(request, card, inputs, "intent-1")
    return asking(host, lambda p, key: p.submit(submission, key))


def look(host: BflHost, ticket: Ticket, now: datetime = START) -> Status:
    return asking(host, lambda p, key: p.check(ticket, key), now=now)


def done(host: BflHost, ticket: Ticket, now: datetime = START) -> Done:
    status = look(host, ticket, now)
    assert isinstance(status, Done)
    return status


def sent(host: BflHost) -> dict[str, Any]:
    """The body of the last submit."""
    body: dict[str, Any] = host.asked("submit")[-1].json
    return body


def fetched(link: object) -> bytes:
    assert isinstance(link, Link)
    return with_session(lambda s: s.download(link.url, base_is_loopback=True), patience=Patience())


def reference(width: int = 1024, height: int = 1024, colour: str = "#E0A030") -> ReferencePicture:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    known = Reference("ab" * 32, "image/png", Size(width, height), "my fox.png")
    return ReferencePicture(known, out.getvalue(), "image/png")


def upload(host: BflHost, picture: ReferencePicture) -> str:
    return asking(host, lambda p, key: p.upload(picture, key))


def in_base64(picture: ReferencePicture) -> str:
    return base64.b64encode(picture.data).decode()
