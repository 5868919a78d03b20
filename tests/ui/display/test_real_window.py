"""The program as a person meets it: its own process on a real X server, driven by keys and by
AT-SPI.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.display.program import SYSTEM_PYTHON, Program, running, until

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason=".ci/run installs xdotool"),
]
NAMES = (
    "Model", "Prompt", "References", "Add reference", "Width", "Height", "Swap width and height",
    "Lock ratio", "Seed mode", "Seed", "Safety checker", "Cost", "Generate",
    "Gallery", "Search", "Jobs", "Inspector",
)  # fmt: skip
# Without "Safety tolerance": Qt gives a combo box its value as the name here, and names it by the
# relation to its label.


@pytest.fixture
def program(tmp_path) -> Iterator[Program]:
    with running(tmp_path) as started:
        yield started


def test_typing_and_generating_by_keyboard_alone(program):
    window = program.window()
    program.ready()
    program.keys(window, "ctrl+l", "ctrl+a")
    program.type(window, "a lighthouse in fog")
    until(lambda: program.draft().get("prompt") == "a lighthouse in fog", "the draft is written")
    program.keys(window, "ctrl+Return")
    until(lambda: bool(program.pictures()), "the picture is on disk")


@pytest.mark.parametrize("how", ["ctrl+q", "SIGTERM", "SIGINT"])
def test_it_ends_within_two_seconds_with_code_0_and_a_clean_stderr(program, how):
    window = program.window()
    program.ready()
    started = time.monotonic()
    if how == "ctrl+q":
        program.keys(window, "ctrl+q")
    else:
        program.process.send_signal(getattr(signal, how))
    _, errors = program.process.communicate(timeout=10)
    assert program.process.returncode == 0
    assert time.monotonic() - started < 3.0  # 2 s, and what xdotool takes
    assert errors.strip() == ""


@pytest.mark.skipif(not Path(SYSTEM_PYTHON).exists(), reason="no system Python")
def test_a_screen_reader_finds_every_control_and_can_press_generate(program):
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        pytest.skip("needs a session bus: `poe xvfb` starts one")
    program.window()
    probe = Path(__file__).with_name("probe_atspi.py")
    command = [SYSTEM_PYTHON, str(probe), *NAMES, "--press", "Generate"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90)
    if "No module named 'gi'" in done.stderr:
        pytest.skip("python3-gi is not installed; .ci/run installs it")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[0])
    assert sorted(set(NAMES) - set(found)) == []
    until(lambda: bool(program.pictures()), "pressing Generate made a picture")
