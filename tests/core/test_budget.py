from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.budget import (
    Account,
    Fine,
    Limits,
    Lines,
    Rates,
    Spent,
    Stopped,
    Warned,
    Wish,
    counted,
    judge,
    rates_of,
)
from tests.core.sample_cards import FREE, LISTED

SUMS = st.decimals(0, 20, places=3)
LINE = st.none() | SUMS
RATES = st.dictionaries(st.sampled_from("abc"), st.decimals("0.001", 1, places=3), min_size=1).map(
    Rates
)
PRICE = st.none() | SUMS
LIMITS = st.builds(
    Limits,
    day_warn=LINE,
    day_stop=LINE,
    month_warn=LINE,
    month_stop=LINE,
    providers=st.dictionaries(st.sampled_from("abc"), st.builds(Lines, LINE, LINE, LINE, LINE)),
)


def spent(known: str = "0", unpriced: int = 0, provider: str = "a") -> dict[str, Spent]:
    return {provider: Spent(Decimal(known), unpriced)}


class Books:
    """Orders one after the other, as the ledger would hold them."""

    def __init__(self) -> None:
        self.day: dict[str, Spent] = {}
        self.month: dict[str, Spent] = {}

    def place(self, provider: str, price: Decimal | None) -> None:
        for time in (self.day, self.month):
            old = time.get(provider, Spent())
            time[provider] = (
                Spent(old.known, old.unpriced + 1)
                if price is None
                else Spent(old.known + price, old.unpriced)
            )

    @property
    def account(self) -> Account:
        return Account(self.day, self.month)


@given(LIMITS, RATES, st.lists(st.tuples(st.sampled_from("abc"), PRICE), max_size=40), st.data())
def test_what_was_placed_never_exceeds_a_stop_line(limits, rates, wishes, data):
    books = Books()
    for provider, price in wishes:
        if data.draw(st.integers(0, 9)) == 0:
            books.day = {}  # a new day of the same month
        verdict = judge(limits, books.account, rates, Wish(provider, price))
        if not isinstance(verdict, Stopped):
            books.place(provider, price)
    for whose, lines in (("", limits.overall), *limits.providers.items()):
        for stop, time in ((lines.day_stop, books.day), (lines.month_stop, books.month)):
            assert stop is None or counted(time, rates, whose) <= stop


@given(LIMITS, RATES, st.sampled_from("abc"), PRICE, st.integers(1, 9))
def test_an_order_counts_as_much_as_its_pictures(limits, rates, provider, price, count):
    verdict = judge(limits, Account(), rates, Wish(provider, price, count))
    each = rates.of(provider) if price is None else price
    assert each is not None
    books = Books()
    books.place(provider, each * count)
    after = judge(limits, books.account, rates, Wish(provider, each * count, in_account=True))
    if each:
        assert isinstance(verdict, Stopped) == isinstance(after, Stopped)
    else:
        assert verdict == Fine()


@given(LIMITS, st.sampled_from("abc"), SUMS)
def test_what_is_free_is_never_stopped(limits, provider, known):
    account = Account(spent(str(known), 3), spent(str(known), 3))
    assert judge(limits, account, Rates(), Wish(provider, Decimal(0))) == Fine()


def test_the_stop_line_itself_may_be_reached_and_not_passed():
    limits, account = Limits(day_stop=Decimal("1.00")), Account(spent("0.94"), spent("0.94"))
    assert judge(limits, account, Rates(), Wish("a", Decimal("0.06"))) == Fine()
    stopped = judge(limits, account, Rates(), Wish("a", Decimal("0.061")))
    assert stopped == Stopped(
        "The budget stops here: $0.94 is spent today and this costs $0.061; the stop line is "
        "$1.00. Nothing more is sent; what runs is finished."
    )


def test_the_line_of_a_provider_holds_only_that_provider():
    limits = Limits(providers={"a": Lines(month_stop=Decimal("0.05"))})
    account = Account({}, spent("0.05"))
    stopped = judge(limits, account, Rates(), Wish("a", Decimal("0.03")))
    assert isinstance(stopped, Stopped)
    assert stopped.provider == "a"
    assert "this month at a" in stopped.sentence
    assert judge(limits, account, Rates(), Wish("b", Decimal("0.03"))) == Fine()


def test_a_warning_says_how_much_it_will_be():
    limits = Limits(day_warn=Decimal("0.50"))
    verdict = judge(limits, Account(spent("0.49"), {}), Rates(), Wish("a", Decimal("0.03")))
    words = "With this, $0.52 is spent today: more than your warning line of $0.50."
    assert verdict == Warned(words)


@pytest.mark.parametrize(
    ("rates", "stops"),
    [({"a": "0.10", "b": "0.90"}, False), ({"b": "0.90"}, True), ({"a": "0.30"}, True)],
)
def test_an_unknown_price_counts_at_the_highest_rate_of_its_provider_else_of_all(rates, stops):
    known = Rates({name: Decimal(rate) for name, rate in rates.items()})
    account = Account(spent("0.5", unpriced=2), {})
    verdict = judge(Limits(day_stop=Decimal(1)), account, known, Wish("a", None))
    assert isinstance(verdict, Stopped) is stops


def test_without_any_rate_the_stop_line_says_that_it_cannot_count():
    limits = Limits(day_stop=Decimal(1))
    verdict = judge(limits, Account(spent("0.99"), {}), Rates(), Wish("a", None))
    assert isinstance(verdict, Warned)
    assert "cannot count it" in verdict.sentence
    full = judge(limits, Account(spent("1.00"), {}), Rates(), Wish("a", None))
    assert isinstance(full, Stopped)


def test_a_rate_is_the_highest_price_of_the_cards_at_their_largest_size():
    # 4 MP at 0.03 + 3 × 0.015; the dearest tier.
    assert rates_of([FREE, LISTED]).highest == {"one": Decimal("0.075"), "two": Decimal("0.07")}


def test_a_project_has_lines_of_its_own() -> None:
    limits = Limits(day_stop=Decimal(9), projects={"fox": Lines(day_stop=Decimal(1))})
    fox = Account(spent("0.98"), spent("0.98"))
    account = Account(spent("3"), spent("3"), {"fox": fox})
    stopped = judge(limits, account, Rates(), Wish("a", Decimal("0.03"), project="fox"))
    assert isinstance(stopped, Stopped)
    assert (stopped.provider, stopped.project) == ("", "fox")
    assert "$0.98 is spent today on fox" in stopped.sentence
    for other in ("", "bear"):
        assert judge(limits, account, Rates(), Wish("a", Decimal("0.03"), project=other)) == Fine()
    exact = Wish("a", Decimal("0.02"), project="fox")
    assert judge(limits, account, Rates(), exact) == Fine()


def test_what_a_project_spent_is_no_news_to_another() -> None:
    limits = Limits(projects={"fox": Lines(month_warn=Decimal(1)), "bear": Lines(day_stop=SMALL)})
    account = Account(projects={"bear": Account(spent("5"), spent("5"))})
    assert judge(limits, account, Rates(), Wish("a", SMALL, project="fox")) == Fine()
    assert isinstance(judge(limits, account, Rates(), Wish("a", SMALL, project="bear")), Stopped)


SMALL = Decimal("0.03")
