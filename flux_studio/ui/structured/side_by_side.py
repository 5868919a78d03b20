"""The structured prompt in a window of its own: the form beside its JSON. Both are one prompt, the
one of the composer, so there is nothing to take over at the end.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.problem import Control
from flux_studio.core.prompt.faces import Face, Faces
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.structured import is_structured, put_right
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.composer.prompt_offers import PromptOffers
from flux_studio.ui.composer.prompt_spelling import PromptSpelling
from flux_studio.ui.composer.tab_order import order_tabs
from flux_studio.ui.hovering import keep_still
from flux_studio.ui.phrases import problem_words
from flux_studio.ui.stepped_dialog import SteppedDialog
from flux_studio.ui.structured.form import StructuredForm
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.field_label import FieldLabel
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.tooltip import tooltip

SIZE = (920, 680)  # px, width × height
_SCROLL_BAR = 10  # px


class JsonBox(PromptBox):
    """The prompt box as high as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Prompt as JSON"))

    def _fit(self) -> None:
        """The window says how high it is."""


class SideBySide(SteppedDialog):
    """Form and JSON of the studio's prompt. No signals."""

    def __init__(
        self, studio: Studio, parent: QWidget | None = None, *, in_steps: bool = False
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Structured prompt"))
        self.setAccessibleName(self.tr("Structured prompt"))
        self._write_as_structure()
        self.begin(self._parts(), in_steps=in_steps)

    def _parts(self) -> Iterator[None]:
        """Everything in it, a part a step."""
        studio = self._studio
        self.form = StructuredForm(studio)
        self.form.prompt_changed.connect(studio.set_prompt)
        self.form.reshaped.connect(self._on_reshaped, Qt.ConnectionType.QueuedConnection)
        yield None
        self.box = JsonBox()
        self.box.prompt_changed.connect(studio.set_prompt)
        self.offers = PromptOffers(studio, self.box)
        PromptSpelling(studio, self.box)
        yield None
        self.problem = ProblemLine(keeps_room=True)
        self.problem.offer_taken.connect(self._on_repair_asked)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setToolTip(tooltip(self.tr("Back to the composer"), "Esc"))
        self.close_button.setAccessibleName(self.tr("Close"))
        self.close_button.clicked.connect(self.accept)
        self.close_button.setAutoDefault(False)
        yield None
        self._lay_out()
        self.resize(*SIZE)
        yield None
        studio.changed.connect(self.show_state)
        self.show_state(studio.state)
        self.form.focus()

    @Slot(object)
    def show_state(self, state: StudioState) -> None:
        """Render the prompt of a state on both sides."""
        prompt = state.draft.prompt
        self.box.show_prompt(prompt)
        self.box.show_limit(state.card.prompt_most)
        self.box.highlighter.show_references(len(state.draft.references))
        reads = state.draft.expansion is not ExpansionMode.OFF
        self.box.highlighter.show_reading(reads=reads, is_json=is_structured(prompt))
        self.offers.show_state(state)
        self.form.show_state(state)
        wrong = state.wrong_at(Control.PROMPT) if prompt.strip() else None
        sentence = problem_words(wrong) if wrong else ""
        right = put_right(prompt) if sentence else None
        offer = self.tr("Put it right") if right not in (None, prompt) else ""
        self.problem.show_problem(sentence, offer=offer)
        if sentence != self.box.accessibleDescription():
            self.box.show_problem(sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # As in the composer: the boxes leave these keys alone.
        if event.matches(QKeySequence.StandardKey.Undo):
            self._studio.undo.undo()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self._studio.undo.redo()
        else:
            super().keyPressEvent(event)

    def _write_as_structure(self) -> None:
        """Prose becomes a structured prompt, as one step to undo."""
        text = self._studio.state.draft.prompt
        made = Faces().text_for(Face.FORM, text)
        if made is not None and made != text:
            self._studio.set_prompt(made)

    def _lay_out(self) -> None:
        scroll = QScrollArea()
        inside = QWidget()
        held = QVBoxLayout(inside)
        held.setContentsMargins(0, 0, SPACE.m + _SCROLL_BAR, 0)
        held.addWidget(self.form)
        held.addStretch(1)
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(SPACE.m, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        column.addWidget(FieldLabel(self.tr("JSON, exactly as it is sent"), self.box))
        column.addWidget(self.box, 1)
        column.addWidget(self.problem)
        sides = QSplitter(Qt.Orientation.Horizontal)
        keep_still(sides)
        sides.setChildrenCollapsible(False)
        sides.addWidget(scroll)
        sides.addWidget(right)
        sides.setSizes([SIZE[0] // 2, SIZE[0] // 2])
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE.l, SPACE.l, SPACE.l, SPACE.l)
        whole.setSpacing(SPACE.m)
        whole.addWidget(sides, 1)
        whole.addLayout(foot)

    @Slot()
    def _on_reshaped(self) -> None:
        order_tabs(self.form)

    @Slot()
    def _on_repair_asked(self) -> None:
        right = put_right(self._studio.state.draft.prompt)
        if right is not None:
            self._studio.set_prompt(right)
            self.box.setFocus()
