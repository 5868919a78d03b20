"""Where originals go: `2026/2026-11-20/120000-<id>.png` below the library folder, bytes exactly
as they came.

The name is made of the job's local time and id and of what the bytes are, never of a prompt or of
what a server says. The same job always gets the same name, so a save that was cut off can be
repeated without a second copy.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from datetime import datetime
from itertools import count
from pathlib import Path

from flux_studio.storage.atomic import write_atomic
from flux_studio.storage.sidecar import PICTURE_ENDINGS

ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def keep_original(root: Path, job: str, at: datetime, data: bytes, mime: str) -> tuple[Path, int]:
    """Put the bytes of a job of the time `at` on disk; gives the path and which picture of the
    job it is, from 1.

    A file with these bytes is used as it is. Other bytes under the job's name are never touched:
    the new ones get the next number. Raises OSError.
    """
    folder = day_folder(root, at)
    make_folder(folder, root)
    for number in count(1):
        path = folder / f"{stem(job, at, number)}{ENDINGS[mime]}"
        others = [p for e in PICTURE_ENDINGS if (p := path.with_suffix(e)).exists()]
        if not others:
            write_atomic(path, data)
            return path, number
        if others == [path] and _holds(path, data):
            return path, number
    raise AssertionError("numbers do not end")


def day_folder(root: Path, at: datetime) -> Path:
    """`2026/2026-11-20` of the local day: what a person looks for in a file manager."""
    local = at.astimezone()
    return root / f"{local:%Y}" / f"{local:%Y-%m-%d}"


def stem(job: str, at: datetime, number: int) -> str:
    """`120000-<id>`, and `-2` for a second picture of one job. Ids that are no plain word are
    hashed.
    """
    name = (
        job
        if _SAFE_ID.fullmatch(job)
        else hashlib.sha256(job.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    )
    return f"{at.astimezone():%H%M%S}-{name}" + (f"-{number}" if number > 1 else "")


def make_folder(folder: Path, root: Path) -> None:
    """Create a private folder below `root` so that it survives a power loss. Raises OSError."""
    if folder.is_dir():
        return
    if folder != root:
        make_folder(folder.parent, root)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32":
        descriptor = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _holds(path: Path, data: bytes) -> bool:
    return path.stat().st_size == len(data) and path.read_bytes() == data
