"""The look of a picture, measured in the decode child on a small copy: structure and main colours.

Structure is a difference hash: is each of 8 × 8 places brighter than its right neighbour? It is
the same for a picture that was scaled, compressed again or tinted.
"""

from __future__ import annotations

from PIL import Image

from flux_studio.core.look import Look, color_distance

SIDE = 64  # px, of the copy that is looked at
_ACROSS, _DOWN = 9, 8
_PALETTE = 24  # colours that are told apart before those that look alike are joined
_ALIKE = 0.09  # distance in OKLab below which two colours are one
_LEAST_SHARE = 4  # percent
_MOST = 5


def look_of(picture: Image.Image) -> Look:
    """The look of an upright RGB picture."""
    return Look(_structure(picture), _colors(picture))


def _structure(picture: Image.Image) -> int:
    small = picture.convert("L").resize((_ACROSS, _DOWN), Image.Resampling.BOX)
    light = small.tobytes()
    bits = 0
    for row in range(_DOWN):
        start = row * _ACROSS
        for at in range(start, start + _ACROSS - 1):
            bits = bits << 1 | (light[at] < light[at + 1])
    return bits


def _colors(picture: Image.Image) -> tuple[tuple[str, int], ...]:
    small = picture.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    total = small.width * small.height
    few = small.quantize(_PALETTE, Image.Quantize.MEDIANCUT, kmeans=1)
    palette = few.getpalette() or []
    found = few.getcolors(_PALETTE) or []
    counts = sorted(((n, index) for n, index in found if isinstance(index, int)), reverse=True)
    joined: dict[str, int] = {}
    for count, index in counts:
        color = "#{:02X}{:02X}{:02X}".format(*palette[3 * index : 3 * index + 3])
        same = next((c for c in joined if color_distance(c, color) < _ALIKE), color)
        joined[same] = joined.get(same, 0) + count
    shares = [(color, round(100 * count / total)) for color, count in joined.items()]
    shares.sort(key=lambda pair: -pair[1])
    return tuple(pair for pair in shares if pair[1] >= _LEAST_SHARE)[:_MOST]
