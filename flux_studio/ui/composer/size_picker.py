"""Size: ratios as drawings, width and height, and the price steps between them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.pricing import PerMegapixel
from flux_studio.core.problem import Control, Problem
from flux_studio.core.size import FreeSizes, ListedSizes, Size, nearest_size
from flux_studio.session.composing import largest_size
from flux_studio.session.state import StudioState
from flux_studio.session.studio import Studio
from flux_studio.ui.composer.price_ruler import PriceRuler, largest_pixels
from flux_studio.ui.composer.ratio_tiles import RatioTiles, present_tile, tier_of, tiles_of
from flux_studio.ui.composer.words import size_price_words, step_words, translate
from flux_studio.ui.icons import set_icon
from flux_studio.ui.phrases import problem_words, size_words
from flux_studio.ui.style import set_look, set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.elided_label import ElidedLabel
from flux_studio.ui.widgets.field_label import FieldLabel
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.number_field import NumberField
from flux_studio.ui.widgets.problem_line import ProblemLine
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl
from flux_studio.ui.widgets.tooltip import tooltip

TYPING_PAUSE_MS = 700  # a half-typed number is not scolded
_LARGEST_TYPED = 99_999  # px


class SizePicker(QWidget):
    """Renders the size of the draft and asks for another. No signals: it calls the studio."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._state: StudioState | None = None
        self._ratio: Size | None = None  # held while locked
        self.label = FieldLabel(self.tr("Size"))
        self.match = _match_button(self.tr("match source"))
        self.match.clicked.connect(self._on_match_clicked)
        self.label.add_tool(self.match)
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
        self.ruler.area_chosen.connect(self._on_area_chosen)
        self.area = ElidedLabel()
        set_type(self.area, "small")
        set_tone(self.area, "muted")
        self.cost = _muted()
        set_tone(self.cost, "text")
        self._typing = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._typing.timeout.connect(self._show_problem)
        self._lay_out()

    def show_state(self, state: StudioState) -> None:
        self._state = state
        draft, card = state.draft, state.card
        tiles = tiles_of(card.sizes, draft.size)
        self.tiles.show_tiles(tiles, present_tile(tiles, draft.size))
        self.tiles.setVisible(bool(tiles))
        self.sides.show_size(card, draft.size)
        is_listed = isinstance(card.sizes, ListedSizes)
        self.reason.setText(sides_reason(card) if is_listed else "")
        self.reason.setVisible(is_listed)
        self._show_match(bool(draft.references))
        self._show_price(state)
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
        foot.addWidget(self.cost)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.xs)
        column.addWidget(self.label)
        column.addWidget(self.tiles)
        column.addSpacing(SPACE.xs)
        column.addWidget(self.sides)
        column.addWidget(self.reason)
        column.addWidget(self.problem)
        column.addSpacing(SPACE.xs)
        column.addWidget(self.ruler)
        column.addLayout(foot)

    def _show_price(self, state: StudioState) -> None:
        draft, card = state.draft, state.card
        size = nearest_size(card.sizes, draft.size)
        has_steps = isinstance(card.price, PerMegapixel) and isinstance(card.sizes, FreeSizes)
        self.ruler.setVisible(has_steps)
        if has_steps:
            self.ruler.show_size(card, size)
        self.area.setText(step_words(card, size, largest_pixels(card, size)))
        self.cost.setText(size_price_words(draft, card, size))

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

    def _on_side_typed(self, name: str, value: int) -> None:
        state = self._state
        if state is None or not value:
            return
        self._typing.start()
        size = state.draft.size
        size = Size(value, size.height) if name == "width" else Size(size.width, value)
        if self._ratio is not None:
            size = _held(size, self._ratio, name, state.card)
        self._studio.set_size(size)

    def _on_swap_clicked(self) -> None:
        if self._state is not None:
            size, rule = self._state.draft.size.swapped(), self._state.card.sizes
            size = size if isinstance(rule, FreeSizes) else nearest_size(rule, size)
            self._on_size_chosen(size)

    def _on_lock_toggled(self, locked: bool) -> None:
        self._ratio = self._state.draft.size if locked and self._state else None

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

    def _on_area_chosen(self, megapixels: float) -> None:
        state = self._state
        if state is None:
            return
        size = state.draft.size
        tile = present_tile(tiles_of(state.card.sizes, size), size)
        # The exact ratio of the tile, so that going to and fro does not wander off.
        ratio = self._ratio or (tile.size if tile else size)
        self._studio.set_size(largest_size(state.card, ratio, megapixels))

    def _hold(self, size: Size) -> None:
        if self._ratio is not None:
            self._ratio = size


class SideFields(QWidget):
    """Width, swap, height, lock. Signal: `side_typed(str, int)`, 'width' or 'height' and px."""

    side_typed = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        unit = self.tr("px; Up and Down step, Page Up and Page Down step further")
        self.width_field = NumberField(self.tr("Width"), "W", tip=f"{self.tr('Width')}, {unit}")
        self.height_field = NumberField(self.tr("Height"), "H", tip=f"{self.tr('Height')}, {unit}")
        swap = self.tr("Swap width and height")
        self.swap = IconButton("arrow-left-right", swap, swap, role="text")
        self.lock = IconButton(
            "lock-open",
            self.tr("Lock ratio"),
            self.tr("Keep the ratio while a side is typed"),
            checkable=True,
        )
        self.lock.toggled.connect(self._on_lock_toggled)
        self.tier = TierChoice()
        for name, field in (("width", self.width_field), ("height", self.height_field)):
            field.value_typed.connect(self._teller(name))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.xs)
        for widget, stretch in (
            (self.width_field, 1),
            (self.swap, 0),
            (self.height_field, 1),
            (self.lock, 0),
            (self.tier, 0),
        ):
            row.addWidget(widget, stretch)

    def show_size(self, card: ModelCard, size: Size) -> None:
        """Show both sides; where the card lists its sizes they cannot be typed."""
        match card.sizes:
            case FreeSizes(least=least, most=most, step=step):
                for field in (self.width_field, self.height_field):
                    field.show_range(_on_step(least, step), most // step * step, max(step, 8))
            case ListedSizes():
                size = nearest_size(card.sizes, size)
        free = isinstance(card.sizes, FreeSizes)
        for widget in (self.width_field, self.height_field):
            widget.setEnabled(free)
        self.lock.setVisible(free)
        self.tier.show_rule(card.sizes, size)
        self.width_field.show_value(size.width)
        self.height_field.show_value(size.height)

    def show_problem(self, sentence: str) -> None:
        for field in (self.width_field, self.height_field):
            if field.problem() != sentence:
                field.show_problem(sentence)

    def _teller(self, name: str) -> object:
        def tell(value: int | None) -> None:
            if value is not None:
                self.side_typed.emit(name, min(value, _LARGEST_TYPED))

        return tell

    def _on_lock_toggled(self, locked: bool) -> None:
        self.lock.show_icon("lock" if locked else "lock-open", "text" if locked else "muted")


class TierChoice(QWidget):
    """The resolutions of a card that lists its sizes. Signal: `tier_chosen(str)`."""

    tier_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiers: tuple[str, ...] = ()
        self._bar: SegmentedControl | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SPACE.xs, 0, 0, 0)

    def show_rule(self, rule: FreeSizes | ListedSizes, size: Size) -> None:
        """Show the tiers of a rule, hidden where there is at most one."""
        options = rule.options if isinstance(rule, ListedSizes) else ()
        tiers = tuple(dict.fromkeys(option.tier for option in options))
        if len(tiers) > 1 and tiers != self._tiers:
            self._build(tiers)
        self.setVisible(len(tiers) > 1)
        if len(tiers) > 1 and self._bar is not None:
            self._bar.show_key(tier_of(rule, size))

    def bar(self) -> SegmentedControl | None:
        return self._bar

    def _build(self, tiers: tuple[str, ...]) -> None:
        self._tiers = tiers
        if self._bar is not None:
            self._bar.hide()
            self._bar.deleteLater()
        segments = [Segment(tier, tier) for tier in tiers]
        self._bar = SegmentedControl(self.tr("Resolution"), segments)
        self._bar.segment_chosen.connect(self.tier_chosen)
        self._row.addWidget(self._bar)


def sides_reason(card: ModelCard) -> str:
    """Why width and height cannot be typed."""
    text = translate("Composer", "{model} takes a ratio and a resolution, not pixels.")
    return text.format(model=card.title)


def _held(size: Size, ratio: Size, typed: str, card: ModelCard) -> Size:
    """The other side follows the one that was typed, on the grid of the card."""
    step = card.sizes.step if isinstance(card.sizes, FreeSizes) else 1
    if typed == "width":
        return Size(size.width, _on_step(size.width * ratio.height / ratio.width, step))
    return Size(_on_step(size.height * ratio.width / ratio.height, step), size.height)


def _on_step(side: float, step: int) -> int:
    return max(step, round(side / step) * step)


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
