"""Seed and safety, side by side, with the checker below."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from flux_studio.core.card import ModelCard, SafetyScale
from flux_studio.core.draft import Draft, SeedMode, effective_safety
from flux_studio.core.problem import Control
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.phrases import problem_words, translate
from flux_studio.ui.style import current_colors, set_tone, set_type
from flux_studio.ui.tokens import SPACE, TYPE
from flux_studio.ui.widgets.field_label import FieldLabel
from flux_studio.ui.widgets.number_field import NumberField
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl
from flux_studio.ui.widgets.tooltip import tooltip

_AROUND_SEED = 22  # px: the field's edge and what it keeps free beside its text
_SAFETY_WIDTH = 132  # px, room for a step and its word
_SAFETY_NARROWEST = 122  # px, in a narrow composer


class SeedSafety(QWidget):
    """Renders seed, safety and checker and asks for others. No signals: it calls the studio."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._state: StudioState | None = None
        self._repeat = ("", "")
        self._no_seed = self.tr("random")
        self.mode = SegmentedControl(
            self.tr("Seed mode"),
            (
                Segment("random", self.tr("Random"), "dices", self.tr("A new seed each time")),
                Segment("fixed", self.tr("Fixed"), "lock", self.tr("The same seed each time")),
                Segment(
                    "step", self.tr("Step"), "skip-forward", self.tr("One more after each picture")
                ),
            ),
        )
        self.mode.segment_chosen.connect(self._on_mode_chosen)
        self.seed = NumberField(
            self.tr("Seed"), tip=self.tr("The number the noise starts from: same seed, like result")
        )
        self.seed.value_typed.connect(self._on_seed_typed)
        self.seed.cleared.connect(self._on_seed_cleared)
        self.safety = SafetyChoice()
        self.safety.activated.connect(self._on_safety_activated)
        self.checker = QCheckBox(self.tr("Safety checker"))
        self.checker.setAccessibleName(self.tr("Safety checker"))
        self.checker.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tip = self.tr("The provider looks at the result and holds it back if it finds it unsafe")
        self.checker.setToolTip(tooltip(tip))
        self.checker.clicked.connect(studio.set_checker)
        self.reason = QLabel()
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setWordWrap(True)
        set_type(self.reason, "small")
        set_tone(self.reason, "muted")
        self.problem = ProblemLine()
        self._lay_out()

    def show_state(self, state: StudioState) -> None:
        self._state = state
        self._show_seed(state.draft, state.card)
        self._show_safety(state.draft, state.card)
        wrong = state.wrong_at(Control.SEED, Control.SAFETY)
        self.problem.show_problem(problem_words(wrong) if wrong else "")
        on_seed = problem_words(wrong) if wrong and wrong.control is Control.SEED else ""
        if self.seed.problem() != on_seed:
            self.seed.show_problem(on_seed)
        self.reason.setText(reason_words(state.card))
        self.reason.setVisible(bool(self.reason.text()))

    def repeat_mark(self) -> str:
        """What is said of how far a seed repeats a picture here, '' where there is none."""
        return self._repeat[0]

    def _lay_out(self) -> None:
        seeds = QHBoxLayout()
        seeds.setSpacing(SPACE.s)
        seeds.addWidget(self.mode)
        seeds.addWidget(self.seed, 1)
        self.seed_label = FieldLabel(self.tr("Seed"), self.seed)
        left = _column(self.seed_label)
        left.addLayout(seeds)
        self._right = QWidget()
        right = _column(FieldLabel(self.tr("Safety"), self.safety), self._right)
        right.addWidget(self.safety)
        sides = QHBoxLayout()
        sides.setSpacing(SPACE.m)
        sides.addLayout(left, 1)
        sides.addWidget(self._right)
        whole = _column(self.checker, self)
        whole.insertLayout(0, sides)
        whole.addWidget(self.reason)
        whole.addWidget(self.problem)

    def _show_seed(self, draft: Draft, card: ModelCard) -> None:
        why = no_seed_words(card)
        for widget in (self.mode, self.seed):
            widget.setEnabled(card.seed)
        self.seed.show_range(0, card.seed_most)
        random = draft.seed_mode is SeedMode.RANDOM or not card.seed
        self.mode.show_key(SeedMode.RANDOM.value if not card.seed else draft.seed_mode.value)
        self._no_seed = self.tr("random") if card.seed else self.tr("not taken")
        self._show_no_seed()
        self.seed.show_value(None if random else draft.seed)
        mark, note = (repeat_words(card), card.repeat_note) if card.seed else ("", "")
        if (mark, note) != self._repeat:
            self._repeat = (mark, note)
            # Beside its own word: at the right end it would seem to belong to the safety.
            seed = self.tr("Seed")
            self.seed_label.show_text(f"{seed} · {mark}" if mark else seed)
            self.seed_label.setToolTip(tooltip(note))
            self.seed_label.setAccessibleDescription(f"{mark}. {note}" if mark else "")
        self.mode.setToolTip(tooltip(why))
        self.mode.setAccessibleDescription(why)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_no_seed()

    def _show_no_seed(self) -> None:
        """Whole or not at all: the lit dice says the same, and half a word would not."""
        room = self.seed.width() - _AROUND_SEED
        fits = self.seed.fontMetrics().horizontalAdvance(self._no_seed) <= room
        self.seed.setPlaceholderText(self._no_seed if fits else "")

    def _show_safety(self, draft: Draft, card: ModelCard) -> None:
        scale = card.safety
        self._right.setVisible(scale is not None)
        if scale is not None:
            self.safety.show_scale(scale, effective_safety(draft, card), card.safety_note)
        self.checker.setVisible(card.checker)
        self.checker.setChecked(True if draft.checker is None else draft.checker)

    def _on_mode_chosen(self, key: str) -> None:
        self._studio.set_seed_mode(SeedMode(key))

    def _on_seed_typed(self, value: int | None) -> None:
        if value is None or self._state is None:
            return
        with self._studio.undo.as_one("seed"):
            if self._state.draft.seed != value:
                self._studio.set_seed(value)
            if self._state.draft.seed_mode is SeedMode.RANDOM:
                self._studio.set_seed_mode(SeedMode.FIXED)

    def _on_seed_cleared(self) -> None:
        self._studio.set_seed_mode(SeedMode.RANDOM)

    def _on_safety_activated(self, index: int) -> None:
        self._studio.set_safety(int(self.safety.itemData(index)))


class SafetyChoice(QComboBox):
    """Steps of a safety scale: the number large, its meaning small beside it. Signals: those of
    QComboBox (`activated`).
    """

    def __init__(self) -> None:
        super().__init__()
        self._scale: SafetyScale | None = None
        self.setAccessibleName(self.tr("Safety tolerance"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumWidth(_SAFETY_NARROWEST)
        self.setMaximumWidth(_SAFETY_WIDTH)

    def show_scale(self, scale: SafetyScale, value: int | None, note: str) -> None:
        """Show `value` on `scale`; `note` is what the card says about it."""
        if scale != self._scale:
            self._scale = scale
            self.clear()
            for step in range(scale.least, scale.most + 1):
                self.addItem(f"{step}  {self.step_words(step)}", step)
        at = self.findData(value)
        if at != self.currentIndex():
            self.setCurrentIndex(at)
        direction = self.tr("{least} is the strictest, {most} lets the most through")
        words = direction.format(least=scale.least, most=scale.most)
        self.setToolTip(tooltip(f"{words}\n{note}" if note else words))
        self.setAccessibleDescription(f"{self._number()} {self._meaning()}. {words}")

    def step_words(self, step: int) -> str:
        """What a step of the scale means, in a word."""
        return translate("Safety", self._scale.word(step)) if self._scale else ""

    def sizeHint(self) -> QSize:
        return QSize(_SAFETY_WIDTH, super().sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the panel scrolls; safety never changes by accident

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = ""
        option.subControls = QStyle.SubControl.SC_ComboBoxFrame
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        off = not self.isEnabled()
        box = QRectF(self.rect()).adjusted(10, 0, -22, 0)
        painter.setPen(QColor(colors.disabled if off else colors.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self._number())
        left = painter.fontMetrics().horizontalAdvance(self._number()) + 6
        font = QFont(self.font())
        font.setPixelSize(TYPE.small)
        painter.setFont(font)
        painter.setPen(QColor(colors.disabled if off else colors.muted))
        room = box.adjusted(left, 0.5, 0, 0.5)
        words = painter.fontMetrics().elidedText(
            self._meaning(), Qt.TextElideMode.ElideRight, int(room.width()) + 1
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        arrow = QRectF(self.width() - 20, (self.height() - 12) / 2, 12, 12)
        paint_icon(painter, arrow, "chevron-down", colors.muted)

    def _number(self) -> str:
        most = self._scale.most if self._scale else 0
        return self.tr("{value} of {most}").format(value=self.currentData(), most=most)

    def _meaning(self) -> str:
        step = self.currentData()
        return "" if step is None else self.step_words(int(step))


def _column(first: QWidget, owner: QWidget | None = None) -> QVBoxLayout:
    column = QVBoxLayout(owner) if owner is not None else QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE.xs)
    column.addWidget(first)
    return column


def repeat_words(card: ModelCard) -> str:
    """How far the same seed gives the same picture here, as two words."""
    words = {
        "exactly": translate("Composer", "repeats exactly"),
        "likely": translate("Composer", "likely repeats"),
        "loosely": translate("Composer", "may differ"),
    }
    return words[card.repeats]


def no_seed_words(card: ModelCard) -> str:
    """Why there is no seed to set; empty where there is one."""
    if card.seed:
        return ""
    text = translate("Composer", "{model} takes no seed here, so a result cannot be repeated.")
    return text.format(model=card.title)


def reason_words(card: ModelCard) -> str:
    """What is missing here and why, as one line."""
    parts = [no_seed_words(card)]
    if card.safety is None and not card.checker:
        parts.append(translate("Composer", "Safety is not for you to set here."))
    elif card.safety is None:
        parts.append(translate("Composer", "There is no safety scale here."))
    return " ".join(part for part in parts if part)
