"""What a picture is, in words that lie over it and fade while the pointer rests."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, QVariantAnimation, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QWidget

from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE, SPACE, TYPE
from flux_studio.ui.widgets.scrim import paint_scrim

REST = 2_600  # ms that the words stay after the pointer moved
FADE = 220  # ms


class InfoLine(QWidget):
    """Two lines on a dark patch; the pointer goes through it. No signals."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = ("", "")
        self._strength = 1.0
        self._is_wanted = True
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._on_rest_timeout)
        self._fade = QVariantAnimation(self)
        self._fade.valueChanged.connect(self._on_fade_value)
        self._fade.setEndValue(0.0)
        font = self.font()
        font.setPixelSize(TYPE.small)
        self.setFont(font)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def is_wanted(self) -> bool:
        return self._is_wanted

    def show_words(self, title: str, facts: str) -> None:
        """The prompt's beginning, and size, model and date."""
        if (title, facts) != self._lines:
            self._lines = (title, facts)
            self.setAccessibleName(f"{title}, {facts}")
            self.place()
            self.wake()

    def set_wanted(self, on: bool) -> None:
        self._is_wanted = on
        self.setVisible(on and bool(self._lines[1]))
        self.wake()

    def wake(self) -> None:
        """The pointer moved: be there, and fade again later."""
        self._fade.stop()
        self._on_fade_value(1.0)
        self.setVisible(self._is_wanted and bool(self._lines[1]))
        self._rest.start()

    def place(self) -> None:
        """At the lower left of the parent, as wide as needed."""
        parent = self.parentWidget()
        if parent is not None:
            hint = self.sizeHint()
            width = min(hint.width(), parent.width() - 2 * SPACE.m)
            top = parent.height() - hint.height() - SPACE.m
            self.setGeometry(SPACE.m, top, max(0, width), hint.height())

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        wide = max(metrics.horizontalAdvance(line) for line in self._lines)
        return QSize(wide + 2 * SPACE.m + 2, 2 * metrics.lineSpacing() + 2 * SPACE.s + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, painter = current_colors(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(self._strength)
        paint_scrim(painter, QRectF(self.rect()), SHAPE.radius)
        metrics = QFontMetrics(self.font())
        painter.setPen(QColor(colors.on_scrim))
        room = self.width() - 2 * SPACE.m
        baseline = SPACE.s + metrics.ascent()
        for line in self._lines:
            fitted = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
            painter.drawText(SPACE.m, baseline, fitted)
            baseline += metrics.lineSpacing() + 2

    @Slot()
    def _on_rest_timeout(self) -> None:
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        if not self.style().styleHint(hint, None, self):
            self._on_fade_value(0.0)
            return
        self._fade.setStartValue(1.0)
        self._fade.setDuration(FADE)
        self._fade.start()

    @Slot(object)
    def _on_fade_value(self, strength: float) -> None:
        self._strength = float(strength)
        self.update()
