"""A dropped picture that carries settings: it is a reference at once, as every dropped picture is,
and its settings can be loaded instead. Nothing of the form is overwritten before the yes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from flux_studio.core.draft import Draft
from flux_studio.core.generation import Generation
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.session import composing
from flux_studio.session.reference_desk import Carried, Intake
from flux_studio.session.state import StudioState, Tone

if TYPE_CHECKING:
    from flux_studio.session.studio import Studio


class CarriedDesk(QObject):
    """Signal: `changed(Carried or None)` when there is an offer, or none any more."""

    changed = Signal(object)

    def __init__(self, studio: Studio) -> None:
        """Made before the studio hears of the references itself, to know the form before."""
        super().__init__(studio)
        self._studio = studio
        self.offer: Carried | None = None
        self._before: Draft | None = None
        self._after: Draft | None = None
        self._was_there = False
        studio.references.taken.connect(self._on_references_taken)
        studio.changed.connect(self._on_studio_changed)
        studio.placed.connect(self.keep)

    @Slot()
    def load(self) -> None:
        """Bring the settings into the form; the picture is no reference then. One step of undo."""
        offer, form = self.offer, self._form()
        if offer is None:
            return
        if isinstance(offer.settings, Generation):
            draft = composing.recalled(form, offer.settings, composing.Recall.ALL)
            self._tell_model(draft)
        else:
            draft = composing.with_found(form, offer.settings)
        self._set(None)
        self._studio.put_draft(draft)

    @Slot()
    def keep(self, _: object = None) -> None:
        """Leave the picture as a reference and the form as it is."""
        self._set(None)

    def _form(self) -> Draft:
        """The form as it was before the drop where nothing else has changed since, else the present
        one without the picture.
        """
        now = self._studio.state.draft
        if self._was_there:
            return now
        if self._before is not None and now == self._after:
            return self._before
        sha256 = self.offer.sha256 if self.offer else ""
        places = [n for n, each in enumerate(now.references) if each.sha256 == sha256]
        return composing.without_reference(now, places[0]) if places else now

    def _tell_model(self, draft: Draft) -> None:
        if (draft.provider, draft.model) not in {card.id for card in self._studio.state.cards}:
            text = QT_TRANSLATE_NOOP(
                "Notice", "Its model is not offered here any more, so the chosen one stays."
            )
            self._studio.say(Tone.INFO, text)

    def _set(self, offer: Carried | None) -> None:
        if offer != self.offer:
            self.offer = offer
            self.changed.emit(offer)

    @Slot(object)
    def _on_references_taken(self, intake: Intake) -> None:
        if not intake.carried:
            return
        offer, form = intake.carried[0], self._studio.state.draft
        self._before, self._after = form, None
        self._was_there = any(each.sha256 == offer.sha256 for each in form.references)
        self._set(offer)

    @Slot(object)
    def _on_studio_changed(self, state: StudioState) -> None:
        if self.offer is None:
            return
        has_it = any(each.sha256 == self.offer.sha256 for each in state.draft.references)
        if self._after is None:
            self._after = state.draft if has_it else None
        elif not has_it:
            self._set(None)  # it was taken out of the tray: nobody wants it
