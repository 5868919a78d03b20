"""Long work is done a slice a turn, can be ended at once, and ends with its owner."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QObject, QTimer

from flux_studio.ui.steps import Steps


def test_the_loop_has_a_turn_after_each_step_that_asks_for_one(qtbot):
    turns: list[str] = []

    def work():
        for number in range(3):
            turns.append(f"step {number}")
            # The loop comes to this only between two turns of the steps.
            QTimer.singleShot(0, lambda: turns.append("loop"))
            yield True

    owner = QObject()
    steps = Steps(work(), owner)
    with qtbot.waitSignal(steps.ended):
        assert steps.is_running()
    assert not steps.is_running()
    assert turns[:4] == ["step 0", "loop", "step 1", "loop"]


def test_short_steps_share_a_turn_until_its_time_is_over(qtbot, monkeypatch):
    clock = itertools.count(step=0.001)  # each look is a millisecond later
    monkeypatch.setattr("flux_studio.ui.steps.time.perf_counter", lambda: next(clock))
    done: list[int] = []
    turns: list[int] = []

    def work():
        for number in range(12):
            done.append(number)
            yield None

    owner = QObject()
    steps = Steps(work(), owner)
    beat = QTimer(owner, interval=0)
    beat.timeout.connect(lambda: turns.append(len(done)))
    beat.start()
    with qtbot.waitSignal(steps.ended):
        pass
    assert {4, 8} <= set(turns)  # 4 ms of steps, then everybody else


def test_what_is_left_can_be_done_at_once():
    done: list[int] = []

    def work():
        for number in range(3):
            done.append(number)
            yield True

    owner = QObject()
    steps = Steps(work(), owner)
    heard: list[bool] = []
    steps.ended.connect(lambda: heard.append(True))
    steps.finish()
    assert (done, heard) == ([0, 1, 2], [True])
    steps.finish()
    assert heard == [True]


def test_a_step_may_ask_for_the_end_of_all():
    owner = QObject()
    found: list[Steps] = []

    def work():
        found[0].finish()
        yield None

    found.append(Steps(work(), owner))
    found[0].finish()
    assert not found[0].is_running()


def test_a_step_that_fails_ends_them():
    def work():
        yield None
        raise ValueError("no")

    owner = QObject()
    steps = Steps(work(), owner)
    with pytest.raises(ValueError, match="no"):
        steps.finish()
    assert not steps.is_running()
