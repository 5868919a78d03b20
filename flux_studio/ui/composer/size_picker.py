"""Size: ratios as drawings, width and height, and the price steps between them.

Scale steps, outline, print sizes and favourites are disclosed below, and made when first wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.price_steps import Saving, saving
from flux_studio.core.pricing import PerMegapixel
from flux_studio.core.problem import Control, Problem
from flux_studio.core.size import FreeSizes, ListedSizes, Size, nearest_size
from flux_studio.session.composing import largest_size
from flux_studio.session.size_desk import favourites_of
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.price_ruler import PriceRuler, largest_pixels
from flux_studio.ui.composer.ratio_tiles import (
    RatioTiles,
    present_tile,
    tiles_of,
    with_favourites,
)
from flux_studio.ui.composer.side_fields import SideFields, held_to
from flux_studio.ui.composer.words import (
    area_words,
    saving_words,
    size_price_words,
    step_words,
    translate,
)
from flux_studio.ui.icons import set_icon
from flux_studio.ui.phrases import problem_words, size_words
from flux_studio.ui.style import set_look, set_tone, set_type
from flux_studio.ui.tokens import SHAPE, SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.field_label import FieldLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.tooltip import tooltip

if TYPE_CHECKING:
    from flux_studio.ui.composer.size_tools import SizeTools

TYPING_PAUSE_MS = 700  # a half-typed number is not scolded


class SizePicker(QWidget):
    """Renders the size of the draft and asks the studio for another. Signal: `grown()` when parts
    were added.
    """

    grown = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._state: StudioState | None = None
        self._ratio: Size | None = None  # held while locked
        self.label = FieldLabel(self.tr("Size"))
        self.match = _match_button(self.tr("match source"))
        self.match.clicked.connect(self._on_match_clicked)
        self.label.add_tool(self.match)
        self.more = IconButton(
            "scaling",
            self.tr("Scale, print and favourites"),
            self.tr("Scale, outline, print sizes and favourites"),
            edge=24,
            checkable=True,
        )
        self.more.toggled.connect(self._on_more_toggled)
        self.label.add_tool(self.more)
        self.tools: SizeTools | None = None
        self.tiles = RatioTiles()
        self.tiles.size_chosen.connect(self._on_size_chosen)
        self.sides = SideFields()
        self.sides.side_typed.connect(self._on_side_typed)
        self.sides.swap.clicked.connect(self._on_swap_clicked)
        self.sides.lock.toggled.connect(self._on_lock_toggled)
        self.problem = ProblemLine()
        self.problem.offer_taken.connect(self._on_offer_taken)
        self.reason = _muted()
        self.reason.setWordWrap(True)
        self.tier = self.sides.tier
        self.tier.tier_chosen.connect(self._on_tier_chosen)
        self.ruler = PriceRuler()
        self.ruler.area_chosen.connect(self._on_ruler_moved)
        self.ruler.held.connect(self._on_held)
        self.area = ElidedLabel()
        set_type(self.area, "small")
        set_tone(self.area, "muted")
        self.cost = ElidedLabel()
        set_type(self.cost, "small")
        self.cost.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.save = _link()
        self.save.clicked.connect(self._on_save_clicked)
        self._saving: Saving | None = None
        self._priced: tuple[ModelCard, Size] | None = None
        self._typing = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._typing.timeout.connect(self._show_problem)
        self._lay_out()

    def show_state(self, state: StudioState) -> None:
        self._state = state
        draft, card = state.draft, state.card
        self._show_tiles(state)
        self.sides.show_size(card, draft.size)
        is_listed = isinstance(card.sizes, ListedSizes)
        self.reason.setText(sides_reason(card) if is_listed else "")
        self.reason.setVisible(is_listed)
        self._show_match(bool(draft.references))
        self._show_price(state)
        if self.tools is not None and not self.tools.isHidden():
            self.tools.show_state(state, self._kept_ratio(), locked=self._ratio is not None)
        if not (self._typing.isActive() and self._wrong()):
            self._show_problem()

    def focus(self) -> None:
        """Give the keyboard to the size."""
        target = self.sides.width_field if self.sides.width_field.isEnabled() else self.tiles.stop()
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(SPACE.s)
        foot.addWidget(self.area, 1)
        foot.addWidget(self.save)
        foot.addWidget(self.cost)
        foot.addStrut(SHAPE.target)  # the offer comes and goes without anything moving
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        column.addWidget(self.label)
        column.addWidget(self.tiles)
        column.addSpacing(SPACE.xs)
        column.addWidget(self.sides)
        column.addWidget(self.reason)
        column.addWidget(self.problem)
        column.addWidget(self.ruler)
        column.addLayout(foot)

    def _show_price(self, state: StudioState) -> None:
        draft, card = state.draft, state.card
        size = nearest_size(card.sizes, draft.size)
        has_steps = isinstance(card.price, PerMegapixel) and isinstance(card.sizes, FreeSizes)
        self.ruler.setVisible(has_steps)
        if has_steps:
            self.ruler.show_size(card, size)
        priced = (card, draft.size)
        if priced != self._priced:  # panels render at each keystroke
            self._priced = priced
            self._show_saving(saving(card, draft.size))
        words = (
            area_words(size) if self._saving else step_words(card, size, largest_pixels(card, size))
        )
        self.area.setText(words)
        self.cost.setText(size_price_words(draft, card, size))

    def _show_tiles(self, state: StudioState) -> None:
        rule, size = state.card.sizes, state.draft.size
        own = tiles_of(rule, size)
        tiles = with_favourites(own, favourites_of(state.preferences.favourite_sizes), rule)
        exact = next((tile for tile in tiles if tile.size == size), None)
        self.tiles.show_tiles(tiles, exact or present_tile(own, size))
        self.tiles.setVisible(bool(tiles))

    def _show_saving(self, found: Saving | None) -> None:
        """What a slightly smaller size would save, to be taken with one click."""
        self._saving = found
        self.save.setVisible(found is not None)
        if found is not None:
            words = saving_words(found)
            if words != self.save.text():
                self.save.setText(words)
                self.save.setAccessibleName(words)
            tip = self.tr("Use {size}").format(size=size_words(found.size))
            self.save.setToolTip(tooltip(tip))

    def _show_match(self, has_source: bool) -> None:
        self.match.setEnabled(has_source)
        tip = self.tr("Take the size of the first reference")
        why = self.tr("Takes the size of the first reference: there is none yet")
        self.match.setToolTip(tooltip(tip if has_source else why))

    def _wrong(self) -> Problem | None:
        return self._state.wrong_at(Control.SIZE) if self._state else None

    def _show_problem(self) -> None:
        wrong = self._wrong()
        sentence = problem_words(wrong) if wrong else ""
        offer = ""
        if wrong is not None and wrong.nearest is not None:
            offer = self.tr("Use {size}").format(size=size_words(wrong.nearest))
        self.problem.show_problem(sentence, offer=offer)
        self.sides.show_problem(sentence)

    def _on_size_chosen(self, size: Size) -> None:
        self._hold(size)
        self._studio.set_size(size)

    def _on_save_clicked(self) -> None:
        if self._saving is not None:
            self._on_size_chosen(self._saving.size)

    def _on_more_toggled(self, on: bool) -> None:
        if self.tools is None and on:
            self.tools = self._make_tools()
            self._column.addWidget(self.tools)
        if self.tools is not None:
            self.tools.setVisible(on)
        if self._state is not None:
            self.show_state(self._state)
        self.grown.emit()

    def _make_tools(self) -> SizeTools:
        from flux_studio.ui.composer.size_tools import SizeTools  # seldom wanted

        tools = SizeTools(self._studio)
        tools.size_chosen.connect(self._on_size_chosen)
        tools.area_chosen.connect(self._on_area_chosen)
        tools.outline.size_dragged.connect(self._on_outline_dragged)
        tools.outline.held.connect(self._on_held)
        return tools

    def _on_outline_dragged(self, size: Size) -> None:
        with self._studio.undo.as_one("outline"):
            self._studio.set_size(size)

    def _on_held(self, on: bool) -> None:
        """A drag is one step to undo, whatever it passed through."""
        if on:
            self._studio.undo.hold()
        else:
            self._studio.undo.release()

    def _on_side_typed(self, name: str, value: int) -> None:
        state = self._state
        if state is None or not value:
            return
        self._typing.start()
        size = state.draft.size
        size = Size(value, size.height) if name == "width" else Size(size.width, value)
        if self._ratio is not None:
            size = held_to(size, self._ratio, name, state.card)
        with self._studio.undo.as_one(name):
            self._studio.set_size(size)

    def _on_swap_clicked(self) -> None:
        if self._state is not None:
            size, rule = self._state.draft.size.swapped(), self._state.card.sizes
            size = size if isinstance(rule, FreeSizes) else nearest_size(rule, size)
            self._on_size_chosen(size)

    def _on_lock_toggled(self, locked: bool) -> None:
        self._ratio = self._state.draft.size if locked and self._state else None
        if self._state is not None:
            self.show_state(self._state)

    def _on_match_clicked(self) -> None:
        self._studio.match_source()
        if self._state is not None:
            self._hold(self._state.draft.size)

    def _on_offer_taken(self) -> None:
        wrong = self._wrong()
        if wrong is not None and wrong.nearest is not None:
            self._on_size_chosen(wrong.nearest)

    def _on_tier_chosen(self, tier: str) -> None:
        if self._state is None or not isinstance(self._state.card.sizes, ListedSizes):
            return
        size = self._state.draft.size
        options = [o for o in self._state.card.sizes.options if o.tier == tier]
        if options:
            near = min(options, key=lambda o: abs(o.size.ratio / size.ratio - 1))
            self._studio.set_size(near.size)

    def _on_ruler_moved(self, megapixels: float) -> None:
        with self._studio.undo.as_one("area"):  # several presses of an arrow
            self._on_area_chosen(megapixels)

    def _on_area_chosen(self, megapixels: float) -> None:
        state = self._state
        if state is not None:
            self._studio.set_size(largest_size(state.card, self._kept_ratio(), megapixels))

    def _kept_ratio(self) -> Size:
        """The ratio that scaling keeps: the locked one, else the exact one of the tile, so that
        going to and fro does not wander off.
        """
        if self._ratio is not None or self._state is None:
            return self._ratio or Size(1, 1)
        size = self._state.draft.size
        tile = present_tile(tiles_of(self._state.card.sizes, size), size)
        return tile.size if tile else size

    def _hold(self, size: Size) -> None:
        if self._ratio is not None:
            self._ratio = size


def sides_reason(card: ModelCard) -> str:
    """Why width and height cannot be typed."""
    text = translate("Composer", "{model} takes a ratio and a resolution, not pixels.")
    return text.format(model=card.title)


def _match_button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(text)
    button.setProperty("small", True)
    set_look(button, "flat")
    set_icon(button, "image", "muted")
    return button


def _muted() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_type(label, "small")
    set_tone(label, "muted")
    return label


def _link() -> QPushButton:
    button = QPushButton()
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setProperty("small", True)
    set_look(button, "link")
    button.hide()
    return button
