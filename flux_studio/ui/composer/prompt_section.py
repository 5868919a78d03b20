"""The prompt with its label; below it what is wrong with it, its style, and what will be sent."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flux_studio.core.problem import Control
from flux_studio.core.prompt.faces import Face
from flux_studio.core.prompt.reading import ExpansionMode
from flux_studio.core.prompt.structured import is_structured, put_right
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.composer.prompt_faces import PromptFaces
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
_ROOM_FOR_NAME = 310  # px


class PromptSection(QWidget):
    """Renders the prompt and asks the studio to keep what is typed.

    Signals: `history_asked()` and `templates_asked()` when one of these lists is wanted, and
    `side_by_side_asked()` when form and JSON are.
    """

    history_asked = Signal()
    templates_asked = Signal()
    side_by_side_asked = Signal()

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
        self.label.let_shrink()
        self.undo_buttons = UndoButtons(studio.undo, self.box)
        self.faces = PromptFaces(studio, self.box, self)
        self.faces.foot.side_by_side_asked.connect(self.side_by_side_asked)
        self.label.add_switch(self.faces.bar)
        for tool in (*self.undo_buttons.tools, *self._tools()):
            self.label.add_tool(tool)
        self.problem = ProblemLine()
        self.problem.offer_taken.connect(self._on_repair_asked)
        self.style_row = StyleRow(studio)
        self.style_row.templates_asked.connect(self.templates_asked)
        self.preview = PromptPreview(studio)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        shown = (self.label, self.box, self.faces.place, self.problem, self.faces.foot)
        for part in (*shown, self.style_row, self.preview):
            column.addWidget(part)

    def show_state(self, state: StudioState) -> None:
        self._state = state
        self.faces.show_state(state)
        if self.faces.face is not Face.FORM:  # behind the form it waits: a keystroke pays once
            self.box.show_prompt(state.draft.prompt)
        self.box.show_limit(state.card.prompt_most)
        self.box.highlighter.show_references(len(state.draft.references))
        reads = state.draft.expansion is not ExpansionMode.OFF
        self.box.highlighter.show_reading(reads=reads, is_json=is_structured(state.draft.prompt))
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

    def put_caret(self, at: int) -> None:
        """Put the caret behind the first `at` characters of the prompt, where it is shown whole."""
        if self.faces.face is not Face.FORM:
            self.box.put_caret(at)

    def change_color_at_caret(self) -> None:
        """Change the colour where one writes."""
        form = self.faces.form
        if form is not None and form.has_keyboard():
            form.change_color_at_caret()
        else:
            self.offers.pointer.change_color_at_caret()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Where it is narrow the switch says well enough what it is about.
        self.label.show_text(self.tr("Prompt") if self.width() >= _ROOM_FOR_NAME else "")

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
        right = put_right(state.draft.prompt) if sentence and state is not None else None
        offer = self.tr("Put it right") if right not in (None, state and state.draft.prompt) else ""
        self.problem.show_problem(sentence, offer=offer)
        if sentence != self.box.accessibleDescription():
            self.box.show_problem(sentence)

    @Slot()
    def _on_repair_asked(self) -> None:
        right = put_right(self._studio.state.draft.prompt)
        if right is not None:
            self._studio.set_prompt(right)
            self.faces.focus()
