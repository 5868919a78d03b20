"""The program as a process of its own on a real X server, driven from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SYSTEM_PYTHON = "/usr/bin/python3"
PATIENCE = 40.0  # seconds


class Program:
    """One running studio."""

    def __init__(self, home: Path) -> None:
        env = {
            **os.environ,
            "FLUX_STUDIO_HOME": str(home),
            "FLUX_STUDIO_PRACTICE_DELAY": "0.2",
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flux_studio"],
            env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def window(self) -> str:
        """The id of its window, once it is mapped."""
        search = ["xdotool", "search", "--onlyvisible", "--name", "^Flux Studio"]
        until(lambda: bool(run(search)), "the window is mapped")
        return run(search).split()[0]

    def ready(self) -> None:
        """Wait for the panels: the engine, which makes the library, starts after them."""
        until(lambda: (self.home / "data" / "library.sqlite").exists(), "the engine runs")

    def keys(self, window: str, *keys: str) -> None:
        subprocess.run(["xdotool", "windowfocus", "--sync", window], check=True)
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)

    def type(self, window: str, text: str) -> None:
        subprocess.run(["xdotool", "windowfocus", "--sync", window], check=True)
        subprocess.run(["xdotool", "type", "--delay", "15", text], check=True)

    def pictures(self) -> list[Path]:
        return sorted((self.home / "pictures").rglob("*.png"))

    def draft(self) -> dict:
        try:
            return json.loads((self.home / "data" / "draft.json").read_text())
        except (OSError, ValueError):
            return {}


def run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True).stdout


def until(condition, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.05)


@contextmanager
def running(home: Path) -> Iterator[Program]:
    """A studio in `home`; what the test leaves of it is ended."""
    started = Program(home)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
        started.process.communicate()
