"""Black Forest Labs: a submit gives an address to poll, pictures go in and are named inline.

Protocol: the provider's OpenAPI description and its pages on errors, integration, pricing and
FLUX.2. It documents no idempotency key, no cancel and no upload call: a submit without a clear
answer stays unknown, and references travel inside the request. The global host hands a task to a
region, and the region's own address is the one to poll.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

import msgspec

from flux_studio.core.card import Knob, KnobValue, ModelCard
from flux_studio.core.errors import Reason, Refused, TaskForgotten
from flux_studio.core.job import Ticket
from flux_studio.core.money import Money, dollars, parse_balance, parse_money
from flux_studio.core.problem import Control
from flux_studio.core.request import Request
from flux_studio.core.secret import Secret
from flux_studio.providers.bfl_result import KEPT, control_of, status_of, words_of
from flux_studio.providers.calls import Call, Service
from flux_studio.providers.contract import Notes, ReferencePicture, Status, Submission
from flux_studio.providers.replies import Reply, decode, senseless
from flux_studio.providers.reply_law import refusal

if TYPE_CHECKING:
    from flux_studio.providers.http import HttpSession

REGIONS = ("https://api.bfl.ai", "https://api.eu.bfl.ai", "https://api.us.bfl.ai")
OWN_HOSTS = "https://*.bfl.ai"  # polling addresses may name further regions (api.us1, api.eu1)
CREDIT = Decimal("0.01")  # USD
_PICTURE = "input_image"  # the field of the first reference; further ones have a number behind
BILLED = ("input_mp", "output_mp")  # what the submit reply says was counted


class _Accepted(msgspec.Struct):
    """The answer to a submit. Only id and address are relied on."""

    id: str
    polling_url: object = None
    cost: object = None
    input_mp: object = None
    output_mp: object = None


class _Credits(msgspec.Struct):
    credits: object


class BflProvider:
    """The client of Black Forest Labs. `now` gives the time with a zone, `region` the address of
    the chosen region.
    """

    id: ClassVar[str] = "bfl"
    idempotent: ClassVar[bool] = False
    at_once: ClassVar[int] = 24  # the provider's own limit of active tasks
    inline_references: ClassVar[bool] = True

    def __init__(
        self,
        http: HttpSession,
        base: str,
        notes: Notes,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        region: Callable[[], str] = lambda: "",
    ) -> None:
        del notes  # nothing has to be remembered beyond the ticket
        self._http = http
        self._now = now
        self._region = region
        self._first = Service(
            "Black Forest Labs",
            base,
            key_header="x-key",
            key_scheme="",
            origins=(OWN_HOSTS,),
            words=words_of,
        )

    @property
    def base(self) -> str:
        """Where new requests go: the chosen region, unless the address was replaced as a whole."""
        region = self._region()
        return region if region in REGIONS and self._first.base in REGIONS else self._first.base

    @property
    def _service(self) -> Service:
        return replace(self._first, base=self.base)

    async def upload(self, picture: ReferencePicture, key: Secret | None) -> str:
        """The picture as base64 text: there is no upload call, so nothing leaves yet."""
        del key
        return (await asyncio.to_thread(base64.b64encode, picture.data)).decode("ascii")

    async def submit(self, submission: Submission, key: Secret | None) -> Ticket:
        """Create one task. Raises NotSent, NotNow, Refused or OutcomeUnknown."""
        call = self.spell(submission).with_key(key)
        body = await asyncio.to_thread(wire_body, call.json)
        headers = (*call.headers, ("content-type", "application/json"))
        reply = await self._http.submit(replace(call, json=None, content=body, headers=headers))
        if reply.status in (400, 422):
            refused = refusal(self._service, reply)
            refused.control = control_of(reply.json, submission.card)
            raise refused
        return self._accepted(reply)

    def spell(self, submission: Submission) -> Call:
        """The call that `submit` makes, without a key; its body is sent by `wire_body`. Raises
        Refused.
        """
        path, fields = _path(submission.card), wire_fields(submission)
        return Call(self._service, "POST", path, json=fields, accept=frozenset({400, 422}))

    async def check(self, ticket: Ticket, key: Secret | None) -> Status:
        """Ask for the task. Raises Unreachable, TaskForgotten, or Refused for the key.

        A task whose address was not returned to us may be in any region, so each is asked.
        """
        returned = ticket.url("status")
        *others, last = (returned,) if returned else self._places(ticket.task)
        for place in others:
            with suppress(TaskForgotten):
                return await self._look(place, ticket, key)
        return await self._look(last, ticket, key)

    def ticket_for(self, task: str, card: ModelCard, request: Request) -> Ticket:
        """A ticket made from a task id that a person entered."""
        del card, request
        return Ticket(task.strip(), self._now())

    async def check_key(self, key: Secret) -> str:
        """'balance $4.20'. Raises Refused, Unreachable."""
        return f"balance {dollars(await self.balance(key))}"

    async def balance(self, key: Secret) -> Money:
        """USD left on the account, where a credit is a cent. Raises Refused, Unreachable."""
        reply = await self._http.read(Call(self._service, "GET", "/v1/credits", key))
        left = parse_balance(decode(reply, _Credits).credits)
        if left is None:
            raise senseless(reply, "the credits are not a number")
        return left * CREDIT

    async def _look(self, place: str, ticket: Ticket, key: Secret | None) -> Status:
        # Big, since the description allows a preview inside the answer and does not bound it.
        reply = await self._http.read(Call(self._service, "GET", place, key, big=True))
        return status_of(reply, ticket, self._now())

    def _accepted(self, reply: Reply) -> Ticket:
        """The ticket of an accepted task, whose picture cannot be gone sooner than `KEPT` from
        now.
        """
        told = decode(reply, _Accepted)
        if not told.id:
            raise senseless(reply, "the task has no id")
        cost = parse_money(told.cost)
        counted = ((name, parse_money(getattr(told, name))) for name in BILLED)
        now = self._now()
        return Ticket(
            told.id,
            now,
            urls=self._own(told.polling_url),
            expires=now + KEPT,
            charged=None if cost is None else cost * CREDIT,
            notes=tuple((name, str(area)) for name, area in counted if area is not None),
            request_id=reply.request_id,
        )

    def _own(self, polling_url: object) -> tuple[tuple[str, str], ...]:
        """The returned address, exactly as it came; none where it would lead the key away."""
        own = self._service.own(polling_url) is not None
        return (("status", str(polling_url)),) if own else ()

    def _places(self, task: str) -> tuple[str, ...]:
        """Where a task known by its id alone can be: here first, then in the other regions."""
        others = (host for host in REGIONS if self.base in REGIONS and host != self.base)
        hosts = (self.base, *others)
        return tuple(f"{host}/v1/get_result?id={quote(task, safe='')}" for host in hosts)


def _path(card: ModelCard) -> str:
    """The address of a model; an edit has no other."""
    try:
        return card.path("text")
    except KeyError:
        words = f"The card of {card.title} has no address. Nothing was sent."
        raise Refused(Reason.BAD_REQUEST, words, control=Control.MODEL) from None


def wire_fields(submission: Submission) -> dict[str, object]:
    """The fields of a request: only what the card says the model takes. Its references come last,
    as `input_image`, `input_image_2` and so on.
    """
    request, card = submission.request, submission.card
    fields: dict[str, object] = {
        "prompt": request.prompt,
        "width": request.size.width,
        "height": request.size.height,
    }
    if request.output_format:
        fields["output_format"] = request.output_format
    if request.safety is not None:
        fields["safety_tolerance"] = request.safety
    if request.seed is not None:
        fields["seed"] = request.seed
    for name, value in request.knobs:
        if not _is_plain_off(card.knob(name), value):
            fields[name] = float(value) if isinstance(value, Decimal) else value
    for number, picture in enumerate(submission.inputs, start=1):
        fields[_PICTURE if number == 1 else f"{_PICTURE}_{number}"] = picture
    return fields


def wire_body(fields: object) -> bytes:
    """The fields as JSON.

    Pictures are written one by one: encoding tens of megabytes in one go would hold up every other
    thread. Base64 needs no escapes.
    """
    assert isinstance(fields, dict)
    pictures = {name: text for name, text in fields.items() if name.startswith(_PICTURE)}
    rest = {name: value for name, value in fields.items() if name not in pictures}
    out = BytesIO()
    out.write(msgspec.json.encode(rest)[:-1])
    for name, text in pictures.items():
        out.write(f',"{name}":"'.encode())
        out.write(text.encode("ascii"))
        out.write(b'"')
    out.write(b"}")
    return out.getvalue()


def _is_plain_off(knob: Knob | None, value: KnobValue) -> bool:
    """A switch that is off by default and was left so: not sent, since an older server may not
    know it.
    """
    return value is False and knob is not None and knob.default is False
