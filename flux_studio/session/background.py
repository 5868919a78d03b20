"""Runs blocking work off the main thread and brings the answer back as a signal on the main thread.

The threads are side threads: a keychain that never answers must not keep the program from ending.
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Slot

from flux_studio.core.side_thread import SideThread
from flux_studio.engine.doorway import Doorway

log = logging.getLogger(__name__)


class Background(QObject):
    """A few worker threads with one door back.

    `run` calls `work` on a worker and then `done(result)` on the thread this object lives on; what
    it raises goes to `failed(error)`, or to the log. With `newest_first` the latest request is
    served first (thumbnails in view). Many answers at once are spread over turns of the event loop.
    """

    def __init__(self, name: str, threads: int = 2, newest_first: bool = False) -> None:
        super().__init__()
        self._queue: queue.Queue[Callable[[], None] | None] = (
            queue.LifoQueue() if newest_first else queue.Queue()
        )
        self._closed = False
        self._door = Doorway(self)
        self._door.came.connect(self._on_answered)
        self._threads = [SideThread(self._work, f"{name}-{number}") for number in range(threads)]
        for thread in self._threads:
            thread.start()
        application = QCoreApplication.instance()
        if application is not None:
            # The window may never be destroyed: what it asked for ends with the event loop.
            application.aboutToQuit.connect(self.close)

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Queue one piece of work. `done` and `failed` are called on the thread of this object."""
        if self._closed:
            return

        def piece() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001  # the error travels to the asker
                self._answer((failed or _log_failure, error))
            else:
                if done is not None:
                    self._answer((done, result))

        self._queue.put(piece)

    def drop_pending(self) -> None:
        """Forget what has not been started: the view has moved on."""
        try:
            while True:
                self._queue.get_nowait()
        except queue.Empty:
            return

    @Slot()
    def close(self) -> None:
        """Take no more work; threads end when what they are at is done, or with the program."""
        self._closed = True
        self.drop_pending()
        self._door.drop()
        for _ in self._threads:
            self._queue.put(None)

    def _work(self) -> None:
        while True:
            piece = self._queue.get()
            if piece is None:
                return
            piece()
            # While this thread waits it must not be the last to hold what asked: a widget that
            # dies on a worker thread takes the program with it.
            del piece

    def _answer(self, answer: tuple[Callable[[Any], None], Any]) -> None:
        if self._closed:
            return
        try:
            self._door.put(answer)
        except RuntimeError:
            # The window went away between the question and the answer: nobody is left to be told.
            log.debug("answer dropped at exit")

    @Slot(object)
    def _on_answered(self, answer: tuple[Callable[[Any], None], Any]) -> None:
        if not self._closed:
            call, value = answer
            call(value)


def _log_failure(error: Exception) -> None:
    log.error("background work failed", exc_info=error)
