"""A thin amber bar: how far a job, a test or a budget has come."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QStyle, QWidget

from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import Colors

_HEIGHT = 3  # px
_FRAME = 40  # ms between two pictures of the moving bar
_ROUND = 1600  # ms from end to end
_STEPS = 1000


def paint_progress(
    painter: QPainter, rect: QRectF, fraction: float, colors: Colors, start: float = 0.0
) -> None:
    """Draw the bar in `rect` (px) filled from `start` to `fraction`, both 0 to 1."""
    radius = rect.height() / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.line))
    painter.drawRoundedRect(rect, radius, radius)
    left = rect.x() + rect.width() * min(max(start, 0.0), 1.0)
    right = rect.x() + rect.width() * min(max(fraction, 0.0), 1.0)
    if right > left:
        painter.setBrush(QColor(colors.accent))
        wide = max(right - left, rect.height())
        painter.drawRoundedRect(QRectF(left, rect.y(), wide, rect.height()), radius, radius)


class ThinProgress(QProgressBar):
    """A bar of 3 px; screen readers meet an ordinary progress bar. No signals of its own.

    Without a known end a short piece wanders; its timer runs only while the bar can be seen, and
    not at all where the system asks for no animation.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("thin", True)
        self.setTextVisible(False)
        self.setRange(0, _STEPS)
        self.setValue(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._mark: float | None = None
        self._phase = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME)
        self._timer.timeout.connect(self._on_timer_timeout)

    def show_fraction(self, fraction: float | None) -> None:
        """0 to 1, or None while the end is not known."""
        if fraction is None:
            self.setRange(0, 0)
        else:
            self.setRange(0, _STEPS)
            self._take_value(round(min(max(fraction, 0.0), 1.0) * _STEPS))
        self._run_or_rest()
        self.update()

    def _take_value(self, value: int) -> None:
        """Qt paints at once what stands in a progress bar, and with it all that is stale in the
        window: here it waits for the next turn like everything else.
        """
        if value != self.value():
            self.setUpdatesEnabled(False)
            self.setValue(value)
            self.setUpdatesEnabled(True)

    def show_mark(self, fraction: float | None) -> None:
        """A tick on the bar, such as where the warning of a budget lies; None removes it."""
        self._mark = fraction
        self.updateGeometry()
        self.update()

    def is_moving(self) -> bool:
        """Whether the timer runs."""
        return self._timer.isActive()

    def sizeHint(self) -> QSize:
        return QSize(90, _HEIGHT if self._mark is None else 9)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        bar = QRectF(0, (self.height() - _HEIGHT) / 2, self.width(), _HEIGHT)
        if self.maximum() == 0:
            start = self._phase * 1.3 - 0.3
            paint_progress(painter, bar, start + 0.3, colors, start)
        else:
            paint_progress(painter, bar, self.value() / _STEPS, colors)
        if self._mark is not None:
            x = round(self.width() * min(max(self._mark, 0.0), 1.0))
            painter.setBrush(QColor(colors.text))
            painter.drawRect(QRectF(min(x, self.width() - 2), 0, 2, self.height()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run_or_rest()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _run_or_rest(self) -> None:
        duration = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self)
        if self.maximum() == 0 and self.isVisible() and duration > 0:
            self._timer.start()
        else:
            self._phase = 0.5
            self._timer.stop()

    def _on_timer_timeout(self) -> None:
        self._phase = (self._phase + _FRAME / _ROUND) % 1.0
        self.update()
