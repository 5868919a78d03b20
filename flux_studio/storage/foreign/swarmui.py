"""SwarmUI: a JSON object with `sui_image_params` in PNG `parameters` or EXIF UserComment."""

from __future__ import annotations

from flux_studio.storage.foreign.found import (
    Found,
    extras_from,
    prompt_from,
    scale_from,
    seed_from,
    size_from,
    whole_from,
    words_from,
)
from flux_studio.storage.foreign.json_text import json_object, table
from flux_studio.storage.foreign.texts import Texts

_READ = (
    "prompt", "negativeprompt", "seed", "width", "height", "model", "steps", "cfgscale",
    "fluxguidancescale", "swarm_version",
)  # fmt: skip


def read(texts: Texts) -> Found | None:
    """The settings, None where there are none of SwarmUI's."""
    for name in ("parameters", "exif:UserComment"):
        data = table((json_object(texts.get(name)) or {}).get("sui_image_params"))
        found = Found(
            "SwarmUI",
            prompt=prompt_from(data.get("prompt")),
            negative=prompt_from(data.get("negativeprompt")),
            seed=seed_from(data.get("seed")),
            size=size_from(data.get("width"), data.get("height")),
            model=words_from(data.get("model")),
            steps=whole_from(data.get("steps")),
            guidance=scale_from(data.get("fluxguidancescale") or data.get("cfgscale")),
            extras=extras_from(data, _READ),
        )
        if found.says_something:
            return found
    return None
