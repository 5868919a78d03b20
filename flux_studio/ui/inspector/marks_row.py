"""What a person thinks of a picture, and the quick copies: stars, heart, prompt, file."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from flux_studio.ui.icons import paint_icon
from flux_studio.ui.style import current_colors
from flux_studio.ui.tokens import ICON, SHAPE, SPACE
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.star_rating import StarRating
from flux_studio.ui.widgets.tooltip import tooltip


class FavouriteButton(QToolButton):
    """A heart: filled when the picture is a favourite, so the state is not by colour alone.
    Signals: those of QToolButton.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Favourite"))
        self.setToolTip(tooltip(self.tr("Mark as a favourite"), "F"))
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(SHAPE.icon_button, SHAPE.icon_button)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        colors = current_colors()
        on = self.isChecked()
        color = colors.accent if on else colors.muted
        box = QRectF(0, 0, ICON.small, ICON.small)
        box.moveCenter(QRectF(self.rect()).center())
        painter = QPainter(self)
        paint_icon(painter, box, "heart", color if self.isEnabled() else colors.disabled, filled=on)

    def sizeHint(self) -> QSize:
        return QSize(SHAPE.icon_button, SHAPE.icon_button)


class MarksRow(QWidget):
    """Signals: `rating_chosen(int)` 0 to 5, `favourite_chosen(bool)`, `prompt_copied()`,
    `file_copied()`; all only from the user's doing.
    """

    rating_chosen = Signal(int)
    favourite_chosen = Signal(bool)
    prompt_copied = Signal()
    file_copied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stars = StarRating(self.tr("Rating"))
        self.heart = FavouriteButton()
        self.copy_prompt = IconButton("copy", self.tr("Copy prompt"), self.tr("Copy the prompt"))
        self.copy_file = IconButton(
            "file-image", self.tr("Copy file"), self.tr("Copy the picture's file"), "Ctrl+C"
        )
        self.stars.rating_chosen.connect(self.rating_chosen)
        self.heart.clicked.connect(self.favourite_chosen)
        self.copy_prompt.clicked.connect(self.prompt_copied)
        self.copy_file.clicked.connect(self.file_copied)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.stars)
        row.addStretch(1)
        for button in (self.heart, self.copy_prompt, self.copy_file):
            row.addWidget(button)
            row.addSpacing(0 if button is self.copy_file else SPACE.xs // 2)

    def show_marks(self, rating: int, favourite: bool) -> None:
        self.stars.show_rating(rating)
        self.heart.setChecked(favourite)
