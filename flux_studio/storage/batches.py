"""The batch window's table and the batch that was sent last, so that both come back after a
restart: `<data>/batch.json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flux_studio.core.batch.rows import Row
from flux_studio.core.batch.run import Run, SentRow
from flux_studio.storage.atomic import write_atomic
from flux_studio.storage.disk_errors import disk_words
from flux_studio.storage.json_fields import Fields, RowUnreadable, canonical, parse_json

MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeptBatch:
    """What the file holds."""

    rows: tuple[Row, ...] = ()
    run: Run | None = None


class BatchFile:
    """One table in one file. Blocking: not for the main thread."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def save(self, kept: KeptBatch) -> None:
        """Keep it, the old one or the new one, never half of it. Raises NotKept."""
        run = kept.run
        data = {"rows": [_row_data(row) for row in kept.rows], "run": run and _run_data(run)}
        with disk_words():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(self._path, canonical(data).encode())

    def load(self) -> KeptBatch:
        """What was kept; an empty table when there is nothing or it cannot be read: no picture is
        lost with it.
        """
        try:
            with self._path.open("rb") as file:
                fields = Fields(parse_json(file.read(MOST_BYTES)))
            run = fields.table_or_none("run")
            rows = tuple(_row_of(each) for each in fields.tables("rows"))
            return KeptBatch(rows, None if run is None else _run_of(run))
        except (OSError, RowUnreadable):
            return KeptBatch()


def _row_data(row: Row) -> dict[str, object]:
    return {
        "cells": [list(pair) for pair in row.cells.items()],
        "axes": [list(pair) for pair in row.axes],
        "typed": row.typed,
        "choices": [list(pair) for pair in row.choices],
    }


def _row_of(fields: Fields) -> Row:
    return Row(
        dict(fields.pairs("cells")),
        fields.pairs("axes"),
        fields.text("typed", ""),
        fields.pairs("choices"),
    )


def _run_data(run: Run) -> dict[str, object]:
    return {
        "name": run.name,
        "project": run.project,
        "sheet": run.sheet,
        "sent": [{"row": _row_data(each.row), "jobs": list(each.jobs)} for each in run.sent],
    }


def _run_of(fields: Fields) -> Run:
    sent = tuple(
        SentRow(_row_of(each.table("row")), each.texts("jobs")) for each in fields.tables("sent")
    )
    return Run(fields.text("name"), sent, fields.text("project", ""), fields.text("sheet", ""))
