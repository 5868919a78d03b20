"""`generate --batch` and `price --batch`: rows of a file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.commands.shell import Shell
from tests.storage.samples import png

ROWS = 'Prompt,Size,Seed,Count\na red fox,64x64,7,\n"a dog, asleep",64x128,,2\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    return path


def test_every_row_becomes_its_pictures(cli: Shell, file: Path) -> None:
    ran = cli("generate", "--batch", str(file), "--json")
    assert ran.code == 0
    assert sorted((s["width"], s["height"]) for s in ran.saved) == [(64, 64), (64, 128), (64, 128)]
    rows = [line for line in ran.lines if line["event"] == "placed"]
    assert [(line["row"], len(line["jobs"])) for line in rows] == [(1, 1), (2, 2)]
    assert [s["seed"] for s in ran.saved if s["job"] in rows[0]["jobs"]] == [7]


def test_what_is_wrong_is_told_for_every_cell_and_nothing_is_sent(cli: Shell, file: Path) -> None:
    file.write_text("prompt,size,seed,model\na fox,64x64,,\na dog,9999x9,,\na cat,,x,practise\n")
    ran = cli("generate", "--batch", str(file))
    assert ran.code == 2
    assert ran.out == ""
    assert "row 2, size:" in ran.err
    assert "row 3, seed: x is no whole number. Write random." in ran.err
    assert "row 3, model: There is no model practise. Write practice/practice." in ran.err


def test_prices_by_row_and_in_total(cli: Shell, file: Path) -> None:
    file.write_text(
        "prompt\tprovider\tmodel\tsize\n"
        "a fox\trunflow\tflux-2-pro\t1024x1024\n"
        "a dog\trunapi\tflux-2-pro\t1024x1024\n"
    )
    ran = cli("price", "--batch", str(file), "--json")
    assert ran.code == 0
    first, second, total = ran.lines
    assert (first["row"], first["total"], second["total"]) == (1, "0.03", "0.05")
    assert total == {
        "rows": 2, "pictures": 2, "total": "0.08", "known": "0.08", "unpriced": 0, "worst": "0.08",
    }  # fmt: skip
    said = cli("price", "--batch", str(file)).out
    assert "2 pictures for $0.08" in said


def test_an_unknown_price_is_said_as_such(cli: Shell, file: Path) -> None:
    models = cli("models", "--json").lines
    dark = next(line for line in models if line["price"] is None)
    file.write_text(f"prompt,model\na fox,{dark['provider']}/{dark['model']}\n")
    ran = cli("price", "--batch", str(file), "--json")
    assert ran.last["total"] is None
    assert ran.last["unpriced"] == 1
    assert Decimal(ran.last["worst"]) > 0
    assert "not known" in cli("price", "--batch", str(file)).out


def test_a_wrong_row_is_exit_2_of_price(cli: Shell, file: Path) -> None:
    file.write_text("prompt,size\na fox,9999x9\n")
    ran = cli("price", "--batch", str(file), "--json")
    assert ran.code == 2
    [problem] = ran.lines[0]["problems"]
    assert problem["cell"] == "size"
    assert problem["offer"]


def test_the_most_it_may_cost_holds_for_all_rows(cli: Shell, file: Path) -> None:
    cli.env(RUNFLOW_API_KEY="k")
    file.write_text("prompt\na fox\na dog\na cat\n")
    form = ("--provider", "runflow", "--model", "flux-2-pro", "--size", "1024x1024")
    ran = cli("generate", "--batch", str(file), *form, "--max-cost", "0.08")
    assert ran.code == 5
    assert "$0.09" in ran.err


def test_references_are_named_by_their_order(cli: Shell, file: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.png", tmp_path / "two.png"
    one.write_bytes(png(64, 64))
    two.write_bytes(png(64, 80))
    file.write_text("prompt,references\nkeep it,@image2\nkeep both,\nnew,none\nworse,@image3\n")
    ran = cli("price", "--batch", str(file), "--json", "--ref", str(one), str(two))
    assert [line["ok"] for line in ran.lines[:-1]] == [True, True, True, False]
    assert ran.lines[3]["problems"][0]["offer"] == "@image1 @image2"


def test_empty_cells_are_as_the_options_say(cli: Shell, file: Path) -> None:
    file.write_text("seed\n1\n2\n")
    ran = cli("generate", "a fox", "--batch", str(file), "--json", "--size", "64x64")
    assert ran.code == 0
    assert sorted(saved["seed"] for saved in ran.saved) == [1, 2]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no rows"), (b"prompt\n", "no rows"), (b"\xe9\xff\xfa", "UTF-8"),
        (b"prompt\n" + b"a fox\n" * 300, "256"),
    ],
)  # fmt: skip
def test_files_that_are_no_batch(cli: Shell, file: Path, data: bytes, words: str) -> None:
    file.write_bytes(data)
    ran = cli("generate", "--batch", str(file))
    assert ran.code == 2
    assert words in ran.err


def test_a_file_of_a_spreadsheet_in_utf_16(cli: Shell, file: Path) -> None:
    file.write_bytes("prompt\tsize\nein Fuchs größer\t64x64\n".encode("utf-16"))
    assert cli("price", "--batch", str(file), "--json").lines[0]["width"] == 64


def test_strange_columns_and_a_missing_file_are_told(cli: Shell, file: Path) -> None:
    file.write_text("client,prompt,size\nAcme,a fox,64x64\n")
    assert "'client' is left out" in cli("price", "--batch", str(file)).err
    ran = cli("price", "--batch", str(file) + "x")
    assert (ran.code, "rows.csvx" in ran.err) == (2, True)


def test_the_count_is_a_column(cli: Shell, file: Path) -> None:
    ran = cli("price", "a fox", "--count", "2", "--batch", str(file))
    assert ran.code == 2
    assert "column count" in ran.err
