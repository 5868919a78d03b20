"""Crop boxes: a part of a picture in whole px, moved, pulled at its edges and turned. Pure.

A box always lies inside its picture and is at least one pixel wide and high, whatever is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from flux_studio.core.size import Size


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture, px: its left upper corner, and width × height."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first px right of it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first px below it."""
        return self.top + self.height

    @property
    def size(self) -> Size:
        return Size(self.width, self.height)


def whole(picture: Size) -> Box:
    """All of a picture."""
    return Box(0, 0, picture.width, picture.height)


def inside(box: Box, picture: Size) -> Box:
    """The box moved, and where needed made smaller, so that it lies in the picture."""
    width = min(max(1, box.width), picture.width)
    height = min(max(1, box.height), picture.height)
    left = min(max(0, box.left), picture.width - width)
    top = min(max(0, box.top), picture.height - height)
    return Box(left, top, width, height)


def moved(box: Box, right: int, down: int, picture: Size) -> Box:
    """The box so many px further, as far as the picture goes; its size stays."""
    return inside(Box(box.left + right, box.top + down, box.width, box.height), picture)


def fitted(picture: Size, ratio: float | None, middle: Box | None = None) -> Box:
    """The largest box with `ratio` (width / height) in a picture, around the middle of `middle`
    as far as that goes; all of the picture without a ratio.
    """
    if ratio is None:
        return whole(picture)
    width, height = _largest(picture.width, picture.height, ratio)
    around = middle or whole(picture)
    left = around.left + (around.width - width) // 2
    top = around.top + (around.height - height) // 2
    return inside(Box(left, top, width, height), picture)


def pulled(
    box: Box, across: int, along: int, right: int, down: int, picture: Size, ratio: float | None
) -> Box:
    """The box with an edge or corner pulled so many px: `across` and `along` are -1 for the left
    and the upper edge, 1 for the right and the lower one, 0 for neither. The opposite edge stays;
    with a `ratio` the other side follows.
    """
    room = Box(
        0 if across < 0 else box.left,
        0 if along < 0 else box.top,
        box.right if across < 0 else picture.width - box.left,
        box.bottom if along < 0 else picture.height - box.top,
    )
    width = min(max(1, box.width + across * right), room.width)
    height = min(max(1, box.height + along * down), room.height)
    if ratio is not None:
        width, height = _with_ratio(width, height, across, along, room, ratio)
    left = box.right - width if across < 0 else box.left
    top = box.bottom - height if along < 0 else box.top
    return inside(Box(left, top, width, height), picture)


def turned(box: Box, picture: Size, turns: int) -> Box:
    """Where the box lies once the picture was turned by so many quarters, clockwise."""
    for _ in range(turns % 4):
        box = Box(picture.height - box.bottom, box.left, box.height, box.width)
        picture = Size(picture.height, picture.width)
    return box


def turned_size(picture: Size, turns: int) -> Size:
    """The size of a picture after so many quarter turns."""
    return Size(picture.height, picture.width) if turns % 2 else picture


def _with_ratio(
    width: int, height: int, across: int, along: int, room: Box, ratio: float
) -> tuple[int, int]:
    """The side that is pulled decides, a corner by its larger side; both stay in the room."""
    if not across or (along and height * ratio > width):
        width = max(1, round(height * ratio))
    height = max(1, round(width / ratio))
    if width > room.width or height > room.height:
        return _largest(room.width, room.height, ratio)
    return width, height


def _largest(width: int, height: int, ratio: float) -> tuple[int, int]:
    """The largest sides of a ratio that fit."""
    if width > height * ratio:
        return max(1, min(width, round(height * ratio))), height
    return width, max(1, min(height, round(width / ratio)))
