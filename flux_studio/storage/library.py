"""The library: a delivered picture becomes an original, a sidecar and thumbnails; the row
follows in the journal.

`keep` runs in a worker thread and writes files only. The database belongs to one thread:
`JobJournal.record(Saved(…))` puts the row in after the files are on disk. Everything here may be
repeated after a crash at any point.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from flux_studio.core.errors import NotKept, PictureUnreadable
from flux_studio.core.generation import Generation
from flux_studio.core.job import Job
from flux_studio.core.money import Money
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.storage.atomic import sweep_parts
from flux_studio.storage.decode import DecoderUnavailable, Purpose
from flux_studio.storage.disk_errors import disk_words
from flux_studio.storage.originals import keep_original
from flux_studio.storage.picture_facts import PictureFacts, PictureRefused
from flux_studio.storage.references import Inspects, ReferenceStore
from flux_studio.storage.sidecar import (
    JobTimes,
    MarkSet,
    Sidecar,
    SidecarUnreadable,
    read_sidecar,
    sidecar_path,
    write_sidecar,
)

THUMBNAIL_SIDES = (256, 512)  # px on the longest side
_log = logging.getLogger(__name__)


class Decodes(Inspects, Protocol):
    """The decoder as the library uses it. Each raises PictureRefused or DecoderUnavailable."""

    def examine(
        self, data: bytes, *, purpose: Purpose, sides: Sequence[int]
    ) -> tuple[PictureFacts, tuple[bytes, ...]]: ...


class KeepsThumbnails(Protocol):
    """Where small copies go; `side` in px. What it raises never fails a save."""

    def put(self, id: str, side: int, data: bytes, /) -> object: ...


class Delivered(Protocol):
    """A finished picture with what the provider said of it: the engine's `Delivery`, by its
    attributes.
    """

    @property
    def job(self) -> Job: ...
    @property
    def data(self) -> bytes: ...
    @property
    def finished(self) -> datetime: ...
    @property
    def charged(self) -> Money | None: ...
    @property
    def seed(self) -> int | None: ...
    @property
    def seconds(self) -> float | None: ...
    @property
    def quality(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def reply(self) -> str: ...


class PictureLibrary:
    """Pictures below `root`. Blocking; safe to use from several threads for different jobs."""

    def __init__(
        self,
        root: Path,
        decoder: Decodes,
        thumbnails: KeepsThumbnails,
        references: ReferenceStore,
    ) -> None:
        self._root = root
        self._decoder = decoder
        self._thumbnails = thumbnails
        self._references = references

    def keep(self, delivery: Delivered) -> Generation:
        """Verify by a decode, then write original, sidecar and thumbnails, in that order.

        A size other than the one asked for is kept: it was paid for. Repeating a save that was cut
        off gives the same generation. Raises PictureUnreadable when the bytes are not a picture,
        NotKept when the disk refuses.
        """
        facts, small = self._examined(delivery.data)
        job = delivery.job
        with disk_words():
            path, number = keep_original(self._root, job.id, job.created, delivery.data, facts.mime)
            generation = self._kept_before(path, facts.sha256)
            if generation is None:
                generation = _generation(delivery, facts, number, self._relative(path))
                write_sidecar(path, _sidecar(generation, delivery))
            # A save that was killed left its part in this very folder: the day is the job's.
            sweep_parts(path.parent, recursive=False)
        self._keep_thumbnails(generation.id, small)
        return generation

    def outgoing(self, reference: Reference) -> tuple[bytes, str]:
        """A reference as it leaves: re-encoded without metadata, and its mime type.

        Raises PictureUnreadable when it is gone or damaged, NotKept when it cannot be decoded at
        the moment.
        """
        data = self._references.read(reference)
        try:
            return self._decoder.reference_upload(data)
        except PictureRefused as error:
            raise PictureUnreadable(error.reason, error.sentence) from error
        except DecoderUnavailable as error:
            raise NotKept("The reference cannot be prepared at the moment.") from error

    def _examined(self, data: bytes) -> tuple[PictureFacts, tuple[bytes, ...]]:
        try:
            try:
                return self._decoder.examine(data, purpose="result", sides=THUMBNAIL_SIDES)
            except PictureRefused:
                # Perhaps only the small copies were too much: a paid picture needs a sound decode,
                # no more.
                return self._decoder.inspect(data, purpose="result"), ()
        except PictureRefused as error:
            raise PictureUnreadable(error.reason, error.sentence) from error
        except DecoderUnavailable as error:
            raise NotKept(
                "The picture cannot be checked at the moment. It is tried again."
            ) from error

    def _kept_before(self, path: Path, sha256: str) -> Generation | None:
        """What an earlier, cut off save of these bytes left; None when its sidecar is missing or
        unsound.
        """
        try:
            found = read_sidecar(sidecar_path(path), self._root).generation
        except SidecarUnreadable:
            return None
        same = found.sha256 == sha256 and found.path == self._relative(path)
        return found if same else None

    def _keep_thumbnails(self, generation: str, small: Sequence[bytes]) -> None:
        try:
            for side, data in zip(THUMBNAIL_SIDES, small, strict=False):
                self._thumbnails.put(generation, side, data)
        except Exception:  # noqa: BLE001 - thumbnails can be made again, a failed save costs money
            _log.warning("no thumbnail for %s", generation, exc_info=True)

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


def _generation(delivery: Delivered, facts: PictureFacts, number: int, path: str) -> Generation:
    job = delivery.job
    width, height = facts.shown_size
    return Generation(
        id=job.id if number == 1 else f"{job.id}-{number}",
        job=job.id,
        request=job.request,
        path=path,
        sha256=facts.sha256,
        mime=facts.mime,
        size=Size(width, height),
        bytes=len(delivery.data),
        created=delivery.finished,
        price=job.price,
        charged=job.charged if delivery.charged is None else delivery.charged,
        seed=job.request.seed if delivery.seed is None else delivery.seed,
        seconds=delivery.seconds,
        task=job.ticket.task if job.ticket else "",
        parent=job.request.parent,
        quality=delivery.quality,
        has_c2pa=facts.has_c2pa,
        origin=job.origin,
        look=facts.look,
    )


def _sidecar(generation: Generation, delivery: Delivered) -> Sidecar:
    job = delivery.job
    times = JobTimes(job.order, job.created, job.sent, delivery.finished)
    return Sidecar(generation, MarkSet(project=job.origin.project), times, delivery.reply)
