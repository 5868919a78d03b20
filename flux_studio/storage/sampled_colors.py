"""The few colours that make a picture, from one of our own thumbnails."""

from __future__ import annotations

import io

MOST = 6
_SIDE = 96  # px: colours need no more
_LEAST_APART = 36  # levels of 255, over red, green and blue together
_LEAST_SHARE = 0.01  # of the picture: less is a speck

Color = tuple[int, int, int]


def sampled_colors(jpeg: bytes, most: int = MOST) -> tuple[str, ...]:
    """The main colours of a thumbnail of ours as '#RRGGBB', the largest area first; none where it
    cannot be read. Blocking.
    """
    from PIL import Image  # not on the way to the first paint

    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
            picture.thumbnail((_SIDE, _SIDE))
            small = picture.convert("RGB")
    except (OSError, ValueError):
        return ()
    reduced = small.quantize(2 * most, method=Image.Quantize.MEDIANCUT)
    palette, counts = reduced.getpalette() or [], reduced.getcolors() or []
    least = _LEAST_SHARE * small.width * small.height
    found: list[Color] = []
    for area, index in sorted(counts, reverse=True):
        assert isinstance(index, int), "a palette picture counts by index"
        if area >= least:
            red, green, blue = palette[3 * index : 3 * index + 3]
            if all(_differ(color, (red, green, blue)) for color in found):
                found.append((red, green, blue))
    return tuple(f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in found[:most])


def _differ(one: Color, other: Color) -> bool:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) >= _LEAST_APART
