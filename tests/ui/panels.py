"""Opens one panel or dialog on a real Studio, for the tests of the smaller panels."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from flux_studio.core.job import Board, Job
from flux_studio.ui.theme import Theme, ThemeSource
from tests.session.desks import Desk
from tests.ui.wall import stock

W = TypeVar("W", bound=QWidget)


@contextmanager
def a_desk(home: Path) -> Iterator[Desk]:
    """A Desk that leaves nothing behind."""
    made = Desk(home)
    yield made
    made.studio._saving.stop()
    made.close()
    gc.collect()  # here and not on a worker thread, where a timer may not be stopped


@contextmanager
def opened(desk: Desk, make: Callable[[ThemeSource], W]) -> Iterator[W]:
    """A shown panel; with `show_state` it follows the studio."""
    qapp = QApplication.instance()
    assert isinstance(qapp, QApplication)
    panel = make(ThemeSource(qapp, Theme.DARK))
    follow = getattr(panel, "show_state", None)
    if follow is not None:
        desk.studio.changed.connect(follow)
        follow(desk.studio.state)
    panel.show()
    panel.activateWindow()
    stock.settle(desk)
    yield panel
    if follow is not None:
        desk.studio.changed.disconnect(follow)
    panel.close()
    panel.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def put_jobs(desk: Desk, *jobs: Job, **fields: object) -> None:
    """Make `jobs` the board of the studio, and other parts of the state by their names."""
    desk.studio._set(board=Board({job.id: job for job in jobs}), **fields)
