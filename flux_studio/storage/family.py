"""The whole tree of edits that a picture belongs to: from its oldest ancestor down every branch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flux_studio.core.generation import Generation
from flux_studio.storage.gallery import LONGEST_LINEAGE, Gallery

MOST_MEMBERS = 400  # pictures; a tree of more could not be taken in


@dataclass(frozen=True, slots=True)
class Family:
    """Pictures of one tree: `members` from the root outwards, each after its parent; `hidden` is
    how many more there are than are read.
    """

    members: tuple[Generation, ...]
    hidden: int = 0

    def children(self, generation_id: str) -> tuple[Generation, ...]:
        """The edits of a picture, oldest first."""
        return tuple(g for g in self.members if g.parent == generation_id and g.id != g.parent)

    @property
    def root(self) -> Generation | None:
        return self.members[0] if self.members else None

    def line(self, generation_id: str) -> tuple[Generation, ...]:
        """The way from the root to a picture, both included: its branch."""
        by_id = {g.id: g for g in self.members}
        found: list[Generation] = []
        at = by_id.get(generation_id)
        while at is not None and at not in found:
            found.append(at)
            at = by_id.get(at.parent) if at.parent else None
        return tuple(reversed(found))

    def walk(self) -> Iterator[tuple[Generation, int]]:
        """Every member with its depth, each child right below its parent; the root has depth 0."""
        if self.root is not None:
            yield from self._below(self.root, 0, set())

    def _below(
        self, at: Generation, depth: int, seen: set[str]
    ) -> Iterator[tuple[Generation, int]]:
        # Not recursive: a long chain of edits is deeper than Python goes.
        waiting = [(at, depth)]
        while waiting:
            generation, deep = waiting.pop()
            if generation.id in seen:
                continue
            seen.add(generation.id)
            yield generation, deep
            waiting += [(child, deep + 1) for child in reversed(self.children(generation.id))]


def family_of(gallery: Gallery, generation_id: str) -> Family:
    """Read the tree of a picture; empty when it is not in the library. An ancestor that was
    deleted ends the way up.
    """
    up = gallery.lineage(generation_id).ancestors
    root = up[0].id if up else generation_id
    rows = gallery.ask(
        "WITH RECURSIVE tree (id, created, step) AS ("
        " SELECT id, created, 0 FROM generations WHERE id = ?1"
        " UNION SELECT g.id, g.created, step + 1"
        " FROM generations g JOIN tree ON g.parent = tree.id WHERE step < ?2 AND g.id <> ?1)"
        " SELECT id, MIN(step) AS step FROM tree GROUP BY id ORDER BY step, created, id",
        (root, LONGEST_LINEAGE),
    )
    ids = [row["id"] for row in rows]
    shown = ids[:MOST_MEMBERS]
    if generation_id not in shown and generation_id in ids:
        shown = list(dict.fromkeys([*(g.id for g in up), *shown, generation_id]))
    return Family(tuple(gallery.rows(shown)), len(ids) - len(shown))
