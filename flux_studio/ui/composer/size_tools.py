"""What belongs to a size and is seldom wanted: the outline, scale steps, print, favourites."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.size import MEGAPIXEL, FreeSizes, Size, nearest_size
from flux_studio.session.composing import largest_size
from flux_studio.session.size_desk import favourites_of
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.favourite_list import FavouriteList
from flux_studio.ui.composer.price_ruler import largest_pixels
from flux_studio.ui.composer.print_row import PrintRow
from flux_studio.ui.composer.size_outline import SizeOutline
from flux_studio.ui.composer.words import limits_words, size_price_words
from flux_studio.ui.phrases import size_words
from flux_studio.ui.style import dress, set_look
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.field_label import FieldLabel
from flux_studio.ui.widgets.tooltip import tooltip

SCALES = (0.5, 1.0, 2.0, 4.0)  # MP


class SizeTools(QWidget):
    """Renders the draft's size in more ways. Signals: `size_chosen(Size)`; `area_chosen(float)`,
    megapixels at the present ratio.
    """

    size_chosen = Signal(object)
    area_chosen = Signal(float)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.outline = SizeOutline()
        self.limits = QLabel()
        self.limits.setTextFormat(Qt.TextFormat.PlainText)
        self.limits.setWordWrap(True)
        dress(self.limits, type="small", tone="muted")
        self.scales = ScaleSteps()
        self.scales.area_chosen.connect(self.area_chosen)
        self.print = PrintRow()
        self.print.size_chosen.connect(self.size_chosen)
        self.favourites = FavouriteList(studio.sizes)
        self.favourites.size_chosen.connect(self.size_chosen)
        beside = QVBoxLayout()
        beside.setSpacing(SPACE.xs)
        beside.addWidget(self.limits)
        beside.addStretch(1)
        beside.addWidget(self.scales)
        upper = QHBoxLayout()
        upper.setSpacing(SPACE.m)
        upper.addWidget(self.outline, 0, Qt.AlignmentFlag.AlignTop)
        upper.addLayout(beside, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE.xs, 0, SPACE.xs)
        column.setSpacing(SPACE.xs)
        column.addLayout(upper)
        column.addWidget(FieldLabel(self.tr("For print"), self.print.paper))
        column.addWidget(self.print)
        column.addWidget(FieldLabel(self.tr("Favourites")))
        column.addWidget(self.favourites)

    def show_state(self, state: StudioState, ratio: Size, *, locked: bool) -> None:
        """Render a state; `ratio` is what scaling keeps, and with `locked` dragging too."""
        draft, card = state.draft, state.card
        self.outline.show_size(
            card, nearest_size(card.sizes, draft.size), ratio if locked else None
        )
        self.limits.setText(limits_words(card))
        self.scales.show_state(state, ratio)
        self.print.show_card(card)
        favourites = favourites_of(state.preferences.favourite_sizes)
        self.favourites.show_favourites(favourites, draft.size)


class ScaleSteps(QWidget):
    """Areas at one click; the ratio stays. Signal: `area_chosen(float)`, megapixels."""

    area_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = {area: self._button(area) for area in SCALES}
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.xs)
        for button in self.buttons.values():
            row.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(FieldLabel(self.tr("Megapixels, same ratio")))
        column.addLayout(row)

    def show_state(self, state: StudioState, ratio: Size) -> None:
        """Each step says which size and price it gives; those the model cannot make are off."""
        draft, card = state.draft, state.card
        self.setVisible(isinstance(card.sizes, FreeSizes))
        most = largest_pixels(card, draft.size) / MEGAPIXEL
        for area, button in self.buttons.items():
            reachable = area <= most + 0.001
            size = largest_size(card, ratio, area)
            button.setEnabled(reachable)
            button.setChecked(reachable and size == draft.size)
            button.setToolTip(tooltip(self._tip(card, state, size, area, reachable=reachable)))

    def _tip(
        self, card: ModelCard, state: StudioState, size: Size, area: float, *, reachable: bool
    ) -> str:
        if not reachable:
            return self.tr("{model} does not make {area} MP").format(
                model=card.title, area=f"{area:g}"
            )
        return f"{size_words(size)} · {size_price_words(state.draft, card, size)}"

    def _button(self, area: float) -> QPushButton:
        button = _StepButton(f"{area:g}")
        button.setAccessibleName(self.tr("{area} MP").format(area=f"{area:g}"))
        button.clicked.connect(lambda: self.area_chosen.emit(area))
        return button


class _StepButton(QPushButton):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCheckable(True)
        self.setProperty("small", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumWidth(28)
        set_look(self, "segment")

    def nextCheckState(self) -> None:
        """The state decides which step is the present one, not the click."""
