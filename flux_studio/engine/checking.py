"""Asks a provider how a task stands; a key that is missing or refused is waited for, never a
failure.
"""

from __future__ import annotations

from flux_studio.core.errors import KeyMissing, Reason, Refused, TaskForgotten, Unreachable
from flux_studio.engine import sentences
from flux_studio.engine.book import JobBook
from flux_studio.engine.errand import Errand
from flux_studio.engine.gate import Gate, KeyReader
from flux_studio.providers.contract import Status


class Checker:
    """One question about an accepted task. The task is paid, so nothing but the provider ends
    it.
    """

    def __init__(self, book: JobBook, gate: Gate, keys: KeyReader) -> None:
        self._book = book
        self._gate = gate
        self._keys = keys

    async def check(self, errand: Errand) -> Status:
        """How the task stands. Raises Unreachable and TaskForgotten; waits while the provider is
        paused for its key.
        """
        ticket = self._book.job(errand.job).ticket
        if ticket is None:
            raise LookupError(f"job {errand.job} has no ticket")
        while True:
            await self._have_key(errand)
            try:
                status = await errand.provider.check(ticket, errand.key)
            except TaskForgotten as error:
                if not errand.substitute:
                    raise
                # Another account has never known the job: that does not make it lost.
                errand.key_note = sentences.other_key(self._book.job(errand.job).key)
                raise Unreachable(Reason.NO_KEY, errand.key_note) from error
            except Refused as error:
                if error.reason is not Reason.BAD_KEY:
                    raise Unreachable(error.reason, str(error)) from error
                errand.refused = errand.key
                await self._await_key(errand, Reason.BAD_KEY, str(error))
            else:
                errand.key_note = ""
                return status

    async def _have_key(self, errand: Errand) -> None:
        """A key to ask with: the one the job was sent with, else the one in use."""
        if errand.substitute:
            errand.key = None  # the right one may be back
        while errand.key is None and not errand.keyless:
            message = sentences.KEY_AWAITED
            try:
                await self._take_key(errand)
            except KeyMissing as error:
                message = str(error)
            if errand.key is None:
                await self._await_key(errand, Reason.NO_KEY, message)

    async def _take_key(self, errand: Errand) -> None:
        own = self._book.job(errand.job).key
        held = await self._keys.held(errand.provider_id, own)
        if own and (held is None or held.secret == errand.refused):
            held = await self._keys.held(errand.provider_id)
        errand.key, errand.label = (held.secret, held.label) if held else (None, "")
        errand.substitute = held is not None and bool(own) and held.label != own

    async def _await_key(self, errand: Errand, reason: Reason, message: str) -> None:
        errand.key = None
        self._book.say(errand.job, sentences.KEY_AWAITED)
        self._gate.pause(errand.provider_id, reason, message)
        await self._gate.resumed(errand.provider_id)
