"""Which process works on which job: a lock of the operating system for each process.

The window and the command line share one journal. Each process holds `<data>/owners/<token>.lock`
for as long as it lives; the lock vanishes with the process, however it dies, so a job whose owner's
lock can be taken is free. Process numbers are never compared: they are reused.

The lock belongs to the open file. A child made by a bare `fork` would inherit it; the children this
studio starts are run by `exec`, which closes it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import sys
from pathlib import Path

_TOKEN = re.compile(r"[0-9a-f]{16}")
_BUSY = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})


class Owner:
    """This process as an owner of jobs; `token` is written into the rows. Raises OSError when no
    lock can be had.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._descriptor = -1
        while self._descriptor < 0:
            # A sweeping process may take a file between its creation and its lock; then another
            # name is tried.
            self.token = secrets.token_hex(8)
            self._descriptor = _hold(self._path(self.token))

    def is_free(self, token: str) -> bool:
        """Whether jobs with this token may be taken over: their process is gone. False for our
        own.
        """
        if token == self.token:
            return False
        if not _TOKEN.fullmatch(token):
            return True  # no process ever wrote such a token
        path = self._path(token)
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return True
        except OSError:
            return False  # not readable for us: rather leave it alone
        try:
            return _lock(descriptor)
        finally:
            os.close(descriptor)

    def others(self) -> int:
        """How many other living processes hold a lock: they may be working on jobs."""
        tokens = [path.stem for path in self._folder.glob("*.lock")]
        return sum(t != self.token and not self.is_free(t) for t in tokens)

    def sweep(self) -> None:
        """Remove the lock files of dead processes."""
        for path in self._folder.glob("*.lock"):
            if path.stem == self.token:
                continue
            with contextlib.suppress(OSError):
                _remove_if_free(path)

    def release(self) -> None:
        """Give up the lock: at the end of the process, after the last write. Safe to repeat."""
        if self._descriptor >= 0:
            with contextlib.suppress(
                OSError
            ):  # Windows does not remove an open file; the next sweep does
                self._path(self.token).unlink()
            os.close(self._descriptor)
            self._descriptor = -1

    def _path(self, token: str) -> Path:
        return self._folder / f"{token}.lock"


def _hold(path: Path) -> int:
    """A descriptor that holds the lock of a new file at `path`, -1 when it was swept away
    meanwhile.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    if _lock(descriptor) and _is_still(path, descriptor):
        return descriptor
    os.close(descriptor)
    return -1


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def _remove_if_free(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        if _lock(descriptor):
            path.unlink()  # while it is held, so that nobody can take it for alive in between
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in _BUSY:
                return False
            raise
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _BUSY:
                return False
            raise
        return True
