"""What the form would send, spelled out: asked of the engine, which has the providers."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from flux_studio.core.code_text import SpelledCall
from flux_studio.core.draft import check
from flux_studio.core.request import Request
from flux_studio.session.composing import random_seed
from flux_studio.session.state import StudioState

if TYPE_CHECKING:
    from concurrent.futures import Future


class Engine(Protocol):
    """The part of the engine that is asked."""

    def spell(self, request: Request) -> Future[SpelledCall | None]: ...


class SpellDesk(QObject):
    """Signals: `spelled(SpelledCall | None)`, None where nothing is sent over HTTP; `failed(str)`
    with a sentence.
    """

    spelled = Signal(object)
    failed = Signal(str)
    _arrived = Signal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._arrived.connect(self._on_arrived)

    def ask(self, state: StudioState) -> bool:
        """Ask for the call of the form as it stands, of its first picture where there are several.
        False when the form cannot be sent yet.
        """
        order = check(state.draft, state.card, random_seed, lists=state.lists).order
        if order is None:
            return False
        self._engine.spell(order.requests[0]).add_done_callback(self._on_answered)
        return True

    def _on_answered(self, future: Future[SpelledCall | None]) -> None:
        """On the engine's thread: the answer goes to the thread of this object."""
        if future.cancelled():
            return  # the studio ends
        with suppress(RuntimeError):  # the window went away meanwhile
            self._arrived.emit(future.exception() or future.result())

    @Slot(object)
    def _on_arrived(self, answer: Any) -> None:
        if isinstance(answer, BaseException):
            self.failed.emit(str(answer))
        else:
            self.spelled.emit(answer)
