"""Shows the panels what changed, over turns of the event loop: many facts may come at once, and the
window must answer between them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import fields
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Slot

from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio

TURN = 0.004  # seconds of rendering in one turn; the other panels follow in the next one
_FIELDS = tuple(each.name for each in fields(StudioState))


class Panel(Protocol):
    """What shows a state."""

    def show_state(self, state: StudioState) -> None: ...


class Rendering(QObject):
    """Shows each panel the newest state, once for all changes of a turn.

    A panel that is edited by hand, or whose rows others change as well, is shown a change of the
    fields `at_once` without delay: then it never shows less than it was given.
    """

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._shown = studio.state
        self._panels: dict[Panel, frozenset[str]] = {}
        self._stale: dict[Panel, None] = {}  # in the order in which they became so
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._on_turn_timeout)
        studio.changed.connect(self._on_studio_changed)

    def add(self, panel: Panel, at_once: Iterable[str] = ()) -> None:
        """Show a panel the state from now on, the one of now in a moment."""
        self._panels[panel] = frozenset(at_once)
        self._stale[panel] = None
        self._turn.start()

    def finish(self) -> None:
        """Show what is still to be shown, now."""
        while self._stale:
            self._show(next(iter(self._stale)))

    @Slot(object)
    def _on_studio_changed(self, state: StudioState) -> None:
        old, self._shown = self._shown, state
        changed = {name for name in _FIELDS if getattr(old, name) is not getattr(state, name)}
        for panel, at_once in self._panels.items():
            self._stale.setdefault(panel)
            if not changed.isdisjoint(at_once):
                self._show(panel)
        if self._stale and not self._turn.isActive():
            self._turn.start()

    @Slot()
    def _on_turn_timeout(self) -> None:
        until = time.perf_counter() + TURN
        while self._stale:
            self._show(next(iter(self._stale)))
            if time.perf_counter() >= until:
                break
        if not self._stale:
            self._turn.stop()

    def _show(self, panel: Panel) -> None:
        del self._stale[panel]  # first, so that what the panel changes while it is shown counts
        panel.show_state(self._studio.state)
