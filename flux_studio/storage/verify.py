"""Checks the library: rows against files against sha256, sidecars, strays. Changes nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from flux_studio.storage.database import Database
from flux_studio.storage.deleting import in_own_bin
from flux_studio.storage.job_rows import is_sound, job_from
from flux_studio.storage.json_fields import RowUnreadable
from flux_studio.storage.sidecar import (
    PICTURE_ENDINGS,
    SidecarUnreadable,
    is_linked,
    is_sidecar,
    read_sidecar,
    sidecar_of,
)

_AT_ONCE = 500
_CHUNK = 1024 * 1024
_DELETED = "SELECT id, path FROM deleted"


class Trouble(StrEnum):
    """What can be wrong, as a word for programs."""

    MISSING = "missing"
    ALTERED = "altered"
    UNREADABLE = "unreadable"
    NO_SIDECAR = "no_sidecar"
    BAD_SIDECAR = "bad_sidecar"
    STRAY_PICTURE = "stray_picture"
    STRAY_SIDECAR = "stray_sidecar"
    STRAY_PART = "stray_part"
    HALF_DELETED = "half_deleted"
    DAMAGED_ROW = "damaged_row"
    DAMAGED_DATABASE = "damaged_database"


_SENTENCES = {
    Trouble.MISSING: "The picture's file is gone.",
    Trouble.ALTERED: "The file is not what was saved: its content has changed.",
    Trouble.UNREADABLE: "The file cannot be read.",
    Trouble.NO_SIDECAR: "The picture has no sidecar beside it.",
    Trouble.BAD_SIDECAR: "The sidecar cannot be read, or belongs to another picture.",
    Trouble.STRAY_PICTURE: (
        "The library does not know this picture. A rebuild adds it if it has a sidecar."
    ),
    Trouble.STRAY_SIDECAR: "This sidecar has no picture beside it.",
    Trouble.STRAY_PART: "A write was interrupted here. The file can be deleted.",
    Trouble.HALF_DELETED: (
        "Deleting this picture was cut off, or it was taken out of the bin. The next start of the"
        " window brings it back."
    ),
    Trouble.DAMAGED_ROW: "The database's row is damaged.",
    Trouble.DAMAGED_DATABASE: "The database is damaged. Rebuild it from the sidecars.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One trouble. `path` is relative to the library ('' when it is about a row), `id` a
    generation or job or ''.
    """

    trouble: Trouble
    path: str
    id: str = ""
    detail: str = ""

    @property
    def sentence(self) -> str:
        return _SENTENCES[self.trouble]


class Verification:
    """One run over a library. `checked` counts pictures, jobs and files as `findings` is read."""

    def __init__(self, database: Database, root: Path, *, hashes: bool = True) -> None:
        """Without `hashes` only sizes are compared: seconds instead of minutes for large
        libraries.
        """
        self._database = database
        self._root = root
        self._hashes = hashes
        self._known: set[str] = set()
        self.checked = 0
        self.problems = 0

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong, as it is found. Raises NotKept when the disk refuses."""
        for part in (self._database_findings, self._jobs, self._pictures, self._strays):
            for finding in part():
                self.problems += 1
                yield finding

    def _database_findings(self) -> Iterator[Finding]:
        for line in self._database.check():
            yield Finding(Trouble.DAMAGED_DATABASE, "", detail=line)

    def _jobs(self) -> Iterator[Finding]:
        last = ""
        sql = "SELECT * FROM jobs WHERE id > ? ORDER BY id LIMIT ?"
        while rows := self._database.rows(sql, (last, _AT_ONCE)):
            last = rows[-1]["id"]
            for row in rows:
                self.checked += 1
                try:
                    job_from(row)
                except RowUnreadable as error:
                    yield Finding(Trouble.DAMAGED_ROW, "", row["id"], str(error))
                    continue
                if not is_sound(row):
                    yield Finding(Trouble.DAMAGED_ROW, "", row["id"], "its checksum is wrong")

    def _pictures(self) -> Iterator[Finding]:
        last = 0
        sql = (
            "SELECT number, id, path, sha256, bytes, linked FROM generations WHERE number > ?"
            " ORDER BY number LIMIT ?"
        )
        while rows := self._database.rows(sql, (last, _AT_ONCE)):
            last = rows[-1]["number"]
            for row in rows:
                self.checked += 1
                self._known.add(row["path"])
                yield from self._picture(row)

    def _picture(self, row: sqlite3.Row) -> Iterator[Finding]:
        id_, path, sha256 = row["id"], row["path"], row["sha256"]
        picture = self._root / path
        if not (_is_inside(path) or row["linked"]) or not picture.is_file():
            yield Finding(Trouble.MISSING, path, id_)
            return
        try:
            same = picture.stat().st_size == row["bytes"] and (
                not self._hashes or file_sha256(picture) == sha256
            )
        except OSError as error:
            yield Finding(Trouble.UNREADABLE, path, id_, error.strerror or "")
            return
        if not same:
            yield Finding(Trouble.ALTERED, path, id_)
        yield from self._sidecar(id_, path)

    def _sidecar(self, id_: str, path: str) -> Iterator[Finding]:
        beside = sidecar_of(self._root, path, id_)
        if is_linked(path):
            self._known.add(beside.relative_to(self._root).as_posix())
        if not beside.is_file():
            if not is_linked(path):  # such a picture gets one with its first mark
                yield Finding(Trouble.NO_SIDECAR, path, id_)
            return
        try:
            found = read_sidecar(beside, self._root).generation
        except SidecarUnreadable as error:
            yield Finding(Trouble.BAD_SIDECAR, path, id_, error.detail)
            return
        if found.id != id_:
            yield Finding(Trouble.BAD_SIDECAR, path, id_, f"it is the one of {found.id}")

    def _strays(self) -> Iterator[Finding]:
        deleted = {row["path"]: row["id"] for row in self._database.rows(_DELETED)}
        for path in sorted(self._root.rglob("*")):
            relative = path.relative_to(self._root).as_posix()
            if relative in self._known or in_own_bin(path, self._root) or not path.is_file():
                continue
            if relative in deleted:
                self.checked += 1
                yield Finding(Trouble.HALF_DELETED, relative, deleted[relative])
                continue
            trouble = _stray(path)
            if trouble:
                self.checked += 1
                yield Finding(trouble, relative)


def file_sha256(path: Path) -> str:
    """The sha256 of a file in hex, read piece by piece. Raises OSError."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
    return total.hexdigest()


def _stray(path: Path) -> Trouble | None:
    """What is wrong with a file that no row names; None for what is in order or none of ours."""
    if path.name.startswith(".") and path.suffix == ".part":
        return Trouble.STRAY_PART
    if path.suffix in PICTURE_ENDINGS:
        return Trouble.STRAY_PICTURE
    alone = path.suffix == ".json" and not any(
        path.with_suffix(e).exists() for e in PICTURE_ENDINGS
    )
    return Trouble.STRAY_SIDECAR if alone and is_sidecar(path) else None


def _is_inside(path: str) -> bool:
    """Whether a row's path stays below the library folder."""
    return not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts
