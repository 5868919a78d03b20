"""Small tags: a word in an outline, a key to press, and a filter that opens a menu."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from flux_studio.ui.icons import paint_icon, set_icon
from flux_studio.ui.style import current_colors, set_look
from flux_studio.ui.tokens import SPACE, TYPE
from flux_studio.ui.widgets.tooltip import shortcut_text, tooltip

ChipTone = Literal["muted", "accent", "danger", "ok"]
_CHEVRON = 14  # px


class Chip(QLabel):
    """A word in a rounded outline ("cheapest"). Plain text, not a control, no signals."""

    def __init__(self, text: str, tone: ChipTone = "muted", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._tone: ChipTone = tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str, tone: ChipTone = "muted") -> None:
        self._tone = tone
        self.setText(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(self._metrics_width() + 2 * 5, TYPE.small + 7)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = current_colors()
        color = QColor(getattr(colors, self._tone) if self.isEnabled() else colors.disabled)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border = QColor(colors.line) if self._tone == "muted" else color
        painter.setPen(QPen(border, 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(color)
        painter.setFont(self._small())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(TYPE.small)
        return font

    def _metrics_width(self) -> int:
        return QFontMetrics(self._small()).horizontalAdvance(self.text())


class KeyHint(Chip):
    """The keys that do something, in an outline ("Ctrl+F"), as this system writes them."""

    def __init__(self, shortcut: str, parent: QWidget | None = None) -> None:
        super().__init__(shortcut_text(shortcut), "muted", parent)


class FilterChip(QPushButton):
    """A filter: an icon, the present choice and a chevron; give it a menu with `setMenu`.

    Signals: those of QPushButton; a chip without a menu can be `setCheckable`.
    """

    def __init__(
        self, name: str, icon: str, text: str, tip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tip = tip or name
        self._active = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        set_look(self, "chip")
        self._icon = icon
        set_icon(self, icon, "muted")
        self.show_choice(text, active=False)

    def show_choice(self, text: str, *, active: bool) -> None:
        """Show the present choice; an `active` filter (one that hides pictures) stands out by
        fill, outline and brighter words."""
        self._active = active
        self.setText(text.replace("&", "&&"))
        self.setAccessibleDescription(text)
        self.setToolTip(tooltip(self._tip))
        self.setProperty("active", active)
        set_icon(self, self._icon, "text" if active else "muted")
        set_look(self, "chip")

    def is_active(self) -> bool:
        return self._active

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + SPACE.xs, hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.menu() is None:
            return
        colors = current_colors()
        color = colors.text if self._active else colors.muted
        color = color if self.isEnabled() else colors.disabled
        top = (self.height() - _CHEVRON) / 2
        box = QRectF(self.width() - _CHEVRON - SPACE.s, top, _CHEVRON, _CHEVRON)
        paint_icon(QPainter(self), box, "chevron-down", color)
