"""The pictures of the built-in Practice provider: drawn here, by rule and seed, without any model.

The same prompt, seed, size, references and format give the same pixels. The scene is painted at a
bounded size and enlarged; grain and mark are added at the full size, so that both stay fine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image

from flux_studio.providers.practice_drawing.canvas import grained
from flux_studio.providers.practice_drawing.edit import edit
from flux_studio.providers.practice_drawing.mark import encode, sign
from flux_studio.providers.practice_drawing.scenes import compose, stage_for

LEAST_SIDE, MOST_SIDE = 64, 4096  # px
_WORKING_AREA = 1440 * 1440  # px: above this the scene is enlarged
_GRAIN = 3.0  # levels of 255


@dataclass(frozen=True, slots=True)
class Drawing:
    """One finished picture file."""

    data: bytes  # the encoded file, exactly as "received"
    width: int  # px
    height: int  # px
    mime: str  # "image/png" | "image/jpeg" | "image/webp"


def _working_size(width: int, height: int) -> tuple[int, int]:
    share = min(1.0, (_WORKING_AREA / (width * height)) ** 0.5)
    return max(1, round(width * share)), max(1, round(height * share))


def draw(
    prompt: str,
    width: int,
    height: int,
    seed: int,
    *,
    references: Sequence[bytes] = (),
    output_format: str = "png",
) -> Drawing:
    """Draw `prompt` at `width` x `height` px (each 64 to 4096); with references, edit them.

    References are encoded PNG, JPEG or WebP files that were checked before. Raises ValueError for
    a size out of range or a format other than png, jpeg or webp.
    """
    if not (LEAST_SIDE <= width <= MOST_SIDE and LEAST_SIDE <= height <= MOST_SIDE):
        raise ValueError(f"Practice draws {LEAST_SIDE} to {MOST_SIDE} px a side")
    stage = stage_for(prompt, _working_size(width, height), seed)
    picture = edit(stage, references) if references else compose(stage)
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.Resampling.BICUBIC)
    picture = grained(picture, Random(f"grain|{seed}"), _GRAIN)
    sign(picture, over_detail=bool(references))
    data, mime = encode(picture, output_format)
    return Drawing(data, width, height, mime)
