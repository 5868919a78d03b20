"""Marks of pictures as the window sets them: kept in row and sidecar, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.background import Background
from flux_studio.session.library_history import LibraryHistory, Step

if TYPE_CHECKING:
    from concurrent.futures import Future

    from flux_studio.session.stores import Stores, Write
    from flux_studio.storage.marks import MarkChange
    from flux_studio.storage.sidecar import MarkSet

BACK = (
    QT_TRANSLATE_NOOP("Notice", "Marks taken back. Pictures: {count}."),
    QT_TRANSLATE_NOOP("Notice", "Marks set again. Pictures: {count}."),
)


class MarkDesk(QObject):
    """Signals: `changed(tuple of ids)` when marks are in their rows; `failed(Exception)` when they
    could not be written.
    """

    changed = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        stores: Callable[[], Stores],
        background: Background,
        write: Write,
        history: LibraryHistory,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stores = stores
        self._background = background
        self._write = write
        self._history = history

    def ask(self, generation_id: str, done: Callable[[MarkSet], None]) -> None:
        """Everything a person said of a picture."""
        self._background.run(lambda: self._stores().gallery().marks(generation_id), done)

    def change(self, generation_ids: Sequence[str], change: MarkChange) -> None:
        """The same marks on some pictures in one go. `changed` follows once, and the step can be
        taken back.
        """
        ids = tuple(generation_ids)
        future = self._write(lambda: self._stores().marks.change(ids, change, sidecars=False))
        step = self._step(ids, change, future)
        # At once, so that whoever takes it back in the same moment takes back this.
        self._history.push(step)
        self._tell(future, ids, partial(self._history.forget, step))

    def _step(
        self, ids: tuple[str, ...], change: MarkChange, made: Future[Mapping[str, MarkSet]]
    ) -> Step:
        def undo() -> None:
            # Writes come one after another: `made` is done when this one begins.
            work = self._write(lambda: self._stores().marks.restore(made.result(), sidecars=False))
            self._tell(work, ids)

        def redo() -> None:
            work = self._write(lambda: self._stores().marks.change(ids, change, sidecars=False))
            self._tell(work, ids)

        return Step(undo, redo, *BACK, (("count", str(len(ids))),))

    def _tell(
        self, future: Future[Any], ids: tuple[str, ...], failed: Callable[[], None] | None = None
    ) -> None:
        """Tell of marks when their rows are written; the sidecars, which take longer, follow."""

        def tell(_: object) -> None:
            self.changed.emit(ids)
            self._background.run(lambda: self._stores().marks.catch_up())

        def tell_failure(error: Exception) -> None:
            if failed is not None:
                failed()
            self.failed.emit(error)

        self._background.run(future.result, tell, tell_failure)
