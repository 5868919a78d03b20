"""What came back: the reply as a value, its JSON with limits, Retry-After, and pictures inside data
URIs.

Everything here treats the reply as hostile text: sizes and depth are capped, and what does not
parse is a bad reply, never an accident.
"""

from __future__ import annotations

import binascii
import math
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

from flux_studio.core.errors import OutcomeUnknown, Reason, Unreachable
from flux_studio.providers.redaction import plain_words, redact

T = TypeVar("T")

REPLY_CAP = 2 * 2**20  # bytes, for replies that hold words only
PICTURE_CAP = 64 * 2**20  # bytes, for pictures and for replies that may hold them as data URIs
UNPACKED_PIECE = 2**20  # bytes of a packed reply that are made at a time
DEPTH_CAP = 64
LONGEST_ID = 200  # characters of a request id
EVIDENCE_CAP = 20_000  # characters of a reply that are kept
LONGEST_WAIT = 86_400.0  # seconds; more than a day in a Retry-After is cut to this

_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")  # not \d, which is any script's digits
_IDS = ("x-request-id", "request-id", "x-fal-request-id", "x-runapi-task-id", "cf-ray")


class BadReply(ValueError):
    """A reply that is not what its protocol says."""


class _NotJson:
    def __repr__(self) -> str:
        return "NOT_JSON"


NOT_JSON = _NotJson()


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a provider. Header names are lower case.

    `json` is the parsed body, NOT_JSON when it is not JSON. `paid` tells the answer to a submit
    from a free one: it decides which error an answer without sense is.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    json: object = field(default=NOT_JSON, repr=False)
    paid: bool = False

    @property
    def request_id(self) -> str:
        """The provider's own id of this exchange, for its support, as it may be shown; '' when it
        gave none.
        """
        given = (plain_words(self.headers.get(name, ""), LONGEST_ID) for name in _IDS)
        return next(filter(None, given), "")

    @property
    def wait(self) -> float | None:
        """Seconds that Retry-After asks for, None when it does not or makes no sense."""
        return retry_after(self.headers.get("retry-after"), self.headers.get("date"))

    @property
    def evidence(self) -> str:
        """The body as it may be kept: redacted and cut."""
        text = self.body[: EVIDENCE_CAP * 50].decode("utf-8", "replace")
        return redact(text)[:EVIDENCE_CAP]


def reply_from(status: int, headers: Mapping[str, str], body: bytes, *, paid: bool) -> Reply:
    """A reply with its JSON read, where there is any."""
    try:
        json: object = parse_json(body)
    except BadReply:
        json = NOT_JSON
    return Reply(status, headers, body, json, paid)


def decode(reply: Reply, kind: type[T]) -> T:
    """The JSON of a reply as a msgspec type; fields it does not name are ignored.

    Raises OutcomeUnknown for the reply to a submit, Unreachable(BAD_REPLY) for any other.
    """
    try:
        if reply.json is NOT_JSON:
            raise BadReply("the body is not JSON")
        return msgspec.convert(reply.json, kind)
    except (msgspec.ValidationError, BadReply) as error:
        raise senseless(reply, str(error)) from None


def senseless(reply: Reply, why: str) -> OutcomeUnknown | Unreachable:
    """The error that a reply without sense is: unknown outcome for a submit, a failed question
    otherwise.
    """
    message = f"The provider's answer could not be understood ({why[:200]})."
    if reply.paid:
        return OutcomeUnknown(message, reply=reply.evidence, request_id=reply.request_id)
    return Unreachable(Reason.BAD_REPLY, message, request_id=reply.request_id)


def parse_json(body: bytes) -> object:
    """Parse JSON strictly (UTF-8, no NaN, no deep nesting). Raises BadReply."""
    try:
        value: object = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadReply(str(error)) from None
    if _deeper_than(value, DEPTH_CAP):
        raise BadReply("it is nested too deeply")
    return value


def _deeper_than(value: object, most: int) -> bool:
    level = [value]
    for _ in range(most):
        level = [child for item in level for child in _children(item)]
        if not level:
            return False
    return True


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return [v for v in value.values() if isinstance(v, dict | list)]
    if isinstance(value, list):
        return [v for v in value if isinstance(v, dict | list)]
    return []


def retry_after(value: str | None, date: str | None = None) -> float | None:
    """Seconds of a Retry-After header, None when it is absent or makes no sense, at most a day.

    A date is taken relative to the reply's own `Date`, never to the local clock, which may be
    wrong.
    """
    if value is None:
        return None
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST_WAIT)
    until, now = _moment(text), _moment(date or "")
    if until is None or now is None:
        return None
    return min(max(until - now, 0.0), LONGEST_WAIT)


def _moment(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if math.isfinite(moment) else None


class Unpacking:
    """Undoes a Content-Encoding piece by piece and stops at `cap` bytes of what comes out.

    We ask for none; a server that packs all the same is read without trusting it. Raises BadReply.
    """

    def __init__(self, encoding: str, cap: int) -> None:
        name = encoding.strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise BadReply(f"it is packed as {name[:40]}")
        self._zip = None if name in ("", "identity") else zlib.decompressobj(47)
        self._left = cap

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bytes this piece stands for, in pieces: one call that made 64 MB of them would keep
        every other thread waiting.
        """
        if self._zip is None:
            yield self._counted(data)
            return
        rest, is_full = data, True
        while rest or is_full:
            most = min(UNPACKED_PIECE, self._left + 1)
            try:
                out = self._zip.decompress(rest, most)
            except zlib.error:
                raise BadReply("its packing is broken") from None
            yield self._counted(out)
            rest, is_full = self._zip.unconsumed_tail, len(out) == most

    def _counted(self, out: bytes) -> bytes:
        self._left -= len(out)
        if self._left < 0:
            raise BadReply("it is too large")
        return out

    def end(self) -> None:
        """Check that a packed body came whole."""
        if self._zip is not None and not self._zip.eof:
            raise BadReply("its packing ends early")


def decode_data_uri(text: str, cap: int = PICTURE_CAP) -> bytes:
    """The bytes of a base64 'data:image/…' URI, at most `cap`. Raises Unreachable(BAD_PICTURE).

    Decoded in pieces, so that other threads get their turn while a large picture is read.
    """
    head, comma, body = text.partition(",")
    if not comma or not head.startswith("data:image/") or not head.endswith(";base64"):
        raise Unreachable(Reason.BAD_PICTURE, "The provider's answer holds no picture.")
    if len(body) // 4 * 3 > cap:
        raise Unreachable(Reason.BAD_PICTURE, "The picture in the provider's answer is too large.")
    piece = 2**20  # characters; a multiple of 4
    out = bytearray()
    try:
        for start in range(0, len(body), piece):
            out += binascii.a2b_base64(body[start : start + piece], strict_mode=True)
    except ValueError:
        raise Unreachable(
            Reason.BAD_PICTURE, "The picture in the provider's answer is damaged."
        ) from None
    return bytes(out)
