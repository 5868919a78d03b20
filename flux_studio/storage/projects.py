"""Projects by name: the draft that was left in each, and renaming one everywhere.

A project is no more than a name on jobs and pictures, so there is nothing to create: the names are
those of the pictures, of the jobs and of the drafts that were kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flux_studio.core.draft import Draft
from flux_studio.storage.database import Database
from flux_studio.storage.drafts import DraftFile
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.gallery_filter import Filter
from flux_studio.storage.marks import MarkChange, Marks
from flux_studio.storage.rows import origin_from, origin_text

_NAMES = (
    "SELECT DISTINCT project FROM generations WHERE project <> ''"
    " UNION SELECT DISTINCT project FROM jobs WHERE project <> ''"
)


class ProjectDrafts:
    """One draft a project, each in a file of its own. Blocking: not for the main thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, draft: Draft) -> None:
        """Keep the draft of its project. Raises NotKept."""
        self._file(draft.project).save(draft)

    def load(self, project: str) -> Draft | None:
        """The draft that was left there, None when there is none."""
        found = self._file(project).load()
        return found if found is not None and found.project == project else None

    def forget(self, project: str) -> None:
        """Raises OSError."""
        self._path(project).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """The projects that have a draft, '' for that of no project left out."""
        found = (DraftFile(path).load() for path in sorted(self._folder.glob("*.json")))
        return [draft.project for draft in found if draft is not None and draft.project]

    def _file(self, project: str) -> DraftFile:
        return DraftFile(self._path(project))

    def _path(self, project: str) -> Path:
        name = hashlib.sha256(project.encode("utf-8", "replace")).hexdigest()[:24]
        return self._folder / f"{name}.json"


def project_names(gallery: Gallery, drafts: ProjectDrafts) -> tuple[str, ...]:
    """All projects, by their names. Raises NotKept."""
    names = {row["project"] for row in gallery.ask(_NAMES)} | set(drafts.names())
    return tuple(sorted(names, key=lambda name: (name.casefold(), name)))


def rename_project(
    database: Database, gallery: Gallery, marks: Marks, old: str, new: str
) -> Sequence[str]:
    """Give jobs and pictures of one project another name; gives the ids of the pictures. On the
    thread that owns the writes. Raises NotKept.
    """
    with database.transaction() as connection:
        rows = connection.execute(
            "SELECT id, origin FROM jobs WHERE project = ?", (old,)
        ).fetchall()
        changed = [
            (new, origin_text(replace(origin_from(row["origin"]), project=new)), row["id"])
            for row in rows
        ]
        connection.executemany("UPDATE jobs SET project = ?, origin = ? WHERE id = ?", changed)
    ids = [cell[0] for cell in gallery.ids(Filter(project=old))]
    if ids:
        marks.set(ids, MarkChange(project=new))
    return ids
