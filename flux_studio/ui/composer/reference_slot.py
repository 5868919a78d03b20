"""One reference: its thumbnail, its number, and everything that can be done with it."""

from __future__ import annotations

from dataclasses import dataclass

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
from flux_studio.ui.references.slot_menu import CROP, DEEDS
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import SHAPE, SPACE, TYPE
from flux_studio.ui.widgets.scrim import paint_scrim
from flux_studio.ui.widgets.tooltip import tooltip

SIDE = 56  # px
CAPTION = 16  # px below the picture, where references have a price
_TARGET = 24  # px square: the number and the cross are targets of their own


@dataclass(frozen=True, slots=True)
class SlotLook:
    """What a slot shows beside its picture: `facts` for the tooltip, the `caption` below it, the
    icon of its role, whether a part or a smaller copy is sent, and whether it is `unused`: the
    model takes no more than those before it.
    """

    facts: str = ""
    caption: str = ""
    role_icon: str = ""
    is_edited: bool = False
    unused: bool = False


class ReferenceSlot(QAbstractButton):
    """A numbered thumbnail.

    Click on the number, Enter or Space write its name; the cross and Delete remove; dragging and
    Alt+Left, Alt+Right move; a double click and C crop. Signals: `name_asked(int)`,
    `removal_asked(int)`, `move_asked(int, int)`, `deed_asked(str, int)` with a key of the menu, all
    with the place counted from 0; `pictures_dropped(QMimeData, int)` to replace;
    `menu_filling(QMenu, int)` before its menu is shown.
    """

    name_asked = Signal(int)
    removal_asked = Signal(int)
    move_asked = Signal(int, int)
    deed_asked = Signal(str, int)
    pictures_dropped = Signal(object, int)
    menu_filling = Signal(object, int)

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        self.reference: Reference | None = None
        self._picture = QPixmap()
        self._look = SlotLook()
        self._target = False
        self._pressed_at: QPoint | None = None
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAcceptDrops(True)
        self.clicked.connect(lambda: self.name_asked.emit(self.place))

    def show_reference(self, reference: Reference, look: SlotLook) -> None:
        """Show `reference`, which is in this slot now."""
        if (reference, look) == (self.reference, self._look):
            return  # panels render at each keystroke
        self.reference, self._look = reference, look
        name = self.tr("Reference {number}").format(number=self.place + 1)
        self.setAccessibleName(f"{name}, {reference.name}" if reference.name else name)
        keys = self.tr(
            "Enter writes @image{number}, Delete removes, Alt+← and Alt+→ move, C crops, R gives a "
            "role, I shows what is sent, B keeps it on the shelf"
        )
        words = f"{look.facts}\n{keys.format(number=self.place + 1)}"
        self.setAccessibleDescription(words)
        self.setToolTip(tooltip(words))
        self.setFixedHeight(SIDE + (CAPTION if look.caption else 0))
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
        return QSize(SIDE, self.minimumHeight())

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
            case Qt.Key.Key_F10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.open_menu(self.mapToGlobal(QPoint(SPACE.s, self.height())))
            case _ if event.text().upper() in DEEDS and event.text() and not alt:
                self.deed_asked.emit(event.text().upper(), self.place)
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.open_menu(event.globalPos())

    def open_menu(self, at: QPoint) -> None:
        """The menu at `at`, px of the screen."""
        menu = self.make_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def make_menu(self) -> QMenu:
        """Everything the slot can do, in words."""
        menu = QMenu(self)
        name = self.tr("Write @image{number}").format(number=self.place + 1)
        ask = menu.addAction(name)
        ask.triggered.connect(lambda: self.name_asked.emit(self.place))
        self.menu_filling.emit(menu, self.place)
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

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if not self._cross().contains(at) and not self._number().contains(at):
            self.deed_asked.emit(CROP, self.place)

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
        drag.setPixmap(self.grab(self._face().toRect()))
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
        moved = place_in(mime)
        if moved is not None:
            if moved != self.place:
                self.move_asked.emit(moved, self.place)
        else:
            self.pictures_dropped.emit(mime, self.place)

    # The look

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_picture(painter)
        self._paint_badge(painter, _BADGES[0], str(self.place + 1))
        lit = self.underMouse() or self.hasFocus()
        icons = ("x" if lit else "", self._look.role_icon, "crop" if self._look.is_edited else "")
        for box, icon in zip(_BADGES[1:], icons, strict=True):
            if icon:
                self._paint_badge(painter, box, "")
                paint_icon(painter, box.adjusted(2, 2, -2, -2), icon, current_colors().on_scrim)
        if self._look.caption:
            self._paint_caption(painter)
        if self.hasFocus() or self._target:
            colors = current_colors()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.focus), SHAPE.focus_stroke))
            painter.drawRoundedRect(self._face().adjusted(1, 1, -1, -1), 5, 5)

    def _paint_caption(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPixelSize(TYPE.small)
        painter.setFont(font)
        colors = current_colors()
        painter.setPen(QColor(colors.disabled if self._look.unused else colors.muted))
        box = QRectF(0, SIDE, SIDE, CAPTION)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._look.caption)

    def _paint_picture(self, painter: QPainter) -> None:
        colors = current_colors()
        frame = self._face()
        clip = QPainterPath()
        clip.addRoundedRect(frame, SHAPE.radius, SHAPE.radius)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(frame, QColor(colors.raised))
        if self._picture.isNull():
            paint_icon(painter, frame.adjusted(20, 20, -20, -20), "image", colors.muted)
        else:
            painter.setOpacity(0.35 if self._look.unused else 1.0)
            painter.drawPixmap(frame.toRect(), self._picture)
        painter.restore()

    def _paint_badge(self, painter: QPainter, box: QRectF, text: str) -> None:
        paint_scrim(painter, box)
        font = QFont(self.font())
        font.setPixelSize(TYPE.small)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(current_colors().on_scrim))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _face(self) -> QRectF:
        """Where the picture is."""
        return QRectF(0, 0, SIDE, SIDE)

    def _number(self) -> QRectF:
        return QRectF(0, 0, _TARGET, _TARGET)

    def _cross(self) -> QRectF:
        return QRectF(SIDE - _TARGET, 0, _TARGET, _TARGET)


def place_in(mime: QMimeData) -> int | None:
    """The slot that is being dragged, from 0; None for anything else."""
    text = bytes(mime.data(REFERENCE_MIME).data())
    return int(text) if text.isdigit() and len(text) < 4 else None


_FAR = SIDE - SPACE.xs - 16
_BADGES = tuple(
    QRectF(x, y, 16, 16)
    for x, y in ((SPACE.xs, SPACE.xs), (_FAR, SPACE.xs), (SPACE.xs, _FAR), (_FAR, _FAR))
)
