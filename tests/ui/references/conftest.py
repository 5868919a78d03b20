"""References on a real Studio with real storage, at a price by the megapixel."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from PIL import Image

from flux_studio.core.pricing import PerMegapixel
from flux_studio.storage.pinned_references import PinnedReferences
from tests.core.sample_cards import free
from tests.session.desks import Desk
from tests.ui.panels import a_desk

CARD = free(
    prompt_most=500,
    references=4,
    price=PerMegapixel(Decimal("0.03"), Decimal("0.015"), Decimal("0.015")),
)


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        studio = made.studio
        studio._cards[CARD.id] = CARD
        draft = replace(
            studio.state.draft, provider=CARD.provider, model=CARD.model, prompt="a fox"
        )
        studio._set(card=CARD, draft=draft)
        studio.pins.open(lambda: PinnedReferences(made.ground.paths.pinned))
        yield made


@pytest.fixture
def studio(desk):
    return desk.studio


def photo(size: tuple[int, int] = (800, 600), color: tuple[int, int, int] = (200, 60, 60)) -> bytes:
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "JPEG", exif=exif)
    return file.getvalue()


def take(qtbot, desk: Desk, *pictures: bytes, slot: int | None = None) -> None:
    """Take pictures in and wait until they are there."""
    desk_of = desk.studio.references
    signal = desk_of.taken if slot is None else desk_of.kept
    for number, data in enumerate(pictures):
        with qtbot.waitSignal(signal):
            desk_of.take_bytes(data, f"photo-{number}.jpg", slot)
