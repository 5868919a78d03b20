"""What the queue of fal says about a request: its status, its result, its errors, as a `Status`.

Shapes are those of the publisher's own clients (the packages fal-client and @fal-ai/client) and of
its pages on the queue, on model errors and on request errors. A request that is COMPLETED may have
failed: the error then stands in the status, and the answer at the result's address is the model's
own error, status code included. The reply is foreign text: whatever is not as documented is left
out, and an unknown status word only means "not finished".
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from flux_studio.core.errors import Reason, Unreachable
from flux_studio.core.money import Money, parse_money
from flux_studio.core.problem import Control
from flux_studio.providers.calls import words_in
from flux_studio.providers.contract import Done, Ended, Status, Working
from flux_studio.providers.pictures import addresses_in, results_at
from flux_studio.providers.redaction import plain_words
from flux_studio.providers.replies import Reply, decode

LOG_LINES = 20  # the newest ones
_MODERATED = "content_policy_violation"
_CANCELLED = frozenset({"client_cancelled", "request_cancelled", "cancelled", "canceled"})
_CONTROLS = {
    "prompt": Control.PROMPT,
    "image_size": Control.SIZE,
    "seed": Control.SEED,
    "safety_tolerance": Control.SAFETY,
    "enable_safety_checker": Control.SAFETY,
    "output_format": Control.FORMAT,
    "image_urls": Control.REFERENCES,
    "guidance_scale": Control.KNOBS,
    "num_inference_steps": Control.KNOBS,
    "acceleration": Control.KNOBS,
    "enable_prompt_expansion": Control.KNOBS,
    "sync_mode": Control.KNOBS,
}
# Error types that are about a picture that was handed over, also where no field is named.
_ABOUT_REFERENCES = frozenset(
    {"file_download_error", "file_too_large", "image_load_error", "image_too_large",
     "image_too_small", "unsupported_image_format"}
)  # fmt: skip
# Error types of the service behind the model and of the model itself: nothing in the request.
_NOT_THE_REQUEST = frozenset(
    {"internal_server_error", "internal_error", "generation_timeout", "downstream_service_error",
     "downstream_service_unavailable", "no_media_generated"}
)  # fmt: skip
# Request errors of the platform. "Server errors are never charged", says its page on billing.
_PLATFORM = ("runner_", "request_timeout", "startup_timeout", "internal_error")


class QueueState(msgspec.Struct):
    """The answer at the status address."""

    status: object = ""
    queue_position: object = None
    logs: object = None
    error: object = None
    error_type: object = None

    @property
    def word(self) -> str:
        return self.status.strip().upper() if isinstance(self.status, str) else ""

    @property
    def finished(self) -> bool:
        return self.word == "COMPLETED"

    @property
    def failed(self) -> bool:
        """A finished request that carries an error is a failure, whatever else it says."""
        return bool(self.error or self.error_type)


class _Answer(msgspec.Struct):
    """The answer at the result address. All is judged when read."""

    images: object = None
    image: object = None
    seed: object = None
    has_nsfw_concepts: object = None


def working(state: QueueState, reply: Reply) -> Working:
    """How an unfinished request stands. The place in the queue counts from 1; fal tells how many
    are ahead.
    """
    ahead = state.queue_position
    known = isinstance(ahead, int) and not isinstance(ahead, bool) and ahead >= 0
    return Working(
        running=bool(state.word) and state.word != "IN_QUEUE",
        words=plain_words(state.word.lower().replace("_", " "), 60),
        position=ahead + 1 if known and isinstance(ahead, int) else None,
        ask_again=reply.wait,
        logs=tuple(_log_lines(state.logs))[-LOG_LINES:],
    )


async def pictures_in(reply: Reply) -> Status:
    """The pictures of a result. Raises Unreachable where they cannot be read."""
    answer = decode(reply, _Answer)
    found = addresses_in([answer.images, answer.image])
    flags = answer.has_nsfw_concepts
    flagged = [flag for flag in flags if isinstance(flag, bool)] if isinstance(flags, list) else []
    if not found and any(flagged):
        words = "The finished picture was withheld by the provider's safety checker."
        return Ended(True, Reason.MODERATED_OUTPUT, words, None)
    if not found and answer.images == []:
        return Ended(False, Reason.PROVIDER_FAILED, "It ended without a picture.", None)
    if not found:
        words = "The request is finished, and its answer has no picture where one was expected."
        raise Unreachable(Reason.BAD_REPLY, words, request_id=reply.request_id)
    seed = answer.seed
    return Done(
        await results_at(found),
        seed=seed if isinstance(seed, int) and not isinstance(seed, bool) else None,
        quality=tuple(
            (f"has_nsfw_concepts.{number}", "true" if flag else "false")
            for number, flag in enumerate(flagged, start=1)
        ),
        reply=reply.evidence,
    )


def units_in(reply: Reply) -> Money | None:
    """How many billing units a result cost, as its header tells; None when it does not."""
    return parse_money(reply.headers.get("x-fal-billable-units"))


def is_verdict(reply: Reply, state: QueueState) -> bool:
    """Whether an error at the result address is the model's own and not a hiccup on the way.

    A finished request is paid, so only what the status confirmed or what has the form of fal's own
    errors ends it.
    """
    if reply.status < 400:
        return False
    detail = reply.json.get("detail") if isinstance(reply.json, dict) else None
    structured = isinstance(detail, list) or bool(_error_type(reply))
    return state.failed or structured or (reply.status == 422 and detail is not None)


def ending(reply: Reply | None, state: QueueState) -> Ended:
    """How a failed request ended, told by the answer at its result address and by its status."""
    json = reply.json if reply is not None and reply.status >= 400 else None
    kinds = _kinds(json, reply, state)
    status = 0 if json is None or reply is None else reply.status
    words = plain_words(words_of(json) or words_in(state.error) or ", ".join(kinds))
    free = status >= 500 or any(kind.startswith(_PLATFORM) for kind in kinds)
    # Errors of the request may be charged where a runner worked on it: not known.
    charged = Decimal(0) if free else None
    if status == 499 or _CANCELLED & set(kinds):
        return Ended(False, Reason.CANCELLED, words, charged, cancelled=True)
    reason = moderation(kinds, json)
    if reason is None and _blames_the_request(status, kinds):
        reason = Reason.BAD_REQUEST
    refused = reason is not None
    control = control_of(json) if refused else ""
    return Ended(refused, reason or Reason.PROVIDER_FAILED, words, charged, control=control)


def refusal_reason(status: int, json: object) -> Reason | None:
    """What is special about a refusal: moderation, and an account without credit.

    fal answers 403 for a locked account as for a key without rights and gives no code, so here its
    words have to tell.
    """
    moderated = moderation([kind for kind, _ in _typed(json)], json)
    if moderated:
        return moderated
    detail = words_of(json).lower()
    locked = "user is locked" in detail or "exhausted balance" in detail
    return Reason.NO_CREDIT if status in (402, 403) and locked else None


def moderation(kinds: list[str], json: object) -> Reason | None:
    """The moderation reason among error types, None for all others. What was sent and what came
    out are told apart by the field the error names: a field of the request, or another one.
    """
    if _MODERATED not in kinds:
        return None
    places = [place for kind, place in _typed(json) if kind == _MODERATED and place]
    made = bool(places) and not any(_known(place) for place in places)
    return Reason.MODERATED_OUTPUT if made else Reason.MODERATED_INPUT


def control_of(json: object) -> str:
    """The control of the form that the first error belongs to, '' when it is none of ours."""
    for kind, place in _typed(json):
        if control := _known(place):
            return control
        if kind in _ABOUT_REFERENCES:
            return Control.REFERENCES
    return ""


def words_of(json: object) -> str:
    """fal's own words in an error body, each with the field it is about; never what was sent."""
    entries = _entries(json)
    if not entries:
        return words_in(json) if isinstance(json, dict | str) else ""
    told = []
    for entry in entries:
        place, message = ".".join(_place(entry)), entry.get("msg")
        words = message if isinstance(message, str) else str(entry.get("type", ""))
        told.append(f"{place}: {words}" if place else words)
    return "; ".join(filter(None, told))


def _blames_the_request(status: int, kinds: list[str]) -> bool:
    if any(kind in _NOT_THE_REQUEST or kind.startswith(_PLATFORM) for kind in kinds):
        return False
    return 400 <= status < 500


def _kinds(json: object, reply: Reply | None, state: QueueState) -> list[str]:
    """All machine words about an error, the most exact ones first."""
    header = _error_type(reply) if reply is not None and json is not None else ""
    own = state.error_type if isinstance(state.error_type, str) else ""
    found = [*(kind for kind, _ in _typed(json)), header, own]
    return [plain_words(kind, 60) for kind in dict.fromkeys(found) if kind]


def _error_type(reply: Reply) -> str:
    told = reply.json.get("error_type") if isinstance(reply.json, dict) else None
    return told if isinstance(told, str) and told else reply.headers.get("x-fal-error-type", "")


def _entries(json: object) -> list[dict[str, object]]:
    """The entries of `detail`, one an error."""
    detail = json.get("detail") if isinstance(json, dict) else None
    return [e for e in detail if isinstance(e, dict)][:10] if isinstance(detail, list) else []


def _typed(json: object) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Type and place of each error; the type is '' where none is given."""
    for entry in _entries(json):
        kind = entry.get("type")
        yield (kind if isinstance(kind, str) else "", _place(entry))


def _place(entry: dict[str, object]) -> tuple[str, ...]:
    """Where an error is, below the body: ('image_size', 'width'); empty when it names no field."""
    place = entry.get("loc")
    parts = [str(part) for part in place] if isinstance(place, list) else []
    return tuple(parts[1:] if parts[:1] == ["body"] else parts)


def _known(place: tuple[str, ...]) -> str:
    return next((_CONTROLS[part] for part in place if part in _CONTROLS), "")


def _log_lines(logs: object) -> Iterator[str]:
    for entry in logs if isinstance(logs, list) else []:
        message = entry.get("message") if isinstance(entry, dict) else entry
        words = plain_words(message, 200) if isinstance(message, str) else ""
        if words:
            yield words
