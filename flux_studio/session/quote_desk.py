"""Asks the provider's own price for the draft, once it has been left alone for a moment.

Only the chosen card is asked for, and one question is open at a time. An answer that comes for
another draft than the present one is dropped; the state shows a quote for its own draft only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from flux_studio.core.pricing import Free
from flux_studio.session.state import Quote, StudioState, question
from flux_studio.session.studio import Studio

if TYPE_CHECKING:
    from concurrent.futures import Future

    from flux_studio.core.money import Money
    from flux_studio.core.request import Request

log = logging.getLogger(__name__)

PATIENCE_MS = 600  # a draft that rests this long is asked for


class QuoteDesk(QObject):
    """Asks `ask(request)`, which gives None where the provider quotes no prices. No signals for
    others: the answer goes to the studio. Failures are silent, the estimate then stands.
    """

    _answered = Signal(object, object)

    def __init__(
        self,
        studio: Studio,
        ask: Callable[[Request], Future[Money | None]],
        patience_ms: int = PATIENCE_MS,
    ) -> None:
        super().__init__()
        self._studio = studio
        self._ask = ask
        self._wanted: Request | None = None
        self._asked: Request | None = None
        self._open = False
        self._resting = QTimer(self, singleShot=True, interval=patience_ms)
        self._resting.timeout.connect(self._on_rested)
        self._answered.connect(self._on_answered)
        studio.changed.connect(self._on_studio_changed)

    @Slot(object)
    def _on_studio_changed(self, state: StudioState) -> None:
        wanted = question(state.check) if _may_ask(state) else None
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if wanted is None:
            self._resting.stop()
        else:
            self._resting.start()

    @Slot()
    def _on_rested(self) -> None:
        wanted = self._wanted
        if wanted is None or self._open or wanted == self._asked:
            return
        quote = self._studio.state.quote
        if quote is not None and quote.of == wanted:
            return
        self._open, self._asked = True, wanted
        self._ask(wanted).add_done_callback(lambda future: self._tell(wanted, future))

    def _tell(self, request: Request, future: Future[Money | None]) -> None:
        """On the engine's thread: bring the answer to the main one."""
        failed = future.cancelled() or future.exception() is not None
        try:
            self._answered.emit(request, None if failed else future.result())
        except RuntimeError:
            log.debug("a quote was dropped at exit")

    @Slot(object, object)
    def _on_answered(self, request: Request, each: Money | None) -> None:
        self._open = False
        if each is not None and request == self._wanted:
            self._studio.learn(quote=Quote(request, each))
        if self._wanted not in (None, self._asked) and not self._resting.isActive():
            self._on_rested()


def _may_ask(state: StudioState) -> bool:
    """Whether a question makes sense: the provider takes money and there is a key for it."""
    status = state.keys.get(state.card.provider)
    return status is not None and status.has_key and not isinstance(state.card.price, Free)
