"""NovelAI: PNG `Software` is its name, `Description` the prompt, `Source` the model, and `Comment`
a JSON object with the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

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

_READ = ("prompt", "uc", "seed", "width", "height", "steps", "scale", "signed_hash")
MOST_CHARACTERS = 6


def read(texts: Texts) -> Found | None:
    """The settings, None where the picture is not of NovelAI."""
    if texts.get("Software", "").strip() != "NovelAI":
        return None
    data = table(json_object(texts.get("Comment")))
    found = Found(
        "NovelAI",
        prompt=prompt_from(data.get("prompt") or texts.get("Description")),
        negative=prompt_from(data.get("uc")),
        seed=seed_from(data.get("seed")),
        size=size_from(data.get("width"), data.get("height")),
        model=words_from(texts.get("Source")),
        steps=whole_from(data.get("steps")),
        guidance=scale_from(data.get("scale")),
        extras=(*_characters(data), *extras_from(data, _READ)),
    )
    return found if found.says_something else None


def _characters(data: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """What is said of each character beside the prompt, since version 4."""
    listed = table(table(data.get("v4_prompt")).get("caption")).get("char_captions")
    captions = [
        words_from(table(each).get("char_caption"))
        for each in (listed[:MOST_CHARACTERS] if isinstance(listed, list) else ())
    ]
    return tuple((f"character {n}", words) for n, words in enumerate(captions, 1) if words)
