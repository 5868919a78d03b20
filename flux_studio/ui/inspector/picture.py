"""The picture at the top of the inspector: its own ratio, never taller than a set height."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from flux_studio.core.size import Size
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import ICON, SHAPE

TALLEST = 300  # px


class PictureView(QWidget):
    """Shows one thumbnail. The room is kept from the first moment, so nothing jumps when the
    pixels come. No signals.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = Size(1, 1)
        self._image: QImage | None = None
        self._shown: QImage | None = None
        self._missing = False
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_room(self, size: Size, words: str) -> None:
        """Make room for a picture of width × height `size` px; `words` are for screen readers."""
        self._size, self._image, self._shown = size, None, None
        self._missing = False
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def show_image(self, image: QImage | None) -> None:
        """The pixels; None shows that the file cannot be read."""
        self._image, self._shown = image, None
        self._missing = image is None
        self.update()

    def has_image(self) -> bool:
        return self._image is not None

    def sizeHint(self) -> QSize:
        return QSize(268, self.heightForWidth(268))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 60)

    def heightForWidth(self, width: int) -> int:
        return min(TALLEST, max(40, round(width * self._size.height / self._size.width)))

    def face(self) -> QRectF:
        """Where the picture is drawn, px: its ratio is kept, left edge and top as the column's."""
        scale = min(self.width() / self._size.width, self.height() / self._size.height)
        width, height = self._size.width * scale, self._size.height * scale
        return QRectF((self.width() - width) / 2, 0, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face = self.face()
        shape = QPainterPath()
        shape.addRoundedRect(face, SHAPE.radius - 2, SHAPE.radius - 2)
        if self._image is None:
            painter.fillPath(shape, QColor(colors.raised))
            if self._missing:
                middle = QRectF(0, 0, ICON.large, ICON.large)
                middle.moveCenter(face.center())
                paint_icon(painter, middle, "circle-alert", colors.muted)
            return
        painter.setClipPath(shape)
        painter.drawImage(face, self._scaled(self._image, face))

    def _scaled(self, image: QImage, face: QRectF) -> QImage:
        ratio = self.devicePixelRatio()
        size = QSize(round(face.width() * ratio), round(face.height() * ratio))
        if self._shown is None or self._shown.size() != size:
            self._shown = image.scaled(
                size,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            self._shown.setDevicePixelRatio(ratio)
        return self._shown
