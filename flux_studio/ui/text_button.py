"""Words that can be pressed, in the colour of a tone, with an icon before them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import Tone, current_colors
from flux_studio.ui.tokens import ICON, SHAPE, SPACE

_GAP = 6  # px
_LEAST = 124  # px of words that stay when there is little room


class TextButton(QAbstractButton):
    """Signals: those of QAbstractButton."""

    def __init__(self, icon: str, tone: Tone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._tone = icon, tone
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """The words, plain: they are painted, so nothing in them is markup."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def show_tone(self, tone: Tone) -> None:
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(ICON.small + _GAP + words + 2 * SPACE.xs + 2, SHAPE.icon_button)

    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        return QSize(min(whole.width(), ICON.small + _GAP + _LEAST), whole.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        color: str = getattr(colors, self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.raised))
            painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)
        box = QRectF(SPACE.xs, (self.height() - ICON.small) / 2, ICON.small, ICON.small)
        paint_icon(painter, box, self._icon, color)
        painter.setPen(QColor(color))
        left = int(box.right()) + _GAP
        room = self.rect().adjusted(left, 0, -SPACE.xs, 0)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(middle), cut)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.focus), SHAPE.focus_stroke))
            painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)
