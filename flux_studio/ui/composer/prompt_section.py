"""The prompt with its label and, below it, what is wrong with it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from flux_studio.core.problem import Control
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.phrases import problem_words
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.field_label import FieldLabel
from flux_studio.ui.widgets.problem_line import ProblemLine


class PromptSection(QWidget):
    """Renders the prompt and asks the studio to keep what is typed. No signals of its own."""

    def __init__(self, studio: Studio, box: PromptBox | None = None) -> None:
        """`box` may have been on screen, and typed in, before the rest of the window was there."""
        super().__init__()
        self._state: StudioState | None = None
        self._insists = False
        self.box = box or PromptBox()
        self.box.prompt_changed.connect(studio.set_prompt)
        self.label = FieldLabel(self.tr("Prompt"), self.box)
        self.problem = ProblemLine()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        for part in (self.label, self.box, self.problem):
            column.addWidget(part)

    def show_state(self, state: StudioState) -> None:
        self._state = state
        self.box.show_prompt(state.draft.prompt)
        self.box.show_limit(state.card.prompt_most)
        self.box.highlighter.show_references(len(state.draft.references))
        edits = state.edits and state.card.edits
        text = self.tr("Describe the picture: what is in it, where, in which light, in which style")
        if edits:
            text = self.tr("Say what should change. Write @image1 to name a reference")
        if text != self.box.placeholderText():
            self.box.setPlaceholderText(text)
        if state.draft.prompt.strip():
            self._insists = False
        self._show_problem()

    def insist(self) -> None:
        """Generate was asked for: an empty prompt is now said to be one."""
        self._insists = True
        self._show_problem()

    def _show_problem(self) -> None:
        state = self._state
        wrong = state.wrong_at(Control.PROMPT) if state else None
        is_empty = state is not None and not state.draft.prompt.strip()
        sentence = problem_words(wrong) if wrong and (self._insists or not is_empty) else ""
        if sentence != self.problem.text():
            self.problem.show_problem(sentence)
            self.box.show_problem(sentence)
