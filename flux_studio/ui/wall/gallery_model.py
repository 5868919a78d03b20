"""The wall's list: one row a picture or a job. Ids and sizes are in memory, all else is read when
it is looked at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QPixmap

from flux_studio.core.generation import Generation
from flux_studio.core.job import Job, JobState
from flux_studio.core.size import Size
from flux_studio.session.background import Background
from flux_studio.ui.job_details import job_tip
from flux_studio.ui.phrases import prompt_start
from flux_studio.ui.wall import words
from flux_studio.ui.wall.catalogue import Catalogue, micros, moment
from flux_studio.ui.wall.grouping import Pile
from flux_studio.ui.widgets.tooltip import tooltip

if TYPE_CHECKING:
    from flux_studio.storage.gallery import Cell

ENDED_RATIO = 1.2  # width / height of the narrowest card of a job that gets no picture
FEW = 3  # pictures that are taken off one by one
MOST_ROWS = 2_000  # generations kept after they were looked at
AnyIndex = QModelIndex | QPersistentModelIndex
ReadRows = Callable[[Sequence[str]], "list[Seen]"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture that was looked at: its row, and whether its file is where it should be."""

    generation: Generation
    has_file: bool


class GalleryModel(QAbstractListModel):
    """Signal: `pictures_read(tuple of ids)` when pictures that were asked for have come.

    `read` blocks and is called on `background`.
    """

    pictures_read = Signal(object)

    def __init__(self, read: ReadRows, background: Background) -> None:
        super().__init__()
        self._read = read
        self._background = background
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._stale: set[str] = set()
        self._asked: set[str] = set()
        self.catalogue = Catalogue()
        self.jobs: dict[str, Job] = {}
        self.previews: dict[str, QPixmap] = {}

    # Qt's questions

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.catalogue)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or not 0 <= index.row() < len(self.catalogue):
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._text(index.row())
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(index.row())
            case _:
                return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        flags |= Qt.ItemFlag.ItemNeverHasChildren
        if self.job(index.row()) is None:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    # What lies in a row

    def id(self, row: int) -> str:
        return self.catalogue.ids[row]

    def job(self, row: int) -> Job | None:
        """The job that has a card in this row, None for a picture."""
        return self.jobs.get(self.catalogue.ids[row]) if self.jobs else None

    def seen(self, row: int) -> Seen | None:
        """The picture of a row if it was read already."""
        return self._seen.get(self.catalogue.ids[row])

    def known(self, id_: str) -> Seen | None:
        """A picture by its id if it was read and its marks are those of now."""
        return None if id_ in self._stale else self._seen.get(id_)

    def pictures(self) -> list[str]:
        """The ids of all pictures as they lie, those in closed piles too, without the jobs."""
        return [id_ for id_ in self.catalogue.everything() if id_ not in self.jobs]

    def look_at(self, rows: Sequence[int]) -> None:
        """Read what is not known yet of these rows; `pictures_read` follows."""
        wanted = [id_ for id_ in map(self.id, rows) if self._is_unread(id_)]
        if not wanted:
            return
        self._asked.update(wanted)
        self._background.run(
            lambda: self._read(wanted),
            lambda seen: self._on_read(wanted, seen),
            lambda _: self._asked.difference_update(wanted),
        )

    def is_unread(self, row: int) -> bool:
        """Whether `look_at` would read this row."""
        return self._is_unread(self.id(row))

    # Changes

    def show_pictures(self, catalogue: Catalogue, jobs: Sequence[Job]) -> None:
        """Other pictures from the first to the last, with a card on top for each job."""
        self.beginResetModel()
        for job in jobs:
            _put_first(catalogue, job)
        self.catalogue = catalogue
        self.jobs = {job.id: job for job in jobs}
        self.endResetModel()

    def add_job(self, job: Job) -> None:
        """A card at the very top."""
        self.beginInsertRows(QModelIndex(), 0, 0)
        self.jobs[job.id] = job
        _put_first(self.catalogue, job)
        self.endInsertRows()

    def change_job(self, job: Job) -> None:
        """What a card shows; a saved job leaves its place to its picture."""
        row = self.catalogue.find(job.id)
        if row is None or job.id not in self.jobs:
            return
        if job.state is JobState.SAVED and job.generation:
            del self.jobs[job.id]
            size = job.request.size
            self.catalogue.change(row, job.generation, size.width, size.height)
        else:
            self.jobs[job.id] = job
            self.catalogue.change(row, job.id, *_card_size(job))
        self._tell(row)

    def show_preview(self, id_: str, preview: QPixmap | None) -> None:
        """An early look on the card of a job that runs; None takes it away."""
        if preview is None:
            self.previews.pop(id_, None)
        else:
            self.previews[id_] = preview
        row = self.catalogue.find(id_)
        if row is not None:
            self._tell(row)

    def remove_job(self, id_: str) -> None:
        """Take a card away."""
        row = self.catalogue.find(id_)
        if row is None or id_ not in self.jobs:
            return
        self.beginRemoveRows(QModelIndex(), row, row)
        del self.jobs[id_]
        self.catalogue.take(row)
        self.endRemoveRows()

    def add_picture(self, generation: Generation) -> None:
        """A picture that has just been saved: on top, or where its card was."""
        self._keep(Seen(generation, has_file=True))
        row = self.catalogue.find(generation.id)
        width, height = generation.size.width, generation.size.height
        if row is not None:
            self.jobs.pop(generation.id, None)
            self.catalogue.change(row, generation.id, width, height)
            self._tell(row)
            return
        self.beginInsertRows(QModelIndex(), 0, 0)
        cell = (generation.id, micros(generation.created), width, height)
        self.catalogue.put_first(cell, generation.origin.project, generation.request.prompt)
        self.endInsertRows()

    def forget(self, ids: Sequence[str]) -> None:
        """Pictures whose marks changed: what is shown stays until it was read again."""
        self._stale.update(id_ for id_ in ids if id_ in self._seen)
        self._tell_all()

    def remove_pictures(self, ids: Sequence[str]) -> bool:
        """Take a few pictures off; False, and nothing done, for so many that it is quicker to lay
        everything out anew.
        """
        if len(ids) > FEW:
            return False
        for id_ in ids:
            self.remove_picture(id_)
        return True

    def remove_picture(self, id_: str) -> None:
        """A picture that is no more; under the front of a closed pile lies the next one."""
        if id_ in self.jobs:
            return
        row = self.catalogue.find(id_)
        self._seen.pop(id_, None)
        if row is None:
            front = self.catalogue.drop_hidden(id_)
            row = None if front is None else self.catalogue.find(front)
            if row is not None:
                self._tell(row)
            return
        pile = self.catalogue.piles.get(id_)
        if pile is not None and not pile.is_open:
            self.catalogue.next_front(row)
            self._tell(row)
            return
        self.beginRemoveRows(QModelIndex(), row, row)
        self._leave_pile(id_)
        self.catalogue.take(row)
        self.endRemoveRows()

    # Piles

    def pile(self, row: int) -> Pile | None:
        """The pile whose front picture is in a row."""
        return self.catalogue.piles.get(self.id(row)) if self.catalogue.piles else None

    def opened(self) -> frozenset[str]:
        """The names of the piles that lie open."""
        return frozenset(pile.name for pile in self.catalogue.piles.values() if pile.is_open)

    def toggle_pile(self, row: int) -> int | None:
        """Open or close the pile a row belongs to; gives the row of its front picture, None when
        it belongs to none.
        """
        front = self.catalogue.front_of(self.id(row)) if self.catalogue.piles else None
        found = None if front is None else self.catalogue.find(front)
        if front is None or found is None:
            return None
        pile = self.catalogue.piles[front]
        first, last = found + 1, found + len(pile.rest)
        if pile.is_open:
            self.beginRemoveRows(QModelIndex(), first, last)
            self.catalogue.close_pile(found)
            self.endRemoveRows()
        else:
            self.beginInsertRows(QModelIndex(), first, last)
            self.catalogue.open_pile(found)
            self.endInsertRows()
        self._tell(found)
        return found

    # Inside

    def _leave_pile(self, id_: str) -> None:
        """A picture that is about to go leaves its open pile."""
        pile = self.catalogue.piles.pop(id_, None)
        if pile is not None:
            if len(pile.rest) > 1:
                self.catalogue.piles[pile.rest[0][0]] = Pile(pile.rest[1:], is_open=True)
            return
        front = self.catalogue.front_of(id_) if self.catalogue.piles else None
        if front is not None:
            self.catalogue.leave_pile(front, id_)

    def _text(self, row: int) -> str:
        job = self.job(row)
        if job is not None:
            return words.job_text(job, datetime.now(UTC))
        seen = self.seen(row)
        if seen is not None:
            return words.picture_words(seen.generation)
        self.look_at([row])
        size = Size(self.catalogue.widths[row], self.catalogue.heights[row])
        return words.unread_words(size, moment(self.catalogue.created[row]))

    def _tip(self, row: int) -> str:
        job = self.job(row)
        if job is not None:
            now = words.card_words(job, datetime.now(UTC))
            return tooltip(job_tip(job, prompt_start(job.request.prompt), now, job.message))
        seen = self.seen(row)
        return tooltip(words.picture_tip(seen.generation)) if seen else ""

    def _is_unread(self, id_: str) -> bool:
        known = id_ in self._seen and id_ not in self._stale
        return not known and id_ not in self._asked and id_ not in self.jobs

    def _on_read(self, wanted: Sequence[str], found: Sequence[Seen]) -> None:
        self._asked.difference_update(wanted)
        self._stale.difference_update(wanted)
        for seen in found:
            self._keep(seen)
        self._tell_all()  # where these rows are now is a search; a repaint of what shows is cheaper
        self.pictures_read.emit(tuple(seen.generation.id for seen in found))

    def _keep(self, seen: Seen) -> None:
        self._seen[seen.generation.id] = seen
        self._seen.move_to_end(seen.generation.id)
        while len(self._seen) > MOST_ROWS:
            self._seen.popitem(last=False)

    def _tell(self, row: int) -> None:
        index = self.index(row)
        self.dataChanged.emit(index, index)

    def _tell_all(self) -> None:
        if len(self.catalogue):
            self.dataChanged.emit(self.index(0), self.index(len(self.catalogue) - 1))


def _put_first(catalogue: Catalogue, job: Job) -> None:
    cell: Cell = (job.id, micros(job.created), *_card_size(job))
    catalogue.put_first(cell, job.origin.project, job.request.prompt)


def _card_size(job: Job) -> tuple[int, int]:
    """A card has the shape of the picture to come, so that nothing moves when it comes; one that
    gets no picture has room for what it says.
    """
    size = job.request.size
    if job.state in words.ON_THE_WAY:
        return size.width, size.height
    return max(size.width, round(ENDED_RATIO * size.height)), size.height
