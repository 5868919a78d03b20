"""The window never freezes: the longest gap of its event loop while much is going on."""

from __future__ import annotations

import time
from functools import partial

import pytest
from PySide6.QtCore import QTimer

from flux_studio.core.size import Size
from tests.idle_peer import IdlePeer, assert_lives
from tests.whole import whole_studio

MOST_GAP = 0.050  # seconds
TICK = 5  # ms


class Watchdog:
    """Measures how late the ticks of a timer come: what the loop could not do meanwhile."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(interval=TICK)
        self._timer.timeout.connect(self._on_timer_timeout)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> float:
        """The longest gap in seconds."""
        self._timer.stop()
        return max(self.gaps)

    def _on_timer_timeout(self) -> None:
        now = time.perf_counter()
        self.gaps.append(now - self._last)
        self._last = now


def longest_gap(qtbot, home) -> float:
    """The longest gap (s) while eight pictures of 4096 × 4096 px arrive, without what held an idle
    process up as well.
    """
    with whole_studio(home) as whole:
        whole.studio.set_preferences(type(whole.studio.state.preferences)(jobs_in_flight=4))
        whole.studio.set_size(Size(4096, 4096))
        whole.studio.set_format("jpeg")
        qtbot.wait(300)  # the start is another measurement
        watchdog, peer = Watchdog(), IdlePeer()
        watchdog.start()
        for number in range(8):
            whole.studio.set_prompt(f"layered hills number {number} #C2536B")
            whole.studio.generate()
        qtbot.waitUntil(lambda: len(whole.saved) == 8, timeout=110_000)
        qtbot.wait(300)
        return watchdog.stop() - peer.longest()


@pytest.mark.timeout(300)
def test_eight_jobs_of_4096_by_4096_leave_the_window_alive(qtbot, tmp_path):
    assert_lives(partial(longest_gap, qtbot), MOST_GAP, tmp_path)
