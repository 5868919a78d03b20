"""Which files an import looks at: every PNG, JPEG and WebP below the folders asked for.

Hidden files and folders are passed over, and so are links, pipes and devices inside a folder: a
link may lead in a circle.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ENDINGS = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file by its name alone, with its size in bytes and its time of change (ns)."""

    path: Path
    bytes: int
    modified: int


def candidates(
    sources: Sequence[Path], stopped: Callable[[], bool] = lambda: False
) -> Iterator[Candidate]:
    """The files of an import in the order of their names, each once. A source that is a file is
    taken whatever it is called. Folders that cannot be read are passed over.
    """
    told: set[str] = set()
    for source in sources:
        for path in (source,) if source.is_file() else _below(source, stopped):
            found = _looked_at(path)
            if found is not None and str(path) not in told:
                told.add(str(path))
                yield found


def folders(sources: Sequence[Path]) -> list[Path]:
    """Every folder that is to be watched."""
    found: list[Path] = []
    for source in sources:
        if source.is_dir():
            found.append(source)
            for base, names, _ in os.walk(source):
                names[:] = sorted(name for name in names if not name.startswith("."))
                found += [Path(base, name) for name in names if not Path(base, name).is_symlink()]
    return found


def _below(folder: Path, stopped: Callable[[], bool]) -> Iterator[Path]:
    for base, names, files in os.walk(folder):
        if stopped():
            return
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                yield Path(base, name)


def _looked_at(path: Path) -> Candidate | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return Candidate(path, found.st_size, found.st_mtime_ns)
