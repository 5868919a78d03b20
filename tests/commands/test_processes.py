"""What only a real process shows: signals, a sudden end, two at once, pipes, terminals without
UTF-8.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from tests.commands.shell import (
    CANARY,
    ROOT,
    Ran,
    Shell,
    everything_on_disk,
    finish,
    process_env,
    start,
    until_event,
)
from tests.commands.twins import Twin

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and pipes")

SMALL = ("--size", "64x64")


def ran(*arguments: str | Path, **variables: str) -> Ran:
    return finish(start(*arguments, **variables))


def test_the_program_starts_as_a_module(cli: Shell) -> None:
    made = ran("generate", "a red fox", "--json", *SMALL)
    assert made.code == 0
    assert Path(made.last["path"]).is_file()
    assert ran("--version").out.startswith("flux-studio ")
    assert "exit codes" in ran("generate", "--help").out


def test_killed_after_acceptance_the_picture_is_fetched_with_one_charge(
    cli: Shell, twin: Twin
) -> None:
    started = threading.Event()
    twin.host.duration = lambda: 0.0 if started.is_set() else 3600.0
    process = start(*twin.order)
    job = until_event(process, "accepted")["job"]
    process.kill()
    finish(process)
    for task in twin.host.tasks.values():
        task.seconds = 0.0
    resumed = ran("jobs", "resume", "--json")
    assert resumed.code == 0
    assert resumed.last["event"] == "saved"
    assert resumed.last["job"] == job
    assert Path(resumed.last["path"]).is_file()
    assert twin.charges == [Decimal(twin.price)]
    assert len(twin.host.asked("submit")) == 1
    assert ran("library", "verify", "--json").last["problems"] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_the_accepted_job_is_kept(
    cli: Shell, twin: Twin, number: signal.Signals
) -> None:
    twin.host.duration = lambda: 3600.0
    process = start(*twin.order)
    job = until_event(process, "accepted")["job"]
    process.send_signal(number)
    ended = finish(process)
    assert ended.code == 130
    assert "jobs resume" in ended.err
    assert cli("jobs", "--open", "--json").last["job"] == job
    for task in twin.host.tasks.values():
        task.seconds = 0.0
    assert cli("jobs", "resume", job, "--json").last["event"] == "saved"
    assert len(twin.charges) == 1


def test_interrupted_what_was_not_sent_is_taken_back(cli: Shell, twin: Twin) -> None:
    """Nobody wants it sent, and paid, by the next start."""
    twin.host.fault("submit", "429", times=99, retry_after=60)
    process = start(*twin.order, "--count", "3")
    until_event(process, "sending")
    twin.host.wait_for("submit", timeout=20)
    process.send_signal(signal.SIGINT)
    ended = finish(process)
    assert ended.code == 130
    assert ended.events.count("cancelled") == 3
    assert {line["charged"] for line in ended.lines if line["event"] == "cancelled"} == {"0"}
    assert cli("jobs", "--open", "--json").out == ""
    assert twin.charges == []


def test_two_at_once_leave_each_other_alone(cli: Shell, twin: Twin) -> None:
    twin.host.duration = lambda: 3600.0
    living = start(*twin.order)
    job = until_event(living, "accepted")["job"]
    other = cli("jobs", "resume", "--json")
    assert other.code == 0
    assert other.out == ""
    assert "Nothing is open" in other.err
    assert cli("jobs", "resolve", job, "--not-charged").code == 2
    assert "another Flux Studio" in cli("jobs", "resolve", job, "--not-charged").err
    for task in twin.host.tasks.values():
        task.seconds = 0.0
    twin.host.duration = lambda: 0.0
    second = cli(*twin.order)
    assert second.code == 0
    assert len(second.saved) == 1
    assert finish(living, 60).last["job"] == job
    assert len(twin.charges) == 2
    listed = cli("library", "list", "--json").lines
    assert len({line["id"] for line in listed}) == 2


def test_a_reader_who_leaves_does_not_cost_the_picture(cli: Shell, twin: Twin) -> None:
    process = start(*twin.order)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(30) == 0
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert len(cli("library", "list", "--json").lines) == len(twin.charges) == 1


def test_a_list_that_is_cut_off_ends_quietly(cli: Shell) -> None:
    command = f"{sys.executable} -m flux_studio models --json | head -n 1"
    shell = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True, check=False, cwd=ROOT, env=process_env(), timeout=30,
    )  # fmt: skip
    assert shell.returncode == 0
    assert shell.stderr == b""
    assert shell.stdout.count(b"\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_stdout_is_one_sentence(cli: Shell) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "flux_studio", "models"],
            stdout=full, stderr=subprocess.PIPE, check=False, cwd=ROOT, env=process_env(),
            timeout=30,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.decode() == "The system refused: No space left on device.\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(cli: Shell, closed: str) -> None:
    for arguments, code in (("models --json", 0), ("keys set runapi", 2), ("price x", 0)):
        command = f"exec {sys.executable} -m flux_studio {arguments} {closed}"
        stdin = subprocess.DEVNULL
        done = subprocess.run(
            ["bash", "-c", command],
            stdin=stdin, capture_output=True, check=False, cwd=ROOT, env=process_env(), timeout=30,
        )  # fmt: skip
        assert done.returncode == code, (arguments, done.stderr)
        assert b"Traceback" not in done.stderr + done.stdout
        if ">&-" in closed:
            assert b"empty" not in done.stdout  # words for people never land among the results


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "utf-16"])
def test_any_encoding_of_the_terminal(cli: Shell, encoding: str) -> None:
    prompt = "Füchse 狐 🦊 \u2028 #E0A030"
    assert cli("generate", prompt, *SMALL).code == 0
    listed = finish_as(start("library", "list", "--json", PYTHONIOENCODING=encoding), encoding)
    assert [row["prompt"] for row in listed.lines] == [prompt]
    for arguments in (("library", "list"), ("price", "--size", "1920x1080")):
        shown = finish_as(start(*arguments, PYTHONIOENCODING=encoding), encoding)
        assert shown.code == 0
        assert shown.out


def test_a_prompt_that_the_terminal_cannot_show(cli: Shell) -> None:
    made = ran("generate", "狐 🦊", "--json", *SMALL, PYTHONIOENCODING="ascii")
    assert made.code == 0
    assert [row["prompt"] for row in cli("library", "list", "--json").lines] == ["狐 🦊"]


def finish_as(process: subprocess.Popen[bytes], encoding: str) -> Ran:
    out, err = process.communicate(timeout=30)
    assert b"Traceback" not in err
    return Ran(process.returncode, out.decode(encoding), err.decode(encoding))


def test_a_locale_of_bytes(cli: Shell) -> None:
    """A prompt typed in another encoding than the terminal's is refused, not sent broken."""
    command: list[str | bytes] = [sys.executable, "-m", "flux_studio", "generate", b"caf\xe9"]
    env = process_env(LC_ALL="C.UTF-8")
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT, env=env, timeout=30)
    assert done.returncode == 2
    assert b"Type it as UTF-8" in done.stderr


def test_a_key_from_stdin_or_the_environment_shows_nowhere(cli: Shell, twin: Twin) -> None:
    twin.host.key = CANARY
    made = ran(*twin.order, **{twin.key_variable: CANARY})
    assert made.code == 0
    typed = subprocess.run(
        [sys.executable, "-m", "flux_studio", "keys", "set", twin.provider],
        input=CANARY.encode(), capture_output=True, check=False, cwd=ROOT,
        env={**process_env(), twin.key_variable: ""}, timeout=30,
    )  # fmt: skip
    assert CANARY.encode() not in typed.stdout + typed.stderr
    assert CANARY not in made.out + made.err
    assert CANARY.encode() not in everything_on_disk(cli.home)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="/proc is what cannot be written")
def test_a_home_that_cannot_be_written(cli: Shell) -> None:
    for command in (("generate", "a fox"), ("models",), ("doctor",), ("keys", "status"), ()):
        done = ran(*command, FLUX_STUDIO_HOME="/proc/x", QT_QPA_PLATFORM="offscreen")
        assert done.code == 2, command
        assert done.out == ""
        assert len(done.err.splitlines()) == 1, done.err
        assert "/proc/x" in done.err


HEAVY = ("PySide6", "httpx", "keyring", "PIL")
TELL_IMPORTS = """
import json, sys
from flux_studio.cli import main
code = main(sys.argv[1:])
sys.stderr.write("\\n" + json.dumps([code, sorted(sys.modules)]))
"""


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["models", "--json"], set()),
        (["price", "--size", "512x512"], {"keyring"}),  # it says which providers have a key
        (["jobs"], set()),
        (["library", "list"], set()),
        (["generate", "a fox", *SMALL], set()),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_importing_stays_within_its_budget(
    cli: Shell, arguments: list[str], allowed: set[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TELL_IMPORTS, *arguments],
        capture_output=True, check=False, cwd=ROOT, env=process_env(), timeout=30,
    )  # fmt: skip
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    assert "argparse" in modules
    assert set(HEAVY) & set(modules) <= allowed
