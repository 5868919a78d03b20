"""A gentle outline around a control that needs a look; it fades by itself."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QStyle, QWidget

from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE

_LASTS_MS = 900
_ROOM = 3  # px around the control


class Flash(QWidget):
    """Lies over one control at a time and takes no part in anything. No signals."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(1.0)
        self._animation.setKeyValueAt(0.5, 1.0)
        self._animation.setEndValue(0.0)
        self._animation.setDuration(_LASTS_MS)
        self._animation.valueChanged.connect(self.update)
        self._animation.finished.connect(self.hide)

    def show_on(self, control: QWidget) -> None:
        """Flash around `control`, which lies inside this widget's parent. Without animations (a
        wish of the system) nothing moves: the focus ring alone shows the place.
        """
        host = self._host
        animates = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self)
        if not animates or not host.isAncestorOf(control):
            return
        corner = control.mapTo(host, control.rect().topLeft())
        box = control.rect().translated(corner).adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM)
        self.setGeometry(box.intersected(host.rect()))
        self.raise_()
        self.show()
        self._animation.stop()
        self._animation.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(current_colors().accent)
        color.setAlphaF(float(self._animation.currentValue() or 0.0))
        painter.setPen(QPen(color, 2))
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(frame, SHAPE.radius + _ROOM, SHAPE.radius + _ROOM)
