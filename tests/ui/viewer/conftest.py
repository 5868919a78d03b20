"""A viewer on a real Studio and a real library of five pictures."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from flux_studio.ui.theme import Theme, ThemeSource
from flux_studio.ui.viewer import ViewerPanel
from tests.session.desks import Desk
from tests.ui.wall import stock


@pytest.fixture
def desk(qapp, tmp_path):
    made = Desk(tmp_path / "home")
    stock.fill(made, 5)
    yield made
    made.studio._saving.stop()
    made.close()
    gc.collect()  # here and not on a worker thread, where a timer may not be stopped


@pytest.fixture
def ids():
    return [f"{n:032x}" for n in range(5)]


@pytest.fixture
def viewer(qapp, desk):
    """A viewer of 700 × 600 px with nothing in it."""
    panel = ViewerPanel(desk.studio, ThemeSource(qapp, Theme.DARK))
    panel.resize(700, 600)
    panel.show()
    panel.activateWindow()
    QApplication.processEvents()
    yield panel
    panel.close_workers()
    panel.close()
    panel.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def picture(desk, ids):
    """A generation by its number."""
    return lambda number: desk.workshop.gallery().get(ids[number])
