"""A row of choices of which exactly one holds: seed random, fixed or stepping, say."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import ICON, SHAPE, SPACE
from flux_studio.ui.widgets.tooltip import tooltip


@dataclass(frozen=True, slots=True)
class Segment:
    """One choice. `label` is its name for everyone; with an `icon` only the icon is drawn, unless
    `both`."""

    key: str
    label: str
    icon: str = ""
    tip: str = ""
    shortcut: str = ""
    both: bool = False


class SegmentedControl(QWidget):
    """Radio buttons drawn as one bar. Tab enters at the chosen one, arrows, Home and End move.

    Signals: `segment_chosen(str)`, the key, when the user chose another one.
    """

    segment_chosen = Signal(str)

    def __init__(
        self, name: str, segments: Iterable[Segment], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _SegmentButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for segment in segments:
            button = _SegmentButton(segment, self)
            button.clicked.connect(self._on_button_clicked)
            self._buttons[segment.key] = button
            self._group.addButton(button)
            row.addWidget(button, 1)
        if not self._buttons:
            raise ValueError("a segmented control needs segments")
        self.show_key(next(iter(self._buttons)))

    def key(self) -> str:
        """The key of the chosen segment."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def show_key(self, key: str) -> None:
        """Show `key` as the chosen one, without a signal. Raises KeyError for an unknown key."""
        self._buttons[key].setChecked(True)
        self._chosen = key
        self._lead_tab()

    def show_enabled(self, key: str, enabled: bool, reason: str = "") -> None:
        """Switch one segment on or off; `reason` says why it is off, in words."""
        button = self._buttons[key]
        button.setEnabled(enabled)
        button.show_reason("" if enabled else reason)
        self._lead_tab()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.line), 1))
        painter.setBrush(QColor(colors.field if self.isEnabled() else colors.panel))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, SHAPE.radius, SHAPE.radius)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Up:
                self._step(-1)
            case Qt.Key.Key_Right | Qt.Key.Key_Down:
                self._step(1)
            case Qt.Key.Key_Home:
                self._take(self._usable()[:1])
            case Qt.Key.Key_End:
                self._take(self._usable()[-1:])
            case _:
                super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        usable = self._usable()
        current = self._buttons[self.key()]
        at = usable.index(current) if current in usable else 0
        self._take([usable[(at + by) % len(usable)]] if usable else [])

    def _lead_tab(self) -> None:
        """Tab stops once in the bar: at the chosen segment, or at the first that is on."""
        usable = self._usable()
        chosen = self._buttons[self._chosen]
        stop = chosen if chosen in usable or not usable else usable[0]
        for button in self._buttons.values():
            policy = Qt.FocusPolicy.TabFocus if button is stop else Qt.FocusPolicy.NoFocus
            button.setFocusPolicy(policy)

    def _usable(self) -> list["_SegmentButton"]:
        return [button for button in self._buttons.values() if button.isEnabled()]

    def _take(self, buttons: list["_SegmentButton"]) -> None:
        for button in buttons:
            button.setFocus(Qt.FocusReason.TabFocusReason)
            if not button.isChecked():
                button.click()

    def _on_button_clicked(self) -> None:
        if self.key() != self._chosen:
            self._chosen = self.key()
            self._lead_tab()
            self.segment_chosen.emit(self._chosen)


class _SegmentButton(QRadioButton):
    """A radio button to assistive technology, a tile to the eye."""

    def __init__(self, segment: Segment, parent: QWidget) -> None:
        super().__init__(parent)
        self._segment = segment
        self.setAccessibleName(segment.label)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_reason("")

    def show_reason(self, reason: str) -> None:
        words = reason or self._segment.tip or self._segment.label
        self.setToolTip(tooltip(words, self._segment.shortcut))
        self.setAccessibleDescription(reason or self._segment.tip)

    def sizeHint(self) -> QSize:
        width = 2 * SPACE.s - 4
        if self._segment.icon:
            width += ICON.small
        if self._words():
            width += self.fontMetrics().horizontalAdvance(self._words()) + SPACE.s
        if self._segment.icon and self._words():
            width += 2
        return QSize(max(width, SHAPE.icon_button), SHAPE.control - 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select):
            super().keyPressEvent(event)
        else:
            event.ignore()  # arrows are for the whole bar

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tile = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        radius = SHAPE.radius - 2
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(QColor(colors.raised))
            painter.setPen(QPen(QColor(colors.edge), 1))
            painter.drawRoundedRect(tile, radius, radius)
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(QColor(colors.raised))
            painter.drawRoundedRect(tile, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.focus), SHAPE.focus_stroke))
            painter.drawRoundedRect(tile, radius, radius)
        self._paint_face(painter)

    def _paint_face(self, painter: QPainter) -> None:
        colors = current_colors()
        color = colors.text if self.isChecked() else colors.muted
        color = color if self.isEnabled() else colors.disabled
        words = self._words()
        width = self.fontMetrics().horizontalAdvance(words) if words else 0
        icon = ICON.small if self._segment.icon else 0
        gap = 6 if icon and words else 0
        left = (self.width() - width - icon - gap) / 2
        if icon:
            box = QRectF(left, (self.height() - icon) / 2, icon, icon)
            paint_icon(painter, box, self._segment.icon, color)
        if words:
            painter.setPen(QColor(color))
            box = QRectF(left + icon + gap, 0, width + 2, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)

    def _words(self) -> str:
        return "" if self._segment.icon and not self._segment.both else self._segment.label
