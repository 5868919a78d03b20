"""Deleting, undoing and the palette with real keys on a real X server."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.bench.make_library import make_library
from tests.ui.display.program import Program, run, running, until

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason=".ci/run installs xdotool"),
]
COUNT = 9


@pytest.fixture
def program(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    make_library(tmp_path, COUNT)
    with running(tmp_path) as started:
        yield started


def originals(program: Program) -> set[Path]:
    every = (program.home / "pictures").rglob("*")
    return {path for path in every if path.suffix in (".png", ".jpg", ".webp")}


def active() -> str:
    return run(["xdotool", "getactivewindow", "getwindowname"]).strip()


def test_delete_undo_and_the_palette_by_keys(program):
    window = program.window()
    program.ready()
    before = originals(program)
    assert len(before) == COUNT
    asked = 0

    def one_is_gone() -> bool:
        """The wall may not be there yet, so it is asked again now and then."""
        nonlocal asked
        asked += 1
        if asked % 40 == 1:
            run(["xdotool", "mousemove", "--window", window, "480", "230", "click", "1"])
            program.keys(window, "Delete")
        return len(originals(program)) < COUNT

    until(one_is_gone, "the chosen picture is in the bin")
    trash = program.home / "share" / "Trash" / "files"
    until(lambda: len(list(trash.iterdir())) == 2, "picture and sidecar are in the bin")
    program.keys(window, "ctrl+z")
    until(lambda: originals(program) == before, "the picture is back")
    program.keys(window, "ctrl+k")
    until(lambda: active().startswith("Commands"), "the palette has the keyboard")
    run(["xdotool", "type", "--delay", "15", "settings"])
    run(["xdotool", "key", "Return"])
    until(lambda: active().startswith("Settings"), "the palette ran it")
    run(["xdotool", "key", "Escape"])
    until(lambda: active().startswith("Flux Studio"), "the window has the keyboard again")
