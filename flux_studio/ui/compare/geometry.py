"""Where compared pictures lie: tiles in a room, and each picture inside the common frame.

Pure arithmetic, in device pixels. The frame is the largest picture; the others are fitted into it,
so that one scale and one place hold for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRect

from flux_studio.ui.viewer.zooming import Pose

GAP = 2  # device pixels between tiles


def frame_of(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The size (px) of the picture with the most pixels."""
    return max(sizes, key=lambda size: size[0] * size[1])


def pose_in_frame(frame: Pose, size: tuple[int, int]) -> Pose:
    """The pose of a picture of `size` px that is fitted into the frame's picture."""
    wide, high = frame.picture
    scale = min(wide / size[0], high / size[1])
    left, top = (wide - size[0] * scale) / 2, (high - size[1] * scale) / 2
    return replace(
        frame,
        picture=size,
        scale=frame.scale * scale,
        x=(frame.x - left) / scale,
        y=(frame.y - top) / scale,
    )


def tiles(room: tuple[int, int], count: int, ratio: float) -> list[QRect]:
    """Equal tiles for `count` pictures of about `ratio` (width / height), as large as can be."""

    def scale(columns: int) -> float:
        rows = -(-count // columns)
        return min(room[0] / columns / ratio, room[1] / rows)

    columns = max(range(1, count + 1), key=scale)
    rows = -(-count // columns)
    wide = (room[0] - GAP * (columns - 1)) // columns
    high = (room[1] - GAP * (rows - 1)) // rows
    return [
        QRect(
            (at % columns) * (wide + GAP),
            (at // columns) * (high + GAP),
            max(1, wide),
            max(1, high),
        )
        for at in range(count)
    ]
