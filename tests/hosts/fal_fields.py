"""What the models of fal's twin take and cost: fields by the publisher's typed client, prices by
its model pages.
"""

from __future__ import annotations

from tests.hosts.fields import Field

MEGAPIXEL = 1024 * 1024  # pixels
PRESETS = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
# USD: the first megapixel of output, and each further one of output or input.
FIRST = {
    "flux-2-pro": "0.03",
    "flux-2-max": "0.07",
    "flux-2-flex": "0.05",
    "flux-2": "0.012",
    "flux-2/turbo": "0.008",
    "flux-2/flash": "0.005",
}
FURTHER = {**FIRST, "flux-2-pro": "0.015", "flux-2-max": "0.03"}
SIDES = {model: (64, 4096) if "flux-2-" in model else (512, 2048) for model in FIRST}

_COMMON = {
    "prompt": Field(str, required=True, least=1),
    "image_size": Field((str, dict)),
    "seed": Field(int, least=0),
    "enable_safety_checker": Field(bool),
    "sync_mode": Field(bool),
}
_PRO = {
    **_COMMON,
    "safety_tolerance": Field(str, choices=("1", "2", "3", "4", "5")),
    "output_format": Field(str, choices=("jpeg", "png")),
}
_OPEN = {
    **_COMMON,
    "output_format": Field(str, choices=("jpeg", "png", "webp")),
    "guidance_scale": Field((int, float), least=0, most=20),
    "num_images": Field(int, least=1, most=4),
    "enable_prompt_expansion": Field(bool),
}
FIELDS = {
    "flux-2-pro": _PRO,
    "flux-2-max": _PRO,
    "flux-2-flex": {
        **_PRO,
        "guidance_scale": Field((int, float), least=1.5, most=10),
        "num_inference_steps": Field(int, least=1, most=50),
    },
    "flux-2": {
        **_OPEN,
        "num_inference_steps": Field(int, least=4, most=50),
        "acceleration": Field(str, choices=("none", "regular", "high")),
    },
    "flux-2/turbo": _OPEN,
    "flux-2/flash": _OPEN,
}
INPUTS = {
    model: {
        "image_urls": Field(
            list, required=True, least=1, most=8 if "flux-2-" in model else 4,
            item=Field(str, least=8),
        )
    }
    for model in FIRST
}  # fmt: skip


def whole_megapixels(width: int, height: int) -> int:
    """Megapixels as billed: rounded up, at least one."""
    return max(1, -(-width * height // MEGAPIXEL))


def input_megapixels(width: int, height: int) -> int:
    """Megapixels of a reference: larger ones are reduced to 4 first."""
    return min(4, whole_megapixels(width, height))
