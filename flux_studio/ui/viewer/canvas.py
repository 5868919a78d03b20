"""The surface on which one picture is looked at: turned, and on one of the neutral backgrounds."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from flux_studio.ui.viewer import zooming
from flux_studio.ui.viewer.levels import Levels
from flux_studio.ui.viewer.painting import GROUNDS, hand, paint_picture
from flux_studio.ui.viewer.surface import Surface
from flux_studio.ui.viewer.zooming import Mode

TURNED_STRIP = 200_000  # device pixels: a quarter turn costs more


class Canvas(Surface):
    """Signal, beside those of a surface: `ground_changed(str)`, the name of the background."""

    ground_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels: Levels = ()
        self._turns = 0
        self._always_pans = False

    @property
    def turns(self) -> int:
        """Quarter turns clockwise that the picture is seen with, 0 to 3."""
        return self._turns

    @property
    def ground(self) -> str:
        return self._ground

    def show_size(self, width: int, height: int, *, stays: bool = False) -> None:
        """A new picture of this size in px, nothing of it there yet; fit and fill stay chosen. With
        `stays` so do scale and place in a picture of the same size: details are compared so.
        """
        pose, room = self._pose, self.device_room()
        same = stays and pose is not None and not self._turns and pose.picture == (width, height)
        self._levels, self._turns = (), 0
        if pose is not None and same:
            self._take_pose(zooming.with_room(pose, room))
            return
        mode = Mode.FIT if pose is None or pose.mode is Mode.FREE else pose.mode
        self._take_pose(zooming.posed((width, height), room, mode))

    def show_levels(self, levels: Levels) -> None:
        """What has come of the picture so far."""
        self._levels = levels
        self._is_rough = False
        self.update()

    def turn(self, quarters: int) -> None:
        """See the picture turned, clockwise when positive; the file stays as it is."""
        self._turns = (self._turns + quarters) % 4
        if self._pose is not None:
            self._take_pose(zooming.turned(self._pose, quarters))

    def show_ground(self, name: str) -> None:
        """One of the neutral backgrounds; an unknown name is the window's own."""
        name = name if name in GROUNDS else ""
        if name != self._ground:
            self._ground = name
            self.update()
            self.ground_changed.emit(name)

    def next_ground(self) -> None:
        """The next of the neutral backgrounds."""
        self.show_ground(GROUNDS[(GROUNDS.index(self._ground) + 1) % len(GROUNDS)])

    def hold_hand(self, on: bool) -> None:
        """While on, dragging moves the picture and never carries it out."""
        self._always_pans = on
        if on:
            self.was_panned = False
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.setCursor(hand(self._pose, False))

    # As a surface

    def paint_pictures(self, painter: QPainter, area: QRectF) -> None:
        if self._pose is not None and self._levels:
            rough, turns = self._is_rough, self._turns
            paint_picture(painter, self._pose, self._levels, area, rough=rough, turns=turns)

    def strip_pixels(self) -> int:
        return TURNED_STRIP if self._turns % 2 else super().strip_pixels()

    def pans(self, event: QMouseEvent) -> bool:
        return self._always_pans or super().pans(event)
