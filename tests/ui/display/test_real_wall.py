"""The wall on a real X server: read by AT-SPI, and a picture dragged out of it into another
program.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.bench.make_library import make_library
from tests.ui.display.program import PATIENCE, SYSTEM_PYTHON, run, running, until

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason=".ci/run installs xdotool"),
]
COUNT = 9
HERE = Path(__file__).parent


@pytest.fixture
def program(tmp_path):
    make_library(tmp_path, COUNT)
    with running(tmp_path) as started:
        yield started


@pytest.mark.skipif(not Path(SYSTEM_PYTHON).exists(), reason="no system Python")
def test_a_screen_reader_finds_the_pictures_and_can_choose_one(program):
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        pytest.skip("needs a session bus: `poe xvfb` starts one")
    program.window()
    program.ready()
    command = [SYSTEM_PYTHON, str(HERE / "probe_wall.py"), str(COUNT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90)
    if "No module named 'gi'" in done.stderr:
        pytest.skip("python3-gi is not installed; .ci/run installs it")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["role"] == "list"
    assert found["item_role"] == "list item"
    assert found["count"] == COUNT
    assert all("×" in name for name in found["names"])
    assert found["rect"][2] > 40
    assert found["rect"][3] > 40
    assert found["chosen"]
    assert found["picked"] is not None


@pytest.mark.parametrize("place", ["wall", "viewer"])
def test_a_picture_is_dragged_out_as_a_real_file_and_as_a_bitmap(program, tmp_path, place):
    window = program.window()
    program.ready()
    target = subprocess.Popen(
        [sys.executable, str(HERE / "drop_target.py")],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "QT_QPA_PLATFORM": "xcb"},
    )  # fmt: skip
    try:
        search = ["xdotool", "search", "--onlyvisible", "--name", "^Drop target"]
        until(lambda: bool(run(search)), "the target is mapped")
        xdotool("windowmove", window, "0", "0")
        xdotool("windowmove", run(search).split()[0], "20", "560")
        xdotool("windowraise", run(search).split()[0])
        if place == "viewer":
            picture = ["mousemove", "480", "230", "click", "1", "sleep", "0.3"]
            xdotool("windowfocus", "--sync", window, *picture, "key", "Return", "sleep", "1")
        start = (480, 230) if place == "wall" else (700, 400)
        until(lambda: _drag(target, *start), "the picture is dropped")
    finally:
        target.kill()
        answer, _ = target.communicate()
    said = json.loads(answer)
    dropped = Path(unquote(urlsplit(said["urls"][0]).path))
    assert dropped.is_file()
    assert dropped.is_relative_to(program.home / "pictures")
    assert said["formats"][0] == "text/uri-list"
    assert said["jpeg"] == dropped.stat().st_size


def _drag(target: subprocess.Popen[str], x: int, y: int) -> bool:
    """From a picture at a point of the screen to the middle of the target; True once it was
    dropped. At the pace of a hand: the other program is asked at each step whether it would take
    it.
    """
    steps = [(x + (120 - x) * n // 12, y + (650 - y) * n // 12) for n in range(1, 13)]
    way = [word for step in steps for word in _move(*step)]
    last = [*_move(120, 640), *_move(124, 644), "sleep", "0.2", "mouseup", "1"]
    xdotool(*_move(x, y), "mousedown", "1", *way, *last)
    try:
        return target.wait(0.5) == 0
    except subprocess.TimeoutExpired:
        return False


def _move(x: int, y: int) -> list[str]:
    return ["mousemove", str(x), str(y), "sleep", "0.05"]


def xdotool(*words: str) -> None:
    subprocess.run(["xdotool", *words], check=True, timeout=PATIENCE)
