"""The tile of the tray that adds more, and the square that is cut out of a thumbnail."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton

from flux_studio.ui.composer.reference_slot import SIDE
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import ICON, SHAPE
from flux_studio.ui.widgets.tooltip import tooltip


class AddTile(QAbstractButton):
    """The dashed tile with a plus. Signals: those of QAbstractButton."""

    def __init__(self) -> None:
        super().__init__()
        self._target = False
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName(self.tr("Add reference"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_reason("")

    def show_reason(self, reason: str) -> None:
        """Why no more can be added; empty when they can."""
        tip = self.tr("Add a PNG, JPEG or WebP picture to edit, or drop or paste one")
        self.setEnabled(not reason)
        self.setToolTip(tooltip(reason or tip))
        self.setAccessibleDescription(reason or tip)

    def show_target(self, on: bool) -> None:
        if on != self._target:
            self._target = on
            self.update()

    def is_target(self) -> bool:
        return self._target

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self._target or self.hasFocus()
        hovered = self.underMouse() and self.isEnabled()
        pen = QPen(QColor(colors.focus if lit else colors.edge if hovered else colors.line))
        pen.setWidth(SHAPE.focus_stroke if lit else SHAPE.stroke)
        if not self.hasFocus():
            pen.setDashPattern([3, 3])
        painter.setPen(pen)
        inset = pen.widthF() / 2
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        if hovered:
            painter.setBrush(QColor(colors.raised))
        painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)
        color = colors.text if hovered else colors.muted if self.isEnabled() else colors.disabled
        middle, half = frame.center(), ICON.small / 2
        box = QRectF(middle.x() - half, middle.y() - half, ICON.small, ICON.small)
        paint_icon(painter, box, "plus", color)


def square(jpeg: bytes | None, side: int) -> QImage | None:
    """The middle of our own JPEG thumbnail, `side` px square; None when it is not there or broken.

    Runs on a worker thread.
    """
    # The stubs ask for bytes as the format, the binding takes a str only.
    image = QImage.fromData(jpeg or b"", "JPEG")  # type: ignore[arg-type]
    if image.isNull():
        return None
    image = image.scaled(
        side,
        side,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    return image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)
