"""Finds originals again that are not where their row says: moved within the library folder, or
taken out of it.

A file is the one that is missed when its size and its sha256 are. One that was moved within the
library stays where the person put it, and its row follows; one from elsewhere is copied to the
place it belongs to, because the library holds its own originals. Nothing is ever overwritten.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from flux_studio.storage.atomic import write_atomic
from flux_studio.storage.database import Database
from flux_studio.storage.deleting import OWN_BIN
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.originals import make_folder
from flux_studio.storage.picture_facts import PictureRefused, read_regular_file
from flux_studio.storage.sidecar import (
    SidecarUnreadable,
    is_linked,
    read_sidecar,
    sidecar_of,
    sidecar_path,
    write_sidecar,
)
from flux_studio.storage.verify import file_sha256

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Lost:
    """A picture whose file is not at `path` below the library folder."""

    id: str
    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Found:
    """The file that a lost picture is now."""

    lost: Lost
    file: Path


def lost_among(gallery: Gallery, root: Path, ids: Sequence[str]) -> list[Lost]:
    """Those of these pictures whose file is gone. Blocking. Raises NotKept."""
    lost = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = gallery.ask(
            f"SELECT id, path, sha256, bytes FROM generations WHERE id IN ({marks})", some
        )
        lost += [Lost(*row) for row in rows if not (root / row["path"]).is_file()]
    return lost


def look_for(
    lost: Sequence[Lost], folder: Path, stop: Callable[[], bool] = lambda: False
) -> Iterator[Found]:
    """The files below `folder` that are lost pictures, as they are found. Blocking; ends early when
    all are found or `stop` says so. Folders and files that cannot be read are passed over, and so
    are links, pipes and devices.
    """
    wanted: dict[int, list[Lost]] = {}
    for each in lost:
        wanted.setdefault(each.bytes, []).append(each)
    for file, size in _files(folder, stop):
        if size not in wanted:
            continue
        with suppress(OSError):
            sha256 = file_sha256(file)
            same = [each for each in wanted[size] if each.sha256 == sha256]
            yield from (Found(each, file) for each in same)
            wanted[size] = [each for each in wanted[size] if each not in same]
            if not wanted[size]:
                del wanted[size]
        if not wanted:
            return


def put_back(database: Database, root: Path, found: Found) -> str:
    """Let the library have a found picture again; gives its path below the library folder. On the
    thread that owns the writes. Raises OSError, NotKept.
    """
    inside = _below(root, found.file)
    if inside is None and is_linked(found.lost.path):
        moved = str(found.file.absolute())  # it stays where it is now, like before
        database.write(
            lambda db: db.execute(
                "UPDATE generations SET path = ? WHERE id = ? AND path = ?",
                (moved, found.lost.id, found.lost.path),
            )
        )
        return moved
    if inside is not None and not _is_known(database, inside):
        _bring_sidecar(root, found.lost, inside)
        database.write(
            lambda db: db.execute(
                "UPDATE generations SET path = ?, linked = 0, sidecar_behind = sidecar_behind + 1"
                " WHERE id = ? AND path = ?",
                (inside, found.lost.id, found.lost.path),
            )
        )
        return inside
    _copy_home(root, found)
    return found.lost.path


def _files(folder: Path, stop: Callable[[], bool]) -> Iterator[tuple[Path, int]]:
    """Every regular file below a folder with its size in bytes."""
    for base, folders, names in os.walk(folder):
        if stop():
            return
        if OWN_BIN in folders:
            folders.remove(OWN_BIN)  # what was deleted is not lost
        for name in names:
            path = Path(base, name)
            try:
                found = path.lstat()
            except OSError:
                continue
            if stat.S_ISREG(found.st_mode):
                yield path, found.st_size


def _below(root: Path, file: Path) -> str | None:
    try:
        return file.resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, OSError):
        return None


def _is_known(database: Database, path: str) -> bool:
    """Whether another picture has this very file: two may have the same bytes."""
    return bool(database.rows("SELECT 1 FROM generations WHERE path = ? LIMIT 1", (path,)))


def _bring_sidecar(root: Path, lost: Lost, path: str) -> None:
    """The sidecar that stayed behind follows its picture, unless it was moved with it."""
    old, new = sidecar_of(root, lost.path, lost.id), sidecar_path(root / path)
    if new.exists() or old == new:
        return
    try:
        left = read_sidecar(old, root)
    except SidecarUnreadable:
        return  # a new one is written from the row with its marks
    if left.generation.id == lost.id:
        moved = replace(left, generation=replace(left.generation, path=path))
        write_sidecar(root / path, moved)
        old.unlink()


def _copy_home(root: Path, found: Found) -> None:
    place = root / found.lost.path
    if not _is_inside(root, place):
        raise FileExistsError("the row's path leads out of the library")
    if place.exists():
        return  # it came back meanwhile, or something else is there: never touched
    try:
        data = read_regular_file(found.file)
    except PictureRefused as error:
        raise OSError(error.sentence) from error
    make_folder(place.parent, root)
    write_atomic(place, data)


def _is_inside(root: Path, place: Path) -> bool:
    return os.path.normpath(place).startswith(os.path.normpath(root) + os.sep)
