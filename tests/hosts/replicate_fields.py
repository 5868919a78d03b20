"""What the models of Replicate's twin take and cost: fields and limits by the input schemas on the
provider's model pages, prices by the same pages.
"""

from __future__ import annotations

from decimal import Decimal
from math import sqrt

from tests.hosts.fields import Field

MEGAPIXEL = 1024 * 1024  # pixels
RATIOS = ("1:1", "16:9", "3:2", "2:3", "4:5", "5:4", "9:16", "3:4", "4:3")
RESOLUTIONS = {"0.5 MP": 0.5, "1 MP": 1.0, "2 MP": 2.0, "4 MP": 4.0}
TIERS = ("0.25", "0.5", "1", "2", "4")
# USD of a run, of a megapixel of output, of a megapixel of input.
PRICES = {
    "flux-2-pro": (Decimal("0.015"), Decimal("0.015"), Decimal("0.015")),
    "flux-2-max": (Decimal("0.04"), Decimal("0.03"), Decimal("0.03")),
    "flux-2-flex": (Decimal(0), Decimal("0.06"), Decimal("0.06")),
    "flux-2-dev": (Decimal(0), Decimal("0.01"), Decimal("0.01")),  # the twin's own: none is known
    "flux-2-klein-4b": (Decimal(0), Decimal("0.001"), Decimal("0.001")),  # likewise
}
GRID = {"flux-2-dev": 32}  # px; 16 elsewhere
REFERENCES = {
    "flux-2-pro": ("input_images", 8),
    "flux-2-max": ("input_images", 8),
    "flux-2-flex": ("input_images", 10),
    "flux-2-dev": ("input_images", 4),
    "flux-2-klein-4b": ("images", 5),
}
LISTED_OUTPUT = ("flux-2-klein-4b",)  # these answer with a list, the others with one address
DEFAULT_FORMAT = {"flux-2-klein-4b": "jpg"}  # webp elsewhere

_COMMON = {
    "prompt": Field(str, required=True, least=1),
    "seed": Field(int, least=0),
    "output_format": Field(str, choices=("webp", "jpg", "png")),
    "output_quality": Field(int, least=0, most=100),
}
_AT_THE_MAKERS = {
    **_COMMON,
    "aspect_ratio": Field(str, choices=(*RATIOS, "match_input_image", "custom")),
    "resolution": Field(str, choices=(*RESOLUTIONS, "match_input_image")),
    "width": Field(int, least=256, most=2048),
    "height": Field(int, least=256, most=2048),
    "safety_tolerance": Field(int, least=1, most=5),
}
FIELDS = {
    "flux-2-pro": _AT_THE_MAKERS,
    "flux-2-max": _AT_THE_MAKERS,
    "flux-2-flex": {
        **_AT_THE_MAKERS,
        "guidance": Field((int, float), least=1.5, most=10),
        "steps": Field(int, least=1, most=50),
        "prompt_upsampling": Field(bool),
    },
    "flux-2-dev": {
        **_COMMON,
        "aspect_ratio": Field(str, choices=(*RATIOS, "match_input_image", "custom")),
        "width": Field(int, least=256, most=1440),
        "height": Field(int, least=256, most=1440),
        "go_fast": Field(bool),
        "disable_safety_checker": Field(bool),
    },
    "flux-2-klein-4b": {
        **_COMMON,
        "aspect_ratio": Field(str, choices=(*RATIOS, "match_input_image")),
        "output_megapixels": Field(str, choices=TIERS),
        "go_fast": Field(bool),
        "disable_safety_checker": Field(bool),
    },
}
for _model, (_name, _most) in REFERENCES.items():
    FIELDS[_model] = {**FIELDS[_model], _name: Field(list, most=_most, item=Field(str, least=8))}


def whole_megapixels(width: int, height: int) -> int:
    """Megapixels as billed: rounded up, at least one."""
    return max(1, -(-width * height // MEGAPIXEL))


def input_megapixels(width: int, height: int) -> int:
    """Megapixels of a reference: larger ones are reduced to 4 first."""
    return min(4, whole_megapixels(width, height))


def pixels(ratio: str, megapixels: float, grid: int) -> tuple[int, int]:
    """What a ratio and megapixels come to: the nearest sides on the grid, never above the area."""
    across, down = (int(part) for part in ratio.split(":"))
    area = megapixels * MEGAPIXEL
    width, height = (
        round(sqrt(area * a / b) / grid) * grid for a, b in ((across, down), (down, across))
    )
    if width * height > area:
        width, height = width - grid * (width >= height), height - grid * (height >= width)
    return width, height
