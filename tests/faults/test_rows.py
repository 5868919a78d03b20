"""The fault table is whole, and each test that it names is there."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.faults.rows import CONTROLS, COUNTS, NOT_HERE, ROWS

TESTS = Path(__file__).parents[1]


@cache
def names_in(file: str) -> frozenset[str]:
    """The names of a file's tests."""
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def test_every_row_of_the_table_is_there_once() -> None:
    expected = [
        f"{letter}{number}" for letter, most in COUNTS.items() for number in range(1, most + 1)
    ]
    assert list(ROWS) == expected


EVERYTHING = {**ROWS, **CONTROLS}


def test_every_control_is_there_once() -> None:
    assert list(CONTROLS) == [f"C{number}" for number in range(1, 24)]


@pytest.mark.parametrize("row", EVERYTHING)
def test_a_row_names_tests_that_are_there_or_a_reason(row: str) -> None:
    assert EVERYTHING[row]
    for place in EVERYTHING[row]:
        if place.startswith(NOT_HERE):
            assert EVERYTHING[row] == (place,)
            continue
        file, _, name = place.partition("::")
        assert name.startswith("test_")
        assert name in names_in(file), place


def test_few_rows_cannot_run_here() -> None:
    assert sum(row[0].startswith(NOT_HERE) for row in ROWS.values()) <= 4
