"""InvokeAI: PNG text `invokeai_metadata`, a flat JSON object; older ones wrote `sd-metadata`."""

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
    "positive_prompt", "negative_prompt", "seed", "width", "height", "steps", "cfg_scale",
    "guidance", "app_version",
)  # fmt: skip


def read(texts: Texts) -> Found | None:
    """The settings, None where there are none of InvokeAI's."""
    data = json_object(texts.get("invokeai_metadata"))
    if data is None:
        return _older(texts)
    model = table(data.get("model"))
    found = Found(
        "InvokeAI",
        prompt=prompt_from(data.get("positive_prompt")),
        negative=prompt_from(data.get("negative_prompt")),
        seed=seed_from(data.get("seed")),
        size=size_from(data.get("width"), data.get("height")),
        model=words_from(model.get("name") or model.get("model_name")),
        steps=whole_from(data.get("steps")),
        guidance=scale_from(data.get("guidance") or data.get("cfg_scale")),
        extras=extras_from(data, _READ),
    )
    return found if found.says_something else None


def _older(texts: Texts) -> Found | None:
    data = json_object(texts.get("sd-metadata"))
    if data is None:
        return None
    image = table(data.get("image"))
    prompt = image.get("prompt")
    if isinstance(prompt, list):  # with weights
        prompt = [table(each).get("prompt") for each in prompt]
    found = Found(
        "InvokeAI",
        prompt=prompt_from(prompt),
        seed=seed_from(image.get("seed")),
        size=size_from(image.get("width"), image.get("height")),
        model=words_from(data.get("model_weights")),
        steps=whole_from(image.get("steps")),
        guidance=scale_from(image.get("cfg_scale")),
        extras=extras_from({"sampler": image.get("sampler")}),
    )
    return found if found.says_something else None
