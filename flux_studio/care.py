"""What is put in order after the start, beside everything else: leftovers of a crash, marks that
did not reach their sidecars, the reserve for a full disk, the cache's size, the backup of the day.

Nothing here is urgent and nothing waits for it; each step fails for itself.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flux_studio.core.look import Look
from flux_studio.storage.atomic import sweep_parts
from flux_studio.storage.backups import BackupStopped
from flux_studio.storage.database import LibraryDamaged
from flux_studio.storage.filesystems import Hosting, place_of
from flux_studio.storage.looks import measure_missing
from flux_studio.storage.presence import look_for_files

if TYPE_CHECKING:
    from flux_studio.assembly import Workshop

log = logging.getLogger(__name__)

START_PAUSE = 3.0  # seconds: the window and the open jobs come first


class Care:
    """The duties of one run. `tell` hears a sentence when the library turns out to be damaged."""

    def __init__(self, workshop: Workshop, tell: Callable[[str], None]) -> None:
        self._workshop = workshop
        self._tell = tell
        self._stop = threading.Event()

    async def run(self, pause: float = START_PAUSE) -> None:
        """All duties once, on the engine's loop, after `pause` seconds; what takes long runs on a
        thread.
        """
        await asyncio.sleep(pause)
        # Marks belong to the thread that owns the writes.
        self._step(lambda: self._workshop.marks.catch_up())
        await asyncio.to_thread(self.tend_files)

    def stop(self) -> None:
        """The studio closes: begin nothing more, give up a backup under way."""
        self._stop.set()

    def tend_files(self) -> None:
        """The duties on files. Blocking; stops early when the studio closes."""
        first = self._keep_reserve, self._back_up, self._sweep, self._trim
        for duty in (*first, self._find, self._look):
            if not self._stop.is_set():
                self._step(duty)

    def _step(self, duty: Callable[[], object]) -> None:
        try:
            duty()
        except BackupStopped:
            log.info("the backup of the day was given up: the studio closes")
        except Exception:
            log.warning("a duty after the start failed", exc_info=True)

    def _keep_reserve(self) -> None:
        self._workshop.database.reserve.keep()

    def _back_up(self) -> None:
        now, backups = datetime.now(UTC), self._workshop.backups
        if not backups.is_due(now):
            return
        try:
            backups.take(now, self._stop)
        except LibraryDamaged:
            self._workshop.ground.paths.doubt_file.touch(mode=0o600)
            self._tell(
                "The library's database is damaged. Close Flux Studio and start it again: then it"
                " is repaired. No picture is lost."
            )

    def _sweep(self) -> None:
        paths = self._workshop.ground.paths
        shared = place_of(paths.pictures).hosting is not Hosting.LOCAL
        removed = sweep_parts(paths.pictures, shared=shared)
        for folder in (paths.data, paths.config, paths.references):
            removed += sweep_parts(folder, recursive=False)
        if removed:
            log.info("leftovers of interrupted writes removed: %d", len(removed))

    def _trim(self) -> None:
        self._workshop.thumbnails.trim()

    def _find(self) -> None:
        """Which pictures have lost their file, or have it again."""
        workshop = self._workshop
        root = workshop.ground.paths.pictures
        _, away = look_for_files(workshop.database, root, self._stop.is_set)
        if away:
            log.info("pictures without their file: %d", away)

    def _look(self) -> None:
        """The looks of pictures that came before looks were kept."""
        done = measure_missing(self._workshop.database, self._measure, self._stop.is_set)
        if done:
            log.info("looks of older pictures measured: %d", done)

    def _measure(self, id_: str, path: str) -> Look:
        small = self._workshop.thumbnails.get(id_, 256)
        root = self._workshop.ground.paths.pictures
        return self._workshop.decoder.look(small or (root / path).read_bytes())
