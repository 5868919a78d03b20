"""Opening folders and pages: only our own folders, only https."""

import shutil
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QWidget

from flux_studio.ui import reveal


@pytest.fixture
def opened(monkeypatch):
    """Stands for the desktop: what it was asked to open."""
    desktop = Mock(return_value=True)
    monkeypatch.setattr("flux_studio.ui.reveal.QDesktopServices.openUrl", desktop)
    return desktop


def test_a_provider_page_opens(opened):
    assert reveal.open_site("https://www.runflow.io/usage")
    opened.assert_called_once_with(QUrl("https://www.runflow.io/usage"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://runflow.io",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "runflow.io",
    ],
)
def test_anything_but_https_is_refused(opened, address):
    assert not reveal.open_site(address)
    opened.assert_not_called()


def test_a_file_is_shown_in_its_folder(opened, monkeypatch):
    monkeypatch.setattr("flux_studio.ui.reveal.sys.platform", "linux")
    assert reveal.reveal(Path("/library/2026/a picture.png"))
    opened.assert_called_once_with(QUrl.fromLocalFile("/library/2026"))


@pytest.mark.parametrize(
    ("platform", "program", "arguments"),
    [
        ("darwin", "open", ["-R", "/library/a.png"]),
        ("win32", "explorer", ["/select,/library/a.png"]),
    ],
)
def test_other_systems_select_the_file(opened, monkeypatch, platform, program, arguments):
    started = Mock(return_value=(True, 1))
    monkeypatch.setattr("flux_studio.ui.reveal.sys.platform", platform)
    monkeypatch.setattr("flux_studio.ui.reveal.QProcess.startDetached", started)
    assert reveal.reveal(Path("/library/a.png"))
    started.assert_called_once_with(program, arguments)
    opened.assert_not_called()


ASK = """
import sys
from pathlib import Path
from flux_studio.ui.reveal import select_in_manager
print(select_in_manager(Path(sys.argv[1])))
"""
FILE = "/pictures/a b#.png"
SYSTEM_PYTHON = "/usr/bin/python3"


def on_a_bus(*command: str) -> list[str]:
    """What a command says on a session bus of its own."""
    asked = ["dbus-run-session", "--", *command, sys.executable, "-c", ASK, FILE]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.splitlines()


def has_system_python() -> bool:
    ask = [SYSTEM_PYTHON, "-c", "import gi"]
    return Path(SYSTEM_PYTHON).exists() and not subprocess.run(ask, capture_output=True).returncode


@pytest.mark.skipif(not shutil.which("dbus-run-session"), reason="no session bus to be had")
def test_a_file_manager_chooses_the_file_itself():
    if not has_system_python():
        pytest.skip("the system's Python has no PyGObject")
    manager = Path(__file__).with_name("file_manager.py")
    said = on_a_bus(SYSTEM_PYTHON, str(manager))
    assert said == ["ShowItems ['file:///pictures/a%20b%23.png'] ", "True"]


@pytest.mark.skipif(not shutil.which("dbus-run-session"), reason="no session bus to be had")
def test_without_a_file_manager_the_folder_is_opened_by_who_asked():
    assert on_a_bus() == ["False"]


def test_only_linux_is_asked_over_the_bus(monkeypatch):
    monkeypatch.setattr("flux_studio.ui.reveal.sys.platform", "darwin")
    assert not reveal.select_in_manager(Path(FILE))


def test_windows_has_its_own_window_for_choosing_a_program(qapp, monkeypatch):
    started, done = Mock(return_value=(True, 1)), Mock()
    monkeypatch.setattr("flux_studio.ui.reveal.sys.platform", "win32")
    monkeypatch.setattr("flux_studio.ui.reveal.QProcess.startDetached", started)
    assert reveal.asks_for_program()
    reveal.choose_program(Path("/library/a.png"), QWidget(), done)
    started.assert_called_once_with("rundll32", ["shell32.dll,OpenAs_RunDLL", "/library/a.png"])
    done.assert_called_once_with(True)


def test_a_program_that_is_not_there_is_said(qapp):
    assert not reveal.start(["/nowhere/at/all"])
