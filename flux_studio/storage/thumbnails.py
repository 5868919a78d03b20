"""The cache of thumbnails: small JPEG pictures by generation, in one SQLite file.

Nothing in it is precious. A damaged file is thrown away, a write that fails is only logged, and a
picture without a thumbnail is decoded again.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

_VERSION = 1
_JPEG_MAGIC = b"\xff\xd8\xff"
_BUSY_S = 2.0
_SCHEMA = f"""
CREATE TABLE thumbnails (
    id TEXT NOT NULL, side INTEGER NOT NULL, jpeg BLOB NOT NULL, PRIMARY KEY (id, side)
) STRICT;
PRAGMA user_version = {_VERSION};
"""
# Busy and full say nothing against the file itself, so it is kept then.
_FILE_IS_FINE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})


class ThumbnailStore:
    """Thread-safe. Every method blocks for a fraction of a millisecond; none ever raises."""

    def __init__(self, path: Path) -> None:
        """`path` is `Paths.thumbs_db`; its folder exists. The file is opened when first needed."""
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def put(self, generation_id: str, side: int, jpeg: bytes) -> bool:
        """Keep a JPEG of at most `side` px on its longest side; False when it was not kept."""
        sql = "INSERT OR REPLACE INTO thumbnails VALUES (?, ?, ?)"
        done = self._try(lambda db: db.execute(sql, (generation_id, side, jpeg)).rowcount)
        return done is not None

    def get(self, generation_id: str, side: int) -> bytes | None:
        """The JPEG kept for this side, or None. What is no JPEG any more is not handed out."""
        sql = "SELECT jpeg FROM thumbnails WHERE id = ? AND side = ?"
        row = self._try(lambda db: db.execute(sql, (generation_id, side)).fetchone())
        if row is None or not row[0].startswith(_JPEG_MAGIC):
            return None
        return bytes(row[0])

    def forget(self, generation_id: str) -> None:
        """Remove all sides of a generation."""
        sql = "DELETE FROM thumbnails WHERE id = ?"
        self._try(lambda db: db.execute(sql, (generation_id,)).rowcount)

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            self._drop_connection()

    def _try(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        with self._lock:
            for attempt in (1, 2):
                try:
                    return work(self._open())
                except sqlite3.Error as error:
                    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
                    if code in _FILE_IS_FINE or attempt == 2:
                        _log.warning("the thumbnail cache failed: %s", type(error).__name__)
                        return None
                    self._throw_away()
        return None

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None:
            return self._connection
        db = sqlite3.connect(
            self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        self._connection = db
        # After a power cut the cache may be damaged; then it is made anew.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        elif version != _VERSION:
            raise sqlite3.DatabaseError("another version of the cache")
        return db

    def _throw_away(self) -> None:
        self._drop_connection()
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def _drop_connection(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
