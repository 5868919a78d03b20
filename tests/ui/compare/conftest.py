"""Compare on a real Studio and a real library of six pictures."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from flux_studio.ui.compare import ComparePanel
from flux_studio.ui.theme import Theme, ThemeSource
from tests.session.desks import Desk
from tests.ui.wall import stock


@pytest.fixture
def desk(qapp, tmp_path):
    made = Desk(tmp_path / "home")
    stock.fill(made, 6)
    yield made
    made.studio._saving.stop()
    made.close()
    gc.collect()  # here and not on a worker thread, where a timer may not be stopped


@pytest.fixture
def pictures(desk):
    return desk.workshop.gallery().rows([f"{n:032x}" for n in range(6)])


@pytest.fixture
def panel(qapp, desk):
    """A panel of 800 × 700 px with nothing in it."""
    made = ComparePanel(desk.studio, ThemeSource(qapp, Theme.DARK))
    made.resize(800, 700)
    made.show()
    made.activateWindow()
    QApplication.processEvents()
    yield made
    made.close_workers()
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
