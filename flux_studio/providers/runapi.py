"""RunAPI: one POST makes a task, its own address is asked until it ends; an idempotency key per
job.

Protocol: the publisher's Python packages (runapi-flux-2, runapi-core) and the model's page. Newer
releases name editing `remix_image`, the page names it `image_to_image`: the newer form is sent
first, and what worked is remembered. Neither knows of streaming or partial results, so there is no
preview.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import OutcomeUnknown, Reason, Refused, TaskForgotten
from flux_studio.core.job import Ticket
from flux_studio.core.money import Money, dollars, parse_money
from flux_studio.core.pricing import PriceRule
from flux_studio.core.request import Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import listed
from flux_studio.providers.addresses import origin_of
from flux_studio.providers.calls import Call, Service, words_in
from flux_studio.providers.contract import (
    Done,
    Ended,
    Link,
    Notes,
    ReferencePicture,
    Status,
    Submission,
    Working,
)
from flux_studio.providers.redaction import plain_words
from flux_studio.providers.replies import Reply, decode, senseless
from flux_studio.providers.reply_law import not_now
from flux_studio.providers.runapi_prices import Schedules, rule_in

if TYPE_CHECKING:
    from flux_studio.providers.http import HttpSession

KEPT = timedelta(days=7)  # the publisher's README: fetch results within seven days
COUNTED = frozenset({"flux-2-max"})  # the contract asks for output_count there and nowhere else
EDIT_FORMS = ("edit", "edit_older")  # routes of a card, the newer first
REMEMBERED = "runapi.edit_form"
MODERATION_CODES = ("moderat", "content_policy", "nsfw", "safety")
OUR_OWN_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection"})


class _Usage(msgspec.Struct):
    cost: object = None


class _Image(msgspec.Struct):
    url: str = ""


class _Stored(msgspec.Struct):
    """The answer that a generic task keeps."""

    body: object = None


class _Task(msgspec.Struct):
    """A task, at its own address or at the generic one, where the answer is stored inside."""

    id: str = ""
    status: str = ""
    images: list[_Image] | None = None
    error: object = None
    usage: _Usage | None = None
    response: _Stored | None = None


class _Prepared(msgspec.Struct):
    signed_id: str
    upload_url: str
    headers: dict[str, str] = {}


class _File(msgspec.Struct):
    url: str


class _Balance(msgspec.Struct):
    balance_cents: int


class _Quote(msgspec.Struct):
    currency: str = ""
    reservation_amount_cents: object = None


class _Quoted(msgspec.Struct):
    price_quote: _Quote


class RunApiProvider:
    """The client of RunAPI. `now` gives the time with a zone."""

    id: ClassVar[str] = "runapi"
    idempotent: ClassVar[bool] = True
    at_once: ClassVar[int] = 8  # no limit is published; the rate limit answers with 429
    inline_references: ClassVar[bool] = False
    upload_kept: ClassVar[timedelta] = timedelta(minutes=30)  # files live for about an hour

    def __init__(
        self,
        http: HttpSession,
        base: str,
        notes: Notes,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._http = http
        self._notes = notes
        self._now = now
        self._service = Service("RunAPI", base, reason=_reason)

    async def upload(self, picture: ReferencePicture, key: Secret | None) -> str:
        """Prepare, PUT, confirm; gives the address of the file, which lives for about an hour.

        Raises Unreachable or Refused.
        """
        checksum = hashlib.md5(picture.data, usedforsecurity=False).digest()
        facts = {
            "filename": picture.file_name,
            "byte_size": len(picture.data),
            "checksum": base64.b64encode(checksum).decode(),
        }
        prepared = decode(await self._ask("/api/v1/files/prepare", key, facts), _Prepared)
        wanted = {n: v for n, v in prepared.headers.items() if n.lower() not in OUR_OWN_HEADERS}
        await self._http.put_bytes(
            prepared.upload_url,
            picture.data,
            wanted,
            base_is_loopback=self._service.base_is_loopback,
        )
        signed = {"signed_id": prepared.signed_id}
        return decode(await self._ask("/api/v1/files/confirm", key, signed), _File).url

    async def submit(self, submission: Submission, key: Secret | None) -> Ticket:
        """Create one task. Raises NotSent, NotNow, Refused or OutcomeUnknown.

        An edit that is refused with 404 in one form is sent in the other: nothing was accepted. The
        key stays the same, so the provider itself would notice if that were ever untrue.
        """
        first: Refused | None = None
        for form in self._forms(submission.request):
            try:
                ticket = await self._send(submission, form, key)
            except Refused as refused:
                if refused.reason is not Reason.NOT_FOUND:
                    raise
                first = first or refused
                continue
            if form in EDIT_FORMS and self._notes.get(REMEMBERED) != form:
                self._notes.set(REMEMBERED, form)
            return ticket
        assert first is not None
        raise first

    def spell(self, submission: Submission) -> Call:
        """The call that `submit` makes first, without a key."""
        return self._call(submission, self._forms(submission.request)[0])

    async def check(self, ticket: Ticket, key: Secret | None) -> Status:
        """Ask for the task. Raises Unreachable, TaskForgotten, or Refused for the key."""
        url = ticket.url("status") or f"/api/v1/tasks/{quote(ticket.task, safe='')}"
        return _status(await self._http.read(Call(self._service, "GET", url, key)))

    async def check_key(self, key: Secret) -> str:
        """'balance $4.20'. Raises Refused, Unreachable."""
        return f"balance {dollars(await self.balance(key))}"

    async def balance(self, key: Secret) -> Money:
        """USD left on the account. Raises Refused, Unreachable."""
        call = Call(self._service, "GET", "/api/v1/me/balance", key)
        return Decimal(decode(await self._http.read(call), _Balance).balance_cents) / 100

    async def quote(self, request: Request, card: ModelCard, key: Secret | None) -> Money | None:
        """The provider's own price for a request in USD; no task is made. Raises Unreachable."""
        for form in self._forms(request):
            params = wire_fields(request, card, form)
            model = params.pop("model")
            asked = {
                "service": "flux_2",
                "action": _action(card.path(form)),
                "model": model,
                "params": params,
            }
            try:
                reply = await self._ask("/api/v1/price_quotes", key, asked)
            except TaskForgotten:
                continue
            except Refused as refused:
                if refused.reason is Reason.BAD_KEY:
                    raise
                continue  # it has no price for this form
            quoted = decode(reply, _Quoted).price_quote
            cents = parse_money(quoted.reservation_amount_cents)
            return cents / 100 if cents is not None and quoted.currency == "USD" else None
        return None

    async def list_price(self, card: ModelCard) -> PriceRule | None:
        """The model's price as the list has it now; no key is needed. Raises Unreachable."""
        action = _action(card.path("text"))
        model = _model(card, "text")
        query = urlencode({"service": "flux_2", "action": action, "model": model})
        call = Call(self._service, "GET", f"/api/v1/price_schedules?{query}")
        try:
            return rule_in(decode(await self._http.read(call), Schedules), card, model)
        except TaskForgotten:
            return None  # an address without a price list

    def ticket_for(self, task: str, card: ModelCard, request: Request) -> Ticket:
        """A ticket made from a task id that a person entered."""
        route = card.path(self._forms(request)[0])
        return self._ticket(task.strip(), f"{route}/{quote(task.strip(), safe='')}")

    def _forms(self, request: Request) -> tuple[str, ...]:
        """The routes to try, in order: what worked last time first."""
        if not request.is_edit:
            return ("text",)
        known = self._notes.get(REMEMBERED)
        return tuple(sorted(EDIT_FORMS, key=lambda form: form != known)) if known else EDIT_FORMS

    async def _send(self, submission: Submission, form: str, key: Secret | None) -> Ticket:
        call = self._call(submission, form)
        return self._accepted(await self._http.submit(call.with_key(key)), call.url)

    def _call(self, submission: Submission, form: str) -> Call:
        fields = wire_fields(submission.request, submission.card, form)
        if submission.inputs:
            fields["source_image_urls"] = list(submission.inputs)
        names = ("Idempotency-Key", "X-Client-Request-Id")
        return Call(
            self._service,
            "POST",
            submission.card.path(form),
            json=fields,
            headers=tuple((name, submission.idempotency_key) for name in names),
            accept=frozenset({409}),
        )

    def _accepted(self, reply: Reply, route: str) -> Ticket:
        """The ticket of a reply. A 409 is about an earlier attempt with this key: it is collected
        when the reply names its task.
        """
        task = _id_in(reply) or plain_id(reply.headers.get("x-runapi-task-id", ""))
        if task:
            return self._ticket(task, f"{route}/{quote(task, safe='')}", reply)
        if reply.status == 409:
            raise self._conflict(reply)
        location = self._own_path(reply.headers.get("location", ""))
        if not location:
            raise senseless(reply, "the task has no id")
        return self._ticket(plain_id(urlsplit(location).path.rpartition("/")[2]), location, reply)

    def _conflict(self, reply: Reply) -> Exception:
        """A 409 without a task: with a wait the earlier attempt is still being taken in; without
        one nobody knows what became of it.
        """
        if reply.wait is not None:
            return not_now(self._service, reply)
        words = plain_words(words_in(reply.json))
        return OutcomeUnknown(
            f"RunAPI already has a request of this job and does not name its task. {words}".strip(),
            reply=reply.evidence,
            request_id=reply.request_id,
        )

    def _own_path(self, location: str) -> str:
        """The path of a Location header, '' for one that leads away from the provider."""
        address = self._service.own(location)
        if address is None or origin_of(address) != origin_of(self._service.base):
            return ""
        parts = urlsplit(address)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _ticket(self, task: str, status: str, reply: Reply | None = None) -> Ticket:
        now, urls = self._now(), (("status", status),)
        request_id = reply.request_id if reply else ""
        return Ticket(task, now, urls=urls, expires=now + KEPT, request_id=request_id)

    async def _ask(self, url: str, key: Secret | None, json: dict[str, Any]) -> Reply:
        return await self._http.read(Call(self._service, "POST", url, key, json=json))


def wire_fields(request: Request, card: ModelCard, form: str) -> dict[str, Any]:
    """The fields of a request for one route of its card: only what the model takes."""
    option = listed(card.sizes, request.size)
    fields: dict[str, Any] = {
        "model": _model(card, form),
        "prompt": request.prompt,
    }
    if option is not None:
        fields["aspect_ratio"] = option.ratio
        fields["output_resolution"] = option.tier
    if card.checker and request.checker is not None:
        fields["enable_safety_checker"] = request.checker
    if card.model in COUNTED:
        fields["output_count"] = 1
    return fields


def plain_id(text: str) -> str:
    """A task id as it may be kept and shown, '' for none."""
    return plain_words(text, 200)


def _model(card: ModelCard, form: str) -> str:
    """The provider's name of a model in one form of request."""
    return f"{card.model}-{_action(card.path(form)).replace('_', '-')}"


def _action(route: str) -> str:
    return route.rpartition("/")[2]


def _id_in(reply: Reply) -> str:
    """The task id in a body; a 409 may name it as `task_id`, inside its error or beside it."""
    json = reply.json if isinstance(reply.json, dict) else {}
    error = json.get("error")
    inner = error if isinstance(error, dict) else {}
    ids = (json.get("id"), json.get("task_id"), inner.get("task_id"))
    return next((plain_id(found) for found in ids if isinstance(found, str) and found), "")


def _status(reply: Reply) -> Status:
    task = decode(reply, _Task)
    shown = _stored(reply, task)
    match task.status.lower():
        case "completed":
            links = tuple(Link(image.url) for image in shown.images or () if image.url)
            if not links:
                raise senseless(reply, "it is completed and has no picture")
            charged = parse_money(shown.usage.cost) if shown.usage else None
            return Done(links, charged, reply=reply.evidence)
        case "failed":
            return _failed(shown.error or task.error)
        case "pending":
            return Working(running=False, words="pending", ask_again=reply.wait)
        case word:
            # A word nobody has told us about is no ending: it is shown and asked again.
            return Working(running=True, words=plain_words(word, 60), ask_again=reply.wait)


def _stored(reply: Reply, task: _Task) -> _Task:
    """The answer inside a generic task, or the task itself at its own address."""
    if task.response is None or not isinstance(task.response.body, dict):
        return task
    try:
        return msgspec.convert(task.response.body, _Task)
    except msgspec.ValidationError as error:
        raise senseless(reply, str(error)) from None


def _failed(error: object) -> Ended:
    """Failed tasks are free at this provider (its model page)."""
    words = plain_words(words_in(error)) or "The provider could not make this picture."
    moderated = _is_moderation(error)
    reason = Reason.MODERATED_OUTPUT if moderated else Reason.PROVIDER_FAILED
    return Ended(refused=moderated, reason=reason, message=words, charged=Decimal(0))


def _is_moderation(error: object) -> bool:
    """Only a code counts: error text is for people."""
    code = error.get("code") if isinstance(error, dict) else None
    return isinstance(code, str) and any(part in code.lower() for part in MODERATION_CODES)


def _reason(_status: int, json: object) -> Reason | None:
    error = json.get("error") if isinstance(json, dict) else None
    return Reason.MODERATED_INPUT if _is_moderation(error) else None
