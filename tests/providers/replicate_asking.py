"""What the tests of Replicate share: the shipped cards, a request, and one question at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
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
from flux_studio.providers.replicate import ReplicateProvider
from flux_studio.resources import resource_path
from tests.hosts.replicate import DAY, ReplicateHost
from tests.providers.plain_host import with_session

T = TypeVar("T")
START = DAY  # the studio's clock and the twin's agree when the twin's is at nought
CARDS = {
    card.model: card
    for card in read_cards(
        resource_path("models/replicate.toml").read_text("utf-8"), "replicate.toml"
    )
}
PRO, MAX, FLEX, DEV, KLEIN = CARDS.values()


class NoNotes:
    def get(self, name: str) -> str | None:
        raise AssertionError(name)

    def set(self, name: str, value: str) -> None:
        raise AssertionError(name)


def order(card: ModelCard = PRO, references: tuple[Reference, ...] = (), **more: Any) -> Request:
    """What a press of Generate makes of a form on a card."""
    fields = {"prompt": "a red fox", "size": card.default_size, "seed": 7, **more}
    draft = Draft(
        "replicate", card.model, references=references, seed_mode=SeedMode.FIXED, **fields
    )
    made = checked(draft, card, lambda: 1)
    assert made.order is not None, made.problems
    return made.order.requests[0]


def asking(
    host: ReplicateHost,
    act: Callable[[ReplicateProvider, Secret], Awaitable[T]],
    key: str = "",
    now: datetime = START,
) -> T:
    """One piece of work by a provider of its own: nothing is remembered from one to the next."""
    return with_session(
        lambda session: act(
            ReplicateProvider(session, host.base_url, NoNotes(), now=lambda: now),
            Secret(key or host.key),
        ),
        patience=Patience(),  # nothing here is about slowness, and the machine may be busy
    )


def submit(
    host: ReplicateHost,
    request: Request | None = None,
    card: ModelCard = PRO,
    inputs: tuple[str, ...] = (),
) -> Ticket:
    submission = Submission(request or order(card), card, inputs, "i-1")
    return asking(host, lambda p, key: p.submit(submission, key))


def check(host: ReplicateHost, ticket: Ticket, now: datetime = START) -> Status:
    return asking(host, lambda p, key: p.check(ticket, key), now=now)


def cancel(host: ReplicateHost, ticket: Ticket) -> bool:
    return asking(host, lambda p, key: p.cancel(ticket, key))


def done(host: ReplicateHost, ticket: Ticket) -> Done:
    status = check(host, ticket)
    assert isinstance(status, Done), status
    return status


def sent(host: ReplicateHost) -> dict[str, Any]:
    """The input of the last submit."""
    return dict(host.asked("submit")[-1].json["input"])


def fetched(link: object) -> Image.Image:
    assert isinstance(link, Link)
    data = with_session(lambda s: s.download(link.url, base_is_loopback=True), patience=Patience())
    opened = Image.open(BytesIO(data))
    opened.load()
    return opened


def reference(width: int = 1024, height: int = 1024, mark: str = "ab") -> ReferencePicture:
    out = BytesIO()
    Image.new("RGB", (width, height), "#E0A030").save(out, "PNG")
    known = Reference(mark * 32, "image/png", Size(width, height), "my fox.png")
    return ReferencePicture(known, out.getvalue(), "image/png")


def upload(host: ReplicateHost, picture: ReferencePicture) -> str:
    return asking(host, lambda p, key: p.upload(picture, key))
