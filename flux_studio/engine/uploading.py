"""Uploading: references go to a provider once for all pictures that use them, as long as the
provider keeps them.

What was uploaded is remembered by reference, provider and key for this run only: after a restart
it is uploaded anew, except where the very same request has to leave once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from weakref import WeakValueDictionary

from flux_studio.core.errors import StudioError
from flux_studio.core.request import Reference
from flux_studio.core.secret import Secret
from flux_studio.engine import sentences
from flux_studio.engine.clock import loop_seconds
from flux_studio.engine.errand import Errand
from flux_studio.engine.ports import Library
from flux_studio.providers.contract import KeepsUploads, ReferencePicture

_MOST = 500  # addresses that are remembered; the oldest go first

_Upload = tuple[str, Secret | None, str]  # provider, key, sha256 of the reference


class ReferenceUnusable(Exception):
    """A reference of ours cannot be read; the message is a sentence for people."""


class Uploader:
    """Gives the address (or the inline text) of a reference at a provider."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[_Upload, tuple[str, float]] = {}  # address and when it is too old, s
        self._under_way: WeakValueDictionary[_Upload, asyncio.Lock] = WeakValueDictionary()

    async def address(self, errand: Errand, reference: Reference) -> str:
        """Upload a reference unless that was done. Raises ReferenceUnusable, ProviderError."""
        kept = _kept(errand)
        if not kept:
            return await self._upload(errand, reference)
        wanted = (errand.provider_id, errand.key, reference.sha256)
        lock = self._under_way.setdefault(wanted, asyncio.Lock())
        async with lock:
            address, until = self._known.get(wanted, ("", 0.0))
            if loop_seconds() < until:
                return address
            begun = loop_seconds()
            address = await self._upload(errand, reference)
            self._known.pop(wanted, None)
            self._known[wanted] = (address, begun + kept.total_seconds())
            while len(self._known) > _MOST:
                self._known.pop(next(iter(self._known)))
            return address

    def forget(self, provider: str, references: Sequence[Reference]) -> None:
        """The next job uploads these anew: one that used them has failed."""
        gone = {reference.sha256 for reference in references}
        self._known = {
            upload: known
            for upload, known in self._known.items()
            if upload[0] != provider or upload[2] not in gone
        }

    async def _upload(self, errand: Errand, reference: Reference) -> str:
        try:
            data, mime = await asyncio.to_thread(self._library.outgoing, reference)
        except (StudioError, OSError) as error:
            raise ReferenceUnusable(sentences.reference_failed(error)) from error
        picture = ReferencePicture(reference, data, mime)
        return await errand.provider.upload(picture, errand.key)


def to_repeat(errand: Errand, inputs: Sequence[str]) -> tuple[str, ...]:
    """The addresses that have to be the same when this request leaves once more: a provider that
    runs a key once refuses it with another input. None for what travels inside the request.
    """
    by_address = all(text.startswith(("https://", "http://")) for text in inputs)
    return tuple(inputs) if errand.provider.idempotent and by_address else ()


def _kept(errand: Errand) -> timedelta:
    provider = errand.provider
    return provider.upload_kept if isinstance(provider, KeepsUploads) else timedelta(0)
