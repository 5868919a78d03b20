"""Runflow: a run is created once, found again by its id, and references are uploaded as assets.

Protocol: the provider's API reference (create and dispatch a model run, runs, errors, asset
uploads, account) and the parameter table on the page of flux-2-pro. It documents no idempotency key
and no public cancel, so a submit without a clear answer stays unknown, and there is no cancel here.
It documents no streaming and no partial results, so there is no preview.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

import msgspec

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import ProviderError, Reason, Refused
from flux_studio.core.job import Ticket
from flux_studio.core.money import Money, dollars, parse_balance
from flux_studio.core.problem import Control
from flux_studio.core.request import Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import presets_of
from flux_studio.providers.calls import Call, Service, words_in
from flux_studio.providers.contract import Notes, ReferencePicture, Status, Submission, TaskList
from flux_studio.providers.redaction import plain_words
from flux_studio.providers.replies import LONGEST_ID, Reply, decode, reply_from, senseless
from flux_studio.providers.reply_law import refusal
from flux_studio.providers.runflow_list import listed_runs
from flux_studio.providers.runflow_run import (
    Run,
    holds_pictures_inline,
    is_finished,
    moderation,
    status_of,
)
from flux_studio.providers.task_lists import comparable

if TYPE_CHECKING:
    from flux_studio.providers.http import HttpSession

LARGEST_UPLOAD = 52_428_800  # bytes, the provider's own limit
LONGEST_REFERENCE = 255  # characters of a client_ref
_FINISHED_RUN = "run"  # the note that keeps a run which was finished when it was submitted
_IN_REPLY = "sync_mode"

_CONTROLS = {
    "prompt": Control.PROMPT,
    "image_size": Control.SIZE,
    "width": Control.SIZE,
    "height": Control.SIZE,
    "seed": Control.SEED,
    "safety_tolerance": Control.SAFETY,
    "enable_safety_checker": Control.SAFETY,
    "output_format": Control.FORMAT,
    "image_urls": Control.REFERENCES,
}
_REASONS = {
    "UNAUTHORIZED": Reason.BAD_KEY,
    "INSUFFICIENT_CREDIT": Reason.NO_CREDIT,
    "MODEL_UNAVAILABLE": Reason.NOT_FOUND,
}


class _UploadSession(msgspec.Struct):
    asset_id: str
    upload_url: str


class _Asset(msgspec.Struct):
    url: str


class _Balance(msgspec.Struct):
    """Newer answers have `balance` as a decimal text, older ones whole cents."""

    balance: object = None
    balance_cents: object = None
    currency: object = "USD"


class RunflowProvider:
    """The client of Runflow. `now` gives the time with a zone."""

    id: ClassVar[str] = "runflow"
    idempotent: ClassVar[bool] = False
    at_once: ClassVar[int] = 8  # no limit is published; the rate limit answers with 429
    inline_references: ClassVar[bool] = False
    upload_kept: ClassVar[timedelta] = timedelta(days=1)  # a signed address works about a week
    list_lag: ClassVar[timedelta] = timedelta(minutes=2)  # none is published

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
        self._service = Service("Runflow", base, words=_words, reason=_reason)

    async def upload(self, picture: ReferencePicture, key: Secret | None) -> str:
        """The signed address of an asset made of the picture; it works for about a week.

        Raises Refused for more than 50 MiB, Unreachable otherwise.
        """
        size = len(picture.data)
        if not 0 < size <= LARGEST_UPLOAD:
            words = f"Runflow takes references of at most 50 MiB; this one has {size / 2**20:.0f}."
            raise Refused(Reason.BAD_REQUEST, words, control=Control.REFERENCES)
        facts = {"filename": picture.file_name, "mime_type": picture.mime, "size_bytes": size}
        opened = await self._ask("POST", "/v1/asset-uploads", key, facts)
        session = decode(opened, _UploadSession)
        await self._http.put_bytes(
            session.upload_url,
            picture.data,
            {"content-type": picture.mime},
            base_is_loopback=self._service.base_is_loopback,
        )
        asset = quote(session.asset_id, safe="")
        confirmed = await self._ask("POST", f"/v1/asset-uploads/{asset}/confirmations", key)
        return decode(confirmed, _Asset).url

    async def submit(self, submission: Submission, key: Secret | None) -> Ticket:
        """Create one run. Raises NotSent, NotNow, Refused or OutcomeUnknown."""
        request = submission.request
        reply = await self._http.submit(self.spell(submission).with_key(key))
        if reply.status in (404, 422):
            raise self._refused(reply, submission)
        run = decode(reply, Run)
        if not run.id:
            raise senseless(reply, "the run has no id")
        own = run.request_id if isinstance(run.request_id, str) else ""
        return Ticket(
            run.id,
            self._now(),
            notes=(*_notes(request), *_kept(run, reply)),
            request_id=reply.request_id or plain_words(own, LONGEST_ID),
        )

    def spell(self, submission: Submission) -> Call:
        """The call that `submit` makes, without a key. Raises Refused."""
        return Call(
            self._service,
            "POST",
            _path(submission.card, submission.request),
            json={
                "input": wire_input(submission),
                "client_ref": submission.idempotency_key[:LONGEST_REFERENCE],
            },
            accept=frozenset({404, 422}),
            big=_comes_inside(submission.request),
        )

    async def check(self, ticket: Ticket, key: Secret | None) -> Status:
        """Ask for the run. Raises Unreachable, TaskForgotten, or Refused for the key."""
        notes = dict(ticket.notes)
        if _FINISHED_RUN in notes:
            return await status_of(reply_from(200, {}, notes[_FINISHED_RUN].encode(), paid=False))
        # Asked to sign again, since an address in an older answer may have expired.
        url = f"/v1/runs/{quote(ticket.task, safe='')}?add_signature=true"
        return await status_of(await self._ask("GET", url, key, big=_IN_REPLY in notes))

    def ticket_for(self, task: str, card: ModelCard, request: Request) -> Ticket:
        """A ticket made from a run id that a person entered."""
        del card
        return Ticket(task.strip(), self._now(), notes=_notes(request))

    async def recent(
        self, submission: Submission, since: datetime, until: datetime, key: Secret | None
    ) -> TaskList:
        """The run of this submission, by the reference it was sent with. Raises Unreachable,
        Refused.
        """
        count = len(submission.request.references)
        sent = comparable(wire_input(submission), "image_urls", count)
        reference = submission.idempotency_key[:LONGEST_REFERENCE]
        span = (since, until)
        return await listed_runs(self._http, self._service, key, reference, sent, span)

    async def check_key(self, key: Secret) -> str:
        """'balance $4.20', or '' where the account does not tell. Raises Refused, Unreachable."""
        await self._ask("GET", "/v1/auth/me", key)
        try:
            return f"balance {dollars(await self.balance(key))}"
        except ProviderError:
            return ""  # the key is good, which was the question

    async def balance(self, key: Secret) -> Money:
        """USD left on the organization. Raises Unreachable, Refused."""
        reply = await self._ask("GET", "/v1/billing/balance", key)
        told = decode(reply, _Balance)
        if told.balance is not None:
            left = parse_balance(told.balance)
        else:
            cents = parse_balance(told.balance_cents)
            left = None if cents is None else cents / 100
        if left is None or str(told.currency).upper() != "USD":
            raise senseless(reply, "the balance is not a sum in USD")
        return left

    async def _ask(
        self, method: str, url: str, key: Secret | None, json: object = None, *, big: bool = False
    ) -> Reply:
        return await self._http.read(Call(self._service, method, url, key, json=json, big=big))

    def _refused(self, reply: Reply, submission: Submission) -> Refused:
        """A final no, with the control it concerns."""
        refused = refusal(self._service, reply)
        if reply.status == 404 and submission.request.is_edit:
            words = (
                f"Runflow does not know this way to edit with {submission.card.title}. It "
                "documents none: the address is a guess that the card can change. "
                "Nothing was charged."
            )
            return Refused(
                Reason.NOT_FOUND,
                words,
                control=Control.REFERENCES,
                request_id=refused.request_id,
            )
        refused.control = _control(reply.json, submission.card)
        return refused


def wire_input(submission: Submission) -> dict[str, object]:
    """The `input` of a run: only what the card says the model takes.

    A size that is one of the named ones goes by its name; safety goes as a text.
    """
    request, card = submission.request, submission.card
    named = {p.size: p.wire for p in presets_of(card.sizes) if p.wire}
    pixels = {"width": request.size.width, "height": request.size.height}
    fields: dict[str, object] = {
        "prompt": request.prompt,
        "image_size": named.get(request.size, pixels),
    }
    if request.output_format:
        fields["output_format"] = request.output_format
    if request.safety is not None:
        fields["safety_tolerance"] = str(request.safety)
    if request.checker is not None:
        fields["enable_safety_checker"] = request.checker
    if request.seed is not None:
        fields["seed"] = request.seed
    if submission.inputs:
        fields["image_urls"] = list(submission.inputs)
    for name, value in request.knobs:
        fields[name] = float(value) if isinstance(value, Decimal) else value
    return fields


def _path(card: ModelCard, request: Request) -> str:
    try:
        return card.path("edit" if request.is_edit else "text")
    except KeyError:
        words = f"The card of {card.title} has no address for this kind of request."
        raise Refused(Reason.BAD_REQUEST, words, control=Control.MODEL) from None


def _comes_inside(request: Request) -> bool:
    """Whether the pictures of a request come inside the reply."""
    return dict(request.knobs).get(_IN_REPLY) is True


def _notes(request: Request) -> tuple[tuple[str, str], ...]:
    return ((_IN_REPLY, "true"),) if _comes_inside(request) else ()


def _kept(run: Run, reply: Reply) -> tuple[tuple[str, str], ...]:
    """A run that is finished at once and is not stored by the provider: its only copy is here, so
    it goes to disk with the ticket.
    """
    if is_finished(run) and holds_pictures_inline(run):
        return ((_FINISHED_RUN, reply.body.decode("utf-8", "replace")),)
    return ()


def _reason(_status: int, json: object) -> Reason | None:
    code = json.get("code") if isinstance(json, dict) else None
    return moderation(code) or (_REASONS.get(code.upper()) if isinstance(code, str) else None)


def _words(json: object) -> str:
    """The message, with the fields it concerns behind it."""
    if not isinstance(json, dict):
        return words_in(json)
    message = json.get("message")
    fields = [f"{_field(entry)}: {words_in(entry)}" for entry in _entries(json) if _field(entry)]
    head = message if isinstance(message, str) else ""
    return "; ".join(part for part in (head, *fields) if part) or words_in(json)


def _entries(json: object) -> list[dict[str, object]]:
    """The entries of a 422, one a field."""
    if not isinstance(json, dict):
        return []
    entries = json.get("errors") or json.get("detail") or []
    return [e for e in entries if isinstance(e, dict)][:10] if isinstance(entries, list) else []


def _field(entry: dict[str, object]) -> str:
    """The path of the field an entry is about, 'input.image_size.width'; '' when it names none."""
    for place in ("field", "loc", "path", "param"):
        value = entry.get(place)
        if isinstance(value, list):
            return ".".join(str(part) for part in value)
        if isinstance(value, str) and value:
            return value
    return ""


def _control(json: object, card: ModelCard) -> str:
    """The control of the form the first named field belongs to, '' when it is none of ours."""
    for entry in _entries(json):
        for name in reversed(_field(entry).replace("/", ".").split(".")):
            if name in _CONTROLS:
                return _CONTROLS[name]
            if card.knob(name):
                return Control.KNOBS
    return ""
