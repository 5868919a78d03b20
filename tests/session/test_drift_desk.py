"""A charge that is not what the table says is told, and corrects the table when asked to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flux_studio.core.job import Saved
from flux_studio.ground import read_known_cards
from flux_studio.session.drift_desk import DriftDesk
from flux_studio.session.price_desks import _keeping
from flux_studio.session.state import Tone
from tests.session.prices import SQUARE, generation, request

PRO = ("runflow", "flux-2-pro")


@pytest.fixture
def drifts(desk):
    paths = desk.ground.paths
    keep = _keeping(paths.models)
    made = DriftDesk(desk.studio, desk.engine.happened, keep, lambda: read_known_cards(paths)[0])
    yield made
    made.deleteLater()


def save(desk, charged: str | None, **changes) -> None:
    made = generation(request(**changes), None if charged is None else Decimal(charged))
    desk.engine.happened.emit(Saved(made.job, made.created, made))


def table(desk):
    card = next(card for card in desk.studio.state.cards if card.id == PRO)
    return card.estimate(SQUARE).each


def words(desk) -> str:
    notice = desk.studio.state.notice
    return notice.text.format(**dict(notice.values)) if notice else ""


def test_a_charge_as_expected_says_nothing(desk, drifts):
    for charged in ("0.03", "0.031", "0", None):
        save(desk, charged)
    assert desk.studio.state.notice is None


def test_another_charge_is_told_once_with_a_way_to_correct(desk, drifts):
    save(desk, "0.036")
    assert words(desk) == "Runflow charged $0.036 for FLUX.2 pro, the table says $0.030."
    notice = desk.studio.state.notice
    assert (notice.action, notice.tone) == ("Correct the table", Tone.INFO)
    save(desk, "0.036")
    assert desk.studio.state.notice is notice
    save(desk, "0.04")
    assert desk.studio.state.notice.number == notice.number + 1


def test_nothing_is_corrected_by_itself(desk, drifts):
    save(desk, "0.036")
    assert list(desk.ground.paths.models.iterdir()) == []
    assert table(desk) == Decimal("0.03")


def test_the_table_is_corrected_in_the_persons_own_file_and_shown_at_once(desk, drifts, qtbot):
    desk.studio.choose_model(*PRO)
    desk.studio.set_size(SQUARE)
    before = desk.studio.state.cards
    save(desk, "0.036")
    desk.studio.acted.emit(desk.studio.state.notice)
    qtbot.waitUntil(lambda: words(desk) == "The table is corrected, in your own file.")
    assert desk.studio.state.check.estimate.each == Decimal("0.036")
    assert any("0.036 was charged" in line for line in desk.studio.state.check.estimate.working)
    others = [one for one, other in zip(desk.studio.state.cards, before, strict=True)
              if one is not other]  # fmt: skip
    assert [card.id for card in others] == [PRO]
    again = {card.id: card for card in read_known_cards(desk.ground.paths)[0]}
    assert again[PRO].estimate(SQUARE).each == Decimal("0.036")
    number = desk.studio.state.notice.number
    save(desk, "0.036")
    assert desk.studio.state.notice.number == number


def test_a_file_that_cannot_be_changed_is_told_and_nothing_changes(desk, drifts, qtbot):
    file = desk.ground.paths.models / "runflow.toml"
    file.write_text("provider = \n")
    save(desk, "0.036")
    desk.studio.acted.emit(desk.studio.state.notice)
    qtbot.waitUntil(lambda: desk.studio.state.notice.tone is Tone.BAD)
    assert "runflow.toml" in words(desk)
    assert table(desk) == Decimal("0.03")
    assert file.read_text() == "provider = \n"


def test_a_notice_about_something_else_is_not_for_this_desk(desk, drifts):
    desk.studio.say(Tone.INFO, "Hello", action="Go", about="elsewhere")
    desk.studio.acted.emit(desk.studio.state.notice)
    assert words(desk) == "Hello"


def test_a_model_that_is_gone_is_no_drift(desk, drifts):
    save(desk, "9", model="gone")
    assert desk.studio.state.notice is None
