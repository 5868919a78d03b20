"""One file on its way into the library: read, checked, decoded in the child, and made a generation.

The original stays where it is or is copied; it is never moved or changed. Everything here may be
repeated: the same bytes always get the same id.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from flux_studio.core.generation import IMPORTED, Generation
from flux_studio.core.money import Money
from flux_studio.core.request import Request
from flux_studio.core.size import Size
from flux_studio.storage.atomic import sweep_parts, write_atomic
from flux_studio.storage.database import Database
from flux_studio.storage.decode import Purpose
from flux_studio.storage.foreign.found import Found
from flux_studio.storage.foreign.reading import read_settings
from flux_studio.storage.import_runs import FileRecord, Outcome
from flux_studio.storage.import_walk import Candidate
from flux_studio.storage.library import THUMBNAIL_SIDES, KeepsThumbnails
from flux_studio.storage.originals import keep_original, make_folder
from flux_studio.storage.picture_facts import PictureFacts, PictureRefused, read_regular_file
from flux_studio.storage.sidecar import (
    MarkSet,
    Sidecar,
    SidecarUnreadable,
    read_sidecar,
    sidecar_path,
    write_sidecar,
)

_NOT_TEXT = "The name of the file is not text. Rename it, or copy it into the library."
_FORMATS = {"image/png": "png", "image/jpeg": "jpeg", "image/webp": "webp"}


class Examines(Protocol):
    """The decoder as the import uses it. Raises PictureRefused or DecoderUnavailable."""

    def examine(
        self, data: bytes, *, purpose: Purpose, sides: Sequence[int]
    ) -> tuple[PictureFacts, tuple[bytes, ...]]: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What one file came to. `generation` is new with ADDED, and with FOUND the id and the path of
    the picture that has its file again.
    """

    record: FileRecord
    generation: Generation | None = None
    marks: MarkSet = MarkSet()
    found: tuple[str, str] = ("", "")


class Taker:
    """Takes files in for one run. Thread-safe; blocks."""

    def __init__(
        self,
        root: Path,
        database: Database,
        decoder: Examines,
        thumbnails: KeepsThumbnails,
        *,
        copies: bool,
    ) -> None:
        """`root` is the library folder."""
        self._root = root.absolute()
        self._rows = database.rows
        self._decoder = decoder
        self._thumbnails = thumbnails
        self._copies = copies
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._swept: set[Path] = set()

    def take(self, candidate: Candidate) -> Taken:
        """Everything but the row. Raises OSError when a copy cannot be written, DecoderUnavailable,
        NotKept.
        """

        def said(outcome: Outcome, sentence: str = "") -> FileRecord:
            path = str(candidate.path)
            return FileRecord(path, candidate.bytes, candidate.modified, outcome, sentence)

        try:
            data = read_regular_file(candidate.path)
            if not self._copies and not _is_text(str(candidate.path)):
                return Taken(said(Outcome.FAILED, _NOT_TEXT))
            sha256 = hashlib.sha256(data).hexdigest()
            known = self._known(sha256)
            if known is not None:
                return self._again(candidate, data, known, said)
            if not self._is_first(sha256):
                return Taken(said(Outcome.KNOWN))
            facts, small = self._decoder.examine(data, purpose="reference", sides=THUMBNAIL_SIDES)
        except PictureRefused as error:
            return Taken(said(Outcome.FAILED, error.sentence))
        generation, marks = self._made(candidate, data, facts)
        generation = replace(generation, path=self._place(candidate, data, generation))
        self._keep_sidecar(generation, marks)
        for side, jpeg in zip(THUMBNAIL_SIDES, small, strict=False):
            self._thumbnails.put(generation.id, side, jpeg)
        return Taken(said(Outcome.ADDED), generation, marks)

    def _known(self, sha256: str) -> tuple[str, str] | None:
        """Id and path of the picture with these bytes."""
        sql = "SELECT id, path FROM generations WHERE sha256 = ? ORDER BY number LIMIT 1"
        rows = self._rows(sql, (sha256,))
        return (rows[0]["id"], rows[0]["path"]) if rows else None

    def _is_first(self, sha256: str) -> bool:
        with self._lock:
            is_first = sha256 not in self._seen
            self._seen.add(sha256)
        return is_first

    def _again(
        self,
        candidate: Candidate,
        data: bytes,
        known: tuple[str, str],
        said: Callable[[Outcome], FileRecord],
    ) -> Taken:
        """The library has it; if its file is missing, this is the file from now on."""
        id_, path = known
        if (self._root / path).is_file():
            return Taken(said(Outcome.KNOWN))
        if Path(path).is_absolute() and not self._copies:
            return Taken(said(Outcome.FOUND), found=(id_, self._linked(candidate.path)))
        place = self._root / path
        if Path(path).is_absolute() or not place.is_relative_to(self._root):
            return Taken(said(Outcome.KNOWN))
        # A picture of the library's own belongs into the library, at the place it had.
        make_folder(place.parent, self._root)
        write_atomic(place, data)
        return Taken(said(Outcome.FOUND), found=(id_, path))

    def _made(
        self, candidate: Candidate, data: bytes, facts: PictureFacts
    ) -> tuple[Generation, MarkSet]:
        ours = _ours_beside(candidate.path, facts.sha256)
        if ours is not None:
            return replace(ours.generation, look=ours.generation.look or facts.look), ours.marks
        return imported(candidate, facts, read_settings(data)), MarkSet()

    def _place(self, candidate: Candidate, data: bytes, generation: Generation) -> str:
        """The path of the row; a copy is on disk when this returns."""
        linked = self._linked(candidate.path)
        if not self._copies or not Path(linked).is_absolute():
            return linked
        name, at = generation.id, generation.created
        path, _ = keep_original(self._root, name, at, data, generation.mime)
        self._sweep(path.parent)
        return path.relative_to(self._root).as_posix()

    def _sweep(self, folder: Path) -> None:
        """A run that was killed left its part in the very folder where it goes on."""
        with self._lock:
            is_new = folder not in self._swept
            self._swept.add(folder)
        if is_new:
            sweep_parts(folder, recursive=False)

    def _linked(self, file: Path) -> str:
        """Absolute, unless the file lies in the library already."""
        path = file.absolute()
        inside = path.is_relative_to(self._root)
        return path.relative_to(self._root).as_posix() if inside else str(path)

    def _keep_sidecar(self, generation: Generation, marks: MarkSet) -> None:
        place = self._root / generation.path
        if not Path(generation.path).is_absolute() and not sidecar_path(place).exists():
            write_sidecar(place, Sidecar(generation, marks))


def imported(candidate: Candidate, facts: PictureFacts, found: Found | None) -> Generation:
    """The generation of a picture from elsewhere: free, of no provider, dated by its file."""
    said = found or Found("")
    size = Size(*facts.shown_size)
    request = Request(
        provider=IMPORTED,
        model=said.model or said.program,
        prompt=said.prompt,
        size=said.size or size,
        output_format=_FORMATS[facts.mime],
        seed=said.seed,
    )
    id_ = f"i{facts.sha256[:31]}"
    return Generation(
        id=id_,
        job=id_,
        request=request,
        path="",
        sha256=facts.sha256,
        mime=facts.mime,
        size=size,
        bytes=facts.byte_count,
        created=min(datetime.fromtimestamp(candidate.modified / 1e9, UTC), datetime.now(UTC)),
        price=Money(0),
        charged=Money(0),
        seed=said.seed,
        quality=_said_pairs(said, candidate.path.name),
        has_c2pa=facts.has_c2pa,
        look=facts.look,
    )


def _said_pairs(found: Found, name: str) -> tuple[tuple[str, str], ...]:
    """What the file says beside prompt, seed and model; names as the inspector knows them."""
    pairs = [
        ("program", found.program),
        ("negative", found.negative),
        ("steps", "" if found.steps is None else str(found.steps)),
        ("guidance", "" if found.guidance is None else f"{found.guidance:g}"),
        *found.extras,
        ("file", name.encode("utf-8", "replace").decode()),
    ]
    return tuple((name, value) for name, value in pairs if value)


def _ours_beside(file: Path, sha256: str) -> Sidecar | None:
    """The sidecar of ours beside a file, when it is about these very bytes."""
    beside = sidecar_path(file)
    if not beside.is_file():
        return None
    try:
        found = read_sidecar(beside, file.parent)
    except (SidecarUnreadable, ValueError):
        return None
    return found if found.generation.sha256 == sha256 else None


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
