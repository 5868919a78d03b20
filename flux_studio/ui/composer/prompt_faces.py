"""Which face of the prompt is on screen: its box, as text or JSON, or the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flux_studio.core.prompt.faces import Face, Faces, face_of
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.face_bar import FaceBar, FaceFoot
from flux_studio.ui.composer.prompt_box import PromptBox

if TYPE_CHECKING:
    from flux_studio.ui.structured.form import StructuredForm

_ORDER = (Face.TEXT, Face.FORM, Face.JSON)


class PromptFaces(QObject):
    """Shows the box or the form, in the same place; the form is built when it is first wanted.

    Signals: `reshaped()` when there are other controls than before; `pictures_pasted(QMimeData)`.
    """

    reshaped = Signal()
    pictures_pasted = Signal(object)

    def __init__(self, studio: Studio, box: PromptBox, host: QWidget) -> None:
        super().__init__(host)
        self._studio = studio
        self._box = box
        self._wanted = Face.TEXT
        self._faces = Faces()
        self.form: StructuredForm | None = None
        self.bar = FaceBar()
        self.bar.face_chosen.connect(self._on_face_chosen)
        self.foot = FaceFoot()
        self.foot.hide()
        self.place = QWidget()  # where the form goes, above the foot
        self.column = QVBoxLayout(self.place)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.place.hide()

    @property
    def face(self) -> Face:
        """The face on screen."""
        return Face(self.bar.key())

    def show_state(self, state: StudioState) -> None:
        text = state.draft.prompt
        face = face_of(self._wanted, text)
        self.bar.show_face(face)
        is_form = face is Face.FORM
        if is_form:
            self._built().show_state(state)
        if self.place.isHidden() == is_form:
            had = self._box.hasFocus() or (self.form is not None and self.form.has_keyboard())
            self.place.setVisible(is_form)
            self._box.setVisible(not is_form)
            if had:
                self.focus()
        self.foot.setVisible(face is not Face.TEXT)
        if face is not Face.TEXT:
            self.foot.show_length(len(text), state.card.prompt_most, counts=is_form)

    def choose(self, face: Face) -> None:
        """Show this face. What the prompt has to become for it is one step to undo; where the JSON
        cannot be read as yet, it stays as it is.
        """
        studio = self._studio
        text = self._faces.text_for(face, studio.state.draft.prompt)
        self._wanted = face
        if text is not None and text != studio.state.draft.prompt:
            studio.set_prompt(text)
        self.show_state(studio.state)

    @Slot()
    def next_face(self) -> None:
        """Text, form, JSON, and text again; the keyboard goes along."""
        face = _ORDER[(_ORDER.index(self.face) + 1) % len(_ORDER)]
        self.choose(face)
        if face is Face.TEXT and self.face is Face.JSON:
            self.choose(Face.FORM)  # not to be stuck at JSON that cannot be read
        self.focus()

    def focus(self) -> None:
        """Give the keyboard to the face on screen."""
        if self.form is not None and self.face is Face.FORM:
            self.form.focus()
        else:
            self._box.setFocus()

    def shown(self) -> QWidget:
        """The part on screen."""
        return self.place if self.face is Face.FORM else self._box

    def type_name(self, number: int) -> None:
        """Write `@imageN` where one writes."""
        if self.form is not None and self.face is Face.FORM:
            self.form.type_name(number)
        else:
            self._box.type_name(number)

    def _built(self) -> StructuredForm:
        if self.form is None:
            from flux_studio.ui.structured.form import StructuredForm  # not before it is wanted

            self.form = StructuredForm(self._studio)
            self.form.prompt_changed.connect(self._studio.set_prompt)
            self.form.reshaped.connect(self.reshaped)
            self.form.pictures_pasted.connect(self.pictures_pasted)
            self.column.addWidget(self.form)
        return self.form

    @Slot(object)
    def _on_face_chosen(self, face: Face) -> None:
        self.choose(face)
