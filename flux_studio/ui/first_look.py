"""The composer's place before the composer is there: the prompt can be typed from the first paint
on.

Everything stands where the composer will put it, so nothing jumps when it arrives and takes the box
over.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.style import current_colors, set_surface
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.widgets.field_label import FieldLabel, Rule
from flux_studio.ui.widgets.primary_button import PrimaryButton

MODEL_HEIGHT = 46  # px, of the model chooser
COST_HEIGHT = 19  # px, of the line above Generate


class FirstLook(QWidget):
    """`box` is the prompt box, with the last draft's text and the caret behind it. No signals."""

    def __init__(self, prompt: str) -> None:
        super().__init__()
        set_surface(self, "panel")
        self._prompt = prompt
        self.box = PromptBox()
        self.box.show_prompt(prompt)
        label = FieldLabel(self.tr("Prompt"), self.box)
        generate = PrimaryButton(self.tr("Generate"), "sparkles", "Ctrl+Return")
        generate.show_state(self.tr("Generate"))
        generate.setEnabled(False)
        upper = QVBoxLayout()
        upper.setContentsMargins(SPACE.l, SPACE.m, SPACE.l, 0)
        upper.setSpacing(SPACE.s)
        upper.addSpacing(MODEL_HEIGHT)
        prompt_part = QVBoxLayout()
        prompt_part.setSpacing(SPACE.xs)
        prompt_part.addWidget(label)
        prompt_part.addWidget(self.box)
        upper.addLayout(prompt_part)
        lower = QVBoxLayout()
        lower.setContentsMargins(SPACE.l, SPACE.s, SPACE.l, SPACE.m)
        lower.setSpacing(SPACE.s)
        lower.addSpacing(COST_HEIGHT)
        lower.addWidget(generate)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(upper)
        whole.addStretch(1)
        whole.addWidget(Rule())
        whole.addLayout(lower)

    def typed(self) -> str | None:
        """What was typed before the composer came; None when nothing was."""
        text = self.box.prompt()
        return None if text == self._prompt else text

    def paintEvent(self, event: QPaintEvent) -> None:
        """The outline of the model chooser that is about to come."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current_colors().line), SHAPE.stroke))
        frame = QRectF(SPACE.l, SPACE.m, self.width() - 2 * SPACE.l, MODEL_HEIGHT)
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), SHAPE.radius, SHAPE.radius)
