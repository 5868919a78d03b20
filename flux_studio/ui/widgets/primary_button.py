"""Generate: the one amber thing in the window, with the price on it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import ICON, SHAPE, SPACE, TYPE, Colors
from flux_studio.ui.widgets.tooltip import shortcut_text, tooltip


class PrimaryButton(QPushButton):
    """Icon, label and keys at the left, the price at the right.

    With a reason it cannot be pressed, and the reason stands on it in words. A click leaves the
    keyboard focus where it was. The accessible name never changes; the description carries price
    and reason.
    Signals: those of QPushButton (`clicked`).
    """

    def __init__(
        self, name: str, icon: str, shortcut: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._keys = shortcut_text(shortcut)
        self._label = name
        self._price = ""
        self._reason = ""
        self._shown: object = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(SHAPE.primary)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_state(name)

    def show_state(self, label: str, price: str = "", reason: str = "", tip: str = "") -> None:
        """Show `label` ("Generate 4"), `price` as text ("$0.24") and, if it cannot run, why.

        `tip` is a sentence for the pointer, such as how the price comes about.
        """
        shown = (label, price, reason, tip, self._keys)
        if shown == self._shown and self.isEnabled() == (not reason):
            return  # panels render at each keystroke
        self._shown = shown
        self._label, self._price, self._reason = label, price, reason
        self.setEnabled(not reason)
        self.setToolTip(tooltip(reason or tip or label, self._keys))
        self.setAccessibleDescription(" · ".join(part for part in (label, price, reason) if part))
        self.update()

    def reason(self) -> str:
        """Why it cannot be pressed; empty when it can."""
        return self._reason

    def label(self) -> str:
        return self._label

    def price(self) -> str:
        return self._price

    def show_shortcut(self, shortcut: str) -> None:
        """The keys have been bound anew."""
        self._keys = shortcut_text(shortcut)
        self.show_state(self._label, self._price, self._reason)

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(self._strong()).horizontalAdvance(self._label + self._price)
        keys = QFontMetrics(self._small()).horizontalAdvance(self._keys)
        return QSize(wide + keys + ICON.large + 4 * SPACE.l, SHAPE.primary)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, SHAPE.primary)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, colors)
        ink = QColor(colors.on_accent if self.isEnabled() else colors.disabled)
        box = QRectF(self.rect()).adjusted(SPACE.l, 0, -SPACE.l, 0)
        icon = QRectF(box.x(), (self.height() - ICON.large) / 2, ICON.large, ICON.large)
        paint_icon(painter, icon, self._icon, ink.name())
        painter.setPen(ink)
        painter.setFont(self._strong())
        painter.drawText(box, _RIGHT, self._price)
        price = QFontMetrics(self._strong()).horizontalAdvance(self._price)
        words = box.adjusted(ICON.large + 10, 0, -price - SPACE.m if price else 0, 0)
        if self._reason:
            self._paint_reason(painter, words, colors)
        else:
            self._paint_label(painter, words)

    def _paint_ground(self, painter: QPainter, colors: Colors) -> None:
        fill = colors.accent
        if not self.isEnabled():
            fill = colors.raised
        elif self.isDown():
            fill = colors.accent_pressed
        elif self.underMouse():
            fill = colors.accent_hover
        frame = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.focus), SHAPE.focus_stroke))
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), SHAPE.radius, SHAPE.radius)
            painter.setPen(QPen(QColor(colors.on_accent), SHAPE.focus_stroke))
            painter.drawRoundedRect(frame.adjusted(3, 3, -3, -3), 4, 4)

    def _paint_label(self, painter: QPainter, box: QRectF) -> None:
        metrics = QFontMetrics(self._strong())
        label = metrics.elidedText(self._label, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, _LEFT, label)
        room = box.adjusted(metrics.horizontalAdvance(label) + SPACE.m, 1, 0, 1)
        self._paint_keys(painter, room)

    def _paint_keys(self, painter: QPainter, room: QRectF) -> None:
        """ "Ctrl+Return" becomes "Ctrl" and the return sign, where there is room for it."""
        keys, sign = self._keys, ""
        for ending in ("Return", "Enter"):
            if keys.endswith(ending):
                keys, sign = keys.removesuffix(ending).rstrip("+"), "corner-down-left"
        wide = QFontMetrics(self._small()).horizontalAdvance(keys)
        if wide + _SIGN + SPACE.xs > room.width():
            return
        painter.setFont(self._small())
        painter.drawText(room, _LEFT, keys)
        if sign:
            left = room.x() + wide + (SPACE.xs if keys else 0)
            box = QRectF(left, (self.height() - _SIGN) / 2 + 1, _SIGN, _SIGN)
            paint_icon(painter, box, sign, painter.pen().color().name())

    def _paint_reason(self, painter: QPainter, box: QRectF, colors: Colors) -> None:
        half = box.height() / 2
        painter.setFont(self._strong())
        painter.drawText(box.adjusted(0, 6, 0, -half + 2), _LEFT, self._label)
        painter.setFont(self._small())
        painter.setPen(QColor(colors.muted))
        metrics = QFontMetrics(self._small())
        words = metrics.elidedText(self._reason, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box.adjusted(0, half, 0, -6), _LEFT, words)

    def _strong(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(TYPE.body if self._reason else TYPE.title)
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(TYPE.small)
        font.setWeight(QFont.Weight.Normal)
        return font


_SIGN = 12  # px
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
