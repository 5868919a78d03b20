"""Submitting: from a planned job to the ticket on disk, by the retry law of `core.retry`.

The journal has `sending` before the first byte leaves and the ticket before anything else happens.
Once an attempt may have been accepted, no later answer can make the job free: it ends as `unknown`.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from enum import Enum, auto
from typing import Protocol

from flux_studio.core import budget
from flux_studio.core.errors import (
    KeyMissing,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    Reason,
    Refused,
    Unreachable,
)
from flux_studio.core.job import Accepted, JobState, Sending, Stopped, Waiting
from flux_studio.core.money import Money
from flux_studio.core.request import Reference, Request
from flux_studio.core.retry import (
    LONGEST_OBEYED,
    SendAgain,
    Verdict,
    after_submit,
)
from flux_studio.engine import sentences
from flux_studio.engine.book import JobBook
from flux_studio.engine.budgeting import BudgetGuard
from flux_studio.engine.clock import loop_seconds
from flux_studio.engine.credit import CreditWatch
from flux_studio.engine.errand import Errand, Phase, idempotency_key
from flux_studio.engine.gate import Gate, KeyReader
from flux_studio.engine.network import Network
from flux_studio.engine.ports import Library
from flux_studio.engine.unbroken import UnbrokenSteps
from flux_studio.engine.uploading import ReferenceUnusable, Uploader, to_repeat
from flux_studio.providers.contract import Submission

log = logging.getLogger(__name__)

_PAUSING = frozenset({Reason.BAD_KEY, Reason.NO_CREDIT})


class Law(Protocol):
    """What may follow a failed attempt: `core.retry.after_submit`."""

    def __call__(self, error: ProviderError, attempt: int, *, idempotent: bool) -> Verdict: ...


class Outcome(Enum):
    """How submitting ended: with a ticket, for good, or back in line because the provider is
    paused.
    """

    ACCEPTED = auto()
    ENDED = auto()
    BACK_IN_LINE = auto()


class Submitter:
    """Takes one job from planned to accepted.

    With `pausing` a refused key or missing credit pauses the provider and keeps the job planned;
    without, the job ends as refused (a command line has nobody to wait for).
    """

    def __init__(
        self,
        book: JobBook,
        gate: Gate,
        keys: KeyReader,
        library: Library,
        unbroken: UnbrokenSteps,
        guard: BudgetGuard,
        credit: CreditWatch,
        network: Network,
        *,
        pausing: bool = True,
        law: Law = after_submit,
    ) -> None:
        self._book = book
        self._gate = gate
        self._keys = keys
        self._uploads = Uploader(library)
        self._unbroken = unbroken
        self._guard = guard
        self._credit = credit
        self._network = network
        self._pausing = pausing
        self._law = law

    async def submit(self, errand: Errand) -> Outcome:
        """Send the job until it has a ticket, has ended, or has to wait for its provider."""
        errand.phase = Phase.PREPARING
        await self._until_retry_time(errand)
        prepared = await self._held_or_short(errand) or await self._prepare(errand)
        while isinstance(prepared, Submission):
            held = await self._held(errand) or await self._note_sending(errand, prepared)
            if held is not None:
                return held
            result = await self._unbroken.run(self._attempt(errand, prepared))
            if isinstance(result, Outcome):
                return result
            errand.phase = Phase.PREPARING
            if errand.stop.is_set():
                await self.cancelled(errand)
                return Outcome.ENDED
            await asyncio.sleep(result.wait)
        return prepared

    async def stop(
        self,
        errand: Errand,
        state: JobState,
        reason: Reason,
        message: str,
        error: ProviderError | None = None,
    ) -> None:
        """End a job that has no ticket. One that may have been accepted becomes `unknown`
        instead. `error` is the provider's answer, where one was the cause.
        """
        charged: Money | None = Money(0)
        if errand.in_doubt and state is not JobState.UNKNOWN:
            state, message = (
                JobState.UNKNOWN,
                sentences.unknown(self._book.job(errand.job), message),
            )
        if state is JobState.UNKNOWN:
            charged = None
        now = self._book.now()
        control = error.control if isinstance(error, Refused) else ""
        request_id = error.request_id if error else ""
        await self._book.write_patiently(
            Stopped(errand.job, now, state, reason, message, charged, control, request_id)
        )

    async def cancelled(self, errand: Errand) -> None:
        """A person cancelled while nothing was under way."""
        message = sentences.CANCELLED_UNCLEAR if errand.in_doubt else sentences.CANCELLED
        await self.stop(errand, JobState.CANCELLED, Reason.CANCELLED, message)

    def forget_uploads(self, request: Request) -> None:
        """A job ended without its picture: what it was given is not used once more."""
        self._uploads.forget(request.provider, request.references)

    async def _until_retry_time(self, errand: Errand) -> None:
        """A wait that a provider asked for is kept over a restart."""
        retry_at = self._book.job(errand.job).retry_at
        if retry_at is not None:
            left = (retry_at - self._book.now()).total_seconds()
            await asyncio.sleep(min(LONGEST_OBEYED, max(0.0, left)))

    async def _prepare(self, errand: Errand) -> Submission | Outcome:
        """Everything that is free: the key, the references, their uploads."""
        request = self._book.job(errand.job).request
        if errand.card is None:
            return await self._end(errand, Reason.BAD_REQUEST, sentences.MODEL_UNKNOWN)
        # Where an attempt may have been accepted, only the same account knows of it: with another
        # key the request would be paid once more.
        only = self._book.job(errand.job).key if errand.in_doubt else ""
        try:
            held = await self._keys.held(errand.provider_id, only)
        except KeyMissing as error:
            return await self._end(errand, Reason.NO_KEY, str(error))
        if held is None and not errand.keyless:
            words = sentences.key_not_there(only) if only else sentences.NO_KEY
            return await self._end(errand, Reason.NO_KEY, words)
        errand.key, errand.label = (held.secret, held.label) if held else (None, "")
        inputs = self._given_before(errand)
        for reference in request.references[len(inputs) :]:
            given = await self._hand_over(errand, reference)
            if isinstance(given, Outcome):
                return given
            inputs = (*inputs, given)
        return Submission(request, errand.card, inputs, idempotency_key(errand.job))

    def _given_before(self, errand: Errand) -> tuple[str, ...]:
        """What an attempt of unclear outcome named: its repetition names the very same."""
        return self._book.job(errand.job).inputs if errand.in_doubt else ()

    async def _hand_over(self, errand: Errand, reference: Reference) -> str | Outcome:
        """Upload one reference. It costs nothing, so it is repeated like a request that never
        left.
        """
        while True:
            try:
                return await self._uploads.address(errand, reference)
            except ReferenceUnusable as error:
                return await self._end(errand, Reason.BAD_PICTURE, str(error), JobState.FAILED)
            except Unreachable as error:
                again = await self._after(errand, NotSent(error.reason, str(error)), Reason.NETWORK)
            except ProviderError as error:
                again = await self._after(errand, error)
            if isinstance(again, Outcome):
                return again
            await asyncio.sleep(again.wait)

    async def _held(self, errand: Errand) -> Outcome | None:
        """Back into the line where the queue is paused or the budget used up. An attempt that may
        have been accepted is in the ledger already, so nothing holds its repetition.
        """
        if errand.in_doubt:
            return None
        job = self._book.job(errand.job)
        if self._pausing and (self._gate.is_paused(errand.provider_id) or self._gate.bars(job)):
            return Outcome.BACK_IN_LINE
        return await self._stopped(errand, self._guard.stopping(job))

    async def _held_or_short(self, errand: Errand) -> Outcome | None:
        """Held, or at a provider whose credit would not pay for it."""
        held = await self._held(errand)
        watched = held is None and self._pausing and not errand.in_doubt
        if watched and await self._credit.pauses(self._book.job(errand.job)):
            return Outcome.BACK_IN_LINE
        return held

    async def _stopped(self, errand: Errand, stopped: budget.Stopped | None) -> Outcome | None:
        if stopped is None:
            return None
        if self._pausing:
            self._guard.hold(self._book.job(errand.job), stopped)
            return Outcome.BACK_IN_LINE
        words = f"{stopped.sentence} {sentences.NOTHING_CHARGED}"
        return await self._end(errand, Reason.BUDGET, words)

    async def _note_sending(self, errand: Errand, submission: Submission) -> Outcome | None:
        """From here on the fate of the job may be unknown: the journal knows it first.

        Another process may have sent something since the budget was asked: with this job in the
        ledger it is asked again, and the job goes back while nothing has left.
        """
        inputs = to_repeat(errand, submission.inputs)
        event = Sending(errand.job, self._book.now(), errand.label, inputs)
        if errand.in_doubt:
            # The journal still says `sending`, with the time of the first attempt.
            self._book.tell(event)
        else:
            await self._book.write_patiently(event)
            stopped = self._guard.stopping(self._book.job(errand.job), in_account=True)
            if stopped is not None:
                now = self._book.now()
                waits = Waiting(errand.job, now, now, stopped.sentence)
                await self._book.write_patiently(waits)
                return await self._stopped(errand, stopped)
            self._credit.sent(self._book.job(errand.job))
        errand.phase = Phase.SENDING
        errand.sent = loop_seconds()
        return None

    async def _attempt(self, errand: Errand, submission: Submission) -> Outcome | SendAgain:
        """One submit and what follows from it, unbroken by a cancel: a ticket that arrives is
        kept.
        """
        try:
            ticket = await errand.provider.submit(submission, errand.key)
        except ProviderError as error:
            return await self._after(errand, error)
        except Exception:
            log.exception("job %s: submit broke", errand.job)
            message = sentences.unknown(self._book.job(errand.job), sentences.BUG_WHILE_SENDING)
            await self.stop(errand, JobState.UNKNOWN, Reason.BUG, message)
            return Outcome.ENDED
        errand.begun = loop_seconds()
        log.info("job %s: accepted as %s", errand.job, ticket.task)
        await self._book.write_patiently(Accepted(errand.job, self._book.now(), ticket))
        errand.phase = Phase.FOLLOWING
        return Outcome.ACCEPTED

    async def _after(
        self, errand: Errand, error: ProviderError, reason: Reason | None = None
    ) -> Outcome | SendAgain:
        """What the law says of a failed attempt. After `return SendAgain` the caller sleeps."""
        errand.failures[type(error).__name__] += 1
        count = errand.failures[type(error).__name__]
        verdict = self._law(error, count, idempotent=errand.provider.idempotent)
        if isinstance(error, OutcomeUnknown):
            return await self._after_doubt(errand, error, verdict)
        if errand.stop.is_set():
            await self.cancelled(errand)
            return Outcome.ENDED
        if self._should_pause(errand, error):
            return await self._pause(errand, error)
        if await self._is_offline(errand, error):
            return await self._wait_for_network(errand)
        if isinstance(verdict, SendAgain):
            await self._announce_wait(errand, verdict, error)
            return verdict
        if isinstance(error, Refused):
            return await self._end(errand, error.reason, sentences.refused(error), error=error)
        message = sentences.gave_up(error)
        return await self._end(
            errand, reason or error.reason, message, JobState.FAILED, error=error
        )

    async def _after_doubt(
        self, errand: Errand, error: OutcomeUnknown, verdict: Verdict
    ) -> Outcome | SendAgain:
        errand.in_doubt = True
        if isinstance(verdict, SendAgain) and not errand.stop.is_set():
            await self._announce_wait(errand, verdict, error)
            return verdict
        log.warning("job %s: outcome unknown (request id %s)", errand.job, error.request_id or "-")
        message = sentences.unknown(self._book.job(errand.job), sentences.unclear(error))
        await self.stop(errand, JobState.UNKNOWN, Reason.OUTCOME_UNKNOWN, message, error)
        return Outcome.ENDED

    async def _announce_wait(self, errand: Errand, again: SendAgain, error: ProviderError) -> None:
        now = self._book.now()
        until = now + timedelta(seconds=again.wait)
        event = Waiting(errand.job, now, until, str(error), error.reason)
        if errand.in_doubt:
            # Not journalled: a restart must find `sending`, not a job that was surely never sent.
            self._book.tell(event)
        else:
            await self._book.write_patiently(event)

    def _should_pause(self, errand: Errand, error: ProviderError) -> bool:
        refused = isinstance(error, Refused) and error.reason in _PAUSING
        return refused and self._pausing and not errand.in_doubt

    async def _is_offline(self, errand: Errand, error: ProviderError) -> bool:
        """Whether surely nothing left because there is no network; then the queue is held."""
        unreached = isinstance(error, NotSent) and error.reason is Reason.NETWORK
        if not unreached or not self._pausing or errand.in_doubt:
            return False
        return await self._network.is_away(errand.provider_id) and not errand.stop.is_set()

    async def _wait_for_network(self, errand: Errand) -> Outcome:
        now = self._book.now()
        errand.failures.clear()
        words = sentences.WAITS_FOR_NETWORK
        await self._book.write_patiently(Waiting(errand.job, now, now, words))
        return Outcome.BACK_IN_LINE

    async def _pause(self, errand: Errand, error: ProviderError) -> Outcome:
        now = self._book.now()
        await self._book.write_patiently(Waiting(errand.job, now, now, sentences.refused(error)))
        self._gate.pause(errand.provider_id, error.reason, sentences.refused(error))
        return Outcome.BACK_IN_LINE

    async def _end(
        self,
        errand: Errand,
        reason: Reason,
        message: str,
        state: JobState = JobState.REFUSED,
        *,
        error: ProviderError | None = None,
    ) -> Outcome:
        await self.stop(errand, state, reason, message, error)
        return Outcome.ENDED
