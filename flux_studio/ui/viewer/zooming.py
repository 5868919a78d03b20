"""How a picture lies in the viewer: scale and centre, and what zooming and panning make of them.

Pure arithmetic. Lengths on the screen are device pixels, so that a scale of 1 shows one pixel of
the picture as one pixel of the screen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

STEP = 1.25  # one notch of the wheel, one press of plus
LARGEST = 16.0
SMALLEST = 0.02


class Mode(StrEnum):
    """What the scale follows: the room (`fit`, `fill`), or only the person (`free`)."""

    FIT = "fit"
    FILL = "fill"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Pose:
    """`scale` in device pixels a pixel; `x`, `y` the point of the picture, in its pixels, that is
    in the middle of the room.
    """

    picture: tuple[int, int]
    room: tuple[int, int]
    mode: Mode = Mode.FIT
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    @property
    def fit(self) -> float:
        """The scale that shows all of the picture; small pictures are not enlarged."""
        return min(1.0, self.room[0] / self.picture[0], self.room[1] / self.picture[1])

    @property
    def fill(self) -> float:
        """The scale that leaves none of the room empty."""
        return max(self.room[0] / self.picture[0], self.room[1] / self.picture[1])

    @property
    def overflows(self) -> bool:
        """Whether a part of the picture is out of sight, so that it can be moved."""
        wide, high = self.picture[0] * self.scale, self.picture[1] * self.scale
        return wide > self.room[0] + 0.5 or high > self.room[1] + 0.5

    @property
    def left(self) -> float:
        """Where the picture's left edge is in the room."""
        return self.room[0] / 2 - self.x * self.scale

    @property
    def top(self) -> float:
        return self.room[1] / 2 - self.y * self.scale


def posed(picture: tuple[int, int], room: tuple[int, int], mode: Mode = Mode.FIT) -> Pose:
    """A picture (width, height) in the middle of a room."""
    room = (max(1, room[0]), max(1, room[1]))
    pose = Pose(picture, room, mode, 1.0, picture[0] / 2, picture[1] / 2)
    return _settled(pose)


def with_room(pose: Pose, room: tuple[int, int]) -> Pose:
    """The room became larger or smaller."""
    return _settled(replace(pose, room=(max(1, room[0]), max(1, room[1]))))


def with_mode(pose: Pose, mode: Mode) -> Pose:
    return _settled(replace(pose, mode=mode))


def zoomed(pose: Pose, scale: float, at: tuple[float, float] | None = None) -> Pose:
    """Another scale; the point of the picture under `at` (in the room, its middle by default) stays
    where it is.
    """
    scale = min(LARGEST, max(min(SMALLEST, pose.fit), scale))
    at = at or (pose.room[0] / 2, pose.room[1] / 2)
    away_x, away_y = at[0] - pose.room[0] / 2, at[1] - pose.room[1] / 2
    x = pose.x + away_x / pose.scale - away_x / scale
    y = pose.y + away_y / pose.scale - away_y / scale
    return _settled(replace(pose, mode=Mode.FREE, scale=scale, x=x, y=y))


def stepped(pose: Pose, steps: float, at: tuple[float, float] | None = None) -> Pose:
    """Zoom by notches; the scales of fit and 1 are not jumped over."""
    wanted = pose.scale * STEP**steps
    for stop in (1.0, pose.fit):
        if min(pose.scale, wanted) < stop * 0.999 and max(pose.scale, wanted) > stop * 1.001:
            wanted = stop
    return zoomed(pose, wanted, at)


def moved(pose: Pose, right: float, down: float) -> Pose:
    """The picture pushed by device pixels."""
    return _settled(replace(pose, x=pose.x - right / pose.scale, y=pose.y - down / pose.scale))


def toggled(pose: Pose, at: tuple[float, float]) -> Pose:
    """Between fit and one to one, towards a point of the room."""
    if pose.mode is Mode.FIT and pose.scale != 1.0:
        return zoomed(pose, 1.0, at)
    if pose.mode is Mode.FIT:
        return zoomed(pose, 2.0, at)  # it fits at one to one already
    return with_mode(pose, Mode.FIT)


def turned(pose: Pose, quarters: int) -> Pose:
    """The picture seen after so many quarter turns clockwise; what was in the middle stays
    there.
    """
    for _ in range(quarters % 4):
        wide, high = pose.picture
        pose = replace(pose, picture=(high, wide), x=high - pose.y, y=pose.x)
    return _settled(pose)


def _settled(pose: Pose) -> Pose:
    """The scale that the mode asks for, and no more empty room at an edge than must be."""
    match pose.mode:
        case Mode.FIT:
            pose = replace(pose, scale=pose.fit)
        case Mode.FILL:
            pose = replace(pose, scale=pose.fill)
        case Mode.FREE:
            pass
    x = _held(pose.x, pose.picture[0], pose.room[0] / pose.scale)
    y = _held(pose.y, pose.picture[1], pose.room[1] / pose.scale)
    return replace(pose, x=x, y=y)


def _held(centre: float, length: float, seen: float) -> float:
    if length <= seen:
        return length / 2
    return min(max(centre, seen / 2), length - seen / 2)
