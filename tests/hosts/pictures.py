"""Real pictures for the twins, quick to make and different for each task."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from io import BytesIO

from PIL import Image

MIMES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}


def picture(width: int, height: int, form: str = "png", mark: str = "") -> bytes:
    """An encoded picture of width x height px.

    `mark` makes its bytes unique without drawing it again.
    """
    data = _drawn(width, height, form)
    if not mark:
        return data
    text = mark.encode("ascii", "replace")[:200]
    match form:
        case "png":
            chunk = b"tEXt" + b"Twin\0" + text
            block = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
            return data[:33] + block + data[33:]  # right behind IHDR
        case "jpeg":
            return data[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + data[2:]
        case _:
            return data


@lru_cache(maxsize=32)
def _drawn(width: int, height: int, form: str) -> bytes:
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    round_ = Image.radial_gradient("L").resize((width, height))
    out = BytesIO()
    image = Image.merge("RGB", (across, down, round_))
    if form == "png":
        image.save(out, "PNG", compress_level=1)
    else:
        image.save(out, form.upper(), quality=85)
    return out.getvalue()
