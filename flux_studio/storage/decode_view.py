"""What a viewer shows, made by the decode child: as sharp as the screen first, then every pixel.

The picture is decoded once. The small copy is on its way while the rest is still converted.
"""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from flux_studio.storage import decode_pixels
from flux_studio.storage.decode_frames import Parts

BAND = 524_288  # pixels in one part

_Answer = tuple[dict[str, object], list[bytes | Parts]]


def view(image: Image.Image, side: int, whole: bool, screen: bytes) -> _Answer:
    """Facts and pixels: at most `side` px on the longest side, and with `whole` all of it after
    that; side 0 is all of it alone. RGBX, or RGBA with the colours multiplied where it is `clear`;
    in sRGB or in the colours of `screen`, an ICC profile.
    """
    longest = max(image.size)
    if not whole or not side or longest <= side:
        box = side or longest
        return _one(decode_pixels.upright(image, (box, box), screen))
    turner = decode_pixels.Upright(image, screen)
    turner.picture.load()
    small = turner.turned(turner.smaller(side))
    width, height = turner.size
    facts: dict[str, object] = {
        "width": width,
        "height": height,
        "clear": small.mode == "RGBA",
        "small": [small.width, small.height],
    }
    rest = Parts(4 * width * height, _late(turner))
    return facts, [Parts(4 * small.width * small.height, _bands(small)), rest]


def _one(shown: Image.Image) -> _Answer:
    facts: dict[str, object] = {
        "width": shown.width,
        "height": shown.height,
        "clear": shown.mode == "RGBA",
    }
    return facts, [Parts(4 * shown.width * shown.height, _bands(shown))]


def _late(turner: decode_pixels.Upright) -> Iterator[bytes]:
    yield from _bands(turner.turned(turner.picture))


def _bands(shown: Image.Image) -> Iterator[bytes]:
    rows = max(1, BAND // shown.width)
    for top in range(0, shown.height, rows):
        bottom = min(shown.height, top + rows)
        yield _bytes(shown.crop((0, top, shown.width, bottom)))


def _bytes(shown: Image.Image) -> bytes:
    if shown.mode == "RGBA":
        return shown.convert("RGBa").tobytes("raw", "RGBa")
    return shown.tobytes("raw", "RGBX")
