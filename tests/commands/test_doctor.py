from __future__ import annotations

import platform
import subprocess

import pytest

from flux_studio import startup
from tests.commands.shell import Shell


def checks(cli: Shell) -> dict:
    ran = cli("doctor", "--json")
    assert all(set(line) == {"check", "ok", "message"} for line in ran.lines)
    assert all(line["message"] for line in ran.lines)
    found = {line["check"]: line for line in ran.lines}
    assert (ran.code == 3) is any(line["ok"] is False for line in ran.lines)
    assert ran.code in (0, 3)
    return found


@pytest.fixture(autouse=True)
def all_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "_loads", lambda _: True)


def test_a_sound_machine(cli: Shell) -> None:
    cli("generate", "a fox", "--size", "64x64")
    found = checks(cli)
    assert not [line for line in found.values() if line["ok"] is False]
    assert found["library"]["message"] == "sound, pictures: 1"
    assert str(cli.paths.pictures) in found["pictures folder"]["message"]
    assert "httpx" in found["packages"]["message"]
    assert found["key of RunAPI"]["ok"] is None


def test_what_is_wrong_is_named(cli: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "_loads", lambda name: name != "libEGL.so.1")
    cli.env(FLUX_STUDIO_RUNAPI_URL="http://example.com")
    cli.paths.library_db.parent.mkdir(parents=True)
    cli.paths.library_db.write_bytes(b"no database at all" * 500)
    (cli.paths.config / "settings.toml").write_text('theme = "purple"')
    found = checks(cli)
    assert "libegl1" in found["system libraries"]["message"]
    assert "must start with https" in found["address of RunAPI"]["message"]
    assert "damaged" in found["library"]["message"]
    assert "theme must be" in found["settings and models"]["message"]
    wrong = {name for name, line in found.items() if line["ok"] is False}
    assert wrong == {
        "system libraries", "address of RunAPI", "library", "settings and models",
    }  # fmt: skip
    assert cli.paths.library_db.read_bytes().startswith(b"no database")  # it repairs nothing


def test_a_library_folder_that_is_not_there(cli: Shell) -> None:
    gone = cli.home / "unplugged" / "drive"
    (cli.paths.config / "settings.toml").write_text(f'library_folder = "{gone}"')
    folder = checks(cli)["pictures folder"]
    assert folder["ok"] is False
    assert str(gone) in folder["message"]


def test_lines_for_people(cli: Shell) -> None:
    ran = cli("doctor")
    assert any(line.startswith("library ") and " ok " in line for line in ran.out.splitlines())


def test_no_program_is_run_that_would_inherit_the_keys(
    cli: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_given: object, **_named: object) -> bytes:
        raise AssertionError("a program was run")

    monkeypatch.setattr(subprocess, "check_output", forbidden)
    monkeypatch.setattr(platform, "_uname_cache", None)
    monkeypatch.setattr(platform, "_platform_cache", {})
    assert platform.system() in cli("doctor").out
