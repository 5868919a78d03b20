"""The request: frozen, everything that decides the picture and nothing else; and the order of
several.

A request can be stored, priced, compared and sent again. It never holds a key, a price or a time.
"""

from __future__ import annotations

from dataclasses import dataclass

from flux_studio.core.card import KnobValue
from flux_studio.core.pricing import Estimate
from flux_studio.core.reference_edit import ReferenceEdit
from flux_studio.core.size import Size


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture that is sent along. Its bytes are kept by the library under `sha256`, so it
    outlives its file.

    `parent` is the generation it came from, when it is a picture of ours; `name` is for people.
    With an `edit` these bytes were made from another picture, which is kept as well.
    """

    sha256: str
    mime: str
    size: Size
    name: str = ""
    parent: str | None = None
    edit: ReferenceEdit | None = None

    @property
    def whole(self) -> Reference:
        """The picture as it was taken in, without what was done to it."""
        done = self.edit
        if done is None:
            return self
        return Reference(done.sha256, done.mime, done.size, self.name, self.parent)

    @property
    def as_edit(self) -> ReferenceEdit:
        """What was done to the picture; an edit that changes nothing where nothing was."""
        return self.edit or ReferenceEdit(self.sha256, self.mime, self.size)


@dataclass(frozen=True, slots=True)
class Request:
    """One picture to be made: what is sent, in our words. The provider turns it into its own
    fields.
    """

    provider: str
    model: str
    prompt: str
    size: Size
    output_format: str
    references: tuple[Reference, ...] = ()
    seed: int | None = None
    safety: int | None = None
    checker: bool | None = None
    knobs: tuple[tuple[str, KnobValue], ...] = ()

    @property
    def is_edit(self) -> bool:
        return bool(self.references)

    @property
    def parent(self) -> str | None:
        """The generation this one is an edit of: the first reference that is a picture of ours."""
        return next((r.parent for r in self.references if r.parent), None)


@dataclass(frozen=True, slots=True)
class Origin:
    """What led to a request: kept with its job and picture, never sent, and no part of the
    picture.

    `project` is the project it was made in; `typed` the prompt as it stood in the box where that
    is not what was sent, and `choices` what each of its variables became; `cell` names its place in
    a grid or table; `again_of` the job that it was sent again for.
    """

    project: str = ""
    typed: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    cell: tuple[tuple[str, str], ...] = ()
    again_of: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What one press of Generate asks for: one request a picture, and the price that stood on the
    button. `origins` has one for each request, or none at all.
    """

    requests: tuple[Request, ...]
    estimate: Estimate
    origins: tuple[Origin, ...] = ()

    def origin(self, number: int) -> Origin:
        """Where request `number`, counted from 0, came from."""
        return self.origins[number] if self.origins else Origin()
