"""Width, height and what belongs to them: swap, lock, and the resolutions of a list."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.core.size import FreeSizes, ListedSizes, Size, nearest_size
from flux_studio.ui.composer.ratio_tiles import tier_of
from flux_studio.ui.composer.words import limits_words
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.widgets.icon_button import IconButton
from flux_studio.ui.widgets.number_field import NumberField
from flux_studio.ui.widgets.segmented import Segment, SegmentedControl

_LARGEST_TYPED = 99_999  # px


class SideFields(QWidget):
    """Width, swap, height, lock. Signal: `side_typed(str, int)`, 'width' or 'height' and px."""

    side_typed = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limits = ""
        self.width_field = NumberField(self.tr("Width"), "W", sums=True)
        self.height_field = NumberField(self.tr("Height"), "H", sums=True)
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
                    field.show_range(-(-least // step) * step, most // step * step, max(step, 8))
            case ListedSizes():
                size = nearest_size(card.sizes, size)
        free = isinstance(card.sizes, FreeSizes)
        self._show_limits(limits_words(card))
        for widget in (self.width_field, self.height_field):
            widget.setEnabled(free)
        self.lock.setVisible(free)
        self.tier.show_rule(card.sizes, size)
        self.width_field.show_value(size.width)
        self.height_field.show_value(size.height)

    def _show_limits(self, limits: str) -> None:
        """What each field takes, and how it is typed, in its tooltip."""
        if limits == self._limits:
            return
        self._limits = limits
        keys = self.tr("Up and Down step, Page Up and Page Down step further; sums work: 1920/2")
        for field in (self.width_field, self.height_field):
            field.show_tip(f"{field.accessibleName()}, px\n{limits}\n{keys}")

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


def held_to(size: Size, ratio: Size, name: str, card: ModelCard) -> Size:
    """The other side follows the one that was set ('width' or 'height'), on the card's grid."""
    step = card.sizes.step if isinstance(card.sizes, FreeSizes) else 1
    if name == "width":
        return Size(size.width, on_step(size.width * ratio.height / ratio.width, step))
    return Size(on_step(size.height * ratio.width / ratio.height, step), size.height)


def on_step(side: float, step: int) -> int:
    return max(step, round(side / step) * step)
