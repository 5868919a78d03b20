"""What the wall says while there is nothing on it: the first step, or how to find more."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flux_studio.core.money import dollars
from flux_studio.core.search import Search, read_search
from flux_studio.session.state import StudioState
from flux_studio.storage.gallery_filter import Filter
from flux_studio.ui.phrases import provider_title
from flux_studio.ui.search.search_words import hint_words
from flux_studio.ui.widgets.empty_state import EmptyState
from flux_studio.ui.widgets.tooltip import tooltip


class FirstSteps(EmptyState):
    """Nothing was made yet: says what one press will do and what it costs."""

    def __init__(self) -> None:
        super().__init__("image-plus", "", "")
        self._said = ("", "")

    def show_state(self, state: StudioState) -> None:
        title = self.tr("Your pictures will hang here")
        said = (title, self._words_for(state))
        if said != self._said:
            self._said = said
            self.show_words(*said)

    def _words_for(self, state: StudioState) -> str:
        provider = provider_title(state.card.provider)
        priced = state.check.estimate
        price = None if priced is None else priced.total
        if price is None:
            text = self.tr("← Describe a picture and press Generate: {provider} draws it.")
        elif price == 0:
            text = self.tr("← Press Generate: {provider} draws a picture here, free.")
        else:
            text = self.tr("← Press Generate: {provider} draws a picture here for {price}.")
        first = text.format(provider=provider, price=dollars(price))
        return first + "\n" + self.tr("Drop a picture on References to change it instead.")


class NothingFound(QWidget):
    """A search or a filter left nothing. Signal: `cleared()` to show everything again."""

    cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = EmptyState("search", "", "")
        button = self._words.add_button(self.tr("Show all pictures"), "undo-2")
        button.setToolTip(tooltip(self.tr("Forget the search and the filters")))
        button.clicked.connect(self.cleared)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._words)

    def show_filter(self, chosen: Filter) -> None:
        search = read_search(chosen.text)
        if search.states is not None:
            title = self.tr("No job here is in this state")
            sentence = self.tr("Ctrl+J shows all jobs.")
        elif chosen.text:
            title = self.tr("Nothing found for “{text}”").format(text=_short(chosen.text))
            sentence = self._way_out(search, has_filters=replace(chosen, text="") != Filter())
        else:
            title = self.tr("No picture passes the filters")
            sentence = self.tr("F makes a picture a favourite, 1 to 5 give it stars.")
        self._words.show_words(title, sentence)

    def _way_out(self, search: Search, *, has_filters: bool) -> str:
        """What finds more, or why nothing was found."""
        if search.hints:
            return hint_words(search.hints[0])
        if has_filters:
            return self.tr("The filters above the wall count too.")
        if not search.conditions:
            return self.tr("Fewer or shorter words find more.")
        if search.words or len(search.conditions) > 1:
            return self.tr("All of it has to hold: with a word or a condition less, more is found.")
        return self.tr("There is no such picture in the library.")


class Unreadable(QWidget):
    """The library could not be asked. Signal: `again()` to ask once more."""

    again = Signal()

    def __init__(self) -> None:
        super().__init__()
        words = EmptyState(
            "triangle-alert",
            self.tr("The library cannot be read"),
            self.tr("Your pictures are files in the library folder and stay there."),
        )
        button = words.add_button(self.tr("Try again"), "refresh-cw")
        button.setToolTip(tooltip(self.tr("Ask the library once more")))
        button.clicked.connect(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(words)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
