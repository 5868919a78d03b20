"""The money bar: sums of the ledger, the balance in pictures, and that unknown is never $0."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QLabel

from flux_studio.core.budget import Account, Limits, Lines, Spent
from flux_studio.core.pricing import Estimate
from flux_studio.session.state import Totals
from flux_studio.ui.money_bar import MoneyBar
from tests.ui.panels import a_desk, opened


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path / "home") as made:
        yield made


@pytest.fixture
def bar(desk):
    with opened(desk, lambda theme: MoneyBar(desk.studio, theme)) as made:
        yield made


def words_of(bar):
    return [label.text() for label in bar.findChildren(QLabel) if label.isVisible()]


def test_nothing_is_said_before_the_ledger_was_read(bar):
    assert words_of(bar) == []


def test_today_month_and_the_pictures_on_disk(desk, bar):
    desk.studio._set(totals=Totals(Decimal("1.24"), Decimal("18.70"), 408))
    assert words_of(bar) == ["Today", "$1.24", "Month", "$18.70", "408 pictures, all on disk"]
    desk.studio._set(totals=Totals(Decimal("0.03"), Decimal("0.03"), 1))
    assert words_of(bar)[-1] == "1 picture, on disk"


def test_pictures_without_a_known_price_are_marked_and_explained(desk, bar):
    desk.studio._set(totals=Totals(Decimal("0"), Decimal("18.70"), 9, unknown=2))
    assert "$18.70 +?" in words_of(bar)
    assert "2 pictures of this month" in bar.month.toolTip()
    desk.studio._set(totals=Totals(Decimal("0"), Decimal("18.70"), 9))
    assert bar.month.toolTip() == ""


def balance(desk, left, each):
    state = desk.studio.state
    estimate = None if each is None else Estimate(Decimal(each), 1, ())
    desk.studio._set(
        check=replace(state.check, estimate=estimate),
        balances={state.card.provider: Decimal(left)},
    )


def test_the_balance_of_the_chosen_provider_in_pictures_like_this_one(desk, bar):
    balance(desk, "4.20", "0.060")
    assert words_of(bar) == ["Practice", "$4.20 ≈ 70 of these"]


@pytest.mark.parametrize("each", ["0", None])
def test_the_balance_alone_where_a_picture_has_no_price(desk, bar, each):
    balance(desk, "4.20", each)
    assert words_of(bar) == ["Practice", "$4.20"]


def test_the_balance_of_another_provider_is_not_shown(desk, bar):
    desk.studio._set(balances={"runflow": Decimal("4.20")})
    assert words_of(bar) == []


def test_the_project_of_the_form_and_its_nearest_line(desk, bar):
    spent = Account({"runflow": Spent(Decimal("0.12"))}, {"runflow": Spent(Decimal("0.50"))})
    totals = Totals(Decimal(1), Decimal(2), 3, account=Account(projects={"Zoo": spent}))
    desk.studio.learn(totals=totals)
    assert bar.project.isHidden()
    desk.studio.put_draft(replace(desk.studio.state.draft, project="Zoo"))
    shown = words_of(bar)
    assert shown[shown.index("Zoo") + 1] == "$0.50 this month"
    budget = Limits(projects={"Zoo": Lines(day_stop=Decimal(1))})
    desk.studio.set_preferences(replace(desk.studio.state.preferences, budget=budget))
    shown = words_of(bar)
    assert shown[shown.index("Zoo") + 1] == "$0.12 today of $1.00"
    desk.studio.put_draft(replace(desk.studio.state.draft, project="A new one"))
    shown = words_of(bar)
    assert shown[shown.index("A new one") + 1].startswith("$0")
