"""What bad input gets: a sentence that says what is wrong and what would be right, exit 2, nothing
lost.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.shell import Shell
from tests.hosts.faults import PAGE, SVG
from tests.storage.samples import png
from tests.storage.test_decode import flat_png

RUNFLOW = ("--provider", "runflow", "--model", "flux-2-pro")


def refused(cli: Shell, *arguments: str | Path) -> str:
    """The sentence of a request that cannot be made; no job was planned for it."""
    ran = cli(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.rstrip().endswith((".", "!", "?"))
    assert cli("jobs", "--json").out == ""
    return ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["generate", ""], "The prompt is empty"),
        (["generate", "  \n "], "The prompt is empty"),
        (["generate"], "The prompt is empty"),
        (["generate", "ab", "--provider", "runapi"], "at least 3 characters"),
        (["generate", "x" * 5003], "Shorten it by 3"),
        (["generate", "caf\udcff"], "no text in this terminal"),
        (["generate", "a fox", "--size", "63x64"], "Nearest: 64x64"),
        (["generate", "a fox", "--size", "8192x4096"], "Nearest: 4096x2048"),
        (["generate", "a fox", "--size", "0x0"], "is no size"),
        (["generate", "a fox", "--size", "huge"], "square_hd"),
        (["generate", "a fox", "--size", "{}"], "'{}' is no size"),
        (["generate", "a fox", "--size", "999x9", "--provider", "runapi"], "Nearest: 16:9 1k"),
        (["generate", "a fox", "--count", "0"], "it can be 1 to"),
        (["generate", "a fox", "--count", "100000"], "it can be 1 to"),
        (["generate", "a fox", "--seed", "-1"], "The seed is -1"),
        (["generate", "a fox", "--seed", "5", "--provider", "runapi"], "takes no seed"),
        (["generate", "a fox", "--safety", "9"], "outside the scale 1 to 5"),
        (["generate", "a fox", "--safety", "2", "--provider", "runapi"], "no safety scale"),
        (["generate", "a fox", "--format", "gif"], "does not offer gif"),
        (["generate", "a fox", "--provider", "nobody"], "practice, runapi, runflow"),
        (["generate", "a fox", "--model", "flux-9"], "There is no model flux-9"),
        (["generate", "a fox", "--provider", "runapi", "--model", "x"], "flux-2-pro, flux-2-flex"),
        (["generate", "a fox", "--model", "flux-2-pro"], "at several providers"),
        (["generate", "a fox", "--set", "steps=4"], "has no knob 'steps'"),
        (["generate", "a fox", "--set", ""], "has no knob ''"),
    ],
)
def test_what_cannot_be_asked_for(cli: Shell, arguments: list[str], words: str) -> None:
    assert words in refused(cli, *arguments)


@pytest.mark.parametrize(
    ("value", "words"), [("much", "kind int"), ("999", "it can be 1 to 50"), ("", "kind int")]
)
def test_a_knob_takes_its_own_kind(cli: Shell, value: str, words: str) -> None:
    flex = ("--provider", "runflow", "--model", "flux-2-flex")
    knob = f"num_inference_steps={value}"
    assert words in refused(cli, "generate", "a fox", *flex, "--set", knob)


def test_every_problem_is_told_at_once(cli: Shell, tmp_path: Path) -> None:
    options = ("--size", "huge", "--count", "0", "--safety", "9", "--ref", tmp_path)
    said = refused(cli, "generate", "", *options).splitlines()
    assert len(said) == 5
    for words in ("folder", "prompt", "no size", "number of images", "Safety 9"):
        assert any(words in line for line in said), words


def test_a_prompt_swallowed_by_ref_is_explained(cli: Shell, picture: Path) -> None:
    assert "write it before --ref" in refused(cli, "generate", "--ref", picture, "a fox")


def cut(path: Path) -> None:
    path.write_bytes(png(64, 64)[:-20])


def bomb(path: Path) -> None:
    path.write_bytes(flat_png(20_000, 20_000))


def svg(path: Path) -> None:
    path.write_bytes(SVG)


def page(path: Path) -> None:
    path.write_bytes(PAGE)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def link(path: Path) -> None:
    path.symlink_to(path.with_name("other.png"))


def nothing(path: Path) -> None:
    """There is no such file."""


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (cut, "cut short"),
        (bomb, "unpacks to far more data than is safe"),
        (svg, "an SVG drawing"),
        (page, "a web page"),
        (empty, "empty"),
        (nothing, "no such file"),
        (Path.mkdir, "a folder"),
        pytest.param(
            getattr(os, "mkfifo", None), "a pipe",
            marks=pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here"),
        ),
        (link, "a link"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
@pytest.mark.parametrize("command", ["generate", "price"])
def test_what_is_no_reference(
    cli: Shell, tmp_path: Path, command: str, make: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "reference.png"
    make(path)
    ran = cli(command, "a fox", *RUNFLOW, "--ref", path)
    assert ran.code == 2
    said = ran.err + ran.out
    assert words in said
    assert str(path) in said
    assert list(cli.paths.references.iterdir()) == []


def test_too_many_references(cli: Shell, picture: Path) -> None:
    said = refused(cli, "generate", "a fox", "--ref", *[picture] * 9)
    assert "at most 8 references and there are 9. Remove 1." in said
    no_edit = ("--provider", "runflow", "--model", "flux-2-turbo")
    assert "takes no references" in refused(cli, "generate", "a fox", *no_edit, "--ref", picture)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "invalid choice: 'nonsense'"),
        (["--json", "models"], "COMMAND"),
        (["--", "models"], "COMMAND"),
        (["generate", "a fox", "--seed", "seven"], "invalid int value: 'seven'"),
        (["generate", "a fox", "--count", "1.5"], "invalid int value"),
        (["generate", "a fox", "--max-cost", "much"], "'much' is no sum in USD"),
        (["generate", "a fox", "--max-cost", "-1"], "'-1' is no sum in USD"),
        (["generate", "a fox", "--max-cost", "nan"], "'nan' is no sum in USD"),
        (["generate", "a fox", "--sede", "1"], "unrecognized arguments: --sede"),
        (["generate", "a", "b"], "unrecognized arguments: b"),
        (["keys"], "do"),
        (["keys", "set", "nobody"], "invalid choice: 'nobody'"),
        (["library", "burn"], "invalid choice: 'burn'"),
    ],
)
def test_wrong_use(cli: Shell, arguments: list[str], words: str) -> None:
    ran = cli(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert words in ran.err
