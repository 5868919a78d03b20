"""The few colours that make a picture, from one of our own thumbnails."""

from __future__ import annotations

import io

MOST = 6
_SIDE = 96  # px: colours need no more
_LEAST_SHARE = 0.01  # of the picture: less is a speck


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
    reduced = small.quantize(most, method=Image.Quantize.MEDIANCUT)
    palette, counts = reduced.getpalette() or [], reduced.getcolors() or []
    least = _LEAST_SHARE * small.width * small.height
    found = []
    for area, index in sorted(counts, reverse=True):
        assert isinstance(index, int), "a palette picture counts by index"
        if area >= least:
            red, green, blue = palette[3 * index : 3 * index + 3]
            found.append(f"#{red:02X}{green:02X}{blue:02X}")
    return tuple(dict.fromkeys(found))
