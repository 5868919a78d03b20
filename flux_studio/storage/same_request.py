"""Finds the picture that an identical request has made, so that nobody pays for it again unseen.

The index of migration 3 leads to the few requests of the same model and the same length; their
texts, which are canonical, are then compared whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flux_studio.core.generation import Generation
from flux_studio.core.request import Request
from flux_studio.storage.gallery import Gallery
from flux_studio.storage.job_rows import storable
from flux_studio.storage.rows import request_text

# Each `+` keeps the planner to the index: off the order of all pictures, and off putting the text
# into the length.
SAME = (
    "SELECT id FROM generations WHERE length(request) = ? AND model = ? AND provider = ?"
    " AND +request = ? ORDER BY +number DESC LIMIT 1"
)


def same_picture(gallery: Gallery, request: Request) -> Generation | None:
    """The newest saved picture of the very same request (references and their names included);
    None for none, and for a request without a seed: that makes another picture each time.
    """
    if request.seed is None:
        return None
    text = storable(request_text(request))
    found = gallery.ask(SAME, (len(text), request.model, request.provider, text))
    return gallery.get(found[0]["id"]) if found else None


def same_pictures(
    gallery: Gallery, requests: Iterable[Request], root: Path
) -> tuple[Generation, ...]:
    """The saved pictures of those requests that have one whose file is there, below `root`."""
    found = (same_picture(gallery, each) for each in requests)
    return tuple(each for each in found if each is not None and (root / each.path).is_file())
