"""A quote is asked for when the draft rests, and shown for that draft alone."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from decimal import Decimal

import pytest

from flux_studio.core.draft import SeedMode
from flux_studio.core.errors import Reason, Unreachable
from flux_studio.core.request import Request
from flux_studio.core.size import Size
from flux_studio.session.quote_desk import QuoteDesk
from flux_studio.storage.key_status import UNAVAILABLE, saved

PRICE = Decimal("0.12")


class Desk:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.open: list[tuple[Request, Future[Decimal | None]]] = []

    def __call__(self, request: Request) -> Future[Decimal | None]:
        self.open.append((request, Future()))
        return self.open[-1][1]

    def answer(self, each: Decimal | None = PRICE) -> Request:
        request, future = self.open.pop()
        future.set_result(each)
        return request


@pytest.fixture
def asked():
    return Desk()


@pytest.fixture
def quotes(desk, asked):
    made = QuoteDesk(desk.studio, asked, patience_ms=1)
    desk.studio.learn(keys={"runapi": saved("the keychain")})
    desk.studio.choose_model("runapi", "flux-2-max")
    desk.studio.set_size(Size(1024, 1024))
    yield made
    made._resting.stop()
    made.deleteLater()


def wait(qtbot, asked) -> None:
    qtbot.waitUntil(lambda: bool(asked.open))


def test_a_resting_draft_is_asked_for_and_the_quote_stands_for_the_estimate(
    desk, quotes, asked, qtbot
):
    studio = desk.studio
    assert studio.state.check.estimate.each is None
    studio.set_count(3)
    wait(qtbot, asked)
    asked.answer()
    assert studio.state.quoted
    estimate = studio.state.check.estimate
    assert (estimate.each, estimate.total) == (PRICE, 3 * PRICE)
    assert "quoted by the provider" in estimate.working[0]
    studio.generate()
    [(order, _)] = desk.engine.orders
    assert order.estimate == estimate  # the price that stood on the button goes with the order


@pytest.mark.parametrize(
    "change",
    [
        lambda studio: studio.set_prompt("another fox"),
        lambda studio: studio.set_size(Size(1360, 768)),
        lambda studio: studio.choose_model("runapi", "flux-2-pro"),
        lambda studio: studio.set_prompt(""),
    ],
)
def test_another_draft_never_shows_it(desk, quotes, asked, qtbot, change):
    wait(qtbot, asked)
    asked.answer()
    assert desk.studio.state.quoted
    seen = []
    desk.studio.changed.connect(lambda state: seen.append(state.quoted))
    change(desk.studio)
    assert seen == [False]
    assert desk.studio.state.check.estimate.each != PRICE


def test_the_same_draft_again_has_it_again_without_a_question(desk, quotes, asked, qtbot):
    wait(qtbot, asked)
    asked.answer()
    desk.studio.set_prompt("another fox")
    desk.studio.set_prompt("a fox in snow")
    assert desk.studio.state.quoted


def test_seed_and_count_are_no_other_request(desk, quotes, asked, qtbot):
    wait(qtbot, asked)
    assert asked.answer().seed is None
    desk.studio.set_seed_mode(SeedMode.FIXED)
    desk.studio.set_seed(77)
    desk.studio.set_count(2)
    assert desk.studio.state.quoted


def test_an_answer_that_comes_too_late_is_dropped_and_the_new_draft_is_asked_for(
    desk, quotes, asked, qtbot
):
    wait(qtbot, asked)
    desk.studio.set_prompt("another fox")
    assert asked.answer().prompt == "a fox in snow"
    assert desk.studio.state.quote is None
    wait(qtbot, asked)
    assert asked.answer().prompt == "another fox"
    assert desk.studio.state.quoted


def test_one_question_is_open_at_a_time(desk, quotes, asked, qtbot):
    wait(qtbot, asked)
    for word in ("one", "two", "three"):
        desk.studio.set_prompt(word * 3)
        quotes._on_rested()
    assert len(asked.open) == 1
    asked.answer()
    quotes._on_rested()
    wait(qtbot, asked)
    assert [request.prompt for request, _ in asked.open] == ["threethreethree"]


def test_no_quote_and_no_answer_leave_the_estimate(desk, quotes, asked, qtbot):
    wait(qtbot, asked)
    asked.answer(None)
    assert desk.studio.state.quote is None
    desk.studio.set_prompt("another fox")
    wait(qtbot, asked)
    asked.open.pop()[1].set_exception(Unreachable(Reason.NETWORK, "no way"))
    assert (desk.studio.state.quote, desk.studio.state.notice) == (None, None)


def test_nobody_is_asked_without_a_key_or_for_what_is_free_or_cannot_be_sent(
    desk, quotes, asked, qtbot
):
    wait(qtbot, asked)
    asked.answer()
    studio = desk.studio
    studio.choose_model("practice", "practice")
    assert quotes._wanted is None
    studio.choose_model("runapi", "flux-2-pro")
    assert quotes._wanted is not None
    studio.set_prompt(" ")
    assert quotes._wanted is None
    studio.set_prompt("a fox")
    studio.learn(keys={"runapi": UNAVAILABLE})
    assert quotes._wanted is None
    quotes._on_rested()
    assert asked.open == []


def test_again_is_priced_by_its_own_request(desk, quotes, asked, qtbot):
    wait(qtbot, asked)
    asked.answer()
    draft = replace(desk.studio.state.draft, prompt="something else")
    desk.studio.order(draft, desk.studio.state.card)
    [(order, _)] = desk.engine.orders
    assert order.estimate.each is None
