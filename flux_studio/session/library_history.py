"""What was done to the library and can be taken back: a stack of steps, each with its way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done. `undo` takes it back and `redo` does it again; both only begin it.

    `undone` and `redone` are what is said then: English, for translation in the context "Notice",
    with `values` filled in; '' where something else will say so.
    """

    undo: Callable[[], None]
    redo: Callable[[], None]
    undone: str
    redone: str
    values: tuple[tuple[str, str], ...] = ()


class LibraryHistory(QObject):
    """The steps of this run, the last `MOST_STEPS` of them.

    Signals: `undone(Step)`, `redone(Step)`; `pushed()` when something was done; `changed()` when
    there is more or less to take back.
    """

    undone = Signal(object)
    redone = Signal(object)
    pushed = Signal()
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._done: list[Step] = []
        self._taken_back: list[Step] = []

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._taken_back)

    def push(self, step: Step) -> None:
        """Remember what has just been done. What was taken back before cannot be redone now."""
        self._done = [*self._done, step][-MOST_STEPS:]
        self._taken_back.clear()
        self.changed.emit()
        self.pushed.emit()

    def forget(self, step: Step) -> None:
        """A step that was not kept after all."""
        self._done = [each for each in self._done if each is not step]
        self._taken_back = [each for each in self._taken_back if each is not step]
        self.changed.emit()

    def undo(self) -> bool:
        """Take the last step back; False when there is none."""
        if not self._done:
            return False
        step = self._done.pop()
        self._taken_back.append(step)
        step.undo()
        self.undone.emit(step)
        self.changed.emit()
        return True

    def take_back(self, step: object) -> bool:
        """Take back one step, wherever it lies; False when it was taken back already."""
        if not any(each is step for each in self._done):
            return False
        found = next(each for each in self._done if each is step)
        self._done = [*(each for each in self._done if each is not step), found]
        return self.undo()

    def redo(self) -> bool:
        """Do again what was taken back last; False when there is nothing."""
        if not self._taken_back:
            return False
        step = self._taken_back.pop()
        self._done.append(step)
        step.redo()
        self.redone.emit(step)
        self.changed.emit()
        return True
