"""The prompt's language on the command line: the same as in the window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.shell import Shell

SMALL = ("--size", "64x64")


def prompts(saved: list[dict]) -> list[str]:
    return [json.loads(Path(line["sidecar"]).read_text())["request"]["prompt"] for line in saved]


def test_every_combination_is_made_and_each_picture_remembers_its_choices(cli: Shell) -> None:
    ran = cli("generate", "a {red|blue} fox\n// later", "--json", *SMALL, "--seed", "7")
    assert ran.code == 0
    assert sorted(prompts(ran.saved)) == ["a blue fox", "a red fox"]
    assert [line["seed"] for line in ran.saved] == [7, 7]
    assert "1. a red fox\n2. a blue fox\n2 pictures at Practice" in ran.err
    origins = [json.loads(Path(line["sidecar"]).read_text())["origin"] for line in ran.saved]
    assert {origin["typed"] for origin in origins} == {"a {red|blue} fox\n// later"}
    assert sorted(origin["choices"] for origin in origins) == [
        [["red|blue", "blue"]],
        [["red|blue", "red"]],
    ]


def test_draws_follow_the_seed(cli: Shell) -> None:
    def drawn(seed: int, count: int) -> list[str]:
        options = ("--expand", "random", "--seed", str(seed), "--count", str(count))
        return sorted(prompts(cli("generate", "{1-999} foxes", "--json", *SMALL, *options).saved))

    three = drawn(5, 3)
    assert len(three) == 3
    assert set(drawn(6, 1)) <= set(three)


def test_off_sends_it_as_it_is(cli: Shell) -> None:
    ran = cli("generate", "a {red|blue} fox", "--json", *SMALL, "--expand", "off")
    assert prompts(ran.saved) == ["a {red|blue} fox"]


def test_lists_are_the_files_beside_the_settings(cli: Shell) -> None:
    cli.paths.lists.mkdir(parents=True)
    (cli.paths.lists / "metals.txt").write_text("gold\ntin\n")
    (cli.paths.lists / "bad.txt").write_bytes(b"\xff")
    line = cli("price", "a {@metals} cup", "--count", "2", "--json", "--provider", "practice")
    assert line.last["count"] == 4
    assert "bad.txt cannot be read" in line.err


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("a {red|blue", "line 1, column 3"),
        ("{@nope}", "no list nope"),
        ("{1-300} x", "300 pictures"),
    ],
)
def test_what_cannot_be_read_is_impossible_and_says_where(
    cli: Shell, prompt: str, words: str
) -> None:
    ran = cli("generate", prompt, *SMALL)
    assert ran.code == 2
    assert words in ran.err
