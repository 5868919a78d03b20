"""A generation: a saved job. What the library, the sidecar and the inspector know of one
picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flux_studio.core.look import Look
from flux_studio.core.money import Money
from flux_studio.core.request import Origin, Request
from flux_studio.core.size import Size

IMPORTED = "imported"
"""Stands for the provider in the request of a picture that was brought in: nobody here made it, and
it cost nothing. Its model is what its file names, and `quality` what else that says.
"""


@dataclass(frozen=True, slots=True)
class Generation:
    """One picture on disk, with everything that is known about it.

    `path` is relative to the library folder, or absolute where the picture was brought in and stays
    where it is; `size` is read from the bytes, `request.size` is what
    was asked for; `seed` is the one the provider reports, else the one sent; `price` is the
    estimate and `charged` the reported cost, USD or None for unknown; `seconds` from sending to
    ready; `quality` holds what the provider says of the result; `look` is None where nobody has
    measured it yet. `rating` to `favourite` and `rejected` to `label` are marks: `verdict` is
    'keep', 'maybe' or '', `label` the name of a colour or ''.
    """

    id: str
    job: str
    request: Request
    path: str
    sha256: str
    mime: str
    size: Size
    bytes: int
    created: datetime
    price: Money | None
    charged: Money | None
    seed: int | None = None
    seconds: float | None = None
    task: str = ""
    parent: str | None = None
    quality: tuple[tuple[str, str], ...] = ()
    has_c2pa: bool = False
    rating: int = 0
    favourite: bool = False
    origin: Origin = Origin()
    look: Look | None = None
    rejected: bool = False
    verdict: str = ""
    label: str = ""
