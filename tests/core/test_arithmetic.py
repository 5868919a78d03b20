import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_studio.core.arithmetic import evaluate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1024", 1024),
        ("1920/2", 960),
        ("1024*1.5", 1536),
        ("1024 × 1,5", 1536),
        ("2480 ÷ 8 + 10", 320),
        ("1 + 2 * 3", 7),
        ("(1+2)*3", 9),
        ("8/4/2", 1),
        ("10-4-3", 3),
        ("-(2-10)", 8),
        ("2*-3", -6),
        (".5*64", 32),
        ("5.*2", 10),
        ("100/3", Fraction(100, 3)),
    ],
)
def test_a_sum_has_its_exact_value(text: str, value: Fraction):
    assert evaluate(text) == value


@pytest.mark.parametrize(
    "text",
    ["", " ", "1920/", "*2", "2**3", "(1", "1)", "1/0", "1 2", "1.2.3", "a", "0x10", "1e3", "²",
     "__import__('os')", "(" * 50, "9" * 61, "١"],
)  # fmt: skip
def test_what_is_no_sum_gives_none(text: str):
    assert evaluate(text) is None


@given(st.text(alphabet="0123456789+-*/(). ,", max_size=60))
def test_it_agrees_with_python_on_whatever_is_typed(text: str):
    value = evaluate(text)
    if value is None or "//" in text or "," in text:
        return
    told = re.sub(r"\d+\.?\d*|\.\d+", lambda number: f"F('{number[0]}0')", spelled(text))
    assert value == eval(told, {"F": Fraction})  # noqa: S307 - digits and signs only


def spelled(text: str) -> str:
    """Every number with a point, so that a nought behind it changes nothing."""
    return re.sub(r"\d+(?:\.\d*)?|\.\d+", lambda n: n[0] if "." in n[0] else f"{n[0]}.", text)
