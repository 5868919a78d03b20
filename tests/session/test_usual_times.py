"""How long models usually take comes from the library, at the start and after each picture."""

from __future__ import annotations

import pytest

from flux_studio.session.library_desk import LibraryChange
from flux_studio.session.usual_times import UsualTimes
from tests.session.prices import generation, request

PRO = ("runflow", "flux-2-pro")


class TimedGallery:
    """Answers like the library's; the seconds are the test's."""

    def __init__(self) -> None:
        self.seconds: dict[tuple[str, str], float] = {PRO: 8.0}
        self.asked: list[tuple[str, str]] = []

    def typical_seconds(self, *card: str) -> float | None:
        provider, model = card
        self.asked.append((provider, model))
        return self.seconds.get((provider, model))


@pytest.fixture
def gallery(desk, monkeypatch):
    made = TimedGallery()
    monkeypatch.setattr(desk.workshop, "gallery", lambda: made)
    return made


def test_every_model_is_read_once_at_the_start(desk, gallery, qtbot):
    times = UsualTimes(desk.studio)
    times.start()
    qtbot.waitUntil(lambda: desk.studio.state.usual == {PRO: 8.0})
    assert gallery.asked == [card.id for card in desk.studio.state.cards]
    times.deleteLater()


def test_a_picture_reads_its_own_model_again(desk, gallery, qtbot):
    times = UsualTimes(desk.studio)
    desk.studio.learn(usual={("a", "b"): 1.0})
    gallery.seconds[PRO] = 9.5
    desk.studio.library.changed.emit(LibraryChange(added=(generation(request()),)))
    qtbot.waitUntil(lambda: desk.studio.state.usual == {("a", "b"): 1.0, PRO: 9.5})
    assert gallery.asked == [PRO]
    desk.studio.library.changed.emit(LibraryChange(changed=("g1",)))
    assert gallery.asked == [PRO]
    times.deleteLater()
