"""The keychain against a real gnome-keyring and misbehaving services, in buses of their own."""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CANARY = "sk-canary-1234567890"

needs_keyring = pytest.mark.skipif(
    shutil.which("gnome-keyring-daemon") is None, reason="gnome-keyring-daemon is not installed"
)
needs_bus = pytest.mark.skipif(
    shutil.which("dbus-run-session") is None, reason="dbus-run-session is not installed"
)


def drive(home: Path, *actions: str, before: tuple[str, ...] = (), **variables: str) -> list[dict]:
    """Run `keychain_driver` with `before` in front of it; one dict a printed line."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"} | variables
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    command = [*before, sys.executable, "-m", "tests.storage.keychain_driver", *actions]
    run = subprocess.run(
        command, capture_output=True, check=False, cwd=ROOT, env=environment, timeout=60
    )
    assert run.returncode == 0, run.stderr.decode()
    assert CANARY not in run.stderr.decode()
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith(b"{")]


def unlocked(home: Path, password: str = "known") -> tuple[str, ...]:
    return ("bash", str(ROOT / "tests/storage/with_keyring.sh"), str(home), password)


def states(answers: list[dict]) -> list[str]:
    return [answer["state"] for answer in answers]


def files_below(folder: Path) -> bytes:
    return b"".join(f.read_bytes() for f in folder.rglob("*") if f.is_file())


@pytest.mark.keyring
@needs_keyring
def test_a_real_keyring_keeps_the_key_over_restarts(tmp_path: Path) -> None:
    answers = drive(
        tmp_path, "status:bfl", f"set:bfl:{CANARY}", "get:bfl", before=unlocked(tmp_path)
    )
    assert states(answers) == ["none", "saved", "saved"]
    answers = drive(tmp_path, "get:bfl", "forget:bfl", "get:bfl", before=unlocked(tmp_path))
    assert states(answers) == ["saved", "none", "none"]
    assert [a["key"] for a in answers] == [CANARY, None, None]
    for hidden in (CANARY.encode(), base64.b64encode(CANARY.encode())):
        assert hidden not in files_below(tmp_path)


@pytest.mark.keyring
@needs_keyring
@pytest.mark.skipif(shutil.which("secret-tool") is None, reason="secret-tool is not installed")
def test_another_program_sees_the_same_item(tmp_path: Path) -> None:
    script = (
        f"{sys.executable} -m tests.storage.keychain_driver set:bfl:{CANARY} >/dev/null && "
        "secret-tool lookup service 'Flux Studio' username bfl/default && "
        "printf by-tool | secret-tool store --label=x service 'Flux Studio' username fal/default"
        f" && {sys.executable} -m tests.storage.keychain_driver get:fal"
    )
    run = subprocess.run(
        [*unlocked(tmp_path), "bash", "-c", script], capture_output=True, check=True, cwd=ROOT
    )
    found, _, line = run.stdout.partition(b"{")
    assert found == CANARY.encode()
    assert json.loads(b"{" + line)["key"] == "by-tool"


@pytest.mark.keyring
@needs_keyring
def test_a_real_locked_keyring_is_locked_until_it_is_not(tmp_path: Path) -> None:
    first = drive(
        tmp_path, f"set:bfl:{CANARY}", "refresh", "lock", "get:bfl", before=unlocked(tmp_path)
    )
    assert states(first) == ["saved", "locked"]
    wrong = drive(tmp_path, "get:bfl", "set:bfl:new", before=unlocked(tmp_path, "wrong"))
    assert states(wrong) == ["locked", "session_only"]
    again = drive(tmp_path, "get:bfl", before=unlocked(tmp_path))
    assert again[0]["key"] == CANARY


@pytest.mark.keyring
@needs_keyring
def test_a_keyring_nobody_set_up_is_unavailable(tmp_path: Path) -> None:
    answers = drive(
        tmp_path, "get:bfl", f"set:bfl:{CANARY}", "get:bfl", before=("dbus-run-session", "--")
    )
    assert states(answers) == ["unavailable", "session_only", "session_only"]
    assert CANARY.encode() not in files_below(tmp_path)


def test_without_a_bus_a_key_lasts_for_the_run_and_reaches_no_file(tmp_path: Path) -> None:
    answers = drive(tmp_path, "get:bfl", f"set:bfl:{CANARY}", "get:bfl", "forget:bfl", "get:bfl")
    assert states(answers) == ["unavailable", "session_only", "session_only", "none", "unavailable"]
    assert answers[2]["key"] == CANARY
    assert CANARY.encode() not in files_below(tmp_path)


@pytest.mark.keyring
@needs_bus
@pytest.mark.parametrize("mode", ["error", "garbage"])
def test_a_service_that_talks_nonsense_is_unavailable(tmp_path: Path, mode: str) -> None:
    answers = drive(
        tmp_path,
        f"stand-in:{mode}",
        "get:bfl",
        f"set:bfl:{CANARY}",
        before=("dbus-run-session", "--"),
    )
    assert states(answers) == ["unavailable", "session_only"]


@pytest.mark.keyring
@needs_bus
def test_a_service_that_never_answers_is_waited_for_no_longer_than_the_deadline(tmp_path) -> None:
    answers = drive(
        tmp_path,
        "stand-in:hang",
        "get:bfl",
        "get:bfl",
        f"set:bfl:{CANARY}",
        "get:bfl",
        before=("dbus-run-session", "--"),
        DRIVER_DEADLINE="1",
    )
    assert states(answers) == ["waiting", "waiting", "session_only", "session_only"]
    assert answers[0]["seconds"] < 3
    assert sum(answer["seconds"] for answer in answers[1:]) < 0.5


POISON = """
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 1000

    def get_password(self, service, username):
        return "from the poison"

    def set_password(self, service, username, password):
        open({file!r}, "a").write(password)

    def delete_password(self, service, username):
        pass
"""


@pytest.mark.keyring
@needs_keyring
@pytest.mark.parametrize("with_keychain", [True, False])
def test_a_poisoned_keyring_configuration_never_sees_the_key(tmp_path, with_keychain) -> None:
    caught = tmp_path / "caught"
    (tmp_path / "poison.py").write_text(POISON.format(file=str(caught)))
    config = tmp_path / ".config" / "python_keyring"
    config.mkdir(parents=True)
    (config / "keyringrc.cfg").write_text(
        f"[backend]\ndefault-keyring=poison.Keyring\nkeyring-path={tmp_path}\n"
    )
    control = "import keyring; keyring.set_password('s', 'u', 'control')"
    for way in ({"PYTHON_KEYRING_BACKEND": "poison.Keyring"}, {}):
        variables = {"HOME": str(tmp_path), "PYTHONPATH": str(tmp_path), **way}
        subprocess.run([sys.executable, "-c", control], check=True, env=variables)
    assert caught.read_text() == "control" * 2, "the poison must work, or the test proves nothing"
    caught.unlink()
    answers = drive(
        tmp_path,
        f"set:bfl:{CANARY}",
        "refresh",
        "get:bfl",
        before=unlocked(tmp_path) if with_keychain else (),
        PYTHON_KEYRING_BACKEND="poison.Keyring",
        PYTHONPATH=str(tmp_path),
    )
    assert states(answers) == (["saved"] if with_keychain else ["session_only"]) * 2
    assert [answer["key"] for answer in answers] == [None, CANARY]
    assert not caught.exists()
