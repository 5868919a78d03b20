"""What each day cost, for the headers of the wall: read in the background, once a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from flux_studio.core.money import Money
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.ui.wall.catalogue import day_bounds

if TYPE_CHECKING:
    from flux_studio.storage.gallery import Spending


class DayMoney(QObject):
    """Signal: `changed()` when a day's sum has come."""

    changed = Signal()

    def __init__(self, library: LibraryDesk) -> None:
        super().__init__()
        self._library = library
        self._known: dict[date, Spending] = {}
        self._asked: set[date] = set()

    def spent(self, day: date) -> tuple[Money | None, bool]:
        """USD of the jobs sent on a local day, None while it is not known, and whether some of
        them are not in it because nobody knows their price.
        """
        known = self._known.get(day)
        if day not in self._asked:
            self._asked.add(day)
            since, until = day_bounds(day)
            self._library.background.run(
                lambda: self._library.gallery.spent(since, until),
                lambda spending: self._on_read(day, spending),
                lambda _: None,
            )
        return (None, False) if known is None else (known.total, bool(known.unknown))

    def forget(self) -> None:
        """Something was saved: today is asked again, and shown as it was until then."""
        self._asked.discard(date.today())

    def _on_read(self, day: date, spending: Spending) -> None:
        if self._known.get(day) != spending:
            self._known[day] = spending
            self.changed.emit()
