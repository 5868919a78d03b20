"""Compares the table with the provider's own price list, where it publishes one, once a run for
each model that is chosen.

A price that the table does not know is taken over for this run; one that differs is told, with an
offer to correct the table. Nothing is written by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from flux_studio.core.card import ModelCard
from flux_studio.core.pricing import Free, PriceRule, Unknown
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.core.size import presets_of
from flux_studio.providers.registry import row
from flux_studio.session.state import Notice, StudioState, Tone
from flux_studio.session.studio import Studio

if TYPE_CHECKING:
    from concurrent.futures import Future

log = logging.getLogger(__name__)

Correct = Callable[[ModelCard, PriceRule, str, date], None]
NOTE = "From the provider's own price list, read on {day}"


@dataclass(frozen=True, slots=True)
class ListPrice:
    """A card whose price differs from the provider's list, and the rule the list has."""

    card: ModelCard
    rule: PriceRule


class ListPriceDesk(QObject):
    """Asks `ask(provider, model)`, which gives None where no list is published; `correct` writes a
    rule into the person's own file. No signals for others; failures are silent.
    """

    _answered = Signal(object, object)

    def __init__(
        self,
        studio: Studio,
        ask: Callable[[str, str], Future[PriceRule | None]],
        correct: Correct,
    ) -> None:
        super().__init__()
        self._studio = studio
        self._ask = ask
        self._correct = correct
        # The first model was not chosen in this run: without its key nobody is asked about it.
        self._first = studio.state.card.id
        self._asked: set[tuple[str, str]] = set()
        self._answered.connect(self._on_answered)
        studio.changed.connect(self._on_studio_changed)
        studio.acted.connect(self._on_studio_acted)

    @Slot(object)
    def _on_studio_changed(self, state: StudioState) -> None:
        card = state.card
        if card.id in self._asked or isinstance(card.price, Free):
            return
        status = state.keys.get(card.provider)
        if card.id == self._first and not (status and status.has_key):
            return
        self._asked.add(card.id)
        self._ask(*card.id).add_done_callback(lambda future: self._tell(card.id, future))

    def _tell(self, card: tuple[str, str], future: Future[PriceRule | None]) -> None:
        """On the engine's thread: bring the answer to the main one."""
        failed = future.cancelled() or future.exception() is not None
        try:
            self._answered.emit(card, None if failed else future.result())
        except RuntimeError:
            log.debug("a price list was dropped at exit")

    @Slot(object, object)
    def _on_answered(self, wanted: tuple[str, str], rule: PriceRule | None) -> None:
        card = next((card for card in self._studio.state.cards if card.id == wanted), None)
        if rule is None or card is None or _same(card, rule):
            return
        if isinstance(card.price, Unknown):
            self._take(card, rule)
            return
        text = QT_TRANSLATE_NOOP(
            "Notice", "The price list of {provider} differs from the table for {model}."
        )
        values = (("provider", row(card.provider).title), ("model", card.title))
        action = QT_TRANSLATE_NOOP("Notice", "Correct the table")
        self._studio.say(Tone.INFO, text, values, action, ListPrice(card, rule))

    def _take(self, card: ModelCard, rule: PriceRule) -> None:
        """For this run: the file stays as it is."""
        today = date.today().isoformat()
        known = replace(card, price=rule, price_note=NOTE.format(day=today), as_of=today)
        cards = [known if each.id == card.id else each for each in self._studio.state.cards]
        self._studio.take_cards(cards)

    @Slot(object)
    def _on_studio_acted(self, notice: Notice) -> None:
        found = notice.about
        if isinstance(found, ListPrice):
            day = date.today()
            self._correct(found.card, found.rule, NOTE.format(day=day.isoformat()), day)


def _same(card: ModelCard, rule: PriceRule) -> bool:
    """Whether each size of the card costs the same by both."""
    other = replace(card, price=rule)
    sizes = {preset.size for preset in presets_of(card.sizes)} | {card.default_size}
    return all(card.estimate(size).each == other.estimate(size).each for size in sizes)
