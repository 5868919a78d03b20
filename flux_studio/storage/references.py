"""Reference pictures, kept by their content: bytes as they came, under their sha256.

A reference outlives the file it was dropped from, so a job can be sent, repeated and shown years
later.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from flux_studio.core.crop import Box
from flux_studio.core.errors import PictureUnreadable
from flux_studio.core.reference_edit import ReferenceEdit
from flux_studio.core.request import Reference
from flux_studio.core.size import MEGAPIXEL, Size
from flux_studio.storage.atomic import write_atomic
from flux_studio.storage.decode import Purpose
from flux_studio.storage.disk_errors import disk_words
from flux_studio.storage.originals import ENDINGS
from flux_studio.storage.picture_facts import PictureFacts, PictureRefused

LONGEST_NAME = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Inspects(Protocol):
    """Decodes a picture in a safe place. Each raises PictureRefused."""

    def inspect(self, data: bytes, *, purpose: Purpose) -> PictureFacts: ...

    def reference_upload(
        self,
        data: bytes,
        *,
        most_pixels: int | None = None,
        crop: Box | None = None,
        turns: int = 0,
    ) -> tuple[bytes, str]: ...


class ReferenceStore:
    """The folder of reference originals. Blocking: a decode and a durable write."""

    def __init__(self, folder: Path, decoder: Inspects) -> None:
        self._folder = folder
        self._decoder = decoder

    def add(self, data: bytes, name: str = "", parent: str | None = None) -> Reference:
        """Keep a picture that decodes; the same bytes are kept once. `name` is for people,
        `parent` a generation.

        Raises PictureUnreadable when it is not a picture we accept, NotKept when the disk refuses.
        """
        try:
            facts = self._decoder.inspect(data, purpose="reference")
        except PictureRefused as error:
            raise PictureUnreadable(error.reason, error.sentence) from error
        path = self._path(facts.sha256, facts.mime)
        with disk_words():
            if not _holds(path, data):
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_atomic(path, data)
        width, height = facts.shown_size
        return Reference(facts.sha256, facts.mime, Size(width, height), name[:LONGEST_NAME], parent)

    def edited(self, reference: Reference, edit: ReferenceEdit) -> Reference:
        """The reference with another edit of its picture, which stays as it is; the picture itself
        where the edit changes nothing. The same edit always makes the same bytes. Raises as `add`.
        """
        picture = reference.whole
        if not edit.changes:
            return picture
        data = self.read(picture)
        most = edit.megapixels * MEGAPIXEL or None
        try:
            made, _ = self._decoder.reference_upload(
                data, most_pixels=most, crop=edit.crop, turns=edit.turns
            )
        except PictureRefused as error:
            raise PictureUnreadable(error.reason, error.sentence) from error
        return replace(self.add(made, picture.name, picture.parent), edit=edit)

    def read(self, reference: Reference) -> bytes:
        """The bytes as they came. Raises PictureUnreadable when they are gone."""
        path = self.path(reference)
        try:
            return path.read_bytes()
        except OSError as error:
            raise PictureUnreadable(
                "missing", "This reference is no longer in the library. Add the picture again."
            ) from error

    def read_by_hash(self, sha256: str) -> bytes:
        """The bytes of whichever reference has this sha256. Raises PictureUnreadable."""
        for mime in ENDINGS:
            if _SHA256.fullmatch(sha256) and self._path(sha256, mime).exists():
                return self._path(sha256, mime).read_bytes()
        raise PictureUnreadable("missing", "This reference is no longer in the library.")

    def path(self, reference: Reference) -> Path:
        """Where the bytes of a reference are. Raises PictureUnreadable for one that cannot be
        ours.
        """
        if not _SHA256.fullmatch(reference.sha256) or reference.mime not in ENDINGS:
            raise PictureUnreadable("missing", "This reference is not one of this library.")
        return self._path(reference.sha256, reference.mime)

    def _path(self, sha256: str, mime: str) -> Path:
        return self._folder / f"{sha256}{ENDINGS[mime]}"


def _holds(path: Path, data: bytes) -> bool:
    """Read and compared, not only looked up: a damaged copy is replaced by the good bytes at
    hand.
    """
    return path.exists() and path.read_bytes() == data
