"""The line above the wall: which pictures are shown, and how large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from flux_studio.core.card import ModelCard
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.storage.gallery_filter import Filter
from flux_studio.ui.phrases import provider_title
from flux_studio.ui.search.search_chips import SearchChips
from flux_studio.ui.search.shelf_chip import ShelfChip
from flux_studio.ui.style import set_tone, set_type
from flux_studio.ui.tokens import SPACE
from flux_studio.ui.wall.arrangement_chip import ArrangementChip
from flux_studio.ui.wall.more_filters import MoreFilters
from flux_studio.ui.wall.size_slider import SizeSlider
from flux_studio.ui.wall.words import pictures_words
from flux_studio.ui.widgets.chip import FilterChip
from flux_studio.ui.widgets.icon_button import IconButton


class WallHeader(QWidget):
    """Signals: `filter_chosen(Filter)` without its text; `search_wanted(str)` with another line for
    the search box. `arrangement` and `sizes` have theirs.
    """

    filter_chosen = Signal(object)
    search_wanted = Signal(str)

    def __init__(self, library: LibraryDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter = Filter()
        self._cards: tuple[ModelCard, ...] = ()
        self.favourites = FilterChip(
            self.tr("Favourites"), "heart", self.tr("Favourites"), self.tr("Show favourites only")
        )
        self.favourites.setCheckable(True)
        self.favourites.toggled.connect(self._on_favourites_toggled)
        self.rating = self._chip(self.tr("Rating"), "star", self.tr("Show pictures by their stars"))
        self.model = self._chip(self.tr("Shown model"), "box", self.tr("Show one model's pictures"))
        self.shelf = ShelfChip(library.shelf)
        self.shelf.search_wanted.connect(self.search_wanted)
        self.chips = SearchChips(library)
        self.chips.search_changed.connect(self.search_wanted)
        self.chips.save_asked.connect(self.shelf.ask_name)
        self.clear = IconButton("x", self.tr("Show all pictures"), self.tr("Show all pictures"))
        self.clear.clicked.connect(self._on_clear_clicked)
        self.count = QLabel()
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        set_type(self.count, "small")
        set_tone(self.count, "muted")
        self.arrangement = ArrangementChip()
        self.more = MoreFilters()
        self.sizes = SizeSlider()
        self._fill_rating()
        self._lay_out()
        self._show_filter()

    def show_cards(self, cards: Sequence[ModelCard]) -> None:
        """The models that can be chosen."""
        if tuple(cards) != self._cards:
            self._cards = tuple(cards)
            self._fill_models()
            self._show_filter()

    def show_filter(self, chosen: Filter) -> None:
        """Show a filter that was chosen elsewhere, without a signal."""
        self._filter = replace(chosen, text="")
        self._show_filter()

    def show_search(self, text: str) -> None:
        """The line in the search box."""
        self.chips.show_search(text)
        self.shelf.show_search(text)

    def show_count(self, count: int | None) -> None:
        """How many pictures a filter leaves; None or 0 says nothing."""
        self.count.setText(pictures_words(count) if count else "")
        self._fit()

    def _chip(self, name: str, icon: str, tip: str) -> FilterChip:
        chip = FilterChip(name, icon, "", tip)
        chip.setMenu(QMenu(chip))
        return chip

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        column.addLayout(row)
        column.addWidget(self.chips)
        row.setContentsMargins(SPACE.l, SPACE.m, SPACE.m, SPACE.xs)
        row.setSpacing(SPACE.s)
        chips = self.arrangement, self.favourites, self.rating, self.model, self.shelf
        for chip in chips:
            row.addWidget(chip)
        row.addWidget(self.more)
        row.addWidget(self.clear)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.sizes)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out what there is no room for, what is needed least first; filters that are left
        out are in a menu. What hides pictures at the moment is always there to be seen.
        """
        room = self.width() - SPACE.l - SPACE.m - SPACE.l
        if self._share_out(room):
            self.more.show_left_out(self._share_out(room - _wide(self.more)))
        else:
            self.more.show_left_out(())

    def _share_out(self, left: int) -> Sequence[FilterChip]:
        """Show what fits into `left` px; gives the filters that do not."""
        left -= _wide(self.arrangement) + self.sizes.least_width()
        has_filter = self._filter != Filter()
        left -= _wide(self.clear) if has_filter else 0
        chips = (self.favourites, self.shelf, self.rating, self.model)
        left -= sum(_wide(chip) for chip in chips if chip.is_active())
        self.sizes.setVisible(left >= 0)
        # Without it a filter is taken back where it was chosen.
        self.clear.setVisible(has_filter and left + self.sizes.least_width() >= 0)
        for chip in (self.favourites, self.shelf):
            left = self._give(chip, left, chip.is_active())
        buttons = self.sizes.buttons_width()
        self.sizes.show_buttons(left >= buttons)
        left -= buttons if left >= buttons else 0
        if self.count.text():
            left = self._give(self.count, left, False)
        for chip in (self.rating, self.model):
            left = self._give(chip, left, chip.is_active())
        return [chip for chip in chips if chip.isHidden()]

    def _give(self, widget: QWidget, left: int, is_needed: bool) -> int:
        """Show it where it is needed or fits into `left` px; gives what is left then."""
        fits = left >= _wide(widget)
        widget.setVisible(is_needed or fits)
        return left - _wide(widget) if fits and not is_needed else left

    # Choices

    def _fill_rating(self) -> None:
        group = QActionGroup(self)
        menu = self.rating.menu()
        for least in (0, 1, 2, 3, 4, 5):
            text = self._rating_words(least)
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setData(least)
            group.addAction(action)
        group.triggered.connect(self._on_rating_triggered)
        self._ratings = group

    def _rating_words(self, least: int) -> str:
        if not least:
            return self.tr("Any rating")
        if least == 5:
            return self.tr("★ 5")
        return self.tr("★ {least} and more").format(least=least)

    def _fill_models(self) -> None:
        menu = self.model.menu()
        menu.clear()
        group = QActionGroup(menu)
        for provider, model, words in (
            ("", "", self.tr("All models")),
            *((c.provider, c.model, _card_words(c)) for c in self._cards),
        ):
            action = menu.addAction(words.replace("&", "&&"))
            action.setCheckable(True)
            action.setData((provider, model))
            group.addAction(action)
        group.triggered.connect(self._on_model_triggered)
        self._models = group

    def _show_filter(self) -> None:
        chosen = self._filter
        self.favourites.blockSignals(True)
        self.favourites.setChecked(bool(chosen.favourite))
        self.favourites.blockSignals(False)
        self.favourites.show_choice(self.tr("Favourites"), active=bool(chosen.favourite))
        least = chosen.rating_least
        self.rating.show_choice(self._rating_words(least), active=bool(least))
        card = next((c for c in self._cards if c.id == (chosen.provider, chosen.model)), None)
        words = chosen.model or self.tr("All models")
        self.model.show_choice(card.title if card else words, active=bool(chosen.model))
        for action in self._ratings.actions():
            action.setChecked(action.data() == least)
        for action in self.model.menu().actions():
            action.setChecked(tuple(action.data()) == (chosen.provider, chosen.model))
        self._fit()

    def _choose(self, chosen: Filter) -> None:
        self._filter = chosen
        self._show_filter()
        self.filter_chosen.emit(chosen)

    @Slot(bool)
    def _on_favourites_toggled(self, on: bool) -> None:
        self._choose(replace(self._filter, favourite=True if on else None))

    @Slot(QAction)
    def _on_rating_triggered(self, action: QAction) -> None:
        self._choose(replace(self._filter, rating_least=action.data()))

    @Slot(QAction)
    def _on_model_triggered(self, action: QAction) -> None:
        provider, model = action.data()
        self._choose(replace(self._filter, provider=provider, model=model))

    @Slot()
    def _on_clear_clicked(self) -> None:
        self._choose(Filter())


def _wide(widget: QWidget) -> int:
    """px in the row."""
    return widget.sizeHint().width() + SPACE.s


def _card_words(card: ModelCard) -> str:
    return f"{card.title} · {provider_title(card.provider)}"
