"""Models whose price no source tells: unknown everywhere, and never 0; what is known of the charge
of a moderated task is said.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from flux_studio.core.budget import rates_of
from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Draft, price
from flux_studio.core.job import JobState, Stopped
from flux_studio.core.money import dollars
from flux_studio.core.pricing import Unknown
from flux_studio.core.size import Size
from flux_studio.core.worked_prices import worked_prices
from flux_studio.ground import lay_ground
from flux_studio.providers.contract import Ended
from tests.engine.rig import Rig
from tests.fakes import FakeServer
from tests.virtual_time import run

# Research of November 2026: not found, or told only as a rate of the machine's time.
WITHOUT = {
    ("runapi", "flux-2-max"),
    ("replicate", "flux-2-dev"),
    ("replicate", "flux-2-klein-4b"),
}


@pytest.fixture(scope="module")
def cards(tmp_path_factory) -> dict[tuple[str, str], ModelCard]:
    home = tmp_path_factory.mktemp("home")
    return {card.id: card for card in lay_ground({"FLUX_STUDIO_HOME": str(home)}).cards}


def test_these_are_the_models_without_a_price(cards):
    unknown = {card.id for card in cards.values() if isinstance(card.price, Unknown)}
    assert unknown >= WITHOUT
    for known in cards.values():
        if known.id not in unknown:
            assert known.estimate(known.default_size).each is not None


@pytest.mark.parametrize("wanted", sorted(WITHOUT), ids="/".join)
def test_an_unknown_price_is_unknown_in_every_place(cards, wanted):
    card = cards[wanted]
    references = [Size(1024, 1024)] * min(2, card.references)
    for sizes in ([], references):
        told = card.estimate(card.default_size, sizes, count=4)
        assert (told.each, told.total) == (None, None)
        assert dollars(told.total) == "$?"
        assert told.working
    draft = Draft(*card.id, prompt="a fox", size=card.default_size)
    estimate = price(draft, card)
    assert estimate is None or estimate.each is None
    worked = [each.alone for each in worked_prices(card)]
    assert all(alone is None or alone.each is None for alone in worked)
    assert rates_of([card]).of(card.provider) != 0  # the budget never takes it for free


@pytest.mark.parametrize(
    ("at_submit", "told"),
    [(Decimal("0.03"), "$0.030 was charged."), (None, "Whether it was charged is not known")],
)
def test_a_moderated_task_says_what_is_known_of_its_charge(at_submit, told):
    """Some services tell the cost at submit and nothing at the end of a moderated task."""

    async def main(loop):
        rig = Rig(loop, FakeServer(charged_at_submit=at_submit))
        rig.server.on_check.append(Ended(True, "moderated_output", "It was withheld.", None))
        [job] = rig.place()
        stopped: Stopped = await rig.stop_of(job)
        assert (stopped.state, stopped.charged) == (JobState.REFUSED, at_submit)
        assert told in stopped.message

    run(main)
