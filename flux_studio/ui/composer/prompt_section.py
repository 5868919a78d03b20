"""The prompt with its label; below it what is wrong with it, its style, and what will be sent."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flux_studio.core.problem import Control
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.template import read_template
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.composer.prompt_offers import PromptOffers
from flux_studio.ui.composer.prompt_preview import PromptPreview
from flux_studio.ui.composer.prompt_spelling import PromptSpelling
from flux_studio.ui.composer.style_row import StyleRow
from flux_studio.ui.composer.undo_buttons import UndoButtons
from flux_studio.ui.phrases import problem_words
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.field_label import FieldLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.problem_line import ProblemLine

HISTORY_KEY = "Ctrl+H"
TEMPLATES_KEY = "Ctrl+T"


class PromptSection(QWidget):
    """Renders the prompt and asks the studio to keep what is typed.

    Signals: `history_asked()` and `templates_asked()` when one of these lists is wanted.
    """

    history_asked = Signal()
    templates_asked = Signal()

    def __init__(self, studio: Studio, box: PromptBox | None = None) -> None:
        """`box` may have been on screen, and typed in, before the rest of the window was there."""
        super().__init__()
        self._state: StudioState | None = None
        self._insists = False
        self._studio = studio
        self.box = box or PromptBox()
        self.box.prompt_changed.connect(studio.set_prompt)
        self.box.older_asked.connect(self._on_older_asked)
        self.box.newer_asked.connect(self._on_newer_asked)
        self.offers = PromptOffers(studio, self.box)
        self.spelling = PromptSpelling(studio, self.box)
        self.label = FieldLabel(self.tr("Prompt"), self.box)
        self.undo_buttons = UndoButtons(studio.undo, self.box)
        for tool in (*self.undo_buttons.tools, *self._tools()):
            self.label.add_tool(tool)
        self.problem = ProblemLine()
        self.style_row = StyleRow(studio)
        self.style_row.templates_asked.connect(self.templates_asked)
        self.preview = PromptPreview(studio)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        for part in (self.label, self.box, self.problem, self.style_row, self.preview):
            column.addWidget(part)

    def show_state(self, state: StudioState) -> None:
        self._state = state
        self.box.show_prompt(state.draft.prompt)
        self.box.show_limit(state.card.prompt_most)
        self.box.highlighter.show_references(len(state.draft.references))
        own = read_template(state.draft.prompt, state.lists)
        reads = state.draft.expansion is not ExpansionMode.OFF
        self.box.highlighter.show_reading(reads=reads, is_json=own.is_json)
        self.offers.show_state(state)
        self.style_row.show_state(state)
        self.preview.show_state(state)
        edits = state.edits and state.card.edits
        text = self.tr("Describe the picture: what is in it, where, in which light, in which style")
        if edits:
            text = self.tr("Say what should change. Write @image1 to name a reference")
        hint = self.tr(
            "{red|blue} makes both, / offers templates. A line that begins with // "
            "or # and a space is a note"
        )
        text = f"{text}\n{hint}"
        if text != self.box.placeholderText():
            self.box.setPlaceholderText(text)
        if state.draft.prompt.strip():
            self._insists = False
        self._show_problem()

    def insist(self) -> None:
        """Generate was asked for: an empty prompt is now said to be one."""
        self._insists = True
        self._show_problem()

    def _tools(self) -> tuple[IconButton, IconButton]:
        templates = IconButton(
            "palette",
            self.tr("Templates and styles"),
            self.tr("Templates and styles; / writes one into the prompt"),
            TEMPLATES_KEY,
            edge=24,
        )
        templates.clicked.connect(self.templates_asked)
        history = IconButton(
            "history",
            self.tr("Earlier prompts"),
            self.tr("Earlier prompts; Alt+↑ and Alt+↓ walk through them"),
            HISTORY_KEY,
            edge=24,
        )
        history.clicked.connect(self.history_asked)
        for tool in (templates, history):
            tool.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # they have keys: Tab goes to the box
        return templates, history

    @Slot(str)
    def _on_older_asked(self, before: str) -> None:
        self._walk_to(self._studio.prompts.older(self.box.prompt(), before))

    @Slot()
    def _on_newer_asked(self) -> None:
        self._walk_to(self._studio.prompts.newer(self.box.prompt()))

    def _walk_to(self, text: str | None) -> None:
        if text is not None:
            self._studio.set_prompt(text)
            self.box.moveCursor(QTextCursor.MoveOperation.End)

    def _show_problem(self) -> None:
        state = self._state
        wrong = state.wrong_at(Control.PROMPT) if state else None
        is_empty = state is not None and not state.draft.prompt.strip()
        sentence = problem_words(wrong) if wrong and (self._insists or not is_empty) else ""
        if sentence != self.problem.text():
            self.problem.show_problem(sentence)
            self.box.show_problem(sentence)
