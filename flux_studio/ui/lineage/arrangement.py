"""Where the pictures of a family stand: the root left, each edit one column further. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from flux_studio.core.generation import Generation
from flux_studio.storage.family import Family


@dataclass(frozen=True, slots=True)
class Place:
    """A picture in its column, counted from 0, and at a row; parents stand in the middle of their
    edits, so a row can be a fraction.
    """

    generation: Generation
    column: int
    row: float


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The places of a family, parents before their edits."""

    places: tuple[Place, ...]

    @property
    def columns(self) -> int:
        return 1 + max((place.column for place in self.places), default=-1)

    @property
    def rows(self) -> float:
        return 1 + max((place.row for place in self.places), default=-1)

    def of(self, generation_id: str) -> Place | None:
        return next((p for p in self.places if p.generation.id == generation_id), None)

    def edges(self) -> tuple[tuple[Place, Place], ...]:
        """From each source to each of its edits."""
        by_id = {place.generation.id: place for place in self.places}
        found = []
        for place in self.places:
            source = by_id.get(place.generation.parent or "")
            if source is not None and source is not place:
                found.append((source, place))
        return tuple(found)

    def beside(self, generation_id: str, right: int, down: int) -> Place | None:
        """The place one step away: left to the source, right to the nearest edit, up and down in
        the same column.
        """
        at = self.of(generation_id)
        if at is None:
            return None
        if right < 0:
            return self.of(at.generation.parent or "")
        if right > 0:
            edits = [other for source, other in self.edges() if source is at]
            return min(edits, key=lambda p: abs(p.row - at.row), default=None)
        column = [p for p in self.places if p.column == at.column and (p.row - at.row) * down > 0]
        return min(column, key=lambda p: abs(p.row - at.row), default=None)


def arranged(family: Family) -> Arrangement:
    """Each picture without edits gets a row of its own, the others the middle of theirs."""
    walked = list(family.walk())
    rows: dict[str, float] = {}
    lowest = 0.0
    for generation, _ in walked:
        if not family.children(generation.id):
            rows[generation.id] = lowest
            lowest += 1
    for generation, _ in reversed(walked):  # edits before their source
        edits = [rows[g.id] for g in family.children(generation.id) if g.id in rows]
        if edits and generation.id not in rows:
            rows[generation.id] = (edits[0] + edits[-1]) / 2
    places = (Place(g, depth, rows.get(g.id, lowest)) for g, depth in walked)
    return Arrangement(tuple(places))
