"""The thread around the runner: one asyncio loop for all HTTP and all database writes.

A QThread subclass that emits its own signals from `run`: the form in which every kind of receiver
runs on the main thread. It lives as long as the program.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QThread, Signal

from flux_studio.core.code_text import SpelledCall
from flux_studio.core.errors import StudioError
from flux_studio.core.money import Money
from flux_studio.core.pricing import PriceRule
from flux_studio.core.request import Order, Request
from flux_studio.core.secret import Secret
from flux_studio.engine.daemon_threads import DaemonThreads
from flux_studio.engine.doorway import Doorway
from flux_studio.engine.errand import new_job_id
from flux_studio.engine.facts import (
    Answer,
    BalanceRead,
    EngineFact,
    ProviderPaused,
    ProviderResumed,
    Resolution,
)
from flux_studio.engine.ports import Listener
from flux_studio.engine.questions import QuestionBox

if TYPE_CHECKING:
    # Half of the engine: it is loaded on the engine's own thread.
    from flux_studio.engine.runner import Runner

__all__ = [
    "Answer",
    "BalanceRead",
    "EngineFact",
    "EngineThread",
    "ProviderPaused",
    "ProviderResumed",
    "Resolution",
]

log = logging.getLogger(__name__)

T = TypeVar("T")
Build = Callable[[Listener], "Runner | Awaitable[Runner]"]

RUNNER_SHARE = 0.75  # of the deadline; the rest is for the end of the thread


class EngineThread(QThread):
    """Runs the runner beside the window.

    `build` is called on this thread after the start, so that heavy imports do not delay the first
    paint; then the open jobs of earlier runs are taken up. Methods may be called from any thread
    as soon as the object exists: what is asked early waits. No method blocks but `stop`.

    Signals: `happened(EngineFact)` for each fact, many of them spread over turns of the event loop
    of the thread this object lives on; `answered(Answer)` for each question that was put
    with a token; `broken(str)` when the engine could not be built, with a sentence for people.
    """

    happened = Signal(object)
    answered = Signal(object)
    broken = Signal(str)

    def __init__(self, build: Build, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("engine")
        self._build = build
        self._box = QuestionBox(self._on_box_replied)
        self._facts = Doorway(self)
        self._facts.came.connect(self.happened)
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: Runner | None = None
        self._stopping = asyncio.Event()
        self._stop_wanted = False
        self._deadline = 2.0

    def place(self, order: Order, front: bool = False) -> tuple[str, ...]:
        """Order pictures; gives the job ids at once. What becomes of them comes as facts."""
        jobs = tuple(new_job_id() for _ in order.requests)
        self.ask(lambda runner: runner.place(order, front, jobs))
        return jobs

    def cancel(self, job: str) -> None:
        """Stop a job as far as that is possible now; see `Runner.cancel`."""
        self.ask(lambda runner: runner.cancel(job))

    def resolve(
        self, job: str, resolution: Resolution | str, task: str = "", token: object = None
    ) -> Future[Request | None]:
        """Act on what a person found out about a job of unknown outcome; see `Runner.resolve`."""
        return self.ask(lambda runner: runner.resolve(job, resolution, task), token)

    def resume(self, provider: str) -> None:
        """Let a paused provider's jobs go on."""
        self.ask(lambda runner: runner.resume(provider))

    def pause_queue(self) -> None:
        """Send nothing more until `resume_queue`; see `Runner.pause_queue`."""
        self.ask(lambda runner: runner.pause_queue())

    def resume_queue(self) -> None:
        """Let the whole queue go on."""
        self.ask(lambda runner: runner.resume_queue())

    def look_at_budget(self) -> None:
        """The lines of the budget may have moved."""
        self.ask(lambda runner: runner.look_at_budget())

    def stop_after(self, limit: Money | None) -> Future[None]:
        """Pause the queue before more than `limit` USD is sent from now on; None: no more."""
        return self.ask(lambda runner: runner.stop_after(limit))

    def move(self, job: str, before: str | None) -> Future[bool]:
        """Put a waiting job before another one, None for the end; see `Queue.move`."""
        return self.ask(lambda runner: runner.queue.move(job, before))

    def hold(self, job: str) -> Future[bool]:
        """Keep a waiting job from being sent; False when it is too late."""
        return self.ask(lambda runner: runner.queue.hold(job))

    def release(self, job: str) -> None:
        """Let a held job go on."""
        self.ask(lambda runner: runner.queue.release(job))

    def replace(self, job: str, order: Order) -> Future[list[str]]:
        """Put an order at the place of a waiting job, which is cancelled; gives the new ids, none
        when it was too late.
        """
        return self.ask(lambda runner: runner.queue.replace(job, order))

    def limit(self, at_once: int | None) -> None:
        """How many jobs of one provider may be on their way at once; None: as the provider says."""
        self.ask(lambda runner: runner.limit(at_once))

    def check_key(
        self, provider: str, key: Secret | None = None, token: object = None
    ) -> Future[str]:
        """Try `key`, or the stored one, by a free call. Gives a short fact for people; fails with
        KeyMissing, Refused or Unreachable.
        """
        return self.ask(lambda runner: runner.accounts.check_key(provider, key), token)

    def balance(self, provider: str, token: object = None) -> Future[Money | None]:
        """USD left on the account, None where the provider does not tell; `BalanceRead` follows."""
        return self.ask(lambda runner: runner.accounts.balance(provider), token)

    def balance_of(self, provider: str, key: Secret) -> Future[Money | None]:
        """USD left on the account of one of several keys, None where the provider does not tell."""
        return self.ask(lambda runner: runner.accounts.balance_of(provider, key))

    def spell(self, request: Request) -> Future[SpelledCall | None]:
        """The call that would be made for a request; nothing is sent. See `Speller.spell`."""
        return self.ask(lambda runner: runner.speller.spell(request))

    def quote(self, request: Request, token: object = None) -> Future[Money | None]:
        """USD for this very request as the provider quotes it, None where it does not."""
        return self.ask(lambda runner: runner.accounts.quote(request), token)

    def list_price(self, provider: str, model: str) -> Future[PriceRule | None]:
        """A model's price in the provider's own list, None where none is published."""
        return self.ask(lambda runner: runner.accounts.list_price(provider, model))

    def run_on_loop(self, job: Callable[[], T | Awaitable[T]], token: object = None) -> Future[T]:
        """Run short work on the engine's thread, which owns every database write."""
        return self.ask(lambda _: job(), token)

    def ask(
        self, question: Callable[[Runner], T | Awaitable[T]], token: object = None
    ) -> Future[T]:
        """Put a question to the runner, on its thread. With a token the answer is also a signal.

        A failure is in the future and in the log. After the stop the future is cancelled.
        """
        return self._box.put(question, token)

    def stop(self, deadline: float = 2.0) -> bool:
        """End the engine and join its thread within `deadline` seconds. Safe to repeat.

        False when the thread did not end in time because foreign code hangs in it: then leave the
        process by `os._exit`, since a running QThread must not be destroyed.
        """
        with self._lock:
            self._deadline, self._stop_wanted = deadline, True
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._stopping.set)
        return not self.isRunning() or self.wait(int(deadline * 1000))

    def run(self) -> None:
        """The thread's work: the loop, from its first step to its last."""
        loop = asyncio.new_event_loop()
        loop.set_default_executor(DaemonThreads())
        try:
            loop.run_until_complete(self._live())
        except StudioError as error:
            log.warning("the engine does not run: %s", error)
            self._emit(self.broken.emit, str(error))
        except Exception:
            log.exception("the engine could not run")
            sentence = self.tr("The engine of the studio broke. The log has details.")
            self._emit(self.broken.emit, sentence)
        finally:
            self._end(loop)

    async def _live(self) -> None:
        with self._lock:
            if self._stop_wanted:
                return
            self._loop = asyncio.get_running_loop()
        serving = asyncio.ensure_future(self._serve())
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done() and serving.exception() is None:
            await stopping
        self._box.shut()
        if self._runner is not None:
            await self._runner.close(self._deadline * RUNNER_SHARE)
        if serving.done():
            serving.result()

    async def _serve(self) -> None:
        """Build the runner, take up the open jobs of earlier runs, then answer questions."""
        built = self._build(self._on_runner_told)
        self._runner = runner = await built if inspect.isawaitable(built) else built
        resuming = asyncio.ensure_future(runner.resume_open_jobs())
        await asyncio.sleep(0)  # open jobs first: their results may expire
        self._box.open(runner)
        try:
            await resuming
        except Exception:
            log.exception("open jobs of earlier runs could not be taken up")

    def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            self._loop, self._stop_wanted = None, True
        self._box.shut()
        try:
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            if left:
                loop.run_until_complete(asyncio.wait(left, timeout=self._deadline / 8))
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()

    def _on_runner_told(self, fact: EngineFact) -> None:
        self._emit(self._facts.put, fact)

    def _on_box_replied(self, answer: Answer) -> None:
        self._emit(self.answered.emit, answer)

    def _emit(self, tell: Callable[[Any], object], value: object) -> None:
        try:
            tell(value)
        except RuntimeError:
            # The Qt side is gone at the end of the program: nobody is left to be told.
            log.debug("a fact was dropped at exit")
