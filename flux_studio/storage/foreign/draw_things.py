"""Draw Things: XMP with the tool's name and, in exif:UserComment, a JSON object whose `c` is the
prompt and `uc` the negative one.
"""

from __future__ import annotations

from flux_studio.storage.foreign.found import (
    Found,
    extras_from,
    prompt_from,
    scale_from,
    seed_from,
    size_in,
    whole_from,
    words_from,
)
from flux_studio.storage.foreign.json_text import json_object
from flux_studio.storage.foreign.texts import Texts

_READ = ("c", "uc", "seed", "size", "model", "steps", "scale")


def read(texts: Texts) -> Found | None:
    """The settings, None where the picture is not of Draw Things."""
    comment = texts.get("xmp:UserComment") or texts.get("exif:UserComment")
    data = json_object(comment)
    if data is None or not isinstance(data.get("c"), str):
        return None
    found = Found(
        "Draw Things",
        prompt=prompt_from(data.get("c")),
        negative=prompt_from(data.get("uc")),
        seed=seed_from(data.get("seed")),
        size=size_in(data.get("size")),
        model=words_from(data.get("model")),
        steps=whole_from(data.get("steps")),
        guidance=scale_from(data.get("scale")),
        extras=extras_from(data, _READ),
    )
    return found if found.says_something else None
