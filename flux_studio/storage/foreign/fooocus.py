"""Fooocus: a JSON object in PNG `parameters` with `fooocus_scheme` beside it; in JPEG and WebP in
EXIF UserComment with the scheme in MakerNote. Its other scheme is the text of A1111.
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

_READ = (
    "prompt", "negative_prompt", "full_prompt", "full_negative_prompt", "seed", "resolution",
    "base_model", "steps", "guidance_scale", "metadata_scheme", "version",
)  # fmt: skip


def read(texts: Texts) -> Found | None:
    """The settings, None where there are none of Fooocus."""
    for name in ("parameters", "exif:UserComment"):
        data = json_object(texts.get(name))
        if data is None or not ({"base_model", "metadata_scheme"} & data.keys()):
            continue
        found = Found(
            "Fooocus",
            prompt=prompt_from(data.get("prompt")),
            negative=prompt_from(data.get("negative_prompt")),
            seed=seed_from(data.get("seed")),
            size=size_in(data.get("resolution")),
            model=words_from(data.get("base_model")),
            steps=whole_from(data.get("steps")),
            guidance=scale_from(data.get("guidance_scale")),
            extras=extras_from(data, _READ),
        )
        if found.says_something:
            return found
    return None
