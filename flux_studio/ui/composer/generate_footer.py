"""The foot of the composer: what it costs here and elsewhere, what will be changed, Generate."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolTip, QVBoxLayout, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.draft import Note
from flux_studio.core.problem import Control, Problem
from flux_studio.session.composing import ON_ITS_WAY
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.confirmation import Confirmation
from flux_studio.ui.composer.editing_bar import EditingBar
from flux_studio.ui.composer.price_table import PriceTableView
from flux_studio.ui.composer.words import quoted_words, sum_words, total_words, translate
from flux_studio.ui.phrases import note_words, problem_words, seconds_words
from flux_studio.ui.style import current_colors, set_tone, set_type
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.primary_button import PrimaryButton
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.tooltip import tooltip

SHORTCUT = "Ctrl+Return"
BATCH_SHORTCUT = "Ctrl+Shift+B"


class GenerateFooter(QWidget):
    """Cost, notes and the button. Signals: `keys_requested()` when a key is missing and the person
    wants to add it; `batch_asked()` for many pictures from one table.
    """

    keys_requested = Signal()
    batch_asked = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.blocker = ProblemLine()
        self.blocker.offer_taken.connect(self.keys_requested)
        self.notes = QLabel()
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setWordWrap(True)
        set_type(self.notes, "small")
        set_tone(self.notes, "muted")
        self.time = ElidedLabel()
        set_type(self.time, "small")
        set_tone(self.time, "muted")
        self.cost = CostLabel()
        self.prices = PriceTableView()
        self.prices.card_chosen.connect(self._on_card_chosen)
        self.confirmation = Confirmation(studio)
        self.editing = EditingBar(studio)
        self.button = PrimaryButton(self.tr("Generate"), "sparkles", SHORTCUT)
        self.button.clicked.connect(self._on_button_clicked)
        tip = self.tr("Many pictures from one table, grids, one prompt on several models")
        self.batch = IconButton("layout-grid", self.tr("Batch"), tip, BATCH_SHORTCUT)
        self.batch.clicked.connect(self.batch_asked)
        line = QHBoxLayout()
        line.setSpacing(SPACE.s)
        line.addWidget(self.time, 1)
        line.addWidget(self.cost)
        line.addWidget(self.prices.toggle)
        line.addWidget(self.batch)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.l, SPACE.s, SPACE.l, SPACE.m)
        column.setSpacing(SPACE.s)
        column.addWidget(self.blocker)
        column.addWidget(self.notes)
        column.addLayout(line)
        column.addWidget(self.prices)
        column.addWidget(self.confirmation)
        column.addWidget(self.editing)
        column.addWidget(self.button)

    def show_state(self, state: StudioState) -> None:
        self._show_blocker(state.blocker)
        notes = "\n".join(note_words(note) for note in changed_notes(state))
        if notes != self.notes.text():
            self.notes.setText(notes)
        self.notes.setVisible(bool(notes))
        self._show_cost(state)
        self._show_button(state)
        self.prices.show_state(state)
        self.confirmation.show_state(state)
        self.editing.show_state(state)

    def focus_offer(self) -> None:
        """Give the keyboard to the way out of what keeps Generate from running."""
        offers = [b for b in self.blocker.findChildren(QPushButton) if b.isVisible()]
        target = offers[0] if offers else self.button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_blocker(self, blocker: Problem | None) -> None:
        if blocker is not None and blocker.control is Control.KEY:
            self.blocker.show_problem(
                problem_words(blocker), tone="warn", offer=self.tr("Add key…")
            )
        else:
            self.blocker.clear()

    def _show_cost(self, state: StudioState) -> None:
        estimate = state.check.estimate
        working = estimate.working if estimate else ()
        words = total_words(estimate)
        self.cost.show_cost(quoted_words(words) if state.quoted else words, working)
        # The model's own word stands in until there are past jobs to go by.
        seconds = state.expected or state.card.prior_seconds
        text = self.tr("about {time} a picture")
        self.time.setText(text.format(time=seconds_words(seconds)))

    def _show_button(self, state: StudioState) -> None:
        estimate = state.check.estimate
        count = estimate.count if estimate else state.draft.count
        verb = self.tr("Edit") if state.edits and state.card.edits else self.tr("Generate")
        if state.editing:
            verb = self.tr("Update")
        label = f"{verb} {count:,}" if count > 1 else verb
        price = sum_words(estimate.total) if estimate and estimate.total is not None else ""
        price = quoted_words(price) if price and state.quoted else price
        reason = short_reason(state)
        tip = self.tr("{label}: {price}").format(label=label, price=total_words(estimate))
        self.button.show_state(label, price or self.tr("price ?"), reason, tip)

    def _on_button_clicked(self) -> None:
        self._studio.generate()

    def _on_card_chosen(self, card: ModelCard) -> None:
        self._studio.choose_model(*card.id)


class CostLabel(QLabel):
    """The sum; its working appears on hover and when the keyboard comes to it. No signals."""

    def __init__(self) -> None:
        super().__init__()
        self._working: tuple[str, ...] = ()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(self.tr("Cost"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setContentsMargins(SPACE.xs, 3, 0, 3)
        set_type(self, "small", strong=True)

    def show_cost(self, words: str, working: tuple[str, ...]) -> None:
        """Show a sum in words and how it comes about, line by line."""
        self._working = working
        if words != self.text():
            self.setText(words)
        self.setToolTip(tooltip("\n".join(working)))
        self.setAccessibleDescription(". ".join((words, *working)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if event.reason() in reasons:
            spot = self.mapToGlobal(QPoint(0, -SPACE.xl * (len(self._working) + 1)))
            QToolTip.showText(spot, self.toolTip(), self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        QToolTip.hideText()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            stroke = SHAPE.focus_stroke
            color = QColor(current_colors().focus)
            painter.fillRect(0, self.height() - stroke, self.width(), stroke, color)


def changed_notes(state: StudioState) -> tuple[Note, ...]:
    """What will be sent otherwise than it was set. What cannot be set at all is said where its
    control stands, and only there.
    """
    silent = {Control.SEED} if state.card.safety else {Control.SEED, Control.SAFETY}
    return tuple(note for note in state.check.notes if note.control not in silent)


def short_reason(state: StudioState) -> str:
    """Why Generate cannot run, short enough to stand on the button; the control says it in full."""
    blocker = state.blocker
    if blocker is None:
        return ""
    if blocker == ON_ITS_WAY:
        return translate("Composer", "A reference is on its way")
    if blocker.control is Control.PROMPT and not state.draft.prompt.strip():
        if state.edits:
            return translate("Composer", "Say what should change first")
        return translate("Composer", "Write a prompt first")
    words = {
        Control.PROMPT: _prompt_reason(blocker),
        Control.REFERENCES: translate("Composer", "Too many references for this model"),
        Control.SIZE: translate("Composer", "This size cannot be made"),
        Control.SEED: translate("Composer", "The seed is out of range"),
        Control.COUNT: translate("Composer", "The number of images is out of range"),
        Control.KNOBS: translate("Composer", "A setting under More is out of range"),
        Control.KEY: translate("Composer", "A key is needed first"),
    }
    return words.get(blocker.control, problem_words(blocker))


def _prompt_reason(blocker: Problem) -> str:
    values = dict(blocker.values)
    if "over" in values or "least" in values:
        return translate("Composer", "The prompt does not fit this model")
    if "count" in values:
        return translate("Composer", "Too many pictures at once")
    return translate("Composer", "The prompt cannot be read yet")
