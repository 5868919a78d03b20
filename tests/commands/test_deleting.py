"""Into the bin and back on the command line, also beside another process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.shell import Shell

SMALL = ("--size", "64x64")


@pytest.fixture(autouse=True)
def trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path / "share" / "Trash" / "files"


@pytest.fixture
def pictures(cli: Shell) -> list[dict]:
    ran = cli("generate", "a red fox", "--json", *SMALL, "--count", "2", "--seed", "7")
    return [line for line in ran.lines if line["event"] == "saved"]


def ids(cli: Shell) -> list[str]:
    return sorted(line["id"] for line in cli("library", "list", "--json").lines)


def test_a_picture_goes_to_the_bin_and_comes_back(cli: Shell, pictures: list[dict], trash: Path):
    first, second = pictures
    ran = cli("library", "delete", first["id"], "--json")
    assert ran.code == 0
    line = ran.lines[0]
    assert (line["id"], line["path"]) == (first["id"], first["path"])
    assert Path(line["bin"]).parent == trash
    assert ran.last == {"deleted": 1, "left": 0}
    assert not Path(first["path"]).exists()
    assert ids(cli) == [second["id"]]
    assert cli("library", "verify", "--json").code == 0
    (gone,) = cli("library", "deleted", "--json").lines
    assert (gone["id"], gone["bin"]) == (first["id"], line["bin"])
    back = cli("library", "restore-deleted", "--json")
    assert back.code == 0
    assert back.lines == [
        {"id": first["id"], "path": first["path"]},
        {"restored": 1, "left": 0},
    ]
    assert ids(cli) == sorted((first["id"], second["id"]))
    assert cli("library", "verify", "--json").last["problems"] == 0


def test_the_own_bin_and_ids(cli: Shell, pictures: list[dict]):
    both = [each["id"] for each in pictures]
    assert cli("library", "delete", *both, "--own-bin").code == 0
    assert ids(cli) == []
    assert cli("library", "restore-deleted", both[1]).code == 0
    assert ids(cli) == [both[1]]
    assert cli("library", "rebuild").code == 0
    assert ids(cli) == [both[1]]


def test_a_bin_that_was_emptied(cli: Shell, pictures: list[dict], trash: Path):
    cli("library", "delete", pictures[0]["id"])
    for file in trash.iterdir():
        file.unlink()
    ran = cli("library", "restore-deleted", "--json")
    assert ran.code == 3
    assert ran.last == {"restored": 0, "left": 1}
    assert "No longer in the bin" in ran.err


def test_what_is_in_use_is_said(cli: Shell, pictures: list[dict]):
    source = pictures[0]
    cli("generate", "at night", *SMALL, "--ref", source["path"])
    assert "In use: 1 with edits that stay." in cli("library", "delete", source["id"]).err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["delete"], "library delete ID"),
        (["delete", "a", "--rejected"], "library delete ID"),
        (["delete", "nobody"], "no picture nobody"),
        (["deleted", "a"], "takes no ids"),
        (["list", "--rejected"], "belong to `library delete`"),
        (["search", "a", "b"], "one text at most"),
        (["restore-deleted", "nobody"], "Nothing was deleted"),
    ],
)
def test_wrong_use(cli: Shell, arguments: list[str], words: str):
    ran = cli("library", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_nothing_rejected_deletes_nothing(cli: Shell, pictures: list[dict]):
    assert cli("library", "delete", "--rejected", "--json").lines == [{"deleted": 0, "left": 0}]
    assert len(ids(cli)) == 2
