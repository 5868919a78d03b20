"""A reference that a picture was made with: what it was for, and what of it was sent."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from flux_studio.core.prompt.roles import Role
from flux_studio.core.request import Reference
from flux_studio.ui.icons import paint_icon
from flux_studio.ui.inspector.thumbnail import EDGE, ThumbnailButton
from flux_studio.ui.phrases import size_words
from flux_studio.ui.references.words import ROLE_ICONS, edit_words, name_words, role_words
from flux_studio.ui.style import current_colors
from flux_studio.ui.widgets.tooltip import tooltip

_BADGE = 16  # px
_INSET = 2  # px from the picture's corner


class UsedReference(ThumbnailButton):
    """Reference `number`, from 1, with the signs that it had in the tray. Signals: those of
    QAbstractButton.
    """

    def __init__(
        self, reference: Reference, number: int, role: Role | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(name_words(reference, number), parent=parent)
        edited = edit_words(reference.edit)
        self._icons = (ROLE_ICONS[role] if role else "", "crop" if edited else "")
        lines = used_words(reference, role)
        self.setAccessibleDescription(lines)
        self.setToolTip(tooltip(f"{self.accessibleName()}\n{lines}"))

    def icons(self) -> tuple[str, ...]:
        """The signs at its foot."""
        return tuple(filter(None, self._icons))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        far = EDGE - _BADGE - _INSET
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for left, icon in zip((_INSET, far), self._icons, strict=True):
            if icon:
                _paint_badge(painter, QRectF(left, far, _BADGE, _BADGE), icon)


def used_words(reference: Reference, role: Role | None) -> str:
    """'Style · 1254 × 836, part of 2400 × 1600'."""
    size, edited = size_words(reference.size), edit_words(reference.edit)
    sent = f"{size}, {edited}" if edited else size
    return f"{role_words(role)} · {sent}" if role else sent


def _paint_badge(painter: QPainter, box: QRectF, icon: str) -> None:
    colors = current_colors()
    ground = QColor(colors.scrim)
    ground.setAlphaF(colors.scrim_alpha)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 4, 4)
    paint_icon(painter, box.adjusted(2, 2, -2, -2), icon, colors.on_scrim)
