"""Contact sheets in the library: pictures that the studio put together itself from others.

A sheet costs nothing and has no job. Its `parent` is the first picture on it, its sidecar names all
of them, and one collection holds it together with them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flux_studio.core.batch.run import MARKER, SHEET
from flux_studio.core.errors import NotKept
from flux_studio.core.generation import Generation
from flux_studio.core.money import Money
from flux_studio.core.request import Origin, Request
from flux_studio.core.size import Size
from flux_studio.storage.database import Database
from flux_studio.storage.decode import DecoderUnavailable
from flux_studio.storage.disk_errors import disk_words
from flux_studio.storage.generation_rows import insert_generation
from flux_studio.storage.library import THUMBNAIL_SIDES, Decodes, KeepsThumbnails
from flux_studio.storage.originals import keep_original
from flux_studio.storage.picture_facts import PictureRefused
from flux_studio.storage.sidecar import MarkSet, Sidecar, write_sidecar


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet to keep: its bytes, what it is called, its headings, and the ids of its pictures."""

    id: str
    data: bytes
    prompt: str
    cell: tuple[tuple[str, str], ...]
    parents: tuple[str, ...]
    collection: str
    project: str = ""


def write_sheet(
    root: Path, decoder: Decodes, thumbnails: KeepsThumbnails, sheet: NewSheet, at: datetime
) -> Generation:
    """Put a sheet on disk below the library folder `root`, with its sidecar and small copies; the
    row comes after it. Blocking. Raises NotKept.
    """
    try:
        facts, small = decoder.examine(sheet.data, purpose="reference", sides=THUMBNAIL_SIDES)
    except (PictureRefused, DecoderUnavailable) as error:
        raise NotKept("The contact sheet cannot be checked at the moment.") from error
    size = Size(*facts.shown_size)
    origin = Origin(sheet.project, cell=sheet.cell)
    with disk_words():
        path, _ = keep_original(root, sheet.id, at, sheet.data, facts.mime)
        generation = Generation(
            id=sheet.id,
            job=sheet.id,
            request=Request(MARKER, SHEET, sheet.prompt, size, "png"),
            path=path.relative_to(root).as_posix(),
            sha256=facts.sha256,
            mime=facts.mime,
            size=size,
            bytes=len(sheet.data),
            created=at,
            price=Money(0),
            charged=Money(0),
            parent=next(iter(sheet.parents), None),
            origin=origin,
            look=facts.look,
        )
        reply = json.dumps({"pictures": list(sheet.parents)})
        write_sidecar(path, Sidecar(generation, marks_of(sheet), None, reply))
    for side, data in zip(THUMBNAIL_SIDES, small, strict=False):
        thumbnails.put(sheet.id, side, data)
    return generation


def sheet_row(database: Database, generation: Generation, sheet: NewSheet) -> None:
    """Put the row of a written sheet into the library. On the thread that owns the writes. Raises
    NotKept.
    """
    marks = marks_of(sheet)

    def work(connection: sqlite3.Connection) -> None:
        insert_generation(
            connection,
            generation,
            full_text=database.full_text,
            project=marks.project,
            collections=marks.collections,
        )

    database.write(work)


def marks_of(sheet: NewSheet) -> MarkSet:
    """What a new sheet is marked with."""
    return MarkSet(project=sheet.project, collections=(sheet.collection,))


def pictures_of(
    ask: Callable[[str, Sequence[object]], Sequence[sqlite3.Row]], jobs: Sequence[str]
) -> dict[str, str]:
    """The id of the picture of each of these jobs that has one. A job's own comes first."""
    found: dict[str, str] = {}
    for row in _of(ask, "SELECT id, job FROM generations WHERE job IN ({}) ORDER BY id", jobs):
        if row["job"] not in found or row["id"] == row["job"]:
            found[row["job"]] = row["id"]
    return found


def states_of(
    ask: Callable[[str, Sequence[object]], Sequence[sqlite3.Row]], jobs: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """State and sentence of each of these jobs, as the journal has them."""
    rows = _of(ask, "SELECT id, state, message FROM jobs WHERE id IN ({})", jobs)
    return {row["id"]: (row["state"], row["message"]) for row in rows}


def _of(
    ask: Callable[[str, Sequence[object]], Sequence[sqlite3.Row]], sql: str, names: Sequence[str]
) -> list[sqlite3.Row]:
    """Rows for a list of names, in questions that SQLite takes."""
    some = [names[at : at + 500] for at in range(0, len(names), 500)]
    return [row for each in some for row in ask(sql.format(", ".join("?" * len(each))), list(each))]
