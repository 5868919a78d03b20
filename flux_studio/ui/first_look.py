"""The composer's place before the composer is there: the prompt can be typed from the first paint
on.

Everything stands where the composer will put it, so nothing jumps when it arrives and takes the box
over. What is only to be seen until then is painted, since each widget would cost a module.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from flux_studio.ui.composer.prompt_box import PromptBox
from flux_studio.ui.style import dress
from flux_studio.ui.tokens import SHAPE, SPACE

MODEL_HEIGHT = 46  # px, of the model chooser
LABEL_HEIGHT = 24  # px, of the word above the prompt
FOOTER_HEIGHT = 91  # px, of the part below the rule


class FirstLook(QFrame):
    """`box` is the prompt box, with the last draft's text. Signal: `painted()` after each paint."""

    painted = Signal()

    def __init__(self, prompt: str) -> None:
        super().__init__()
        dress(self, surface="panel")
        self._prompt = prompt
        self.box = PromptBox(marks=False)
        self.box.show_prompt(prompt)
        label = QLabel(self.tr("Prompt"))
        label.setFixedHeight(LABEL_HEIGHT)
        dress(label, type="small", tone="muted")
        column = QVBoxLayout(self)
        above = SPACE.m + MODEL_HEIGHT + SPACE.s
        column.setContentsMargins(SPACE.l, above, SPACE.l, FOOTER_HEIGHT)
        column.setSpacing(SPACE.xs)
        column.addWidget(label)
        column.addWidget(self.box)
        column.addStretch(1)

    def typed(self) -> str | None:
        """What was typed before the composer came; None when nothing was."""
        text = self.box.prompt()
        return None if text == self._prompt else text

    def paintEvent(self, event: QPaintEvent) -> None:
        """The outlines of the model chooser and of Generate, which are about to come.

        Only paths with the palette's own brushes: a pen, a colour or an overloaded call would load
        `Qt` with its hundred enumerations.
        """
        super().paintEvent(event)
        colors = self.palette()
        painter = QPainter(self)
        wide = self.width() - 2 * SPACE.l
        frame = QRectF(SPACE.l, SPACE.m, wide, MODEL_HEIGHT)
        painter.fillPath(_rounded(frame), colors.mid())
        inner = frame.adjusted(SHAPE.stroke, SHAPE.stroke, -SHAPE.stroke, -SHAPE.stroke)
        painter.fillPath(_rounded(inner), colors.window())
        rule = QPainterPath()
        rule.addRect(QRectF(0, self.height() - FOOTER_HEIGHT, self.width(), SHAPE.stroke))
        painter.fillPath(rule, colors.mid())
        top = self.height() - SPACE.m - SHAPE.primary
        painter.fillPath(_rounded(QRectF(SPACE.l, top, wide, SHAPE.primary)), colors.button())
        painter.end()
        self.painted.emit()


def _rounded(place: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(place, SHAPE.radius, SHAPE.radius)
    return path
