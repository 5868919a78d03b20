"""Opening folders and pages: only our own folders, only https."""

from pathlib import Path
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QUrl

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
