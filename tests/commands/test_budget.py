"""Money on the command line: the budget of the settings, a yes for a large sum, and no second
payment for the same picture by mistake.
"""

from __future__ import annotations

import io

import pytest

from flux_studio.cli import main
from tests.commands.shell import Shell
from tests.commands.twins import Twin

pytestmark = pytest.mark.parametrize("twin", ["runflow"], indirect=True)  # $0.030 a picture


def lines(cli: Shell, text: str) -> None:
    cli.paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    cli.paths.settings_file.write_text(f"[budget]\n{text}\n")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_stop_line_holds_the_whole_order_and_is_shared_by_every_run(cli: Shell, twin: Twin):
    lines(cli, "day_stop = 0.07")
    assert cli(*twin.order).code == 0
    ran = cli(*twin.order, "--count", "2")
    assert (ran.code, ran.out) == (5, "")
    assert "$0.030 is spent today and this costs $0.060" in ran.err
    assert ran.err.strip().endswith("Nothing was sent.")
    assert len(twin.charges) == 1
    assert cli(*twin.order).code == 0
    assert cli(*twin.order).code == 5
    lines(cli, "day_stop = 0.09")
    assert cli(*twin.order).code == 0
    assert len(twin.charges) == 3


def test_the_line_of_another_provider_holds_nothing_here(cli: Shell, twin: Twin):
    lines(cli, "[budget.providers.fal]\nday_stop = 0")
    assert cli(*twin.order).code == 0
    lines(cli, "[budget.providers.runflow]\nmonth_stop = 0.05")
    ran = cli(*twin.order)
    assert ran.code == 5
    assert "this month at runflow" in ran.err


def test_a_warning_line_is_said_and_holds_nothing(cli: Shell, twin: Twin):
    lines(cli, "day_warn = 0.01")
    ran = cli(*twin.order)
    assert ran.code == 0
    assert "more than your warning line of $0.010" in ran.err


def test_a_budget_that_cannot_be_understood_sends_nothing_that_costs(cli: Shell, twin: Twin):
    lines(cli, "day_stpo = 5")
    ran = cli(*twin.order)
    assert ran.code == 5
    assert twin.charges == []
    assert cli("generate", "a red fox", "--size", "64x64", "--provider", "practice").code == 0


def test_above_the_sum_of_ones_choice_a_yes_is_wanted(cli: Shell, twin: Twin):
    lines(cli, "confirm_above = 0.05")
    assert cli(*twin.order).code == 0
    ran = cli(*twin.order, "--count", "2")
    assert ran.code == 2
    assert "Generate 2 for $0.060?" in ran.err
    assert "--yes" in ran.err
    assert len(twin.charges) == 1
    assert cli(*twin.order, "--count", "2", "--yes").code == 0
    assert len(twin.charges) == 3


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 2), ("no\n", 2), ("", 2)])
def test_on_a_terminal_it_asks(cli: Shell, twin: Twin, monkeypatch, answer: str, code: int):
    lines(cli, "confirm_above = 0")
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert main([*twin.order]) == code
    assert len(twin.charges) == (code == 0)


def test_the_same_picture_is_not_paid_twice_by_mistake(cli: Shell, twin: Twin):
    order = (*twin.order, "--seed", "42")
    first = cli(*order).last
    ran = cli(*order)
    assert (ran.code, ran.out) == (2, "")
    assert first["path"] in ran.err
    assert "--again" in ran.err
    assert len(twin.charges) == 1
    assert cli(*twin.order, "--seed", "43").code == 0
    assert cli(*order, "--again").code == 0
    assert len(twin.charges) == 3


def test_a_project_has_a_line_of_its_own_and_is_kept_with_the_picture(cli: Shell, twin: Twin):
    lines(cli, "[budget.projects.zoo]\nday_stop = 0.05")
    made = cli(*twin.order, "--project", " zoo ")
    assert made.code == 0
    ran = cli(*twin.order, "--project", "zoo")
    assert ran.code == 5
    assert "today on zoo" in ran.err
    assert cli(*twin.order, "--project", "farm").code == 0
    assert cli(*twin.order).code == 0
    found = cli("library", "search", "project:zoo", "--json").lines
    assert [line["id"] for line in found] == [made.last["id"]]
    assert len(twin.charges) == 3
