"""Deleting pictures to the bin and bringing them back, in the background, some at a time.

Between two portions the window gets its turn, can tell how far it is, and can stop. One deed is at
work; others wait for it.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from PySide6.QtCore import QObject, Signal, Slot

from flux_studio.session.background import Background
from flux_studio.session.library_history import LibraryHistory, Step

if TYPE_CHECKING:
    from flux_studio.session.state import StudioState
    from flux_studio.session.stores import Write
    from flux_studio.storage.database import Database
    from flux_studio.storage.deleting import Deleting, Mover
    from flux_studio.storage.gallery import Gallery
    from flux_studio.storage.marks import Marks
    from flux_studio.storage.owners import Owner
    from flux_studio.storage.uses import Uses

log = logging.getLogger(__name__)

TELL_EVERY = 2.0  # seconds, while a deed goes on
PORTION = 20  # pictures between two looks at whether to stop


class BinStores(Protocol):
    """The part of the workshop that deleting needs."""

    @property
    def database(self) -> Database: ...

    @property
    def marks(self) -> Marks: ...

    @property
    def owner(self) -> Owner: ...

    def gallery(self) -> Gallery: ...


@dataclass(frozen=True, slots=True)
class BinReport:
    """How a deed ended. `ids` were moved; `held` stayed since their job still brings pictures,
    `left` because of `sentence` (English, for translation in the context "Notice"), with
    `elsewhere` the library's own bin may take them; `lost` are in no bin any more; `stopped` by a
    person. `step` takes a deletion back.
    """

    deletes: bool
    own: bool = False
    ids: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    sentence: str = ""
    elsewhere: bool = False
    stopped: bool = False
    step: Step | None = None


@dataclass(slots=True)
class _Deed:
    ids: tuple[str, ...]
    report: BinReport
    is_remembered: bool = True
    batch: str = field(default_factory=lambda: uuid4().hex)
    at: int = 0
    untold: tuple[str, ...] = ()
    told_at: float = field(default_factory=monotonic)


class BinDesk(QObject):
    """Signals: `wanted(tuple of ids)` when someone asks to delete pictures, before anything is
    done, `sweep_wanted()` for all that were rejected; `removed(tuple of ids)` and `returned(tuple
    of ids)` as it goes on; `progressed(int, int)` with how many of how many; `ended(BinReport)`.
    """

    wanted = Signal(object)
    sweep_wanted = Signal()
    removed = Signal(object)
    returned = Signal(object)
    progressed = Signal(int, int)
    ended = Signal(object)

    def __init__(
        self,
        stores: Callable[[], BinStores],
        root: Path,
        background: Background,
        write: Write,
        history: LibraryHistory,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stores = stores
        self._root = root
        self._background = background
        self._write = write
        self._history = history
        self._deeds: deque[_Deed] = deque()
        self.system_bin: Mover | None = None  # that of this system, unless another is put here

    @property
    def is_busy(self) -> bool:
        return bool(self._deeds)

    @property
    def deletes(self) -> bool:
        """Whether the deed at work deletes; False for a return, and for none."""
        return bool(self._deeds) and self._deeds[0].report.deletes

    def request(self, ids: Sequence[str]) -> None:
        """Someone wants pictures in the bin: `wanted` lets the window say first what they are used
        for.
        """
        if ids:
            self.wanted.emit(tuple(ids))

    def ask_uses(
        self, ids: Sequence[str], state: StudioState, done: Callable[[Uses], None]
    ) -> None:
        """What pictures are used for, in the library, in the form and in jobs on their way."""
        form = {name for r in state.draft.references for name in (r.parent, r.whole.sha256) if name}
        jobs = {
            name
            for job in state.board.jobs.values()
            if not job.ended
            for r in job.request.references
            for name in (r.parent, r.whole.sha256)
            if name
        }

        def look() -> Uses:
            from flux_studio.storage.uses import uses_of

            return uses_of(self._stores().gallery(), ids, form, jobs)

        self._background.run(look, done)

    def ask_rejected(self, done: Callable[[list[str]], None]) -> None:
        """The ids of all rejected pictures."""

        def look() -> list[str]:
            from flux_studio.storage.uses import rejected

            return rejected(self._stores().gallery())

        self._background.run(look, done)

    def delete(self, ids: Sequence[str], *, own: bool = False) -> None:
        """Move pictures to the bin of the system, or to the library's own. It can be taken back."""
        self._begin(_Deed(tuple(ids), BinReport(deletes=True, own=own)))

    def restore(self, ids: Sequence[str]) -> None:
        """Bring deleted pictures back with their marks."""
        self._begin(_Deed(tuple(ids), BinReport(deletes=False), is_remembered=False))

    def restore_last(self) -> None:
        """Bring back what was deleted last, in an earlier run too."""

        def look() -> list[str]:
            every = self._deleting().every()
            return [each.id for each in every if each.batch == every[-1].batch]

        self._background.run(look, self.restore, self._on_failed_look)

    def _on_failed_look(self, error: Exception) -> None:
        log.error("the bin could not be read", exc_info=error)
        self.ended.emit(BinReport(deletes=False, sentence=str(error)))

    def stop(self) -> None:
        """Stop the deed at work after its portion: what was moved stays moved."""
        if self._deeds:
            deed = self._deeds[0]
            deed.report = replace(deed.report, stopped=True)

    def settle(self) -> None:
        """Put in order what an end of the program or a file manager left."""

        def work() -> tuple[str, ...]:
            stores = self._stores()
            back = self._deleting().settle(self._bins(), stores.owner.is_free)
            if back:
                self._write(lambda: stores.marks.catch_up()).result()
            return back

        self._background.run(work, self._on_settled)

    def _on_settled(self, ids: tuple[str, ...]) -> None:
        if ids:
            self.returned.emit(ids)

    # One deed, portion by portion

    def _begin(self, deed: _Deed) -> None:
        self._deeds.append(deed)
        if len(self._deeds) == 1:
            self._go_on()

    @Slot()
    def _go_on(self) -> None:
        deed = self._deeds[0]
        report = deed.report
        if report.stopped or report.sentence or deed.at >= len(deed.ids):
            self._end(deed)
            return
        some = deed.ids[deed.at : deed.at + PORTION]
        work = partial(self._delete_some if report.deletes else self._restore_some, some, deed)
        self._background.run(work, self._on_portion, self._on_failed)

    def _delete_some(self, ids: tuple[str, ...], deed: _Deed) -> BinReport:
        """On a worker."""
        bins = self._bins()
        done = self._deleting().delete(ids, deed.batch, bins[1 if deed.report.own else 0])
        return replace(
            deed.report,
            ids=done.ids,
            held=done.held,
            left=done.left,
            sentence=done.sentence,
            elsewhere=done.elsewhere,
        )

    def _restore_some(self, ids: tuple[str, ...], deed: _Deed) -> BinReport:
        """On a worker."""
        back = self._deleting().restore(ids, self._bins())
        if back.ids:
            self._write(lambda: self._stores().marks.catch_up()).result()
        return replace(
            deed.report, ids=back.ids, lost=back.lost, left=back.left, sentence=back.sentence
        )

    def _on_portion(self, some: BinReport) -> None:
        deed = self._deeds[0]
        deed.at += PORTION
        before = deed.report
        deed.report = replace(
            some,
            stopped=before.stopped,
            ids=before.ids + some.ids,
            held=before.held + some.held,
            left=before.left + some.left,
            lost=before.lost + some.lost,
        )
        deed.untold += some.ids
        if monotonic() - deed.told_at >= TELL_EVERY:
            self._tell(deed)
        self.progressed.emit(min(deed.at, len(deed.ids)), len(deed.ids))
        self._go_on()

    def _on_failed(self, error: Exception) -> None:
        log.error("a deletion failed", exc_info=error)
        deed = self._deeds[0]
        deed.report = replace(deed.report, sentence=str(error))
        self._go_on()

    def _tell(self, deed: _Deed) -> None:
        """Let the views know. Not at each portion: a large wall is laid out anew each time."""
        ids, deed.untold, deed.told_at = deed.untold, (), monotonic()
        if ids:
            (self.removed if deed.report.deletes else self.returned).emit(ids)

    def _end(self, deed: _Deed) -> None:
        self._tell(deed)
        self._deeds.popleft()
        report, rest = deed.report, deed.ids[deed.at :]
        if report.sentence:
            report = replace(report, left=report.left + rest)
        if report.deletes and report.ids and deed.is_remembered:
            step = self._step(report.ids, own=report.own)
            report = replace(report, step=step)
            self._history.push(step)
        self.ended.emit(report)
        if self._deeds:
            self._go_on()

    def _step(self, ids: tuple[str, ...], *, own: bool) -> Step:
        """Nothing is said by the step itself: `ended` tells when it is done."""

        def redo() -> None:
            again = BinReport(deletes=True, own=own)
            self._begin(_Deed(ids, again, is_remembered=False))

        return Step(undo=partial(self.restore, ids), redo=redo, undone="", redone="")

    # What the workers need

    def _deleting(self) -> Deleting:
        from flux_studio.storage.deleting import Deleting

        stores = self._stores()
        return Deleting(
            stores.database, self._root, stores.owner.token, lambda work: self._write(work).result()
        )

    def _bins(self) -> tuple[Mover, Mover]:
        """That of the system, and the library's own."""
        from flux_studio.session.system_bin import SystemBin
        from flux_studio.storage.deleting import OwnBin

        return self.system_bin or SystemBin(), OwnBin(self._root)
