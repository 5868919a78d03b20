"""What Black Forest Labs answers: how a task stands, and which field a refusal is about.

Status words are those of the provider's OpenAPI description, what they mean those of its page on
errors: "Request Moderated" is said before any work, "Content Moderated" after it, and "Task not
found" also of a task that is too old.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import Reason, TaskForgotten, Unreachable
from flux_studio.core.job import Ticket
from flux_studio.core.problem import Control
from flux_studio.providers.calls import words_in
from flux_studio.providers.contract import Done, Ended, Inline, Link, Result, Status, Working
from flux_studio.providers.redaction import plain_words
from flux_studio.providers.replies import Reply, decode, decode_data_uri, senseless

KEPT = timedelta(minutes=10)  # how long a picture's address works once it is ready
PREVIEW_CAP = 4 * 2**20  # bytes; what is larger is no early look
_LATEST = 4e9  # seconds: a later end is no time

_CONTROLS = {
    "prompt": Control.PROMPT,
    "width": Control.SIZE,
    "height": Control.SIZE,
    "seed": Control.SEED,
    "safety_tolerance": Control.SAFETY,
    "output_format": Control.FORMAT,
}
_INPUT_FLAGGED = "The provider's moderation flagged the prompt or a reference before any work"
_OUTPUT_FLAGGED = "The picture was made, and the provider's moderation withheld it"


class _Result(msgspec.Struct):
    """Only the status is relied on; all else is judged when read."""

    status: str
    result: object = None
    progress: object = None
    details: object = None
    preview: object = None


def status_of(reply: Reply, ticket: Ticket, now: datetime) -> Status:
    """How the task in a reply stands. Raises TaskForgotten, and Unreachable for an answer without
    sense.
    """
    told = decode(reply, _Result)
    match told.status.strip().lower():
        case "ready":
            return _done(told, reply, ticket, now)
        case "request moderated":
            return _moderated(Reason.MODERATED_INPUT, _INPUT_FLAGGED, told.details)
        case "content moderated":
            return _moderated(Reason.MODERATED_OUTPUT, _OUTPUT_FLAGGED, told.details)
        case "error" | "failed":
            words = _reasons(told.details) or "The provider could not make this picture."
            return Ended(False, Reason.PROVIDER_FAILED, words, charged=None)
        case "task not found":
            words = "Black Forest Labs does not know this task: the id is wrong or too old."
            raise TaskForgotten(Reason.FORGOTTEN, words, request_id=reply.request_id)
        case word:
            return _working(word, told, reply)


def _working(word: str, told: _Result, reply: Reply) -> Working:
    """Its one word for waiting and working is 'Pending': only progress tells them apart. A word
    that nobody has told us about is no ending.
    """
    fraction = None
    if isinstance(told.progress, int | float) and 0 <= told.progress <= 1:
        fraction = float(told.progress)
    running = bool(fraction) or word not in ("", "pending")
    words = plain_words(told.status, 60)
    return Working(
        running, words, fraction=fraction, ask_again=reply.wait, preview=_preview(told.preview)
    )


def _preview(given: object) -> Result | None:
    """The description has an object `preview` and does not say what is in it: the first picture
    that it names by address or holds as a data URI.
    """
    for text in _texts(given):
        if text.startswith(("https://", "http://")):  # checked like each foreign address
            return Link(text)
        if text.startswith("data:image/"):
            with suppress(Unreachable):
                return Inline(decode_data_uri(text, PREVIEW_CAP))
    return None


def _done(told: _Result, reply: Reply, ticket: Ticket, now: datetime) -> Done:
    result = told.result if isinstance(told.result, dict) else {}
    sample, seed = result.get("sample"), result.get("seed")
    if not isinstance(sample, str) or not sample:
        raise senseless(reply, "the task is ready and has no picture")
    return Done(
        (Link(sample),),
        seed=seed if isinstance(seed, int) and not isinstance(seed, bool) else None,
        quality=ticket.notes,  # the megapixels that were billed
        reply=reply.evidence,
        expires=_expiry(result.get("end_time"), reply, now),
    )


def _expiry(ended: object, reply: Reply, now: datetime) -> datetime | None:
    """When the picture's address ends, on our clock: `KEPT` after the end the provider tells, None
    where it tells none. The reply's own date measures how long ago that was.
    """
    if isinstance(ended, bool) or not isinstance(ended, int | float) or not 0 < ended < _LATEST:
        return None
    try:
        there = parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        there = now
    if there.tzinfo is None:
        there = there.replace(tzinfo=UTC)
    gone = there - datetime.fromtimestamp(ended, UTC)
    return now + min(KEPT, max(timedelta(0), KEPT - gone))


def _moderated(reason: Reason, words: str, details: object) -> Ended:
    """Whether moderated tasks are refunded is not documented: the cost told at submit stands."""
    why = _reasons(details)
    return Ended(True, reason, f"{words}: {why}" if why else f"{words}.", charged=None)


def _reasons(details: object) -> str:
    """What `details` names, whatever it calls it: 'Derivative Works, Violence'."""
    return plain_words(", ".join(_texts(details)), 200)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str() if value.strip():
            yield value
        case list():
            for item in value[:10]:
                yield from _texts(item) if isinstance(item, str) else ()
        case dict():
            for item in value.values():
                yield from _texts(item) if isinstance(item, str | list) else ()


def words_of(json: object) -> str:
    """The words of an error body; those of a 422 with the field each is about. A 429 has a code
    under `error` and its sentence under `message`.
    """
    message = json.get("message") if isinstance(json, dict) else None
    if isinstance(message, str) and message:
        return message
    lines = [f"{_field(e)}: {words_in(e)}" if _field(e) else words_in(e) for e in _entries(json)]
    return "; ".join(filter(None, lines)) or words_in(json)


def control_of(json: object, card: ModelCard) -> str:
    """The control of the form the first field of a 422 belongs to, '' when it is none of ours."""
    for name in filter(None, map(_field, _entries(json))):
        if name in _CONTROLS:
            return _CONTROLS[name]
        if name.startswith("input_image"):
            return Control.REFERENCES
        if card.knob(name):
            return Control.KNOBS
    return ""


def _entries(json: object) -> list[dict[str, object]]:
    """The entries of a 422, one a field."""
    detail = json.get("detail") if isinstance(json, dict) else None
    return [e for e in detail if isinstance(e, dict)][:10] if isinstance(detail, list) else []


def _field(entry: dict[str, object]) -> str:
    """The name of the field an entry is about; '' when it names none."""
    place = entry.get("loc")
    names = [part for part in place if isinstance(part, str)] if isinstance(place, list) else []
    return names[-1] if names and names[-1] != "body" else ""
