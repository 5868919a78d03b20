"""A picture as PNG bytes, which every program can paste. For workers."""

from __future__ import annotations

import io

from flux_studio.core.generation import Generation
from flux_studio.session.library_desk import LibraryDesk

QUICK = 1  # PNG compression: it is only carried to the next program


def png_of(library: LibraryDesk, picture: Generation) -> bytes:
    """The original where it is a PNG, else its pixels as one. Blocking. Raises OSError,
    PictureRefused.
    """
    if picture.mime == "image/png":
        return library.original(picture)
    from PIL import Image  # not needed before the first paint

    width, height, pixels = library.pixels(picture)
    image = Image.frombuffer("RGBX", (width, height), pixels, "raw", "RGBX", 0, 1).convert("RGB")
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=QUICK)
    return file.getvalue()
