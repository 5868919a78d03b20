"""A folder dragged out of another program onto the wall, on a real X server."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.ui.display.program import Program, run, running, until

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason=".ci/run installs xdotool"),
]
SOURCE = Path(__file__).parent / "drag_source.py"
START, WALL = (140, 660), (560, 330)  # px: the middle of the source, a place on the wall


@pytest.fixture
def program(tmp_path):
    with running(tmp_path / "home") as started:
        yield started


def pictures(program: Program) -> int:
    with sqlite3.connect(program.home / "data" / "library.sqlite") as library:
        return library.execute("SELECT count(*) FROM generations").fetchone()[0]


def drag() -> None:
    """At the pace of a hand: the program is asked at each step whether it would take it."""
    words = ["mousemove", *map(str, START), "sleep", "0.15", "mousedown", "1"]
    for step in range(1, 9):
        at = (a + (b - a) * step // 8 for a, b in zip(START, WALL, strict=True))
        words += ["sleep", "0.1", "mousemove", *map(str, at)]
    subprocess.run(["xdotool", *words, "sleep", "0.3", "mouseup", "1"], check=True, timeout=30)


def test_a_folder_that_is_dropped_on_the_wall_is_imported(program, tmp_path):
    folder = tmp_path / "from elsewhere"
    folder.mkdir()
    for number in range(3):
        Image.new("RGB", (320, 240), (80 * number, 90, 120)).save(folder / f"{number}.png")
    window = program.window()
    program.ready()
    subprocess.run(["xdotool", "windowmove", window, "0", "0"], check=True)
    source = subprocess.Popen(
        [sys.executable, str(SOURCE), str(folder), str(START[0] - 100), str(START[1] - 100)],
        env={**os.environ, "QT_QPA_PLATFORM": "xcb"}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    search = ["xdotool", "search", "--onlyvisible", "--name", "^Import"]
    try:
        assert source.stdout is not None
        assert source.stdout.readline().strip() == "ready"

        def asks() -> bool:
            drag()
            return bool(run(search))

        until(asks, "the program asks what to bring in")
    finally:
        source.kill()
        source.communicate()
    program.keys(run(search).split()[0], "Return")
    until(lambda: pictures(program) == 3, "the pictures of the folder are in the library")
