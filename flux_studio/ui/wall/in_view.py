"""Asks for what is in view: thumbnails first, marks and words once the wall stands still, then
what is near.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Slot

from flux_studio.ui.wall.justified import Place
from flux_studio.ui.wall.justified_view import JustifiedView
from flux_studio.ui.wall.pace import Pace
from flux_studio.ui.wall.thumbnails import ThumbnailLoader, Wanted, wanted

AHEAD = 0.75  # of the viewport's height, above and below, is loaded before it is in view
REST = 90  # ms without scrolling before rows and what is not in view yet are read


class InView(QObject):
    """Looks after each painting of a view, and again when it rests."""

    def __init__(self, view: JustifiedView, loader: ThumbnailLoader) -> None:
        super().__init__(view)
        self._view = view
        self._pictures = view.pictures
        self._loader = loader
        self._painted = QTimer(self, singleShot=True, interval=0)
        self._painted.timeout.connect(self.look)
        self._resting = QTimer(self, singleShot=True, interval=REST)
        self._resting.timeout.connect(self.look_around)
        self._asked_at: tuple[object, ...] = ()
        self._pace = Pace()
        self._lacks = False  # whether something in view has no picture yet

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing has moved for a while."""
        return not self._resting.isActive()

    def after_painting(self, lacks: bool) -> None:
        """The view was painted; `lacks` where a picture in it had no pixels yet."""
        self._lacks = self._lacks or lacks
        self._painted.start()

    def after_change(self) -> None:
        """What is in view may have to be read again, soon."""
        if self.is_at_rest:
            self._resting.start()

    @Slot()
    def look(self) -> None:
        """Ask for what is in view; all earlier wishes are forgotten."""
        view, stands = self._view, self._stands()
        if stands != self._asked_at:
            is_moving = self._is_scrolled(stands)
            self._asked_at = stands
            self._loader.go_easy(is_moving)
            self._resting.start()
            is_racing = self._pace.is_racing(view.verticalOffset(), view.viewport().height())
            places = [] if is_moving and is_racing else self._within(0)
            self._ask_for(places)
            if not is_moving:
                self._pictures.look_at([place.index for place in places])
        elif self._lacks and self.is_at_rest and self._loader.is_idle():
            self._ask_around()
        self._lacks = False

    @Slot()
    def look_around(self) -> None:
        """The wall stands still: marks and words of what is in view, and what is near it."""
        self._loader.go_easy(False)
        places = self._within(0)
        self._pictures.look_at([place.index for place in places])
        self._ask_around()
        self._loader.sharpen(self._wishes(places))

    def _stands(self) -> tuple[object, ...]:
        """What decides which pictures are in view, the scroll position first."""
        view, catalogue = self._view, self._pictures.catalogue
        height = view.viewport().height()
        return (view.verticalOffset(), height, view.places.shape, len(catalogue), id(catalogue))

    def _is_scrolled(self, stands: tuple[object, ...]) -> bool:
        """Whether someone scrolls. New pictures that come with a place of their own, as at the
        start or after a search, are looked at where they are.
        """
        offset, *_, catalogue = stands
        before = self._asked_at
        return bool(before) and offset != before[0] and catalogue == before[-1]

    def _ask_around(self) -> None:
        top, height = self._view.verticalOffset(), self._view.viewport().height()
        near = self._within(int(height * AHEAD))
        near.sort(key=lambda p: not (p.bottom > top and p.top < top + height))
        self._ask_for(near)

    def _ask_for(self, places: list[Place]) -> None:
        self._loader.want(self._wishes(places))

    def _within(self, margin: int) -> list[Place]:
        """The pictures in view and `margin` px above and below, without the cards of jobs."""
        shown, jobs = self._view.visible(margin), self._pictures.jobs
        if not jobs:
            return list(shown)
        ids = self._pictures.catalogue.ids
        return [p for p in shown if ids[p.index] not in jobs]

    def _wishes(self, places: Sequence[Place]) -> list[Wanted]:
        catalogue, ratio = self._pictures.catalogue, self._view.devicePixelRatioF()
        return [wanted(catalogue, place, ratio) for place in places]
