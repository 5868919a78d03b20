"""Small pictures of the inspector: read and decoded by a worker, painted with the theme's outline.

Only JPEG data of our own making comes here, and the format is forced.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import ICON, SHAPE
from flux_studio.ui.widgets.tooltip import tooltip

EDGE = 44  # px, of a thumbnail that can be pressed
_RADIUS = 4  # px, inside the ring


def read_image(read: Callable[[], bytes | None]) -> QImage | None:
    """Decode what `read` gives, on a worker; None when there is nothing or it is damaged."""
    data = read()
    if data is None:
        return None
    image = QImage.fromData(data, "JPEG")  # type: ignore[arg-type]  # PySide takes the format as str only
    return None if image.isNull() else image


def cover(image: QImage, width: int, height: int, ratio: float) -> QImage:
    """`image` cropped and scaled to fill width × height px on a screen of `ratio` device pixels."""
    size = QSize(round(width * ratio), round(height * ratio))
    filled = image.scaled(
        size,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left = (filled.width() - size.width()) // 2
    top = (filled.height() - size.height()) // 2
    filled = filled.copy(left, top, size.width(), size.height())
    filled.setDevicePixelRatio(ratio)
    return filled


class ThumbnailButton(QAbstractButton):
    """A square picture to press; the `current` one wears the ring of the selection. Signals:
    those of QAbstractButton.
    """

    def __init__(self, name: str, *, current: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._current = current
        self._image: QImage | None = None
        self._shown: QImage | None = None
        self.setAccessibleName(name)
        self.setToolTip(tooltip(name))
        self.setFixedSize(EDGE, EDGE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_image(self, image: QImage | None) -> None:
        """The picture; None shows that it cannot be read."""
        self._image, self._shown = image, None
        self.update()

    def image(self) -> QImage | None:
        return self._image

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rings = self._current or self.hasFocus()
        inset = 3.0 if rings else 0.0
        face = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        self._paint_face(painter, face)
        if rings:
            stroke = SHAPE.focus_stroke
            color = colors.focus if self.hasFocus() else colors.accent
            painter.setPen(QPen(QColor(color), stroke))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ring, SHAPE.radius, SHAPE.radius)
        elif self.underMouse():
            painter.setPen(QPen(QColor(colors.text), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(face.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)

    def _paint_face(self, painter: QPainter, face: QRectF) -> None:
        colors = current_colors()
        shape = QPainterPath()
        shape.addRoundedRect(face, _RADIUS, _RADIUS)
        if self._image is None:
            painter.fillPath(shape, QColor(colors.raised))
            middle = QRectF(0, 0, ICON.small, ICON.small)
            middle.moveCenter(face.center())
            paint_icon(painter, middle, "image", colors.muted)
            return
        ratio = self.devicePixelRatio()
        side = round(face.width())
        if self._shown is None or self._shown.width() != round(side * ratio):
            self._shown = cover(self._image, side, side, ratio)
        painter.save()
        painter.setClipPath(shape)
        painter.drawImage(face.topLeft(), self._shown)
        painter.restore()
