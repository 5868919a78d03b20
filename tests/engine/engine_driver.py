"""An engine thread with fakes behind it; run as a program it ends such engines at random moments.

`python -m tests.engine.engine_driver N` starts and stops N engines with work in flight and prints
the seconds of the slowest stop.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

from PySide6.QtCore import QCoreApplication, QObject, Slot

from flux_studio.core.job import Stopped
from flux_studio.engine.clock import utc_now
from flux_studio.engine.ports import HeldKey, Listener
from flux_studio.engine.runner import Runner
from flux_studio.engine.thread import EngineThread
from flux_studio.providers.contract import Provider
from tests.fakes import (
    FakeDisk,
    FakeJournal,
    FakeKeys,
    FakeLibrary,
    FakeProvider,
    FakeServer,
    card,
    order,
)

F = TypeVar("F")


class BlockingKeys(FakeKeys):
    """Keys that can be made to hang in a real thread."""

    wait_for: threading.Event | None = None

    def key(self, provider: str, label: str = "") -> HeldKey | None:
        if self.wait_for is not None:
            self.wait_for.wait()
        return super().key(provider, label)


def build_for(
    server: FakeServer,
    disk: FakeDisk | None = None,
    keys: FakeKeys | None = None,
    kind: type[FakeProvider] = FakeProvider,
    at_once: int = 4,
) -> Callable[[Listener], Runner]:
    """What an EngineThread builds its runner with: fakes on real time."""

    def build(listener: Listener) -> Runner:
        kept = disk or FakeDisk()
        provider = kind(server, now=utc_now)
        provider.at_once = at_once
        return Runner(
            providers={"fake": cast(Provider, provider)},
            cards={("fake", "flux"): replace(card(), prior_seconds=0.3)},
            journal=FakeJournal(kept),
            library=FakeLibrary(kept),
            keys=keys or BlockingKeys(),
            download=provider.download,
            listener=listener,
        )

    return build


class Studio(QObject):
    """Stands on the main thread and hears what the engine tells."""

    def __init__(self, server: FakeServer, disk: FakeDisk | None = None, **options: Any) -> None:
        super().__init__()
        self.server = server
        self.disk = disk or FakeDisk()
        self.keys = BlockingKeys()
        self.facts: list[Any] = []
        self.threads: set[threading.Thread] = set()
        self.stopped: list[Stopped] = []
        self.one_stopped = threading.Event()
        build = build_for(server, self.disk, self.keys, **options)
        self.engine = EngineThread(lambda listener: build(self._overheard(listener)))
        self.engine.happened.connect(self._on_engine_happened)

    def told(self, kind: type[F]) -> list[F]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def _overheard(self, listener: Listener) -> Listener:
        """Notes on the engine's own thread when a job stops: the moment that latency is about."""

        def hear(fact: Any) -> None:
            listener(fact)
            if isinstance(fact, Stopped):
                self.stopped.append(fact)
                self.one_stopped.set()

        return hear

    @Slot(object)
    def _on_engine_happened(self, fact: Any) -> None:
        self.threads.add(threading.current_thread())
        self.facts.append(fact)


def stop_at_random_moments(rounds: int) -> float:
    """Start and stop engines with work in flight; gives the seconds of the slowest stop."""
    app = QCoreApplication.instance() or QCoreApplication([])
    chance, slowest = random.Random(7), 0.0
    for number in range(rounds):
        studio = Studio(FakeServer(seconds=0.05))
        if number % 3 == 0:
            studio.server.on_submit.append("hang")
        studio.engine.start()
        studio.engine.place(order(count=3))
        moment = time.monotonic() + chance.choice((0.0, 0.002, 0.05, 0.4)) * chance.random()
        while time.monotonic() < moment:
            app.processEvents()
        began = time.monotonic()
        if not studio.engine.stop(2.0):
            raise SystemExit("an engine did not stop")
        slowest = max(slowest, time.monotonic() - began)
        if chance.random() < 0.5:
            app.processEvents()
        studio.deleteLater()
    return slowest


if __name__ == "__main__":
    sys.stdout.write(f"{stop_at_random_moments(int(sys.argv[1])):.3f}\n")
