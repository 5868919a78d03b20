"""Restores the database from sidecars alone: pictures, marks, costs, and the ledger's rows of
their jobs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from flux_studio.core.job import Job, JobState, Ticket
from flux_studio.storage.database import Database
from flux_studio.storage.deleting import in_own_bin
from flux_studio.storage.gallery import marks_from, words_of
from flux_studio.storage.generation_rows import insert_generation
from flux_studio.storage.job_rows import write_job
from flux_studio.storage.marks import MarkChange, mark_row, rows_of
from flux_studio.storage.sidecar import Sidecar, SidecarUnreadable, is_sidecar, read_sidecar

_AT_ONCE = 500
REBUILT = "rebuilt"  # the owner of rows that no process ever worked on


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`restored` pictures came back, `present` were there already; `faults` are sentences about
    the others.
    """

    restored: int
    present: int
    faults: tuple[str, ...]


def rebuild(database: Database, root: Path, *, refresh: bool = False) -> Rebuilt:
    """Add every picture below `root` whose sidecar can be read and that the database does not
    know.

    What the database has is not changed; with `refresh` (the database is an older copy) marks that
    differ are taken from the sidecar. The files are not verified here: `Verification` does that.
    Raises NotKept when the disk refuses.
    """
    restored = present = 0
    faults: list[str] = []
    sidecars = _sidecars(root, faults)
    while some := list(islice(sidecars, _AT_ONCE)):
        with database.transaction() as connection:
            for sidecar in some:
                if _restore(connection, sidecar, full_text=database.full_text):
                    restored += 1
                else:
                    present += 1
                    if refresh:
                        _refresh(connection, sidecar, full_text=database.full_text)
    return Rebuilt(restored, present, tuple(faults))


def _sidecars(root: Path, faults: list[str]) -> Iterator[Sidecar]:
    for path in sorted(root.rglob("*.json")):
        if path.name.startswith(".") or in_own_bin(path, root):
            continue
        if not path.is_file() or not is_sidecar(path):
            continue
        try:
            sidecar = read_sidecar(path, root)
        except SidecarUnreadable as error:
            faults.append(str(error))
            continue
        if (root / sidecar.generation.path).is_file():
            yield sidecar
        else:
            faults.append(f"The picture of the sidecar {path.name} is gone.")


def _restore(connection: sqlite3.Connection, sidecar: Sidecar, *, full_text: bool) -> bool:
    marks = sidecar.marks
    added = insert_generation(
        connection,
        sidecar.generation,
        full_text=full_text,
        rejected=marks.rejected,
        label=marks.label,
        project=marks.project,
        note=marks.note,
        tags=marks.tags,
        verdict=marks.verdict,
        collections=marks.collections,
    )
    job = _job_of(sidecar)
    if job and _is_wanted(connection, job):
        write_job(connection, job, REBUILT)
    return added


def _refresh(connection: sqlite3.Connection, sidecar: Sidecar, *, full_text: bool) -> None:
    """Newer marks from a sidecar; a row whose own marks have not reached it yet keeps them."""
    id_ = sidecar.generation.id
    row = connection.execute("SELECT * FROM generations WHERE id = ?", (id_,)).fetchone()
    marks = sidecar.marks
    present = marks_from(row, *words_of(rows_of(connection), row["number"]))
    if not row["sidecar_behind"] and present != marks:
        mark_row(connection, id_, MarkChange(**asdict(marks)), full_text=full_text)


def _is_wanted(connection: sqlite3.Connection, job: Job) -> bool:
    """A job is restored once, and from its own picture where it gave several: that one says what
    was charged.
    """
    row = connection.execute("SELECT owner FROM jobs WHERE id = ?", (job.id,)).fetchone()
    return row is None or (row["owner"] == REBUILT and job.generation == job.id)


def _job_of(sidecar: Sidecar) -> Job | None:
    """The ended job of a picture, so that the money it cost is counted again."""
    times, generation = sidecar.times, sidecar.generation
    if times is None:
        return None
    sent = times.sent or times.planned
    return Job(
        id=generation.job,
        order=times.order,
        request=generation.request,
        price=generation.price,
        state=JobState.SAVED,
        created=times.planned,
        updated=times.finished,
        ticket=Ticket(generation.task, sent) if generation.task else None,
        sent=sent,
        charged=generation.charged,
        generation=generation.id,
        origin=generation.origin,
    )
