"""A file of 1 MB that is let go when the disk is full, so that marks and the facts of paid jobs can
still be written. On a full disk SQLite cannot even delete a row.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from flux_studio.storage.atomic import write_atomic

BYTES = 1_000_000
ROOM = 50_000_000  # bytes free at least before it is made again
AGAIN_S = 60.0  # between two attempts to make it again

_log = logging.getLogger(__name__)


class Reserve:
    """One reserve file. Thread-safe; nothing here raises."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._tried = float("-inf")
        self.given = False  # whether it was let go and is not back yet

    def keep(self) -> bool:
        """Make the file where there is none and the disk has room for it; whether it is there."""
        with self._lock:
            self._tried = self._clock()
            try:
                if not self._is_whole():
                    if shutil.disk_usage(self._path.parent).free < ROOM:
                        return False
                    write_atomic(self._path, bytes(BYTES))
            except OSError:
                return False
            self.given = False
            return True

    def release(self) -> bool:
        """Let the file go; whether that made room."""
        with self._lock:
            self._tried = self._clock()
            with contextlib.suppress(OSError):
                self._path.unlink()
                self.given = True
                _log.warning("the disk is full: the reserve was let go")
                return True
            return False

    def renew(self) -> None:
        """Make the file again, a while after it was let go. Costs nothing before that."""
        if self.given and self._clock() - self._tried >= AGAIN_S:
            self.keep()

    def _is_whole(self) -> bool:
        return self._path.is_file() and self._path.stat().st_size >= BYTES
