"""Values for the tests of storage: requests, jobs on their way, pictures without a decoder."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from flux_studio.core.generation import Generation
from flux_studio.core.job import Accepted, Job, Planned, Progressed, Ready, Saved, Sending, Ticket
from flux_studio.core.request import Reference, Request
from flux_studio.core.size import Size
from flux_studio.storage.database import Database
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.owners import Owner

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


def request(prompt: str = "a fox in the snow", **changes) -> Request:
    values = {
        "provider": "someone",
        "model": "flux-2-pro",
        "prompt": prompt,
        "size": Size(1024, 768),
        "output_format": "png",
        "references": (Reference(SHA, "image/png", Size(64, 32), "cat.png", "parent-1"),),
        "seed": 7,
        "safety": 2,
        "checker": True,
        "knobs": (("steps", 28), ("guidance", Decimal("3.50")), ("raw", False), ("look", "calm")),
    }
    return Request(**(values | changes))


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
    values = {
        "id": job,
        "job": job,
        "request": request(),
        "path": f"2026/2026-11-20/120000-{job}.png",
        "sha256": SHA,
        "mime": "image/png",
        "size": Size(1024, 768),
        "bytes": 1000,
        "created": created,
        "price": Decimal("0.030"),
        "charged": Decimal("0.031"),
        "seed": 7,
        "seconds": 4.25,
        "task": "task-1",
        "parent": "parent-1",
        "quality": (("score", "0.9"),),
    }
    return Generation(**(values | changes))


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


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def as_json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def job_of(journal: JobJournal, name: str = "job-1") -> Job:
    job = journal.job(name)
    assert job is not None
    return job
