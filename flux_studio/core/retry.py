"""The retry law for paid requests: what may happen after a submit did not give a ticket.

A request that may have been accepted is never sent again by itself, unless the provider promises
that the same idempotency key runs it only once. Everything else follows from which error it was,
never from its words.
"""

from __future__ import annotations

from dataclasses import dataclass

from flux_studio.core.errors import NotNow, NotSent, OutcomeUnknown, ProviderError, Reason

MOST_RESENDS = 3
FIRST_WAIT = 0.5  # seconds, doubling
LONGEST_WAIT = 8.0  # seconds, for waits of our own choosing
LONGEST_OBEYED = 120.0  # seconds: a provider that asks for more is put to the person


@dataclass(frozen=True, slots=True)
class SendAgain:
    """Send the same request after `wait` seconds."""

    wait: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Final: nothing was made; show it."""


@dataclass(frozen=True, slots=True)
class AskThePerson:
    """It may have been accepted: the job becomes `unknown`."""


Verdict = SendAgain | GiveUp | AskThePerson


def after_submit(error: ProviderError, attempt: int, *, idempotent: bool) -> Verdict:
    """What to do after failed attempt number `attempt` (1 is the first)."""
    match error:
        case NotNow(wait=wait) if wait is not None and wait > LONGEST_OBEYED:
            return GiveUp()
        case NotNow(wait=wait):
            # No work was begun, so patience costs nothing: ask a busy provider without a limit.
            return SendAgain(wait if wait is not None else own_wait(attempt, longest=32.0))
        case NotSent(reason=Reason.UNTRUSTED):
            return GiveUp()
        case NotSent() if attempt <= MOST_RESENDS:
            return SendAgain(own_wait(attempt))
        case OutcomeUnknown() if idempotent and attempt <= MOST_RESENDS:
            return SendAgain(own_wait(attempt))
        case OutcomeUnknown():
            return AskThePerson()
        case _:
            return GiveUp()


def own_wait(attempt: int, longest: float = LONGEST_WAIT) -> float:
    """Seconds before the next attempt where the provider gave no word: 0.5, 1, 2 … up to
    `longest`.
    """
    return float(min(longest, FIRST_WAIT * 2 ** min(attempt - 1, 12)))
