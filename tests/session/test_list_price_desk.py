"""The provider's own price list beside the table."""

from __future__ import annotations

from concurrent.futures import Future
from decimal import Decimal

import pytest

from flux_studio.core.errors import Reason, Unreachable
from flux_studio.core.pricing import PerCall, PerMegapixel, PriceRule, Unknown
from flux_studio.session.list_price_desk import ListPriceDesk
from tests.session.desks import answered

MAX = ("runapi", "flux-2-max")  # its price is in no table
PRO = ("runapi", "flux-2-pro")
PRACTICE = ("practice", "practice")
LISTED = PerCall((("1k", Decimal("0.12")),))


class Lists:
    """The provider's list, and what was asked of it."""

    def __init__(self) -> None:
        self.rules: dict[tuple[str, str], PriceRule | Exception | None] = {}
        self.asked: list[tuple[str, str]] = []
        self.corrected: list[tuple] = []

    def ask(self, provider: str, model: str) -> Future[PriceRule | None]:
        self.asked.append((provider, model))
        rule = self.rules.get((provider, model))
        future = answered(None if isinstance(rule, Exception) else rule)
        if isinstance(rule, Exception):
            future = Future()
            future.set_exception(rule)
        return future


@pytest.fixture
def lists(desk):
    made = Lists()
    made.desk = ListPriceDesk(desk.studio, made.ask, lambda *what: made.corrected.append(what))
    yield made
    made.desk.deleteLater()


def price(desk, wanted):
    return next(card for card in desk.studio.state.cards if card.id == wanted).price


def test_a_price_that_was_unknown_is_taken_over_for_this_run(desk, lists):
    assert price(desk, MAX) == Unknown()
    lists.rules[MAX] = LISTED
    desk.studio.choose_model(*MAX)
    assert price(desk, MAX) == LISTED
    assert desk.studio.state.check.estimate.each == Decimal("0.12")
    assert "own price list" in desk.studio.state.card.price_note
    assert lists.corrected == []
    assert list(desk.ground.paths.models.iterdir()) == []


def test_the_same_price_says_nothing_and_is_asked_for_once(desk, lists):
    lists.rules[PRO] = price(desk, PRO)
    for _ in range(2):
        desk.studio.choose_model(*PRO)
        desk.studio.choose_model(*PRACTICE)
    assert lists.asked == [PRO]
    assert desk.studio.state.notice is None


def test_another_price_is_told_with_a_way_to_correct(desk, lists):
    dearer = PerCall((("1k", Decimal("0.06")), ("2k", Decimal("0.08"))))
    before, lists.rules[PRO] = price(desk, PRO), dearer
    desk.studio.choose_model(*PRO)
    notice = desk.studio.state.notice
    assert notice.text.format(**dict(notice.values)) == (
        "The price list of RunAPI differs from the table for FLUX.2 pro."
    )
    assert price(desk, PRO) == before
    desk.studio.acted.emit(notice)
    [(card, rule, note, _)] = lists.corrected
    assert (card.id, rule) == (PRO, dearer)
    assert "price list" in note


@pytest.mark.parametrize("rule", [None, Unreachable(Reason.NETWORK, "No answer.")])
def test_no_list_and_no_answer_change_nothing(desk, lists, rule):
    lists.rules[MAX] = rule
    desk.studio.choose_model(*MAX)
    assert price(desk, MAX) == Unknown()
    assert desk.studio.state.notice is None


def test_a_free_model_is_not_asked_for(desk, lists):
    desk.studio.choose_model(*PRACTICE)
    assert lists.asked == []


def test_rules_of_another_kind_are_the_same_where_they_cost_the_same(desk, lists):
    one = Decimal("0.05")
    lists.rules[PRO] = PerMegapixel(one, Decimal(0), Decimal(0))
    desk.studio.choose_model(*PRO)
    assert desk.studio.state.notice is not None  # 2k costs more by the table
