"""A row of the queue is dragged by a real pointer on a real X server."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from flux_studio.core.job import JobState
from flux_studio.ui.jobs_panel import JobsDialog
from tests.ui.panels import a_desk, opened, put_jobs
from tests.ui.wall import stock

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason=".ci/run installs xdotool"),
]


@pytest.fixture
def desk(qapp, tmp_path):
    with a_desk(tmp_path) as made:
        yield made


def test_a_row_is_dragged_before_another(desk, qtbot):
    with opened(desk, lambda theme: JobsDialog(desk.studio, theme)) as dialog:
        jobs = [
            replace(stock.job(name, JobState.PLANNED, 0), rank=float(at))
            for at, name in enumerate("abc")
        ]
        put_jobs(desk, *jobs)
        qtbot.waitExposed(dialog)
        qtbot.waitUntil(lambda: dialog.queue.row("c").isVisible())
        stock.settle(desk)
        # The window manager may still be moving the window: then the pointer misses, once.
        for _ in range(3):
            _drag(dialog, qtbot)
            if ("move", "c", "a") in desk.engine.asked:
                break
        assert ("move", "c", "a") in desk.engine.asked


def _drag(dialog, qtbot) -> None:
    """From the grip of the last row to the upper half of the first, at the pace of a hand."""
    grip = dialog.queue.row("c").grip
    start = grip.mapToGlobal(grip.rect().center())
    end = dialog.queue.row("a").mapToGlobal(QPoint(60, 6))
    way = [word for step in range(13) for word in _move(start + (end - start) * (step / 12))]
    commands = [*_move(start), "mousedown", "1", *way, *_move(end), "sleep", "0.2", "mouseup", "1"]
    with subprocess.Popen(["xdotool", *commands]) as hand:
        qtbot.waitUntil(lambda: hand.poll() is not None, timeout=20_000)
    for _ in range(20):
        QApplication.processEvents()  # the drop arrives after the button was let go


def _move(to: QPoint) -> list[str]:
    return ["mousemove", str(to.x()), str(to.y()), "sleep", "0.05"]
