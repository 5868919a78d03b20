"""What a run object of Runflow says: its status, pictures, cost, seed and quality, as a `Status`.

Status words, failure fields and output shapes are those of the provider's documentation ("Runs",
"Errors") and of its own SDK, which looks for pictures in several places. The reply is foreign text:
whatever is not as documented is left out, and an unknown status word only means "not finished".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from flux_studio.core.errors import Reason, Unreachable
from flux_studio.core.money import Money, parse_money
from flux_studio.providers.contract import Done, Ended, Status, Working
from flux_studio.providers.pictures import STARTS, results_at
from flux_studio.providers.redaction import plain_words
from flux_studio.providers.replies import Reply, decode

WAITING = frozenset({"queued", "dispatching"})
SUCCEEDED = frozenset({"succeeded", "partial_succeeded"})
FAILED = frozenset({"failed", "errored"})
CANCELLED = frozenset({"canceled", "cancelled"})  # the provider spells it both ways

_MODERATION = re.compile(
    r"MODERAT|NSFW|UNSAFE|SAFETY_(CHECK|FILTER|BLOCK|VIOL)|CONTENT_POLICY|SENSITIVE|PROHIBITED"
)
_OUTPUT_SIDE = re.compile(r"OUTPUT|RESULT|IMAGE|NSFW")
_INPUT_SIDE = re.compile(r"INPUT|PROMPT|REQUEST")
_QUALITY = re.compile(r"quality|score|nsfw|sentinel|verdict|rating", re.IGNORECASE)
_MOST_QUALITY = 40  # facts: more would be no summary
_DEEPEST = 6  # levels: below them nothing is looked for


class Run(msgspec.Struct):
    """A run as the provider writes it. Only the id is relied on; all else is judged when read."""

    id: str
    status_code: object = ""
    output: object = None
    cost: object = None
    seed: object = None
    failure_code: object = None
    failure_message: object = None
    request_id: object = None

    @property
    def status(self) -> str:
        return self.status_code.strip().lower() if isinstance(self.status_code, str) else ""

    @property
    def charged(self) -> Money | None:
        """The reported cost in USD; the provider writes it as a decimal text."""
        return parse_money(self.cost)


async def status_of(reply: Reply) -> Status:
    """How the run in a reply stands. Raises Unreachable for a finished run whose pictures cannot
    be read.
    """
    run = decode(reply, Run)
    status = run.status
    if status in SUCCEEDED:
        return await _finished(run, reply)
    if status in FAILED:
        return _failed(run)
    if status in CANCELLED:
        # A cancelled run may still be billed, so only a reported cost is believed.
        words = _words(run) or "The provider cancelled the run."
        return Ended(False, Reason.CANCELLED, words, run.charged, cancelled=True)
    running = bool(status) and status not in WAITING
    return Working(running=running, words=plain_words(status, 60), ask_again=reply.wait)


def moderation(code: object) -> Reason | None:
    """The moderation reason an error code stands for, None for any other code."""
    text = code.upper() if isinstance(code, str) else ""
    if not _MODERATION.search(text):
        return None
    outputs = _OUTPUT_SIDE.search(text) and not _INPUT_SIDE.search(text)
    return Reason.MODERATED_OUTPUT if outputs else Reason.MODERATED_INPUT


def is_finished(run: Run) -> bool:
    """Whether a run holds its pictures already."""
    return run.status in SUCCEEDED


def holds_pictures_inline(run: Run) -> bool:
    """Whether a run carries pictures in its own text, as data URIs."""
    return any(address.startswith("data:") for address in _addresses(run.output))


async def _finished(run: Run, reply: Reply) -> Status:
    found = list(dict.fromkeys(_addresses(run.output)))
    quality = tuple(_facts(reply.json))
    if not found and dict(quality).get("output.nsfw_detected") == "true":
        words = "The finished picture was withheld by the provider's safety checker."
        return Ended(True, Reason.MODERATED_OUTPUT, words, run.charged)
    if not found and run.output:
        words = "The run is finished, and its answer has no picture where one was expected."
        raise Unreachable(Reason.BAD_REPLY, words, request_id=reply.request_id)
    if not found:
        words = _words(run) or "The run ended without a picture."
        return Ended(False, Reason.PROVIDER_FAILED, words, run.charged)
    return Done(
        await results_at(found),
        charged=run.charged,
        seed=_seed(run),
        quality=quality,
        reply=reply.evidence,
    )


def _failed(run: Run) -> Ended:
    reason = moderation(run.failure_code)
    words = _words(run) or "The provider could not finish the run."
    # "Failed runs are not billed", says the price page; a reported cost is believed all the same.
    charged = Decimal(0) if run.charged is None else run.charged
    return Ended(reason is not None, reason or Reason.PROVIDER_FAILED, words, charged)


def _words(run: Run) -> str:
    message = run.failure_message if isinstance(run.failure_message, str) else ""
    code = run.failure_code if isinstance(run.failure_code, str) else ""
    return plain_words(message or code)


def _seed(run: Run) -> int | None:
    output = run.output if isinstance(run.output, dict) else {}
    outputs = output.get("outputs")
    first = outputs[0] if isinstance(outputs, list) and outputs else None
    for place in (output, first, {"seed": run.seed}):
        value = place.get("seed") if isinstance(place, dict) else None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def _addresses(output: object) -> Iterator[str]:
    """The pictures of an output, in the order they are given, wherever the provider puts them."""
    match output:
        case str() if output.startswith(STARTS):
            yield output
        case list():
            for item in output:
                yield from _addresses(item)
        case dict() if _is_picture(output):
            # The first place with a picture counts: two places would name the same ones.
            places = ("outputs", "images", "image_urls", "image", "url")
            found = (list(_addresses(output.get(place))) for place in places)
            yield from next(filter(None, found), [])


def _is_picture(item: dict[str, object]) -> bool:
    """False for an output that names another kind (a text, a video) as its type."""
    kind = item.get("type") or item.get("content_type")
    return not isinstance(kind, str) or "image" in kind.lower() or kind.lower() == "file"


def _facts(run: object) -> Iterator[tuple[str, str]]:
    """What a run tells about quality and safety of its pictures: names with dots, values as
    text.
    """
    if not isinstance(run, dict):
        return
    told = {name: value for name, value in run.items() if name not in ("input", "metadata")}
    for count, fact in enumerate(_walk("", told, wanted=False, depth=0)):
        if count == _MOST_QUALITY:
            return
        yield fact


def _walk(name: str, value: object, *, wanted: bool, depth: int) -> Iterator[tuple[str, str]]:
    match value:
        case _ if depth > _DEEPEST:
            return
        case dict():
            for key, child in value.items():
                path = f"{name}.{key}" if name else str(key)
                fits = wanted or bool(_QUALITY.search(str(key)))
                yield from _walk(path, child, wanted=fits, depth=depth + 1)
        case list():
            for number, child in enumerate(value, start=1):
                yield from _walk(f"{name}.{number}", child, wanted=wanted, depth=depth + 1)
        case bool() if wanted:
            yield plain_words(name, 80), "true" if value else "false"
        case str() | int() | float() if wanted:
            yield plain_words(name, 80), plain_words(str(value), 200)
