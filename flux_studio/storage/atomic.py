"""Writing a file so that a crash or a full disk leaves either the old one or the new one, whole.

Temp file in the same folder, every byte written, fsync, rename, fsync of the folder. Qt's
`QSaveFile` is not used: it reports success for a cut file on a full disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import sys
import time
from pathlib import Path

STALE_PART_S = 3600.0
_PART = re.compile(r"^\..*\.(?P<pid>\d+)-[0-9a-f]{16}\.part$")
_REPLACE_PATIENCE_S = 2.5
# Antivirus and indexers hold fresh files open for a moment: access denied, sharing, lock violation.
_WINDOWS_BUSY = frozenset({5, 32, 33})
# File systems that cannot flush a folder answer with one of these; there is nothing more to do.
_NO_FOLDER_FSYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.ENOSYS})


def write_atomic(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put `data` at `path`, durably and all or nothing. Blocks; not for the main thread.

    Raises OSError, and then the old file, if there was one, is still there. The one exception:
    when the very last step (flushing the folder) fails, the new file is already in place.
    """
    part = _part_name(path)
    try:
        _write_part(part, data, mode)
        _replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    flush_folder(path.parent)


def sweep_parts(
    folder: Path,
    *,
    recursive: bool = True,
    older_than_s: float = STALE_PART_S,
    shared: bool = False,
) -> list[Path]:
    """Remove what interrupted writes left below `folder`; returns the files removed.

    A part is stale when it is older than `older_than_s` seconds or its process is gone. On a disk
    that is `shared` with other machines only the age counts: their processes look gone from here.
    """
    removed = []
    for part in sorted(folder.rglob(".*.part") if recursive else folder.glob(".*.part")):
        if _is_stale(part, older_than_s, shared):
            with contextlib.suppress(OSError):
                part.unlink()
                removed.append(part)
    return removed


def _part_name(path: Path) -> Path:
    # Long names are cut so that the decoration never passes the file system's 255 bytes.
    return path.with_name(f".{path.name[:60]}.{os.getpid()}-{secrets.token_hex(8)}.part")


def _write_part(part: Path, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(part, flags, mode)
    try:
        _write_all(descriptor, data)
        _flush(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        written = os.write(descriptor, rest)
        if written <= 0:
            raise OSError(errno.ENOSPC, "nothing more could be written")
        rest = rest[written:]


def _flush(descriptor: int) -> None:
    """Hand the bytes to the disk itself; macOS needs its own call for that."""
    if sys.platform == "darwin":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def _replace(part: Path, path: Path) -> None:
    give_up = time.monotonic() + _REPLACE_PATIENCE_S
    pause = 0.01
    while True:
        try:
            part.replace(path)
            return
        except OSError as error:
            busy = getattr(error, "winerror", None) in _WINDOWS_BUSY
            if not busy or time.monotonic() >= give_up:
                raise
        time.sleep(pause)
        pause = min(pause * 2, 0.25)


def flush_file(path: Path) -> None:
    """Hand what was written to a closed file to the disk itself. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        _flush(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Hand the names in a folder to the disk itself. Raises OSError."""
    if sys.platform == "win32":
        return  # folders cannot be opened there; NTFS journals the rename
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_FSYNC:
            raise
    finally:
        os.close(descriptor)


def _is_stale(part: Path, older_than_s: float, shared: bool) -> bool:
    match = _PART.match(part.name)
    if match is None:
        return False  # not ours: some other program's download
    try:
        age = time.time() - part.lstat().st_mtime
    except OSError:
        return False
    return age > older_than_s or not (shared or _is_running(int(match["pid"])))


def _is_running(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # os.kill would end the process there; age alone decides
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
