"""What each day cost, for the headers of the wall: read in the background, once a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from flux_studio.core.money import Money
from flux_studio.session.library_desk import LibraryDesk
from flux_studio.ui.wall.catalogue import day_bounds

if TYPE_CHECKING:
    from flux_studio.storage.gallery import Spending

REST = 120  # ms without a new day coming into view
MOST = 12  # days at once; those that were scrolled past are asked when they are seen again


class DayMoney(QObject):
    """Signal: `changed()` when a day's sum has come."""

    changed = Signal()

    def __init__(self, library: LibraryDesk) -> None:
        super().__init__()
        self._library = library
        self._known: dict[date, Spending] = {}
        self._asked: set[date] = set()
        self._wanted: dict[date, None] = {}
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._on_rest_timeout)

    def spent(self, day: date) -> tuple[Money | None, bool]:
        """USD of the jobs sent on a local day, None while it is not known, and whether some of
        them are not in it because nobody knows their price.
        """
        known = self._known.get(day)
        if day not in self._asked and day not in self._wanted:
            self._wanted[day] = None
            self._rest.start()
        return (None, False) if known is None else (known.total, bool(known.unknown))

    def forget(self) -> None:
        """Something was saved: today is asked again, and shown as it was until then."""
        self._asked.discard(date.today())

    @Slot()
    def _on_rest_timeout(self) -> None:
        """The wall stands still: ask for the days that were seen last."""
        days, self._wanted = list(self._wanted)[-MOST:], {}
        for day in days:
            self._asked.add(day)
            self._ask(day)

    def _ask(self, day: date) -> None:
        since, until = day_bounds(day)
        library = self._library
        library.background.run(
            lambda: library.gallery.spent(since, until),
            lambda spending: self._on_read(day, spending),
            lambda _: None,
        )

    def _on_read(self, day: date, spending: Spending) -> None:
        if self._known.get(day) != spending:
            self._known[day] = spending
            self.changed.emit()
