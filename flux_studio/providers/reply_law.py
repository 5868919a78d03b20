"""What an HTTP status means: the retry law for paid submits, and the milder one for free questions.

A paid request whose answer does not surely say "not accepted" has an unknown outcome. The table is
in the design under "Money"; `core.retry` decides what follows from each error.
"""

from __future__ import annotations

from collections.abc import Mapping

from flux_studio.core.errors import (
    NotNow,
    OutcomeUnknown,
    ProviderError,
    Reason,
    Refused,
    ResultGone,
    TaskForgotten,
    Unreachable,
)
from flux_studio.providers.addresses import AddressRefused, ProxyUnusable
from flux_studio.providers.calls import Call, Service
from flux_studio.providers.redaction import plain_words
from flux_studio.providers.replies import NOT_JSON, Reply, retry_after
from flux_studio.providers.trust import TrustFault

REASONS = {
    401: Reason.BAD_KEY,
    402: Reason.NO_CREDIT,
    403: Reason.BAD_KEY,
    404: Reason.NOT_FOUND,
    409: Reason.CONFLICT,
}
SENTENCES = {
    Reason.BAD_KEY: "{name} does not accept this key.",
    Reason.NO_CREDIT: "The account at {name} has no credit left.",
    Reason.NOT_FOUND: "{name} does not know this model or address.",
    Reason.CONFLICT: "{name} says the request conflicts with an earlier one.",
}
UNCLEAR = frozenset({408, 425, 499})
"""Statuses below 500 after which the request may have been accepted all the same."""


class Hopeless(Unreachable):
    """Unreachable in a way that asking again at once cannot mend."""


def unusable(who: str, error: ValueError) -> Unreachable:
    """What a broken setting, a refused address or an answer without sense is for a free call."""
    match error:
        case TrustFault():
            return Hopeless(Reason.UNTRUSTED, str(error))
        case ProxyUnusable():
            return Hopeless(Reason.NETWORK, str(error))
        case AddressRefused():
            return Hopeless(Reason.BAD_REPLY, f"{who} was not used: {error}.")
        case _:
            return Unreachable(Reason.BAD_REPLY, f"{who} gave an answer without sense: {error}.")


def submit_error(call: Call, reply: Reply) -> ProviderError | None:
    """The error a reply to a paid submit is, None when it was accepted (2xx with JSON) or is
    awaited by the call.
    """
    service, status = call.service, reply.status
    if status in call.accept and reply.json is not NOT_JSON:
        return None
    if 200 <= status < 300:
        return None if isinstance(reply.json, dict | list) else _unclear(service, reply)
    if 300 <= status < 400:
        return redirect(service, reply)
    if isinstance(reply.json, dict) and (
        status == 429 or (status == 503 and reply.wait is not None)
    ):
        return not_now(service, reply)
    if 400 <= status < 500 and status != 429 and status not in UNCLEAR:
        return refusal(service, reply)
    return _unclear(service, reply)


def read_error(call: Call, reply: Reply) -> ProviderError | None:
    """The error a reply to a free question is, None when it can be used.

    Unreachable may be asked again; the others are final.
    """
    service, status = call.service, reply.status
    if status in call.accept and reply.json is not NOT_JSON:
        return None
    if 200 <= status < 300:
        # Some free calls answer with nothing at all; anything else must be JSON.
        usable = reply.json is not NOT_JSON or not reply.body
        return None if usable else _no_answer(service, reply, Reason.BAD_REPLY)
    if status in (404, 410):
        words = own_words(service, reply) or f"{service.name} does not know this any more."
        return TaskForgotten(Reason.FORGOTTEN, words, request_id=reply.request_id)
    if 400 <= status < 500 and status != 429 and status not in UNCLEAR:
        return refusal(service, reply)
    if 300 <= status < 400:
        return _no_answer(service, reply, Reason.BAD_REPLY)
    return _no_answer(
        service, reply, Reason.RATE_LIMITED if status == 429 else Reason.PROVIDER_DOWN
    )


def refusal(service: Service, reply: Reply) -> Refused:
    """A final no, in the provider's own words where it has some."""
    reason = service.reason(reply.status, reply.json) or REASONS.get(
        reply.status, Reason.BAD_REQUEST
    )
    own = SENTENCES.get(reason, "{name} refused the request ({status}).")
    words = own_words(service, reply) or own.format(name=service.name, status=reply.status)
    return Refused(reason, words, request_id=reply.request_id)


def not_now(service: Service, reply: Reply) -> NotNow:
    """A no for the moment, in the provider's own words where it has some."""
    reason = Reason.PROVIDER_DOWN if reply.status >= 500 else Reason.RATE_LIMITED
    words = own_words(service, reply) or f"{service.name} is busy."
    return NotNow(reason, words, reply.wait, request_id=reply.request_id)


def redirect(service: Service, reply: Reply) -> Refused:
    """A redirect of a call that may carry a key is never followed."""
    return Refused(
        Reason.BAD_REPLY,
        f"{service.name} answered with a redirect ({reply.status}), which is never followed. "
        "The provider's address may have changed, or something on the way answers for it.",
        request_id=reply.request_id,
    )


def own_words(service: Service, reply: Reply) -> str:
    """The provider's own error words, '' when the body is not its JSON."""
    return "" if reply.json is NOT_JSON else plain_words(service.words(reply.json))


def _unclear(service: Service, reply: Reply) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{service.name} answered in a way that does not tell whether the request was accepted "
        f"({reply.status}).",
        reply=reply.evidence,
        request_id=reply.request_id,
    )


def _no_answer(service: Service, reply: Reply, reason: Reason) -> Unreachable:
    words = own_words(service, reply) if reply.status >= 400 else ""
    return Unreachable(
        reason,
        words or f"{service.name} gave no usable answer ({reply.status}).",
        reply.wait,
        request_id=reply.request_id,
    )


def picture(status: int, headers: Mapping[str, str], body: bytes) -> bytes:
    """The body of a download when it can be a picture; only a decode can tell for sure."""
    if status in (403, 404, 410):
        raise ResultGone(Reason.RESULT_GONE, "The picture's address has expired.")
    if status != 200:
        wait = retry_after(headers.get("retry-after"), headers.get("date"))
        raise Unreachable(
            Reason.PROVIDER_DOWN, f"The picture could not be fetched ({status}).", wait
        )
    kind = headers.get("content-type", "").lower()
    words = kind.startswith("text/") or "json" in kind or "html" in kind
    if words or body[:64].lstrip()[:1] in (b"<", b"{", b"["):
        raise Hopeless(
            Reason.BAD_PICTURE,
            "Something else than a picture came back. A network that asks for a sign-in does this.",
        )
    if not body:
        raise Unreachable(Reason.BAD_PICTURE, "The picture came back empty.")
    return body
