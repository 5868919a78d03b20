"""`generate` on Practice: its lines, its options, its exit codes."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.commands.shell import Shell
from tests.commands.twins import Twin
from tests.storage.samples import png

SMALL = ("--size", "64x64")


def test_the_way_of_a_picture_in_json(cli: Shell) -> None:
    ran = cli("generate", "a red fox", "--json", *SMALL, "--seed", "7")
    assert ran.code == 0
    assert ran.events == ["planned", "sending", "accepted", "ready", "saved"]
    job = ran.lines[0]["job"]
    for line in ran.lines:
        assert (line["job"], line["provider"], line["model"]) == (job, "practice", "practice")
    assert "task" not in ran.lines[0]
    assert ran.lines[2]["task"] == ran.last["task"]
    saved, path = ran.last, Path(ran.last["path"])
    assert hashlib.sha256(path.read_bytes()).hexdigest() == saved["sha256"]
    assert json.loads(Path(saved["sidecar"]).read_text())["seed"] == 7
    wanted = {"width": 64, "height": 64, "seed": 7, "estimate": "0", "charged": "0"}
    assert {name: saved[name] for name in wanted} == wanted
    assert saved["parent"] is None
    assert saved["id"]


def test_a_line_a_picture_for_people(cli: Shell) -> None:
    ran = cli("generate", "a red fox", *SMALL, "--count", "2")
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 2
    for line in ran.out.splitlines():
        path, cost, name = line.split("\t")
        assert Path(path).is_file()
        assert cost == "$0.00"
        assert name in path
    assert "2 pictures at Practice for $0.00." in ran.err
    assert "accepted" in ran.err


def test_running_is_told_in_steps(cli: Shell) -> None:
    cli.env(FLUX_STUDIO_PRACTICE_DELAY="0.6")
    ran = cli("generate", "a red fox", "--json", *SMALL)
    assert ran.code == 0
    assert list(dict.fromkeys(ran.events)) == [
        "planned", "sending", "accepted", "running", "ready", "saved",
    ]  # fmt: skip
    running = [line for line in ran.lines if line["event"] == "running"]
    assert all(line["words"] == "drawing" and 0 <= line["fraction"] <= 1 for line in running)
    assert running[0]["task"]


def test_a_fixed_seed_repeats_and_counts_up(cli: Shell) -> None:
    ran = cli("generate", "a red fox", "--json", *SMALL, "--seed", "7", "--count", "2")
    again = cli("generate", "a red fox", "--json", *SMALL, "--seed", "8")
    assert sorted(line["seed"] for line in ran.saved) == [7, 8]
    assert again.last["sha256"] in {line["sha256"] for line in ran.saved}


@pytest.mark.parametrize(("word", "ending"), [("png", ".png"), ("jpg", ".jpg"), ("JPEG", ".jpg")])
def test_the_format_is_the_one_asked_for(cli: Shell, word: str, ending: str) -> None:
    ran = cli("generate", "a red fox", "--json", *SMALL, "--format", word)
    assert ran.last["path"].endswith(ending)


def test_a_preset_by_name_safety_and_checker_are_sent(cli: Shell) -> None:
    options = ("--size", "square", "--safety", "4", "--checker", "off")
    ran = cli("generate", "a red fox", "--json", *options)
    assert (ran.last["width"], ran.last["height"]) == (512, 512)
    request = json.loads(Path(ran.last["sidecar"]).read_text())["request"]
    assert (request["safety"], request["checker"]) == (4, False)


def test_words_and_options_in_any_order(cli: Shell) -> None:
    assert cli("generate", *SMALL, "--json", "a red fox").code == 0
    ran = cli("generate", "--json", *SMALL, "--", "--wide fox")
    assert ran.code == 0
    assert "--wide fox" in Path(ran.last["sidecar"]).read_text()


def test_a_reference_is_named_as_parent_wherever_our_picture_lies(
    cli: Shell, tmp_path: Path
) -> None:
    first = cli("generate", "a red fox", "--json", *SMALL).last
    copy = tmp_path / "elsewhere.png"
    copy.write_bytes(Path(first["path"]).read_bytes())
    for file in (first["path"], copy):
        edit = cli("generate", "make it blue", "--json", *SMALL, "--ref", file)
        assert edit.last["parent"] == first["id"]
        assert edit.last["sha256"] != first["sha256"]


def test_a_retouched_picture_of_ours_is_known_by_its_sidecar(cli: Shell) -> None:
    first = cli("generate", "a red fox", "--json", *SMALL).last
    Path(first["path"]).write_bytes(png(32, 32))
    edit = cli("generate", "make it blue", "--json", *SMALL, "--ref", first["path"])
    assert edit.last["parent"] == first["id"]


def test_a_stranger_has_no_parent(cli: Shell, picture: Path) -> None:
    picture.with_suffix(".json").write_text('{"not": "ours"}')
    edit = cli("generate", "make it blue", "--json", *SMALL, "--ref", picture)
    assert edit.code == 0
    assert edit.last["parent"] is None


@pytest.mark.parametrize("most", ["0.0899", "$0.08", "0"])
def test_over_the_budget_nothing_is_sent(cli: Shell, most: str) -> None:
    cli.env(RUNFLOW_API_KEY="never-sent-key", FLUX_STUDIO_RUNFLOW_URL="http://127.0.0.1:9")
    order = ("--provider", "runflow", "--model", "flux-2-pro", "--count", "3")
    ran = cli("generate", "a red fox", "--json", *order, "--max-cost", most)
    assert ran.code == 5
    assert ran.out == ""
    assert "$0.090" in ran.err
    assert "Nothing was sent" in ran.err
    assert cli("jobs", "--json").out == ""


def test_an_unknown_price_is_over_any_budget(cli: Shell) -> None:
    cli.env(RUNFLOW_API_KEY="never-sent-key")
    order = ("--provider", "runflow", "--model", "flux-2-max")
    ran = cli("generate", "a red fox", *order, "--max-cost", "1000")
    assert ran.code == 5
    assert "not known" in ran.err


def test_a_budget_that_is_met_lets_it_pass(cli: Shell) -> None:
    assert cli("generate", "a red fox", *SMALL, "--max-cost", "0").code == 0


def test_no_key_is_said_before_anything_is_sent(cli: Shell) -> None:
    ran = cli("generate", "a red fox", "--json", "--provider", "runapi")
    assert ran.code == 6
    assert ran.events == ["planned", "refused"]
    assert ran.last["reason"] == "no_key"
    assert Decimal(ran.last["charged"]) == 0
    assert ran.last["message"]
    assert "RUNAPI_API_KEY" in ran.err


def test_a_practice_picture_asks_no_keychain(cli: Shell) -> None:
    def nobody() -> None:
        raise AssertionError("the keychain was asked")

    cli.monkeypatch.setattr("flux_studio.storage.keychain.Keychain._open", lambda _: nobody())
    assert cli("generate", "a red fox", *SMALL).code == 0
    assert "the keychain failed" not in cli.log


def test_the_journal_names_the_key_a_job_was_sent_with(
    cli: Shell, twin: Twin, memory_keychain: dict
) -> None:
    """The key in use is the one that pays; the variable wins over it while it is set."""
    name = f"${twin.key_variable}"
    assert cli(*twin.order).code == 0
    cli.env(**{twin.key_variable: ""})
    cli("keys", "set", twin.provider, "--label", "Wrong", stdin="key-of-another-account")
    cli("keys", "set", twin.provider, "--label", "Client", stdin=twin.host.key)
    assert cli(*twin.order).code == 3, "the first one stays in use until another is chosen"
    assert cli("keys", "use", twin.provider, "Client").code == 0
    assert cli(*twin.order).code == 0
    assert len(twin.charges) == 2
    status = {
        line["label"]: line
        for line in cli("keys", "status", "--json").lines
        if line["provider"] == twin.provider
    }
    assert status["Client"]["last_used"]
    assert status["Wrong"]["last_used"], "it was tried"
    cli.env(**{twin.key_variable: twin.host.key})
    lines = cli("keys", "status", twin.provider, "--json").lines
    assert lines[0]["label"] == name
    assert lines[0]["last_used"]
