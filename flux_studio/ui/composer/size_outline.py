"""The outline of the picture with a handle at its corner: dragged, or moved with the arrows.

Curves show where the billed megapixels step, so one sees how far a size is from the next price.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.size import MEGAPIXEL, FreeSizes, ListedSizes, Size, nearest_size
from flux_studio.ui.composer.side_fields import held_to
from flux_studio.ui.phrases import size_words
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE
from flux_studio.ui.widgets.tooltip import tooltip

EDGE = 116  # px, of the whole drawing
_PAD = 6  # px around it
_HANDLE = 10  # px drawn; it is caught within a target of 24 px
_ROOM = 1.45  # of the longer side: so much larger it can be dragged at once
_SMALLEST = 1024  # px that the drawing shows at least
_COARSE = 16  # px: the models work in multiples of it
_FAST = 4  # steps at once with Shift
_MOST_CURVES = 6
_DOTS = 24  # of a curve


class SizeOutline(QWidget):
    """Renders a size and asks for another. Signals: `size_dragged(Size)`, always a valid one;
    `held(bool)` when a drag begins and when it ends.
    """

    size_dragged = Signal(object)
    held = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: ModelCard | None = None
        self._size = Size(1024, 1024)
        self._ratio: Size | None = None
        self._extent = float(_SMALLEST)
        self._grip: QPointF | None = None  # from the corner to where it was caught
        self.setAccessibleName(self.tr("Outline"))
        tip = self.tr("Drag the corner, or use the arrow keys; with Shift in larger steps")
        self.setToolTip(tooltip(tip))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(EDGE, EDGE)
        self.setMouseTracking(True)

    def show_size(self, card: ModelCard, size: Size, ratio: Size | None) -> None:
        """Show a size of a model; with `ratio` it is kept to that one."""
        self._card, self._size, self._ratio = card, size, ratio
        if self._grip is None:
            longest = max(size.width, size.height)
            self._extent = float(min(max(longest * _ROOM, _SMALLEST), _longest(card)))
            self._extent = max(self._extent, longest)
        self.setAccessibleDescription(size_words(size))
        self.update()

    def corner(self) -> QPointF:
        """Where the handle stands, px of the widget."""
        scale = self._scale()
        return QPointF(_PAD + self._size.width * scale, _PAD + self._size.height * scale)

    def sizeHint(self) -> QSize:
        return QSize(EDGE, EDGE)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        away = event.position() - self.corner()
        near = max(abs(away.x()), abs(away.y())) <= SHAPE.target / 2
        if event.button() == Qt.MouseButton.LeftButton and near:
            self._grip = away
            self.held.emit(True)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            away = event.position() - self.corner()
            near = max(abs(away.x()), abs(away.y())) <= SHAPE.target / 2
            shape = Qt.CursorShape.SizeFDiagCursor if near else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            return
        at = event.position() - self._grip
        scale = self._scale()
        self._ask(Size(round((at.x() - _PAD) / scale), round((at.y() - _PAD) / scale)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None and event.button() == Qt.MouseButton.LeftButton:
            self._grip = None
            self.held.emit(False)
            if self._card is not None:
                self.show_size(self._card, self._size, self._ratio)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None or self._card is None:
            super().keyPressEvent(event)
            return
        step = self._step()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step *= _FAST
        self._move(*move, step)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.line), 1))
        painter.setBrush(QColor(colors.field))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)
        self._paint_steps(painter)
        corner = self.corner()
        box = QRectF(QPointF(_PAD + 0.5, _PAD + 0.5), QPointF(round(corner.x()), round(corner.y())))
        fill = QColor(colors.accent)
        fill.setAlphaF(0.12)
        painter.setBrush(fill)
        painter.setPen(QPen(QColor(colors.text), 1))
        painter.drawRect(box)
        stroke = SHAPE.focus_stroke if self.hasFocus() else 1
        painter.setPen(QPen(QColor(colors.focus if self.hasFocus() else colors.text), stroke))
        painter.setBrush(QColor(colors.accent))
        painter.drawEllipse(box.bottomRight(), _HANDLE / 2, _HANDLE / 2)

    def _paint_steps(self, painter: QPainter) -> None:
        """A curve for each area at which the billed megapixels step, as far as they are in view."""
        card, extent, scale = self._card, self._extent, self._scale()
        if card is None or not isinstance(card.sizes, FreeSizes):
            return
        painter.setPen(QPen(QColor(current_colors().line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        most = min(int(extent * extent / MEGAPIXEL), _MOST_CURVES)
        for area in (count * MEGAPIXEL for count in range(1, most + 1)):
            least = area / extent
            wide = [least * (extent / least) ** (dot / _DOTS) for dot in range(_DOTS + 1)]
            points = [QPointF(_PAD + w * scale, _PAD + area / w * scale) for w in wide]
            painter.drawPolyline(QPolygonF(points))

    def _move(self, x: int, y: int, step: int) -> None:
        """Add so many px to the width or the height; among listed sizes go to the next one."""
        card, size = self._card, self._size
        if card is None:
            return
        if isinstance(card.sizes, ListedSizes):
            chosen = _next_listed(card.sizes, size, across=bool(x), up=x + y > 0)
            if chosen is not None:
                self.size_dragged.emit(chosen)
            return
        wanted = Size(max(1, size.width + x * step), max(1, size.height + y * step))
        if self._ratio is not None:
            wanted = held_to(wanted, self._ratio, "width" if x else "height", card)
        self._tell(wanted)

    def _ask(self, wanted: Size) -> None:
        """The size under the pointer, on a grid that is coarse enough to be met by hand."""
        if self._card is None:
            return
        step = self._step()
        snapped = Size(*(max(step, round(s / step) * step) for s in (wanted.width, wanted.height)))
        if self._ratio is not None:
            wider = wanted.width / self._ratio.width >= wanted.height / self._ratio.height
            snapped = held_to(snapped, self._ratio, "width" if wider else "height", self._card)
        self._tell(snapped)

    def _tell(self, wanted: Size) -> None:
        if self._card is not None:
            size = nearest_size(self._card.sizes, wanted)
            if size != self._size:
                self.size_dragged.emit(size)

    def _step(self) -> int:
        rule = self._card.sizes if self._card is not None else None
        if not isinstance(rule, FreeSizes):
            return _COARSE
        return -(-_COARSE // rule.step) * rule.step

    def _scale(self) -> float:
        return (EDGE - 2 * _PAD) / self._extent


def _longest(card: ModelCard) -> int:
    """The longest side in px that a model makes."""
    match card.sizes:
        case FreeSizes(most=most):
            return most
        case ListedSizes(options=options):
            return max(max(o.size.width, o.size.height) for o in options)


def _next_listed(rule: ListedSizes, size: Size, *, across: bool, up: bool) -> Size | None:
    """The listed size that is the next wider or narrower one (`across`), or higher or lower."""

    def more(other: Size) -> int:
        grown = other.width - size.width if across else other.height - size.height
        return grown if up else -grown

    beyond = [option.size for option in rule.options if more(option.size) > 0]
    return min(beyond, key=more, default=None)
