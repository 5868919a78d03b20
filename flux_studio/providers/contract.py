"""What a provider answers: submit a request, say how its task stands; and, where the service has
them, more.

`submit` raises NotSent, NotNow, Refused or OutcomeUnknown and nothing else; `check` and the free
calls raise Unreachable, Refused (bad key) or TaskForgotten. A reply that makes no sense is
OutcomeUnknown in `submit` and Unreachable elsewhere. No method retries a submit, sleeps, or keeps
state that a restart would miss.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from flux_studio.core.card import ModelCard
from flux_studio.core.job import Ticket
from flux_studio.core.money import Money
from flux_studio.core.pricing import PriceRule
from flux_studio.core.request import Reference, Request
from flux_studio.core.secret import Secret

if TYPE_CHECKING:
    from flux_studio.providers.calls import Call


@dataclass(frozen=True, slots=True)
class Submission:
    """Everything one submit needs.

    `inputs` are what `upload` gave for the request's references, in order; `idempotency_key` is new
    for each job and the same for each attempt at it.
    """

    request: Request
    card: ModelCard
    inputs: tuple[str, ...]
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class ReferencePicture:
    """A reference ready to leave: re-encoded, its metadata removed."""

    reference: Reference
    data: bytes
    mime: str

    @property
    def file_name(self) -> str:
        """A name made from the hash: the person's own file name stays at home."""
        return f"{self.reference.sha256[:16]}.{self.mime.removeprefix('image/')}"


@dataclass(frozen=True, slots=True)
class Link:
    """A finished picture behind an address. It is fetched without a key."""

    url: str


@dataclass(frozen=True, slots=True)
class Inline:
    """A finished picture that came inside the reply."""

    data: bytes


Result = Link | Inline


@dataclass(frozen=True, slots=True)
class Working:
    """Not finished. `running` tells work from waiting in a queue; `words` are the provider's own.

    `ask_again` is the provider's Retry-After in seconds, None when it gave none; `logs` are the
    newest lines of its log as they may be shown; `preview` is an early look at the picture, where
    the service has one: shown while the task runs, never kept.
    """

    running: bool
    words: str = ""
    position: int | None = None
    fraction: float | None = None
    ask_again: float | None = None
    logs: tuple[str, ...] = ()
    preview: Result | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Finished: at least one picture. `charged` USD as reported; `reply` is the redacted body for
    the sidecar; `expires` when the pictures' addresses end, where only the finished task tells.
    """

    results: tuple[Result, ...]
    charged: Money | None = None
    seed: int | None = None
    quality: tuple[tuple[str, str], ...] = ()
    reply: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The provider ended the task without a picture.

    `refused` when moderation or a rule said no, else it failed or was cancelled; `charged` USD: 0
    when the provider says or documents that such an ending is free, None when that is not known;
    `control` names the control of the form it concerns, or '' (some services check a request only
    once it is run).
    """

    refused: bool
    reason: str
    message: str
    charged: Money | None = Decimal(0)
    cancelled: bool = False
    control: str = ""


Status = Working | Done | Ended


class Provider(Protocol):
    """One service that runs models."""

    id: ClassVar[str]
    idempotent: ClassVar[bool]
    """Whether the same idempotency key runs a request only once, so an unclear submit may be
    repeated.
    """
    at_once: ClassVar[int]
    """How many tasks one key may have in flight."""

    async def upload(self, picture: ReferencePicture, key: Secret | None) -> str:
        """Hand over one reference; gives the address or data URI to put into the request. Free, so
        retried freely.
        """
        ...

    async def submit(self, submission: Submission, key: Secret | None) -> Ticket:
        """Send one request, once."""
        ...

    async def check(self, ticket: Ticket, key: Secret | None) -> Status:
        """Ask how a task stands, once."""
        ...


@runtime_checkable
class Cancels(Protocol):
    """A provider that can stop a task."""

    async def cancel(self, ticket: Ticket, key: Secret | None) -> bool:
        """True when the provider stops it, False when it was too late. Safe to repeat."""
        ...


@runtime_checkable
class HoldsSubmit(Protocol):
    """A provider that holds the answer to a submit back for the finished picture. A ticket then is
    the answer to a first question.
    """

    def is_settled(self, ticket: Ticket) -> bool:
        """Whether that answer ended the task, so that `check` needs to ask nobody."""
        ...


@runtime_checkable
class ChecksKey(Protocol):
    """A provider with a free call that needs a valid key."""

    async def check_key(self, key: Secret) -> str:
        """A short fact about the account for people ('balance $4.20'), '' when there is none.
        Raises Refused.
        """
        ...


@runtime_checkable
class KeepsUploads(Protocol):
    """A provider where an uploaded reference can be used by several requests of the same key."""

    upload_kept: ClassVar[timedelta]
    """How long an uploaded file can surely be used: by the provider's own word, with a margin."""


@runtime_checkable
class HasBalance(Protocol):
    """A provider that tells what is left on the account."""

    async def balance(self, key: Secret) -> Money:
        """USD left."""
        ...


@runtime_checkable
class Quotes(Protocol):
    """A provider that prices a request by a call that makes no task."""

    async def quote(self, request: Request, card: ModelCard, key: Secret | None) -> Money | None:
        """USD for this very request; None when the provider has no price for it."""
        ...


@runtime_checkable
class ListsPrices(Protocol):
    """A provider that publishes its price list."""

    async def list_price(self, card: ModelCard) -> PriceRule | None:
        """A model's price as the list has it now, asked for without a key; None where the list has
        none that can be said as a rule. Raises Unreachable.
        """
        ...


@runtime_checkable
class Spells(Protocol):
    """A provider whose submit is one HTTP call that can be looked at before it is made.

    `inline_references` says that a reference stands in the body as base64 and not as an address.
    """

    inline_references: ClassVar[bool]

    def spell(self, submission: Submission) -> Call:
        """The very call that `submit` makes, without a key; nothing is sent. Raises Refused for a
        request that has no call.
        """
        ...


@runtime_checkable
class FindsTasks(Protocol):
    """A provider where a task can be found by its id alone: the rescue of an unknown outcome."""

    def ticket_for(self, task: str, card: ModelCard, request: Request) -> Ticket:
        """A ticket made from an id that a person entered."""
        ...


@dataclass(frozen=True, slots=True)
class ListedTask:
    """One task in a provider's list that may be the one that is looked for.

    `created` by the provider's clock, None where it does not tell; `named` says that it bears the
    very idempotency key; `same` that its request is the very one, None when the list does not tell
    (any more); `words` is its state in the provider's own words.
    """

    task: str
    created: datetime | None = None
    named: bool = False
    same: bool | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class TaskList:
    """What a provider lists of a span of time: only tasks that may be the one that is looked for.
    `complete` says that it was read to its end.
    """

    tasks: tuple[ListedTask, ...]
    complete: bool


@runtime_checkable
class ListsTasks(Protocol):
    """A provider that lists the tasks of an account, so that one without a ticket can be found."""

    list_lag: ClassVar[timedelta]
    """How long after it was sent a task may be missing in the list."""

    async def recent(
        self, submission: Submission, since: datetime, until: datetime, key: Secret | None
    ) -> TaskList:
        """The tasks made between `since` and `until` that may be this submission; its `inputs` are
        () where they are not known any more. Raises Unreachable, or Refused for the key.
        """
        ...


class Notes(Protocol):
    """Small facts a provider learns and wants back after a restart, such as which route worked.
    Never a key.
    """

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str) -> None: ...
