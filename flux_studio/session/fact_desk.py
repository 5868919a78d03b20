"""Facts that come back, from the engine, the references and the keychain, as changes of the state.

What happens to jobs goes through the pure `core.job.advance`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from flux_studio.core.job import JobEvent, JobState, Saved, Stopped, advance
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.engine.facts import BalanceRead, ProviderPaused, ProviderResumed
from flux_studio.session import composing
from flux_studio.session.reference_desk import Intake
from flux_studio.session.state import Awaited, Tone
from flux_studio.storage.key_status import KeyStatus

if TYPE_CHECKING:
    from flux_studio.engine.thread import EngineThread
    from flux_studio.session.studio import Studio


class FactDesk(QObject):
    """Listens for as long as the studio lives. No signals; the state changes."""

    def __init__(self, studio: Studio, engine: EngineThread) -> None:
        """Made after the desks that want to hear of a fact before the state has it."""
        super().__init__(studio)
        self._studio = studio
        engine.happened.connect(self._on_engine_happened)
        studio.references.taken.connect(self._on_references_taken)
        studio.references.pending_changed.connect(self._on_references_pending)
        studio.references.awaited.connect(studio.wait_for)
        studio.keys.status_changed.connect(self._on_key_status)

    @Slot(object)
    def _on_engine_happened(self, fact: object) -> None:
        studio = self._studio
        match fact:
            case BalanceRead(provider=provider, left=left):
                studio.learn(balances={**studio.state.balances, provider: left})
            case ProviderPaused(provider=provider, message=message):
                studio.learn(paused={**studio.state.paused, provider: message})
            case ProviderResumed(provider=provider):
                rest = {k: v for k, v in studio.state.paused.items() if k != provider}
                studio.learn(paused=rest)
            case Saved(generation=generation) as saved:
                self._advance(saved)
                if saved.last:
                    studio.learn(board=studio.state.board.without(saved.job))
                studio.library.add(generation)
                studio.refresh_totals()
            case Stopped() as stopped:
                self._advance(stopped)
                if stopped.state is JobState.CANCELLED:
                    studio.learn(board=studio.state.board.without(stopped.job))
                studio.refresh_totals()
            case _ if isinstance(fact, JobEvent):
                self._advance(fact)

    @Slot(object)
    def _on_references_taken(self, intake: Intake) -> None:
        studio = self._studio
        draft = studio.state.draft
        for number, reference in enumerate(intake.references):
            if intake.slot is None or number:
                draft = composing.with_reference(draft, reference)
            else:
                draft = composing.with_reference_replaced(draft, intake.slot, reference)
        started_editing = bool(draft.references) and not studio.state.draft.references
        studio.learn(draft=draft, reference_problems=intake.refusals)
        if started_editing and studio.state.card.edits:
            text = QT_TRANSLATE_NOOP("Notice", "Editing: the prompt now says what should change.")
            studio.say(Tone.INFO, text)

    @Slot(object)
    def _on_references_pending(self, pending: tuple[Awaited, ...]) -> None:
        self._studio.learn(reading=pending)

    @Slot(str, object)
    def _on_key_status(self, provider: str, status: KeyStatus) -> None:
        self._studio.learn(keys={**self._studio.state.keys, provider: status})

    def _advance(self, event: JobEvent) -> None:
        self._studio.learn(board=advance(self._studio.state.board, event))
