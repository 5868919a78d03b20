"""The dark ground of numbers, icons and words that lie on a picture."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from flux_studio.ui.style import current_colors


def paint_scrim(painter: QPainter, box: QRectF, radius: float = 4) -> None:
    """Fill `box` (px), with corners of `radius` px; what lies on it has the colour `on_scrim`."""
    colors = current_colors()
    ground = QColor(colors.scrim)
    ground.setAlphaF(colors.scrim_alpha)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, radius, radius)
