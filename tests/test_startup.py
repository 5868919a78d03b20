from __future__ import annotations

import ctypes
import socket
import sys
from pathlib import Path

import pytest

from flux_studio import startup

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux libraries")


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch):
    """Make these system libraries missing, whatever this machine has."""

    def lose(*names: str) -> None:
        monkeypatch.setattr(ctypes, "CDLL", lambda name: load(name, names))

    def load(name: str, lost: tuple[str, ...]) -> object:
        if name in lost:
            raise OSError(f"{name}: cannot open shared object file")
        return object()

    return lose


@linux_only
def test_nothing_missing_is_no_sentence(missing) -> None:
    missing()
    assert startup.library_sentence(for_display=True) is None


@linux_only
def test_the_sentence_is_the_command_to_run(missing) -> None:
    missing("libEGL.so.1", "libxcb-cursor.so.0", "libGL.so.1")
    sentence = startup.library_sentence(for_display=True)
    assert sentence is not None
    assert sentence.splitlines()[-1].strip() == (
        "sudo apt-get install -y --no-install-recommends libgl1 libegl1 libxcb-cursor0"
    )


@linux_only
def test_without_a_display_its_libraries_are_not_asked_for(missing) -> None:
    missing(*startup.DISPLAY)
    assert startup.missing_packages(for_display=False) == []
    assert startup.missing_packages(for_display=True) == list(startup.DISPLAY.values())


@linux_only
def test_what_qt_is_linked_with_is_looked_for() -> None:
    """Every X and drawing library that the platform plugin names, so that none is a surprise."""
    pyside = pytest.importorskip("PySide6")
    plugin = Path(pyside.__file__).parent / "Qt/plugins/platforms/libqxcb.so"
    if not plugin.exists():
        pytest.skip("this Qt comes from the system")
    known = {*startup.DRAWING, *startup.DISPLAY}
    # Those of a package that one of ours depends on come with it.
    come_along = {b"libxcb.so.1", b"libxcb-shm.so.0", b"libxcb-render.so.0"}
    named = {word for word in plugin.read_bytes().split(b"\0") if word.startswith(b"libxcb")}
    wanted = {word for word in named if b".so." in word} - come_along
    assert wanted
    assert {word.decode() for word in wanted} <= known


def test_elsewhere_nothing_is_missing(missing, monkeypatch: pytest.MonkeyPatch) -> None:
    missing("libGL.so.1")
    monkeypatch.setattr(sys, "platform", "win32")
    assert startup.missing_packages(for_display=True) == []
    assert startup.has_display({})


@pytest.mark.parametrize(
    ("environ", "answers", "shown"),
    [
        ({}, True, False),
        ({"DISPLAY": ":0"}, True, True),
        ({"DISPLAY": ":0"}, False, False),
        ({"DISPLAY": ""}, True, False),
        ({"QT_QPA_PLATFORM": "offscreen"}, False, True),
        ({"QT_QPA_PLATFORM": "minimal:enable_fonts"}, False, True),
        ({"QT_QPA_PLATFORM": "vnc:size=800x600"}, False, True),
        ({"QT_QPA_PLATFORM": "eglfs"}, False, True),
        ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":0"}, True, True),
        ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":0"}, False, False),
        ({"QT_QPA_PLATFORM": "xcb"}, True, False),
        ({"QT_QPA_PLATFORM": "wayland", "DISPLAY": ":0"}, True, False),
        ({"QT_QPA_PLATFORM": "wayland;xcb", "DISPLAY": ":0"}, True, True),
        ({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/nonexistent"}, False, False),
    ],
)
@linux_only
def test_whether_there_is_a_display(
    monkeypatch: pytest.MonkeyPatch, environ: dict, answers: bool, shown: bool
) -> None:
    monkeypatch.setattr(startup, "_x_answers", lambda: answers)
    assert startup.has_display(environ) is shown


@linux_only
def test_a_compositor_that_listens_is_a_display(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environ = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    with socket.socket(socket.AF_UNIX) as compositor:
        monkeypatch.chdir(tmp_path)  # the path of a socket may not be long
        compositor.bind("wayland-7")
        compositor.listen()
        environ["XDG_RUNTIME_DIR"] = "."
        assert startup.has_display(environ)
    assert not startup.has_display(environ)  # the variable outlives the compositor


@linux_only
def test_a_display_that_nobody_serves_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real library is asked: Qt would abort."""
    if startup.missing_packages(for_display=True):
        pytest.skip("the X libraries are not here")
    monkeypatch.setenv("DISPLAY", ":9999")
    assert not startup._x_answers()


@pytest.mark.parametrize(
    ("platform", "offscreen"),
    [("offscreen", True), ("minimal", True), ("vnc:port=1", True), ("xcb", False), ("", False)],
)
def test_platforms_without_x(platform: str, offscreen: bool) -> None:
    assert startup.is_offscreen({"QT_QPA_PLATFORM": platform}) is offscreen
