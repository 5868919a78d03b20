"""One reference: its thumbnail, its number, and everything that can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget

from flux_studio.core.request import Reference
from flux_studio.ui.composer.dropped import REFERENCE_MIME, holds_pictures
from flux_studio.ui.icons import paint_icon, set_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE, SPACE, TYPE
from flux_studio.ui.widgets.tooltip import tooltip

SIDE = 56  # px
_TARGET = 24  # px square: the number and the cross are targets of their own


class ReferenceSlot(QAbstractButton):
    """A numbered thumbnail.

    Click on the number, Enter or Space write its name; the cross and Delete remove; dragging and
    Alt+Left, Alt+Right move. Signals: `name_asked(int)`, `removal_asked(int)`, `move_asked(int,
    int)`, all with the place counted from 0; `pictures_dropped(QMimeData, int)` to replace.
    """

    name_asked = Signal(int)
    removal_asked = Signal(int)
    move_asked = Signal(int, int)
    pictures_dropped = Signal(object, int)

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        self.reference: Reference | None = None
        self._picture = QPixmap()
        self._unused = False
        self._target = False
        self._pressed_at: QPoint | None = None
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAcceptDrops(True)
        self.clicked.connect(lambda: self.name_asked.emit(self.place))

    def show_reference(self, reference: Reference, facts: str, *, unused: bool) -> None:
        """Show `reference`; `facts` are its name, size and cost for the tooltip; `unused` says that
        the model takes no more than those before it.
        """
        self.reference, self._unused = reference, unused
        name = self.tr("Reference {number}").format(number=self.place + 1)
        self.setAccessibleName(f"{name}, {reference.name}" if reference.name else name)
        keys = self.tr("Enter writes @image{number}, Delete removes, Alt+← and Alt+→ move")
        words = f"{facts}\n{keys.format(number=self.place + 1)}"
        self.setAccessibleDescription(words)
        self.setToolTip(tooltip(words))
        self.update()

    def show_picture(self, image: QImage | None) -> None:
        """Our own thumbnail, cut square; None while it is not there."""
        self._picture = QPixmap() if image is None else QPixmap.fromImage(image)
        self.update()

    def has_picture(self) -> bool:
        return not self._picture.isNull()

    def show_target(self, on: bool) -> None:
        """Outline the slot as the place where a drop would go."""
        if on != self._target:
            self._target = on
            self.update()

    def is_target(self) -> bool:
        return self._target

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        match event.key():
            case Qt.Key.Key_Left if alt:
                self.move_asked.emit(self.place, self.place - 1)
            case Qt.Key.Key_Right if alt:
                self.move_asked.emit(self.place, self.place + 1)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.removal_asked.emit(self.place)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.modifiers():
                self.name_asked.emit(self.place)
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.make_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def make_menu(self) -> QMenu:
        """Everything the slot can do, in words."""
        menu = QMenu(self)
        name = self.tr("Write @image{number}").format(number=self.place + 1)
        ask = menu.addAction(name)
        ask.triggered.connect(lambda: self.name_asked.emit(self.place))
        earlier, later = menu.addAction(self.tr("Move left")), menu.addAction(self.tr("Move right"))
        earlier.triggered.connect(lambda: self.move_asked.emit(self.place, self.place - 1))
        later.triggered.connect(lambda: self.move_asked.emit(self.place, self.place + 1))
        menu.addSeparator()
        remove = menu.addAction(self.tr("Remove"))
        remove.triggered.connect(lambda: self.removal_asked.emit(self.place))
        for action, icon in ((earlier, "arrow-left"), (later, "arrow-right"), (remove, "x")):
            set_icon(action, icon, "muted")
        return menu

    # The pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = event.position().toPoint() - self._pressed_at
        if way.manhattanLength() >= QApplication.startDragDistance():
            self._pressed_at = None
            self._drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed_at = self._pressed_at, None
        if pressed is None or not self.rect().contains(event.position().toPoint()):
            return
        if self._cross().contains(QPointF(pressed)):
            self.removal_asked.emit(self.place)
        elif self._number().contains(QPointF(pressed)):
            self.name_asked.emit(self.place)
        else:
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def drag_data(self) -> QMimeData:
        """What a drag of this slot carries."""
        mime = QMimeData()
        mime.setData(REFERENCE_MIME, str(self.place).encode())
        return mime

    def _drag(self) -> None:
        drag = QDrag(self)
        drag.setMimeData(self.drag_data())
        drag.setPixmap(self.grab())
        drag.setHotSpot(QPoint(SIDE // 2, SIDE // 2))
        drag.exec(Qt.DropAction.MoveAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(REFERENCE_MIME) or holds_pictures(event.mimeData()):
            event.acceptProposedAction()
            self.show_target(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.show_target(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.show_target(False)
        mime = event.mimeData()
        event.acceptProposedAction()
        if mime.hasFormat(REFERENCE_MIME):
            text = bytes(mime.data(REFERENCE_MIME).data())
            if text.isdigit() and int(text) != self.place:
                self.move_asked.emit(int(text), self.place)
        else:
            self.pictures_dropped.emit(mime, self.place)

    # The look

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_picture(painter)
        self._paint_badge(painter, self._badge(), str(self.place + 1))
        if self.underMouse() or self.hasFocus():
            self._paint_badge(painter, self._cross_badge(), "")
            paint_icon(painter, self._cross_badge().adjusted(3, 3, -3, -3), "x", "#ECECEC")
        if self.hasFocus() or self._target:
            colors = current_colors()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.focus), SHAPE.focus_stroke))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)

    def _paint_picture(self, painter: QPainter) -> None:
        colors = current_colors()
        frame = QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(frame, SHAPE.radius, SHAPE.radius)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(frame, QColor(colors.raised))
        if self._picture.isNull():
            paint_icon(painter, frame.adjusted(20, 20, -20, -20), "image", colors.muted)
        else:
            painter.setOpacity(0.35 if self._unused else 1.0)
            painter.drawPixmap(self.rect(), self._picture)
        painter.restore()

    def _paint_badge(self, painter: QPainter, box: QRectF, text: str) -> None:
        colors = current_colors()
        ground = QColor(colors.scrim)
        ground.setAlphaF(colors.scrim_alpha)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)
        font = QFont(self.font())
        font.setPixelSize(TYPE.small)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(colors.on_scrim))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _badge(self) -> QRectF:
        return QRectF(SPACE.xs, SPACE.xs, 16, 16)

    def _cross_badge(self) -> QRectF:
        return QRectF(SIDE - SPACE.xs - 16, SPACE.xs, 16, 16)

    def _number(self) -> QRectF:
        return QRectF(0, 0, _TARGET, _TARGET)

    def _cross(self) -> QRectF:
        return QRectF(SIDE - _TARGET, 0, _TARGET, _TARGET)
