import threading

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


def test_its_threads_never_keep_the_program_alive():
    background = Background("t", threads=2)
    assert all(t.daemon for t in threading.enumerate() if t.name.startswith("t-"))
    background.close()
