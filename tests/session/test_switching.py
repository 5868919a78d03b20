"""The main thread does not wait long for a worker that runs Python code."""

import sys
import threading
import time

import pytest

from flux_studio.session.switching import INTERVAL, switch_quickly


@pytest.fixture
def kept():
    """The interval of the other tests, given back."""
    before = sys.getswitchinterval()
    yield before
    sys.setswitchinterval(before)


def usual_wait(turns=60):
    """The median of the times (s) to get Python's lock back from a thread that only computes."""
    done, waits = threading.Event(), []

    def compute():
        while not done.is_set():
            sum(range(50))

    worker = threading.Thread(target=compute)
    worker.start()
    try:
        for _ in range(turns):
            began = time.perf_counter()
            time.sleep(0)  # gives the lock away, as a call of Qt does
            waits.append(time.perf_counter() - began)
    finally:
        done.set()
        worker.join()
    return sorted(waits)[turns // 2]


def test_a_computing_thread_gives_the_lock_back_soon(kept):
    sys.setswitchinterval(0.02)
    # A busy machine may keep the worker from the lock, and then nobody waits for it.
    slow = max(usual_wait() for _ in range(3))
    switch_quickly()
    assert sys.getswitchinterval() == pytest.approx(INTERVAL)
    quick = min(usual_wait() for _ in range(3))
    assert quick < slow / 4
