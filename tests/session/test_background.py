import threading
import time

from PySide6.QtCore import QEventLoop, QTimer

from flux_studio.session.background import Background


def test_the_answer_comes_back_on_the_main_thread(qapp, qtbot):
    background = Background("t", threads=1)
    seen = []
    background.run(
        lambda: threading.current_thread().name,
        lambda name: seen.append((name, threading.current_thread() is threading.main_thread())),
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("t-0", True)]
    background.close()


def test_what_is_raised_goes_to_failed(qapp, qtbot):
    background = Background("t", threads=1)
    seen = []

    def work():
        raise ValueError("no")

    background.run(work, seen.append, lambda error: seen.append(str(error)))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["no"]
    background.close()


def test_newest_first_serves_what_came_last_and_drops_what_is_left(qapp, qtbot):
    background = Background("t", threads=1, newest_first=True)
    begun, gate, seen = threading.Event(), threading.Event(), []
    background.run(lambda: (begun.set(), gate.wait(5)))
    assert begun.wait(5)
    for number in range(3):
        background.run(lambda n=number: n, seen.append)
    gate.set()
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == [2, 1, 0]
    background.close()


def test_after_close_nothing_is_answered(qapp, qtbot):
    background = Background("t", threads=1)
    begun, gate, seen = threading.Event(), threading.Event(), []
    background.run(lambda: (begun.set(), gate.wait(5)), seen.append)
    assert begun.wait(5)
    background.close()
    gate.set()
    background.run(lambda: 1, seen.append)
    qtbot.wait(50)
    assert seen == []


def answered(background, calls):
    """Have all of `calls` answered in one go: the loop turns only when the last one is there."""
    ready = threading.Barrier(2)
    for call in calls:
        background.run(lambda: None, lambda _, call=call: call())
    background.run(ready.wait)
    ready.wait(5)


def test_many_answers_leave_room_for_other_things_between_them(qapp, qtbot):
    background = Background("t", threads=1)
    seen, ticks = [], QTimer(interval=0)

    def long(number):
        until = time.perf_counter() + 0.005
        while time.perf_counter() < until:
            pass
        seen.append(number)

    ticks.timeout.connect(lambda: seen.append("tick"))
    answered(background, [lambda n=n: long(n) for n in range(4)])
    ticks.start()
    qtbot.waitUntil(lambda: 3 in seen)
    ticks.stop()
    first, last = seen.index(0), seen.index(3)
    assert "tick" in seen[first:last]
    assert [each for each in seen if each != "tick"] == [0, 1, 2, 3]
    background.close()


def test_an_answer_that_lives_in_a_loop_of_its_own_does_not_hold_up_the_others(qapp, qtbot):
    background = Background("t", threads=1)
    seen, inner = [], QEventLoop()

    def live():
        QTimer.singleShot(5_000, inner.quit)
        seen.append(inner.exec())

    def end():
        seen.append("second")
        inner.quit()

    answered(background, [live, end])
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == ["second", 0]
    background.close()


def test_an_answer_that_fails_does_not_hold_up_the_others(qapp, qtbot):
    background = Background("t", threads=1)
    seen = []

    def fail():
        raise ValueError("no")

    answered(background, [fail, lambda: seen.append("second")])
    with qtbot.captureExceptions() as raised:
        qtbot.waitUntil(lambda: bool(seen))
    assert [str(each[1]) for each in raised] == ["no"]
    background.close()


def test_its_threads_never_keep_the_program_alive():
    background = Background("t", threads=2)
    assert all(t.daemon for t in threading.enumerate() if t.name.startswith("t-"))
    background.close()
