"""The door to the thread with the event loop."""

import threading
import time

from PySide6.QtCore import QTimer

from flux_studio.engine.doorway import TURN, Doorway


def test_what_other_threads_put_is_told_in_order_on_its_own_thread(qapp, qtbot):
    door, seen = Doorway(), []
    door.came.connect(lambda value: seen.append((value, threading.current_thread())))
    worker = threading.Thread(target=lambda: [door.put(number) for number in range(50)])
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: len(seen) == 50)
    assert seen == [(number, threading.main_thread()) for number in range(50)]


def test_a_crowd_leaves_room_for_other_things(qapp, qtbot):
    door, seen, ticks = Doorway(), [], QTimer(interval=0)

    def hear(value):
        until = time.perf_counter() + 1.2 * TURN
        while time.perf_counter() < until:
            pass
        seen.append(value)

    door.came.connect(hear)
    ticks.timeout.connect(lambda: seen.append("tick"))
    worker = threading.Thread(target=lambda: [door.put(number) for number in range(4)])
    worker.start()
    worker.join()
    ticks.start()
    qtbot.waitUntil(lambda: 3 in seen)
    ticks.stop()
    assert "tick" in seen[seen.index(0) : seen.index(3)]
    assert [each for each in seen if each != "tick"] == [0, 1, 2, 3]


def test_what_is_dropped_is_not_told(qapp, qtbot):
    door, seen = Doorway(), []
    door.came.connect(seen.append)
    worker = threading.Thread(target=lambda: [door.put(number) for number in range(3)])
    worker.start()
    worker.join()
    door.drop()
    door.put("later")
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["later"]
