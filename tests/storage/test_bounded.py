import threading

import pytest

from flux_studio.storage.bounded import BoundedCaller, StillWaiting


def test_an_answer_and_an_error_both_come_back() -> None:
    caller = BoundedCaller(30, "test")
    assert caller.call(lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        caller.call(lambda: 1 // 0)


def test_a_stuck_call_is_left_behind_and_the_next_one_does_not_wait() -> None:
    caller = BoundedCaller(0.05, "test")
    answered, done = threading.Event(), threading.Event()
    began: list[str] = []

    def stuck() -> None:
        assert threading.current_thread().daemon
        answered.wait(30)
        done.set()

    with pytest.raises(StillWaiting):
        caller.call(stuck)
    with pytest.raises(StillWaiting):
        caller.call(lambda: began.append("second"))
    assert began == []
    answered.set()
    assert done.wait(10)
    patient = BoundedCaller(30, "test")
    patient._turn = caller._turn  # waits for the very turn that the stuck call gives back
    assert patient.call(lambda: "answered") == "answered"
    assert caller.call(lambda: "again") == "again"


def test_calls_run_one_at_a_time() -> None:
    caller = BoundedCaller(30, "test")
    inside, most = [], []

    def work() -> None:
        inside.append(1)
        most.append(len(inside))
        inside.pop()

    threads = [threading.Thread(target=caller.call, args=(work,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1] * 8
