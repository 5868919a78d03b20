"""Projects: what the pictures of a form are made for. Each brings its own draft back.

A project is a name on jobs and pictures, with budget lines of its own in the preferences.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from flux_studio.core.draft import Draft
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session.library_desk import LibraryChange
from flux_studio.session.state import Tone

if TYPE_CHECKING:
    from flux_studio.session.stores import Stores, Write
    from flux_studio.session.studio import Studio
    from flux_studio.storage.projects import ProjectDrafts

MOST_CHARACTERS = 80
_BROKEN = QT_TRANSLATE_NOOP("Notice", "The project could not be changed: {why}")
_BUSY = QT_TRANSLATE_NOOP(
    "Notice", "{project} has jobs on their way. Rename it when they are done."
)


class ProjectDesk(QObject):
    """Chooses, makes and renames projects. No signals; the names are in the state."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._stores: Callable[[], Stores] | None = None
        self._drafts: Callable[[], ProjectDrafts] | None = None
        self._write: Write | None = None

    def open(
        self, stores: Callable[[], Stores], drafts: Callable[[], ProjectDrafts], write: Write
    ) -> None:
        """From now on drafts are kept; `write` runs work on the thread that owns the writes."""
        self._stores, self._drafts, self._write = stores, drafts, write

    def look(self) -> None:
        """Read the names that there are."""
        stores, drafts = self._stores, self._drafts
        if stores is None or drafts is None:
            return

        def names() -> tuple[str, ...]:
            from flux_studio.storage.projects import project_names

            return project_names(stores().gallery(), drafts())

        self._studio.library.background.run(names, self._learn, self._on_failed)

    def choose(self, name: str) -> None:
        """Go on in another project, '' for none: its draft comes back, a new one begins with the
        form as it is.
        """
        name = clean(name)
        left = self._studio.state.draft
        if name == left.project:
            return
        self._studio.queue.leave()
        left = self._studio.state.draft
        drafts = self._drafts

        def switch() -> Draft | None:
            if drafts is None:
                return None
            drafts().save(left)
            return drafts().load(name)

        def switched(found: Draft | None) -> None:
            self._learn((*self._studio.state.projects, name, left.project))
            self._studio.put_draft(found or replace(self._studio.state.draft, project=name))

        self._studio.library.background.run(switch, switched, self._on_failed)

    def rename(self, new: str) -> None:
        """Give the chosen project another name, on its jobs, pictures, lines and drafts."""
        studio, old, new = self._studio, self._studio.state.draft.project, clean(new)
        if not old or not new or new == old or self._write is None or self._stores is None:
            return
        jobs = studio.state.board.jobs.values()
        if any(job.origin.project == old and not job.ended for job in jobs):
            studio.say(Tone.BAD, _BUSY, (("project", old),))
            return
        stores, drafts = self._stores, self._drafts

        def work() -> tuple[str, ...]:
            from flux_studio.storage.projects import rename_project

            kept = stores()
            return tuple(rename_project(kept.database, kept.gallery(), kept.marks, old, new))

        written = self._write(work)

        def wait() -> tuple[str, ...]:
            changed: tuple[str, ...] = written.result()
            if drafts is not None:
                drafts().forget(old)
            return changed

        def renamed(changed: tuple[str, ...]) -> None:
            self._rename_lines(old, new)
            studio.put_draft(replace(studio.state.draft, project=new))
            self._learn((*(each for each in studio.state.projects if each != old), new))
            studio.library.changed.emit(LibraryChange(changed=changed))
            studio.refresh_totals()

        studio.library.background.run(wait, renamed, self._on_failed)

    def _rename_lines(self, old: str, new: str) -> None:
        preferences = self._studio.state.preferences
        lines = dict(preferences.budget.projects)
        if old in lines:
            lines[new] = lines.pop(old)
            budget = replace(preferences.budget, projects=lines)
            self._studio.set_preferences(replace(preferences, budget=budget))

    def _learn(self, names: Any) -> None:
        mine = {*names, self._studio.state.draft.project} - {""}
        ordered = sorted(mine, key=lambda name: (name.casefold(), name))
        self._studio.learn(projects=tuple(ordered))

    def _on_failed(self, error: Exception) -> None:
        self._studio.say(Tone.BAD, _BROKEN, (("why", str(error)),))


def clean(name: str) -> str:
    """A name as it is kept: one line of at most 80 characters."""
    return " ".join(name.split())[:MOST_CHARACTERS].strip()
