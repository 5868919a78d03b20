"""The desks that keep the price table true: balances, quotes, price lists, usual times, and what
was charged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject

from flux_studio.core.card import ModelCard
from flux_studio.core.pricing import PriceRule
from flux_studio.engine.thread import EngineThread
from flux_studio.session.balance_desk import BalanceDesk
from flux_studio.session.drift_desk import DriftDesk, KeepPrice
from flux_studio.session.list_price_desk import ListPriceDesk
from flux_studio.session.quote_desk import QuoteDesk
from flux_studio.session.studio import Studio
from flux_studio.session.usual_times import UsualTimes


class PriceDesks:
    """Made once, beside the studio; they work by themselves. `own_models` is the folder of the
    user's model files, `read` reads all cards anew.
    """

    def __init__(
        self,
        studio: Studio,
        engine: EngineThread,
        own_models: Path,
        read: Callable[[], Sequence[ModelCard]],
    ) -> None:
        self.balances = BalanceDesk(studio, engine.balance, engine.happened)
        self.quotes = QuoteDesk(studio, engine.quote)
        self.usual_times = UsualTimes(studio)
        self.drift = DriftDesk(studio, engine.happened, _keeping(own_models), read)
        self.lists = ListPriceDesk(studio, engine.list_price, self.drift.correct)

    @property
    def all(self) -> tuple[QObject, ...]:
        """For who deletes them."""
        return self.balances, self.quotes, self.usual_times, self.drift, self.lists


def _keeping(folder: Path) -> KeepPrice:
    def keep(card: ModelCard, rule: PriceRule, note: str, day: date) -> Path:
        from flux_studio.storage.own_prices import keep_price  # seldom used, so loaded then

        return keep_price(folder, card, rule, note, day)

    return keep
