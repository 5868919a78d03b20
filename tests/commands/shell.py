"""The command line in a test: in this process for the many small things, as a real process for what
only a process shows.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flux_studio.cli import main
from flux_studio.resources import resource_path
from flux_studio.storage.paths import Paths

CANARY = "canary-key-0123456789abcdef"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    """How one command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """stdout as JSON, one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def events(self) -> list[str]:
        return [line["event"] for line in self.lines]

    @property
    def saved(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == "saved"]

    @property
    def last(self) -> dict[str, Any]:
        return self.lines[-1]


class Shell:
    """Runs commands against one home folder, without leaving this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch = monkeypatch
        self._capsys = capsys

    @property
    def home(self) -> Path:
        return Path(os.environ["FLUX_STUDIO_HOME"])

    @property
    def paths(self) -> Paths:
        return Paths.under(self.home)

    @property
    def log(self) -> str:
        return self.paths.log_file.read_text() if self.paths.log_file.exists() else ""

    def env(self, **variables: str) -> None:
        for name, value in variables.items():
            self.monkeypatch.setenv(name, value)

    def __call__(self, *arguments: str | Path, stdin: str | None = "") -> Ran:
        """`stdin` None is a closed one. A traceback on the terminal fails the test at once."""
        typed = None if stdin is None else io.StringIO(stdin)
        self.monkeypatch.setattr(sys, "stdin", typed)
        self._capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        return Ran(code, out, err)


def process_env(**variables: str) -> dict[str, str]:
    """The environment of a real process: this test's home, no keychain of the person's desktop."""
    return {**os.environ, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent", **variables}


def start(*arguments: str | Path, **variables: str) -> subprocess.Popen[bytes]:
    """Start the program as a process of its own; `PYTHONUNBUFFERED` so that its lines come at
    once.
    """
    command = [sys.executable, "-m", "flux_studio", *map(str, arguments)]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=ROOT, env=process_env(**variables),
    )  # fmt: skip


def finish(process: subprocess.Popen[bytes], seconds: float = 30.0) -> Ran:
    """Wait for a process; what it still had to say."""
    out, err = process.communicate(timeout=seconds)
    assert b"Traceback" not in out + err, err
    return Ran(process.returncode, out.decode(), err.decode())


def until_event(process: subprocess.Popen[bytes], event: str) -> dict[str, Any]:
    """Read a process's JSON lines up to an event."""
    assert process.stdout is not None
    for line in process.stdout:
        fields: dict[str, Any] = json.loads(line)
        if fields["event"] == event:
            return fields
    raise AssertionError(f"no {event}: {process.stderr and process.stderr.read().decode()}")


def hurry(paths: Paths) -> None:
    """Model rows of the person's own that differ in one thing: pictures come at once, so the first
    question is asked at once.
    """
    paths.models.mkdir(parents=True, exist_ok=True)
    for shipped in resource_path("models").glob("*.toml"):
        text = re.sub(r"(?m)^prior_seconds *=.*$", "prior_seconds = 0.05", shipped.read_text())
        (paths.models / shipped.name).write_text(text)


def everything_on_disk(home: Path) -> bytes:
    """All bytes of all files below a home, one after the other."""
    return b"\n".join(p.read_bytes() for p in sorted(home.rglob("*")) if p.is_file())
