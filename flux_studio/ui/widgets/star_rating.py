"""Nought to five stars, to see or to give."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE
from flux_studio.ui.widgets.tooltip import tooltip

_STARS = 5
_CELL = 24  # px: each star is a target
_STAR = 16  # px


class StarRating(QSlider):
    """Five stars; screen readers meet a slider from 0 to 5.

    A click gives that many, a click on the last given star takes it back by one. Keys 0 to 5 and
    the arrows do the same. A given star is filled, so the state is not by colour alone.
    Signals: `rating_chosen(int)`, 0 to 5, only from the user's doing.
    """

    rating_chosen = Signal(int)

    def __init__(
        self, name: str, *, read_only: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._read_only = read_only
        self._hover = 0
        self.setRange(0, _STARS)
        self.setPageStep(1)
        self.setAccessibleName(name)
        self.setToolTip(tooltip(name, "" if read_only else "0 … 5"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(_STARS * _CELL - (_CELL - _STAR), _CELL)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if read_only else Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(not read_only)

    def rating(self) -> int:
        return self.value()

    def show_rating(self, stars: int) -> None:
        """Show `stars`, 0 to 5, without a signal."""
        self.setValue(stars)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self._hover or self.value()
        for at in range(_STARS):
            given = at < lit
            color = colors.accent if given else colors.edge
            color = color if self.isEnabled() else colors.disabled
            box = QRectF(at * _CELL, (self.height() - _STAR) / 2, _STAR, _STAR)
            paint_icon(painter, box, "star", color, filled=given)
        if self.hasFocus():
            # An underline: a ring would cut into the outer stars.
            stroke = SHAPE.focus_stroke
            bar = QRectF(0, self.height() - stroke, self.width(), stroke)
            painter.fillRect(bar, QColor(colors.focus))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.key() - Qt.Key.Key_0
        match event.key():
            case _ if self._read_only:
                event.ignore()
            case _ if 0 <= digit <= _STARS:
                self._give(digit)
            case Qt.Key.Key_Left | Qt.Key.Key_Down:
                self._give(max(0, self.value() - 1))
            case Qt.Key.Key_Right | Qt.Key.Key_Up:
                self._give(min(_STARS, self.value() + 1))
            case Qt.Key.Key_Home | Qt.Key.Key_End:
                self._give(0 if event.key() == Qt.Key.Key_Home else _STARS)
            case _:
                event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._read_only or event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        stars = self._at(event)
        self._hover = 0
        self._give(stars - 1 if stars == self.value() else stars)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._read_only and self._at(event) != self._hover:
            self._hover = self._at(event)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(not self._read_only)

    def leaveEvent(self, event: object) -> None:
        self._hover = 0
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the panel scrolls; a rating never changes by accident

    def _at(self, event: QMouseEvent) -> int:
        return min(_STARS, max(1, int(event.position().x()) // _CELL + 1))

    def _give(self, stars: int) -> None:
        if stars != self.value():
            self.setValue(stars)
            self.rating_chosen.emit(stars)
