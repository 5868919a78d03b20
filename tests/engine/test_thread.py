"""The thread around the runner: facts on the main thread, answers, and an end that is in time."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from flux_studio.core.errors import KeyMissing, NotNow, Reason
from flux_studio.core.job import Planned, Saved, Stopped, Waiting
from flux_studio.engine.facts import Answer, BalanceRead
from flux_studio.engine.thread import EngineThread
from tests.engine.engine_driver import Studio, build_for
from tests.fakes import AccountProvider, FakeServer, order, request

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def make(qapp):
    """Makes engines with fakes behind them; they are stopped whatever the test does."""
    made = []

    def make(*args: Any, **options: Any) -> Studio:
        made.append(Studio(*args, **options))
        return made[-1]

    yield make
    assert all([studio.engine.stop(2.0) for studio in made])


@pytest.fixture
def studio(make):
    """An engine that runs."""
    studio = make(FakeServer(seconds=0.05))
    studio.engine.start()
    return studio


def test_a_job_placed_from_the_main_thread_is_told_on_the_main_thread(qtbot, studio):
    [job] = studio.engine.place(order())
    assert len(job) == 16
    qtbot.waitUntil(lambda: bool(studio.told(Saved)), timeout=5000)
    kinds = [type(fact).__name__ for fact in studio.facts if type(fact).__name__ != "Progressed"]
    assert kinds == ["Planned", "Sending", "Accepted", "Ready", "Saved"]
    assert {fact.job for fact in studio.facts} == {job}
    assert studio.threads == {threading.main_thread()}


def test_everything_is_built_on_the_engines_thread_and_only_after_the_start(qapp, qtbot):
    built = []

    def build(listener):
        built.append(threading.current_thread())
        return build_for(FakeServer())(listener)

    engine = EngineThread(build)
    answer = engine.run_on_loop(threading.current_thread)
    placed = engine.place(order())
    assert built == []
    engine.start()
    assert answer.result(2) is built[0] is not threading.main_thread()
    assert engine.ask(lambda runner: [job.id for job in runner.jobs()]).result(2) == list(placed)
    assert engine.stop()


def test_who_wants_no_answer_any_more_ends_the_work_for_it(studio):
    begun, ended = threading.Event(), threading.Event()

    async def slow(_):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    asked = studio.engine.ask(slow)
    assert begun.wait(5)
    assert asked.cancel()
    assert ended.wait(5)
    assert studio.engine.ask(lambda _: "next").result(5) == "next"


def test_open_jobs_of_earlier_runs_are_taken_up_before_what_is_asked(make, qtbot):
    first = make(FakeServer(seconds=0.05))
    first.engine.start()
    first.engine.place(order())
    qtbot.waitUntil(lambda: bool(first.told(Planned)), timeout=2000)
    assert first.engine.stop()
    second = make(first.server, first.disk)
    second.engine.place(order(request(prompt="new")))
    second.engine.start()
    qtbot.waitUntil(lambda: len(second.told(Saved)) == 2, timeout=8000)
    assert [fact.request.prompt for fact in second.told(Planned)] == ["fox 0", "new"]
    assert len(first.server.charges) == 2


def test_answers_come_as_futures_and_under_a_token_as_signals(make, qtbot):
    studio = make(FakeServer(), kind=AccountProvider)
    studio.engine.start()
    assert studio.engine.check_key("fake").result(2) == "balance $4.20"
    with qtbot.waitSignal(studio.engine.answered, timeout=2000) as heard:
        studio.engine.balance("fake", token="purse")
    [answer] = heard.args
    assert isinstance(answer, Answer)
    assert (answer.token, str(answer.value), answer.error) == ("purse", "4.20", None)
    qtbot.waitUntil(lambda: bool(studio.told(BalanceRead)), timeout=2000)
    studio.keys.keys["fake"] = None
    with qtbot.waitSignal(studio.engine.answered, timeout=2000) as heard:
        failing = studio.engine.check_key("fake", token="key")
    assert isinstance(heard.args[0].error, KeyMissing)
    with pytest.raises(KeyMissing):
        failing.result(0)


def test_a_question_that_breaks_is_logged_and_the_engine_goes_on(qapp, studio, caplog):
    with pytest.raises(ZeroDivisionError):
        studio.engine.run_on_loop(lambda: 1 // 0).result(2)
    assert studio.engine.run_on_loop(lambda: 1).result(2) == 1
    assert "a question to the engine failed" in caplog.text


def test_an_engine_that_cannot_be_built_says_so(qtbot, qapp, caplog):
    def build(listener):
        raise OSError("no disk")

    engine = EngineThread(build)
    waiting = engine.run_on_loop(lambda: 1)
    with qtbot.waitSignal(engine.broken, timeout=2000) as heard:
        engine.start()
    assert "broke" in heard.args[0]
    assert engine.wait(2000)
    with pytest.raises(CancelledError):
        waiting.result(2)
    with pytest.raises(CancelledError):
        engine.run_on_loop(lambda: 1).result(2)
    assert engine.stop()
    assert "no disk" in caplog.text


def test_stop_before_start_and_stop_twice_are_harmless(qapp):
    engine = EngineThread(build_for(FakeServer()))
    assert engine.stop()
    engine.start()
    assert engine.wait(2000), "it does nothing any more"
    assert engine.stop()


def test_stop_with_twenty_hung_submits_a_hung_keychain_and_a_hung_question(make, qtbot):
    server = FakeServer()
    server.on_submit.extend(["hang"] * 20)
    studio = make(server, at_once=40)
    studio.engine.start()
    studio.engine.place(order(count=20))
    qtbot.waitUntil(lambda: server.in_flight == 20, timeout=5000)
    blocked = threading.Event()
    studio.keys.wait_for = blocked
    studio.engine.place(order())
    hung = studio.engine.check_key("fake")
    began = time.monotonic()
    assert studio.engine.stop(2.0)
    assert time.monotonic() - began < 2.0
    with pytest.raises(CancelledError):
        hung.result(0)
    blocked.set()
    assert not studio.told(Stopped)


def test_a_cancel_is_answered_within_milliseconds(make, qtbot):
    """Against an empty question over the same road, so that a slow machine does not matter."""
    server = FakeServer()
    server.on_submit.extend([NotNow(Reason.RATE_LIMITED, "Busy.", 100.0)] * 20)
    studio = make(server, at_once=20)
    studio.engine.start()
    jobs = studio.engine.place(order(count=20))
    qtbot.waitUntil(lambda: len(studio.told(Waiting)) == 20, timeout=5000)
    empty, cancels = [], []
    for number, job in enumerate(jobs, 1):
        began = time.perf_counter()
        studio.engine.run_on_loop(lambda: None).result(2)
        empty.append(time.perf_counter() - began)
        began = time.perf_counter()
        studio.engine.cancel(job)
        while len(studio.stopped) < number:
            assert studio.one_stopped.wait(2)
            studio.one_stopped.clear()
        cancels.append(time.perf_counter() - began)
    assert median(cancels) - median(empty) < 0.005


def test_ends_at_fifty_random_moments_leave_code_0_and_an_empty_stderr():
    run = subprocess.run(
        [sys.executable, "-X", "dev", "-m", "tests.engine.engine_driver", "50"],
        cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True,
        text=True, timeout=100, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    slowest: Any = float(run.stdout)
    assert slowest < 2.0
