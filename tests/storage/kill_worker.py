"""A process that saves pictures until it is killed: the other half of `test_kill.py`.

`python -m tests.storage.kill_worker FOLDER ORDER` takes over what a killed one left, then makes new
jobs. It says `READY` when it begins, and `ACK <job> <sha256>` after each save that the studio would
call saved. ORDER is `right`, or `wrong`: the row first and then a plain write, which the test must
be able to tell apart.
"""

from __future__ import annotations

import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

from flux_studio.core.generation import Generation
from flux_studio.core.job import Accepted, Job, JobState, Planned, Ready, Saved, Sending, Ticket
from flux_studio.storage.journal import JobJournal
from flux_studio.storage.library import PictureLibrary
from flux_studio.storage.originals import day_folder, stem
from flux_studio.storage.references import ReferenceStore
from flux_studio.storage.sidecar import MarkSet, Sidecar, write_sidecar
from tests.storage.samples import (
    HeaderDecoder,
    Parcel,
    ThumbnailShelf,
    generation,
    open_journal,
    png,
    request,
    sha,
)

PADDING = 600_000  # bytes: long enough to be killed in the middle of


def picture_of(job: str) -> bytes:
    """The provider's picture: the same at each download."""
    return png(16, 16, job, PADDING)


def say(line: str) -> None:
    """A line that the other process has as soon as this returns."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Saver:
    """Takes jobs to `saved` in one order or the other."""

    def __init__(self, folder: Path, order: str) -> None:
        self.root = folder / "pictures"
        self.journal: JobJournal = open_journal(folder / "data")[1]
        self.order = order
        decoder = HeaderDecoder()
        references = ReferenceStore(folder / "data" / "references", decoder)
        self.library = PictureLibrary(self.root, decoder, ThumbnailShelf(), references)

    def plan(self) -> Job:
        name, now = uuid.uuid4().hex, datetime.now(UTC)
        self.journal.record(Planned(name, now, request(), None, "order"))
        return self.job(name)

    def job(self, name: str) -> Job:
        job = self.journal.job(name)
        assert job is not None
        return job

    def finish(self, job: Job) -> None:
        """Whatever is left to do of a job."""
        now = datetime.now(UTC)
        if job.state is JobState.PLANNED:
            self.journal.record(Sending(job.id, now))
        if job.state in (JobState.PLANNED, JobState.SENDING):
            self.journal.record(Accepted(job.id, now, Ticket(f"task-{job.id}", now)))
        self.journal.record(Ready(job.id, now, None))
        data = picture_of(job.id)
        if self.order == "right":
            kept = self.library.keep(Parcel(self.job(job.id), data, now))
            self.journal.record(Saved(job.id, now, kept))
        else:
            self.save_wrongly(job, data, now)
        say(f"ACK {job.id} {sha(data)}")

    def save_wrongly(self, job: Job, data: bytes, now: datetime) -> None:
        path = day_folder(self.root, job.created) / f"{stem(job.id, job.created, 1)}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = self.described(job, data, path.relative_to(self.root).as_posix())
        self.journal.record(Saved(job.id, now, kept))
        with path.open("wb", buffering=0) as file:
            for start in range(0, len(data), 4096):
                file.write(data[start : start + 4096])
        write_sidecar(path, Sidecar(kept, MarkSet()))

    def described(self, job: Job, data: bytes, path: str) -> Generation:
        return generation(job.id, sha256=sha(data), bytes=len(data), path=path)


def main(folder: str, order: str) -> None:
    saver = Saver(Path(folder), order)
    say("READY")
    for job in saver.journal.open_jobs():
        saver.finish(job)
    while True:
        saver.finish(saver.plan())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
