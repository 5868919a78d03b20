"""Replicate: a prediction is created, found again by its id, and can be cancelled; references are
uploaded as files.

Protocol: the publisher's Python package, the provider's OpenAPI description and its pages on
predictions, deadlines, data retention and rate limits. It documents no idempotency key, so a submit
without a clear answer stays unknown. It tells no balance, quotes no price and reports no charge.
Its event streams are for models that write text, and an output that is there while a prediction is
processed is taken as finished, as the publisher's own client does: there is no preview here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

import msgspec

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import Reason, Refused, TaskForgotten, Unreachable
from flux_studio.core.job import Ticket
from flux_studio.core.problem import Control
from flux_studio.core.request import Request
from flux_studio.core.secret import Secret
from flux_studio.core.size import Size, listed, presets_of
from flux_studio.providers.calls import Call, Part, Service
from flux_studio.providers.contract import Notes, ReferencePicture, Status, Submission, TaskList
from flux_studio.providers.redaction import plain_words
from flux_studio.providers.replicate_list import listed_predictions
from flux_studio.providers.replicate_prediction import KEPT, Prediction, control_of, status_of
from flux_studio.providers.replies import decode, reply_from, senseless
from flux_studio.providers.reply_law import refusal
from flux_studio.providers.task_lists import comparable

if TYPE_CHECKING:
    from flux_studio.providers.http import HttpSession

LARGEST_UPLOAD = 100_000_000  # bytes; the provider takes less than 100 MB
# Seconds that the submit's answer may be held back for the finished picture; the provider allows 1
# to 60. The quick models are done by then, and their picture comes without a further question.
# Longer would be worse: until the answer is there, no ticket is on disk, so a connection or a
# program that breaks leaves a paid job of unknown fate, and a cancel has nothing to name.
WAIT = 5
FORMATS = {"jpeg": "jpg"}  # where the provider's word is not ours

_FINISHED = "prediction"  # the note that keeps a prediction which was finished at submit


class _FileUrls(msgspec.Struct):
    get: str


class _File(msgspec.Struct):
    urls: _FileUrls


class _Account(msgspec.Struct):
    username: object = ""


class ReplicateProvider:
    """The client of Replicate. `now` gives the time with a zone."""

    id: ClassVar[str] = "replicate"
    idempotent: ClassVar[bool] = False
    at_once: ClassVar[int] = 8  # no limit is published but 600 new ones a minute
    inline_references: ClassVar[bool] = False
    upload_kept: ClassVar[timedelta] = timedelta(hours=1)  # files are deleted after a day
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
        self._service = Service("Replicate", base)

    async def upload(self, picture: ReferencePicture, key: Secret | None) -> str:
        """The address of a file made of the picture; the provider deletes it by itself.

        Raises Refused for 100 MB and more, Unreachable otherwise.
        """
        size = len(picture.data)
        if not 0 < size < LARGEST_UPLOAD:
            words = f"Replicate takes references below 100 MB; this one has {size / 1e6:.0f}."
            raise Refused(Reason.BAD_REQUEST, words, control=Control.REFERENCES)
        part = Part("content", picture.data, picture.file_name, picture.mime)
        call = Call(self._service, "POST", "/v1/files", key, parts=(part,))
        return decode(await self._http.read(call), _File).urls.get

    async def submit(self, submission: Submission, key: Secret | None) -> Ticket:
        """Create one prediction. Raises NotSent, NotNow, Refused or OutcomeUnknown."""
        sent = self._now()
        reply = await self._http.submit(self.spell(submission).with_key(key))
        if reply.status in (400, 422):
            refused = refusal(self._service, reply)
            refused.control = control_of(reply.json, submission.card)
            raise refused
        made = decode(reply, Prediction)
        if not made.id:
            raise senseless(reply, "the prediction has no id")
        # Its only question is answered then, so the answer goes to disk with the ticket.
        kept = ((_FINISHED, reply.body.decode("utf-8", "replace")),) if made.settled else ()
        return replace(self._ticket(made, sent, kept), request_id=reply.request_id)

    def spell(self, submission: Submission) -> Call:
        """The call that `submit` makes, without a key. Raises Refused."""
        return Call(
            self._service,
            "POST",
            _path(submission.card),
            json={"input": wire_input(submission)},
            headers=(("prefer", f"wait={WAIT}"),),
            accept=frozenset({400, 422}),
            big=True,  # a finished picture may come inside the answer
        )

    async def check(self, ticket: Ticket, key: Secret | None) -> Status:
        """Ask for the prediction. Raises Unreachable, TaskForgotten, or Refused for the key."""
        kept = dict(ticket.notes).get(_FINISHED)
        if kept is not None:
            try:
                return await status_of(reply_from(200, {}, kept.encode(), paid=False), self._now())
            except Unreachable:
                pass  # it cannot be read, now or later: ask like for any other
        url = self._url(ticket, "status")
        reply = await self._http.read(Call(self._service, "GET", url, key, big=True))
        return await status_of(reply, self._now())

    def is_settled(self, ticket: Ticket) -> bool:
        """Whether the prediction was finished while the submit waited."""
        return _FINISHED in dict(ticket.notes)

    async def cancel(self, ticket: Ticket, key: Secret | None) -> bool:
        """Ask to stop a prediction: True when Replicate does, False when it was finished already.

        Raises Unreachable, TaskForgotten, or Refused for the key.
        """
        if self.is_settled(ticket):
            return False
        late = frozenset({400, 409, 422})  # none is documented: a finished one answers as it is
        url = self._url(ticket, "cancel")
        reply = await self._http.read(Call(self._service, "POST", url, key, accept=late, big=True))
        if reply.status in late:
            return False
        return decode(reply, Prediction).word not in ("succeeded", "failed")

    def ticket_for(self, task: str, card: ModelCard, request: Request) -> Ticket:
        """A ticket made from a prediction id that a person entered."""
        del card, request
        return self._ticket(Prediction(id=task.strip()), self._now(), ())

    async def recent(
        self, submission: Submission, since: datetime, until: datetime, key: Secret | None
    ) -> TaskList:
        """The predictions of this time that may be this submission. Raises Unreachable, Refused."""
        uploads = _references_field(submission.card, submission.request.size)
        count = len(submission.request.references)
        sent = comparable(wire_input(submission), uploads, count)
        path = _path(submission.card)
        span = (since, until)
        return await listed_predictions(self._http, self._service, key, path, sent, span)

    async def check_key(self, key: Secret) -> str:
        """'account acme', '' where it does not tell. Raises Refused, Unreachable."""
        reply = await self._http.read(Call(self._service, "GET", "/v1/account", key))
        name = decode(reply, _Account).username
        return f"account {plain_words(name, 60)}" if isinstance(name, str) and name else ""

    def _ticket(
        self, made: Prediction, sent: datetime, notes: tuple[tuple[str, str], ...]
    ) -> Ticket:
        """The ticket of a prediction: with the returned addresses where they are the provider's
        own, else with those its client would build, since the prediction is paid either way.
        """
        root = f"/v1/predictions/{quote(made.id, safe='')}"
        own, address = self._service.own, self._service.address
        urls = (
            ("status", own(made.url("get")) or address(root)),
            ("cancel", own(made.url("cancel")) or address(f"{root}/cancel")),
        )
        return Ticket(made.id, sent, urls=urls, expires=sent + KEPT, notes=notes)

    def _url(self, ticket: Ticket, name: str) -> str:
        url = ticket.url(name)
        if url is None:
            raise TaskForgotten(Reason.FORGOTTEN, "The address of this prediction was not kept.")
        return url


def wire_input(submission: Submission) -> dict[str, object]:
    """The `input` of a prediction: only what the card says the model takes."""
    request, card = submission.request, submission.card
    fields = {"prompt": request.prompt, **_size_fields(card, request.size)}
    optional = {
        _references_field(card, request.size): list(submission.inputs) or None,
        "output_format": FORMATS.get(request.output_format, request.output_format) or None,
        "safety_tolerance": request.safety,
        "disable_safety_checker": None if request.checker is None else not request.checker,
        "seed": request.seed,
    }
    fields.update({name: value for name, value in optional.items() if value is not None})
    for name, value in request.knobs:
        fields[name] = float(value) if isinstance(value, Decimal) else value
    return fields


def _references_field(card: ModelCard, size: Size) -> str:
    """Models that take a list of sizes are the ones that call references `images`."""
    return "input_images" if listed(card.sizes, size) is None else "images"


def _size_fields(card: ModelCard, size: Size) -> dict[str, object]:
    """A size as the model takes it: by ratio and megapixels from a list; where sizes are free, by
    the words of a named one ('16:9 1 MP', or '16:9' alone), and any other in pixels.
    """
    option = listed(card.sizes, size)
    if option is not None:
        megapixels = option.tier.removesuffix(" MP")
        return {"aspect_ratio": option.ratio, "output_megapixels": megapixels}
    wire = next((p.wire for p in presets_of(card.sizes) if p.wire and p.size == size), "")
    if not wire:
        return {"aspect_ratio": "custom", "width": size.width, "height": size.height}
    ratio, _, resolution = wire.partition(" ")
    return {"aspect_ratio": ratio, **({"resolution": resolution} if resolution else {})}


def _path(card: ModelCard) -> str:
    try:
        return card.path("text")
    except KeyError:
        words = f"The card of {card.title} has no address."
        raise Refused(Reason.BAD_REQUEST, words, control=Control.MODEL) from None
