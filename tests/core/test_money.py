from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.money import dollars, parse_money, plain

sums = st.decimals("0", "1000", places=3)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, "$?"),
        ("0", "$0.00"),
        ("0.03", "$0.030"),
        ("0.030", "$0.030"),
        ("0.005", "$0.005"),
        ("0.0999", "$0.10"),
        ("0.1", "$0.10"),
        ("0.12", "$0.12"),
        ("0.125", "$0.125"),
        ("0.24", "$0.24"),
        ("0.255", "$0.255"),
        ("1.24", "$1.24"),
        ("1.2400001", "$1.24"),
        ("12", "$12.00"),
        ("4096.5", "$4096.50"),
        ("0.0004", "$0.0004"),
    ],
)
def test_dollars_for_people(amount: str | None, text: str) -> None:
    assert dollars(None if amount is None else Decimal(amount)) == text


@given(st.decimals("0", "1000", places=6))
def test_only_nothing_is_written_as_nothing(amount: Decimal) -> None:
    assert (set(dollars(amount)) <= set("$0.")) == (amount == 0)


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0.030", "0.03"), ("0", "0"), ("0.00", "0"), ("-0", "0"), ("100", "100"), ("1E+2", "100"),
     ("0.0000001", "0.0000001")],
)  # fmt: skip
def test_plain_is_a_decimal_string_without_exponent(amount: str, text: str) -> None:
    assert plain(Decimal(amount)) == text


def test_plain_unknown_is_null() -> None:
    assert plain(None) is None


@given(sums)
def test_plain_money_is_read_back_exactly(amount: Decimal) -> None:
    assert parse_money(plain(amount)) == amount


@pytest.mark.parametrize(
    ("value", "amount"),
    [("0.045", "0.045"), (0.05, "0.05"), (1, "1"), (Decimal("0.3"), "0.3"), ("0", "0")],
)
def test_a_reported_sum_is_read_without_a_float(value: object, amount: str) -> None:
    assert parse_money(value) == Decimal(amount)


@pytest.mark.parametrize(
    "value",
    [None, True, False, "", "free", "-0.01", -1, float("nan"), float("inf"), "sNaN", "Infinity",
     "100001", 1e30, [], {}, b"0.03"],
)  # fmt: skip
def test_an_absurd_sum_is_not_money(value: object) -> None:
    assert parse_money(value) is None
