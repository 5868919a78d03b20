"""Notices when a provider charged something else than the table says, and corrects the table when
asked to. Never by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QObject, SignalInstance, Slot

from flux_studio.core.card import ModelCard
from flux_studio.core.generation import Generation
from flux_studio.core.job import Saved
from flux_studio.core.money import Money, dollars
from flux_studio.core.price_drift import Drift, corrected, drift
from flux_studio.core.pricing import PriceRule
from flux_studio.core.problem import QT_TRANSLATE_NOOP
from flux_studio.providers.registry import row
from flux_studio.session.state import Notice, Tone
from flux_studio.session.studio import Studio

KeepPrice = Callable[[ModelCard, PriceRule, str, date], object]


class DriftDesk(QObject):
    """Listens to saved pictures. `keep` writes a price into the user's own file, `read` gives the
    cards as the files say them; both block and run in the background. No signals.
    """

    def __init__(
        self,
        studio: Studio,
        happened: SignalInstance,
        keep: KeepPrice,
        read: Callable[[], Sequence[ModelCard]],
    ) -> None:
        super().__init__()
        self._studio = studio
        self._keep = keep
        self._read = read
        self._said: set[tuple[tuple[str, str], Money, Money]] = set()
        happened.connect(self._on_engine_happened)
        studio.acted.connect(self._on_studio_acted)

    @Slot(object)
    def _on_engine_happened(self, fact: object) -> None:
        if isinstance(fact, Saved):
            self._compare(fact.generation)

    def _compare(self, generation: Generation) -> None:
        request = generation.request
        wanted = (request.provider, request.model)
        card = next((card for card in self._studio.state.cards if card.id == wanted), None)
        found = drift(request, card, generation.charged) if card is not None else None
        if found is None or (said := (wanted, found.charged, found.table)) in self._said:
            return
        self._said.add(said)
        text = QT_TRANSLATE_NOOP(
            "Notice", "{provider} charged {charged} for {model}, the table says {table}."
        )
        values = (
            ("provider", row(request.provider).title),
            ("charged", dollars(found.charged)),
            ("model", found.card.title),
            ("table", dollars(found.table)),
        )
        action = QT_TRANSLATE_NOOP("Notice", "Correct the table")
        self._studio.say(Tone.INFO, text, values, action, found)

    @Slot(object)
    def _on_studio_acted(self, notice: Notice) -> None:
        found = notice.about
        if not isinstance(found, Drift):
            return
        rule = corrected(found)
        if rule is not None:
            self._correct(found, rule)

    def _correct(self, found: Drift, rule: PriceRule) -> None:
        day = date.today()
        note = f"Corrected on {day.isoformat()}, when {dollars(found.charged)} was charged"
        self.correct(found.card, rule, note, day)

    def correct(self, card: ModelCard, rule: PriceRule, note: str, day: date) -> None:
        """Write a rule into the person's own file, and show it at once."""

        def work() -> Sequence[ModelCard]:
            self._keep(card, rule, note, day)
            return self._read()

        self._studio.library.background.run(work, self._on_corrected, self._on_failed)

    def _on_corrected(self, read: Sequence[ModelCard]) -> None:
        """Only prices are taken over: the engine goes on with the routes it was started with."""
        fresh = {card.id: card for card in read}
        cards = [_priced_as(card, fresh.get(card.id, card)) for card in self._studio.state.cards]
        self._studio.take_cards(cards)
        text = QT_TRANSLATE_NOOP("Notice", "The table is corrected, in your own file.")
        self._studio.say(Tone.GOOD, text)

    def _on_failed(self, error: Exception) -> None:
        text = QT_TRANSLATE_NOOP("Notice", "The table stays as it is. {why}")
        self._studio.say(Tone.BAD, text, (("why", str(error)),))


def _priced_as(card: ModelCard, other: ModelCard) -> ModelCard:
    if (card.price, card.price_note) == (other.price, other.price_note):
        return card
    return replace(card, price=other.price, price_note=other.price_note, as_of=other.as_of)
