"""The frame around the commands: help, and what becomes of everything that can go wrong."""

from __future__ import annotations

import re
import signal
from argparse import Namespace
from importlib import import_module
from pathlib import Path

import pytest

from flux_studio import __version__, startup
from flux_studio.cli import COMMANDS
from flux_studio.core.errors import (
    Impossible,
    KeyMissing,
    NotKept,
    Reason,
    StudioError,
    Unreachable,
)
from flux_studio.core.problem import Control, Problem
from tests.commands.shell import CANARY, Ran, Shell


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"tour"}))
def test_every_command_has_help_and_json(cli: Shell, name: str) -> None:
    ran = cli(name, "--help")
    assert ran.code == 0
    assert "--json" in ran.out
    assert "130 interrupted" in ran.out


def test_help_and_version(cli: Shell) -> None:
    ran = cli("--help")
    assert ran.code == 0
    for name in ("generate", "price", "models", "keys", "jobs", "library", "doctor", "tour"):
        assert re.search(rf"^ +{name} ", ran.out, re.MULTILINE)
    assert cli("--version").out.strip() == f"flux-studio {__version__}"


def raising(shell: Shell, error: BaseException) -> Ran:
    """`models` fails with an error that it does not expect."""

    def fail(_: object) -> int:
        raise error

    shell.monkeypatch.setattr(import_module("flux_studio.commands.models"), "run", fail)
    return shell("models")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyMissing("There is no key."), 6, "There is no key."),
        (
            Impossible([Problem(Control.SIZE, "One."), Problem(Control.COUNT, "Two.")]), 2,
            "One.\nTwo.",
        ),
        (StudioError("It cannot be."), 2, "It cannot be."),
        (NotKept("The disk is full."), 3, "The disk is full."),
        (Unreachable(Reason.NETWORK, "Nobody answers."), 3, "Nobody answers."),
        (PermissionError(13, "Permission denied", "/there"), 2, "/there: Permission denied."),
        (OSError(28, "No space left on device"), 2, "The system refused: No space left on device."),
        (KeyboardInterrupt(), 130, "Interrupted."),
        (BrokenPipeError(), 0, ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)  # fmt: skip
def test_an_error_is_a_sentence_and_a_code(
    cli: Shell, error: BaseException, code: int, words: str
) -> None:
    ran = raising(cli, error)
    assert (ran.code, ran.out, ran.err.rstrip("\n")) == (code, "", words)


def test_a_fault_of_ours_is_one_sentence_and_its_traceback_is_in_the_log(cli: Shell) -> None:
    ran = raising(cli, ZeroDivisionError("https://files.test/a?signature=secret"))
    assert ran.code == 1
    assert ran.out == ""
    assert ran.err == (
        "Something broke in Flux Studio (ZeroDivisionError). "
        f"The details are in the log: {cli.paths.log_file}\n"
    )
    assert "Traceback" in cli.log
    assert "in fail" in cli.log
    assert "secret" not in cli.log


def test_a_fault_is_told_even_where_no_log_can_be_written(cli: Shell) -> None:
    cli.paths.log.parent.mkdir(parents=True, exist_ok=True)
    cli.paths.log.write_text("a file where the folder should be")
    assert raising(cli, ZeroDivisionError()).code == 1


def test_a_home_of_a_person_who_is_not_there(cli: Shell) -> None:
    cli.env(FLUX_STUDIO_HOME="~no-such-person/studio")
    ran = cli("models")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("The folder of Flux Studio cannot be found")


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("FLUX_STUDIO_RUNAPI_URL", "http://example.com", "must start with https://"),
        ("FLUX_STUDIO_RUNAPI_URL", "ftp://x", "not a web address"),
        ("FLUX_STUDIO_RUNFLOW_URL", "https://me:pw@example.com", "carries a user name"),
        ("FLUX_STUDIO_PRACTICE_DELAY", "soon", "0 to 3600 seconds"),
    ],
)
def test_a_variable_that_cannot_be_used(cli: Shell, variable: str, value: str, words: str) -> None:
    cli.env(**{variable: value, "RUNAPI_API_KEY": CANARY})
    ran = cli("generate", "a red fox", "--provider", variable.split("_")[2].lower())
    assert (ran.code, ran.out) == (2, "")
    assert variable in ran.err
    assert words in ran.err
    assert cli("jobs", "--json").out == ""


def test_the_other_providers_work_beside_one_with_a_bad_address(cli: Shell) -> None:
    cli.env(FLUX_STUDIO_RUNAPI_URL="http://example.com", RUNAPI_API_KEY=CANARY)
    ran = cli("generate", "a fox", "--size", "64x64", "--json")
    assert ran.code == 0
    assert len(ran.saved) == 1
    assert "RunAPI is left out" in ran.err


def test_damaged_settings_are_set_aside_and_told(cli: Shell) -> None:
    cli.paths.settings_file.write_text("theme = [")
    ran = cli("generate", "a fox", "--size", "64x64")
    assert ran.code == 0
    assert "settings.toml was damaged" in ran.err
    assert list(cli.paths.config.glob("settings.toml.damaged-*"))
    assert "damaged" not in cli("models").err


def test_the_session_signal_is_given_back(cli: Shell) -> None:
    before = signal.getsignal(signal.SIGTERM)
    cli("generate", "a fox", "--size", "64x64")
    cli("jobs", "resume")
    assert signal.getsignal(signal.SIGTERM) is before


def test_no_display_says_so_in_one_line_and_runs_the_tour(cli: Shell) -> None:
    ran_tours: list[str] = []
    tour = import_module("flux_studio.commands.tour")

    def run(arguments: Namespace) -> int:
        ran_tours.append(arguments.out)
        return 0

    cli.monkeypatch.setattr(tour, "run", run)
    cli.monkeypatch.setattr(startup, "has_display", lambda: False)
    cli.monkeypatch.setattr(startup, "_loads", lambda _: True)
    ran = cli()
    assert ran.code == 0
    assert ran.err == "There is no display here, so the tour runs without a window.\n"
    assert ran_tours == ["flux-studio-tour"]


def test_with_a_display_the_window_opens(cli: Shell) -> None:
    app = import_module("flux_studio.app")
    cli.monkeypatch.setattr(app, "run", lambda _: 0)
    cli.monkeypatch.setattr(startup, "has_display", lambda: True)
    cli.monkeypatch.setattr(startup, "_loads", lambda _: True)
    ran = cli()
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_window_that_breaks_leaves_a_sentence(cli: Shell) -> None:
    def fail(_: object) -> int:
        raise ZeroDivisionError

    cli.monkeypatch.setattr(import_module("flux_studio.app"), "run", fail)
    cli.monkeypatch.setattr(startup, "has_display", lambda: True)
    cli.monkeypatch.setattr(startup, "_loads", lambda _: True)
    ran = cli()
    assert ran.code == 1
    assert "Something broke" in ran.err
    assert "Traceback" in cli.log


def test_a_missing_library_is_answered_with_the_apt_line(cli: Shell) -> None:
    cli.monkeypatch.setattr(startup, "has_display", lambda: False)
    cli.monkeypatch.setattr(startup, "_loads", lambda name: name != "libGL.so.1")
    ran = cli()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("sudo apt-get install -y --no-install-recommends libgl1\n")


def test_the_decoder_of_a_frozen_program_is_started_by_its_word(
    cli: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flux_studio.storage.decode_child.run_child", lambda: 17)
    assert cli("--decode-child").code == 17
    assert not Path(cli.paths.log_file).exists()
