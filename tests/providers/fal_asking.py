"""What the tests of fal share: the shipped cards, a request, and one question at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, TypeVar

from PIL import Image

from flux_studio.core.card import ModelCard
from flux_studio.core.card_rows import read_cards
from flux_studio.core.draft import Draft, SeedMode
from flux_studio.core.draft import check as checked
from flux_studio.core.job import Ticket
from flux_studio.core.request import Reference, Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import Size
from flux_studio.providers.calls import Patience
from flux_studio.providers.contract import Done, Link, ReferencePicture, Status, Submission
from flux_studio.providers.fal import FalProvider
from flux_studio.resources import resource_path
from tests.hosts.fal import FalHost
from tests.providers.plain_host import with_session

T = TypeVar("T")
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CARDS = {
    card.model: card
    for card in read_cards(resource_path("models/fal.toml").read_text("utf-8"), "fal.toml")
}
PRO, MAX, FLEX, DEV, TURBO, FLASH = CARDS.values()
FOX = Request(
    "fal", "flux-2-pro", "a red fox", Size(1024, 768), "jpeg", seed=7, safety=2, checker=True,
    knobs=(("sync_mode", False),),
)  # fmt: skip


class NoNotes:
    def get(self, name: str) -> str | None:
        raise AssertionError(name)

    def set(self, name: str, value: str) -> None:
        raise AssertionError(name)


def request_for(card: ModelCard, references: tuple[Reference, ...] = (), **more: Any) -> Request:
    """What a press of Generate makes of a form on a card."""
    draft = Draft(
        "fal", card.model, prompt="a red fox", size=card.default_size, references=references,
        seed_mode=SeedMode.FIXED, seed=7, **more,
    )  # fmt: skip
    made = checked(draft, card, lambda: 1)
    assert made.order is not None, made.problems
    return made.order.requests[0]


def asking(host: FalHost, act: Callable[[FalProvider, Secret], Awaitable[T]], key: str = "") -> T:
    """One piece of work by a provider of its own: nothing is remembered from one to the next."""
    return with_session(
        lambda session: act(
            FalProvider(session, host.base_url, NoNotes(), now=lambda: START),
            Secret(key or host.key),
        ),
        patience=Patience(),  # nothing here is about slowness, and the machine may be busy
    )


def submit(
    host: FalHost, request: Request = FOX, card: ModelCard = PRO, inputs: tuple[str, ...] = ()
) -> Ticket:
    return asking(host, lambda p, key: p.submit(Submission(request, card, inputs, "i-1"), key))


def check(host: FalHost, ticket: Ticket) -> Status:
    return asking(host, lambda p, key: p.check(ticket, key))


def cancel(host: FalHost, ticket: Ticket) -> bool:
    return asking(host, lambda p, key: p.cancel(ticket, key))


def done(host: FalHost, ticket: Ticket) -> Done:
    status = check(host, ticket)
    assert isinstance(status, Done), status
    return status


def sent(host: FalHost) -> dict[str, Any]:
    """The body of the last submit."""
    return dict(host.asked("submit")[-1].json)


def fetched(host: FalHost, link: object) -> bytes:
    assert isinstance(link, Link)
    return with_session(lambda s: s.download(link.url, base_is_loopback=True), patience=Patience())


def reference(width: int = 1024, height: int = 1024) -> ReferencePicture:
    out = BytesIO()
    Image.new("RGB", (width, height), "#E0A030").save(out, "PNG")
    known = Reference("ab" * 32, "image/png", Size(width, height), "my fox.png")
    return ReferencePicture(known, out.getvalue(), "image/png")


def upload(host: FalHost, picture: ReferencePicture) -> str:
    return asking(host, lambda p, key: p.upload(picture, key))


def inside(**changes: Any) -> Request:
    """A request whose picture comes inside the reply."""
    return replace(FOX, knobs=(("sync_mode", True),), **changes)
