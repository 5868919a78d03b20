"""What the disk did, as a sentence: `NotKept` in place of the errors of SQLite and of the
system.
"""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterator

from flux_studio.core.errors import NotKept

_FULL = "The disk is full. Make room, and it is tried again."
_FORBIDDEN = "The library's folder may not be written. Check its permissions."
_SENTENCES = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: "The disk reported an error. Check the disk that holds the library.",
    sqlite3.SQLITE_READONLY: "The library's database may not be written. Check its permissions.",
    sqlite3.SQLITE_PERM: "The library's database may not be written. Check its permissions.",
    sqlite3.SQLITE_CANTOPEN: "The library's database cannot be opened. Check its permissions.",
    sqlite3.SQLITE_BUSY: "The library is busy: another program holds it. It is tried again.",
    sqlite3.SQLITE_LOCKED: "The library is busy: another program holds it. It is tried again.",
    sqlite3.SQLITE_CORRUPT: "The library's database is damaged. Rebuild it from the sidecars.",
    sqlite3.SQLITE_NOTADB: "The library's database is damaged. Rebuild it from the sidecars.",
}
_OF_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: _FORBIDDEN,
}


@contextlib.contextmanager
def disk_words() -> Iterator[None]:
    """Turns what the disk did into NotKept with a sentence; a mistake of ours stays what it is."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        sentence = _SENTENCES.get(primary_code(error))
        if sentence is None:
            raise
        raise NotKept(sentence) from error
    except OSError as error:
        raise NotKept(disk_sentence(error)) from error


def is_full(error: NotKept) -> bool:
    """Whether the disk refused because it is full."""
    match error.__cause__:
        case sqlite3.DatabaseError() as cause:
            # A log that cannot grow shows as an error of writing.
            return primary_code(cause) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
        case OSError(errno=number):
            return number in (errno.ENOSPC, errno.EDQUOT)
        case _:
            return False


def is_damaged(error: NotKept) -> bool:
    """Whether the database itself is damaged."""
    cause = error.__cause__
    damaged = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return isinstance(cause, sqlite3.DatabaseError) and primary_code(cause) in damaged


def disk_sentence(error: OSError) -> str:
    """One sentence for people, with what they can do where that is known."""
    known = _OF_SYSTEM.get(error.errno or 0)
    return known or f"The disk refused: {error.strerror or type(error).__name__}."


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; -1 where Python raised by itself."""
    code = getattr(error, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF
