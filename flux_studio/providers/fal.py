"""fal: a request goes into a queue; the submit returns where to ask, to fetch and to cancel.

Protocol: the publisher's packages (fal-client, @fal-ai/client) and its pages on the queue, on
uploads and on the platform APIs. It documents no idempotency key, so a submit without a clear
answer stays unknown. Three hosts belong together: the queue, the storage for uploads, and the
platform with prices and billing. Where the base address is replaced, all three are below it. The
queue gives a log and no partial pictures, and no streaming is published for these endpoints: there
is no preview here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote, urlencode

import msgspec

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import ProviderError, Reason, Refused, TaskForgotten, Unreachable
from flux_studio.core.job import Ticket
from flux_studio.core.money import Money, dollars, parse_balance, parse_money
from flux_studio.core.problem import Control
from flux_studio.core.request import Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import presets_of
from flux_studio.providers.calls import Call, Service
from flux_studio.providers.contract import (
    Done,
    Notes,
    ReferencePicture,
    Status,
    Submission,
    TaskList,
)
from flux_studio.providers.fal_list import listed_requests
from flux_studio.providers.fal_queue import (
    QueueState,
    control_of,
    ending,
    is_verdict,
    pictures_in,
    refusal_reason,
    units_in,
    words_of,
    working,
)
from flux_studio.providers.replies import Reply, decode, senseless
from flux_studio.providers.reply_law import refusal
from flux_studio.providers.task_lists import comparable

if TYPE_CHECKING:
    from flux_studio.providers.http import HttpSession

QUEUE = "https://queue.fal.run"
STORAGE = "https://rest.fal.ai"
PLATFORM = "https://api.fal.ai"
LARGEST_UPLOAD = 90 * 2**20  # bytes: above them the publisher's client uploads in parts
KEPT = timedelta(days=30)  # how long request payloads are stored, unless a header says otherwise
PRICE_WAIT = 5.0  # seconds: a unit price is worth no more while a finished picture waits
CENT_OF_A_CENT = Decimal("0.00001")  # units are told with few decimals, so a product is rounded

_IN_REPLY = "sync_mode"
_ENDPOINT = "endpoint"  # the note that names the model's endpoint, for its unit price
# What the model itself may have answered. The others are about the key, the address or the moment.
_OF_THE_MODEL = frozenset(range(400, 600)) - {401, 403, 404, 408, 410, 425, 429}


class _Accepted(msgspec.Struct):
    request_id: str
    status_url: object = None
    response_url: object = None
    cancel_url: object = None


class _Upload(msgspec.Struct):
    upload_url: str
    file_url: str


class _Credits(msgspec.Struct):
    current_balance: object = None
    currency: object = "USD"


class _Billing(msgspec.Struct):
    credits: _Credits | None = None


class _UnitPrice(msgspec.Struct):
    endpoint_id: str = ""
    unit_price: object = None
    currency: object = "USD"


class _Prices(msgspec.Struct):
    prices: list[_UnitPrice] = []


class FalProvider:
    """The client of fal. `now` gives the time with a zone."""

    id: ClassVar[str] = "fal"
    idempotent: ClassVar[bool] = False
    at_once: ClassVar[int] = 10  # its queue takes any number and runs 2 to 40 of an account
    inline_references: ClassVar[bool] = False
    upload_kept: ClassVar[timedelta] = timedelta(hours=1)  # for good, or as the account sets it
    # Requests that wait or run are not listed before they end.
    list_lag: ClassVar[timedelta] = timedelta(hours=1)

    def __init__(
        self,
        http: HttpSession,
        base: str,
        notes: Notes,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        del notes  # nothing has to be remembered beyond the ticket
        self.base = base
        self._http = http
        self._now = now
        self._service = Service(
            "fal",
            base,
            key_scheme="Key",
            origins=(QUEUE, STORAGE, PLATFORM),
            words=words_of,
            reason=refusal_reason,
        )
        own_hosts = base == QUEUE
        self._storage = STORAGE if own_hosts else ""
        self._platform = PLATFORM if own_hosts else ""
        self._unit_prices: dict[str, Money] = {}

    async def upload(self, picture: ReferencePicture, key: Secret | None) -> str:
        """The address of a stored file made of the picture.

        Raises Refused for more than 90 MiB, Unreachable otherwise.
        """
        size = len(picture.data)
        if not 0 < size <= LARGEST_UPLOAD:
            words = f"fal takes references of at most 90 MiB; this one has {size / 2**20:.0f}."
            raise Refused(Reason.BAD_REQUEST, words, control=Control.REFERENCES)
        url = f"{self._storage}/storage/upload/initiate?storage_type=fal-cdn-v3"
        facts = {"content_type": picture.mime, "file_name": picture.file_name}
        upload = decode(await self._ask("POST", url, key, facts), _Upload)
        await self._http.put_bytes(
            upload.upload_url,
            picture.data,
            {"content-type": picture.mime},
            base_is_loopback=self._service.base_is_loopback,
        )
        return upload.file_url

    async def submit(self, submission: Submission, key: Secret | None) -> Ticket:
        """Put one request into the queue. Raises NotSent, NotNow, Refused or OutcomeUnknown."""
        request, path = submission.request, _path(submission.card, submission.request)
        reply = await self._http.submit(self.spell(submission).with_key(key))
        if reply.status in (400, 422):
            refused = refusal(self._service, reply)
            refused.control = control_of(reply.json)
            raise refused
        accepted = decode(reply, _Accepted)
        if not accepted.request_id:
            raise senseless(reply, "the request has no id")
        returned = {
            "status": accepted.status_url,
            "result": accepted.response_url,
            "cancel": accepted.cancel_url,
        }
        ticket = self._ticket(accepted.request_id, path, request, returned)
        return replace(ticket, request_id=reply.request_id)

    def spell(self, submission: Submission) -> Call:
        """The call that `submit` makes, without a key. Raises Refused."""
        path = _path(submission.card, submission.request)
        fields = wire_input(submission)
        return Call(self._service, "POST", path, json=fields, accept=frozenset({400, 422}))

    async def check(self, ticket: Ticket, key: Secret | None) -> Status:
        """Ask for the status, and once it is finished for the result. Raises Unreachable,
        TaskForgotten, or Refused for the key.
        """
        url = self._url(ticket, "status")
        reply = await self._ask("GET", f"{url}{'&' if '?' in url else '?'}logs=1", key)
        state = decode(reply, QueueState)
        if not state.finished:
            return working(state, reply)
        if state.failed:
            return ending(await self._error(ticket, key), state)
        answer = await self._result(ticket, key)
        if is_verdict(answer, state):
            return ending(answer, state)
        if answer.status >= 400:
            words = f"fal did not hand over the finished request ({answer.status})."
            raise Unreachable(Reason.PROVIDER_DOWN, words, answer.wait)
        status = await pictures_in(answer)
        if isinstance(status, Done):
            return replace(status, charged=await self._charge(ticket, answer, key))
        return status

    async def cancel(self, ticket: Ticket, key: Secret | None) -> bool:
        """Ask to stop a request: True when fal will, False when it was completed already. A
        request that runs may still complete; its picture is then kept.

        Raises Unreachable, TaskForgotten, or Refused for the key.
        """
        call = Call(self._service, "PUT", self._url(ticket, "cancel"), key, accept=frozenset({400}))
        reply = await self._http.read(call)
        word = reply.json.get("status") if isinstance(reply.json, dict) else None
        return reply.status < 300 and word not in ("ALREADY_COMPLETED", "NOT_FOUND")

    def ticket_for(self, task: str, card: ModelCard, request: Request) -> Ticket:
        """A ticket made from a request id that a person entered, with the addresses that the
        publisher's own client builds for it.
        """
        return self._ticket(task.strip(), _path(card, request), request, {})

    async def recent(
        self, submission: Submission, since: datetime, until: datetime, key: Secret | None
    ) -> TaskList:
        """The ended requests of this time that may be this submission. Raises Unreachable,
        Refused.
        """
        endpoint = _path(submission.card, submission.request).strip("/")
        count = len(submission.request.references)
        sent = comparable(wire_input(submission), "image_urls", count)
        return await listed_requests(
            self._http, self._service, key, self._platform, endpoint, sent, (since, until)
        )

    async def check_key(self, key: Secret) -> str:
        """'balance $4.20', or '' for a key that may not see the balance. Raises Refused,
        Unreachable.
        """
        await self._prices("fal-ai/flux-2-pro", key)
        try:
            return f"balance {dollars(await self.balance(key))}"
        except ProviderError:
            return ""  # the key is good, which was the question

    async def balance(self, key: Secret) -> Money:
        """USD left on the account. fal tells it to keys with admin scope only. Raises Unreachable,
        Refused.
        """
        url = f"{self._platform}/v1/account/billing?expand=credits"
        call = Call(self._service, "GET", url, key, accept=frozenset({403}))
        reply = await self._http.read(call)
        if reply.status == 403 and refusal_reason(403, reply.json):
            raise refusal(self._service, reply)
        if reply.status == 403:
            words = "fal tells the balance only to keys with admin scope; this one has none."
            raise Unreachable(Reason.NOT_FOUND, words, request_id=reply.request_id)
        told = decode(reply, _Billing).credits or _Credits()
        left = parse_balance(told.current_balance)
        if left is None or str(told.currency).upper() != "USD":
            raise senseless(reply, "the balance is not a sum in USD")
        return left

    def _ticket(
        self, task: str, path: str, request: Request, returned: dict[str, object]
    ) -> Ticket:
        """The ticket of an accepted request: with the returned addresses where they are fal's own,
        else with those its client would build, since the request is paid either way.
        """
        built = _built(path, task)
        urls = tuple(
            (name, self._service.own(returned.get(name)) or self._service.address(built[name]))
            for name in built
        )
        inside = dict(request.knobs).get(_IN_REPLY) is True
        notes = ((_ENDPOINT, path.strip("/")), *(((_IN_REPLY, "true"),) if inside else ()))
        # A picture that comes inside the reply is not stored, so nobody knows for how long it is
        # there.
        expires = None if inside else self._now() + KEPT
        return Ticket(task, self._now(), urls=urls, expires=expires, notes=notes)

    def _url(self, ticket: Ticket, name: str) -> str:
        url = ticket.url(name)
        if url is None:
            raise TaskForgotten(Reason.FORGOTTEN, "The address of this request was not kept.")
        return url

    async def _result(self, ticket: Ticket, key: Secret | None) -> Reply:
        big = _IN_REPLY in dict(ticket.notes)
        url = self._url(ticket, "result")
        return await self._http.read(
            Call(self._service, "GET", url, key, accept=_OF_THE_MODEL, big=big)
        )

    async def _error(self, ticket: Ticket, key: Secret | None) -> Reply | None:
        """The model's own error of a failed request; None when only the status knows of it."""
        try:
            return await self._result(ticket, key)
        except (Unreachable, TaskForgotten):
            return None

    async def _charge(self, ticket: Ticket, answer: Reply, key: Secret | None) -> Money | None:
        """USD for a result: its billing units at the account's own unit price. None when either is
        not told soon: the picture does not wait for it.
        """
        units, endpoint = units_in(answer), dict(ticket.notes).get(_ENDPOINT, "")
        if units is None or not endpoint:
            return None
        try:
            async with asyncio.timeout(PRICE_WAIT):
                price = self._unit_prices.get(endpoint) or await self._price(endpoint, key)
        except (ProviderError, TimeoutError):
            return None
        return None if price is None else (units * price).quantize(CENT_OF_A_CENT)

    async def _price(self, endpoint: str, key: Secret | None) -> Money | None:
        """USD for a billing unit of an endpoint; kept until the studio ends."""
        for told in await self._prices(endpoint, key):
            price = parse_money(told.unit_price)
            if told.endpoint_id == endpoint and price and str(told.currency).upper() == "USD":
                self._unit_prices[endpoint] = price
                return price
        return None

    async def _prices(self, endpoint: str, key: Secret | None) -> list[_UnitPrice]:
        url = f"{self._platform}/v1/models/pricing?{urlencode({'endpoint_id': endpoint})}"
        return decode(await self._ask("GET", url, key), _Prices).prices

    async def _ask(self, method: str, url: str, key: Secret | None, json: object = None) -> Reply:
        return await self._http.read(Call(self._service, method, url, key, json=json))


def wire_input(submission: Submission) -> dict[str, object]:
    """The body of a submit: only what the card says the model takes.

    A size that is one of the named ones goes by its name; safety goes as a text.
    """
    request, card = submission.request, submission.card
    named = {p.size: p.wire for p in presets_of(card.sizes) if p.wire}
    pixels = {"width": request.size.width, "height": request.size.height}
    fields: dict[str, object] = {
        "prompt": request.prompt,
        "image_size": named.get(request.size, pixels),
    }
    optional = {
        "output_format": request.output_format or None,
        "safety_tolerance": None if request.safety is None else str(request.safety),
        "enable_safety_checker": request.checker,
        "seed": request.seed,
        "image_urls": list(submission.inputs) or None,
    }
    fields.update({name: value for name, value in optional.items() if value is not None})
    for name, value in request.knobs:
        fields[name] = float(value) if isinstance(value, Decimal) else value
    return fields


def _path(card: ModelCard, request: Request) -> str:
    try:
        return card.path("edit" if request.is_edit else "text")
    except KeyError:
        words = f"The card of {card.title} has no address for this kind of request."
        raise Refused(Reason.BAD_REQUEST, words, control=Control.MODEL) from None


def _built(path: str, task: str) -> dict[str, str]:
    """The addresses of a request as the publisher's client makes them from an id: owner and app of
    the endpoint, without what follows.
    """
    app = "/".join(path.strip("/").split("/")[:2])
    root = f"/{app}/requests/{quote(task, safe='')}"
    return {"status": f"{root}/status", "result": root, "cancel": f"{root}/cancel"}
