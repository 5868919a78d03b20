"""What is done with a reference that is in the form: its role, a part of it, a smaller copy.

Each ends in one new draft, so each can be taken back. The pictures themselves stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from flux_studio.core.errors import StudioError
from flux_studio.core.prompt.role_edits import takes_roles, with_role
from flux_studio.core.prompt.roles import Role, roles_in
from flux_studio.core.reference_diet import Diet, diet
from flux_studio.core.reference_edit import ReferenceEdit
from flux_studio.core.request import Reference
from flux_studio.core.size import nearest_size
from flux_studio.session.composing import with_references_swapped

if TYPE_CHECKING:
    from flux_studio.session.studio import Studio

Done = Callable[[], None]
Failed = Callable[[str], None]


class SlotDesk(QObject):
    """No signals: the studio's draft changes. Slots are counted from 0."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio

    @property
    def roles(self) -> dict[int, Role]:
        """The roles that the prompt gives, by the number of the reference, from 1."""
        return roles_in(self._studio.state.draft.prompt)

    @property
    def takes_roles(self) -> bool:
        """Whether a sentence can be added to the prompt: not to JSON that cannot be read as yet."""
        return takes_roles(self._studio.state.draft.prompt)

    def set_role(self, slot: int, role: Role | None) -> None:
        """Say in the prompt what a reference is for, or say it no more."""
        draft = self._studio.state.draft
        if self.takes_roles and 0 <= slot < len(draft.references):
            self._studio.set_prompt(with_role(draft.prompt, slot + 1, role))

    @property
    def offer(self) -> Diet | None:
        """Smaller copies that would save money, or let the request fit."""
        state = self._studio.state
        picture = nearest_size(state.card.sizes, state.draft.size)
        return diet(state.draft.references, state.card, picture)

    def take_offer(self) -> None:
        """Send the references of the offer smaller, all in one step."""
        offer = self.offer
        if offer is not None:
            references = self._studio.state.draft.references
            self._edit(
                {
                    references[place]: replace(
                        references[place].as_edit, megapixels=offer.megapixels
                    )
                    for place in offer.places
                }
            )

    def send_at_most(self, slot: int, megapixels: int) -> None:
        """Send a copy of at most so many megapixels of a reference, 0 for as large as it is."""
        references = self._studio.state.draft.references
        if 0 <= slot < len(references):
            edit = replace(references[slot].as_edit, megapixels=megapixels)
            self._edit({references[slot]: edit})

    def edit(
        self,
        reference: Reference,
        edit: ReferenceEdit,
        done: Done | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Send another part of a reference's picture, turned or smaller; the picture itself where
        the edit changes nothing. `failed` gets a sentence; without it the tray shows it.
        """
        self._edit({reference: edit}, done, failed)

    def _edit(
        self,
        edits: dict[Reference, ReferenceEdit],
        done: Done | None = None,
        failed: Failed | None = None,
    ) -> None:
        self._studio.wait_for(+1)
        self._studio.references.ask_edited(
            tuple(edits.items()), partial(self._on_edited, done), partial(self._on_failed, failed)
        )

    def _on_edited(self, done: Done | None, made: dict[str, Reference]) -> None:
        """Slots may have moved meanwhile: pictures are found by what they are."""
        studio = self._studio
        swapped = with_references_swapped(studio.state.draft, made)
        studio.put_draft(swapped, coming=studio.state.coming - 1)
        if done is not None:
            done()

    def _on_failed(self, failed: Failed | None, error: Exception) -> None:
        self._studio.wait_for(-1)
        known = isinstance(error, StudioError)
        sentence = str(error) if known else f"The reference could not be changed: {error}"
        if failed is not None:
            failed(sentence)
        else:
            self._studio.learn(reference_problems=(sentence,))
