"""A wall on a real Studio and a real library; only the engine is a recorder."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.wall import WallPanel
from tests.session.desks import Desk
from tests.ui.wall import stock


@pytest.fixture
def desk(qapp, tmp_path):
    made = Desk(tmp_path / "home")
    yield made
    made.studio._saving.stop()
    made.close()
    gc.collect()  # here and not on a worker thread, where a timer may not be stopped


@pytest.fixture
def open_wall(qapp, desk):
    """Opens a wall of 780 × 700 px on what is in the library by then."""
    opened = []

    def open_it() -> WallPanel:
        panel = WallPanel(desk.studio, ThemeSource(qapp, Theme.DARK))
        opened.append(panel)
        desk.studio.changed.connect(panel.show_state)
        panel.resize(780, 700)
        panel.show()
        panel.activateWindow()
        panel.show_state(desk.studio.state)
        stock.settle(desk)
        stock.listed(panel)
        return panel

    yield open_it
    for panel in opened:
        desk.studio.changed.disconnect(panel.show_state)
        panel.loader.close()
        panel.close()
        panel.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def wall(desk, open_wall):
    """A wall with twelve pictures; the newest is the first."""
    stock.fill(desk, 12)
    return open_wall()


@pytest.fixture
def host(qtbot):
    """A widget that deeds open their menus and questions over."""
    made = QWidget()
    qtbot.addWidget(made)
    return made
