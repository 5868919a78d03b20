"""Previews: an early look at a picture that a provider is still making, where it gives one.

A preview is made small by the decoder and told to the listener; it is never kept, never a result,
and whatever goes wrong with it only means that there is none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from flux_studio.engine.facts import PreviewSeen
from flux_studio.providers.contract import Inline, Link, Result

log = logging.getLogger(__name__)

Shrink = Callable[[bytes], bytes]


class Previewer:
    """Turns previews into small JPEG files, one at a time for each job; those that come meanwhile
    are passed over.

    `download(provider id, address)` fetches without a key; `shrink` decodes in a safe place and
    blocks; without it there are no previews.
    """

    def __init__(
        self,
        download: Callable[[str, str], Awaitable[bytes]],
        shrink: Shrink | None,
        tell: Callable[[PreviewSeen], None],
    ) -> None:
        self._download = download
        self._shrink = shrink
        self._tell = tell
        self._seen: dict[str, Result] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def show(self, job: str, provider: str, preview: Result | None) -> None:
        """Make this preview of a job seen, unless it was already or another one is being made."""
        if preview is None or self._shrink is None or job in self._tasks:
            return
        if self._seen.get(job) != preview:
            self._seen[job] = preview
            making = self._make(self._shrink, job, provider, preview)
            self._tasks[job] = asyncio.get_running_loop().create_task(making)

    def forget(self, job: str) -> None:
        """The job is no longer followed: nothing more is told of it."""
        self._seen.pop(job, None)
        task = self._tasks.pop(job, None)
        if task is not None:
            task.cancel()

    async def _make(self, shrink: Shrink, job: str, provider: str, preview: Result) -> None:
        try:
            match preview:
                case Inline(data=data):
                    pass
                case Link(url=url):
                    data = await self._download(provider, url)
            self._tell(PreviewSeen(job, await asyncio.to_thread(shrink, data)))
        except Exception as error:  # noqa: BLE001 - foreign bytes: a fault means no preview
            log.info("job %s: its preview cannot be shown (%s)", job, type(error).__name__)
        finally:
            self._tasks.pop(job, None)
