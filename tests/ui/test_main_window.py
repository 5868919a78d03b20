"""How large the window is when nobody has chosen a size yet."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings, QSize
from PySide6.QtGui import QScreen

from flux_studio.ui.main_window import MainWindow
from flux_studio.ui.theme import Theme, ThemeSource


@pytest.mark.parametrize(
    ("screen", "size"),
    [
        pytest.param((2560, 1440), (1440, 900), id="a large screen"),
        pytest.param((1440, 900), (1424, 852), id="the frame has room too"),
        pytest.param((800, 480), (960, 600), id="never too small to work with"),
    ],
)
def test_the_window_with_its_frame_fits_the_screen(
    qtbot, qapp, tmp_path, monkeypatch, screen, size
):
    monkeypatch.setattr(QScreen, "availableSize", lambda _: QSize(*screen))
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(ThemeSource(qapp, Theme.DARK), memory, "")
    qtbot.addWidget(window)
    assert window.size().toTuple() == size
