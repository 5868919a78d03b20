from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from flux_studio.ground import lay_ground
from tests.commands.shell import CANARY, Shell
from tests.commands.twins import Twin
from tests.storage.samples import png

FIELDS = {
    "provider", "model", "ok", "problems", "notes", "width", "height", "megapixels", "count",
    "each", "total", "working", "wait", "key", "left", "cheapest",
}  # fmt: skip


def priced(cli: Shell, provider: str, model: str, *options: str | Path) -> dict:
    ran = cli("price", "--json", "--provider", provider, "--model", model, *options)
    assert ran.code == 0
    assert len(ran.lines) == 1
    return ran.last


def test_a_line_for_every_card_without_a_prompt(cli: Shell) -> None:
    ran = cli("price", "--json", "--size", "1024x1024")
    assert ran.code == 0
    cards = [card.id for card in lay_ground().cards]
    assert [(line["provider"], line["model"]) for line in ran.lines] == cards
    assert all(set(line) == FIELDS for line in ran.lines)
    assert all(line["ok"] and line["problems"] == [] and line["working"] for line in ran.lines)


@pytest.mark.parametrize(
    ("size", "megapixels", "total"),
    [("1024x1024", 1, "0.03"), ("1920x1080", 2, "0.045"), ("2048x2048", 4, "0.075"),
     ("4096x4096", 16, "0.255"), ("square_hd", 1, "0.03")],
)  # fmt: skip
def test_the_printed_prices_of_runflow(cli: Shell, size: str, megapixels: int, total: str) -> None:
    line = priced(cli, "runflow", "flux-2-pro", "--size", size)
    assert (line["megapixels"], line["total"]) == (megapixels, total)
    assert line["each"] == line["total"]


@pytest.mark.parametrize(("model", "total"), [("flux-2-pro", "0.05"), ("flux-2-flex", "0.14")])
def test_the_printed_prices_of_runapi(cli: Shell, model: str, total: str) -> None:
    assert priced(cli, "runapi", model)["total"] == total


def test_count_and_references_are_in_the_sum_and_in_the_working(cli: Shell, picture: Path) -> None:
    options = ("--size", "1024x1024", "--count", "3", "--ref", picture)
    line = priced(cli, "runflow", "flux-2-pro", *options)
    assert Decimal(line["total"]) == 3 * Decimal(line["each"]) == Decimal("0.135")
    assert any(step.startswith("3 pictures") for step in line["working"])
    assert any("references" in step for step in line["working"])
    assert list(cli.paths.references.iterdir()) == []  # a question keeps nothing


def test_an_unknown_price_is_null_and_never_zero(cli: Shell) -> None:
    line = priced(cli, "runflow", "flux-2-max")
    assert line["ok"]
    assert line["each"] is line["total"] is None
    ran = cli("price", "--provider", "runflow", "--model", "flux-2-max")
    assert "not known" in ran.out


def test_a_model_at_several_providers_is_priced_at_each(cli: Shell) -> None:
    ran = cli("price", "--json", "--model", "flux-2-pro")
    assert {"runapi", "runflow"} <= {line["provider"] for line in ran.lines}


def test_who_cannot_says_why_and_the_others_are_priced(cli: Shell) -> None:
    ran = cli("price", "--json", "--seed", "3")
    lines = {(line["provider"], line["model"]): line for line in ran.lines}
    assert ran.code == 0
    assert not lines["runapi", "flux-2-pro"]["ok"]
    assert "takes no seed" in lines["runapi", "flux-2-pro"]["problems"][0]
    assert lines["runflow", "flux-2-pro"]["ok"]


def test_nobody_can(cli: Shell) -> None:
    ran = cli("price", "--json", "--size", "100x9999")
    assert ran.code == 2
    assert not any(line["ok"] for line in ran.lines)
    practice = ran.lines[0]
    assert (practice["width"], practice["height"]) == (64, 4096)
    assert "Nearest: 64x4096" in practice["problems"][0]


def test_a_wrong_name_is_told_before_anything_else(cli: Shell) -> None:
    ran = cli("price", "--json", "--provider", "nobody")
    assert (ran.code, ran.out) == (2, "")


def test_the_table_is_aligned(cli: Shell, tmp_path: Path) -> None:
    wide = tmp_path / "wide.png"
    wide.write_bytes(png(2048, 1024))
    ran = cli("price", "a fox", "--size", "1920x1080", "--ref", wide)
    head, *rows = ran.out.splitlines()
    assert head.split() == ["PROVIDER", "MODEL", "SIZE", "COST", "WAIT", "KEY", "LEFT", "WORKING"]
    assert len(rows) == len(lay_ground().cards)
    start = head.index("WORKING")
    assert all(row[start - 2 : start] == "  " and row[start] != " " for row in rows)


def test_one_able_line_is_the_cheapest_and_no_price_is_below_it(cli: Shell) -> None:
    lines = cli("price", "--json", "--size", "1024x1024").lines
    [cheapest] = [line for line in lines if line["cheapest"]]
    known = [Decimal(line["total"]) for line in lines if line["total"] not in (None, "0")]
    assert Decimal(cheapest["total"]) == min(known)


def test_keys_and_what_is_left_are_told(cli: Shell, twin: Twin) -> None:
    lines = cli("price", "--json", "--size", "1024x1024").lines
    [pro] = [x for x in lines if (x["provider"], x["model"]) == (twin.provider, "flux-2-pro")]
    assert pro["key"] is True
    assert pro["left"] == int(twin.host.balance // Decimal(pro["each"]))
    assert twin.charges == []
    [practice] = [line for line in lines if line["provider"] == "practice"]
    assert (practice["key"], practice["left"]) == (None, None)
    others = {line["key"] for line in lines} - {True, None}
    assert others == {False}


def test_a_balance_that_cannot_be_read_is_not_known_and_no_fault(cli: Shell, twin: Twin) -> None:
    cli.env(**{twin.key_variable: CANARY})
    ran = cli("price", "--json", "--provider", twin.provider, "--model", "flux-2-pro")
    assert ran.code == 0
    assert (ran.last["key"], ran.last["left"]) == (True, None)
    assert CANARY not in ran.out + ran.err


def test_the_usual_wait_comes_from_past_pictures(cli: Shell) -> None:
    before = cli("price", "--json", "--provider", "practice").last
    assert before["wait"] is None
    cli("generate", "a red fox", "--provider", "practice", "--size", "64x64")
    assert cli("price", "--json", "--provider", "practice").last["wait"] >= 0


def test_the_text_begins_with_the_cheapest(cli: Shell) -> None:
    head, first, *_ = cli("price", "--size", "1024x1024").out.splitlines()
    assert first[head.index("WORKING") :].startswith("cheapest; ")
    assert " no " in first
