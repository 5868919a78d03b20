"""A dropped picture that is one of ours names its parent, however it came."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.session.reference_desk import Intake, ReferenceDesk
from tests.session.desks import answered
from tests.storage.samples import generation

OURS = b"bytes of ours"


class AtOnce:
    """A background that does its work on the spot."""

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], _failed: object) -> None:
        done(work())


class Shelf:
    def add(self, data: bytes, name: str = "", parent: str | None = None) -> Reference:
        return Reference("0" * 64, "image/png", Size(8, 8), name, parent)


@pytest.fixture
def taken() -> list[Intake]:
    return []


@pytest.fixture
def desk(taken: list[Intake]) -> ReferenceDesk:
    def parent_of(data: bytes, path: Path | None) -> str | None:
        by_sidecar = path is not None and path.name == "retouched.png"
        return "ours" if data == OURS or by_sidecar else None

    made = ReferenceDesk(
        Shelf,
        lambda path: OURS if path.name == "ours.png" else b"other",
        lambda _: OURS,
        lambda _: answered(OURS),
        AtOnce(),  # type: ignore[arg-type]  # the part of Background that is used
        parent_of,
    )
    made.taken.connect(taken.append)
    return made


def test_every_way_in(desk: ReferenceDesk, taken: list[Intake]) -> None:
    desk.take_files([Path("ours.png"), Path("retouched.png"), Path("stranger.png")])
    desk.take_bytes(OURS, "pasted")
    desk.take_address("https://a.test/ours.png")
    desk.take_generation(generation("job-4"))
    parents = [reference.parent for intake in taken for reference in intake.references]
    assert parents == ["ours", "ours", None, "ours", "ours", generation("job-4").id]
