"""Values for the tests of storage: requests, jobs on their way, pictures without a decoder."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flux_studio.core.generation import Generation
from flux_studio.core.job import (
    Accepted,
    Job,
    JobState,
    Planned,
    Progressed,
    Ready,
    Saved,
    Sending,
    Ticket,
)
from flux_studio.core.request import Origin, Reference, Request
from flux_studio.core.size import Size
from flux_studio.storage.database import Database
from flux_studio.storage.decode import DecoderUnavailable, Purpose
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.owners import Owner
from flux_studio.storage.picture_facts import PictureFacts, PictureRefused

NOON = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
SHA = "ab" * 32
TICKET = Ticket(
    task="task-1",
    submitted=NOON + timedelta(seconds=2),
    urls=(("status", "https://provider.test/1"),),
    expires=NOON + timedelta(hours=1),
    charged=Decimal("0.030"),
    notes=(("route", "new"),),
)


_REQUEST = Request(
    provider="someone",
    model="flux-2-pro",
    prompt="a fox in the snow",
    size=Size(1024, 768),
    output_format="png",
    references=(Reference(SHA, "image/png", Size(64, 32), "cat.png", "parent-1"),),
    seed=7,
    safety=2,
    checker=True,
    knobs=(("steps", 28), ("guidance", Decimal("3.50")), ("raw", False), ("look", "calm")),
)


ORIGIN = Origin(
    typed="a {red|blue} tin",
    choices=(("red|blue", "red"),),
    cell=(("Seed", "7"),),
    again_of="job-0",
)


def request(prompt: str = _REQUEST.prompt, **changes) -> Request:
    return replace(_REQUEST, prompt=prompt, **changes)


def planned(job: str = "job-1", at: datetime = NOON, **changes) -> Planned:
    return Planned(job, at, request(**changes), Decimal("0.030"), "order-1")


def way_to_ready(job: str = "job-1", at: datetime = NOON) -> list:
    """The facts of a job that goes well, up to the moment its bytes are there."""
    second = timedelta(seconds=1)
    return [
        planned(job, at),
        Sending(job, at + second),
        Accepted(job, at + 2 * second, TICKET),
        Progressed(job, at + 3 * second, running=True, words="rendering"),
        Ready(job, at + 4 * second, Decimal("0.031")),
    ]


def generation(job: str = "job-1", created: datetime = NOON, **changes) -> Generation:
    plain = Generation(
        id=job,
        job=job,
        request=request(),
        path=f"2026/2026-11-20/120000-{job}.png",
        sha256=SHA,
        mime="image/png",
        size=Size(1024, 768),
        bytes=1000,
        created=created,
        price=Decimal("0.030"),
        charged=Decimal("0.031"),
        seed=7,
        seconds=4.25,
        task="task-1",
        parent="parent-1",
        quality=(("score", "0.9"),),
        origin=ORIGIN,
    )
    return replace(plain, **changes)


def saved(job: str = "job-1", at: datetime = NOON, **changes) -> Saved:
    return Saved(job, at + timedelta(seconds=5), generation(job, at, **changes))


def open_journal(folder: Path) -> tuple[Database, JobJournal]:
    database = Database(folder / "library.sqlite", folder / "backups")
    return database, JobJournal(database, Owner(folder / "owners"))


def png(width: int = 8, height: int = 8, note: str = "", padding: int = 0) -> bytes:
    """A valid grey PNG that says `note` in a text chunk, with `padding` bytes more."""
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"tEXt", b"note\0" + note.encode()),
        (b"prIv", bytes(i * 37 % 251 for i in range(251)) * (padding // 251 + 1) * bool(padding)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


class HeaderDecoder:
    """Stands in for the decode child: reads the size from the header of what `png` made."""

    def __init__(self) -> None:
        self.thumbnails_fail = False
        self.unavailable = False

    def inspect(self, data: bytes, *, purpose: Purpose) -> PictureFacts:
        if self.unavailable:
            raise DecoderUnavailable
        if not data.startswith(b"\x89PNG"):
            raise PictureRefused("not_a_picture")
        width, height = struct.unpack(">II", data[16:24])
        mime = "image/jpeg" if b"say jpeg" in data else "image/png"
        return PictureFacts(
            mime, width, height, sha(data), len(data), b"caBX" in data, 1, "L", False, False, False
        )

    def examine(
        self, data: bytes, *, purpose: Purpose, sides: Sequence[int]
    ) -> tuple[PictureFacts, tuple[bytes, ...]]:
        if self.thumbnails_fail:
            raise PictureRefused("memory")
        return self.inspect(data, purpose=purpose), tuple(b"small %d" % side for side in sides)

    def reference_upload(
        self, data: bytes, *, most_pixels=None, crop=None, turns=0
    ) -> tuple[bytes, str]:
        self.inspect(data, purpose="reference")
        return b"clean " + data, "image/png"


class ThumbnailShelf:
    """Thumbnails in memory; `broken` makes it raise as no real store should."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], bytes] = {}
        self.broken = False

    def put(self, generation_id: str, side: int, jpeg: bytes) -> bool:
        if self.broken:
            raise RuntimeError("broken shelf")
        self.kept[generation_id, side] = jpeg
        return True


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery as the engine hands it over."""

    job: Job
    data: bytes
    finished: datetime = NOON + timedelta(seconds=9)
    charged: Decimal | None = None
    seed: int | None = None
    seconds: float | None = 3.5
    quality: tuple[tuple[str, str], ...] = (("score", "0.9"),)
    reply: str = '{"cost":0.03}'


def ready_job(name: str = "job-1", **changes) -> Job:
    """A job of which the bytes have come."""
    job = Job(
        id=name,
        order="order-1",
        request=request(),
        price=Decimal("0.030"),
        state=JobState.READY,
        created=NOON,
        updated=NOON + timedelta(seconds=4),
        ticket=TICKET,
        sent=NOON + timedelta(seconds=1),
        charged=Decimal("0.031"),
    )
    return replace(job, **changes)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def as_json(path: Path) -> dict[str, Any]:
    data = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def job_of(journal: JobJournal, name: str = "job-1") -> Job:
    job = journal.job(name)
    assert job is not None
    return job
