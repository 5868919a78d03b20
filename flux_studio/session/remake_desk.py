"""What is made of a picture that is there: an edit, the same again, variations, the finished one.

Each order goes through the studio like any other, so that a question before paying is asked here
too. The form stays as it is, except for *Edit*, which puts the picture into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from flux_studio.core.finishing import FinishChoice, finish_choices, with_kept_reference
from flux_studio.core.generation import Generation
from flux_studio.core.pricing import Estimate
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.redraft import with_way_of
from flux_studio.core.request import Reference
from flux_studio.core.size import Size
from flux_studio.session import composing
from flux_studio.session.composing import Again
from flux_studio.session.state import Tone

if TYPE_CHECKING:
    from flux_studio.session.studio import Studio

NOT_OFFERED = QT_TRANSLATE_NOOP("Notice", "Its model is not offered here any more.")


class RemakeDesk(QObject):
    """Orders from pictures. Signal: `prompt_wanted()` when the prompt is what comes next."""

    prompt_wanted = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio

    def edit(self, generation: Generation) -> None:
        """Use a picture as a reference; the prompt is next, as the instruction."""
        self._studio.use_as_reference(generation)
        self.prompt_wanted.emit()

    def estimate(self, generation: Generation, how: Again) -> Estimate | None:
        """What *Again* or *Vary* would cost, None when the model is not offered any more."""
        card = self._studio.card_of(generation.request)
        if card is None:
            return None
        request = generation.request
        count = composing.remade(self._studio.state.draft, generation, card, how).count
        return card.estimate(request.size, [r.size for r in request.references], count)

    def again(self, generation: Generation, how: Again = Again.NEW) -> None:
        """Order a picture's settings once more and leave the form as it is. The prompt is the one
        that was sent; what was typed for it, and what its variables became, goes with it.
        """
        card = self._studio.card_of(generation.request)
        if card is None:
            self._studio.say(Tone.BAD, NOT_OFFERED)
            return
        draft = composing.remade(self._studio.state.draft, generation, card, how)
        order = self._studio.order_of(draft, card)
        if order is None:
            return
        order = with_way_of(order, generation.origin)
        if not self._studio.payment.hesitates(order, draft, front=False):
            self._studio.place(order, draft, front=False)

    def finish_choices(
        self, generation: Generation, size: Size, prompt: str
    ) -> tuple[FinishChoice, ...]:
        """The ways to finish a picture near a size (px), of models whose key is there."""
        state = self._studio.state
        cards = [c for c in state.cards if composing.key_problem(c, state.keys) is None]
        return finish_choices(generation, cards, size, prompt)

    def finish(self, generation: Generation, choice: FinishChoice) -> None:
        """Keep the picture as a reference and order what was chosen; a notice says what failed."""
        references = self._studio.references

        def on_kept(reference: Reference) -> None:
            self._studio.order(with_kept_reference(choice.draft, reference), choice.card)

        def on_failed(error: Exception) -> None:
            text = QT_TRANSLATE_NOOP("Notice", "The picture cannot be read: {why}")
            self._studio.say(Tone.BAD, text, (("why", str(error)),))

        references.ask_kept(generation, on_kept, on_failed)
