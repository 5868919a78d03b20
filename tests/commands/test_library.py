from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.commands.shell import Shell

SMALL = ("--size", "64x64")
FIELDS = {
    "id", "path", "created", "provider", "model", "prompt", "width", "height", "seed", "charged",
    "parent", "rating",
}  # fmt: skip


@pytest.fixture
def fox(cli: Shell) -> dict:
    return cli("generate", "a red fox\nin snow", "--json", *SMALL, "--seed", "7").last


def test_an_empty_library(cli: Shell) -> None:
    assert (cli("library", "list", "--json").code, cli("library", "list").out) == (0, "")
    assert cli("library", "verify", "--json").lines == [{"checked": 0, "problems": 0}]


def test_list_and_search(cli: Shell, fox: dict) -> None:
    owl = cli("generate", "an owl \x1b[2J", "--json", *SMALL, "--ref", fox["path"]).last
    ran = cli("library", "list", "--json")
    assert [line["id"] for line in ran.lines] == [owl["id"], fox["id"]]
    line = ran.last
    assert set(line) >= FIELDS
    for name in ("id", "path", "width", "height", "seed", "charged", "parent"):
        assert line[name] == fox[name]
    assert line["prompt"] == "a red fox\nin snow"
    assert ran.lines[0]["parent"] == fox["id"]
    found = cli("library", "search", "snow", "--json")
    assert [line["id"] for line in found.lines] == [fox["id"]]
    assert cli("library", "search", "walrus", "--json").out == ""
    text = cli("library", "list").out
    assert text.splitlines()[1] == f"{fox['path']}\t$0.00\ta red fox in snow"
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["search"], "Say what to search for"), (["search", " "], "Say what"),
     (["list", "fox"], "library search TEXT"), (["verify", "fox"], "takes no text")],
)  # fmt: skip
def test_wrong_use(cli: Shell, arguments: list[str], words: str) -> None:
    ran = cli("library", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_verify_names_each_problem_and_counts_last(cli: Shell, fox: dict) -> None:
    sound = cli("library", "verify", "--json")
    assert (sound.code, sound.last["problems"]) == (0, 0)
    assert sound.last["checked"] >= 1
    Path(fox["path"]).write_bytes(b"changed")
    Path(fox["sidecar"]).unlink()
    ran = cli("library", "verify", "--json")
    assert ran.code == 3
    assert [line["problem"] for line in ran.lines[:-1]] == ["altered", "no_sidecar"]
    assert all(line["message"] and line["id"] == fox["id"] for line in ran.lines[:-1])
    assert ran.last["problems"] == 2
    assert cli("library", "verify").out.splitlines()[-1].endswith("problems: 2")


def test_rebuild_brings_everything_back(cli: Shell, fox: dict) -> None:
    for path in cli.paths.data.glob("library.sqlite*"):
        path.unlink()
    ran = cli("library", "rebuild", "--json")
    assert ran.code == 0
    assert ran.lines == [{"restored": 1, "present": 0, "faults": 0}]
    assert cli("library", "list", "--json").last["id"] == fox["id"]


def test_a_damaged_library_is_verified_as_it_is_then_set_aside_and_rebuilt(
    cli: Shell, fox: dict
) -> None:
    cli.paths.library_db.write_bytes(b"no database at all" * 500)
    verified = cli("library", "verify", "--json")
    assert verified.code == 3
    assert verified.lines[0]["problem"] == "damaged_database"
    assert verified.last == {"checked": 0, "problems": 1}
    ran = cli("library", "list", "--json")
    assert ran.code == 0
    assert ran.last["id"] == fox["id"]
    assert "library.sqlite.damaged-" in ran.err
    assert "came back from their sidecars: 1." in ran.err
    assert list(cli.paths.data.glob("library.sqlite.damaged-*"))
    assert cli("generate", "a blue fox", *SMALL).code == 0


def test_a_newer_library_is_shown_and_never_written(cli: Shell, fox: dict) -> None:
    with sqlite3.connect(cli.paths.library_db) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = cli.paths.library_db.read_bytes()
    listed = cli("library", "list", "--json")
    assert listed.code == 0
    assert listed.last["id"] == fox["id"]
    assert "newer Flux Studio" in listed.err
    for command in (["generate", "a fox"], ["jobs"], ["library", "verify"], ["library", "rebuild"]):
        ran = cli(*command)
        assert (ran.code, ran.out) == (2, ""), command
        assert len(ran.err.splitlines()) == 1
        assert "newer Flux Studio" in ran.err
    assert cli("doctor").code == 3
    assert cli.paths.library_db.read_bytes() == before


# Backups


def test_backups_are_listed_and_one_is_restored(cli: Shell, fox: dict) -> None:
    from datetime import UTC, datetime, timedelta

    from flux_studio.storage.backups import Backups

    assert cli("library", "backups").out == ""
    backups = Backups(cli.paths.library_db, cli.paths.backups)
    older = backups.take(datetime.now(UTC) - timedelta(days=1))
    cli("generate", "an owl", *SMALL)
    newer = backups.take(datetime.now(UTC))
    names = [line["name"] for line in cli("library", "backups", "--json").lines]
    assert names == [newer.path.name, older.path.name]
    ran = cli("library", "restore", older.path.name, "--json")
    assert ran.code == 0
    assert ran.last["pictures"] == 1  # the owl came back from its sidecar
    assert Path(ran.last["aside"]).exists()
    assert len(cli("library", "list", "--json").lines) == 2
    assert cli("library", "verify").code == 0


def test_a_restore_needs_a_sound_backup_of_that_name(cli: Shell, fox: dict) -> None:
    before = cli.paths.library_db.read_bytes()
    assert cli("library", "restore", "nothing").code == 2
    assert cli("library", "restore").code == 2
    bad = cli.paths.backups / "library-2026-11-20T120000.000000-daily.sqlite"
    bad.write_bytes(b"garbage")
    ran = cli("library", "restore", bad.name)
    assert (ran.code, ran.out) == (3, "")
    assert "does not hold together" in ran.err
    assert cli.paths.library_db.read_bytes() == before


def test_a_restore_waits_for_the_other_process_that_works_on_jobs(cli: Shell, fox: dict) -> None:
    from datetime import UTC, datetime

    from flux_studio.storage.backups import Backups
    from flux_studio.storage.owners import Owner

    made = Backups(cli.paths.library_db, cli.paths.backups).take(datetime.now(UTC))
    other = Owner(cli.paths.owners)
    ran = cli("library", "restore", made.path.name)
    assert (ran.code, ran.out) == (3, "")
    assert "Close it first" in ran.err
    other.release()
    assert cli("library", "restore", made.path.name).code == 0
