"""What the tests of Runflow share: the shipped cards, a request, and one question at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image

from flux_studio.core.card import ModelCard
from flux_studio.core.card_rows import read_cards
from flux_studio.core.job import Ticket
from flux_studio.core.request import Reference, Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import Size
from flux_studio.providers.calls import Patience
from flux_studio.providers.contract import (
    Done,
    Link,
    ReferencePicture,
    Status,
    Submission,
)
from flux_studio.providers.runflow import RunflowProvider
from flux_studio.resources import resource_path
from tests.hosts.runflow import RunflowHost
from tests.providers.plain_host import with_session

T = TypeVar("T")
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CARDS = {
    card.model: card
    for card in read_cards(
        Path(resource_path("models/runflow.toml")).read_text(encoding="utf-8"), "runflow.toml"
    )
}
PRO, FLEX, MAX, TURBO = (CARDS[f"flux-2-{tier}"] for tier in ("pro", "flex", "max", "turbo"))
FOX = Request(
    "runflow", "flux-2-pro", "a red fox", Size(1024, 768), "jpeg", seed=7, safety=2, checker=True,
    knobs=(("sync_mode", False),),
)  # fmt: skip


class NoNotes:
    def get(self, name: str) -> str | None:
        raise AssertionError(name)

    def set(self, name: str, value: str) -> None:
        raise AssertionError(name)


def asking(
    host: RunflowHost, act: Callable[[RunflowProvider, Secret], Awaitable[T]], key: str = ""
) -> T:
    """One piece of work by a provider of its own: nothing is remembered from one to the next."""
    return with_session(
        lambda session: act(
            RunflowProvider(session, host.base_url, NoNotes(), now=lambda: START),
            Secret(key or host.key),
        ),
        patience=Patience(),  # nothing here is about slowness, and the machine may be busy
    )


def submit(
    host: RunflowHost, request: Request = FOX, card: ModelCard = PRO, inputs: tuple[str, ...] = ()
) -> Ticket:
    submission = Submission(request, card, inputs, "intent-1")
    return asking(host, lambda p, key: p.submit(submission, key))


def check(host: RunflowHost, ticket: Ticket) -> Status:
    return asking(host, lambda p, key: p.check(ticket, key))


def done(host: RunflowHost, ticket: Ticket) -> Done:
    status = check(host, ticket)
    assert isinstance(status, Done)
    return status


def sent(host: RunflowHost, route: str = "submit") -> dict[str, Any]:
    """The input of the last run that was asked for."""
    body: dict[str, Any] = host.asked(route)[-1].json
    return dict(body["input"])


def fetched(host: RunflowHost, link: object) -> bytes:
    assert isinstance(link, Link)
    return with_session(lambda s: s.download(link.url, base_is_loopback=True), patience=Patience())


def reference(width: int = 1024, height: int = 1024) -> ReferencePicture:
    out = BytesIO()
    Image.new("RGB", (width, height), "#E0A030").save(out, "PNG")
    known = Reference("ab" * 32, "image/png", Size(width, height), "my fox.png")
    return ReferencePicture(known, out.getvalue(), "image/png")


def upload(host: RunflowHost, picture: ReferencePicture) -> str:
    return asking(host, lambda p, key: p.upload(picture, key))


def inside(**changes: Any) -> Request:
    return replace(FOX, knobs=(("sync_mode", True),), **changes)
