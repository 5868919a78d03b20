import threading

from flux_studio.core.side_thread import SideThread, wait_for_side_threads


def test_those_that_end_in_time_are_waited_for_and_those_that_hang_are_named():
    begun, release = threading.Event(), threading.Event()
    hung = SideThread(release.wait, "hung")
    short = SideThread(begun.set, "short")
    assert hung.daemon
    hung.start()
    short.start()
    try:
        names = wait_for_side_threads(0.05)
        assert "hung" in names
        assert "short" not in names
        assert begun.is_set()
    finally:
        release.set()
    assert "hung" not in wait_for_side_threads(10)
