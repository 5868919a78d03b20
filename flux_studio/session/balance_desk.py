"""Keeps the balances fresh: asked when a key is there, was tested or chosen, and after jobs.

A provider that tells no balance, or a key that may not see it, is no trouble: the balance is then
not known, and nothing is said of the key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, SignalInstance, Slot

from flux_studio.core.job import JobState, Saved, Stopped
from flux_studio.session.studio import Studio
from flux_studio.storage.key_status import KeyStatus

if TYPE_CHECKING:
    from concurrent.futures import Future

    from flux_studio.core.money import Money

GAP_MS = 30_000  # at most one question to a provider in this time, unless its key changed


class BalanceDesk(QObject):
    """Asks `ask(provider)`; the answer comes back as a fact of the engine. No signals.

    `happened` is the engine's signal of facts, `gap_ms` the rest between two questions.
    """

    def __init__(
        self,
        studio: Studio,
        ask: Callable[[str], Future[Money | None]],
        happened: SignalInstance,
        gap_ms: int = GAP_MS,
    ) -> None:
        super().__init__()
        self._studio = studio
        self._ask = ask
        self._gap_ms = gap_ms
        self._keys: dict[str, KeyStatus] = {}
        self._resting: dict[str, QTimer] = {}
        self._wanted: set[str] = set()
        studio.keys.status_changed.connect(self._on_key_status)
        studio.keys.tested.connect(self._on_key_tested)
        studio.keys.chosen.connect(self._on_key_chosen)
        happened.connect(self._on_engine_happened)

    @Slot(str, object)
    def _on_key_status(self, provider: str, status: KeyStatus) -> None:
        before = self._keys.get(provider)
        self._keys[provider] = status
        if not status.has_key:
            self._forget(provider)
        elif before != status:
            self._ask_now(provider)

    @Slot(str, str, bool, str)
    def _on_key_tested(self, provider: str, _label: str, ok: bool, _sentence: str) -> None:
        if ok:
            self._ask_now(provider)

    @Slot(str, str)
    def _on_key_chosen(self, provider: str, _label: str) -> None:
        """Another key may be of another account."""
        self._forget(provider)
        self._ask_now(provider)

    @Slot(object)
    def _on_engine_happened(self, fact: object) -> None:
        match fact:
            case Saved(generation=generation):
                self._ask_soon(generation.request.provider)
            case Stopped(job=job, state=JobState.FAILED):
                found = self._studio.state.board.jobs.get(job)
                if found is not None:
                    self._ask_soon(found.request.provider)

    def _ask_soon(self, provider: str) -> None:
        """Now, or once when the rest is over: the last job of a row counts too."""
        status = self._keys.get(provider)
        if status is None or not status.has_key:
            return
        if provider in self._resting:
            self._wanted.add(provider)
        else:
            self._ask_now(provider)

    def _ask_now(self, provider: str) -> None:
        self._wanted.discard(provider)
        timer = self._resting.get(provider)
        if timer is None:
            timer = QTimer(self, singleShot=True, interval=self._gap_ms)
            timer.timeout.connect(lambda: self._on_rested(provider))
            self._resting[provider] = timer
        timer.start()
        self._ask(provider)  # what fails stays in its future and in the log

    def _on_rested(self, provider: str) -> None:
        self._resting.pop(provider).deleteLater()
        if provider in self._wanted:
            self._ask_soon(provider)

    def _forget(self, provider: str) -> None:
        """Without a key nobody knows what is left."""
        self._wanted.discard(provider)
        balances = self._studio.state.balances
        if provider in balances:
            rest = {name: left for name, left in balances.items() if name != provider}
            self._studio.learn(balances=rest)
