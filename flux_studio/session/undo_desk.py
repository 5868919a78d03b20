"""Undo and redo for the whole form: prompt, references, size and all settings are one history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from flux_studio.core.draft_history import DraftHistory, DraftStep
from flux_studio.session.state import StudioState

if TYPE_CHECKING:
    from flux_studio.session.studio import Studio

_MOST_FORMS = 8  # of projects whose history is kept


class UndoDesk(QObject):
    """Follows the studio's draft. Each project has a history of its own, and so has a job that is
    being edited: its form never mixes with the one that waits meanwhile.

    Signals: `changed()` when there is another step to take back or to do again; `recorded()` when
    a step came to the history; `stepped(DraftStep, bool)` after one was taken back (True) or done
    again (False).
    """

    changed = Signal()
    recorded = Signal()
    stepped = Signal(object, bool)

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._form = (studio.state.draft.project, studio.state.editing)
        self._draft = studio.state.draft
        self._history = DraftHistory(self._draft)
        self._histories = {self._form: self._history}
        self._key, self._held, self._silent = "", False, False
        self._gestures = count(1)
        studio.changed.connect(self._on_studio_changed)

    @property
    def to_undo(self) -> DraftStep | None:
        """The step that comes back next."""
        return self._history.to_undo

    @property
    def to_redo(self) -> DraftStep | None:
        """The step that would be done again next."""
        return self._history.to_redo

    @Slot()
    def undo(self) -> bool:
        """Take the last step back; False when there is none."""
        step = self._history.undo()
        if step is not None:
            self._put(step, undone=True)
        return step is not None

    @Slot()
    def redo(self) -> bool:
        """Do the last step again that was taken back; False when there is none."""
        step = self._history.redo()
        if step is not None:
            self._put(step, undone=False)
        return step is not None

    @contextmanager
    def as_one(self, key: str) -> Iterator[None]:
        """Changes inside are one step, together with those of the same key just before. Within a
        gesture they belong to that.
        """
        before, self._key = self._key, self._key if self._held else key
        try:
            yield
        finally:
            self._key = before

    def hold(self) -> None:
        """A gesture begins, such as a drag: all changes until `release` are one step."""
        self._key, self._held = f"gesture {next(self._gestures)}", True

    def release(self) -> None:
        """The gesture is over."""
        self._key, self._held = "", False

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Changes inside are no step: they are not the person's."""
        self._silent = True
        try:
            yield
        finally:
            self._silent = False

    def _put(self, step: DraftStep, *, undone: bool) -> None:
        draft = step.before if undone else step.after
        with self.unseen():
            self._studio.put_draft(replace(draft, project=self._form[0]))
        self.changed.emit()
        self.stepped.emit(step, undone)

    @Slot(object)
    def _on_studio_changed(self, state: StudioState) -> None:
        draft, form = state.draft, (state.draft.project, state.editing)
        if draft is self._draft and form == self._form:
            return
        same = draft == replace(self._draft, project=draft.project)
        self._draft = draft
        if form != self._form:
            self._turn_to(form, same=same)
            self.changed.emit()
        elif self._silent:
            self._history.amend(draft)
        elif self._history.record(draft, monotonic(), self._key, held=self._held):
            self.changed.emit()
            self.recorded.emit()

    def _turn_to(self, form: tuple[str, str], *, same: bool) -> None:
        """Another form is there: the history of its own goes on, or begins."""
        left, self._form = self._form, form
        kept = self._histories.pop(form, None)
        if left[1]:
            self._histories.pop(left, None)  # the job is not edited any more
        if kept is not None and kept.present == replace(self._draft, project=""):
            self._history = kept
        else:
            goes_on = same and left[1] == form[1]  # a new project, or another name for it
            self._history = self._history.copy() if goes_on else DraftHistory(self._draft)
        self._histories[form] = self._history
        while len(self._histories) > _MOST_FORMS:
            self._histories.pop(next(iter(self._histories)))
