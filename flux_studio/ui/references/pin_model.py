"""The pins of the shelf as a list to look at and to drag from, and how one is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from flux_studio.core.request import Reference
from flux_studio.session.studio import Studio
from flux_studio.storage.pinned_references import Pin
from flux_studio.ui.composer.dropped import PIN_MIME
from flux_studio.ui.composer.reference_tiles import square
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.phrases import size_words
from flux_studio.ui.references.words import edit_words
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE, TYPE
from flux_studio.ui.widgets.tooltip import tooltip

PICTURE = 48  # px
CELL = QSize(56, PICTURE + 20)
_NAME = 16  # px
_REMEMBERED = 256  # thumbnails

Index = QModelIndex | QPersistentModelIndex


class PinModel(QAbstractListModel):
    """Rows of pins; the decoration is a square thumbnail, read in the background. Editing a row
    renames its pin.
    """

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._pins: tuple[Pin, ...] = ()
        self._pictures: dict[str, QPixmap | None] = {}

    def show_pins(self, pins: Sequence[Pin]) -> None:
        if tuple(pins) != self._pins:
            self.beginResetModel()
            self._pins = tuple(pins)
            self.endResetModel()

    def pin(self, row: int) -> Pin:
        return self._pins[row]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._pins)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        pin = self._pins[index.row()]
        roles = Qt.ItemDataRole
        match role:
            case roles.DisplayRole | roles.EditRole | roles.AccessibleTextRole:
                return pin.name
            case roles.DecorationRole:
                return self._picture(pin.reference)
            case roles.ToolTipRole | roles.AccessibleDescriptionRole:
                words = self._words(pin)
                return tooltip(words) if role == roles.ToolTipRole else words
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        self._studio.pins.rename(self._pins[index.row()], str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag
        own = flags.ItemIsEditable | flags.ItemIsDragEnabled
        return flags.ItemIsEnabled | flags.ItemIsSelectable | own

    def mimeTypes(self) -> list[str]:
        return [PIN_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        if indexes:
            mime.setData(PIN_MIME, self._pins[indexes[0].row()].reference.sha256.encode())
        return mime

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def _words(self, pin: Pin) -> str:
        parts = (pin.name, size_words(pin.reference.size), edit_words(pin.reference.edit))
        keys = self.tr("Enter uses it, F2 renames it, Delete takes it off the shelf")
        return "\n".join([*(part for part in parts if part), keys])

    def _picture(self, reference: Reference) -> QPixmap | None:
        if reference.sha256 not in self._pictures:
            if len(self._pictures) >= _REMEMBERED:
                self._pictures.clear()
            self._pictures[reference.sha256] = None
            library = self._studio.library
            app = QApplication.instance()
            ratio = app.devicePixelRatio() if isinstance(app, QApplication) else 1.0
            side = round(PICTURE * ratio)

            def read() -> QImage | None:
                return square(library.reference_thumbnail(reference), side)

            library.background.run(read, partial(self._on_picture, reference.sha256))
        return self._pictures[reference.sha256]

    def _on_picture(self, sha256: str, image: QImage | None) -> None:
        if image is None:
            return
        self._pictures[sha256] = QPixmap.fromImage(image)
        for row, pin in enumerate(self._pins):
            if pin.reference.sha256 == sha256:
                self.dataChanged.emit(self.index(row), self.index(row))


class PinDelegate(QStyledItemDelegate):
    """A thumbnail with its name below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return CELL

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        rect = option.rect
        editor.setGeometry(QRect(rect.x(), rect.bottom() - 24, rect.width(), 24))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors = current_colors()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        cell = QRectF(option.rect)
        face = QRectF(cell.x() + (cell.width() - PICTURE) / 2, cell.y() + 2, PICTURE, PICTURE)
        self._paint_picture(painter, face, index.data(Qt.ItemDataRole.DecorationRole))
        states = QStyle.StateFlag
        if option.state & states.State_Selected and option.state & states.State_HasFocus:
            painter.setPen(QPen(QColor(colors.focus), SHAPE.focus_stroke))
            painter.drawRoundedRect(face, SHAPE.radius, SHAPE.radius)
        font = QFont(option.font)
        font.setPixelSize(TYPE.small)
        painter.setFont(font)
        lit = option.state & (states.State_MouseOver | states.State_Selected)
        painter.setPen(QColor(colors.text if lit else colors.muted))
        line = QRectF(cell.x(), face.bottom() + 2, cell.width(), _NAME)
        words = QFontMetricsF(font).elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, line.width()
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()

    def _paint_picture(self, painter: QPainter, face: QRectF, picture: object) -> None:
        colors = current_colors()
        clip = QPainterPath()
        clip.addRoundedRect(face, SHAPE.radius, SHAPE.radius)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(face, QColor(colors.raised))
        if isinstance(picture, QPixmap):
            painter.drawPixmap(face.toRect(), picture)
        else:
            paint_icon(painter, face.adjusted(16, 16, -16, -16), "image", colors.muted)
        painter.restore()
