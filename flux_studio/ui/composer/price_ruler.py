"""A small ruler of area against price: where the present size stands, and where the price steps.

Each cell is a stretch of area with one price, so what is drawn is what the model card says.
"""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QToolTip, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.money import Money, dollars
from flux_studio.core.size import MEGAPIXEL, FreeSizes, Size
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE
from flux_studio.ui.widgets.tooltip import tooltip

_HEIGHT = 24  # px: a target; the bars take the lower part
_LOW, _HIGH = 5, 18  # px, bars of the lowest and the highest price
_GAP = 2  # px
_NEAR = 4  # MP: up to here the ruler shows quarters


class PriceRuler(QSlider):
    """A slider over steps of area; screen readers meet an ordinary slider.

    Signals: `area_chosen(float)`, megapixels, from a click or the arrow keys; `held(bool)` when a
    drag begins and when it ends.
    """

    area_chosen = Signal(float)
    held = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._card: ModelCard | None = None
        self._cell = 0.25  # MP
        self._area = 1.0
        self._hover = -1
        self.setAccessibleName(self.tr("Area"))
        self.setToolTip(tooltip(self.tr("Scale the size; the ratio stays (← and →)")))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.setMouseTracking(True)

    def show_size(self, card: ModelCard, size: Size) -> None:
        """Show where `size` stands on the price steps of `card`."""
        most = largest_pixels(card, size) / MEGAPIXEL
        span = most if size.megapixels > _NEAR else min(most, _NEAR)
        # Steps of the price lie at whole megapixels, so cells divide them evenly.
        self._cell = 0.25 if span <= _NEAR else 0.5 if span <= 2 * _NEAR else 1.0
        self._card, self._area = card, size.megapixels
        self.setRange(1, max(1, ceil(span / self._cell)))
        self.setValue(min(self.maximum(), max(1, ceil(self._area / self._cell))))
        words = self.tr("{area} MP, {price} a picture without references")
        price = dollars(self.price_of(self.value()))
        self.setAccessibleDescription(words.format(area=f"{self._area:.2f}", price=price))
        self.update()

    def price_of(self, cell: int) -> Money | None:
        """USD a picture for a size that ends in `cell`, counted from 1; without references."""
        if self._card is None:
            return None
        # One pixel high, so that the area is exact.
        return self._card.estimate(Size(max(1, round(cell * self._cell * MEGAPIXEL)), 1)).each

    def price_at(self, x: float) -> Money | None:
        """USD a picture where the ruler stands at `x` px."""
        return self.price_of(self.cell_at(x))

    def area_at(self, x: float) -> float:
        """The megapixels that `x` px stands for: the end of its cell."""
        return self.cell_at(x) * self._cell

    def cell_at(self, x: float) -> int:
        """The cell at `x` px, counted from 1."""
        return min(self.maximum(), max(1, int(x / self.width() * self.maximum()) + 1))

    def sizeHint(self) -> QSize:
        return QSize(328, _HEIGHT)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), tooltip(self._words(event.pos().x())), self)
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover = -1
            self.update()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.held.emit(True)
            self.area_chosen.emit(self.area_at(event.position().x()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton and cell != self.value():
            self.area_chosen.emit(cell * self._cell)
        if cell != self._hover:
            self._hover = cell
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.held.emit(False)
        event.accept()

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]  # the panel scrolls instead

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -4,
            Qt.Key.Key_PageUp: 4,
        }.get(Qt.Key(event.key()))
        if steps is None:
            event.ignore()
            return
        cell = min(self.maximum(), max(1, self.value() + steps))
        self.area_chosen.emit(cell * self._cell)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        prices = [self.price_of(cell) for cell in range(1, self.maximum() + 1)]
        known = [price for price in prices if price is not None]
        least, most = min(known, default=Money(0)), max(known, default=Money(0))
        for cell, price in enumerate(prices, 1):
            share = float((price - least) / (most - least)) if price and most > least else 0.0
            box = self._bar(cell, _LOW + (_HIGH - _LOW) * share)
            hovered = cell == self._hover
            painter.fillRect(box, QColor(colors.hover if hovered else colors.raised))
            filled = min(1.0, max(0.0, self._area / self._cell - cell + 1))
            if filled:
                painter.fillRect(
                    QRectF(box.left(), box.top(), box.width() * filled, box.height()),
                    QColor(colors.accent),
                )
        if self.hasFocus():
            bar = QRectF(0, self.height() - SHAPE.focus_stroke, self.width(), SHAPE.focus_stroke)
            painter.fillRect(bar, QColor(colors.focus))

    def _bar(self, cell: int, height: float) -> QRectF:
        wide = (self.width() + _GAP) / self.maximum()
        left, right = round((cell - 1) * wide), round(cell * wide) - _GAP
        foot = self.height() - 3
        return QRectF(left, foot - round(height), right - left, round(height))

    def _words(self, x: float) -> str:
        text = self.tr("up to {area} MP: {price} a picture")
        return text.format(area=f"{self.area_at(x):.2f}", price=dollars(self.price_at(x)))


def largest_pixels(card: ModelCard, size: Size) -> int:
    """The most pixels a model makes; `size` counts where the card sets no limit."""
    match card.sizes:
        case FreeSizes(most=most, most_pixels=area):
            return min(area, most * most) if area else most * most
        case rule:
            return max((option.size.pixels for option in rule.options), default=size.pixels)
