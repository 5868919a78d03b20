"""What a batch made: its pictures, its contact sheet, its collection, its table of results.

Blocking: called through the background. What writes rows runs on the thread that owns the writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from flux_studio.core.batch.grid import sides_of
from flux_studio.core.batch.rows import columns_of
from flux_studio.core.batch.run import Run, Told
from flux_studio.core.batch.text import write_table
from flux_studio.core.generation import Generation
from flux_studio.core.job_events import JobState
from flux_studio.core.money import plain

if TYPE_CHECKING:
    from flux_studio.session.stores import Stores, Write


THUMBNAIL = 512  # px


@dataclass(frozen=True, slots=True)
class SheetPicture:
    """One place of a contact sheet: its row and column from 0, our own JPEG of the picture (None
    where there is none), and which one it is.
    """

    down: int
    across: int
    jpeg: bytes | None = None
    generation: Generation | None = None


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What is to be drawn: the title, what the sides are, their headings, and the pictures."""

    title: str
    sides: tuple[str, str]
    down: tuple[str, ...]
    across: tuple[str, ...]
    pictures: tuple[SheetPicture, ...]


class Paints(Protocol):
    """Draws a contact sheet on any thread; gives the bytes of a PNG."""

    def __call__(self, plan: SheetPlan, /) -> bytes: ...


class BatchResults:
    """Reads and makes what a run came to. `paint` draws a sheet, `thumbnail` gives our own JPEG."""

    def __init__(
        self,
        stores: Callable[[], Stores],
        root: Path,
        write: Write,
        thumbnail: Callable[[str, int], bytes | None],
        paint: Paints,
    ) -> None:
        self._stores = stores
        self._root = root
        self._write = write
        self._thumbnail = thumbnail
        self._paint = paint

    def told(self, run: Run) -> dict[str, Told]:
        """What the journal knows of the jobs of a run."""
        from flux_studio.storage.sheets import states_of

        found = states_of(self._stores().gallery().ask, run.jobs)
        return {job: Told(JobState(state), message) for job, (state, message) in found.items()}

    def pictures(self, run: Run) -> list[tuple[str, Generation]]:
        """Each picture with its job, in the order of the rows."""
        from flux_studio.storage.sheets import pictures_of

        gallery = self._stores().gallery()
        ids = pictures_of(gallery.ask, run.jobs)
        by_id = {each.id: each for each in gallery.rows(list(ids.values()))}
        found = [(job, by_id.get(ids.get(job, ""))) for job in run.jobs]
        return [(job, each) for job, each in found if each is not None]

    def export(self, run: Run, path: Path) -> int:
        """Write the rows with what became of each picture as CSV; gives how many lines it has.
        Raises OSError.
        """
        from flux_studio.storage.atomic import write_atomic

        pictures, told = dict(self.pictures(run)), self.told(run)
        columns = columns_of([each.row for each in run.sent])
        lines: list[list[str]] = []
        for each in run.sent:
            cells = [each.row.cell(column) for column in columns]
            lines += [[*cells, *self._result(pictures.get(job), told.get(job))]
                      for job in each.jobs]  # fmt: skip
        head = [*columns, "path", "cost", "used seed", "seconds", "state", "message"]
        # The mark at the front makes spreadsheets read it as UTF-8.
        write_atomic(path, ("\ufeff" + write_table([head, *lines], ",")).encode())
        return len(lines)

    def make_sheet(self, run: Run) -> Generation | None:
        """Draw and keep the contact sheet of a grid, and put it with its pictures into the
        collection of the run; None when nothing was made. Raises NotKept.
        """
        from flux_studio.storage.marks import MarkChange
        from flux_studio.storage.sheets import NewSheet, sheet_row, write_sheet

        pictures = self.pictures(run)
        plan = self._plan(run, dict(pictures))
        if plan is None or not pictures:
            return None
        stores, ids = self._stores(), tuple(each.id for _, each in pictures)
        cell = ((plan.sides[0], ", ".join(plan.down)), (plan.sides[1], ", ".join(plan.across)))
        sheet = NewSheet(
            uuid4().hex[:16], self._paint(plan), plan.title, cell, ids, run.name, run.project
        )
        now = datetime.now(UTC)
        made = write_sheet(self._root, stores.decoder, stores.thumbnails, sheet, now)
        change = MarkChange(collections_added=(run.name,))

        def rows() -> None:
            sheet_row(stores.database, made, sheet)
            stores.marks.change(ids, change, sidecars=False)

        self._write(rows).result()
        stores.marks.catch_up()
        return made

    def _plan(self, run: Run, pictures: dict[str, Generation]) -> SheetPlan | None:
        rows = [each.row for each in run.sent]
        sides = sides_of(rows)
        if sides is None:
            return None
        down, across = sides
        titles = rows[0].axes[0][0], rows[0].axes[1][0]
        places: dict[tuple[int, int], Generation | None] = {}
        for each in run.sent:
            (_, first), (_, second) = each.row.axes
            found = next((pictures[job] for job in each.jobs if job in pictures), None)
            place = down.index(first), across.index(second)
            if places.get(place) is None:  # several pictures of a place: the first there is
                places[place] = found
        drawn = tuple(self._place(*place, found) for place, found in places.items())
        title = rows[0].typed or rows[0].cell("prompt")
        return SheetPlan(title, titles, down, across, drawn)

    def _place(self, down: int, across: int, found: Generation | None) -> SheetPicture:
        if found is None:
            return SheetPicture(down, across)
        return SheetPicture(down, across, self._thumbnail(found.id, THUMBNAIL), found)

    def _result(self, found: Generation | None, told: Told | None) -> Sequence[str]:
        state = told.state.value if told else ""
        if found is None:
            return ["", "", "", "", state, told.message if told else ""]
        return [
            str(self._root / found.path),
            plain(found.charged if found.charged is not None else found.price) or "",
            "" if found.seed is None else str(found.seed),
            "" if found.seconds is None else f"{found.seconds:.1f}",
            state,
            "",
        ]
