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
MOST_BYTES = 1_000_000_000
_AT_ONCE = 20  # thumbnails forgotten in one step
_PUTS_PER_LOOK = 500  # new thumbnails between two looks at the size: at most about 30 MB
_SCHEMA = f"""
CREATE TABLE thumbnails (
    id TEXT NOT NULL, side INTEGER NOT NULL, jpeg BLOB NOT NULL, PRIMARY KEY (id, side)
) STRICT;
PRAGMA user_version = {_VERSION};
"""
# The number of a row grows with each thumbnail, so the smallest are the oldest.
_FORGET_OLDEST = (
    "DELETE FROM thumbnails WHERE rowid IN (SELECT rowid FROM thumbnails ORDER BY rowid LIMIT ?)"
)
# Busy and full say nothing against the file itself, so it is kept then.
_FILE_IS_FINE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})


class ThumbnailStore:
    """Thread-safe. Every method blocks for a fraction of a millisecond; none ever raises."""

    def __init__(self, path: Path, most: int = MOST_BYTES) -> None:
        """`path` is `Paths.thumbs_db`; its folder exists. The file is opened when first needed and
        holds about `most` bytes at most.
        """
        self._path = path
        self._most = most
        self._puts = 0
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def put(self, generation_id: str, side: int, jpeg: bytes) -> bool:
        """Keep a JPEG of at most `side` px on its longest side; False when it was not kept."""
        sql = "INSERT OR REPLACE INTO thumbnails VALUES (?, ?, ?)"
        done = self._try(lambda db: db.execute(sql, (generation_id, side, jpeg)).rowcount)
        self._puts += 1
        if self._puts % _PUTS_PER_LOOK == 0:
            self.trim()
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

    def trim(self, most: int | None = None) -> int:
        """Forget the oldest until at most nine tenths of `most` bytes are used, when it is more
        than that; gives how many were forgotten. A few at a time, so nobody waits for it long.
        """
        most = self._most if most is None else most
        forgotten, used = 0, self._try(_used) or 0
        if used <= most:
            return 0
        while used > most * 9 // 10:
            gone = self._try(lambda db: db.execute(_FORGET_OLDEST, (_AT_ONCE,)).rowcount)
            if not gone:
                break
            forgotten += gone
            used = self._try(_used) or 0
        return forgotten

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


def _used(db: sqlite3.Connection) -> int:
    """Bytes of the file that hold something: what was freed is used again before it grows."""
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    (free,) = db.execute("PRAGMA freelist_count").fetchone()
    (size,) = db.execute("PRAGMA page_size").fetchone()
    return int((pages - free) * size)
