"""What pictures are used for, so that it can be said before they are deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from flux_studio.storage.gallery import Gallery

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Uses:
    """Counts of `pictures` (`size` bytes together): those that are references of the form or of
    jobs on their way, those of which edits stay behind, those that lie outside the library, and
    for each collection how many are in it.
    """

    pictures: int = 0
    size: int = 0
    form: int = 0
    jobs: int = 0
    edited: int = 0
    outside: int = 0
    collections: tuple[tuple[str, int], ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is something to say."""
        return bool(self.form or self.jobs or self.edited or self.outside or self.collections)


def uses_of(
    gallery: Gallery, ids: Sequence[str], form: Collection[str], jobs: Collection[str]
) -> Uses:
    """The uses of pictures; `form` and `jobs` name references there by generation or by sha256.
    Blocking. Raises NotKept.
    """
    wanted = set(ids)
    pictures = size = of_form = of_jobs = outside = 0
    edited: set[str] = set()
    members: Counter[str] = Counter()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        asked = f"SELECT id, sha256, bytes, path FROM generations WHERE id IN ({marks})"
        for row in gallery.ask(asked, some):
            pictures, size = pictures + 1, size + row["bytes"]
            names = {row["id"], row["sha256"]}
            of_form += not names.isdisjoint(form)
            of_jobs += not names.isdisjoint(jobs)
            outside += PurePath(row["path"]).is_absolute()
        asked = f"SELECT id, parent FROM generations WHERE parent IN ({marks})"
        edited.update(r["parent"] for r in gallery.ask(asked, some) if r["id"] not in wanted)
        asked = (
            "SELECT collection, COUNT(*) AS count FROM members"
            f" WHERE number IN (SELECT number FROM generations WHERE id IN ({marks}))"
            " GROUP BY collection"
        )
        members.update({r["collection"]: r["count"] for r in gallery.ask(asked, some)})
    collections = tuple(sorted(members.items(), key=lambda each: (-each[1], each[0])))
    return Uses(pictures, size, of_form, of_jobs, len(edited), outside, collections)


def rejected(gallery: Gallery) -> list[str]:
    """The ids of all rejected pictures, newest first. Blocking. Raises NotKept."""
    sql = "SELECT id FROM generations WHERE rejected = 1 ORDER BY created DESC, id DESC"
    return [row["id"] for row in gallery.ask(sql)]
