"""Questions to the runner from other threads: each is a future, answered on the engine's loop."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flux_studio.core.errors import StudioError
from flux_studio.engine.facts import Answer

if TYPE_CHECKING:
    from flux_studio.engine.runner import Runner

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Question:
    """One question, the token its answer goes out under (None: no signal), and its future. Who
    cancels the future wants no answer any more: the work for it ends too.
    """

    ask: Callable[[Runner], Any]
    token: object
    future: Future[Any]


class QuestionBox:
    """Takes questions from any thread at any time; they begin in their order once it is open.

    After `shut` every future that has no answer is cancelled, so nobody waits for ever.
    """

    def __init__(self, reply: Callable[[Answer], None]) -> None:
        self._reply = reply
        self._lock = threading.Lock()
        self._waiting: deque[Question] = deque()
        self._answering: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: Runner | None = None
        self._shut = False

    def put(self, ask: Callable[[Runner], T | Awaitable[T]], token: object = None) -> Future[T]:
        """Add a question, from any thread."""
        future: Future[T] = Future()
        with self._lock:
            if self._shut:
                future.cancel()
                return future
            self._waiting.append(Question(ask, token, future))
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._begin_waiting)
        return future

    def open(self, runner: Runner) -> None:
        """Begin to answer, on the running loop."""
        with self._lock:
            self._runner = runner
            self._loop = asyncio.get_running_loop()
        self._begin_waiting()

    def shut(self) -> None:
        """Answer no more, on the loop's thread. Safe to repeat."""
        with self._lock:
            self._shut, self._loop = True, None
            waiting, self._waiting = self._waiting, deque()
        for question in waiting:
            question.future.cancel()
        for task in set(self._answering):
            task.cancel()

    def _begin_waiting(self) -> None:
        while self._waiting and self._runner is not None:
            task = asyncio.ensure_future(self._answer(self._runner, self._waiting.popleft()))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer(self, runner: Runner, question: Question) -> None:
        future = question.future
        if future.cancelled():
            return
        self._end_when_cancelled(future)
        try:
            answer = question.ask(runner)
            value = await answer if inspect.isawaitable(answer) else answer
        except asyncio.CancelledError:
            if future.set_running_or_notify_cancel():
                future.set_exception(CancelledError())
            raise
        except Exception as error:  # noqa: BLE001  # it travels to the asker and into the log
            if future.set_running_or_notify_cancel():
                self._fail(question, error)
        else:
            if future.set_running_or_notify_cancel():
                future.set_result(value)
                self._send(Answer(question.token, value))

    @staticmethod
    def _end_when_cancelled(future: Future[Any]) -> None:
        """End the task that is running now when somebody, on any thread, cancels `future`."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None

        def end(given_up: Future[Any]) -> None:
            if given_up.cancelled():
                with contextlib.suppress(RuntimeError):  # the loop has ended, and the task with it
                    loop.call_soon_threadsafe(task.cancel)

        future.add_done_callback(end)

    def _fail(self, question: Question, error: Exception) -> None:
        if isinstance(error, StudioError):
            log.info("a question to the engine has no good answer: %s", error)
        else:
            log.error("a question to the engine failed", exc_info=error)
        question.future.set_exception(error)
        self._send(Answer(question.token, error=error))

    def _send(self, answer: Answer) -> None:
        if answer.token is not None:
            self._reply(answer)
