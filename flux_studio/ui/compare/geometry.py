"""Where compared pictures lie: tiles in a room, and each picture inside the common frame.

Pure arithmetic, in device pixels. All pictures are fitted into one frame, so that one scale and one
place hold for all of them. Pictures of one shape have the largest of them as their frame, and lie
on each other pixel by pixel; for other shapes the frame is the largest picture and as much room
around it as gives the frame the shape of the room, so that each is as large as can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRect, QSize, Qt

from flux_studio.ui.viewer import zooming
from flux_studio.ui.viewer.zooming import Pose

GAP = 2  # device pixels between tiles
_KEEP = Qt.AspectRatioMode.KeepAspectRatio
ALIKE = 1.1  # times that ratios may differ for pictures of one shape: sizes step by 16 or 32 px

Lengths = tuple[int, int]


def frame_of(sizes: Sequence[Lengths], room: Lengths) -> Lengths:
    """The size (px) of the frame of pictures of these `sizes` in a room. The picture with the most
    pixels has a scale of 1 in it.
    """
    wide, high = max(sizes, key=lambda size: size[0] * size[1])
    ratios = [size[0] / size[1] for size in sizes]
    if max(ratios) <= min(ratios) * ALIKE:
        return wide, high
    ratio = room[0] / room[1]
    return max(wide, round(high * ratio)), max(high, round(wide / ratio))


def in_frame(pose: Pose, frame: Lengths, room: Lengths) -> Pose:
    """The same view in another frame and room: what was in the middle stays there."""
    x = pose.x + (frame[0] - pose.picture[0]) / 2
    y = pose.y + (frame[1] - pose.picture[1]) / 2
    return zooming.with_room(replace(pose, picture=frame, x=x, y=y), room)


def pose_in_frame(frame: Pose, size: Lengths) -> Pose:
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


def rect_in(frame: Lengths, size: Lengths) -> QRect:
    """Where a picture of `size` px lies in a frame of whole pixels, as large as it can be."""
    fitted = QSize(*size).scaled(QSize(*frame), _KEEP).expandedTo(QSize(1, 1))
    left, top = (frame[0] - fitted.width()) // 2, (frame[1] - fitted.height()) // 2
    return QRect(left, top, fitted.width(), fitted.height())


def tiles(room: Lengths, ratios: Sequence[float]) -> list[QRect]:
    """Equal tiles for pictures of these ratios (width / height), in as many columns as show most of
    them.
    """
    count = len(ratios)

    def shown(columns: int) -> float:
        wide, high = room[0] / columns, room[1] / -(-count // columns)
        return sum(min(wide / ratio, high) ** 2 * ratio for ratio in ratios)

    columns = max(range(1, count + 1), key=shown)
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
