"""How large the pictures of the wall are: a slider from 64 to 1024 px whose every step is the same
share of the size, with a button at each end.
"""

from __future__ import annotations

from math import log2

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from flux_studio.ui.tokens import ICON, SPACE
from flux_studio.ui.wall.options import LARGEST, SMALLEST, USUAL
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.tooltip import tooltip

DOUBLE = 16  # positions of the slider from one size to twice of it
MIDDLE = round(DOUBLE * log2(USUAL / SMALLEST))  # where the usual size is
STEP = 4  # positions of one press of a button, of a key or of a notch of the wheel
WIDE = 96  # px


class SizeSlider(QWidget):
    """Signal: `size_chosen(int)` px."""

    size_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.size_px = USUAL
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round(DOUBLE * log2(LARGEST / SMALLEST)))
        self.slider.setValue(_position(USUAL))
        self.slider.setSingleStep(1)
        self.slider.setPageStep(STEP)
        self.slider.setFixedWidth(WIDE)
        self.slider.setAccessibleName(self.tr("Picture size"))
        self.slider.setToolTip(tooltip(self.tr("Size of the pictures (Ctrl and the wheel)")))
        self.slider.valueChanged.connect(self._on_slider_moved)
        smaller, larger = self.tr("Smaller pictures"), self.tr("Larger pictures")
        self.smaller = IconButton("image", smaller, smaller, "Ctrl+-")
        self.larger = IconButton("image", larger, larger, "Ctrl++", size=ICON.large)
        self.smaller.clicked.connect(lambda: self.step(-1))
        self.larger.clicked.connect(lambda: self.step(1))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.s)
        for widget in (self.smaller, self.slider, self.larger):
            row.addWidget(widget)

    def show_size(self, size: int) -> None:
        """Stand at a size that was chosen elsewhere; a signal follows when it is another one."""
        chosen = min(LARGEST, max(SMALLEST, size))
        if chosen != self.size_px:
            self.slider.blockSignals(True)
            self.slider.setValue(_position(chosen))
            self.slider.blockSignals(False)
            self._choose(chosen)

    def show_buttons(self, shown: bool) -> None:
        """The buttons at the ends, where there is room for them."""
        self.smaller.setVisible(shown)
        self.larger.setVisible(shown)

    def least_width(self) -> int:
        """px without the buttons."""
        return WIDE

    def buttons_width(self) -> int:
        """px that the buttons take in addition."""
        buttons = (self.smaller, self.larger)
        return sum(button.sizeHint().width() + SPACE.s for button in buttons)

    def step(self, steps: int) -> None:
        """Larger or smaller by so many steps."""
        self.slider.setValue(self.slider.value() + steps * STEP)

    @Slot(int)
    def _on_slider_moved(self, position: int) -> None:
        self._choose(_size(position))

    def _choose(self, size: int) -> None:
        self.size_px = size
        self.slider.setAccessibleDescription(self.tr("{size} px").format(size=size))
        self.size_chosen.emit(size)


def _position(size: int) -> int:
    return 0 if size == SMALLEST else MIDDLE + round(DOUBLE * log2(size / USUAL))


def _size(position: int) -> int:
    """The usual size and both ends are met exactly."""
    size = round(USUAL * 2 ** ((position - MIDDLE) / DOUBLE))
    return SMALLEST if position == 0 else min(LARGEST, max(SMALLEST, size))
