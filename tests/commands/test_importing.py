"""`library import`: what it says, its codes, and that an interrupted one goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flux_studio.assembly import Workshop
from flux_studio.ground import lay_ground
from flux_studio.storage.marks import MarkChange
from tests.commands.shell import ROOT, Shell
from tests.storage.foreign.pictures import A1111_TEXT, PROMPT, SEED, png


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "somebody's pictures"
    made.mkdir()
    (made / "fox.png").write_bytes(png(parameters=A1111_TEXT))
    (made / "again.png").write_bytes(png(parameters=A1111_TEXT))
    return made


def test_a_folder_is_linked_and_found_again(cli: Shell, folder: Path) -> None:
    ran = cli("library", "import", str(folder), "--json")
    assert ran.code == 0
    added, counts = ran.lines
    assert added["event"] == "added"
    assert Path(added["path"]).parent == folder
    assert (added["prompt"], added["seed"], added["charged"]) == (PROMPT, SEED, "0")
    assert counts == {"added": 1, "known": 1, "found": 0, "failed": 0}
    found = cli("library", "search", "provider:imported", "--json")
    assert [line["id"] for line in found.lines] == [added["id"]]
    assert cli("library", "verify", "--json").last == {"checked": 1, "problems": 0}


def test_copies_lie_in_the_library(cli: Shell, folder: Path) -> None:
    added = cli("library", "import", str(folder), "--copy", "--json").lines[0]
    assert not Path(added["path"]).is_relative_to(folder)
    assert Path(added["path"]).read_bytes() == (folder / "fox.png").read_bytes()
    assert cli("library", "verify", "--json").last["problems"] == 0


def test_a_file_that_is_no_picture_is_named_and_gives_its_code(cli: Shell, folder: Path) -> None:
    (folder / "bad.jpg").write_bytes(b"%PDF-1.4")
    ran = cli("library", "import", str(folder), "--json")
    assert ran.code == 3
    failed = [line for line in ran.lines if line.get("event") == "failed"]
    assert [Path(line["path"]).name for line in failed] == ["bad.jpg"]
    assert "PDF" in failed[0]["message"]
    assert ran.last == {"added": 1, "known": 1, "found": 0, "failed": 1}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import"], "Name a folder"),
        (["import", "/there/is/none"], "Name a folder"),
        (["list", "--copy"], "belong to"),
        (["verify", "--watch"], "belong to"),
    ],
)
def test_wrong_use(cli: Shell, arguments: list[str], words: str) -> None:
    ran = cli("library", *arguments)
    assert ran.code == 2
    assert words in ran.err


def test_a_linked_picture_that_is_deleted_comes_back_with_its_marks(
    cli: Shell, folder: Path
) -> None:
    added = cli("library", "import", str(folder / "fox.png"), "--json").lines[0]
    workshop = Workshop(lay_ground())
    workshop.marks.set([added["id"]], MarkChange(rating=4))
    workshop.close()
    assert cli("library", "delete", added["id"]).code == 0
    assert not (folder / "fox.png").exists()
    assert cli("library", "verify", "--json").last["problems"] == 0
    assert cli("library", "restore-deleted", added["id"]).code == 0
    (back,) = cli("library", "list", "--json").lines
    assert (back["path"], back["rating"]) == (added["path"], 4)
    assert cli("library", "verify", "--json").last == {"checked": 1, "problems": 0}


def test_an_import_that_is_killed_goes_on_without_doing_anything_twice(
    cli: Shell, tmp_path: Path
) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(90):
        (many / f"{number:02}.png").write_bytes(png((400, 300), color=number * 2))
    command = [sys.executable, "-m", "flux_studio", "library", "import", str(many), "--copy"]
    killed = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    killed.stdout.readline()  # the first commit is done
    killed.kill()
    killed.communicate()
    ran = cli("library", "import", str(many), "--copy", "--json")
    assert ran.last == {"added": 90, "known": 0, "found": 0, "failed": 0}
    assert len(ran.lines) < 91  # some were in before
    listed = cli("library", "list", "--json").lines
    assert len({line["id"] for line in listed}) == len(listed) == 90
    verified = cli("library", "verify", "--json")
    assert verified.last == {"checked": 90, "problems": 0}, verified.out


def test_a_watched_folder_is_followed_until_it_is_interrupted(cli: Shell, folder: Path) -> None:
    command = [sys.executable, "-m", "flux_studio", "library", "import", str(folder), "--watch"]
    watching = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert watching.stdout is not None
        first = {Path(watching.stdout.readline().strip()).name}
        assert first < {"fox.png", "again.png"}
        (folder / "later.png").write_bytes(png(color=7))
        assert Path(watching.stdout.readline().strip()).name == "later.png"
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == 130
    finally:
        watching.kill()
        watching.communicate()
    assert len(cli("library", "list", "--json").lines) == 2
