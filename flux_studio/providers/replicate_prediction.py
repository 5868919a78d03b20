"""What Replicate says about a prediction: its state, its pictures, its errors, as a `Status`.

Shapes and status words are those of the provider's OpenAPI description (copy of 2026-04-09) and of
the publisher's Python package. The reply is foreign text: whatever is not as documented is left
out, and an unknown status word only means "not finished".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime

import msgspec

from flux_studio.core.card import ModelCard
from flux_studio.core.errors import Reason, TaskForgotten, Unreachable
from flux_studio.core.problem import Control
from flux_studio.providers.calls import words_in
from flux_studio.providers.contract import Done, Ended, Status, Working
from flux_studio.providers.pictures import addresses_in, results_at
from flux_studio.providers.redaction import plain_words
from flux_studio.providers.replies import Reply, decode

KEPT = timedelta(hours=1)  # the provider's page on data retention, for predictions of the API
LOG_LINES = 20  # the newest ones

_FINISHED = frozenset({"succeeded", "failed", "canceled", "aborted"})
_SHARE = re.compile(r"(\d{1,3})%\s*\|")  # a progress bar of the model in its log
_FIELD = re.compile(r"\binput\.([a-z_]+)")
# The provider has no codes for these but one, so here its words have to tell. The first is about
# both sides: it says "input or output", and asks for another input. Then come the makers' own two
# states, which the models that run at the makers hand through, and the open models' own checker.
_MODERATION = (
    ("(e005)", Reason.MODERATED_INPUT),
    ("flagged as sensitive", Reason.MODERATED_INPUT),
    ("request moderated", Reason.MODERATED_INPUT),
    ("content moderated", Reason.MODERATED_OUTPUT),
    ("nsfw content", Reason.MODERATED_OUTPUT),
)
_CONTROLS = {
    "prompt": Control.PROMPT,
    "aspect_ratio": Control.SIZE,
    "resolution": Control.SIZE,
    "output_megapixels": Control.SIZE,
    "width": Control.SIZE,
    "height": Control.SIZE,
    "seed": Control.SEED,
    "safety_tolerance": Control.SAFETY,
    "disable_safety_checker": Control.SAFETY,
    "output_format": Control.FORMAT,
    "input_images": Control.REFERENCES,
    "images": Control.REFERENCES,
}


class Prediction(msgspec.Struct):
    """One prediction. Only the id is relied on; all else is judged when read."""

    id: str = ""
    status: object = ""
    input: object = None
    output: object = None
    error: object = None
    logs: object = None
    urls: object = None
    data_removed: object = None
    started_at: object = None
    completed_at: object = None

    @property
    def word(self) -> str:
        return self.status.strip().lower() if isinstance(self.status, str) else ""

    @property
    def settled(self) -> bool:
        """Nothing more will come. Waiting for an answer, the provider may hand over the finished
        output with the word "processing"; the publisher's own client takes that as finished.
        """
        return self.word in _FINISHED or bool(self.word == "processing" and self.pictures)

    @property
    def pictures(self) -> list[str]:
        return addresses_in(self.output)

    def url(self, name: str) -> object:
        return self.urls.get(name) if isinstance(self.urls, dict) else None


async def status_of(reply: Reply, now: datetime) -> Status:
    """How the prediction in a reply stands. Raises Unreachable for an answer without sense, and
    TaskForgotten when its data is gone.
    """
    told = decode(reply, Prediction)
    match told.word:
        case "failed":
            return _failed(told)
        case "canceled" | "aborted":
            return _stopped(told)
        case "succeeded" | "processing" if told.pictures:
            return await _done(told, reply, now)
        case "succeeded":
            return _without_picture(told, reply)
        case _:
            return _working(told, reply)


def control_of(json: object, card: ModelCard) -> str:
    """The control of the form that the first named field of an error belongs to, '' when it is
    none of ours. The provider writes a line a field: "- input.width: must be …".
    """
    detail = json.get("detail") if isinstance(json, dict) else None
    for name in _FIELD.findall(detail[:5000]) if isinstance(detail, str) else ():
        if name in _CONTROLS:
            return _CONTROLS[name]
        if card.knob(name):
            return Control.KNOBS
    return ""


def _working(told: Prediction, reply: Reply) -> Working:
    lines = tuple(_log_lines(told.logs))[-LOG_LINES:]
    shares = [int(found) for line in lines for found in _SHARE.findall(line)]
    return Working(
        running=told.word not in ("", "starting"),
        words=plain_words(told.word, 60),
        fraction=shares[-1] / 100 if shares and shares[-1] <= 100 else None,
        ask_again=reply.wait,
        logs=lines,
    )


async def _done(told: Prediction, reply: Reply, now: datetime) -> Done:
    """The provider reports times of work and never a sum, so what was charged is not known."""
    seed = told.input.get("seed") if isinstance(told.input, dict) else None
    return Done(
        await results_at(told.pictures),
        seed=seed if isinstance(seed, int) and not isinstance(seed, bool) else None,
        reply=reply.evidence,
        expires=_expiry(told.completed_at, reply, now),
    )


def _without_picture(told: Prediction, reply: Reply) -> Ended:
    if told.data_removed is True:
        words = "Replicate has deleted the picture: it keeps results for about an hour."
        raise TaskForgotten(Reason.RESULT_GONE, words, request_id=reply.request_id)
    if told.output == []:
        return Ended(False, Reason.PROVIDER_FAILED, "It ended without a picture.", None)
    words = "The prediction is finished, and its answer has no picture where one was expected."
    raise Unreachable(Reason.BAD_REPLY, words, request_id=reply.request_id)


def _failed(told: Prediction) -> Ended:
    """Whether a failed prediction is charged is not documented for these models."""
    words = plain_words(words_in(told.error)) or "The provider could not make this picture."
    reason = next((r for mark, r in _MODERATION if mark in words.lower()), None)
    return Ended(reason is not None, reason or Reason.PROVIDER_FAILED, words, charged=None)


def _stopped(told: Prediction) -> Ended:
    """Cancelled, or aborted by a deadline before it could start. What never started cost nothing;
    of work that was cut short nobody says what it costs.
    """
    aborted = told.word == "aborted"
    idle = aborted or not told.started_at
    words = "It was stopped before it started." if aborted else "It was cancelled."
    own = plain_words(words_in(told.error))
    return Ended(
        False, Reason.CANCELLED, own or words, Decimal(0) if idle else None, cancelled=True
    )


def _expiry(completed: object, reply: Reply, now: datetime) -> datetime | None:
    """When the result is deleted, on our clock: the reply's own date tells how long ago the
    prediction was completed. None where it does not tell.
    """
    try:
        ended = datetime.fromisoformat(completed) if isinstance(completed, str) else None
        there = parsedate_to_datetime(reply.headers["date"]) if "date" in reply.headers else now
    except ValueError:
        return None
    if ended is None:
        return None
    gone = _with_zone(there) - _with_zone(ended)
    return now + min(KEPT, max(timedelta(0), KEPT - gone))


def _with_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _log_lines(logs: object) -> Iterator[str]:
    for line in re.split(r"[\r\n]+", logs[-20_000:]) if isinstance(logs, str) else ():
        if words := plain_words(line, 200):
            yield words
